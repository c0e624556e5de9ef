import assert from 'node:assert/strict';
import { CLOUD_NAMES, cloud, dataverseHost, placeOfHost } from '../../../src/auth/cloud';

describe('the cloud of a host', () => {
  const hosts: ReadonlyArray<readonly [string, string | undefined]> = [
    ['contoso.crm.dynamics.com', 'public'],
    ['contoso.crm4.dynamics.com', 'public'],
    ['contoso.crm21.dynamics.com', 'public'],
    ['contoso.crm9.dynamics.com', 'gcc'],
    ['contoso.api.crm9.dynamics.com', 'gcc'],
    ['contoso.crm.microsoftdynamics.us', 'gccHigh'],
    ['contoso.crm.appsplatform.us', 'dod'],
    ['contoso.crm.dynamics.cn', 'china'],
    ['localhost', 'loopback'],
    ['127.0.0.1', 'loopback'],
    ['[::1]', 'loopback'],
    ['contoso.crm.dynamics.com.evil.example', undefined],
    ['contoso.crm.evil.com', undefined],
    ['evilcrm.dynamics.com', undefined],
    ['a.b.crm.dynamics.com', undefined],
    ['contoso.crm.dynamics.us', undefined],
    ['crm.contoso.com', undefined],
  ];
  for (const [host, place] of hosts) {
    it(`of ${host} is ${place ?? 'none'}`, () => assert.equal(placeOfHost(host), place));
  }

  it('is the one of the settings where the host tells none, and never where it tells one', () => {
    assert.equal(placeOfHost('crm.contoso.com', 'gccHigh'), 'gccHigh');
    assert.equal(placeOfHost('contoso.crm.dynamics.com', 'gccHigh'), 'public');
    assert.equal(placeOfHost('localhost', 'gccHigh'), 'loopback');
  });

  it('takes the host of the Web API as the environment it belongs to', () => {
    assert.deepEqual(dataverseHost('contoso.api.crm4.dynamics.com'), {
      cloud: 'public',
      organization: 'contoso',
      environmentHost: 'contoso.crm4.dynamics.com',
      api: true,
    });
    assert.equal(dataverseHost('api.crm4.dynamics.com')?.organization, '');
    assert.equal(dataverseHost('crm4.dynamics.com')?.organization, '');
  });

  it('gives each cloud its sign-in service and its discovery', () => {
    assert.deepEqual(
      CLOUD_NAMES.map((name) => [name, cloud(name).authorityHosts[0], cloud(name).discoveryUrl]),
      [
        ['public', 'login.microsoftonline.com', 'https://globaldisco.crm.dynamics.com'],
        ['gcc', 'login.microsoftonline.com', 'https://globaldisco.crm9.dynamics.com'],
        ['gccHigh', 'login.microsoftonline.us', 'https://globaldisco.crm.microsoftdynamics.us'],
        ['dod', 'login.microsoftonline.us', 'https://globaldisco.crm.appsplatform.us'],
        ['china', 'login.partner.microsoftonline.cn', 'https://globaldisco.crm.dynamics.cn'],
      ],
    );
  });
});
