import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { idIn, startRunning } from './sandboxSetup';
import type { Answer, Running } from './sandboxSetup';

const NOBODY = '11111111-2222-4333-8444-555555555555';

describe('Rows over the Web API of the sandbox', () => {
  let running: Running;
  let ask: Running['ask'];

  before(async () => {
    running = await startRunning();
    ask = running.ask;
  });
  after(() => running.close());

  async function firstId(set: string, key: string, filter = ''): Promise<string> {
    const { json } = await ask(
      'GET',
      `${set}?$select=${key}${filter === '' ? '' : `&$filter=${filter}`}&$top=1`,
    );
    return String(json.value[0][key]);
  }
  const create = async (set: string, body: object): Promise<string> => idIn(await ask('POST', set, { body }));

  it('answer who calls', async () => {
    const { status, json, headers } = await ask('GET', 'WhoAmI');
    assert.equal(status, 200);
    assert.equal(
      json['@odata.context'],
      `${running.sandbox.url}/api/data/v9.2/$metadata#Microsoft.Dynamics.CRM.WhoAmIResponse`,
    );
    const user = await ask(
      'GET',
      `systemusers(${String(json.UserId)})?$select=fullname,_businessunitid_value`,
    );
    assert.equal(user.json.fullname, 'Sandbox User');
    assert.equal(user.json._businessunitid_value, json.BusinessUnitId);
    assert.equal(headers.get('OData-Version'), '4.0');
    assert.equal(headers.get('Content-Type'), 'application/json; odata.metadata=minimal');
    assert.match(headers.get('REQ_ID') ?? '', /^[0-9a-f-]{36}$/);
    assert.equal(headers.get('x-ms-service-request-id'), headers.get('REQ_ID'));
  });

  it('take the id of a created row from OData-EntityId', async () => {
    const made = await ask('POST', 'contacts', { body: { firstname: 'Ann', lastname: 'Lee' } });
    assert.equal(made.status, 204);
    assert.equal(
      made.headers.get('OData-EntityId'),
      `${running.sandbox.url}/api/data/v9.2/contacts(${idIn(made)})`,
    );
    const { json } = await ask('GET', `contacts(${idIn(made)})?$select=fullname,createdon`);
    assert.equal(json.fullname, 'Ann Lee');
    assert.match(String(json.createdon), /Z$/);
  });

  it('answer 201 with the row, and 200 on update, when representation is preferred', async () => {
    const headers = { Prefer: 'return=representation' };
    const made = await ask('POST', 'accounts?$select=name', { body: { name: 'Northwind' }, headers });
    assert.equal(made.status, 201);
    assert.equal(made.json.name, 'Northwind');
    assert.match(made.headers.get('Preference-Applied') ?? '', /return=representation/);
    const changed = await ask('PATCH', `accounts(${idIn(made)})?$select=name`, {
      body: { name: 'Southwind' },
      headers,
    });
    assert.equal(changed.status, 200);
    assert.equal(changed.json.name, 'Southwind');
    assert.notEqual(changed.json['@odata.etag'], made.json['@odata.etag']);
  });

  it('are made by PATCH with an unknown id, unless If-Match forbids it', async () => {
    const refused = await ask('PATCH', `accounts(${NOBODY})`, {
      body: { name: 'x' },
      headers: { 'If-Match': '*' },
    });
    assert.equal(refused.status, 404);
    assert.equal(refused.json.error.code, '0x80040217');
    const made = await ask('PATCH', `accounts(${NOBODY})`, { body: { name: 'x' } });
    assert.equal(made.status, 204);
    assert.equal(idIn(made), NOBODY);
    const again = await ask('PATCH', `accounts(${NOBODY})`, {
      body: { name: 'y' },
      headers: { 'If-None-Match': '*' },
    });
    assert.equal(again.status, 412);
    assert.equal((await ask('GET', `accounts(${NOBODY})?$select=name`)).json.name, 'x');
    assert.equal((await ask('DELETE', `accounts(${NOBODY})`)).status, 204);
    assert.equal((await ask('DELETE', `accounts(${NOBODY})`)).status, 404);
    assert.equal((await ask('GET', `accounts(${NOBODY})`)).status, 404);
  });

  it('are changed only in the version that If-Match names', async () => {
    const id = await create('accounts', { name: 'v1' });
    const { json, headers } = await ask('GET', `accounts(${id})?$select=name`);
    const etag = String(json['@odata.etag']);
    assert.equal(headers.get('ETag'), etag);
    assert.equal((await ask('GET', `accounts(${id})`, { headers: { 'If-None-Match': etag } })).status, 304);
    assert.equal((await ask('GET', `accounts(${id})`, { headers: { 'If-None-Match': 'null' } })).status, 200);
    assert.equal(
      (await ask('PATCH', `accounts(${id})`, { body: { name: 'v2' }, headers: { 'If-Match': etag } })).status,
      204,
    );
    const late = await ask('PATCH', `accounts(${id})`, {
      body: { name: 'v3' },
      headers: { 'If-Match': etag },
    });
    assert.equal(late.status, 412);
    assert.equal(late.json.error.code, '0x80060882');
    assert.equal((await ask('DELETE', `accounts(${id})`, { headers: { 'If-Match': etag } })).status, 412);
  });

  it('are addressed by GUID in any case or by the named key, not by anything else', async () => {
    const id = await firstId('contacts', 'contactid');
    assert.equal((await ask('GET', `contacts(${id.toUpperCase()})?$select=fullname`)).json.contactid, id);
    assert.equal((await ask('GET', `contacts(contactid=${id})?$select=fullname`)).status, 200);
    for (const key of ['nonsense', `'${id}'`, `{${id}}`, '@id', 'fullnam=1']) {
      assert.equal((await ask('GET', `contacts(${key})`)).status, 400, key);
    }
    assert.equal((await ask('GET', `contacts(fullname='x')`)).status, 501);
  });

  it('bind lookups to rows that exist, by every form of reference', async () => {
    const account = await firstId('accounts', 'accountid');
    for (const reference of [
      `/accounts(${account})`,
      `accounts(${account})`,
      `${running.sandbox.url}/api/data/v9.2/accounts(${account})`,
    ]) {
      const id = await create('contacts', {
        lastname: 'Bound',
        'parentcustomerid_account@odata.bind': reference,
      });
      assert.equal(
        (await ask('GET', `contacts(${id})?$select=_parentcustomerid_value`)).json._parentcustomerid_value,
        account,
      );
    }
    const nowhere = await ask('POST', 'contacts', {
      body: { 'parentcustomerid_account@odata.bind': `/accounts(${NOBODY})` },
    });
    assert.equal(nowhere.status, 404);
    const wrongSet = await ask('POST', 'contacts', {
      body: { 'parentcustomerid_account@odata.bind': `/contacts(${NOBODY})` },
    });
    assert.equal(wrongSet.status, 400);
    const id = await create('contacts', {
      lastname: 'Unbound',
      'parentcustomerid_account@odata.bind': `/accounts(${account})`,
    });
    await ask('PATCH', `contacts(${id})`, { body: { 'parentcustomerid_account@odata.bind': null } });
    assert.equal(
      (await ask('GET', `contacts(${id})?$select=_parentcustomerid_value`)).json._parentcustomerid_value,
      null,
    );
  });

  it('may say their type in a body, but no other one', async () => {
    const typed = (type: unknown): Promise<Answer> =>
      ask('POST', 'accounts', { body: { name: 'Typed', '@odata.type': type } });
    assert.equal((await typed('#Microsoft.Dynamics.CRM.account')).status, 204);
    for (const type of ['Microsoft.Dynamics.CRM.contact', 'account', 1, null]) {
      const { status, json } = await typed(type);
      assert.deepEqual([status, json.error.code], [400, '0x80048d19'], String(type));
    }
  });

  it('refuse what the service refuses in a body, and change nothing', async () => {
    const count = async (): Promise<string> => (await ask('GET', 'contacts/$count')).text;
    const before = await count();
    const refused: ReadonlyArray<readonly [body: object | string, code: string, wording: RegExp]> = [
      [
        { firstnam: 'x' },
        '0x80048d19',
        /Invalid property 'firstnam' was found in entity 'Microsoft.Dynamics.CRM.contact'/,
      ],
      [{ firstname: 1 }, '0x80048d19', /Cannot convert the literal '1' to the expected type 'Edm.String'/],
      [{ creditonhold: 'true' }, '0x80048d19', /Edm.Boolean/],
      [{ numberofchildren: 1.5 }, '0x80048d19', /Edm.Int32/],
      [{ numberofchildren: '1' }, '0x80048d19', /Edm.Int32/],
      [{ numberofchildren: -1 }, '0x80044330', /outside the valid range/],
      [{ birthdate: '2025-02-30' }, '0x80048d19', /Edm.Date/],
      [{ lastname: 'x'.repeat(51) }, '0x80044331', /maximum allowed length of '50'/],
      [{ gendercode: 77 }, '0x8004431a', /Accepted Values: 1,2/],
      [{ contactid: 'x' }, '0x80048d19', /Edm.Guid/],
      [{ _parentcustomerid_value: NOBODY }, '0x80048d19', /Use Navigation properties instead/],
      [
        { 'ParentCustomerId_account@odata.bind': `/accounts(${NOBODY})` },
        '0x80048d19',
        /undeclared property 'ParentCustomerId_account'/,
      ],
      ['{"firstname":', '0x80048d19', /malformed/],
      ['[]', '0x80048d19', /object/],
    ];
    for (const [body, code, wording] of refused) {
      const { status, json } = await ask('POST', 'contacts', { body });
      assert.equal(status, 400, JSON.stringify(body));
      assert.equal(json.error.code, code, JSON.stringify(body));
      assert.match(String(json.error.message), wording);
    }
    assert.equal(await count(), before);
  });

  it('keep every type of column as it was written', async () => {
    const values = {
      new_name: 'All types',
      new_description: 'Two\nlines – and “quotes”',
      new_headcount: 7,
      new_externalnumber: 9007199254740991,
      new_progress: 33.33,
      new_risk: 0.125,
      new_budget: 1234.56,
      new_isbillable: false,
      new_startson: '2025-03-04T10:00:12Z',
      new_dueon: '2025-12-31',
      new_phase: 100000002,
      new_regions: '100000000,100000003',
      new_trackingid: NOBODY,
    };
    const id = await create('new_projects', values);
    const { json } = await ask('GET', `new_projects(${id})?$select=${Object.keys(values).join()}`);
    for (const [name, value] of Object.entries(values)) assert.equal(json[name], value, name);
    const moved = await create('new_projects', {
      new_name: 'Zone',
      new_startson: '2025-03-04T12:00:12+02:00',
    });
    assert.equal(
      (await ask('GET', `new_projects(${moved})?$select=new_startson`)).json.new_startson,
      '2025-03-04T10:00:12Z',
    );
  });

  it('ignore read-only columns of a body', async () => {
    const id = await create('accounts', { name: 'x', createdon: '1999-01-01T00:00:00Z' });
    assert.doesNotMatch(
      String((await ask('GET', `accounts(${id})?$select=createdon`)).json.createdon),
      /^1999/,
    );
  });

  it('are made together with related rows', async () => {
    const id = await create('accounts', {
      name: 'Deep',
      primarycontactid: { lastname: 'Primary' },
      contact_customer_accounts: [{ lastname: 'One' }, { lastname: 'Two' }],
    });
    const { json } = await ask(
      'GET',
      `accounts(${id})?$select=name&$expand=primarycontactid($select=lastname),contact_customer_accounts($select=lastname)`,
    );
    assert.equal(json.primarycontactid.lastname, 'Primary');
    const names = (json.contact_customer_accounts as Array<{ lastname: string }>)
      .map((row) => row.lastname)
      .sort();
    assert.deepEqual(names, ['One', 'Two']);
    const half = await ask('POST', 'accounts', {
      body: { name: 'Half', contact_customer_accounts: [{ lastname: 5 }] },
    });
    assert.equal(half.status, 400);
    assert.equal((await ask('GET', `accounts?$filter=name eq 'Half'`)).json.value.length, 0);
  });

  it('are read by single property, raw value, navigation and reference', async () => {
    const account = await create('accounts', { name: 'Read me' });
    const contact = await create('contacts', {
      lastname: 'Reader',
      'parentcustomerid_account@odata.bind': `/accounts(${account})`,
    });
    assert.equal((await ask('GET', `contacts(${contact})/lastname`)).json.value, 'Reader');
    assert.equal((await ask('GET', `contacts(${contact})/lastname/$value`)).text, 'Reader');
    assert.equal((await ask('GET', `contacts(${contact})/middlename`)).status, 204);
    assert.equal((await ask('GET', `contacts(${contact})/_parentcustomerid_value`)).json.value, account);
    assert.equal(
      (await ask('GET', `contacts(${contact})/parentcustomerid_account?$select=name`)).json.name,
      'Read me',
    );
    assert.equal((await ask('GET', `contacts(${contact})/parentcustomerid_contact`)).status, 204);
    assert.match(
      String((await ask('GET', `contacts(${contact})/parentcustomerid_account/$ref`)).json['@odata.id']),
      new RegExp(account),
    );
    assert.equal(
      (await ask('GET', `accounts(${account})/contact_customer_accounts?$select=lastname`)).json.value[0]
        .lastname,
      'Reader',
    );
    assert.equal(
      (await ask('GET', `accounts(${account})/contact_customer_accounts/$count`)).text.replace('\uFEFF', ''),
      '1',
    );
    const unknown = await ask('GET', `contacts(${contact})/nonsense`);
    assert.equal(unknown.status, 404);
    assert.match(String(unknown.json.error.message), /Resource not found for the segment 'nonsense'/);
  });

  it('are written by single property', async () => {
    const id = await create('accounts', { name: 'One', telephone1: '1' });
    assert.equal((await ask('PUT', `accounts(${id})/name`, { body: { value: 'Two' } })).status, 204);
    assert.equal((await ask('DELETE', `accounts(${id})/telephone1`)).status, 204);
    const { json } = await ask('GET', `accounts(${id})?$select=name,telephone1`);
    assert.deepEqual([json.name, json.telephone1], ['Two', null]);
    assert.equal((await ask('PUT', `accounts(${id})/name`, { body: { value: 5 } })).status, 400);
  });

  it('are linked and unlinked by reference, over lookups, collections and many-to-many', async () => {
    const account = await create('accounts', { name: 'Hub' });
    const contact = await create('contacts', { lastname: 'Spoke' });
    const project = await create('new_projects', { new_name: 'P' });
    const related = async (path: string): Promise<number> =>
      (await ask('GET', path)).json.value.length as number;
    const body = { '@odata.id': `${running.sandbox.url}/api/data/v9.2/contacts(${contact})` };
    for (const [collection, owner] of [
      ['contact_customer_accounts', `accounts(${account})`],
      ['new_project_contact', `new_projects(${project})`],
    ] as const) {
      assert.equal((await ask('POST', `${owner}/${collection}/$ref`, { body })).status, 204);
      assert.equal(await related(`${owner}/${collection}?$select=lastname`), 1);
      assert.equal((await ask('DELETE', `${owner}/${collection}(${contact})/$ref`)).status, 204);
      assert.equal(await related(`${owner}/${collection}?$select=lastname`), 0);
      assert.equal((await ask('POST', `${owner}/${collection}/$ref`, { body })).status, 204);
      assert.equal(
        (await ask('DELETE', `${owner}/${collection}/$ref?$id=${encodeURIComponent(body['@odata.id'])}`))
          .status,
        204,
      );
      assert.equal(await related(`${owner}/${collection}?$select=lastname`), 0);
    }
    assert.equal((await ask('PUT', `accounts(${account})/primarycontactid/$ref`, { body })).status, 204);
    assert.equal(
      (await ask('GET', `accounts(${account})/primarycontactid?$select=lastname`)).json.lastname,
      'Spoke',
    );
    assert.equal((await ask('DELETE', `accounts(${account})/primarycontactid/$ref`)).status, 204);
    assert.equal((await ask('GET', `accounts(${account})/primarycontactid`)).status, 204);
    assert.equal((await ask('GET', `contacts(${contact})?$select=lastname`)).status, 200);
  });

  it('never tell the secret of a webhook, but that there is one', async () => {
    const body = {
      name: 'Hook',
      url: 'https://hooks.contoso.example/x',
      contract: 8,
      authtype: 4,
      authvalue: 's3cr3t-key',
    };
    const made = await ask('POST', 'serviceendpoints', {
      body,
      headers: { Prefer: 'return=representation' },
    });
    assert.equal(made.status, 201);
    assert.equal(made.json.isauthvalueset, true);
    assert.doesNotMatch(made.text, /s3cr3t/);
    for (const path of ['', '?$select=authvalue', '/authvalue', '/authvalue/$value']) {
      assert.doesNotMatch((await ask('GET', `serviceendpoints(${idIn(made)})${path}`)).text, /s3cr3t/);
    }
  });

  it('take steps and images with the endpoint that is deleted', async () => {
    const message = await firstId('sdkmessages', 'sdkmessageid', `name eq 'Update'`);
    const filter = await firstId(
      'sdkmessagefilters',
      'sdkmessagefilterid',
      `primaryobjecttypecode eq 'contact' and sdkmessageid/name eq 'Update'`,
    );
    const body = {
      name: 'Gone',
      url: 'https://hooks.contoso.example/y',
      contract: 8,
      authtype: 4,
      authvalue: 'k',
    };
    const endpoint = await create('serviceendpoints', body);
    const step = await create('sdkmessageprocessingsteps', {
      name: 'Gone: Update of contact',
      stage: 40,
      mode: 1,
      rank: 1,
      supporteddeployment: 0,
      filteringattributes: 'lastname',
      'eventhandler_serviceendpoint@odata.bind': `/serviceendpoints(${endpoint})`,
      'sdkmessageid@odata.bind': `/sdkmessages(${message})`,
      'sdkmessagefilterid@odata.bind': `/sdkmessagefilters(${filter})`,
    });
    const image = await create('sdkmessageprocessingstepimages', {
      name: 'Pre',
      entityalias: 'Pre',
      imagetype: 0,
      messagepropertyname: 'Target',
      attributes: 'lastname',
      'sdkmessageprocessingstepid@odata.bind': `/sdkmessageprocessingsteps(${step})`,
    });
    assert.equal((await ask('DELETE', `serviceendpoints(${endpoint})`)).status, 204);
    assert.equal((await ask('GET', `sdkmessageprocessingsteps(${step})`)).status, 404);
    assert.equal((await ask('GET', `sdkmessageprocessingstepimages(${image})`)).status, 404);
  });

  it('of tables without a create message are refused', async () => {
    const { status, json } = await ask('POST', 'sdkmessages', { body: { name: 'Mine' } });
    assert.equal(status, 400);
    assert.equal(json.error.code, '0x80040800');
  });

  it('run as the user that CallerObjectId names', async () => {
    const { json } = await ask(
      'GET',
      `systemusers?$select=azureactivedirectoryobjectid&$filter=firstname eq 'Robin'`,
    );
    const [robin] = json.value as Array<{ systemuserid: string; azureactivedirectoryobjectid: string }>;
    const headers = { CallerObjectId: robin?.azureactivedirectoryobjectid ?? '' };
    assert.equal((await ask('GET', 'WhoAmI', { headers })).json.UserId, robin?.systemuserid);
    const id = idIn(await ask('POST', 'accounts', { body: { name: 'By Robin' }, headers }));
    assert.equal(
      (await ask('GET', `accounts(${id})?$select=_createdby_value`)).json._createdby_value,
      robin?.systemuserid,
    );
    const disabled = await ask('GET', `systemusers?$select=systemuserid&$filter=isdisabled eq true`);
    const refused = await ask('GET', 'WhoAmI', {
      headers: { MSCRMCallerID: String(disabled.json.value[0].systemuserid) },
    });
    assert.equal(refused.status, 403);
  });
});
