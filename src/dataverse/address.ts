import { isLoopbackHost } from '../base/hosts';
import { DataverseError } from './errors';

/** Where the Web API of an environment is. */
export interface Root {
  /** `https://contoso.crm.dynamics.com` */
  readonly origin: string;
  /** `https://contoso.crm.dynamics.com/api/data/v9.2/` (FACTS 2) */
  readonly url: string;
}

/**
 * The Web API root of an environment. Only the origin of the address counts.
 * @throws DataverseError `invalid` for anything but https (or http on this machine) and for an address with a user.
 */
export function rootOf(environmentUrl: string): Root {
  const url = URL.canParse(environmentUrl) ? new URL(environmentUrl) : undefined;
  if (url === undefined || url.hostname === '') {
    throw new DataverseError('invalid', 'The environment address is not a URL');
  }
  const encrypted = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname));
  if (!encrypted) throw new DataverseError('invalid', 'The environment address must begin with https');
  if (url.username !== '' || url.password !== '') {
    throw new DataverseError('invalid', 'The environment address must not contain a user name or password');
  }
  return { origin: url.origin, url: `${url.origin}/api/data/v9.2/` };
}

/**
 * The address of a request: a path below the root, or a link that the service sent, which is kept byte for byte
 * (FACTS 13.4). The token goes with it, so a link to another origin is refused.
 * @throws DataverseError `invalid` for a path that leaves the root, `badAnswer` for a foreign link.
 */
export function addressOf(root: Root, path: string): string {
  if (/^https?:\/\//i.test(path)) return checkedLink(root, path);
  const segments = (path.split(/[?#]/, 1)[0] ?? '').split('/');
  const leaves = path.startsWith('/') || segments.some((segment) => /^(\.|%2e){1,2}$/i.test(segment));
  // A backslash is a slash to WHATWG URL, a control character or blank has no form in a URL.
  if (leaves || path.includes('#') || /[\s\\]/.test(path)) {
    throw new DataverseError('invalid', 'The path is no path below the Web API root');
  }
  return root.url + path;
}

function checkedLink(root: Root, link: string): string {
  // WHATWG URL takes line breaks out and a request line cannot hold them: no server means such a link.
  if (hasControlCharacter(link)) {
    throw new DataverseError('badAnswer', 'A link of the answer has a control character');
  }
  const url = URL.canParse(link) ? new URL(link) : undefined;
  if (url?.origin !== root.origin || url.username !== '' || url.password !== '') {
    throw new DataverseError('badAnswer', `A link of the answer leads away from ${root.origin}`);
  }
  return link;
}

function hasControlCharacter(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  return /[\u0000-\u001f\u007f]/.test(text);
}

/** A link of an answer as an absolute address; OData allows links relative to the request. */
export function resolveLink(root: Root, requestUrl: string, link: string): string {
  if (/^https?:\/\//i.test(link)) return checkedLink(root, link);
  if (!URL.canParse(link, requestUrl))
    throw new DataverseError('badAnswer', 'A link of the answer is no URL');
  return checkedLink(root, appended(root, requestUrl, link) ?? new URL(link, requestUrl).href);
}

/** A relative link behind its base as it is written; undefined where the two do not simply follow each other. */
function appended(root: Root, requestUrl: string, link: string): string | undefined {
  const base = requestUrl.split(/[?#]/, 1)[0] ?? '';
  if (link.startsWith('?')) return base + link;
  if (/^[/\\]{2}/.test(link)) return undefined;
  if (link.startsWith('/')) return root.origin + link;
  const path = link.split(/[?#]/, 1)[0] ?? '';
  const isPlain = /^[^:\\]+$/.test(path) && !path.split('/').some((part) => part === '.' || part === '..');
  return isPlain ? base.slice(0, base.lastIndexOf('/') + 1) + link : undefined;
}

/** An address for logs and errors: relative to the root where it lies below it. */
export function relativeTo(root: Root, address: string): string {
  if (address.startsWith(root.url)) return address.slice(root.url.length);
  return address.startsWith(root.origin) ? address.slice(root.origin.length) : address;
}
