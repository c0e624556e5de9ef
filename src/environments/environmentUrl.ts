import { isGuid } from '../base/guid';
import { isLoopbackHost } from '../base/hosts';
import { dataverseHost, placeOfHost, type CloudName, type Place } from '../auth/cloud';

/** What was changed so that a text became an address; shown before it is used. */
type UrlCorrection = 'scheme' | 'https' | 'path' | 'apiHost' | 'port';

/** Products whose addresses are pasted by mistake. */
export type OtherProduct =
  | 'financeAndOperations'
  | 'businessCentral'
  | 'powerPages'
  | 'sharePoint'
  | 'azurePortal'
  | 'azureDevOps'
  | 'home';

/**
 * Why a text is no address of an environment.
 * - `portal` a page of Power Platform's portals; `environmentId` may tell which environment is meant
 * - `environmentId` the id alone · `discovery` the discovery service, which is no environment
 * - `incomplete` a name without its domain · `unknownHost` a host of no cloud we know
 * - `insecure` http on a host that is not this machine
 */
type UrlRefusal =
  | 'empty'
  | 'malformed'
  | 'blank'
  | 'scheme'
  | 'credentials'
  | 'insecure'
  | 'portal'
  | 'environmentId'
  | 'discovery'
  | 'otherProduct'
  | 'incomplete'
  | 'unknownHost'
  | 'known';

export type UnderstoodUrl =
  | {
      readonly ok: true;
      /** `https://contoso.crm4.dynamics.com`, without a slash at the end. */
      readonly origin: string;
      readonly place: Place;
      /** `contoso`, for a first name of the environment; empty on this machine. */
      readonly organization: string;
      readonly corrections: readonly UrlCorrection[];
    }
  | {
      readonly ok: false;
      readonly reason: UrlRefusal;
      readonly host?: string;
      readonly product?: OtherProduct;
      readonly environmentId?: string;
    };

export interface UrlContext {
  /** Origins that are in the list already. */
  readonly known: readonly string[];
  /** The cloud of hosts that no pattern knows, from the settings. Without it they are refused. */
  readonly cloudOfUnknownHosts?: CloudName;
}

/** Domains of Power Platform's portals and services. Those of the sovereign clouds are UNVERIFIED. */
const PORTALS: readonly string[] = [
  'powerapps.com',
  'powerapps.us',
  'powerapps.cn',
  'appsplatform.us',
  'powerautomate.com',
  'powerautomate.us',
  'powerautomate.cn',
  'flow.microsoft.com',
  'flow.microsoft.us',
  'powerplatform.com',
  'powerplatform.microsoft.com',
  'powerplatform.microsoft.us',
  'powerpages.microsoft.com',
  'copilotstudio.microsoft.com',
];

const PRODUCTS: ReadonlyArray<readonly [OtherProduct, RegExp]> = [
  ['financeAndOperations', /\.(operations(\.[a-z]+)?|cloudax|axcloud)\.dynamics\.(com|cn)$/],
  ['businessCentral', /(^|\.)businesscentral\.dynamics\.com$/],
  ['powerPages', /\.(powerappsportals\.(com|us|cn)|microsoftcrmportals\.com|dynamics365portals\.(us|cn))$/],
  ['sharePoint', /\.sharepoint(-mil)?\.(com|us|cn)$/],
  ['azurePortal', /^(portal\.azure|entra\.microsoft)\.(com|us|cn)$/],
  ['azureDevOps', /^dev\.azure\.com$|\.visualstudio\.com$/],
  ['home', /^(home|www)\.dynamics\.com$|^(www\.)?office\.com$/],
];

function isUnder(hostname: string, domain: string): boolean {
  return hostname === domain || hostname.endsWith(`.${domain}`);
}

/**
 * Reads the address of an environment as people paste it. What is clear is corrected and told; what is not is refused
 * with a reason. Nothing is asked of the network.
 */
