import assert from 'node:assert/strict';
import { cacheKey, TokenCaches } from '../../../src/auth/tokenCache';
import { systemClock } from '../../../src/base/clock';
import { EnvironmentList } from '../../../src/environments/environmentList';
import type { EnvironmentProfile } from '../../../src/environments/profile';
import { SignInSessions } from '../../../src/environments/signInSessions';
import { MemoryProfileStorage, MemorySecretStore } from '../../fakes/memoryStores';

const TENANT = '11111111-2222-4333-8444-555555555555';
const CLIENT = '6f1b7a52-8f0e-4c7b-9a43-2f5d1c0e9b11';
const authority = `https://login.microsoftonline.com/${TENANT}`;
const entry = cacheKey('login.microsoftonline.com', TENANT, CLIENT);

const profile = (id: string, change: Partial<EnvironmentProfile> = {}): EnvironmentProfile => ({
  id,
  name: id,
  url: `https://${id}.crm4.dynamics.com`,
  signIn: 'deviceCode',
  sandbox: false,
  authority,
  account: { id: 'anna', username: 'anna@contoso.example' },
  ...change,
});

const unused = (): never => assert.fail('Nothing is asked for here');

/** The sign-ins of some environments, with tokens kept for their authority and client. */
async function signedIn(
  profiles: readonly EnvironmentProfile[],
): Promise<{ readonly sessions: SignInSessions; readonly kept: () => Promise<string | undefined> }> {
  const secrets = new MemorySecretStore();
  await secrets.set(entry, '{}');
  const list = new EnvironmentList(new MemoryProfileStorage(), secrets);
  for (const one of profiles) await list.add(one, undefined);
  const sessions = new SignInSessions({
    list,
    caches: new TokenCaches(secrets),
    transport: unused,
    clock: systemClock,
    settings: () => ({ clientId: CLIENT, override: {} }),
    editorSessions: unused,
    runAzureCli: unused,
    browser: unused,
    deviceCode: () => ({ kind: 'deviceCode', show: unused }),
  });
  return { sessions, kept: () => secrets.get(entry) };
}

describe('The sign-ins of a window', () => {
  it('leave the tokens that another environment uses when one is removed', async () => {
    const { sessions, kept } = await signedIn([profile('a'), profile('b', { signIn: 'deviceCode' })]);
    await sessions.leave(profile('a'));
    assert.equal(await kept(), '{}');
  });

  const alone: ReadonlyArray<readonly [string, Partial<EnvironmentProfile>]> = [
    ['another tenant', { authority: 'https://login.microsoftonline.com/other.example' }],
    ['another client', { clientId: TENANT }],
    ['another account', { account: { id: 'ben', username: 'ben@contoso.example' } }],
    ['a way that keeps no tokens', { signIn: 'azureCli' }],
    ['an authority that is trusted no longer', { authority: 'https://login.example.com/t' }],
  ];
  for (const [name, change] of alone) {
    it(`delete the tokens of a removed environment when another has ${name}`, async () => {
      const { sessions, kept } = await signedIn([profile('a'), profile('b', change)]);
      await sessions.leave(profile('a'));
      assert.equal(await kept(), undefined);
    });
  }

  it('delete the tokens at Sign Out, whoever else uses them', async () => {
    const { sessions, kept } = await signedIn([profile('a'), profile('b')]);
    await sessions.signOut(profile('a'));
    assert.equal(await kept(), undefined);
  });

  it('let an environment be removed whose authority is trusted no longer', async () => {
    const foreign = profile('a', { authority: 'https://login.example.com/t' });
    const { sessions } = await signedIn([foreign]);
    await assert.rejects(sessions.signOut(foreign), { name: 'SignInError' });
    await sessions.leave(foreign);
  });

  it('use no environment elsewhere without a sign-in', async () => {
    const { sessions } = await signedIn([]);
    assert.throws(() => sessions.of(profile('a', { signIn: 'none' })), { reason: 'loopbackOnly' });
    const local = profile('b', { signIn: 'none', url: 'http://127.0.0.1:4711' });
    assert.equal(await sessions.of(local).tokens.token({}), undefined);
  });
});
