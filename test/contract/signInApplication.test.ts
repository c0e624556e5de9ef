import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { CancelledError } from '../../src/base/errors';
import { Secret } from '../../src/base/secret';
import { SignInError } from '../../src/auth/signInError';
import { clientCertificate } from '../fakes/certificates';
import { answerJson, failureOf, reasonOf, signInRig, type SignInRig } from '../fakes/signInRig';

describe('sign-in of an application against a real OAuth server', () => {
  let rig: SignInRig;
  let earlier = 0;
  before(async () => {
    rig = await signInRig();
  });
  after(async () => rig.close());
  beforeEach(() => {
    rig.reset();
    earlier = rig.server.grants('client_credentials');
  });
  const grants = (): number => rig.server.grants('client_credentials') - earlier;

  it('gets a token with a client secret, once for all who ask', async () => {
    const session = rig.applicationSession();
    const tokens = await Promise.all([session.token({}), session.token({}), session.token({})]);
    assert.equal(new Set(tokens.map((token) => token.reveal())).size, 1);
    await session.token({});
    assert.equal(grants(), 1);
  });

  it('renews before the token ends, and replaces one that was refused', async () => {
    rig.server.tokenLife = 200;
    const session = rig.applicationSession();
    const first = await session.token({});
    const second = await session.token({});
    assert.notEqual(second.reveal(), first.reveal());
    rig.server.tokenLife = 3600;
    const third = await session.token({});
    const fourth = await session.token({ refused: { token: third } });
    assert.notEqual(fourth.reveal(), third.reveal());
    assert.equal(grants(), 4);
  });

  it('gets a token with a certificate and sends its SHA-256 thumbprint', async () => {
    await rig.applicationSession({ credential: 'certificate' }).token({});
    const assertion = new URLSearchParams(rig.server.seen.at(-1)?.body).get('client_assertion') ?? '';
    const header: unknown = JSON.parse(
      Buffer.from(assertion.split('.', 1)[0] ?? '', 'base64url').toString('utf8'),
    );
    const raw = new X509Certificate(rig.client.certificate).raw;
    assert.deepEqual(header, {
      alg: 'PS256',
      typ: 'JWT',
      'x5t#S256': createHash('sha256').update(raw).digest('base64url'),
    });
  });

  it('tells a wrong secret', async () => {
    const session = rig.applicationSession({ read: () => Promise.resolve(new Secret('wrong')) });
    assert.equal(await reasonOf(session.token({})), 'wrongSecret');
  });

  it('asks for the secret again after it was wrong, so that a corrected one counts', async () => {
    const secrets = ['wrong', 'canary-cl1ent-s3cret~.with&signs='];
    const session = rig.applicationSession({
      read: () => Promise.resolve(new Secret(secrets.shift() ?? '')),
    });
    await failureOf(session.token({}));
    assert.ok(await session.token({}));
  });

  it('tells a missing secret without asking the server', async () => {
    const seen = rig.server.seen.length;
    const session = rig.applicationSession({ read: () => Promise.resolve(undefined) });
    assert.equal(await reasonOf(session.token({})), 'noSecret');
    assert.equal(rig.server.seen.length, seen);
  });

  it('tells a certificate that the application does not have', async () => {
    const other = await clientCertificate();
    const session = rig.applicationSession({
      credential: 'certificate',
      read: () => Promise.resolve(new Secret(other.key + other.certificate)),
    });
    assert.equal(await reasonOf(session.token({})), 'certificateUnknown');
  });

  it('is refused with a certificate when the clocks differ by hours', async () => {
    rig.server.skew = 7_200_000;
    const session = rig.applicationSession({ credential: 'certificate' });
    assert.equal(await reasonOf(session.token({})), 'certificateUnknown');
  });

  it('tells a wrong clock where the service names it', async () => {
    rig.server.intercept = (request, _body, response) =>
      request.url?.includes('/oauth2/v2.0/token') === true &&
      answerJson(response, 401, {
        error: 'invalid_client',
        error_description: 'AADSTS700024: Client assertion is not within its valid time range. Trace ID: x',
        error_codes: [700024],
      });
    const error = await failureOf(rig.applicationSession({ credential: 'certificate' }).token({}));
    assert.ok(SignInError.is(error, 'clockWrong'));
    assert.equal(error.number, 700024);
    assert.equal(error.serviceMessage, 'Client assertion is not within its valid time range.');
  });

  it('does not sign in to "any tenant"', async () => {
    const authority = { ...rig.authority(), tenant: 'organizations' };
    assert.equal(await reasonOf(rig.applicationSession({ authority }).token({})), 'tenantNeeded');
  });

  it('gives up on claims that it cannot bring, instead of asking for ever', async () => {
    const claims = '{"access_token":{"nbf":{"essential":true,"value":"1"}}}';
    const session = rig.applicationSession();
    const first = await session.token({});
    const second = await session.token({ refused: { token: first, claims } });
    assert.equal(await reasonOf(session.token({ refused: { token: second, claims } })), 'claimsNotSatisfied');
  });

  it('ends at once when its only caller cancels, and goes on for the others', async () => {
    const stop = new AbortController();
    let hanging = 0;
    rig.server.intercept = () => {
      hanging += 1;
      setImmediate(() => stop.abort());
      return hanging === 1;
    };
    const session = rig.applicationSession();
    assert.ok((await failureOf(session.token({ signal: stop.signal }))) instanceof CancelledError);
    const impatient = new AbortController();
    const shared = session.token({});
    const left = failureOf(session.token({ signal: impatient.signal }));
    impatient.abort();
    assert.ok((await left) instanceof CancelledError);
    assert.ok(await shared);
  });
});
