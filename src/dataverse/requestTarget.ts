/** Path and query of an address as they go into the request line. */
export interface RequestTarget {
  readonly path: string;
  /** With its `?`; empty when there is none. */
  readonly query: string;
}

/**
 * Path and query as they are written in an http(s) address. WHATWG URL would write a `'`, `"` or `\` and dot segments
 * in another way, and a next link is to be requested unchanged (FACTS 13.4). Only what has no form in a request line,
 * a blank or a character that is not ASCII, is percent-encoded (RFC 3987, 3.1); a fragment is left out.
 * @returns undefined for an address that WHATWG URL leaves as it is, or whose path does not begin with `/` or `?`.
 */
export function unchangedTarget(address: string): RequestTarget | undefined {
  const written = /^https?:\/\/[^/?#\\]+(\/[^?#]*)?(\?[^#]*)?(?:#.*)?$/is.exec(address);
  if (written === null || !URL.canParse(address)) return undefined;
  const path = escaped(written[1] ?? '/');
  const query = escaped(written[2] ?? '');
  const url = new URL(address);
  return path === url.pathname && query === url.search ? undefined : { path, query };
}

function escaped(text: string): string {
  return text.toWellFormed().replace(/[^\x21-\x7e]+/g, encodeURIComponent);
}
