import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DataverseError } from '../../../src/dataverse/errors';
import type { Row } from '../../../src/dataverse/webApi';
import type { Step } from '../../../src/webhooks/model';
import {
  filterOf,
  imageOf,
  messageOf,
  nothingShared,
  stepOf,
  stepsOf,
  webhookOf,
} from '../../../src/webhooks/rows';

const FORMATTED = '@OData.Community.Display.V1.FormattedValue';

/** FACTS 15.2. */
const webhookRow = {
  '@odata.etag': 'W/"5948311"',
  serviceendpointid: '3f6f1c52-0c2d-ef11-8e4f-000d3a3b1a01',
  name: 'Contoso hook',
  description: null,
  url: 'https://hooks.contoso.example/dataverse',
  [`authtype${FORMATTED}`]: 'Http Header',
  authtype: 5,
  isauthvalueset: true,
  ismanaged: false,
  iscustomizable: {
    Value: true,
    CanBeChanged: true,
    ManagedPropertyLogicalName: 'iscustomizableanddeletable',
  },
  modifiedon: '2025-03-04T10:00:12Z',
};

/** FACTS 15.3. */
const stepRow = {
  '@odata.etag': 'W/"5948420"',
  sdkmessageprocessingstepid: '8b2c8d22-0d2d-ef11-8e4f-000d3a3b1a01',
  name: 'Contoso hook: Update of contact',
  stage: 40,
  mode: 1,
  rank: 1,
  filteringattributes: 'firstname,lastname,emailaddress1',
  asyncautodelete: true,
  statecode: 0,
  _eventhandler_value: '3f6f1c52-0c2d-ef11-8e4f-000d3a3b1a01',
  sdkmessageid: { name: 'Update', sdkmessageid: '20bebb1b-ea3e-db11-86a7-000a3a5473e8' },
  sdkmessagefilterid: {
    primaryobjecttypecode: 'contact',
    sdkmessagefilterid: '77c2bb1b-ea3e-db11-86a7-000a3a5473e8',
  },
};

const IMAGES = 'sdkmessageprocessingstepid_sdkmessageprocessingstepimage';

describe('A row of serviceendpoint', () => {
  it('becomes a webhook', () => {
    assert.deepEqual(webhookOf(webhookRow), {
      id: '3f6f1c52-0c2d-ef11-8e4f-000d3a3b1a01',
      name: 'Contoso hook',
      url: 'https://hooks.contoso.example/dataverse',
      description: '',
      authType: 'httpHeader',
      hasSecret: true,
      managed: false,
      customizable: true,
      modifiedOn: '2025-03-04T10:00:12Z',
      etag: 'W/"5948311"',
      touchedBy: [],
    });
  });

  it('needs only its id: another kind of endpoint or an old environment has less', () => {
    const webhook = webhookOf({ serviceendpointid: webhookRow.serviceendpointid.toUpperCase() });
    assert.equal(webhook.id, webhookRow.serviceendpointid);
    assert.deepEqual([webhook.name, webhook.url, webhook.authType], ['', '', 'other']);
    assert.deepEqual([webhook.hasSecret, webhook.managed, webhook.customizable], [false, false, true]);
    assert.equal(webhook.modifiedOn, undefined);
  });

  it('never takes in a secret, even when a server sends one', () => {
    const webhook = webhookOf({ ...webhookRow, authvalue: 's3cr3t', saskey: 's3cr3t' });
    assert.ok(!JSON.stringify(webhook).includes('s3cr3t'));
  });
});

