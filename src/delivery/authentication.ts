import { validateHeaderName, validateHeaderValue } from 'node:http';

import { parseXml, XmlElement, XmlError, XmlText, type XmlNode } from '@rgrove/parse-xml';

import { Secret } from '../base/secret';

/** A name and value that travels as a header or a query parameter. */
export interface SettingPair {
  readonly name: string;
  readonly value: Secret;
}

/** How a webhook proves to its endpoint who calls (`authtype` 4, 5 and 6; FACTS 4 and 5.1). */
export type EndpointAuthentication =
  | { readonly type: 'webhookKey'; readonly key: Secret }
  | { readonly type: 'httpHeader'; readonly pairs: readonly SettingPair[] }
  | { readonly type: 'httpQueryString'; readonly pairs: readonly SettingPair[] };

/** Why an `authvalue` is no list of settings. Where the parser knows it, with line and column, counted from 1. */
interface SettingsProblem {
  readonly reason: 'notXml' | 'notSettings' | 'unexpectedContent' | 'nameMissing' | 'valueMissing';
  readonly line?: number;
  readonly column?: number;
}

export type SettingsReading =
  | { readonly ok: true; readonly pairs: readonly SettingPair[] }
  | { readonly ok: false; readonly problem: SettingsProblem };

/**
 * Reads `<settings><setting name="K" value="V" /></settings>`, the `authvalue` of authtype 5 and 6 (FACTS 5.1).
 * Quotes may be single, white space and comments are skipped, an empty list and an empty text are no pair.
 */
export function parseSettings(authValue: Secret): SettingsReading {
  const text = authValue.reveal().trim();
  if (text === '') return { ok: true, pairs: [] };
  let root: XmlElement | null;
  try {
    root = parseXml(text).root;
  } catch (error) {
    const place = error instanceof XmlError ? { line: error.line, column: error.column } : {};
    return { ok: false, problem: { reason: 'notXml', ...place } };
  }
  if (root?.name !== 'settings') return { ok: false, problem: { reason: 'notSettings' } };
  const pairs: SettingPair[] = [];
  for (const node of root.children) {
    if (isBlank(node)) continue;
    if (!(node instanceof XmlElement) || node.name !== 'setting') {
      return { ok: false, problem: { reason: 'unexpectedContent' } };
    }
    const { name, value } = node.attributes;
    if (name === undefined || name === '') return { ok: false, problem: { reason: 'nameMissing' } };
    if (value === undefined) return { ok: false, problem: { reason: 'valueMissing' } };
    pairs.push({ name, value: new Secret(value) });
  }
  return { ok: true, pairs };
}

export type AuthenticationReading =
  | { readonly ok: true; readonly authentication: EndpointAuthentication }
  | {
      readonly ok: false;
      readonly error: 'invalidHeaders' | 'invalidQueryParameters';
      readonly problem: SettingsProblem;
    }
  | { readonly ok: false; readonly error: 'unsupportedAuthType' };

/** What a service endpoint's `authtype` and `authvalue` columns mean (FACTS 5.1). */
export function readAuthentication(authType: number, authValue: Secret | undefined): AuthenticationReading {
  const value = authValue ?? new Secret('');
  if (authType === 4) return { ok: true, authentication: { type: 'webhookKey', key: value } };
  if (authType !== 5 && authType !== 6) return { ok: false, error: 'unsupportedAuthType' };
  const reading = parseSettings(value);
  if (reading.ok) {
    const type = authType === 5 ? 'httpHeader' : 'httpQueryString';
    return { ok: true, authentication: { type, pairs: reading.pairs } };
  }
  const error = authType === 5 ? 'invalidHeaders' : 'invalidQueryParameters';
  return { ok: false, error, problem: reading.problem };
}

export type AuthenticatedTarget =
  | {
      readonly ok: true;
      readonly url: URL;
      readonly headers: ReadonlyArray<readonly [name: string, value: string]>;
    }
  | {
      readonly ok: false;
      readonly error: 'invalidHeaders' | 'invalidQueryParameters';
      readonly name: string;
    };

/**
 * The address and the headers a request is sent with (FACTS 17.1): the key as query parameter `code`, the pairs as
 * headers or as percent-encoded query parameters. The result holds secrets in the clear and is only for the wire.
 */
export function applyAuthentication(url: URL, authentication: EndpointAuthentication): AuthenticatedTarget {
  switch (authentication.type) {
    case 'webhookKey': {
      // Without a key there is nothing to send. What the service does with an empty one is UNVERIFIED.
      if (authentication.key.isEmpty) return { ok: true, url, headers: [] };
      return withQuery(url, [{ name: 'code', value: authentication.key }]);
    }
    case 'httpQueryString':
      return withQuery(url, authentication.pairs);
    case 'httpHeader': {
      const refused = authentication.pairs.find((pair) => !isHeader(pair));
      if (refused !== undefined) return { ok: false, error: 'invalidHeaders', name: refused.name };
      return {
        ok: true,
        url,
        headers: authentication.pairs.map(({ name, value }) => [name, value.reveal()]),
      };
    }
  }
}

/**
 * Headers that belong to the transport: a stored pair of this name would break the request's framing. Which names the
 * service refuses is UNVERIFIED (FACTS 5.1).
 */
const TRANSPORT_HEADERS: ReadonlySet<string> = new Set([
  ...['connection', 'content-length', 'content-type', 'expect', 'host', 'keep-alive', 'te', 'trailer'],
  ...['transfer-encoding', 'upgrade'],
]);

function isHeader(pair: SettingPair): boolean {
  if (TRANSPORT_HEADERS.has(pair.name.toLowerCase())) return false;
  try {
    validateHeaderName(pair.name);
    validateHeaderValue(pair.name, pair.value.reveal());
    return true;
  } catch {
    return false;
  }
}

/** Appends to a query string the address may already have, repeated names included: UNVERIFIED (FACTS 5.3). */
function withQuery(url: URL, pairs: readonly SettingPair[]): AuthenticatedTarget {
  const parts: string[] = [];
  for (const { name, value } of pairs) {
    if (!name.isWellFormed() || !value.reveal().isWellFormed()) {
      return { ok: false, error: 'invalidQueryParameters', name };
    }
    parts.push(`${encodeURIComponent(name)}=${encodeURIComponent(value.reveal())}`);
  }
  if (parts.length === 0) return { ok: true, url, headers: [] };
  const extended = new URL(url);
  const existing = extended.search.length > 1 ? `${extended.search}&` : '?';
  extended.search = existing + parts.join('&');
  return { ok: true, url: extended, headers: [] };
}

function isBlank(node: XmlNode): boolean {
  if (node instanceof XmlText) return node.text.trim() === '';
  return node.type === 'comment';
}
