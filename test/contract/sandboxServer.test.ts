import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { after, before, describe, it } from 'mocha';
import { startRunning } from './sandboxSetup';
import type { Running } from './sandboxSetup';

describe('The server of the sandbox', () => {
  let running: Running;
  let ask: Running['ask'];
  let control: Running['control'];
  before(async () => {
    running = await startRunning();
    ask = running.ask;
    control = running.control;
  });
  after(() => running.close());

  /** Status of a GET WhoAmI with headers that fetch would not send. */
  function statusWith(headers: Readonly<Record<string, string>>): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(running.sandbox.url);
      const sent = httpRequest(
        {
          hostname,
          port,
          path: '/api/data/v9.2/WhoAmI',
          headers: { Authorization: `Bearer ${running.sandbox.token.reveal()}`, ...headers },
        },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      );
      sent.on('error', reject);
      sent.end();
    });
  }

  /** What comes back for raw bytes, until the server closes. */
  function raw(text: string): Promise<string> {
    return new Promise((resolve, reject) => {
      let received = '';
      const socket = connect(
        running.sandbox.token.isEmpty ? 0 : Number(new URL(running.sandbox.url).port),
        '127.0.0.1',
        () => socket.write(text),
      );
      socket.on('data', (chunk) => (received += chunk.toString()));
      socket.on('error', reject);
      socket.on('close', () => resolve(received));
    });
  }

  it('answers a missing or wrong token with the challenge', async () => {
    for (const token of ['', 'wrong']) {
      const { status, headers } = await ask('GET', 'WhoAmI', { token });
      assert.equal(status, 401);
      assert.match(
        headers.get('WWW-Authenticate') ?? '',
        /^Bearer authorization_uri=https:\/\/\S+, resource_id=http:\/\/127\.0\.0\.1:\d+\/$/,
      );
    }
  });

  it('listens on loopback only and refuses foreign hosts and origins', async () => {
    const { port } = new URL(running.sandbox.url);
    assert.equal(await statusWith({}), 200);
    assert.equal(await statusWith({ Host: `localhost:${port}` }), 200);
    assert.equal(await statusWith({ Host: 'attacker.example' }), 403);
    assert.equal(await statusWith({ Host: `127.0.0.1.attacker.example:${port}` }), 403);
    assert.equal(await statusWith({ Origin: 'https://attacker.example' }), 403);
    assert.equal(await statusWith({ Origin: 'null' }), 403);
    assert.equal(await statusWith({ Origin: 'http://localhost:3000' }), 200);
  });

  it('stays up when it is sent garbage', async () => {
    assert.match(await raw('\x16\x03\x01 this is no HTTP\r\n\r\n'), /^HTTP\/1\.1 400 /);
    assert.match(await raw(`GET / HTTP/1.1\r\nX: ${'x'.repeat(70000)}\r\n\r\n`), /^HTTP\/1\.1 431 /);
    assert.equal((await ask('GET', 'WhoAmI')).status, 200);
  });

  it('serves versions 9.0 to 9.2 and nothing else', async () => {
    const at = async (path: string): Promise<number> => {
      const response = await fetch(`${running.sandbox.url}${path}`, {
        headers: { Authorization: `Bearer ${running.sandbox.token.reveal()}` },
      });
      await response.text();
      return response.status;
    };
    for (const version of ['v9.0', 'v9.1', 'v9.2'])
      assert.equal(await at(`/api/data/${version}/WhoAmI`), 200);
    for (const path of ['/', '/api/data/v8.2/WhoAmI', '/api/data/', '/XRMServices/2011/Organization.svc'])
      assert.equal(await at(path), 404);
  });

  it('answers 404 for what nobody knows and 501, with a name, for what it lacks', async () => {
    const unknown = await ask('GET', 'nonsenses');
    assert.equal(unknown.status, 404);
    assert.match(String(unknown.json.error.message), /Resource not found for the segment 'nonsenses'/);
    const lacking = await ask('POST', 'SendEmail', { body: {} });
    assert.equal(lacking.status, 501);
    assert.match(String(lacking.json.error.message), /SendEmail/);
    assert.equal((await ask('DELETE', 'WhoAmI')).status, 405);
    assert.equal((await ask('PATCH', 'contacts')).status, 405);
  });

  it('adds to an error what the caller asked for, and nothing else', async () => {
    const members = async (preference?: string): Promise<readonly string[]> => {
      const { json } = await ask('GET', 'contacts?$select=nonsense', {
        headers: preference === undefined ? {} : { Prefer: `odata.include-annotations="${preference}"` },
      });
      assert.equal(
        json.error.message,
        "Could not find a property named 'nonsense' on type 'Microsoft.Dynamics.CRM.contact'.",
      );
      return Object.keys(json.error as object);
    };
    const inner = '@Microsoft.PowerApps.CDS.InnerError.Message';
    assert.deepEqual(await members(), ['code', 'message']);
    assert.deepEqual(await members('Microsoft.PowerApps.CDS.InnerError.Message'), ['code', 'message', inner]);
    assert.ok((await members('*')).includes('@Microsoft.PowerApps.CDS.TraceText'));
  });

  it('reads function parameters from aliases joined with &, and treats what follows a second ? as part of a value', async () => {
    const call = 'RetrieveCurrentOrganization(AccessType=@p1)';
    const value = "Microsoft.Dynamics.CRM.EndpointAccessType'Default'";
    const { json } = await ask('GET', `${call}?@p1=${value}`);
    assert.equal(json.Detail.UniqueName, 'sandbox');
    assert.equal((await ask('GET', call)).status, 400);
    assert.equal((await ask('GET', `${call}?@p2=x?@p1=${value}`)).status, 400);
    assert.equal((await ask('GET', 'WhoAmI?$select=UserId')).status, 400);
    assert.match(String((await ask('GET', 'RetrieveVersion()')).json.Version), /^9\.2\./);
  });

  it('puts rows in the solution a header names, and refuses a solution that is not there', async () => {
    const body = {
      name: 'In solution',
      url: 'https://hooks.contoso.example/s',
      contract: 8,
      authtype: 4,
      authvalue: 'k',
    };
    const made = await ask('POST', 'serviceendpoints', {
      body,
      headers: { 'MSCRM.SolutionUniqueName': 'ContosoSales' },
    });
    const id = /\((.*)\)/.exec(made.headers.get('OData-EntityId') ?? '')?.[1] ?? '';
    const members = await ask(
      'GET',
      `solutioncomponents?$select=componenttype&$filter=objectid eq ${id}&$expand=solutionid($select=uniquename)`,
    );
    assert.equal(members.json.value[0].solutionid.uniquename, 'ContosoSales');
    assert.equal(members.json.value[0].componenttype, 95);
    const refused = await ask('POST', 'serviceendpoints', {
      body,
      headers: { 'MSCRM.SolutionUniqueName': 'Nowhere' },
    });
    assert.equal(refused.status, 400);
    assert.equal(String(refused.json.error.code).toLowerCase(), '0x8004f002');
    const dependencies = await ask(
      'GET',
      `RetrieveDependenciesForDelete(ObjectId=@p1,ComponentType=@p2)?@p1=${id}&@p2=95`,
    );
    assert.deepEqual(dependencies.json.value, []);
  });

  it('deletes in bulk what the query finds, and says so in a job', async () => {
    const condition = {
      AttributeName: 'statuscode',
      Operator: 'Equal',
      Values: [{ Value: '31', Type: 'System.Int32' }],
    };
    const failed = `asyncoperations?$select=name&$filter=statuscode eq 31`;
    const before = (await ask('GET', failed)).json.value.length;
    assert.ok(before > 0);
    const { status, json } = await ask('POST', 'BulkDelete', {
      body: {
        QuerySet: [
          { EntityName: 'asyncoperation', Criteria: { FilterOperator: 'And', Conditions: [condition] } },
        ],
        JobName: 'Clean up',
        SendEmailNotification: false,
        ToRecipients: [],
        CCRecipients: [],
        RecurrencePattern: '',
        StartDateTime: '2025-03-04T00:00:00Z',
      },
    });
    assert.equal(status, 200);
    const job = `asyncoperations(${String(json.JobId)})?$select=operationtype,statuscode,name&$expand=AsyncOperation_BulkDeleteOperation($select=successcount,failurecount,statuscode)`;
    await control('POST', 'idle', { timeoutSeconds: 30 });
    assert.equal((await ask('GET', failed)).json.value.length, 0);
    const after = (await ask('GET', job)).json;
    assert.deepEqual([after.operationtype, after.statuscode, after.name], [13, 30, 'Clean up']);
    const [operation] = after.AsyncOperation_BulkDeleteOperation;
    assert.deepEqual([operation.successcount, operation.failurecount, operation.statuscode], [before, 0, 30]);
  });

  it('begins a bulk deletion at its time, can be told to end it, and refuses what it cannot do', async () => {
    const order = {
      QuerySet: [{ EntityName: 'contact' }],
      JobName: 'Later',
      SendEmailNotification: false,
      ToRecipients: [],
      CCRecipients: [],
      RecurrencePattern: '',
      StartDateTime: new Date(Date.now() + 3_600_000).toISOString(),
    };
    const { json } = await ask('POST', 'BulkDelete', { body: order });
    const job = `asyncoperations(${String(json.JobId)})`;
    const waiting = (await ask('GET', `${job}?$select=statuscode,postponeuntil`)).json;
    assert.equal(waiting.statuscode, 10);
    assert.equal((await control('POST', 'idle', { timeoutSeconds: 5 })).json.pending, 0);
    const patch = (body: object) => ask('PATCH', job, { body, headers: { 'If-Match': '*' } });
    assert.equal((await patch({ statecode: 0, statuscode: 0 })).status, 501);
    assert.equal((await patch({ statecode: 3, statuscode: 32 })).status, 204);
    await control('POST', 'clock', { offsetSeconds: 7200 });
    await control('POST', 'idle', { timeoutSeconds: 30 });
    assert.ok((await ask('GET', 'contacts?$select=fullname')).json.value.length > 0, 'nothing was deleted');
    assert.equal((await ask('GET', `${job}?$select=statuscode`)).json.statuscode, 32);
    for (const wrong of [{ StartDateTime: 'soon' }, { SendEmailNotification: 'no' }, { QuerySet: [] }])
      assert.equal((await ask('POST', 'BulkDelete', { body: { ...order, ...wrong } })).status, 400);
  });

  it('makes several rows with CreateMultiple and changes them with UpdateMultiple', async () => {
    const type = 'Microsoft.Dynamics.CRM.account';
    const made = await ask('POST', 'accounts/Microsoft.Dynamics.CRM.CreateMultiple', {
      body: {
        Targets: [
          { '@odata.type': type, name: 'M1' },
          { '@odata.type': type, name: 'M2' },
        ],
      },
    });
    const ids = made.json.Ids as string[];
    assert.equal(ids.length, 2);
    const changed = await ask('POST', 'accounts/Microsoft.Dynamics.CRM.UpdateMultiple', {
      body: { Targets: ids.map((id) => ({ '@odata.type': type, accountid: id, telephone1: '1' })) },
    });
    assert.equal(changed.status, 204);
    assert.equal((await ask('GET', `accounts?$select=name&$filter=telephone1 eq '1'`)).json.value.length, 2);
    const half = await ask('POST', 'accounts/Microsoft.Dynamics.CRM.CreateMultiple', {
      body: {
        Targets: [
          { '@odata.type': type, name: 'M3' },
          { '@odata.type': type, nam: 'M4' },
        ],
      },
    });
    assert.equal(half.status, 400);
    assert.equal((await ask('GET', `accounts?$select=name&$filter=name eq 'M3'`)).json.value.length, 0);
  });
});
