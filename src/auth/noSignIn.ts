import { isLoopbackHost } from '../base/hosts';
import type { TokenSource } from './ports';
import { SignInError } from './signInError';

/**
 * No token at all, for a service on this machine.
 * @throws SignInError `loopbackOnly` for any other address.
 */
export function noSignIn(origin: string): TokenSource {
  if (!URL.canParse(origin) || !isLoopbackHost(new URL(origin).hostname)) {
    throw new SignInError('loopbackOnly', 'Only a service on this machine can be used without a sign-in');
  }
  return { token: () => Promise.resolve(undefined) };
}
