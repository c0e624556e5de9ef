import * as z from 'zod/mini';
import { ServiceError, badRequest } from '../serviceError';
import { emptyResponse, jsonResponse } from './api';
import type { ApiRequest, ApiResponse } from './api';
import { FaultOrder } from './faults';
import type { Faults } from './faults';

/** What the control address acts on. */
export interface Controlled {
  readonly faults: Faults;
  state(): Readonly<Record<string, unknown>>;
  setClockOffset(milliseconds: number): void;
  /** Back to the rows of the start. */
  reset(): Promise<void>;
  /** Resolves to the number of jobs still at work: 0, or more when the time was over. */
  idle(milliseconds: number, signal: AbortSignal): Promise<number>;
}

const ClockOrder = z.strictObject({
  offsetSeconds: z.number().check(z.minimum(-315576000), z.maximum(315576000)),
});
const IdleOrder = z.strictObject({
  timeoutSeconds: z._default(z.number().check(z.minimum(0), z.maximum(600)), 60),
});

function parse<T>(schema: z.ZodMiniType<T>, body: string): T {
  let parsed: unknown;
  try {
    parsed = body.trim() === '' ? {} : JSON.parse(body);
  } catch {
    throw badRequest('The body is no JSON.', '');
  }
  const checked = schema.safeParse(parsed);
  if (!checked.success) throw badRequest(z.prettifyError(checked.error), '');
  return checked.data;
}

/** Answers a request below `/sandbox/` (docs/sandbox.md). */
export async function control(sandbox: Controlled, request: ApiRequest): Promise<ApiResponse> {
  try {
    return await respond(sandbox, request);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return jsonResponse(error.httpStatus, { error: { code: error.code, message: error.message } });
  }
}

async function respond(sandbox: Controlled, request: ApiRequest): Promise<ApiResponse> {
  switch (`${request.method} ${request.path}`) {
    case 'GET state':
      return jsonResponse(200, sandbox.state());
    case 'POST reset':
      await sandbox.reset();
      return emptyResponse();
    case 'POST idle': {
      const { timeoutSeconds } = parse(IdleOrder, request.body);
      return jsonResponse(200, { pending: await sandbox.idle(timeoutSeconds * 1000, request.signal) });
    }
    case 'POST clock':
      sandbox.setClockOffset(parse(ClockOrder, request.body).offsetSeconds * 1000);
      return emptyResponse();
    case 'GET faults':
      return jsonResponse(200, { value: sandbox.faults.list() });
    case 'POST faults':
      sandbox.faults.order(parse(FaultOrder, request.body));
      return emptyResponse();
    case 'DELETE faults':
      sandbox.faults.clear();
      return emptyResponse();
    default:
      throw new ServiceError(404, '', `There is nothing at ${request.method} /sandbox/${request.path}.`);
  }
}
