/** The ways to sign in, in the order in which they are offered. */
export const SIGN_IN_WAYS = [
  'editor',
  'browser',
  'deviceCode',
  'secret',
  'certificate',
  'azureCli',
  'none',
] as const;
export type SignInWay = (typeof SIGN_IN_WAYS)[number];

/** Where the extension runs and what for. */
export interface Surroundings {
  /** The environment's address is on this machine. */
  readonly loopback: boolean;
  /** The editor has a provider of Microsoft accounts. */
  readonly editorAccounts: boolean;
  /** The extension and the user's browser are on the same machine, so that the browser reaches a loopback of ours. */
  readonly browserReachesUs: boolean;
  /** Processes can be started: not in a browser's own extension host. */
  readonly processes: boolean;
}

/**
 * The ways that can work, in order. A way that would end in a dead browser tab is not among them: where a loopback
 * cannot be reached, the device code takes the browser's place.
 */
export function waysToSignIn(around: Surroundings): readonly SignInWay[] {
  const works: Readonly<Record<SignInWay, boolean>> = {
    editor: around.editorAccounts && !around.loopback,
    browser: around.browserReachesUs,
    deviceCode: true,
    secret: true,
    certificate: true,
    azureCli: around.processes && !around.loopback,
    none: around.loopback,
  };
  return SIGN_IN_WAYS.filter((way) => works[way]);
}

/**
 * The app registration for samples and development that Microsoft's documentation names (FACTS 14). Users who may not
 * use it, or want their own, name another in the settings.
 */
export const SAMPLE_CLIENT_ID = '51f81489-12ee-4a9e-aaae-a2591f45987d';
