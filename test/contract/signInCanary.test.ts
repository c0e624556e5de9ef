import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { editorScopes, EditorAccountSession } from '../../src/auth/editorAccount';
import { SignInGate } from '../../src/auth/signInGate';
import { systemClock } from '../../src/base/clock';
import { Secret } from '../../src/base/secret';
import { signInText } from '../../src/presentation/texts/signInTexts';
import { SignInError } from '../../src/auth/signInError';
import { CLIENT_SECRET, SCOPE } from '../fakes/oidcServer';
import { answerJson, failureOf, QuickClock, signInRig, type SignInRig } from '../fakes/signInRig';

const never = new AbortController().signal;

/** Everything that somebody could see of a value: text, JSON, inspection with hidden members, the stack. */
function seen(value: unknown): string {
  const parts = [
    inspect(value, { depth: 20, showHidden: true, getters: true }),
    JSON.stringify(value),
    String(value),
  ];
  if (value instanceof Error) parts.push(value.stack ?? '', seenCause(value));
  if (SignInError.is(value))
    parts.push(JSON.stringify(signInText(value, 'Contoso')), JSON.stringify(value.details));
  return parts.join('\n');
}

function seenCause(error: Error): string {
  return error.cause === undefined ? '' : seen(error.cause);
}

const SECRET_PARAMETERS = [
  'client_secret',
  'client_assertion',
  'refresh_token',
  'code',
  'code_verifier',
  'device_code',
];

function secretsOf(body: string): readonly string[] {
  const form = new URLSearchParams(body);
  return SECRET_PARAMETERS.flatMap((name) => form.getAll(name));
}

describe('secrets, tokens and keys of a sign-in', () => {
  let rig: SignInRig;
  before(async () => {
    rig = await signInRig();
  });
  after(async () => rig.close());
  beforeEach(() => rig.reset());

  /** What went over the wire and must not be seen anywhere else. */
  const sent = (): readonly string[] => rig.server.seen.flatMap(({ body }) => secretsOf(body));

  function assertHidden(secrets: readonly string[], ...values: readonly unknown[]): void {
    assert.ok(secrets.length > 0);
    for (const value of values) {
      const text = seen(value);
      for (const secret of secrets) {
        assert.ok(!text.includes(secret) && !text.includes(encodeURIComponent(secret)), text.slice(0, 2000));
      }
    }
  }

  /** A server that repeats every secret it was sent, plain and encoded, in its refusal of every grant. */
  const echo = (): void => {
    rig.server.intercept = (request, body, response) => {
      if (request.url?.includes('/oauth2/v2.0/token') !== true) return false;
      const values = secretsOf(body).flatMap((value) => [value, encodeURIComponent(value)]);
      return answerJson(response, 400, {
        error: 'invalid_grant',
        error_description: `AADSTS99999: You sent ${values.join(' and ')}. Trace ID: none`,
        error_codes: [99999],
      });
    };
  };

  it('are not in what the sessions show of themselves', async () => {
    const person = rig.userSession();
    const application = rig.applicationSession();
    const certificate = rig.applicationSession({ credential: 'certificate' });
    const account = await person.signIn({ signal: never });
    const tokens = [await person.token({}), await application.token({}), await certificate.token({})];
    const gate = new SignInGate(person, { clock: systemClock });
    assertHidden(
      [...sent(), ...tokens.map((token) => token.reveal()), CLIENT_SECRET, rig.client.key],
      person,
      application,
      certificate,
      gate,
      account,
      tokens,
    );
    gate.dispose();
  });

  it('are in the secret store only, and not in its keys', async () => {
    const session = rig.userSession();
    const account = await session.signIn({ signal: never });
    const token = (await session.token({})).reveal();
    const kept = [...rig.secrets.entries.values()].join('');
    assert.ok(kept.includes(token));
    assertHidden([token], [...rig.secrets.entries.keys()], account);
    await session.signOut();
    assert.equal([...rig.secrets.entries.values()].join(''), '');
  });

  it('are not in the address that the browser is sent to', async () => {
    const session = rig.userSession();
    await session.signIn({ signal: never });
    const token = (await session.token({})).reveal();
    assertHidden([...sent(), token], rig.opened, rig.pages);
  });

  it('are not in the error when the server repeats a client secret', async () => {
    echo();
    const error = await failureOf(rig.applicationSession().token({}));
    assert.ok(SignInError.is(error, 'refused'));
    assert.equal(error.serviceMessage, 'You sent ••• and •••.');
    assertHidden([...sent(), CLIENT_SECRET], error);
  });

  it('are not in the error when the server repeats an assertion of a certificate', async () => {
    echo();
    const error = await failureOf(rig.applicationSession({ credential: 'certificate' }).token({}));
    assertHidden([...sent(), rig.client.key], error);
  });

  it('are not in the error when the server repeats a code and its verifier', async () => {
    echo();
    const error = await failureOf(rig.userSession().signIn({ signal: never }));
    assertHidden(sent(), error);
  });

  it('are not in the error when the server repeats a refresh token', async () => {
    rig.server.tokenLife = 200;
    const session = rig.userSession();
    await session.signIn({ signal: never });
    echo();
    const error = await failureOf(session.token({ refused: {} }));
    assertHidden(sent(), error);
  });

  it('are not in the error when the server repeats a device code', async () => {
    echo();
    const session = rig.userSession({ interaction: rig.personWithCode(), clock: new QuickClock() });
    const error = await failureOf(session.signIn({ signal: never }));
    assertHidden(sent(), error);
  });

  it('are not in the error when a proxy answers with a page that repeats them', async () => {
    rig.server.intercept = (request, body, response) => {
      if (request.url?.includes('/oauth2/v2.0/token') !== true) return false;
      response.writeHead(502, { 'Content-Type': 'text/html' }).end(`<pre>${body}</pre>`);
      return true;
    };
    const error = await failureOf(rig.applicationSession().token({}));
    assert.ok(SignInError.is(error, 'authorityDown'));
    assertHidden([...sent(), CLIENT_SECRET], error);
  });

  it('are not in the error when the refusal hides the secret in its error code', async () => {
    rig.server.intercept = (request, body, response) =>
      request.url?.includes('/oauth2/v2.0/token') === true &&
      answerJson(response, 400, { error: new URLSearchParams(body).get('client_secret'), suberror: body });
    const error = await failureOf(
      rig.applicationSession({ read: () => Promise.resolve(new Secret('canary_plain_secret')) }).token({}),
    );
    assertHidden(['canary_plain_secret'], error);
  });

  it('of the editor are not in what its session shows', async () => {
    const session = new EditorAccountSession({
      sessions: {
        getSession: () =>
          Promise.resolve({ accessToken: 'canary-editor-token', account: { id: '1', label: 'anna' } }),
      },
      scopes: editorScopes(SCOPE, rig.authority()),
    });
    const token = await session.token({});
    const error = await failureOf(session.token({ refused: { token } }));
    assertHidden(['canary-editor-token'], session, token, error);
  });
});
