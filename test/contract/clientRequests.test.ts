import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { DataverseError } from '../../src/dataverse/errors';
import * as odata from '../../src/dataverse/odata';
import { createTestClient, tokenText } from '../fakes/dataverseClient';
import { json, raw, startScriptedServer, type ScriptedServer } from '../fakes/scriptedServer';

const ID = '3f6f1c52-0c2d-ef11-8e4f-000d3a3b1a01';
const WEBHOOK = odata.row('serviceendpoints', ID);

describe('Requests of the client', () => {
  let server: ScriptedServer;
  beforeEach(async () => {
    server = await startScriptedServer();
  });
  afterEach(() => server.close());

  it('a read asks for fresh JSON with annotations and carries the token', async () => {
    server.answer(json({ name: 'Contoso hook' }));
    const { client } = createTestClient(`${server.origin}/main.aspx?app=1`);
    const row = await client.get(odata.query(WEBHOOK, { select: ['name'] }));
    assert.deepEqual(row, { name: 'Contoso hook' });
    const [request] = server.seen;
    assert.equal(request?.url, `/api/data/v9.2/serviceendpoints(${ID})?$select=name`);
    assert.equal(request.headers.authorization, `Bearer ${tokenText(1)}`);
    assert.equal(request.headers.accept, 'application/json');
    assert.equal(request.headers['odata-version'], '4.0');
    assert.equal(request.headers['odata-maxversion'], '4.0');
    assert.equal(request.headers['if-none-match'], 'null');
    assert.equal(request.headers['prefer'], 'odata.include-annotations="*"');
    assert.equal(request.headers['content-type'], undefined);
  });

  it('a filter with quotes, ampersands, plus signs and Cyrillic arrives unharmed', async () => {
    server.answer(json({ value: [] }));
    const { client } = createTestClient(server.origin);
    const name = "O'Brien & Сын + 50 % #1 / 😀";
    const path = odata.query('serviceendpoints', { filter: odata.eq('name', name) });
    for await (const page of client.pages(path)) assert.deepEqual(page.rows, []);
    const url = new URL(server.seen[0]?.url ?? '', server.origin);
    assert.equal(url.searchParams.get('$filter'), `name eq '${name.replace("'", "''")}'`);
  });

  it('a created row tells its id from the address that the service gives', async () => {
    const address = `https://contoso.crm.dynamics.com/api/data/v9.2/serviceendpoints(${ID})`;
    server.answer(raw(204, { 'OData-EntityId': address }));
    const { client } = createTestClient(server.origin);
    const created = await client.create('serviceendpoints', { name: 'Hook' }, { solution: 'Contoso' });
    assert.deepEqual(created, { id: ID });
    const [request] = server.seen;
    assert.equal(request?.method, 'POST');
    assert.equal(request.headers['content-type'], 'application/json');
    assert.equal(request.headers['mscrm.solutionuniquename'], 'Contoso');
    assert.equal(request.headers['prefer'], undefined);
    assert.deepEqual(JSON.parse(request.body), { name: 'Hook' });
  });

  it('a created row comes back when it is asked for, its id from its primary key', async () => {
    server.answer(json({ serviceendpointid: ID, name: 'Hook' }, 201));
    const { client } = createTestClient(server.origin);
    const created = await client.create('serviceendpoints', { name: 'Hook' }, { returnRow: true });
    assert.equal(created.id, ID);
    assert.equal(created.row?.['name'], 'Hook');
    assert.match(String(server.seen[0]?.headers['prefer']), /^return=representation\b/);
  });

  it('an update never creates: it says If-Match', async () => {
    server.answer(raw(204, {}), json({ name: 'New' }));
    const { client } = createTestClient(server.origin);
    assert.equal(await client.update(WEBHOOK, { name: 'New' }), undefined);
    const row = await client.update(WEBHOOK, { name: 'New' }, { etag: 'W/"5948311"', returnRow: true });
    assert.equal(row?.['name'], 'New');
    assert.equal(server.seen[0]?.method, 'PATCH');
    assert.equal(server.seen[0].headers['if-match'], '*');
    assert.equal(server.seen[1]?.headers['if-match'], 'W/"5948311"');
  });

  it('a deletion has no body and no precondition unless one is given', async () => {
    server.answer(raw(204, {}));
    const { client } = createTestClient(server.origin);
    await client.remove(WEBHOOK);
    await client.remove(WEBHOOK, { etag: 'W/"1"' });
    assert.equal(server.seen[0]?.method, 'DELETE');
    assert.equal(server.seen[0].headers['if-match'], undefined);
    assert.equal(server.seen[0].headers['content-type'], undefined);
    assert.equal(server.seen[1]?.headers['if-match'], 'W/"1"');
  });

  it('references are added with POST, set with PUT and taken away with DELETE', async () => {
    server.answer(raw(204, {}));
    const { client } = createTestClient(server.origin);
    const path = odata.property(WEBHOOK, 'serviceendpoint_sdkmessageprocessingstep');
    await client.associate(path, odata.row('sdkmessageprocessingsteps', ID));
    await client.associate(path, odata.row('sdkmessageprocessingsteps', ID), { single: true });
    await client.disassociate(odata.reference(WEBHOOK, 'serviceendpoint_sdkmessageprocessingstep', ID));
    assert.deepEqual(
      server.seen.map((request) => request.method),
      ['POST', 'PUT', 'DELETE'],
    );
    assert.equal(server.seen[0]?.url, `/api/data/v9.2/${path}/$ref`);
    assert.deepEqual(JSON.parse(server.seen[0].body), {
      '@odata.id': `${server.origin}/api/data/v9.2/sdkmessageprocessingsteps(${ID})`,
    });
    assert.equal(server.seen[2]?.url, `/api/data/v9.2/${path}(${ID})/$ref`);
  });

  it('an action without a result gives an empty row', async () => {
    server.answer(raw(204, {}), json({ id: ID }));
    const { client } = createTestClient(server.origin);
    const check = odata.boundAction(WEBHOOK, 'TriggerServiceEndpointCheck');
    assert.deepEqual(await client.action(check, {}), {});
    assert.deepEqual(await client.action('AddSolutionComponent', { ComponentType: 92 }), { id: ID });
    assert.equal(
      server.seen[0]?.url,
      `/api/data/v9.2/serviceendpoints(${ID})/Microsoft.Dynamics.CRM.TriggerServiceEndpointCheck`,
    );
  });

  it('a path that would leave the Web API is refused before anything is sent', async () => {
    const { client } = createTestClient(server.origin);
    for (const path of ['/evil', '../x', 'a/../../x', 'a/%2e%2E/x', 'a b', 'a\r\nX: y', 'a#b', 'a\\..\\b']) {
      await assert.rejects(client.get(path), (error) => DataverseError.is(error, 'invalid'), path);
    }
    await assert.rejects(client.get('https://evil.example/x'), (error) =>
      DataverseError.is(error, 'badAnswer'),
    );
    assert.equal(server.seen.length, 0);
  });

  it('an environment must be https unless it is on this machine', () => {
    for (const url of [
      'http://contoso.crm.dynamics.com',
      'ftp://x',
      'contoso',
      'https://user:pw@contoso.example',
    ]) {
      assert.throws(
        () => createTestClient(url),
        (error) => DataverseError.is(error, 'invalid'),
        url,
      );
    }
    assert.equal(
      createTestClient('https://contoso.crm.dynamics.com/x?y').client.root,
      'https://contoso.crm.dynamics.com/api/data/v9.2/',
    );
  });

  it('each request leaves one line in the log, without values of the query', async () => {
    server.answer(json({ value: [] }, 200, { REQ_ID: '0d5cfc2b' }));
    const { client, lines } = createTestClient(server.origin);
    const path = odata.query('serviceendpoints', { filter: odata.eq('url', 'https://x/?code=s3cr3t') });
    await client.get(path);
    assert.deepEqual(lines, ['GET serviceendpoints?$filter 200 0 ms 0d5cfc2b']);
  });
});
