import assert from 'node:assert/strict';
import { Secret } from '../../src/base/secret';
import { CancelledError } from '../../src/base/errors';
import { SignInError } from '../../src/auth/signInError';
import { DataverseError, type DataverseReason } from '../../src/dataverse/errors';
import { createNodeFetchTransport } from '../../src/dataverse/nodeFetchTransport';
import type { TokenProvider } from '../../src/dataverse/webApi';
import { discoverEnvironments } from '../../src/environments/discovery';
import { findAuthority } from '../../src/environments/findAuthority';
import { hang, json, raw, reset, startScriptedServer, type ScriptedServer } from '../fakes/scriptedServer';

const never = new AbortController().signal;
const TENANT = '5f0f8e7d-3c2b-4a19-8877-665544332211';
const ended = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no failure',
    (error: unknown) => error,
  );
const isDataverse = (error: unknown, reason: DataverseReason): boolean => DataverseError.is(error, reason);

describe('finding the environments of a user', () => {
  let server: ScriptedServer;
  let asked: Array<Parameters<TokenProvider['token']>[0]>;
  beforeEach(async () => {
    server = await startScriptedServer();
    asked = [];
  });
  afterEach(async () => server.close());

  const tokens: TokenProvider = {
    token: (question) => {
      asked.push(question);
      return Promise.resolve(new Secret(`t0k3n-${asked.length}`));
    },
  };
  const discover = (signal = never): ReturnType<typeof discoverEnvironments> =>
    discoverEnvironments({ base: server.origin, transport: createNodeFetchTransport(), tokens, signal });

  const production = {
    ApiUrl: 'https://contoso.api.crm.dynamics.com',
    EnvironmentId: '8A7B6C5D-4e3f-4a2b-9c1d-0e9f8a7b6c5d',
    FriendlyName: 'Contoso Production',
    State: 0,
    TenantId: TENANT,
    UniqueName: 'unq2e5b6f0a71c44c0f8d436a2f2f6a9',
    Url: 'https://contoso.crm.dynamics.com/',
    UrlName: 'contoso',
    Version: '9.2.25021.00142',
    Region: 'NA',
  };
  const context = { '@odata.context': 'https://10.0.1.76:20193/api/discovery/v2.0/$metadata#Instances' };

  it('asks the documented address with a token and maps what comes', async () => {
    server.answer(json({ ...context, value: [production] }));
    const { environments, unreadable } = await discover();
    assert.equal(unreadable, 0);
    assert.deepEqual(environments, [
      {
        friendlyName: 'Contoso Production',
        url: 'https://contoso.crm.dynamics.com',
        apiUrl: 'https://contoso.api.crm.dynamics.com',
        enabled: true,
        uniqueName: 'unq2e5b6f0a71c44c0f8d436a2f2f6a9',
        urlName: 'contoso',
        environmentId: '8a7b6c5d-4e3f-4a2b-9c1d-0e9f8a7b6c5d',
        tenantId: TENANT,
        version: '9.2.25021.00142',
        region: 'NA',
      },
    ]);
    const [request] = server.seen;
    assert.ok(request?.url.startsWith('/api/discovery/v2.0/Instances?$select='));
    assert.equal(request?.headers.authorization, 'Bearer t0k3n-1');
  });

  it('tells disabled ones, behind the others', async () => {
    const disabled = { ...production, FriendlyName: 'A disabled one', State: 1 };
    server.answer(json({ value: [disabled, production, { ...production, FriendlyName: 'Beta' }] }));
    const { environments } = await discover();
    assert.deepEqual(
      environments.map(({ friendlyName, enabled }) => [friendlyName, enabled]),
      [
        ['Beta', true],
        ['Contoso Production', true],
        ['A disabled one', false],
      ],
    );
  });

  it('leaves out what is no environment, and counts it', async () => {
    const broken = [
      null,
      7,
      {},
      { ...production, Url: 5 },
      { ...production, ApiUrl: 'http://contoso.example' },
      { ...production, Url: 'javascript:alert(1)' },
    ];
    server.answer(json({ value: [...broken, { ApiUrl: production.ApiUrl, Url: production.Url }] }));
    const { environments, unreadable } = await discover();
    assert.equal(unreadable, broken.length);
    assert.deepEqual(
      environments.map(({ friendlyName }) => friendlyName),
      ['contoso.crm.dynamics.com'],
    );
  });

  it('knows nobody with no environment', async () => {
    server.answer(json({ value: [] }));
    assert.deepEqual((await discover()).environments, []);
  });

  it('asks once for another token when the first is refused, with the claims that are wanted', async () => {
    const claims = '{"access_token":{"acrs":{"value":"c1"}}}';
    const header = `Bearer error="insufficient_claims", claims="${Buffer.from(claims).toString('base64')}"`;
    server.answer(raw(401, { 'WWW-Authenticate': header }), json({ value: [production] }));
    assert.equal((await discover()).environments.length, 1);
    assert.equal(asked[1]?.refused?.claims, claims);
    assert.equal(asked[1].refused.token?.reveal(), 't0k3n-1');
    assert.equal(server.seen[1]?.headers.authorization, 'Bearer t0k3n-2');
  });

  it('gives up when the second token is refused too', async () => {
    server.answer(raw(401, {}));
    assert.ok(isDataverse(await ended(discover()), 'unauthorized'));
    assert.equal(server.seen.length, 2);
  });

  it('does not follow the service elsewhere with a token', async () => {
    server.answer(raw(302, { Location: `${server.origin}/other` }));
    assert.ok(isDataverse(await ended(discover()), 'redirected'));
    assert.equal(server.seen.length, 1);
  });

  it('tells what is no answer of the service, and what is none at all', async () => {
    server.answer(raw(200, { 'Content-Type': 'text/html' }, '<html></html>'));
    assert.ok(isDataverse(await ended(discover()), 'badAnswer'));
    server.answer(json({ something: 'else' }));
    assert.ok(isDataverse(await ended(discover()), 'badAnswer'));
    server.answer(reset);
    assert.ok(isDataverse(await ended(discover()), 'network'));
    server.answer(raw(503, {}));
    assert.ok(isDataverse(await ended(discover()), 'server'));
  });

  it('ends at once when it is cancelled', async () => {
    const stop = new AbortController();
    server.answer((request, response) => {
      hang(request, response);
      setImmediate(() => stop.abort());
    });
    assert.ok((await ended(discover(stop.signal))) instanceof CancelledError);
  });

  it('sends no token to an address that is not encrypted', async () => {
    const discovering = discoverEnvironments({
      base: 'http://globaldisco.crm.dynamics.com',
      transport: createNodeFetchTransport(),
      tokens,
      signal: never,
    });
    assert.ok(isDataverse(await ended(discovering), 'invalid'));
    assert.deepEqual(asked, []);
  });
});

