import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Secret } from '../../../src/base/secret';
import { EnvironmentList } from '../../../src/environments/environmentList';
import { keptToken } from '../../../src/environments/keptToken';
import { parseProfiles, storedProfiles, type EnvironmentProfile } from '../../../src/environments/profile';
import { exportProfiles, importProfiles } from '../../../src/environments/profileFile';
import { parseSandboxAddress } from '../../../src/environments/sandboxStart';
import { MemoryProfileStorage, MemorySecretStore } from '../../fakes/memoryStores';

const SECRET = 't0k3n-s3cr3t';

function profile(id: string, more: Partial<EnvironmentProfile> = {}): EnvironmentProfile {
  return {
    id,
    name: `Environment ${id}`,
    url: 'http://localhost:4711',
    signIn: 'token',
    sandbox: false,
    ...more,
  };
}

describe('Profiles from storage', () => {
  it('are read as they were written, sandboxes of this window left out', () => {
    const kept = [profile('a'), profile('b', { signIn: 'none' })];
    const stored: unknown = JSON.parse(
      JSON.stringify(storedProfiles([...kept, profile('s', { sandbox: true })])),
    );
    assert.deepEqual(parseProfiles(stored), kept);
  });

  it('are left out when they are no profiles', () => {
    const good = storedProfiles([profile('a')])[0];
    const broken = [
      null,
      7,
      [],
      {},
      { ...profile('b'), id: 1 },
      { ...profile('b'), signIn: 'oauth' },
      { ...profile('b'), account: 'me' },
      { ...profile('b'), url: 'no address' },
      { ...profile('b'), url: 'http://localhost:4711/path' },
      { ...profile('b'), url: 'ftp://localhost' },
      { ...profile('b'), url: 'http://contoso.crm.dynamics.com' },
      { ...profile('b'), url: 'file:///etc' },
      { ...profile('b'), name: undefined },
      { ...profile('a'), name: 'another of the same id' },
    ];
    assert.deepEqual(parseProfiles([good, ...broken]), [profile('a')]);
    for (const stored of [undefined, null, {}, 'x', 5]) assert.deepEqual(parseProfiles(stored), []);
  });

  it('never break the reading, and those that pass have an address and an id of their own', () => {
    const entry = fc.record(
      {
        id: fc.oneof(fc.constantFrom('a', 'b'), fc.anything()),
        name: fc.oneof(fc.string(), fc.anything()),
        url: fc.oneof(fc.constantFrom('http://localhost:1', 'https://x.example'), fc.anything()),
        signIn: fc.constantFrom('none', 'token', 'other'),
        sandbox: fc.boolean(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.array(fc.oneof(entry, fc.anything()))), (stored) => {
        const profiles = parseProfiles(stored);
        for (const { url, sandbox } of profiles) {
          assert.equal(new URL(url).origin, url);
          assert.equal(sandbox, false);
        }
        assert.equal(new Set(profiles.map(({ id }) => id)).size, profiles.length);
      }),
    );
  });
});

describe('The list of environments', () => {
  function makeList(stored?: unknown): {
    list: EnvironmentList;
    storage: MemoryProfileStorage;
    secrets: MemorySecretStore;
    changes: () => number;
  } {
    const storage = new MemoryProfileStorage(stored);
    const secrets = new MemorySecretStore();
    const list = new EnvironmentList(storage, secrets);
    let changes = 0;
    list.onDidChange(() => (changes += 1));
    return { list, storage, secrets, changes: () => changes };
  }

  it('keeps profiles in their order over a restart, and tokens in the secret store only', async () => {
    const { list, storage, secrets, changes } = makeList();
    await list.add(profile('b'), new Secret(SECRET));
    await list.add(profile('a', { signIn: 'none' }), undefined);
    assert.equal(changes(), 2);
    const again = new EnvironmentList(new MemoryProfileStorage(storage.read()), secrets);
    assert.deepEqual(
      again.profiles.map(({ id }) => id),
      ['b', 'a'],
    );
    assert.equal((await again.token(profile('b')))?.reveal(), SECRET);
    assert.equal(await again.token(profile('a')), undefined);
    assert.deepEqual([...secrets.secrets.values()], [SECRET]);
    assert.ok(!storage.written.join().includes(SECRET));
    assert.ok(!JSON.stringify(list.profiles).includes(SECRET));
    assert.equal(again.find('a')?.name, 'Environment a');
    assert.equal(again.find('nobody'), undefined);
  });

  it('keeps nothing of a sandbox of this window', async () => {
    const { list, storage, secrets } = makeList();
    const sandbox = profile('s', { sandbox: true });
    await list.add(sandbox, new Secret(SECRET));
    assert.equal((await list.token(sandbox))?.reveal(), SECRET);
    assert.deepEqual(storage.read(), []);
    assert.equal(secrets.secrets.size, 0);
    await list.remove('s');
    assert.equal(await list.token(sandbox), undefined);
  });

  it('deletes the token with the environment', async () => {
    const { list, storage, secrets, changes } = makeList();
    await list.add(profile('a'), new Secret(SECRET));
    await list.add(profile('b'), new Secret(`${SECRET}-b`));
    await list.remove('a');
    assert.deepEqual([...secrets.secrets.values()], [`${SECRET}-b`]);
    assert.deepEqual(
      parseProfiles(storage.read()).map(({ id }) => id),
      ['b'],
    );
    assert.equal(changes(), 3);
  });

  it('replaces an environment of the same id with its token', async () => {
    const { list } = makeList();
    await list.add(profile('a'), new Secret('old'));
    await list.add(profile('a', { name: 'New' }), new Secret('new'));
    assert.deepEqual(
      list.profiles.map(({ name }) => name),
      ['New'],
    );
    assert.equal((await list.token(profile('a')))?.reveal(), 'new');
  });

  it('keeps what another window has added, and loses what it has removed', async () => {
    const storage = new MemoryProfileStorage();
    const secrets = new MemorySecretStore();
    const [here, there] = [new EnvironmentList(storage, secrets), new EnvironmentList(storage, secrets)];
    await here.add(profile('a'), undefined);
    await here.add(profile('s', { sandbox: true }), new Secret(SECRET));
    await there.add(profile('b'), undefined);
    const before = here.find('a');
    let changes = 0;
    here.onDidChange(() => (changes += 1));
    here.reload();
    here.reload();
    assert.deepEqual(
      here.profiles.map(({ id }) => id),
      ['a', 's', 'b'],
    );
    assert.equal(here.find('a'), before, 'what has not changed stays the same object');
    assert.equal(changes, 1);
    await there.remove('a');
    await here.add(profile('c'), undefined);
    assert.deepEqual(
      parseProfiles(storage.read()).map(({ id }) => id),
      ['b', 'c'],
    );
  });

  it('adds nothing when the secret cannot be kept', async () => {
    const { list, secrets, storage } = makeList();
    secrets.set = () => Promise.reject(new Error('locked'));
    await assert.rejects(list.add(profile('a'), new Secret(SECRET)), /locked/);
    assert.deepEqual([list.profiles, storage.written], [[], []]);
  });
});

