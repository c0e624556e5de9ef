import assert from 'node:assert/strict';

import type { StoredRow } from '../../src/sandbox/schema/types';
import { contextOf, organization, useTrials } from './pipelineSetup';

/** JSON as a test compares it: ids, times and digits that differ from run to run are replaced by their kind. */
type Shape = null | boolean | number | string | readonly Shape[] | { readonly [name: string]: Shape };

const TYPE = (name: string): string => `${name}:http://schemas.microsoft.com/xrm/2011/Contracts`;
const ref = (table: string): Shape => ({
  __type: TYPE('EntityReference'),
  Id: '<id>',
  KeyAttributes: [],
  LogicalName: table,
  Name: null,
  RowVersion: null,
});
const choice = (value: number): Shape => ({ __type: TYPE('OptionSetValue'), Value: value });
const money = (value: number): Shape => ({ __type: TYPE('Money'), Value: value });
const pair = (key: string, value: Shape): Shape => ({ key, value });
const row = (
  table: string,
  attributes: readonly Shape[],
  more: Readonly<Record<string, Shape>> = {},
): Shape => ({
  Attributes: attributes,
  EntityState: null,
  FormattedValues: [],
  Id: '<id>',
  KeyAttributes: [],
  LogicalName: table,
  RelatedEntities: [],
  RowVersion: null,
  ...more,
});
const target = (
  table: string,
  attributes: readonly Shape[],
  more: Readonly<Record<string, Shape>> = {},
): Shape =>
  pair('Target', { __type: TYPE('Entity'), ...(row(table, attributes, more) as Record<string, Shape>) });
const extension = (name: string | null): Shape => ({
  Id: '<id>',
  KeyAttributes: [],
  LogicalName: 'sdkmessageprocessingstep',
  Name: name,
  RowVersion: null,
});

function shaped(value: unknown, key = ''): Shape {
  if (Array.isArray(value)) return value.map((item) => shaped(item));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shaped(member, name)]));
  }
  if (typeof value === 'string') {
    if (/^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(value)) return '<id>';
    if (key === 'RowVersion' && /^\d+$/.test(value)) return '<version>';
    return value
      .replace(/^\/Date\(\d{10}000\+0000\)\/$/, '<seconds+0000>')
      .replace(/^\/Date\(\d{13}\)\/$/, '<milliseconds>')
      .replace(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-00:00$/, '<iso-00:00>');
  }
  return value as Shape;
}

interface Expected {
  readonly input: readonly Shape[];
  readonly message: string;
  readonly mode: 0 | 1;
  readonly output?: readonly Shape[];
  readonly owning: Shape;
  readonly parent: Shape;
  readonly post?: readonly Shape[];
  readonly pre?: readonly Shape[];
  readonly table: string;
  readonly shared: readonly Shape[];
  readonly stage: number;
}

/** The 30 members in their order, as FACTS 18 shows them. */
const body = (it: Expected): Shape => ({
  BusinessUnitId: '<id>',
  CorrelationId: '<id>',
  Depth: 1,
  InitiatingUserAgent: '',
  InitiatingUserAzureActiveDirectoryObjectId: '<id>',
  InitiatingUserId: '<id>',
  InputParameters: it.input,
  IsExecutingOffline: false,
  IsInTransaction: it.mode === 0,
  IsOfflinePlayback: false,
  IsolationMode: 1,
  MessageName: it.message,
  Mode: it.mode,
  OperationCreatedOn: it.mode === 0 ? '<milliseconds>' : '<seconds+0000>',
  OperationId: '<id>',
  OrganizationId: '<id>',
  OrganizationName: organization.uniqueName,
  OutputParameters: it.output ?? [],
  OwningExtension: it.owning,
  ParentContext: it.parent,
  PostEntityImages: it.post ?? [],
  PreEntityImages: it.pre ?? [],
  PrimaryEntityId: '<id>',
  PrimaryEntityName: it.table,
  RequestId: '<id>',
  SecondaryEntityName: 'none',
  SharedVariables: it.shared,
  Stage: it.stage,
  UserAzureActiveDirectoryObjectId: '<id>',
  UserId: '<id>',
});
const SHARED = [pair('IsAutoTransact', true), pair('AcceptLang', '')];