export function understandEnvironmentUrl(text: string, context: UrlContext): UnderstoodUrl {
  const pasted = unwrapped(text);
  if (pasted === '') return { ok: false, reason: 'empty' };
  if (isGuid(pasted)) return { ok: false, reason: 'environmentId', environmentId: pasted.toLowerCase() };
  if (/\s/.test(pasted)) return { ok: false, reason: 'blank' };
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(pasted);
  if (hasScheme && !/^https?:/i.test(pasted)) return { ok: false, reason: 'scheme' };
  // What begins almost with a scheme was meant to begin with it: `https//…`, `https:/…`.
  const bare = pasted.replace(/^(?:https?(?::|\/{1,2}|:\/)(?=[a-z0-9-]+\.))?\/*/i, '');
  const whole = hasScheme ? pasted : `https://${bare}`;
  if (!URL.canParse(whole)) return { ok: false, reason: 'malformed' };
  const url = new URL(whole);
  if (url.username !== '' || url.password !== '') return { ok: false, reason: 'credentials' };
  // A name with a dot at its end is the same name.
  const hostname = url.hostname.replace(/\.$/, '');
  const corrections: UrlCorrection[] = hasScheme ? [] : ['scheme'];
  if (isOnlyPath(url)) corrections.push('path');
  const found = isLoopbackHost(hostname)
    ? onThisMachine(url, hasScheme, corrections)
    : elsewhere(url, hostname, corrections, context);
  if (found.ok && context.known.includes(found.origin)) {
    return { ok: false, reason: 'known', host: new URL(found.origin).host };
  }
  return found;
}

/** Without what mail and chat programs put around an address, and without invisible characters. */
function unwrapped(text: string): string {
  return text
    .replace(/[\u200B-\u200F\u2060\uFEFF\u00AD]/g, '')
    .trim()
    .replace(/^[<"'(\u201C\u2018]+|[>"')\u201D\u2019,;]+$/g, '')
    .trim();
}

function isOnlyPath(url: URL): boolean {
  return url.pathname !== '/' || url.search !== '' || url.hash !== '';
}

/** A sandbox speaks http, so that is what an address without a scheme means. */
function onThisMachine(url: URL, hasScheme: boolean, corrections: readonly UrlCorrection[]): UnderstoodUrl {
  const origin = hasScheme ? url.origin : `http://${url.host}`;
  return { ok: true, origin, place: 'loopback', organization: '', corrections };
}

function elsewhere(
  url: URL,
  hostname: string,
  corrections: readonly UrlCorrection[],
  context: UrlContext,
): UnderstoodUrl {
  const refusal = refusalOf(url, hostname);
  if (refusal !== undefined) return refusal;
  const host = dataverseHost(hostname);
  if (host === undefined) return atUnknownHost(url, hostname, corrections, context);
  if (host.organization === '') return { ok: false, reason: 'incomplete', host: hostname };
  const made: UrlCorrection[] = [...corrections];
  // The service listens at one port, by https; so both are clear.
  if (url.protocol === 'http:') made.push('https');
  if (url.port !== '') made.push('port');
  if (host.api) made.push('apiHost');
  return {
    ok: true,
    origin: `https://${host.environmentHost}`,
    place: host.cloud,
    organization: host.organization,
    corrections: made,
  };
}

function refusalOf(url: URL, hostname: string): UnderstoodUrl | undefined {
  if (/^(globaldisco|disco)\.crm\d*\.[a-z]+\.[a-z]+$/.test(hostname)) {
    return { ok: false, reason: 'discovery', host: hostname };
  }
  if (dataverseHost(hostname) !== undefined) return undefined;
  if (PORTALS.some((domain) => isUnder(hostname, domain))) {
    const id = /\/environments\/(?:Default-)?([0-9a-f-]{36})(?=[/?#]|$)/i.exec(url.href)?.[1];
    return {
      ok: false,
      reason: 'portal',
      host: hostname,
      ...(id !== undefined && isGuid(id) ? { environmentId: id.toLowerCase() } : {}),
    };
  }
  const product = PRODUCTS.find(([, pattern]) => pattern.test(hostname))?.[0];
  return product === undefined ? undefined : { ok: false, reason: 'otherProduct', product, host: hostname };
}

function atUnknownHost(
  url: URL,
  hostname: string,
  corrections: readonly UrlCorrection[],
  context: UrlContext,
): UnderstoodUrl {
  if (!hostname.includes('.')) return { ok: false, reason: 'incomplete', host: hostname };
  const place = placeOfHost(hostname, context.cloudOfUnknownHosts);
  if (place === undefined) return { ok: false, reason: 'unknownHost', host: hostname };
  // A foreign host may well serve http, and something else there than by https: nothing is clear.
  if (url.protocol === 'http:') return { ok: false, reason: 'insecure', host: hostname };
  const organization = hostname.split('.', 1)[0] ?? '';
  return { ok: true, origin: url.origin, place, organization, corrections };
}

/** Words in a name that speak for production, and words that speak against it although they hold one of those. */
const PRODUCTION = /(^|[^a-z])(prod|prd|production|produktion|live)([^a-z]|$)/i;
const NOT_PRODUCTION =
  /(^|[^a-z])(non|not|pre|no)[\s_-]*(prod|prd|production)|(^|[^a-z])(dev|test|uat|qa|stage|staging|sandbox|trial|demo|training|copy|clone)([^a-z]|$)/i;

/** A first guess of whether an environment is one of production, from its name and host. The user can change it. */
export function guessProduction(name: string, organization: string): boolean {
  const words = `${name} ${organization}`;
  return PRODUCTION.test(words) && !NOT_PRODUCTION.test(words);
}
