/**
 * A process that cancels a sign-in at each point and does nothing else. It says `done` and must then end by itself:
 * a server, a socket or a timer that was left behind would keep it alive.
 */
import { isCancellation } from '../../src/base/errors';
import { failureOf, QuickClock, signInRig } from './signInRig';

async function main(): Promise<void> {
  const rig = await signInRig();

  async function cancelled(run: (stop: AbortController) => Promise<unknown>): Promise<void> {
    rig.reset();
    const error = await failureOf(run(new AbortController()));
    if (!isCancellation(error)) throw error;
  }

  const browser = rig.personInBrowser();
  await cancelled(async (stop) => {
    const open = (): Promise<boolean> => {
      setImmediate(() => stop.abort());
      return Promise.resolve(true);
    };
    return rig.userSession({ interaction: { ...browser, open } }).signIn({ signal: stop.signal });
  });
  await cancelled(async (stop) => {
    const open = (): Promise<boolean> => {
      setImmediate(() => stop.abort());
      return new Promise<boolean>(() => undefined);
    };
    return rig.userSession({ interaction: { ...browser, open } }).signIn({ signal: stop.signal });
  });
  await cancelled(async (stop) => {
    const interaction = rig.personWithCode(() => setImmediate(() => stop.abort()));
    const clock = new QuickClock(1000);
    return rig.userSession({ interaction, clock }).signIn({ signal: stop.signal });
  });
  for (const credential of ['secret', 'certificate'] as const) {
    await cancelled(async (stop) => {
      rig.server.intercept = () => {
        setImmediate(() => stop.abort());
        return true;
      };
      return rig.applicationSession({ credential }).token({ signal: stop.signal });
    });
  }
  await cancelled(async (stop) => {
    const session = rig.userSession();
    // One that succeeds must leave nothing either, and its signal is never aborted.
    await session.signIn({ signal: new AbortController().signal });
    rig.server.intercept = () => {
      setImmediate(() => stop.abort());
      return true;
    };
    return session.token({ signal: stop.signal, refused: {} });
  });
  await rig.close();
  console.log('done');
}

void main();
