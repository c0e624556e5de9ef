import { isLoopbackHost } from '../base/hosts';

/** The clouds that Dataverse runs in. */
export const CLOUD_NAMES = ['public', 'gcc', 'gccHigh', 'dod', 'china'] as const;
export type CloudName = (typeof CLOUD_NAMES)[number];

/** What belongs to one cloud. */
export interface Cloud {
  /** Hosts of the sign-in service; the first is the one that is used, the others are its other names. */
  readonly authorityHosts: readonly [string, ...string[]];
  /** Base of the global discovery service (FACTS 14). */
  readonly discoveryUrl: string;
}

const PUBLIC_AUTHORITIES = [
  'login.microsoftonline.com',
  'login.windows.net',
  'login.microsoft.com',
  'sts.windows.net',
] as const;
const US_AUTHORITIES = ['login.microsoftonline.us', 'login.usgovcloudapi.net'] as const;

/**
 * Discovery addresses: FACTS 14. Which sign-in host a sovereign cloud uses is the library's own list of known hosts;
 * that GCC shares the public one, and that DoD shares GCC High's, is UNVERIFIED here.
 */
const CLOUDS: Readonly<Record<CloudName, Cloud>> = {
  public: { authorityHosts: PUBLIC_AUTHORITIES, discoveryUrl: 'https://globaldisco.crm.dynamics.com' },
  gcc: { authorityHosts: PUBLIC_AUTHORITIES, discoveryUrl: 'https://globaldisco.crm9.dynamics.com' },
  gccHigh: {
    authorityHosts: US_AUTHORITIES,
    discoveryUrl: 'https://globaldisco.crm.microsoftdynamics.us',
  },
  dod: { authorityHosts: US_AUTHORITIES, discoveryUrl: 'https://globaldisco.crm.appsplatform.us' },
  china: {
    authorityHosts: ['login.partner.microsoftonline.cn', 'login.chinacloudapi.cn'],
    discoveryUrl: 'https://globaldisco.crm.dynamics.cn',
  },
};

export function cloud(name: CloudName): Cloud {
  return CLOUDS[name];
}

/** The parts of a Dataverse host name: `contoso.api.crm4.dynamics.com`. */
export interface DataverseHost {
  readonly cloud: CloudName;
  /** `contoso`; empty for a host without one, `crm4.dynamics.com`. */
  readonly organization: string;
  /** The host of the environment itself, without `api.`: `contoso.crm4.dynamics.com`. */
  readonly environmentHost: string;
  /** True for the name that only the Web API answers to. */
  readonly api: boolean;
}

/** GCC is a number of the public pattern, so it stands before it. */
const HOST_PATTERNS: ReadonlyArray<readonly [CloudName, RegExp]> = [
  ['gcc', /^crm9\.dynamics\.com$/],
  ['public', /^crm\d{0,3}\.dynamics\.com$/],
  ['gccHigh', /^crm\d{0,3}\.microsoftdynamics\.us$/],
  ['dod', /^crm\d{0,3}\.appsplatform\.us$/],
  ['china', /^crm\d{0,3}\.dynamics\.cn$/],
];

/**
 * Reads a host name of Dataverse. Undefined for any other.
 * @param hostname as `URL.hostname` gives it (lower case).
 */
export function dataverseHost(hostname: string): DataverseHost | undefined {
  const match = /^(?:([a-z0-9_-]+)\.)?(api\.)?(crm\d{0,3}\.[a-z]+\.[a-z]+)$/.exec(hostname);
  const domain = match?.[3];
  if (match === null || domain === undefined) return undefined;
  const found = HOST_PATTERNS.find(([, pattern]) => pattern.test(domain));
  if (found === undefined) return undefined;
  const organization = match[1] === 'api' ? '' : (match[1] ?? '');
  return {
    cloud: found[0],
    organization,
    environmentHost: organization === '' ? domain : `${organization}.${domain}`,
    api: match[2] !== undefined || match[1] === 'api',
  };
}

/** Where an environment is: in a cloud, or on this machine. */
export type Place = CloudName | 'loopback';

/**
 * The cloud of an environment by its host name; undefined for a host that belongs to none.
 * @param override the cloud that the user's settings name for hosts that tell nothing by themselves.
 */
export function placeOfHost(hostname: string, override?: CloudName): Place | undefined {
  if (isLoopbackHost(hostname)) return 'loopback';
  return dataverseHost(hostname)?.cloud ?? override;
}
