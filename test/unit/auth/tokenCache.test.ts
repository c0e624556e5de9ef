import assert from 'node:assert/strict';
import fc from 'fast-check';
import { cacheKey, mergeCaches, TokenCaches } from '../../../src/auth/tokenCache';
import { MemorySecrets } from '../../fakes/secretStores';

interface Entry {
  readonly home_account_id: string;
  readonly secret: string;
}
type Cache = Readonly<Record<string, Readonly<Record<string, Entry>>>>;

const entry = (account: string, secret: string): Entry => ({ home_account_id: account, secret });
/** A cache with these accounts, each with a refresh token of its name and number. */
function cacheOf(accounts: Readonly<Record<string, number>>): string {
  const of = (kind: string): Record<string, Entry> =>
    Object.fromEntries(
      Object.entries(accounts).map(([account, n]) => [
        `${kind}-${account}`,
        entry(account, `${account}${n}`),
      ]),
    );
  return JSON.stringify({ Account: of('a'), RefreshToken: of('r') });
}
function tokens(text: string | undefined): Readonly<Record<string, string>> {
  if (text === undefined) return {};
  const cache: Cache = JSON.parse(text) as Cache;
  return Object.fromEntries(
    Object.values(cache['RefreshToken'] ?? {}).map(({ home_account_id, secret }) => [
      home_account_id,
      secret,
    ]),
  );
}

describe('two windows that write the same token cache', () => {
  it('keep what each of them added', () => {
    const base = cacheOf({ anna: 1 });
    const merged = mergeCaches(base, cacheOf({ anna: 1, ben: 1 }), cacheOf({ anna: 1, cleo: 1 }));
    assert.deepEqual(tokens(merged), { anna: 'anna1', ben: 'ben1', cleo: 'cleo1' });
  });

  it('keep the newer token that one of them got', () => {
    const base = cacheOf({ anna: 1 });
    assert.deepEqual(tokens(mergeCaches(base, base, cacheOf({ anna: 2 }))), { anna: 'anna2' });
    assert.deepEqual(tokens(mergeCaches(base, cacheOf({ anna: 2 }), base)), { anna: 'anna2' });
  });

  it('do not bring back an account that the other has signed out, not even with a renewed token', () => {
    const base = cacheOf({ anna: 1, ben: 1 });
    assert.deepEqual(tokens(mergeCaches(base, cacheOf({ anna: 2, ben: 1 }), cacheOf({ ben: 1 }))), {
      ben: 'ben1',
    });
    assert.equal(mergeCaches(cacheOf({ anna: 1 }), cacheOf({ anna: 2 }), undefined), undefined);
  });

  it('sign out what they sign out, and leave no entry when nobody is left', () => {
    const base = cacheOf({ anna: 1, ben: 1 });
    assert.deepEqual(tokens(mergeCaches(base, cacheOf({ ben: 1 }), base)), { ben: 'ben1' });
    assert.equal(mergeCaches(cacheOf({ anna: 1 }), cacheOf({}), cacheOf({ anna: 1 })), undefined);
  });

  it('write nothing when nothing has changed, whatever the order of members', () => {
    const theirs = '{"RefreshToken":{},"Account":{"a":{"home_account_id":"x","b":1,"a":2}}}';
    const ours = '{"Account":{"a":{"a":2,"b":1,"home_account_id":"x"}},"RefreshToken":{}}';
    assert.equal(mergeCaches(theirs, ours, theirs), theirs);
  });

  it('pass over a text that is no cache', () => {
    for (const broken of ['', 'null', '[]', '{"Account":3}', '{']) {
      assert.deepEqual(tokens(mergeCaches(broken, cacheOf({ anna: 1 }), broken)), { anna: 'anna1' });
    }
  });

  it('end with the same whichever of them writes last, when they changed different accounts', () => {
    const numbers = fc.dictionary(fc.constantFrom('anna', 'ben', 'cleo'), fc.nat(3));
    fc.assert(
      fc.property(numbers, numbers, (base, changes) => {
        const mine = Object.fromEntries(Object.entries(changes).filter(([account]) => account !== 'cleo'));
        const theirs = Object.fromEntries(Object.entries(changes).filter(([account]) => account === 'cleo'));
        const start = cacheOf(base);
        const first = cacheOf({ ...base, ...mine });
        const second = cacheOf({ ...base, ...theirs });
        const one = mergeCaches(start, second, mergeCaches(start, first, start));
        const two = mergeCaches(start, first, mergeCaches(start, second, start));
        assert.deepEqual(tokens(one), tokens(two));
        assert.deepEqual(Object.keys(tokens(one)).sort(), Object.keys({ ...base, ...changes }).sort());
      }),
    );
  });
});