describe('finding the authority of an environment by its address', () => {
  let server: ScriptedServer;
  beforeEach(async () => {
    server = await startScriptedServer();
  });
  afterEach(async () => server.close());

  const find = (knownHosts: readonly string[] = []): ReturnType<typeof findAuthority> =>
    findAuthority({
      origin: server.origin,
      place: 'loopback',
      transport: createNodeFetchTransport(),
      signal: never,
      override: { knownHosts },
    });
  const challenge = (host: string): string =>
    `Bearer authorization_uri=https://${host}/${TENANT}/oauth2/authorize, resource_id=https://contoso.crm.dynamics.com/`;

  it('asks without a token and reads the challenge', async () => {
    server.answer(raw(401, { 'WWW-Authenticate': challenge('127.0.0.1:8443') }));
    const { authority, tokenNeeded } = await find(['127.0.0.1:8443']);
    assert.equal(authority.url, `https://127.0.0.1:8443/${TENANT}`);
    assert.ok(tokenNeeded);
    assert.equal(server.seen[0]?.url, '/api/data/v9.2/WhoAmI');
    assert.equal(server.seen[0].headers.authorization, undefined);
  });

  it('does not believe a challenge that leads elsewhere', async () => {
    server.answer(raw(401, { 'WWW-Authenticate': challenge('login.evil.example') }));
    assert.ok(SignInError.is(await ended(find(['127.0.0.1:8443'])), 'untrustedAuthority'));
  });

  it('says so when the service names nobody', async () => {
    server.answer(raw(401, {}));
    assert.ok(SignInError.is(await ended(find()), 'noAuthority'));
  });

  it('tells an address that is no Dataverse, and one that does not answer', async () => {
    server.answer(raw(404, { 'Content-Type': 'text/html' }, '<html></html>'));
    assert.ok(isDataverse(await ended(find()), 'notFound'));
    server.answer(raw(302, { Location: 'https://login.example/' }));
    assert.ok(isDataverse(await ended(find()), 'redirected'));
    server.answer(reset);
    assert.ok(isDataverse(await ended(find()), 'network'));
  });
});
