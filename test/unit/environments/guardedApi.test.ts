import assert from 'node:assert/strict';
import { EnvironmentList } from '../../../src/environments/environmentList';
import { EnvironmentGuardError, guardedApi, profileOfNow } from '../../../src/environments/guardedApi';
import type { EnvironmentProfile } from '../../../src/environments/profile';
import { FakeWebApi } from '../../fakes/fakeWebApi';
import { reasonText } from '../../../src/presentation/texts/errorTexts';

const never = new AbortController().signal;
const profile: EnvironmentProfile = {
  id: 'e1',
  name: 'Contoso',
  url: 'https://contoso.crm.dynamics.com',
  sandbox: false,
  signIn: 'token',
};

function newList(): EnvironmentList {
  let kept: unknown;
  return new EnvironmentList(
    {
      read: () => kept,
      write: (value) => {
        kept = value;
        return Promise.resolve();
      },
    },
    {
      get: () => Promise.resolve(undefined),
      set: () => Promise.resolve(),
      delete: () => Promise.resolve(),
    },
  );
}

describe('The guard of an environment', () => {
  it('looks at every write and at no read', async () => {
    const api = new FakeWebApi({
      get: () => ({}),
      pages: () => [],
      create: () => ({ id: 'x' }),
      update: () => undefined,
      remove: () => undefined,
    });
    const refusal = new EnvironmentGuardError('readOnly', 'no');
    const guarded = guardedApi(api, () => Promise.reject(refusal));
    for (const write of [
      () => guarded.create('serviceendpoints', {}, { signal: never }),
      () => guarded.update('serviceendpoints(1)', {}, { signal: never }),
      () => guarded.remove('serviceendpoints(1)', { signal: never }),
      () => guarded.action('BulkDelete', {}, { signal: never }),
      () => guarded.batch({ atomicity: 'each', operations: [] }, { signal: never }),
    ])
      await assert.rejects(write(), refusal);
    assert.deepEqual(api.calls, []);
    await guarded.get('WhoAmI', { signal: never });
    assert.equal(api.calls.length, 1);
  });

  it('knows the environment as it is now, for whoever got it before: read-only, production, removed', async () => {
    const list = newList();
    await list.add(profile, undefined);
    assert.equal(profileOfNow(list, profile).readOnly, undefined);
    await list.add({ ...profile, readOnly: true }, undefined);
    assert.equal(profileOfNow(list, profile).readOnly, true);
    await list.add({ ...profile, url: 'https://other.crm.dynamics.com' }, undefined);
    assert.throws(() => profileOfNow(list, profile), { reason: 'removed' });
    await list.remove(profile.id);
    assert.throws(
      () => profileOfNow(list, profile),
      (error) => reasonText(error, 'Contoso').message === 'Contoso was removed here. Add it again to go on.',
    );
  });
});

describe('The list of environments', () => {
  it('keeps its order when one of them is changed, the sandbox of this window among them', async () => {
    const list = newList();
    const ids = (): readonly string[] => list.profiles.map(({ id }) => id);
    await list.add({ ...profile, id: 'sandbox', sandbox: true }, undefined);
    await list.add(profile, undefined);
    await list.add({ ...profile, id: 'e2' }, undefined);
    await list.add({ ...profile, readOnly: true }, undefined);
    assert.deepEqual(ids(), ['sandbox', 'e1', 'e2']);
    list.reload();
    assert.deepEqual(ids(), ['sandbox', 'e1', 'e2']);
    await list.remove('e1');
    assert.deepEqual(ids(), ['sandbox', 'e2']);
  });
});