describe('A file of environments', () => {
  it('carries the list without secrets and accounts, and comes back with ids of its own', () => {
    const mine = [
      profile('a', { account: { id: 'me', username: 'me@example.com' }, production: true }),
      profile('s', { sandbox: true }),
    ];
    const text = exportProfiles(mine);
    assert.ok(!text.includes('me@example.com') && !text.includes('"s"'), text);
    const { added, known } = importProfiles(text, [], () => 'fresh');
    assert.deepEqual(added, [profile('fresh', { name: 'Environment a', production: true })]);
    assert.equal(known, 0);
    assert.deepEqual(
      importProfiles(text, mine, () => 'fresh'),
      { added: [], known: 1, unreadable: 0 },
    );
  });

  it('brings each address once, and nothing that no token may be sent to', () => {
    const file = (environments: readonly unknown[]) =>
      JSON.stringify({ format: 'dataverse-webhooks.environments', version: 1, environments });
    const good = { ...profile('a', { url: 'https://contoso.crm.dynamics.com' }), account: undefined };
    const hostile = [
      { ...good, id: 'b' },
      { ...good, id: 'c', url: 'http://contoso.crm.dynamics.com' },
      { ...good, id: 'd', url: 'https://user:pw@contoso.crm.dynamics.com' },
      'nothing',
    ];
    const { added, known, unreadable } = importProfiles(file([good, ...hostile]), [], () => 'fresh');
    assert.deepEqual([added.map(({ url }) => url), known, unreadable], [[good.url], 1, 3]);
  });

  it('is refused with a reason when it is something else', () => {
    for (const [text, reason] of [
      ['{', 'notJson'],
      ['[]', 'notProfiles'],
      ['{"format":"other","environments":[]}', 'notProfiles'],
      ['null', 'notProfiles'],
    ] as const) {
      assert.throws(() => importProfiles(text, [], () => 'x'), { name: 'ProfileFileError', reason });
    }
  });
});

describe('A token that is kept', () => {
  it('is given until the service refuses it, and again when there is a new one', async () => {
    const list = new EnvironmentList(new MemoryProfileStorage(), new MemorySecretStore());
    const environment = profile('a');
    await list.add(environment, new Secret('one'));
    const tokens = keptToken(list, environment);
    const first = await tokens.token({});
    assert.equal(first?.reveal(), 'one');
    assert.equal(await tokens.token({ refused: { token: new Secret('one') } }), undefined);
    assert.equal((await tokens.token({ refused: {} }))?.reveal(), 'one');
    await list.add(environment, new Secret('two'));
    assert.equal((await tokens.token({ refused: { token: new Secret('one') } }))?.reveal(), 'two');
  });

  it('is never given to an environment that needs none', async () => {
    const list = new EnvironmentList(new MemoryProfileStorage(), new MemorySecretStore());
    await list.add(profile('a'), new Secret('one'));
    assert.equal(await keptToken(list, profile('a', { signIn: 'none' })).token({}), undefined);
  });
});

describe('The line a sandbox prints', () => {
  it('is an address on this machine with a token', () => {
    const address = parseSandboxAddress('{"url":"http://127.0.0.1:4711/","token":"abc","more":1}\n');
    assert.equal(address?.url, 'http://127.0.0.1:4711');
    assert.equal(address.token.reveal(), 'abc');
    for (const line of [
      '',
      'Listening',
      'null',
      '[]',
      '{"url":"http://127.0.0.1:4711"}',
      '{"url":"no","token":"abc"}',
      '{"url":"http://evil.example","token":"abc"}',
      '{"url":5,"token":"abc"}',
    ])
      assert.equal(parseSandboxAddress(line), undefined, line);
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (line) => void parseSandboxAddress(line)));
  });
});
