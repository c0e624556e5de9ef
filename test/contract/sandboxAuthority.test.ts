import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { placeOfHost } from '../../src/auth/cloud';
import { scopeOf } from '../../src/auth/authority';
import { systemClock } from '../../src/base/clock';
import { createNodeFetchTransport } from '../../src/dataverse/nodeFetchTransport';
import { findAuthority } from '../../src/environments/findAuthority';
import { parseCommandLine } from '../../src/sandbox/commandLine';
import { signInRig, type SignInRig } from '../fakes/signInRig';
import { startRunning, type Running } from './sandboxSetup';

const never = new AbortController().signal;

describe('A sandbox that wants tokens of a real OAuth server', () => {
  let rig: SignInRig;
  let running: Running;
  before(async () => {
    rig = await signInRig();
    running = await startRunning({ authority: { url: `${rig.server.authority}/`, ca: rig.tls.certificate } });
  });
  after(async () => {
    await running.close();
    await rig.close();
  });
  beforeEach(() => {
    rig.reset();
    rig.server.resource = running.sandbox.url;
    rig.server.tokenFormat = 'jwt';
  });

  /** The status of a request with a token. */
  const status = async (token: string): Promise<number> =>
    (await running.ask('GET', 'WhoAmI', { token })).status;

  const tokenOf = async (scope = scopeOf(running.sandbox.url)): Promise<string> => {
    const session = rig.userSession({ scope });
    await session.signIn({ signal: never });
    return (await session.token({})).reveal();
  };

  /** Repeats until the status is this one. */
  const untilStatus = async (token: string, wanted: number): Promise<void> => {
    while ((await status(token)) !== wanted) await systemClock.delay(50);
  };

  it('names the server in its challenge, from which the extension finds it', async () => {
    const { headers } = await running.ask('GET', 'WhoAmI', { token: '' });
    assert.equal(
      headers.get('WWW-Authenticate'),
      `Bearer authorization_uri=${rig.server.authority}/oauth2/authorize, resource_id=${running.sandbox.url}/`,
    );
    const { authority, tokenNeeded } = await findAuthority({
      origin: running.sandbox.url,
      place: placeOfHost('127.0.0.1') ?? 'public',
      transport: createNodeFetchTransport({ timeLimit: 8000 }),
      signal: never,
      override: { knownHosts: [rig.server.host] },
    });
    assert.equal(authority.url, rig.server.authority);
    assert.equal(tokenNeeded, true);
  });

  it('accepts its tokens, and its own only at the control address', async () => {
    assert.equal(await status(await tokenOf()), 200);
    assert.equal(await status(running.sandbox.token.reveal()), 401);
    assert.equal((await running.control('GET', 'state')).status, 200);
    const state = await fetch(`${running.sandbox.url}/sandbox/state`, {
      headers: { Authorization: `Bearer ${await tokenOf()}` },
    });
    assert.equal(state.status, 401);
  });

  it('refuses a token from the second in which it ends', async () => {
    rig.server.tokenLife = 2;
    const token = await tokenOf();
    assert.equal(await status(token), 200);
    await untilStatus(token, 401);
    const { exp } = claimsOf(token);
    assert.ok(Date.now() >= Number(exp) * 1000);
  });

  it('refuses a token that is for another service', async () => {
    for (const resource of ['https://contoso.crm4.dynamics.com', 'http://127.0.0.1:1']) {
      rig.server.resource = resource;
      assert.equal(await status(await tokenOf(`${resource}/.default`)), 401, resource);
    }
    rig.server.resource = running.sandbox.url.replace('127.0.0.1', 'localhost');
    assert.equal(await status(await tokenOf(`${rig.server.resource}/.default`)), 200);
  });

  it('refuses what somebody else has signed, or nobody', async () => {
    const [head = '', body = '', signature = ''] = (await tokenOf()).split('.');
    const header = claimsOf(`.${head}.`);
    const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const foreign = sign('sha256', Buffer.from(`${head}.${body}`), privateKey).toString('base64url');
    const symmetric = encode({ ...header, alg: 'HS256' });
    const pem = publicKey.export({ type: 'spki', format: 'pem' });
    const later = encode({ ...claimsOf(`.${body}.`), exp: 4_000_000_000 });
    const forged: Readonly<Record<string, string>> = {
      'a foreign key': `${head}.${body}.${foreign}`,
      'no signature': `${encode({ ...header, alg: 'none' })}.${body}.`,
      'a shared secret': `${symmetric}.${body}.${createHmac('sha256', pem).update(`${symmetric}.${body}`).digest('base64url')}`,
      'a later end': `${head}.${later}.${signature}`,
      'an unknown key': `${encode({ ...header, kid: 'other' })}.${body}.${foreign}`,
    };
    for (const [name, token] of Object.entries(forged)) assert.equal(await status(token), 401, name);
    assert.equal(await status(`${head}.${body}.${signature}`), 200);
  });

  it('asks the server about tokens that are none of its JWTs, once for a while', async () => {
    rig.server.resource = undefined;
    rig.server.tokenLife = 2;
    const token = await tokenOf('openid');
    assert.equal(token.split('.').length, 1);
    const asked = (): number => rig.server.seen.filter(({ line }) => line.endsWith('/me')).length;
    const before = asked();
    for (const wanted of [200, 200, 200]) assert.equal(await status(token), wanted);
    assert.equal(asked(), before + 1);
    assert.equal(await status('invented'), 401);
    await untilStatus(token, 401);
  });

  it('says that nobody trustworthy answers instead of refusing the token', async () => {
    const wary = await startRunning({
      authority: { url: rig.server.authority, ca: rig.client.certificate },
    });
    try {
      rig.server.resource = wary.sandbox.url;
      const answer = await wary.ask('GET', 'WhoAmI', { token: await tokenOf(scopeOf(wary.sandbox.url)) });
      assert.equal(answer.status, 503);
      assert.match(answer.text, /--authority does not answer/);
      assert.equal((await wary.ask('GET', 'WhoAmI', { token: '' })).status, 401);
    } finally {
      await wary.close();
    }
  });
});

describe('The command line of a sandbox with an authority', () => {
  it('takes an https address and a file of certificates', () => {
    const line = parseCommandLine(['--authority', 'https://login.example.com/t', '--authority-ca', 'ca.pem']);
    assert.equal(line.authority, 'https://login.example.com/t');
    assert.equal(line.authorityCa, 'ca.pem');
    assert.equal(parseCommandLine([]).authority, undefined);
  });

  const wrong: ReadonlyArray<readonly [readonly string[], RegExp]> = [
    [['--authority', 'http://127.0.0.1:1/t'], /takes an https address/],
    [['--authority', 'login'], /takes an https address/],
    [['--authority', 'https://login.example.com/?x=1'], /takes an https address/],
    [['--authority', 'https://login.example.com/a,b'], /takes an https address/],
    [['--authority', 'https://login.example.com', '--no-auth'], /exclude each other/],
    [['--authority-ca', 'ca.pem'], /needs --authority/],
  ];
  for (const [args, message] of wrong) {
    it(`refuses ${args.join(' ')}`, () => {
      assert.throws(() => parseCommandLine(args), { name: 'UsageError', message });
    });
  }
});

/** The claims of a token, or the JSON of the second of any parts. */
function claimsOf(token: string): Readonly<Record<string, unknown>> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as Readonly<
    Record<string, unknown>
  >;
}
