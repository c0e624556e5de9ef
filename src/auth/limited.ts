import type { Clock } from '../base/clock';
import { SignInError } from './signInError';

/**
 * Runs something that ends with a signal, with a time limit of its own. Leaves no timer behind.
 * @param limit milliseconds.
 * @throws SignInError `timeout` when the limit, not the caller, ended it.
 */
export async function limited<T>(
  clock: Clock,
  limit: number,
  signal: AbortSignal,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const done = new AbortController();
  clock.delay(limit, AbortSignal.any([done.signal, signal])).then(
    () => late.abort(),
    () => undefined,
  );
  try {
    return await run(AbortSignal.any([signal, late.signal]));
  } catch (error) {
    if (late.signal.aborted && !signal.aborted) {
      throw new SignInError('timeout', `The sign-in was not finished within ${limit} ms`, {
        minutes: Math.round(limit / 60_000),
      });
    }
    throw error;
  } finally {
    done.abort();
  }
}
