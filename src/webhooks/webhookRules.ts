import { isLoopbackHost, isPrivateHost } from '../base/hosts';
import { isXmlText } from '../base/xmlText';

/** Most characters of a webhook's name and URL (FACTS 5.3). */
export const NAME_LIMIT = 256;
export const URL_LIMIT = 2000;

/** A finding about what was typed: an error stops, a warning informs. */
export interface Finding<R extends string> {
  readonly severity: 'error' | 'warning';
  readonly reason: R;
  readonly details?: Readonly<Record<string, string | number>>;
}

export type NameReason = 'empty' | 'tooLong' | 'edgeBlank' | 'lineBreak' | 'notText' | 'taken';

/** Checks the shape of a name of a webhook, step or image. Whether it is taken is asked from the service. */
export function checkName(name: string): Finding<NameReason> | undefined {
  if (name.trim() === '') return { severity: 'error', reason: 'empty' };
  if (/[\r\n\u2028\u2029]/.test(name)) return { severity: 'error', reason: 'lineBreak' };
  // The service keeps solutions as XML, which has no form for control characters.
  if (!isXmlText(name)) return { severity: 'error', reason: 'notText' };
  if (name !== name.trim()) return { severity: 'error', reason: 'edgeBlank' };
  if (name.length > NAME_LIMIT) {
    return { severity: 'error', reason: 'tooLong', details: { length: name.length, limit: NAME_LIMIT } };
  }
  return undefined;
}

/** Most characters of a webhook's description (FACTS 5.3). */
const WEBHOOK_DESCRIPTION_LIMIT = 2000;

/** Checks a webhook's description. Empty is allowed. */
export function checkWebhookDescription(text: string): Finding<NameReason> | undefined {
  if (!isXmlText(text)) return { severity: 'error', reason: 'notText' };
  const details = { length: text.length, limit: WEBHOOK_DESCRIPTION_LIMIT };
  return text.length > WEBHOOK_DESCRIPTION_LIMIT
    ? { severity: 'error', reason: 'tooLong', details }
    : undefined;
}

/** Two webhook names are the same name: the service compares text without regard to case (FACTS 13.4). */
export function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

export type UrlReason =
  | 'empty'
  | 'relative'
  | 'malformed'
  | 'blank'
  | 'scheme'
  | 'credentials'
  | 'fragment'
  | 'port'
  | 'tooLong'
  | 'loopbackUnreachable'
  | 'privateHost'
  | 'loopbackPort'
  | 'loopbackHttp'
  | 'notEncrypted'
  | 'queryAndKey';

export interface UrlContext {
  /** The environment runs on this machine, so it can reach addresses on this machine. */
  readonly environmentIsLocal: boolean;
  /** Known when the authentication is chosen already. */
  readonly authAddsQuery?: boolean;
}

/**
 * Checks the URL of a webhook (FACTS 5.3): absolute, http or https, only port 80 or 443, no credentials. An address on
 * this machine is reached only by an environment on this machine; there another port is a warning only.
 */
export function checkUrl(text: string, context: UrlContext): Finding<UrlReason> | undefined {
  const shape = checkUrlShape(text);
  if (shape !== undefined) return { severity: 'error', ...shape };
  const url = new URL(text);
  return checkUrlTarget(url, context) ?? checkUrlQuery(url, context);
}

type Shape = Omit<Finding<UrlReason>, 'severity'>;

function checkUrlShape(text: string): Shape | undefined {
  if (text.trim() === '') return { reason: 'empty' };
  if (/\s/.test(text)) return { reason: 'blank' };
  if (text.length > URL_LIMIT)
    return { reason: 'tooLong', details: { length: text.length, limit: URL_LIMIT } };
  // In `host:8080/path` the host is no scheme.
  if (!/^[a-z][a-z0-9+.-]*:(?!\d)/i.test(text)) return { reason: 'relative' };
  if (!/^https?:/i.test(text))
    return { reason: 'scheme', details: { scheme: text.slice(0, text.indexOf(':')) } };
  // The text is stored as it is, so what a browser forgives (`https:host`, `https:///host`, `\`) is refused here.
  const authority = /^https?:\/\/([^/?#\\]+)/i.exec(text)?.[1];
  if (authority === undefined || !isXmlText(text) || !URL.canParse(text)) return { reason: 'malformed' };
  if (authority.includes('@')) return { reason: 'credentials' };
  if (text.includes('#')) return { reason: 'fragment' };
  return undefined;
}

function checkUrlTarget(url: URL, context: UrlContext): Finding<UrlReason> | undefined {
  const loopback = isLoopbackHost(url.hostname);
  if (loopback && !context.environmentIsLocal) {
    return { severity: 'error', reason: 'loopbackUnreachable', details: { host: url.host } };
  }
  // URL.port is empty for the scheme's own port: 80 belongs to http and 443 to https, and 443 with http is another one.
  if (url.port !== '') {
    return {
      severity: loopback ? 'warning' : 'error',
      reason: loopback ? 'loopbackPort' : 'port',
      details: { port: url.port },
    };
  }
  // A warning: a name of one's own network may have an address on the internet as well.
  if (!context.environmentIsLocal && isPrivateHost(url.hostname)) {
    return { severity: 'warning', reason: 'privateHost', details: { host: url.host } };
  }
  if (url.protocol === 'http:') {
    return { severity: 'warning', reason: loopback ? 'loopbackHttp' : 'notEncrypted' };
  }
  return undefined;
}

function checkUrlQuery(url: URL, context: UrlContext): Finding<UrlReason> | undefined {
  // What happens to an existing query string is not documented (UNVERIFIED, FACTS 5.3).
  if (context.authAddsQuery === true && url.search !== '')
    return { severity: 'warning', reason: 'queryAndKey' };
  return undefined;
}

/** A managed component that is not customizable: changing or deleting it is refused (FACTS 9). */
export function isLocked(row: { readonly managed: boolean; readonly customizable: boolean }): boolean {
  return row.managed && !row.customizable;
}