describe('the entries of the secret store', () => {
  it('are one for each tenant and client, and tell no two of them as one', () => {
    const keys = [
      cacheKey('login.microsoftonline.com', 'one', 'client'),
      cacheKey('login.microsoftonline.com', 'two', 'client'),
      cacheKey('login.microsoftonline.com', 'one', 'other'),
      cacheKey('127.0.0.1:8443', 'one', 'client'),
      cacheKey('login.microsoftonline.com', 'one/client', ''),
    ];
    assert.equal(new Set(keys).size, keys.length);
    assert.equal(cacheKey('A', 'B', 'C'), cacheKey('a', 'b', 'c'));
  });

  /** What the library does around a change. */
  async function change(
    plugin: ReturnType<TokenCaches['plugin']>,
    edit: (text: string | undefined) => string,
    meanwhile: () => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    let text: string | undefined;
    const context = {
      hasChanged: true,
      cacheHasChanged: true,
      tokenCache: { deserialize: (kept: string) => (text = kept), serialize: () => edit(text) },
    };
    const unchecked: unknown = context;
    const access = unchecked as Parameters<typeof plugin.beforeCacheAccess>[0];
    await plugin.beforeCacheAccess(access);
    await meanwhile();
    await plugin.afterCacheAccess(access);
  }

  it('hold what two windows wrote at the same time', async () => {
    const secrets = new MemorySecrets();
    const one = new TokenCaches(secrets.window());
    const two = new TokenCaches(secrets.window());
    await change(
      one.plugin('signIn/k'),
      () => cacheOf({ anna: 1 }),
      async () => change(two.plugin('signIn/k'), () => cacheOf({ ben: 1 })),
    );
    assert.deepEqual(tokens(secrets.entries.get('signIn/k')), { anna: 'anna1', ben: 'ben1' });
    one.dispose();
    two.dispose();
  });

  it('are written one after the other by one window', async () => {
    const secrets = new MemorySecrets();
    const caches = new TokenCaches(secrets.window());
    await Promise.all(
      ['anna', 'ben', 'cleo'].map(async (name) =>
        change(caches.plugin('signIn/k'), () => cacheOf({ [name]: 1 })),
      ),
    );
    assert.deepEqual(Object.keys(tokens(secrets.entries.get('signIn/k'))).sort(), ['anna', 'ben', 'cleo']);
    caches.dispose();
  });

  it('are not written when nothing in them has changed', async () => {
    const secrets = new MemorySecrets();
    const caches = new TokenCaches(secrets.window());
    await change(caches.plugin('signIn/k'), () => cacheOf({ anna: 1 }));
    await change(caches.plugin('signIn/k'), (text) => text ?? '');
    assert.equal(secrets.writes.length, 1);
    caches.dispose();
  });

  it('tell of changes in other windows, and of no other entries', async () => {
    const secrets = new MemorySecrets();
    const caches = new TokenCaches(secrets.window());
    const told: string[] = [];
    caches.onDidChange((key) => told.push(key));
    await secrets.window().set('environment/1/token', 'x');
    await secrets.window().set('signIn/k', '{}');
    await secrets.window().delete('signIn/k');
    assert.deepEqual(told, ['signIn/k', 'signIn/k']);
    caches.dispose();
  });
});
