import { Secret } from '../base/secret';
import { escapeXml, isXmlText } from '../base/xmlText';
import type { AuthPair, AuthType, WebhookAuth } from './model';

/** Most characters the service stores in `authvalue`, the XML included (FACTS 5.1). */
export const AUTH_VALUE_LIMIT = 2048;

const AUTH_TYPE_VALUES = { webhookKey: 4, httpHeader: 5, httpQueryString: 6 } as const satisfies Record<
  AuthType,
  number
>;

/** The value of `authtype` for an authentication type (FACTS 4). */
export function authTypeValue(type: AuthType): number {
  return AUTH_TYPE_VALUES[type];
}

/** The authentication type of an `authtype` value; `other` for the values of other endpoints (FACTS 4). */
export function authTypeFromValue(value: number | undefined): AuthType | 'other' {
  switch (value) {
    case 4:
      return 'webhookKey';
    case 5:
      return 'httpHeader';
    case 6:
      return 'httpQueryString';
    default:
      return 'other';
  }
}

/** The `authvalue` column for an authentication: the bare key, or XML with one `setting` per pair (FACTS 5.1). */
export function formatAuthValue(auth: WebhookAuth): Secret {
  if (auth.type === 'webhookKey') return auth.key;
  const settings = auth.pairs.map(
    (pair) => `<setting name="${escapeXml(pair.name)}" value="${escapeXml(pair.value.reveal())}" />`,
  );
  return new Secret(`<settings>${settings.join('')}</settings>`);
}

/** Why a part of an authentication cannot be stored or sent, as data. */
export type AuthProblem =
  | { readonly reason: 'keyEmpty' }
  | { readonly reason: 'nameEmpty' }
  | { readonly reason: 'headerNameIllegal'; readonly character: string }
  | { readonly reason: 'headerNameReserved'; readonly name: string }
  | { readonly reason: 'nameDuplicate'; readonly name: string }
  | { readonly reason: 'valueEmpty' }
  | { readonly reason: 'valueLineBreak' }
  | { readonly reason: 'valueNotAscii' }
  | { readonly reason: 'valueEdgeBlank' }
  | { readonly reason: 'textNotXml' }
  | { readonly reason: 'tooLong'; readonly length: number; readonly limit: number };

// RFC 9110, section 5.6.2: the characters of a token.
const TOKEN_CHARACTER = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]$/;

/**
 * Headers that the transport sets itself. Which of them the platform refuses is not documented (UNVERIFIED,
 * FACTS 5.1); a value of ours could only break the request.
 */
const RESERVED_HEADERS = new Set([
  'host',
  'content-length',
  'content-type',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'expect',
  'upgrade',
  'te',
  'trailer',
  // The platform's own (FACTS 17.2), beside those that begin with x-ms-dynamics-.
  'x-ms-correlation-request-id',
]);

/**
 * Checks the name of a header or query parameter while it is typed.
 * @param others names of the pairs that are there already; header names are compared without regard to case.
 */
export function checkPairName(
  type: 'httpHeader' | 'httpQueryString',
  name: string,
  others: readonly string[],
): AuthProblem | undefined {
  if (name === '') return { reason: 'nameEmpty' };
  if (!isXmlText(name)) return { reason: 'textNotXml' };
  if (type === 'httpQueryString') {
    return others.includes(name) ? { reason: 'nameDuplicate', name } : undefined;
  }
  const illegal = Array.from(name).find((character) => !TOKEN_CHARACTER.test(character));
  if (illegal !== undefined) return { reason: 'headerNameIllegal', character: illegal };
  const lower = name.toLowerCase();
  if (RESERVED_HEADERS.has(lower) || lower.startsWith('x-ms-dynamics-'))
    return { reason: 'headerNameReserved', name };
  return others.some((other) => other.toLowerCase() === lower)
    ? { reason: 'nameDuplicate', name }
    : undefined;
}

/** Checks the value of a header or query parameter while it is typed. */
export function checkPairValue(
  type: 'httpHeader' | 'httpQueryString',
  value: string,
): AuthProblem | undefined {
  if (value === '') return { reason: 'valueEmpty' };
  if (type === 'httpHeader') {
    if (/[\r\n]/.test(value)) return { reason: 'valueLineBreak' };
    if (value !== value.trim()) return { reason: 'valueEdgeBlank' };
    // RFC 9110, section 5.5: other bytes are obsolete and receivers disagree about their meaning.
    if (!/^[\x20-\x7e\t]*$/.test(value)) return { reason: 'valueNotAscii' };
  }
  return isXmlText(value) ? undefined : { reason: 'textNotXml' };
}

/** Checks the key of a webhook with a key while it is typed. */
export function checkKey(key: string): AuthProblem | undefined {
  if (key === '') return { reason: 'keyEmpty' };
  if (/[\r\n]/.test(key)) return { reason: 'valueLineBreak' };
  if (!key.isWellFormed()) return { reason: 'textNotXml' };
  return key.length > AUTH_VALUE_LIMIT
    ? { reason: 'tooLong', length: key.length, limit: AUTH_VALUE_LIMIT }
    : undefined;
}

/** Checks that all pairs together fit into the column, escaping included. */
export function checkPairsLength(
  type: 'httpHeader' | 'httpQueryString',
  pairs: readonly AuthPair[],
): AuthProblem | undefined {
  const length = formatAuthValue({ type, pairs }).length;
  return length > AUTH_VALUE_LIMIT ? { reason: 'tooLong', length, limit: AUTH_VALUE_LIMIT } : undefined;
}
