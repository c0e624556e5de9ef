import assert from 'node:assert/strict';
import { Secret } from '../../../src/base/secret';
import { EnvironmentList } from '../../../src/environments/environmentList';
import { KeptSecrets } from '../../../src/environments/keptSecrets';
import { keptAuthText, parseKeptAuth } from '../../../src/webhooks/keptAuth';
import type { WebhookAuth } from '../../../src/webhooks/model';
import { MemoryProfileStorage, MemorySecretStore } from '../../fakes/memoryStores';

const SECRET = 's3cr3t-v4lue';

async function started(sandbox = false): Promise<{
  kept: KeptSecrets;
  list: EnvironmentList;
  store: MemorySecretStore;
  storage: MemoryProfileStorage;
}> {
  const storage = new MemoryProfileStorage();
  const store = new MemorySecretStore();
  const list = new EnvironmentList(storage, store);
  await list.add({ id: 'e', name: 'E', url: 'http://localhost:1', signIn: 'none', sandbox }, undefined);
  return { kept: new KeptSecrets(store, list), list, store, storage };
}

describe('Secrets that are kept for test deliveries', () => {
  it('are in the secret store only, by environment and webhook, and go with the webhook', async () => {
    const { kept, store, storage } = await started();
    await Promise.all([kept.set('e', 'W1', new Secret(SECRET)), kept.set('e', 'w2', new Secret('other'))]);
    assert.equal((await kept.get('e', 'w1'))?.reveal(), SECRET);
    assert.equal(await kept.get('e', 'w3'), undefined);
    assert.equal(await kept.get('x', 'w1'), undefined);
    assert.ok(!storage.written.join().includes(SECRET));
    assert.equal(store.secrets.size, 1);
    await kept.set('e', 'w1', undefined);
    assert.ok(![...store.secrets.values()].join().includes(SECRET));
    await kept.set('e', 'w2', undefined);
    assert.equal(store.secrets.size, 0);
  });

  it('go with the environment', async () => {
    const { kept, list, store } = await started();
    await kept.set('e', 'w', new Secret(SECRET));
    await list.remove('e');
    assert.equal(await kept.get('e', 'w'), undefined);
    assert.equal(store.secrets.size, 0);
  });

  it('of a sandbox are in memory only', async () => {
    const { kept, store } = await started(true);
    await kept.set('e', 'w', new Secret(SECRET));
    assert.equal((await kept.get('e', 'w'))?.reveal(), SECRET);
    assert.equal(store.secrets.size, 0);
  });

  it('are nothing where the entry is not ours', async () => {
    const { kept, store } = await started();
    for (const text of ['', '[]', '{"w":5}', 'null', '{']) {
      store.secrets.set('environment/e/webhookSecrets', text);
      assert.equal(await kept.get('e', 'w'), undefined, text);
    }
  });
});

describe('An authentication in the secret store', () => {
  it('is read as it was written, and refused when it is anything else', () => {
    const auths: readonly WebhookAuth[] = [
      { type: 'webhookKey', key: new Secret(SECRET) },
      {
        type: 'httpQueryString',
        pairs: [
          { name: 'a', value: new Secret('1') },
          { name: 'b', value: new Secret('"2') },
        ],
      },
    ];
    for (const auth of auths) {
      const again = parseKeptAuth(keptAuthText(auth));
      assert.ok(again !== undefined);
      assert.equal(keptAuthText(again).reveal(), keptAuthText(auth).reveal());
    }
    for (const text of [
      '',
      '1',
      '{}',
      '{"type":"x"}',
      '{"type":"webhookKey"}',
      '{"type":"httpHeader","pairs":[["a"]]}',
      '{"type":"httpHeader","pairs":[]}',
    ])
      assert.equal(parseKeptAuth(new Secret(text)), undefined, text);
  });
});
