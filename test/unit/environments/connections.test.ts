import assert from 'node:assert/strict';
import { Secret } from '../../../src/base/secret';
import type { HttpRequest } from '../../../src/dataverse/transport';
import { EnvironmentList } from '../../../src/environments/environmentList';
import { EnvironmentGuardError } from '../../../src/environments/guardedApi';
import type { EnvironmentProfile } from '../../../src/environments/profile';
import type { SignInSessions } from '../../../src/environments/signInSessions';
import { Connections } from '../../../src/vscode/connections';
import { MemoryProfileStorage, MemorySecretStore } from '../../fakes/memoryStores';

const CONTOSO: EnvironmentProfile = {
  id: 'contoso',
  name: 'Contoso',
  url: 'https://contoso.crm4.dynamics.com',
  sandbox: false,
} as EnvironmentProfile;
const never = new AbortController().signal;

describe('A connection that is held while its environment is changed', () => {
  const guarded: string[] = [];
  let list: EnvironmentList;
  let connections: Connections;

  beforeEach(async () => {
    guarded.length = 0;
    list = new EnvironmentList(new MemoryProfileStorage(), new MemorySecretStore());
    await list.add(CONTOSO, undefined);
    const token = { token: () => Promise.resolve(new Secret('t')) };
    connections = new Connections({
      list,
      sessions: { of: () => ({ tokens: token }) } as unknown as SignInSessions,
      transport: (request: HttpRequest) => Promise.reject(new Error(`asked ${request.url}`)),
      log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
      onWait: () => {},
      beforeWrite: (profile) => {
        guarded.push(profile.name);
        return Promise.reject(new EnvironmentGuardError('readOnly', 'read-only'));
      },
    });
  });
  afterEach(() => {
    connections.dispose();
    list.dispose();
  });

  it('knows its new name and what may be written to it, as a report or a wizard that is open asks', async () => {
    const held = connections.of('contoso');
    assert.equal(held?.profile.name, 'Contoso');
    await list.add({ ...CONTOSO, name: 'Contoso Live', readOnly: true }, undefined);
    assert.equal(held.profile.name, 'Contoso Live');
    assert.equal(held.profile.readOnly, true);
    await assert.rejects(held.api.update('accounts(1)', {}, { signal: never }), EnvironmentGuardError);
    assert.deepEqual(guarded, ['Contoso Live']);
  });

  it('keeps the environment it was made for where that is removed, or leads elsewhere', async () => {
    const held = connections.of('contoso');
    await list.add({ ...CONTOSO, name: 'Moved', url: 'https://other.crm4.dynamics.com' }, undefined);
    assert.equal(held?.profile.name, 'Contoso');
    await list.remove('contoso');
    assert.equal(held.profile.name, 'Contoso');
    assert.equal(connections.of('contoso'), undefined);
  });
});
