import assert from 'node:assert/strict';
import { CancelledError } from '../../../src/base/errors';
import { Secret } from '../../../src/base/secret';
import type { Page, Row } from '../../../src/dataverse/webApi';
import type { NewStep } from '../../../src/webhooks/model';
import {
  allStepsQuery,
  filtersQuery,
  messagesQuery,
  stepsOfWebhooksQuery,
  webhookQuery,
  webhooksNamedQuery,
  webhooksQuery,
} from '../../../src/webhooks/webhookQueries';
import { WebhookService } from '../../../src/webhooks/webhookService';
import { newStepRow, newWebhookRow } from '../../../src/webhooks/writes';
import { FakeWebApi } from '../../fakes/fakeWebApi';
import { PUBLISHED, unknownNames } from './publishedNames';

const never = new AbortController().signal;
const WEBHOOK = '3f6f1c52-0c2d-ef11-8e4f-000d3a3b1a01';
const STEP = '8b2c8d22-0d2d-ef11-8e4f-000d3a3b1a01';
const UPDATE = '20bebb1b-ea3e-db11-86a7-000a3a5473e8';
const FILTER = '77c2bb1b-ea3e-db11-86a7-000a3a5473e8';

describe('The queries for webhooks', () => {
  const queries = [
    webhooksQuery(),
    webhooksNamedQuery("O'Brien & sons eq 'x'"),
    webhookQuery(WEBHOOK),
    allStepsQuery(),
    stepsOfWebhooksQuery([WEBHOOK, STEP]),
    messagesQuery(),
    filtersQuery(UPDATE),
  ];

  it('use only sets, columns and navigation properties of the published metadata', () => {
    for (const query of queries) assert.deepEqual(unknownNames(query), [], query);
    assert.deepEqual(unknownNames('serviceendpoints?$select=authvalue,nosuch&$filter=x/y eq 1'), [
      'authvalue',
      'nosuch',
      'x/y',
    ]);
  });

  it('are encoded, and never ask for what cannot be read', () => {
    for (const query of queries) {
      assert.match(query, /^[A-Za-z0-9\-._~!$&'()*+,;:@/?%=]*$/);
      assert.doesNotMatch(query, /\b(authvalue|saskey|sastoken|invocationsource)\b/);
    }
  });

  it('ask for webhooks as the facts do, in an order that pages can keep', () => {
    assert.equal(
      decodeURIComponent(webhooksQuery()),
      'serviceendpoints?$select=serviceendpointid,name,description,url,authtype,isauthvalueset,ismanaged,iscustomizable,modifiedon,_createdby_value,_modifiedby_value&$filter=contract eq 8&$orderby=name,serviceendpointid',
    );
  });

  it('ask for the messages that are documented as valid', () => {
    assert.equal(
      decodeURIComponent(messagesQuery()),
      "sdkmessages?$select=sdkmessageid,name&$filter=isprivate eq false and name ne 'SetStateDynamicEntity' and name ne 'RemoveRelated' and name ne 'SetRelated' and name ne 'Execute' and sdkmessageid_sdkmessagefilter/any(s:s/iscustomprocessingstepallowed eq true and s/isvisible eq true)&$orderby=name",
    );
  });

  it('double the quotes of a name', () => {
    assert.match(
      decodeURIComponent(webhooksNamedQuery("O'Brien")),
      /contract eq 8 and name eq 'O''Brien'&\$top=1$/,
    );
  });
});

describe('The body of a new webhook', () => {
  it('has the five columns of the facts, the secret in its XML', () => {
    assert.deepEqual(
      newWebhookRow({
        name: 'Contoso hook',
        url: 'https://hooks.contoso.example/dataverse',
        auth: { type: 'httpHeader', pairs: [{ name: 'x-api-key', value: new Secret('s3cr3t') }] },
      }),
      {
        name: 'Contoso hook',
        url: 'https://hooks.contoso.example/dataverse',
        contract: 8,
        authtype: 5,
        authvalue: '<settings><setting name="x-api-key" value="s3cr3t" /></settings>',
      },
    );
  });

  it('has a bare key, and a description where there is one', () => {
    const auth = { type: 'webhookKey', key: new Secret('new-key') } as const;
    const row = newWebhookRow({ name: 'n', url: 'https://h', auth, description: 'd' });
    assert.deepEqual([row['authtype'], row['authvalue'], row['description']], [4, 'new-key', 'd']);
  });
});

describe('The body of a new step', () => {
  const step: NewStep = {
    webhookId: WEBHOOK,
    name: 'Contoso hook: Update of contact',
    description: 'Contact changes for the mailing system',
    message: { id: UPDATE, name: 'Update' },
    filter: { id: FILTER, table: 'contact', secondaryTable: undefined },
    filteringColumns: ['firstname', 'lastname', 'emailaddress1'],
    stage: 'postOperation',
    mode: 'asynchronous',
    rank: 1,
    deleteJobOnSuccess: true,
    deployment: 'server',
    runAs: undefined,
  };

  it('is that of the facts', () => {
    assert.deepEqual(newStepRow(step), {
      name: 'Contoso hook: Update of contact',
      description: 'Contact changes for the mailing system',
      stage: 40,
      mode: 1,
      rank: 1,
      supporteddeployment: 0,
      asyncautodelete: true,
      filteringattributes: 'firstname,lastname,emailaddress1',
      'eventhandler_serviceendpoint@odata.bind': `/serviceendpoints(${WEBHOOK})`,
      'sdkmessageid@odata.bind': `/sdkmessages(${UPDATE})`,
      'sdkmessagefilterid@odata.bind': `/sdkmessagefilters(${FILTER})`,
    });
  });

  it('leaves out filter, columns and description where there are none, and always says stage and mode', () => {
    const row = newStepRow({
      ...step,
      description: '',
      filter: undefined,
      filteringColumns: [],
      stage: 'preOperation',
      mode: 'synchronous',
      rank: 10,
      deleteJobOnSuccess: false,
    });
    assert.deepEqual(Object.keys(row).sort(), [
      'asyncautodelete',
      'eventhandler_serviceendpoint@odata.bind',
      'mode',
      'name',
      'rank',
      'sdkmessageid@odata.bind',
      'stage',
      'supporteddeployment',
    ]);
    assert.deepEqual([row['stage'], row['mode'], row['rank']], [20, 0, 10]);
  });

  it('writes only columns and bindings of the published metadata', () => {
    const { columns, navigations } = PUBLISHED['sdkmessageprocessingsteps'] ?? {
      columns: '',
      navigations: {},
    };
    for (const name of Object.keys(newStepRow(step))) {
      const navigation = name.endsWith('@odata.bind') ? name.slice(0, -'@odata.bind'.length) : undefined;
      if (navigation === undefined) assert.ok(columns.split(' ').includes(name), name);
      else assert.ok(navigation in navigations, name);
    }
  });
});

describe('The service for webhooks', () => {
  it('stops between pages when it is cancelled', async () => {
    const abort = new AbortController();
    async function* pages(): AsyncIterable<Page> {
      yield { rows: [], more: true };
      abort.abort();
      yield { rows: [], more: true };
      await Promise.resolve();
      assert.fail('a page nobody wants');
    }
    await assert.rejects(
      new WebhookService(new FakeWebApi({ pages })).webhooks(abort.signal),
      CancelledError,
    );
  });

  it('gathers all pages', async () => {
    async function* pages(): AsyncIterable<Page> {
      await Promise.resolve();
      yield { rows: [{ sdkmessageid: UPDATE, name: 'Update' }], more: true };
      yield { rows: [], more: true };
      yield { rows: [{ sdkmessageid: STEP, name: 'Win' }], more: false };
    }
    const messages = await new WebhookService(new FakeWebApi({ pages })).messages(never);
    assert.deepEqual(
      messages.map((message) => message.name),
      ['Update', 'Win'],
    );
  });

  it('tells whether a name is taken', async () => {
    const taken = (rows: readonly Row[]): Promise<boolean> =>
      new WebhookService(new FakeWebApi({ pages: () => rows })).isNameTaken('x', never);
    assert.equal(await taken([]), false);
    assert.equal(await taken([{ serviceendpointid: WEBHOOK }]), true);
  });

  it('writes with the documented requests', async () => {
    const api = new FakeWebApi({
      create: () => ({ id: STEP }),
      update: () => undefined,
      remove: () => undefined,
    });
    const service = new WebhookService(api);
    const auth = { type: 'webhookKey', key: new Secret('k') } as const;
    assert.equal(await service.registerWebhook({ name: 'n', url: 'u', auth }, never), STEP);
    await service.setStepEnabled(STEP, false, never);
    await service.setStepEnabled(STEP, true, never);
    await service.deleteStep(STEP, never);
    await service.deleteWebhook(WEBHOOK, never);
    assert.deepEqual(
      api.calls.map(({ method, path, body }) => [method, path, body]),
      [
        ['create', 'serviceendpoints', newWebhookRow({ name: 'n', url: 'u', auth })],
        ['update', `sdkmessageprocessingsteps(${STEP})`, { statecode: 1, statuscode: 2 }],
        ['update', `sdkmessageprocessingsteps(${STEP})`, { statecode: 0, statuscode: 1 }],
        ['remove', `sdkmessageprocessingsteps(${STEP})`, undefined],
        ['remove', `serviceendpoints(${WEBHOOK})`, undefined],
      ],
    );
  });
});
