import assert from 'node:assert/strict';
import { SignInGate, type GateState } from '../../../src/auth/signInGate';
import { SignInError } from '../../../src/auth/signInError';
import type { Account, SignInSession } from '../../../src/auth/ports';
import { CancelledError } from '../../../src/base/errors';
import { Secret } from '../../../src/base/secret';
import { StoppedClock } from '../../fakes/clocks';

const never = new AbortController().signal;
const ANNA: Account = { id: '1', username: 'anna@contoso.example' };

/** A session whose state a test sets, with prompts that a test ends. */
class TestSession implements SignInSession {
  failure: Error | undefined = new SignInError('interactionNeeded', 'x', { because: 'sessionExpired' });
  prompts: Array<{ readonly signal: AbortSignal; readonly end: (failure?: Error) => void }> = [];
  asked = 0;

  token(): Promise<Secret> {
    this.asked += 1;
    return this.failure === undefined
      ? Promise.resolve(new Secret(`token ${this.prompts.length}`))
      : Promise.reject(this.failure);
  }

  signIn({ signal }: { readonly signal: AbortSignal }): Promise<Account> {
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(new CancelledError()));
      this.prompts.push({
        signal,
        end: (failure) => {
          this.failure = failure === undefined ? undefined : this.failure;
          if (failure === undefined) resolve(ANNA);
          else reject(failure);
        },
      });
    });
  }

  signOut(): Promise<void> {
    this.failure = new SignInError('interactionNeeded', 'x');
    return Promise.resolve();
  }
}

describe('the gate that work waits at while a person signs in', () => {
  let session: TestSession;
  let clock: StoppedClock;
  let gate: SignInGate;
  let states: GateState[];
  beforeEach(() => {
    session = new TestSession();
    clock = new StoppedClock();
    gate = new SignInGate(session, { clock, patience: 60_000 });
    states = [];
    gate.onDidChange((state) => states.push(state));
  });
  const kinds = (): readonly string[] => states.map(({ kind }) => kind);
  const ended = async (promise: Promise<unknown>): Promise<unknown> =>
    promise.then(
      () => 'no failure',
      (error: unknown) => error,
    );

  it('lets nobody wait who has given up while the session was asked', async () => {
    const left = new AbortController();
    session.token = () => {
      left.abort();
      return Promise.reject(new SignInError('interactionNeeded', 'x'));
    };
    assert.ok((await ended(gate.token({ signal: left.signal }))) instanceof CancelledError);
  });

  it('lets tokens through when there are some', async () => {
    session.failure = undefined;
    assert.equal((await gate.token({}))?.reveal(), 'token 0');
    assert.deepEqual(states, []);
  });

  it('says once that a person is needed, and lets all work go on after one sign-in', async () => {
    const work = [gate.token({}), gate.token({}), gate.token({})];
    await clock.someoneWaits();
    assert.deepEqual(kinds(), ['needed']);
    assert.equal(session.prompts.length, 0);
    const signIn = gate.signIn({ signal: never });
    session.prompts[0]?.end();
    assert.deepEqual(await signIn, ANNA);
    assert.deepEqual(
      (await Promise.all(work)).map((token) => token?.reveal()),
      ['token 1', 'token 1', 'token 1'],
    );
    assert.deepEqual(kinds(), ['needed', 'running', 'ready']);
    assert.equal(clock.waiting, 0);
  });

  it('has one prompt at a time', async () => {
    const first = gate.signIn({ signal: never });
    const second = gate.signIn({ signal: never });
    session.prompts[0]?.end();
    assert.deepEqual(await Promise.all([first, second]), [ANNA, ANNA]);
    assert.equal(session.prompts.length, 1);
  });

  it('lets work that comes during the prompt wait for it', async () => {
    const signIn = gate.signIn({ signal: never });
    const work = gate.token({});
    assert.equal(session.asked, 0);
    session.prompts[0]?.end();
    await signIn;
    assert.equal((await work)?.reveal(), 'token 1');
  });

  it('ends the waiting work with what it needed when the person closes the prompt', async () => {
    const work = ended(gate.token({}));
    await clock.someoneWaits();
    const signIn = ended(gate.signIn({ signal: never }));
    session.prompts[0]?.end(new CancelledError());
    assert.ok((await signIn) instanceof CancelledError);
    assert.ok(SignInError.is(await work, 'interactionNeeded'));
    assert.equal(gate.state.kind, 'needed');
    assert.equal(clock.waiting, 0);
  });

  it('ends the waiting work with why the sign-in failed', async () => {
    const work = ended(gate.token({}));
    await clock.someoneWaits();
    const signIn = ended(gate.signIn({ signal: never }));
    session.prompts[0]?.end(new SignInError('blockedByPolicy', 'x'));
    assert.ok(SignInError.is(await work, 'blockedByPolicy'));
    assert.ok(SignInError.is(await signIn, 'blockedByPolicy'));
  });

  it('does not wait for ever', async () => {
    const work = ended(gate.token({}));
    await clock.someoneWaits();
    clock.advance(60_000);
    assert.ok(SignInError.is(await work, 'interactionNeeded'));
  });

  it('lets work stop waiting when it is cancelled', async () => {
    const stop = new AbortController();
    const work = ended(gate.token({ signal: stop.signal }));
    await clock.someoneWaits();
    stop.abort();
    assert.ok((await work) instanceof CancelledError);
    assert.equal(clock.waiting, 0);
  });

  it('fails at once for those who do not want to wait', async () => {
    assert.ok(SignInError.is(await ended(gate.impatient.token({})), 'interactionNeeded'));
    assert.deepEqual(kinds(), ['needed']);
  });

  it('lets other failures through without asking for anybody', async () => {
    session.failure = new SignInError('unreachable', 'x');
    assert.ok(SignInError.is(await ended(gate.token({})), 'unreachable'));
    assert.deepEqual(states, []);
  });

  it('is ready again when a token comes without a prompt, as after a sign-in in another window', async () => {
    await ended(gate.impatient.token({}));
    session.failure = undefined;
    await gate.token({});
    assert.deepEqual(kinds(), ['needed', 'ready']);
  });

  it('needs a person after a sign-out', async () => {
    session.failure = undefined;
    await gate.signOut();
    assert.equal(gate.state.kind, 'needed');
  });

  it('ends prompt and waiting work as cancelled when it is disposed', async () => {
    const work = ended(gate.token({}));
    await clock.someoneWaits();
    const signIn = ended(gate.signIn({ signal: never }));
    gate.dispose();
    assert.ok((await work) instanceof CancelledError);
    assert.ok((await signIn) instanceof CancelledError);
    assert.equal(session.prompts[0]?.signal.aborted, true);
    assert.equal(clock.waiting, 0);
  });
});