describe('A row of sdkmessageprocessingstep', () => {
  it('becomes a step', () => {
    assert.deepEqual(stepOf(stepRow), {
      id: '8b2c8d22-0d2d-ef11-8e4f-000d3a3b1a01',
      webhookId: '3f6f1c52-0c2d-ef11-8e4f-000d3a3b1a01',
      name: 'Contoso hook: Update of contact',
      description: '',
      message: { id: '20bebb1b-ea3e-db11-86a7-000a3a5473e8', name: 'Update' },
      filterId: '77c2bb1b-ea3e-db11-86a7-000a3a5473e8',
      table: 'contact',
      secondaryTable: undefined,
      stage: 'postOperation',
      mode: 'asynchronous',
      rank: 1,
      filteringColumns: ['firstname', 'lastname', 'emailaddress1'],
      deleteJobOnSuccess: true,
      enabled: true,
      deployment: 'server',
      runAsUserId: undefined,
      runAsUserName: undefined,
      managed: false,
      customizable: true,
      modifiedOn: undefined,
      etag: 'W/"5948420"',
      images: [],
      touchedBy: [],
    });
  });

  it('without a filter is for any table; `none` is no table', () => {
    const any = stepOf({ ...stepRow, sdkmessagefilterid: null });
    assert.deepEqual([any.filterId, any.table, any.secondaryTable], [undefined, undefined, undefined]);
    const none = stepOf({
      ...stepRow,
      sdkmessagefilterid: {
        ...stepRow.sdkmessagefilterid,
        primaryobjecttypecode: 'none',
        secondaryobjecttypecode: 'none',
      },
    });
    assert.equal(none.table, undefined);
    assert.equal(none.filterId, stepRow.sdkmessagefilterid.sdkmessagefilterid);
  });

  it('tells what a synchronous, disabled, managed step with a user and images is', () => {
    const step = stepOf({
      ...stepRow,
      mode: 0,
      stage: 15,
      statecode: 1,
      rank: null,
      asyncautodelete: null,
      supporteddeployment: 2,
      ismanaged: true,
      iscustomizable: { Value: false, CanBeChanged: false },
      filteringattributes: null,
      _impersonatinguserid_value: '11111111-0d2d-ef11-8e4f-000d3a3b1a01',
      impersonatinguserid: { fullname: 'Svc Account' },
      [IMAGES]: [
        {
          sdkmessageprocessingstepimageid: '2e6f0a11-0e2d-ef11-8e4f-000d3a3b1a01',
          name: 'Pre',
          entityalias: 'PreImage',
          imagetype: 0,
          messagepropertyname: 'Target',
          attributes: 'firstname,lastname',
        },
        { sdkmessageprocessingstepimageid: '2e6f0a12-0e2d-ef11-8e4f-000d3a3b1a01', imagetype: 2 },
      ],
    });
    assert.deepEqual([step.mode, step.stage, step.enabled, step.rank], ['synchronous', 'internal', false, 1]);
    assert.deepEqual([step.managed, step.customizable, step.deployment], [true, false, 'both']);
    assert.deepEqual([step.runAsUserName, step.filteringColumns], ['Svc Account', []]);
    assert.deepEqual(step.images[0], {
      id: '2e6f0a11-0e2d-ef11-8e4f-000d3a3b1a01',
      stepId: step.id,
      name: 'Pre',
      alias: 'PreImage',
      type: 'pre',
      messageProperty: 'Target',
      columns: ['firstname', 'lastname'],
    });
    assert.deepEqual([step.images[1]?.type, step.images[1]?.columns], ['both', []]);
  });
});

describe('The rows of one load', () => {
  it('share what they have in common, and nothing that differs', () => {
    const shared = nothingShared();
    const read = (row: Row): Step => {
      const [step] = stepsOf([row], shared);
      assert.ok(step);
      return step;
    };
    const person = (n: number): string => `0000000${n}-0d2d-ef11-8e4f-000d3a3b1a01`;
    const touched = (created: number | null, modified: number | null): ReadonlyArray<string | undefined> =>
      read({
        ...stepRow,
        _createdby_value: created === null ? null : person(created),
        _modifiedby_value: modified === null ? null : person(modified),
      }).touchedBy ?? [];
    const first = read(stepRow);
    assert.equal(read(stepRow).message, first.message);
    const renamed = read({ ...stepRow, sdkmessageid: { ...stepRow.sdkmessageid, name: 'Other' } });
    assert.deepEqual([renamed.message.name, first.message.name], ['Other', 'Update']);
    const cases = [
      [1, 1],
      [1, 1],
      [1, 2],
      [1, 2],
      [1, 1],
      [2, 1],
      [null, 1],
      [1, null],
      [null, null],
      [1, 2],
    ] as const;
    assert.deepEqual(
      cases.map(([created, modified]) => touched(created, modified)),
      cases.map(([created, modified]) =>
        [...new Set([created, modified])].flatMap((n) => (n === null ? [] : [person(n)])),
      ),
    );
    assert.equal(touched(1, 2), touched(1, 2));
  });
});

describe('Rows of a hostile service', () => {
  it('are mapped or refused as a bad answer, never anything else', () => {
    const value = fc.oneof(fc.anything(), fc.constantFrom('none', '', 40, null, {}, []));
    const damaged = (row: Readonly<Record<string, unknown>>): fc.Arbitrary<Record<string, unknown>> =>
      fc
        .tuple(fc.constantFrom(...Object.keys(row), IMAGES, 'supporteddeployment'), value)
        .map(([name, other]) => ({ ...row, [name]: other }));
    const mapped = [
      [webhookRow, webhookOf],
      [stepRow, stepOf],
      [stepRow.sdkmessageid, messageOf],
      [stepRow.sdkmessagefilterid, filterOf],
      [
        { sdkmessageprocessingstepimageid: stepRow.sdkmessageprocessingstepid },
        (row: Record<string, unknown>) => imageOf(row, 's'),
      ],
    ] as const;
    for (const [row, map] of mapped) {
      fc.assert(
        fc.property(damaged(row), (hostile) => {
          try {
            map(hostile);
          } catch (error) {
            assert.ok(DataverseError.is(error, 'badAnswer'), String(error));
          }
        }),
      );
    }
  });

  it('are refused when what identifies them is missing', () => {
    for (const map of [webhookOf, stepOf, messageOf, filterOf])
      assert.throws(
        () => map({}),
        (error) => DataverseError.is(error, 'badAnswer'),
      );
    for (const name of ['sdkmessageid', 'stage', 'mode', 'statecode'])
      assert.throws(
        () => stepOf({ ...stepRow, [name]: null }),
        (error) => DataverseError.is(error, 'badAnswer') && error.message.includes(name),
      );
  });
});