describe('the body of a delivery', () => {
  const { trial, receive } = useTrials();

  it('of a synchronous Create has the structure of the documented sample', async () => {
    const sandbox = trial();
    const receiver = await receive();
    const hook = await sandbox.webhook(receiver.url);
    const contact = await sandbox.create('contact', { lastname: 'Campbell' });
    await sandbox.step(hook, 'Create', 'account', { mode: 0, name: 'Contoso hook: Create of account' });
    const sent: StoredRow = {
      name: 'Contoso Pharmaceuticals',
      accountnumber: 'CT-10042',
      industrycode: 3,
      numberofemployees: 1250,
      creditonhold: false,
      revenue: 250000,
      primarycontactid: { table: 'contact', id: contact },
    };
    await sandbox.create('account', sent);
    const [request] = receiver.requests();
    const shared = [...SHARED, pair('DefaultsAddedFlag', true)];
    const attributes = (revenue: readonly Shape[]): readonly Shape[] => [
      pair('accountid', '<id>'),
      pair('name', 'Contoso Pharmaceuticals'),
      pair('accountnumber', 'CT-10042'),
      pair('industrycode', choice(3)),
      pair('numberofemployees', 1250),
      pair('creditonhold', false),
      pair('revenue', money(250000)),
      ...revenue,
      pair('primarycontactid', ref('contact')),
    ];
    const common = { message: 'Create', mode: 0, table: 'account', shared } as const;
    const parent = body({
      ...common,
      input: [target('account', attributes([])), pair('SuppressDuplicateDetection', false)],
      owning: extension('ObjectModel Implementation'),
      parent: null,
      stage: 30,
    });
    const expected = body({
      ...common,
      input: [
        target(
          'account',
          [
            ...attributes([pair('revenue_base', money(250000))]),
            pair('exchangerate', 1),
            pair('transactioncurrencyid', ref('transactioncurrency')),
            pair('statecode', choice(0)),
            pair('statuscode', choice(1)),
            pair('ownerid', ref('systemuser')),
            pair('owninguser', ref('systemuser')),
            pair('owningbusinessunit', ref('businessunit')),
            pair('createdby', ref('systemuser')),
            pair('createdon', '<milliseconds>'),
            pair('modifiedby', ref('systemuser')),
            pair('modifiedon', '<milliseconds>'),
            pair('modifiedonbehalfby', null),
          ],
          {
            FormattedValues: [
              pair('industrycode', 'Broadcasting Printing and Publishing'),
              pair('numberofemployees', '1,250'),
              pair('creditonhold', 'No'),
              pair('revenue', '$250,000.00'),
              pair('revenue_base', '$250,000.00'),
              pair('exchangerate', '1.0000000000'),
              pair('statecode', 'Active'),
              pair('statuscode', 'Active'),
              pair('createdon', '<iso-00:00>'),
              pair('modifiedon', '<iso-00:00>'),
            ],
          },
        ),
      ],
      output: [pair('id', '<id>')],
      owning: extension('Contoso hook: Create of account'),
      parent,
      stage: 40,
    });
    const got = shaped(JSON.parse(request?.body.toString() ?? ''));
    assert.deepEqual(got, expected);
    assert.deepEqual(Object.keys(got as object), Object.keys(expected as object));
    assert.match(request?.body.toString() ?? '', /"exchangerate","value":1\.0\}/);
    const context = contextOf(request);
    assert.equal(context.operationId, context.requestId);
    assert.equal(context.parentContext?.operationId, context.operationId);
  });

  it('of an asynchronous Update with both images has the structure of the documented sample', async () => {
    const sandbox = trial();
    const receiver = await receive();
    const hook = await sandbox.webhook(receiver.url);
    const account = await sandbox.create('account', { name: 'Contoso' });
    const contact = await sandbox.create('contact', {
      firstname: 'Maria',
      lastname: 'Campbell',
      emailaddress1: 'maria@contoso.example',
      creditlimit: 100,
    });
    const step = await sandbox.step(hook, 'Update', 'contact', {
      filteringattributes: 'emailaddress1,lastname',
    });
    const image = (alias: string, imagetype: number, attributes: string): Promise<string> =>
      sandbox.create('sdkmessageprocessingstepimage', {
        name: alias,
        entityalias: alias,
        imagetype,
        attributes,
        messagepropertyname: 'Target',
        sdkmessageprocessingstepid: { table: 'sdkmessageprocessingstep', id: step },
      });
    await image(
      'PreImage',
      0,
      'contactid,fullname,lastname,emailaddress1,preferredcontactmethodcode,creditlimit,donotemail,jobtitle',
    );
    await image('PostImage', 1, 'fullname,emailaddress1');
    const sent: StoredRow = {
      emailaddress1: 'maria.new@contoso.example',
      lastname: 'Campbell-Ray',
      preferredcontactmethodcode: 2,
      parentcustomerid: { table: 'account', id: account },
    };
    await sandbox.update('contact', contact, sent);
    await sandbox.idle();
    const [request] = receiver.requests();
    const attributes = [
      pair('contactid', '<id>'),
      pair('emailaddress1', 'maria.new@contoso.example'),
      pair('lastname', 'Campbell-Ray'),
      pair('preferredcontactmethodcode', choice(2)),
      pair('parentcustomerid', ref('account')),
    ];
    const changed = [
      { __type: 'KeyValuePairOfstringstring:#System.Collections.Generic', key: 'contact', value: 'Update' },
    ];
    const common = {
      message: 'Update',
      mode: 1,
      table: 'contact',
      owning: extension(null),
      shared: [...SHARED, pair('ChangedEntityTypes', changed)],
    } as const;
    const version = { RowVersion: '<version>' };
    const expected = body({
      ...common,
      input: [
        target(
          'contact',
          [
            ...attributes,
            pair('fullname', 'Maria Campbell-Ray'),
            pair('yomifullname', 'Maria Campbell-Ray'),
            pair('modifiedon', '<milliseconds>'),
            pair('modifiedby', ref('systemuser')),
            pair('modifiedonbehalfby', null),
          ],
          version,
        ),
      ],
      parent: body({
        ...common,
        input: [target('contact', attributes, version), pair('SuppressDuplicateDetection', false)],
        parent: null,
        stage: 30,
      }),
      post: [
        pair(
          'PostImage',
          row('contact', [
            pair('contactid', '<id>'),
            pair('fullname', 'Maria Campbell-Ray'),
            pair('emailaddress1', 'maria.new@contoso.example'),
          ]),
        ),
        pair(
          'AsynchronousStepPrimaryName',
          row('contact', [pair('fullname', 'Maria Campbell-Ray'), pair('contactid', '<id>')]),
        ),
      ],
      pre: [
        pair(
          'PreImage',
          row('contact', [
            pair('contactid', '<id>'),
            pair('fullname', 'Maria Campbell'),
            pair('lastname', 'Campbell'),
            pair('emailaddress1', 'maria@contoso.example'),
            pair('preferredcontactmethodcode', choice(1)),
            pair('creditlimit', money(100)),
            pair('donotemail', false),
          ]),
        ),
      ],
      stage: 40,
    });
    const got = shaped(JSON.parse(request?.body.toString() ?? ''));
    assert.deepEqual(got, expected);
    const context = contextOf(request);
    const [job] = sandbox.jobs();
    assert.ok(job);
    assert.equal(job['asyncoperationid'], context.operationId);
    assert.equal(job['correlationid'], context.correlationId);
    assert.equal(job['requestid'], context.requestId);
  });

  it('of an asynchronous Delete has the structure of the documented sample', async () => {
    const sandbox = trial();
    const receiver = await receive();
    const hook = await sandbox.webhook(receiver.url);
    const contact = await sandbox.create('contact', { firstname: 'Maria', lastname: 'Campbell-Ray' });
    await sandbox.step(hook, 'Delete', 'contact');
    await sandbox.remove('contact', contact);
    await sandbox.idle();
    const [request] = receiver.requests();
    const common = {
      input: [pair('Target', ref('contact'))],
      message: 'Delete',
      mode: 1,
      table: 'contact',
      owning: extension(null),
      shared: SHARED,
    } as const;
    const expected = body({
      ...common,
      parent: body({ ...common, parent: null, stage: 30 }),
      pre: [
        pair(
          'AsynchronousStepPrimaryName',
          row('contact', [pair('fullname', 'Maria Campbell-Ray'), pair('contactid', '<id>')]),
        ),
      ],
      stage: 40,
    });
    assert.deepEqual(shaped(JSON.parse(request?.body.toString() ?? '')), expected);
  });

  it('has the documented headers, the key and the message of a bulk create with its rows', async () => {
    const sandbox = trial();
    const receiver = await receive();
    const hook = await sandbox.webhook(`${receiver.url}/in`);
    await sandbox.step(hook, 'CreateMultiple', 'account', { mode: 0 });
    await sandbox.write((context) =>
      sandbox.pipeline.operations.createMultiple(
        'account',
        [
          { id: undefined, values: { name: 'One' } },
          { id: undefined, values: { name: 'Two' } },
        ],
        context,
      ),
    );
    const [request, ...more] = receiver.requests();
    assert.equal(more.length, 0);
    assert.equal(request?.target, '/in?code=key');
    const context = contextOf(request);
    assert.deepEqual(
      request.headers.filter(([name]) => name.startsWith('x-ms-')),
      [
        ['x-ms-dynamics-organization', 'contoso.crm.localhost'],
        ['x-ms-dynamics-entity-name', 'account'],
        ['x-ms-dynamics-request-name', 'CreateMultiple'],
        ['x-ms-correlation-request-id', context.correlationId],
      ],
    );
    const [targets] = context.inputParameters ?? [];
    assert.equal(targets?.value.kind === 'entityCollection' && targets.value.collection.entities.length, 2);
    assert.equal(context.outputParameters?.[0]?.key, 'Ids');
  });
});
