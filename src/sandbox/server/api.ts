/** A request to the Web API, from the wire or out of a batch. */
export interface ApiRequest {
  readonly method: string;
  /** Below the root, still percent-encoded, without the query: `contacts(…)/fullname`. */
  readonly path: string;
  /** The raw text after the first `?`; empty when there is none. */
  readonly query: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  /** Absolute, with a slash at the end. */
  readonly serviceRoot: string;
  /** Aborted when the client has gone or the sandbox stops. */
  readonly signal: AbortSignal;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty for 204 and 304. */
  readonly body: string;
}

const JSON_TYPE = 'application/json; odata.metadata=minimal';

export function jsonResponse(
  status: number,
  body: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>> = {},
): ApiResponse {
  return {
    status,
    headers: { 'Content-Type': JSON_TYPE, 'OData-Version': '4.0', ...headers },
    body: JSON.stringify(body),
  };
}

export function emptyResponse(headers: Readonly<Record<string, string>> = {}, status = 204): ApiResponse {
  return { status, headers: { 'OData-Version': '4.0', ...headers }, body: '' };
}

export function textResponse(status: number, type: string, body: string): ApiResponse {
  return { status, headers: { 'Content-Type': type, 'OData-Version': '4.0' }, body };
}
