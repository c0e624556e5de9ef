import { isCancellation } from '../base/errors';
import { DataverseError } from '../dataverse/errors';
import * as odata from '../dataverse/odata';
import type { WebApi } from '../dataverse/webApi';
import { runWrites } from './runWrites';
import type { Write } from './writes';

/** What a registration sends; images and states of a step may stand beside it. */
type RegistrationApi = Pick<WebApi, 'create' | 'update' | 'remove' | 'batch' | 'get'>;

/** The columns in which a client may choose the id of a new row (FACTS 3, 15.5). */
const KEYS = ['serviceendpointid', 'sdkmessageprocessingstepid', 'sdkmessageprocessingstepimageid'];

/**
 * Sends the writes that register one row, all or nothing, and gives its id. Where the row has an id of our own choosing and
 * is there although it was refused, an earlier try was carried out whose answer was lost: nobody else can know the id. So
 * a second try registers nothing twice. Which rule refuses a row that is there (its key, its name, the row that it
 * replaces, which is gone) is the service's affair.
 * @throws the error of the write that was refused; DataverseError `badAnswer` when the service told no id.
 */
export async function runRegistration(
  api: RegistrationApi,
  writes: readonly Write[],
  signal: AbortSignal,
): Promise<string> {
  const at = writes.findIndex((write) => write.method === 'POST');
  try {
    const id = (await runWrites(api, writes, signal))[at]?.id;
    if (id !== undefined) return id;
    throw new DataverseError('badAnswer', 'The answer does not tell the id of the new row');
  } catch (error) {
    const id = ownId(writes[at]);
    const write = writes[at];
    if (id === undefined || write === undefined || !mayHaveArrived(error)) throw error;
    if (await exists(api, odata.row(write.path, id), signal)) return id;
    throw error;
  }
}

function mayHaveArrived(error: unknown): boolean {
  if (!DataverseError.is(error) || error.status === undefined) return false;
  return error.reason === 'conflict' || error.reason === 'invalid' || error.reason === 'notFound';
}

/** The id that a new row gets because we chose it; undefined where the service chooses. */
export function ownId(write: Write | undefined): string | undefined {
  if (write?.method !== 'POST') return undefined;
  const ids = KEYS.flatMap((key) => write.body[key] ?? []);
  return ids.find((id) => typeof id === 'string');
}

/** False also where nobody can tell: then the refusal stands. */
async function exists(api: Pick<WebApi, 'get'>, path: string, signal: AbortSignal): Promise<boolean> {
  try {
    await api.get(odata.query(path, { select: ['modifiedon'] }), { signal, annotations: false });
    return true;
  } catch (error) {
    if (isCancellation(error)) throw error;
    return false;
  }
}
