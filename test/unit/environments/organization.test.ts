import assert from 'node:assert/strict';
import { CancelledError } from '../../../src/base/errors';
import { DataverseError } from '../../../src/dataverse/errors';
import type { Row } from '../../../src/dataverse/webApi';
import { organizationFacts, regionOfHost } from '../../../src/environments/organization';
import { FakeWebApi } from '../../fakes/fakeWebApi';

const never = new AbortController().signal;
const ID = '2C62A5B8-7A1D-4E8E-9E0F-0A1B2C3D4E5F';

/** A service that answers by the name of the function. */
function service(answers: Readonly<Record<string, Row | Error>>): FakeWebApi {
  return new FakeWebApi({
    get: (path) => {
      const answer = answers[/^\w+/.exec(path)?.[0] ?? ''] ?? new Error(`no answer for ${path}`);
      return answer instanceof Error ? Promise.reject(answer) : answer;
    },
  });
}

describe('Facts of an organization', () => {
  it('are read in one request where the service tells them all', async () => {
    const api = service({
      RetrieveCurrentOrganization: {
        Detail: {
          OrganizationId: ID,
          FriendlyName: 'Contoso',
          UniqueName: 'orgc0ffee',
          OrganizationVersion: '9.2.25021.142',
          Geo: 'EMEA',
          TenantId: ID,
          EnvironmentId: 'Default-x',
          State: 'Enabled',
        },
      },
    });
    assert.deepEqual(await organizationFacts(api, never), {
      id: ID.toLowerCase(),
      friendlyName: 'Contoso',
      uniqueName: 'orgc0ffee',
      version: '9.2.25021.142',
      region: 'EMEA',
      tenantId: ID.toLowerCase(),
      environmentId: 'Default-x',
    });
    assert.equal(api.calls.length, 1);
  });

  it('are those that are told: nothing is missed, and what is no text counts as not told', async () => {
    const api = service({
      RetrieveCurrentOrganization: { Detail: { OrganizationVersion: '9.2', FriendlyName: '', Geo: null } },
    });
    assert.deepEqual(await organizationFacts(api, never), { version: '9.2' });
    const odd = service({
      RetrieveCurrentOrganization: { Detail: { OrganizationVersion: 9 } },
      RetrieveVersion: { Version: '9.1' },
    });
    assert.deepEqual(await organizationFacts(odd, never), { version: '9.1' });
    const none = service({ RetrieveCurrentOrganization: {}, RetrieveVersion: {} });
    assert.deepEqual(await organizationFacts(none, never), {});
  });

  it('are the version alone where the service knows only the older function', async () => {
    for (const status of [400, 404, 501]) {
      const api = service({
        RetrieveCurrentOrganization: new DataverseError('notFound', 'x', { status }),
        RetrieveVersion: { Version: '9.0.0.1' },
      });
      assert.deepEqual(await organizationFacts(api, never), { version: '9.0.0.1' });
    }
  });

  it('are not asked for a second time where we are refused, or nobody answers', async () => {
    for (const error of [
      new DataverseError('unauthorized', 'x', { status: 401 }),
      new DataverseError('forbidden', 'x', { status: 403 }),
      new DataverseError('network', 'x', { kind: 'refused' }),
      new CancelledError(),
    ]) {
      const api = service({ RetrieveCurrentOrganization: error });
      await assert.rejects(organizationFacts(api, never), error);
      assert.equal(api.calls.length, 1);
    }
  });
});

describe('The region of a host', () => {
  for (const [host, region] of [
    ['contoso.crm.dynamics.com', 'NA'],
    ['contoso.crm4.dynamics.com', 'EMEA'],
    ['contoso.api.crm11.dynamics.com', 'UK'],
    ['contoso.crm9.dynamics.com', undefined],
    ['contoso.crm99.dynamics.com', undefined],
    ['contoso.crm.dynamics.cn', undefined],
    ['localhost', undefined],
  ] as const)
    it(`of ${host} is ${region ?? 'not known'}`, () => assert.equal(regionOfHost(host), region));
});
