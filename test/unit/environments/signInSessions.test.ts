import assert from 'node:assert/strict';
import { cacheKey, TokenCaches } from '../../../src/auth/tokenCache';
import { SignInError } from '../../../src/auth/signInError';
import { systemClock } from '../../../src/base/clock';
import { Secret } from '../../../src/base/secret';
import { EnvironmentList } from '../../../src/environments/environmentList';
import type { EnvironmentProfile } from '../../../src/environments/profile';
import { SignInSessions, type SignInSettings } from '../../../src/environments/signInSessions';
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
  settings: Partial<SignInSettings> = {},
): Promise<{
  readonly sessions: SignInSessions;
  readonly kept: () => Promise<string | undefined>;
  readonly secrets: MemorySecretStore;
  readonly list: EnvironmentList;
}> {
  const secrets = new MemorySecretStore();
  await secrets.set(entry, '{}');
  const list = new EnvironmentList(new MemoryProfileStorage(), secrets);
  for (const one of profiles) await list.add(one, undefined);
  const sessions = new SignInSessions({
    list,
    caches: new TokenCaches(secrets),
    transport: unused,
    clock: systemClock,
    settings: () => ({ clientId: CLIENT, override: {}, ...settings }),
    editorSessions: unused,
    runAzureCli: unused,
    browser: unused,
    deviceCode: () => ({ kind: 'deviceCode', show: unused }),
  });
  return { sessions, kept: () => secrets.get(entry), secrets, list };
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

  const anna = { id: 'anna', username: 'anna@contoso.example', entry };
  const moved: ReadonlyArray<readonly [string, Partial<SignInSettings>]> = [
    ['client', { clientId: TENANT }],
    ['tenant', { tenant: 'fabrikam.example' }],
    ['authority', { override: { authority: 'https://login.example.com/t' } }],
  ];
  for (const [name, settings] of moved) {
    it(`delete the tokens also after the settings have named another ${name}`, async () => {
      for (const act of ['leave', 'signOut'] as const) {
        const { sessions, kept } = await signedIn([profile('a', { account: anna })], settings);
        await sessions[act](profile('a', { account: anna }));
        assert.equal(await kept(), undefined, act);
      }
    });
  }

  it('delete the tokens that were kept elsewhere when somebody signs in anew, unless another uses them', async () => {
    const one = profile('a', { account: anna });
    const alone = await signedIn([one]);
    await alone.sessions.moved(one, entry);
    assert.equal(await alone.kept(), '{}');
    await alone.sessions.moved(one, cacheKey('login.microsoftonline.com', 'other', CLIENT));
    assert.equal(await alone.kept(), undefined);
    const both = await signedIn([one, profile('b', { account: anna })]);
    await both.sessions.moved(one, undefined);
    assert.equal(await both.kept(), '{}');
  });

  it('delete nothing else of the secret store, whatever a kept profile names', async () => {
    const key = 'environment/b/secret';
    const one = profile('a', { account: { ...anna, entry: key } });
    const { sessions, secrets } = await signedIn([one]);
    await secrets.set(key, 's');
    await sessions.leave(one);
    assert.equal(await secrets.get(key), 's');
  });

  it('go to the tenant of the settings, whatever tenant the environment has named', async () => {
    const there = cacheKey('login.microsoftonline.com', 'fabrikam.example', CLIENT);
    const { sessions, kept, secrets } = await signedIn([profile('a')], { tenant: 'fabrikam.example' });
    await secrets.set(there, '{}');
    await sessions.signOut(profile('a'));
    assert.equal(await secrets.get(there), undefined);
    assert.equal(await kept(), '{}');
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

  it('say that a kept token is needed once it was refused, until there is another one', async () => {
    const { sessions, list } = await signedIn([]);
    const pasted = profile('pasted', { url: 'http://127.0.0.1:5000', signIn: 'token' });
    await list.add(pasted, new Secret('first'));
    const heard: string[] = [];
    sessions.onDidChange((id) => heard.push(`${id} ${sessions.state(id)?.kind ?? 'nothing'}`));
    const { tokens } = sessions.of(pasted);
    const first = await tokens.token({});
    assert.equal(sessions.state('pasted')?.kind, 'ready');
    assert.ok(first !== undefined);
    assert.equal(await tokens.token({ refused: { token: first } }), undefined);
    await list.add(pasted, new Secret('second'));
    await tokens.token({});
    assert.deepEqual(heard, ['pasted needed', 'pasted ready']);
  });

  it('say that an application needs another secret, which is nobody else’s concern', async () => {
    const { sessions } = await signedIn([]);
    const application = profile('app', { signIn: 'secret', clientId: CLIENT });
    await assert.rejects(sessions.of(application).tokens.token({}), (error) =>
      SignInError.is(error, 'noSecret'),
    );
    const state = sessions.state('app');
    assert.ok(state?.kind === 'needed');
    assert.equal(state.error.reason, 'noSecret');
    const sandbox = profile('sandbox', { url: 'http://127.0.0.1:5000', signIn: 'token', sandbox: true });
    await sessions.of(sandbox).tokens.token({ refused: {} });
    assert.equal(sessions.state('sandbox'), undefined);
  });
});
