import assert from 'node:assert/strict';
import fc from 'fast-check';
import { guessProduction, understandEnvironmentUrl } from '../../../src/environments/environmentUrl';

const none = { known: [] };
const ID = '8a7b6c5d-4e3f-4a2b-9c1d-0e9f8a7b6c5d';

describe('the address of an environment, as people paste it', () => {
  const understood: ReadonlyArray<readonly [string, string, string, readonly string[]]> = [
    ['https://contoso.crm4.dynamics.com', 'https://contoso.crm4.dynamics.com', 'public', []],
    ['https://contoso.crm4.dynamics.com/', 'https://contoso.crm4.dynamics.com', 'public', []],
    ['  https://CONTOSO.crm4.Dynamics.com/ ', 'https://contoso.crm4.dynamics.com', 'public', []],
    ['contoso.crm4.dynamics.com', 'https://contoso.crm4.dynamics.com', 'public', ['scheme']],
    ['//contoso.crm4.dynamics.com', 'https://contoso.crm4.dynamics.com', 'public', ['scheme']],
    [
      'https://contoso.crm.dynamics.com/main.aspx?appid=8a7b6c5d-4e3f-4a2b-9c1d-0e9f8a7b6c5d&pagetype=entitylist#x',
      'https://contoso.crm.dynamics.com',
      'public',
      ['path'],
    ],
    [
      'https://contoso.api.crm.dynamics.com/api/data/v9.2/',
      'https://contoso.crm.dynamics.com',
      'public',
      ['path', 'apiHost'],
    ],
    ['http://contoso.crm.dynamics.com', 'https://contoso.crm.dynamics.com', 'public', ['https']],
    ['https://contoso.crm.dynamics.com:8443', 'https://contoso.crm.dynamics.com', 'public', ['port']],
    ['https://contoso.crm.dynamics.com:443', 'https://contoso.crm.dynamics.com', 'public', []],
    ['https://contoso.crm.dynamics.com.', 'https://contoso.crm.dynamics.com', 'public', []],
    ['<https://contoso.crm.dynamics.com>,', 'https://contoso.crm.dynamics.com', 'public', []],
    ['"https://contoso.crm.dynamics.com"', 'https://contoso.crm.dynamics.com', 'public', []],
    ['https://contoso\u200B.crm.dynamics.com', 'https://contoso.crm.dynamics.com', 'public', []],
    ['contoso.crm9.dynamics.com', 'https://contoso.crm9.dynamics.com', 'gcc', ['scheme']],
    ['https://contoso.crm.microsoftdynamics.us', 'https://contoso.crm.microsoftdynamics.us', 'gccHigh', []],
    ['https://contoso.crm.appsplatform.us', 'https://contoso.crm.appsplatform.us', 'dod', []],
    ['https://contoso.crm.dynamics.cn', 'https://contoso.crm.dynamics.cn', 'china', []],
    ['localhost:4711', 'http://localhost:4711', 'loopback', ['scheme']],
    ['http://127.0.0.1:4711/api', 'http://127.0.0.1:4711', 'loopback', ['path']],
    ['https:/contoso.crm4.dynamics.com', 'https://contoso.crm4.dynamics.com', 'public', ['scheme']],
    ['https//contoso.crm4.dynamics.com', 'https://contoso.crm4.dynamics.com', 'public', ['scheme']],
    [
      'https:contoso.crm4.dynamics.com/main.aspx',
      'https://contoso.crm4.dynamics.com',
      'public',
      ['scheme', 'path'],
    ],
    ['https.crm4.dynamics.com', 'https://https.crm4.dynamics.com', 'public', ['scheme']],
    ['https://[::1]:4711', 'https://[::1]:4711', 'loopback', []],
  ];
  for (const [text, origin, place, corrections] of understood) {
    it(`is understood: ${text}`, () => {
      const found = understandEnvironmentUrl(text, none);
      assert.ok(found.ok, JSON.stringify(found));
      assert.deepEqual([found.origin, found.place, [...found.corrections]], [origin, place, corrections]);
    });
  }

  const refused: ReadonlyArray<readonly [string, string, object?]> = [
    ['', 'empty'],
    ['   ', 'empty'],
    ['https://', 'malformed'],
    ['https://contoso..crm:x', 'malformed'],
    ['https://contoso .crm.dynamics.com', 'blank'],
    ['https://contoso.crm.dynamics.com Our production', 'blank'],
    ['ftp://contoso.crm.dynamics.com', 'scheme'],
    ['vscode://contoso.crm.dynamics.com', 'scheme'],
    ['https://user:password@contoso.crm.dynamics.com', 'credentials'],
    ['https://contoso.crm.dynamics.com@evil.example', 'credentials'],
    ['contoso', 'incomplete'],
    ['https://crm4.dynamics.com', 'incomplete'],
    ['https://crm.contoso.com', 'unknownHost'],
    ['http://crm.contoso.com', 'unknownHost'],
    ['https://contoso.crm.dynamics.com.evil.example', 'unknownHost'],
    ['https://globaldisco.crm.dynamics.com/api/discovery/v2.0/Instances', 'discovery'],
    ['https://disco.crm4.dynamics.com', 'discovery'],
    [ID.toUpperCase(), 'environmentId', { environmentId: ID }],
    [`https://make.powerapps.com/environments/${ID}/home`, 'portal', { environmentId: ID }],
    [`https://make.powerapps.com/environments/Default-${ID}/solutions`, 'portal', { environmentId: ID }],
    [
      `https://admin.powerplatform.microsoft.com/environments/environment/x/hub`,
      'portal',
      { environmentId: undefined },
    ],
    [`https://make.gov.powerapps.us/environments/${ID}`, 'portal', { environmentId: ID }],
    ['https://make.powerautomate.com', 'portal'],
    ['https://contoso.operations.dynamics.com', 'otherProduct', { product: 'financeAndOperations' }],
    [
      'https://contoso.sandbox.operations.eu.dynamics.com',
      'otherProduct',
      { product: 'financeAndOperations' },
    ],
    ['https://businesscentral.dynamics.com/tenant', 'otherProduct', { product: 'businessCentral' }],
    ['https://contoso.powerappsportals.com', 'otherProduct', { product: 'powerPages' }],
    ['https://contoso.sharepoint.com/sites/x', 'otherProduct', { product: 'sharePoint' }],
    ['https://portal.azure.com/#home', 'otherProduct', { product: 'azurePortal' }],
    ['https://dev.azure.com/contoso', 'otherProduct', { product: 'azureDevOps' }],
    ['https://home.dynamics.com', 'otherProduct', { product: 'home' }],
  ];
  for (const [text, reason, more = {}] of refused) {
    it(`is refused as ${reason}: ${text}`, () => {
      const found = understandEnvironmentUrl(text, none);
      assert.ok(!found.ok, JSON.stringify(found));
      assert.equal(found.reason, reason);
      for (const [name, value] of Object.entries(more)) {
        assert.equal(Object.entries(found).find(([key]) => key === name)?.[1], value);
      }
    });
  }

  it('is refused when it is in the list already, by any of its spellings', () => {
    const known = ['https://contoso.crm.dynamics.com'];
    for (const text of [
      'contoso.crm.dynamics.com',
      'https://contoso.api.crm.dynamics.com/api',
      'http://CONTOSO.crm.dynamics.com',
    ]) {
      const found = understandEnvironmentUrl(text, { known });
      assert.ok(!found.ok && found.reason === 'known');
    }
  });

  it('may be of an unknown host when the settings name its cloud, but only encrypted', () => {
    const context = { known: [], cloudOfUnknownHosts: 'gccHigh' as const };
    const found = understandEnvironmentUrl('crm.contoso.com/main.aspx', context);
    assert.ok(found.ok && found.origin === 'https://crm.contoso.com' && found.place === 'gccHigh');
    const insecure = understandEnvironmentUrl('http://crm.contoso.com', context);
    assert.ok(!insecure.ok && insecure.reason === 'insecure');
  });

  it('is always an encrypted origin without user, path or query, or one of this machine', () => {
    const parts = fc.constantFrom(
      'https://',
      'http://',
      'contoso',
      '.crm4',
      '.dynamics.com',
      '.api',
      '/',
      '@',
      ':',
      '443',
      '?',
      '#',
      ' ',
      '%',
      '\\',
      'localhost',
      '127.0.0.1',
      '[::1]',
      'evil.example',
      '.',
      '//',
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 10 }), (pieces) => {
        const found = understandEnvironmentUrl(pieces.join(''), none);
        if (!found.ok) return;
        const url = new URL(found.origin);
        assert.equal(url.origin, found.origin);
        if (found.place === 'loopback') return;
        assert.equal(url.protocol, 'https:');
        assert.match(
          url.hostname,
          /^[a-z0-9_-]+\.crm\d*\.(dynamics\.(com|cn)|microsoftdynamics\.us|appsplatform\.us)$/,
        );
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a first guess of whether an environment is one of production', () => {
  for (const name of ['Contoso Production', 'contoso-prod', 'PRD', 'Live', 'Contoso (Prod)']) {
    it(`is yes for ${name}`, () => assert.ok(guessProduction(name, 'contoso')));
  }
  for (const name of [
    'Contoso',
    'Product catalog',
    'Non-Production',
    'pre-prod',
    'Prod Copy',
    'Test of Production',
    'UAT',
    'alive',
    'preprod',
  ]) {
    it(`is no for ${name}`, () => assert.ok(!guessProduction(name, 'contoso')));
  }
  it('looks at the host too', () => assert.ok(guessProduction('Contoso', 'contoso-prod')));
});
