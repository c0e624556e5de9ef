import assert from 'node:assert/strict';
import { CancelledError } from '../../src/base/errors';
import { answerJson, failureOf, QuickClock, reasonOf, signInRig, type SignInRig } from '../fakes/signInRig';

const never = new AbortController().signal;
const GRANT = 'device_code';

describe('sign-in by device code against a real OAuth server', () => {
  let rig: SignInRig;
  let clock: QuickClock;
  let polls = 0;
  before(async () => {
    rig = await signInRig();
  });
  after(async () => rig.close());
  beforeEach(() => {
    rig.reset();
    clock = new QuickClock();
    polls = rig.server.grants(GRANT);
  });
  const asked = (): number => rig.server.grants(GRANT) - polls;

  const isPoll = (body: string): boolean => new URLSearchParams(body).get('grant_type') === GRANT;

  it('shows a code, waits while it is pending, and comes back with a token', async () => {
    const session = rig.userSession({ interaction: rig.personWithCode(), clock });
    const account = await session.signIn({ signal: never });
    assert.equal(account.username, 'anna@contoso.example');
    const [prompt] = rig.shown;
    assert.match(prompt?.userCode ?? '', /^[A-Z0-9-]{8,9}$/);
    assert.ok(prompt?.verificationUri.startsWith(rig.server.origin));
    assert.equal(prompt?.expiresIn, 600);
    assert.ok(await session.token({}));
    // As the protocol wants, the first question comes a pause after the code.
    assert.equal(clock.pauses.length, asked());
    assert.deepEqual(new Set(clock.pauses), new Set([5000]));
  });

  it('asks more slowly when the server says slow_down, and goes on', async () => {
    let answered = 0;
    rig.server.intercept = (_request, body, response) => {
      if (!isPoll(body) || answered === 2) return false;
      answered += 1;
      return answerJson(response, 400, { error: 'slow_down' });
    };
    const session = rig.userSession({ interaction: rig.personWithCode(), clock });
    await session.signIn({ signal: never });
    assert.deepEqual(clock.pauses.slice(0, 3), [5000, 10_000, 15_000]);
  });

  it('keeps the interval that the server names', async () => {
    rig.server.intercept = (request, _body, response) =>
      request.url?.includes('/devicecode') === true &&
      answerJson(response, 200, {
        device_code: 'canary-device-code',
        user_code: 'ABCD-EFGH',
        verification_uri: 'https://login.example.com/device',
        expires_in: 600,
        interval: 11,
      });
    const session = rig.userSession({ interaction: rig.personWithCode(() => undefined), clock });
    await failureOf(session.signIn({ signal: never }));
    assert.deepEqual(clock.pauses, [11_000]);
  });

  it('tells that the person refused', async () => {
    const interaction = rig.personWithCode(({ verificationUri, userCode }) => {
      void rig.browser().enterCode(verificationUri, userCode, 'anna', false);
    });
    assert.equal(
      await reasonOf(rig.userSession({ interaction, clock }).signIn({ signal: never })),
      'accessDenied',
    );
  });

  it('tells that the code has expired', async () => {
    rig.server.deviceCodeLife = 1;
    const interaction = rig.personWithCode(() => undefined);
    assert.equal(
      await reasonOf(rig.userSession({ interaction, clock }).signIn({ signal: never })),
      'deviceCodeExpired',
    );
  });

  it('gives up after its time limit', async () => {
    const interaction = rig.personWithCode(() => undefined);
    const session = rig.userSession({ interaction, clock: new QuickClock(300), interactionLimit: 300 });
    assert.equal(await reasonOf(session.signIn({ signal: never })), 'timeout');
  });

  it('ends at once when it is cancelled during a pause, takes the code away and asks no more', async () => {
    const stop = new AbortController();
    let ended: AbortSignal | undefined;
    const session = rig.userSession({
      // Pauses are real here: five seconds that nobody waits for.
      clock: new QuickClock(1000),
      interaction: {
        kind: 'deviceCode',
        show: (_prompt, signal) => {
          ended = signal;
          setImmediate(() => stop.abort());
        },
      },
    });
    const begin = performance.now();
    assert.ok((await failureOf(session.signIn({ signal: stop.signal }))) instanceof CancelledError);
    assert.ok(performance.now() - begin < 4000);
    assert.equal(ended?.aborted, true);
    assert.equal(asked(), 0);
  });

  it('asks a plain OpenID Connect server in the words of the standard', async () => {
    const standard = 'urn:ietf:params:oauth:grant-type:device_code';
    const before = rig.server.grants(standard);
    const session = rig.userSession({
      authority: rig.authority('OIDC'),
      interaction: rig.personWithCode(),
      clock,
    });
    await session.signIn({ signal: never });
    assert.equal(rig.server.grants(standard) - before, clock.pauses.length);
    assert.equal(asked(), 0);
  });

  it('ends at once when it is cancelled while the server hangs', async () => {
    const stop = new AbortController();
    rig.server.intercept = (_request, body) => {
      if (!isPoll(body)) return false;
      setImmediate(() => stop.abort());
      return true;
    };
    const session = rig.userSession({ interaction: rig.personWithCode(), clock });
    assert.ok((await failureOf(session.signIn({ signal: stop.signal }))) instanceof CancelledError);
  });

  it('does not show a page that is not encrypted', async () => {
    rig.server.intercept = (request, _body, response) =>
      request.url?.includes('/devicecode') === true &&
      answerJson(response, 200, {
        device_code: 'canary-device-code',
        user_code: 'ABCD-EFGH',
        verification_uri: 'http://login.example.com/device',
        expires_in: 600,
        interval: 5,
      });
    const session = rig.userSession({ interaction: rig.personWithCode(), clock });
    assert.equal(await reasonOf(session.signIn({ signal: never })), 'badAnswer');
    assert.deepEqual(rig.shown, []);
  });

  it('tells that the app registration does not allow public clients', async () => {
    rig.server.intercept = (request, _body, response) =>
      request.url?.includes('/devicecode') === true &&
      answerJson(response, 401, {
        error: 'invalid_client',
        error_description:
          "AADSTS7000218: The request body must contain the following parameter: 'client_assertion' or 'client_secret'. Trace ID: 0d5cfc2b-7a3e-4f8b-9b2a-0a1b2c3d4e5f Correlation ID: 1d5cfc2b-7a3e-4f8b-9b2a-0a1b2c3d4e5f Timestamp: 2025-03-04 10:00:00Z",
        error_codes: [7000218],
      });
    const session = rig.userSession({ interaction: rig.personWithCode(), clock });
    assert.equal(await reasonOf(session.signIn({ signal: never })), 'publicClientNotAllowed');
  });
});
