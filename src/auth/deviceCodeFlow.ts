import type { AuthenticationResult, DeviceCodeRequest, PublicClientApplication } from '@azure/msal-node';
import { throwIfAborted } from '../base/errors';
import type { FlowRequest } from './browserFlow';
import { SignInError } from './signInError';

/** What the user needs to sign in on any device. */
export interface DeviceCodePrompt {
  readonly userCode: string;
  readonly verificationUri: string;
  /** Seconds from now on. */
  readonly expiresIn: number;
}

/** Sign-in with a code on another page or device; works wherever a request can be sent. */
export interface DeviceCodeInteraction {
  readonly kind: 'deviceCode';
  /** Shows the code. The signal is aborted when the sign-in has ended, however it did. */
  readonly show: (prompt: DeviceCodePrompt, ended: AbortSignal) => void;
}

export async function deviceCodeFlow(
  app: PublicClientApplication,
  { scopes, claims }: FlowRequest,
  interaction: DeviceCodeInteraction,
  signal: AbortSignal,
): Promise<AuthenticationResult> {
  throwIfAborted(signal);
  const ended = new AbortController();
  let untrusted: SignInError | undefined;
  const request: DeviceCodeRequest = {
    scopes,
    ...(claims === undefined ? {} : { claims }),
    deviceCodeCallback: ({ userCode, verificationUri, expiresIn }) => {
      if (isWebPage(verificationUri)) {
        interaction.show({ userCode, verificationUri, expiresIn }, ended.signal);
        return;
      }
      untrusted = new SignInError('badAnswer', 'The page for the code is no https address');
      request.cancel = true;
    },
  };
  const onAbort = (): void => {
    request.cancel = true;
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const result = await app.acquireTokenByDeviceCode(request);
    if (result === null) throw new SignInError('badAnswer', 'The sign-in service gave no token');
    return result;
  } catch (error) {
    throw untrusted ?? error;
  } finally {
    signal.removeEventListener('abort', onAbort);
    ended.abort();
  }
}

function isWebPage(address: unknown): boolean {
  return typeof address === 'string' && URL.canParse(address) && new URL(address).protocol === 'https:';
}
