import { AppError, type ErrorDetails } from '../base/errors';

/**
 * Why a call failed.
 * - `throttled` service protection limits, longer than the waiting budget (FACTS 13.8)
 * - `unauthorized` 401 also with a fresh token · `forbidden` 403 or a missing privilege
 * - `notFound` 404 · `conflict` 409, 412, or the row is in use · `invalid` any other refusal of the request
 * - `network` no answer came, see `kind` · `timeout` the time limit passed · `server` 5xx
 * - `unsupported` 405 without a code, 501 · `badAnswer` an answer that is not what the Web API sends
 * - `redirected` the environment points elsewhere, see `location` · `tooLarge` request or answer over a limit
 * - `notRun` an operation of a batch that was not run, or was rolled back, because of another one
 */
export type DataverseReason =
  | 'throttled'
  | 'unauthorized'
  | 'forbidden'
  | 'notFound'
  | 'conflict'
  | 'invalid'
  | 'network'
  | 'timeout'
  | 'server'
  | 'unsupported'
  | 'badAnswer'
  | 'redirected'
  | 'tooLarge'
  | 'notRun';

/** How the network failed. `cut`: the answer ended before it was complete. */
export type NetworkKind = 'refused' | 'reset' | 'nameNotFound' | 'tls' | 'timeout' | 'cut' | 'other';

/** What is known about a failed call. All of it may be shown and logged: no header, no body, no query value. */
export interface DataverseErrorFacts {
  readonly method?: string;
  /** Path below the Web API root; of the query only the names of the options. */
  readonly path?: string;
  readonly status?: number;
  /** Dataverse's code as a signed 32-bit number (FACTS 12). */
  readonly code?: number;
  /** The service's own sentence. */
  readonly serviceMessage?: string;
  readonly requestId?: string;
  /** A web page came instead of an answer of the Web API: somebody in between has refused. */
  readonly page?: true;
  /** Milliseconds after which the service is willing to answer. */
  readonly retryAfter?: number;
  readonly kind?: NetworkKind;
  /** Where a redirect points: origin and path only. */
  readonly location?: string;
  /** The authority that a 401 names, to find the environment's tenant (FACTS 14). */
  readonly authorizationUri?: string;
  /** The claims challenge of a 401, for a step-up sign-in. */
  readonly claims?: string;
  /** Further members of the service's error, such as `@Microsoft.PowerApps.CDS.HelpLink` (FACTS 13.3). */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A failed call of the Dataverse Web API. */
export class DataverseError extends AppError<DataverseReason> {
  override readonly name = 'DataverseError';
  readonly facts: DataverseErrorFacts;

  /** @param message English text for the log, without secrets. */
  constructor(reason: DataverseReason, message: string, facts: DataverseErrorFacts = {}, cause?: unknown) {
    super(reason, message, { details: detailsOf(facts), cause });
    this.facts = facts;
  }

  get method(): string | undefined {
    return this.facts.method;
  }
  get path(): string | undefined {
    return this.facts.path;
  }
  get status(): number | undefined {
    return this.facts.status;
  }
  /** Dataverse's code as a signed 32-bit number, as `asyncoperation.errorcode` has it. */
  get code(): number | undefined {
    return this.facts.code;
  }
  /** Dataverse's code as the documentation writes it: `0x80040217`. */
  get hexCode(): string | undefined {
    return this.facts.code === undefined ? undefined : toHexCode(this.facts.code);
  }
  get serviceMessage(): string | undefined {
    return this.facts.serviceMessage;
  }
  get requestId(): string | undefined {
    return this.facts.requestId;
  }
  /** Milliseconds. */
  get retryAfter(): number | undefined {
    return this.facts.retryAfter;
  }
  get kind(): NetworkKind | undefined {
    return this.facts.kind;
  }

  /** True for a `DataverseError`, of the given reason when one is given. */
  static is(error: unknown, reason?: DataverseReason): error is DataverseError {
    return error instanceof DataverseError && (reason === undefined || error.reason === reason);
  }
}

function detailsOf(facts: DataverseErrorFacts): ErrorDetails {
  const { annotations: _annotations, claims: _claims, ...plain } = facts;
  return { ...plain, hexCode: facts.code === undefined ? undefined : toHexCode(facts.code) };
}

/** A Dataverse code in the documentation's notation: `-2147220969` becomes `0x80040217` (FACTS 12). */
export function toHexCode(code: number): string {
  return `0x${(code >>> 0).toString(16).toUpperCase().padStart(8, '0')}`;
}

/**
 * Reads a Dataverse code as a signed 32-bit number. The service sends hex text, decimal text, a number, or an empty
 * text; anything else, and what does not fit into 32 bits, gives undefined.
 */
export function parseErrorCode(value: unknown): number | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const text = String(value).trim();
  if (!/^(0x[0-9a-f]{1,8}|-?\d{1,10})$/i.test(text)) return undefined;
  const number = Number(text);
  if (number < -0x80000000 || number > 0xffffffff) return undefined;
  return number | 0;
}

/** Codes that say more than the status they come with (FACTS 12, 13.8). */
const REASON_OF_CODE: ReadonlyMap<number, DataverseReason> = new Map([
  [-2147015902, 'throttled'],
  [-2147015903, 'throttled'],
  [-2147015898, 'throttled'],
  [-2147220969, 'notFound'],
  [-2147220960, 'forbidden'],
  [-2147220943, 'forbidden'],
  [-2147220937, 'conflict'],
  [-2147220953, 'conflict'],
  [-2147160033, 'conflict'],
  [-2147088254, 'conflict'],
]);

/** The reason for an HTTP status and the Dataverse code that came with it. */
export function reasonOf(status: number, code?: number): DataverseReason {
  if (status === 429) return 'throttled';
  if (status === 401) return 'unauthorized';
  const byCode = code === undefined ? undefined : REASON_OF_CODE.get(code);
  if (byCode !== undefined && status < 500) return byCode;
  if (status === 403) return 'forbidden';
  if (status === 404) return 'notFound';
  if (status === 405) return code === undefined ? 'unsupported' : 'invalid';
  if (status === 408) return 'timeout';
  if (status === 409 || status === 412) return 'conflict';
  if (status === 413 || status === 414 || status === 431) return 'tooLarge';
  if (status === 501) return 'unsupported';
  if (status >= 500) return 'server';
  if (status >= 400) return 'invalid';
  return status >= 300 ? 'redirected' : 'badAnswer';
}

/** A path for logs and errors: values of query options are left out, because a filter can hold a secret. */
export function describePath(path: string): string {
  const mark = path.indexOf('?');
  if (mark < 0) return path;
  const names = path
    .slice(mark + 1)
    .split('&')
    .map((option) => option.split('=', 1)[0] ?? '')
    .filter((name) => /^[$@]?[\w.-]{1,64}$/.test(name));
  return names.length === 0 ? path.slice(0, mark) : `${path.slice(0, mark)}?${names.join('&')}`;
}
