import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { systemClock } from '../../src/base/clock';
import { Secret } from '../../src/base/secret';
import { bodyFromText, headersOfBody, readableBody } from '../../src/delivery/bodyDocument';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { serverCertificate } from '../fakes/certificates';
import { readContext } from '../../src/delivery/readContext';
import type { ExecutionContext } from '../../src/delivery/executionContext';
import { startReceiver, type Answer, type Receiver } from '../../src/delivery/receiver';
import { createSender, type DeliveryResult, type Sender } from '../../src/delivery/sender';
import { createMetadata } from '../../src/dataverse/metadata';
import { verdictOf } from '../../src/presentation/send/sendTexts';
import { testBody } from '../../src/presentation/send/testBody';
import type { TestBody, TestPlan } from '../../src/presentation/send/testPlan';
import { usePair } from './pair';

const never = new AbortController().signal;

describe('A test delivery from the metadata and rows of an environment', () => {
  const pair = usePair();
  let receiver: Receiver;
  let sender: Sender;

  beforeEach(async () => {
    receiver = await startReceiver();
    sender = createSender({ keepBodyBytes: 1_000, retryDelay: 1, timeout: 5_000 });
  });

  afterEach(async () => {
    sender.dispose();
    await receiver.close();
  });

  const plan = (message: string, more: Partial<TestPlan> = {}): TestPlan => ({
    message,
    table: 'contact',
    step: {
      id: '8b2c8d22-0d2d-ef11-8e4f-000d3a3b1a01',
      name: 'Orders: test',
      stage: 40,
      asynchronous: true,
      images: [],
      runAsUserId: undefined,
    },
    rowId: undefined,
    columns: [],
    sizeExceeded: false,
    ...more,
  });

  const environment = () => ({
    api: pair.api,
    metadata: createMetadata(pair.api, systemClock),
    newId: () => randomUUID(),
    now: () => Date.now(),
  });
  const bodyOf = (wanted: TestPlan): Promise<TestBody> => testBody(environment(), wanted, never);

  async function send(text: string, answer?: Answer): Promise<DeliveryResult> {
    if (answer !== undefined) receiver.answerWith(answer);
    const reading = bodyFromText(text);
    assert.ok(reading.ok);
    return sender.send({
      url: `${receiver.url}/hooks`,
      authentication: { type: 'httpHeader', pairs: [{ name: 'x-api-key', value: new Secret('k') }] },
      headers: headersOfBody(reading.members, 'contoso.crm.dynamics.com'),
      body: reading.body,
    });
  }

  function contextIn(text: string): ExecutionContext {
    const { context, problems } = readContext(text);
    assert.ok(context);
    assert.deepEqual(problems, []);
    return context;
  }

  const attributesOf = (context: ExecutionContext): readonly string[] => {
    const target = context.inputParameters?.find(({ key }) => key === 'Target' || key === 'Targets')?.value;
    if (target?.kind === 'entity') return target.entity.attributes.map(({ key }) => key);
    return target?.kind === 'entityCollection'
      ? (target.collection.entities[0]?.attributes.map(({ key }) => key) ?? [])
      : [];
  };

  it('of an Update has the real values of the row, and arrives with the headers of the service', async () => {
    const { id } = await pair.api.create(
      'contacts',
      { firstname: 'Maria', lastname: "O'Brien / 2", creditlimit: 12.5 },
      { signal: never },
    );
    const images = [{ alias: 'Before', type: 'pre', columns: ['creditlimit'] }] as const;
    const body = await bodyOf(
      plan('Update', { rowId: id, columns: ['lastname', 'jobtitle'], step: { ...plan('').step, images } }),
    );
    assert.deepEqual(body.notes, ['beforeIsNow']);
    const result = await send(readableBody(body.text));
    assert.equal(result.error, undefined);
    const [request] = receiver.requests();
    assert.equal(
      request?.body.toString('utf8'),
      body.text,
      'the document goes over the wire as it was composed',
    );
    const headers = new Map(request.headers);
    const context = contextIn(body.text);
    assert.equal(headers.get('x-ms-dynamics-entity-name'), 'contact');
    assert.equal(headers.get('x-ms-dynamics-request-name'), 'Update');
    assert.equal(headers.get('x-ms-correlation-request-id'), context.correlationId);
    assert.equal(headers.get('x-api-key'), 'k');
    assert.deepEqual(attributesOf(context), [
      ...['contactid', 'lastname', 'jobtitle', 'fullname', 'yomifullname'],
      ...['modifiedon', 'modifiedby', 'modifiedonbehalfby'],
    ]);
    assert.ok(body.text.includes(`"lastname","value":"O'Brien \\/ 2"`));
    assert.ok(body.text.includes('"jobtitle","value":null'));
    const [pre] = context.preEntityImages ?? [];
    assert.deepEqual(
      pre?.entity?.attributes.map(({ key }) => key),
      ['contactid', 'creditlimit'],
    );
  });

  it('of made-up values has columns that the table really has', async () => {
    for (const table of ['contact', 'account', 'new_project']) {
      const body = await bodyOf(plan('Create', { table }));
      assert.ok(body.notes.includes('sampleValues'));
      const context = contextIn(body.text);
      const columns = await environment().metadata.columns(table, never);
      const known = new Set(columns.map(({ logicalName }) => logicalName));
      const attributes = attributesOf(context);
      assert.ok(attributes.length > 3, attributes.join());
      for (const name of attributes) assert.ok(known.has(name), name);
    }
  });

  it('can be made for every message that a step may be registered on', async () => {
    const tables = await environment().metadata.tables(never);
    assert.ok(tables.length > 0);
    const messages = [
      ...['Create', 'Update', 'Delete', 'Assign', 'SetState', 'Associate', 'Disassociate', 'Retrieve'],
      ...['RetrieveMultiple', 'CreateMultiple', 'UpdateMultiple', 'new_ApproveProject'],
    ];
    for (const message of messages) {
      for (const asynchronous of [true, false]) {
        const step = { ...plan('').step, asynchronous };
        const context = contextIn((await bodyOf(plan(message, { step }))).text);
        assert.equal(context.messageName, message);
        assert.equal(context.mode, asynchronous ? 1 : 0);
        assert.ok(context.organizationName);
      }
    }
    assert.deepEqual((await bodyOf(plan('Retrieve'))).notes, ['sampleValues', 'parametersUnknown']);
  });

  it('over 256 KB has lost four members and says so in a header', async () => {
    const body = await bodyOf(plan('Update', { sizeExceeded: true }));
    const context = contextIn(body.text);
    assert.equal(context.inputParameters, undefined);
    assert.equal(context.parentContext, undefined);
    const reading = bodyFromText(body.text, true);
    assert.ok(reading.ok);
    await sender.send({
      url: receiver.url,
      authentication: { type: 'webhookKey', key: new Secret('') },
      headers: headersOfBody(reading.members, 'o'),
      body: reading.body,
    });
    const headers = new Map(receiver.requests()[0]?.headers);
    assert.equal(headers.get('x-ms-dynamics-msg-size-exceeded'), 'true');
  });

  it('for a row that is gone is made up, and says so', async () => {
    const body = await bodyOf(plan('Update', { rowId: '1a7e3d55-7b8e-ef11-ac20-6045bdd1a101' }));
    assert.deepEqual(body.notes, ['rowGone', 'sampleValues']);
    assert.equal(contextIn(body.text).primaryEntityId, '1a7e3d55-7b8e-ef11-ac20-6045bdd1a101');
  });

  it('follows no redirect, tries once more after 503 only, and is told as Dataverse would take it', async () => {
    const { text } = await bodyOf(plan('Delete'));
    const status = async (answer: Answer) => {
      const before = receiver.requests().length;
      const result = await send(text, answer);
      return [receiver.requests().length - before, verdictOf(result, 'Orders', true).kind];
    };
    assert.deepEqual(await status({ status: 307, headers: { location: receiver.url } }), [1, 'failure']);
    assert.deepEqual(await status({ status: 503 }), [2, 'failure']);
    assert.deepEqual(await status({ status: 500 }), [1, 'failure']);
    assert.deepEqual(await status({ status: 200, instead: 'reset' }), [1, 'failure']);
    assert.deepEqual(await status({ status: 202 }), [1, 'success']);
  });

  it('tells in plain words, with what to do next, why an endpoint cannot be reached', async () => {
    const { text } = await bodyOf(plan('Delete'));
    const told = async (url: string, timeout = 5_000): Promise<string> => {
      const reading = bodyFromText(text);
      assert.ok(reading.ok);
      const own = createSender({ timeout });
      const result = await own.send({
        url,
        authentication: { type: 'webhookKey', key: new Secret('') },
        headers: headersOfBody(reading.members, 'o'),
        body: reading.body,
      });
      own.dispose();
      const { happened, next } = verdictOf(result, 'Orders', true);
      return `${happened} ${next}`;
    };
    const { certificate, key } = await serverCertificate();
    const secure = https.createServer({ cert: certificate, key });
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = secure.address() as AddressInfo;
      assert.match(
        await told(`https://localhost:${port}/`),
        /No encrypted connection .*certificate of a public authority/,
      );
    } finally {
      secure.close();
    }
    receiver.answerWith({ status: 200, instead: 'silence' });
    assert.match(
      await told(receiver.url, 50),
      /did not answer within 60 seconds.*Answer first and work afterwards/,
    );
    receiver.answerWith({ status: 404, headers: { 'Content-Type': 'text/html' }, body: '<html>' });
    assert.match(await told(receiver.url), /answered 404 .*web page.*sign-in page or a proxy/);
    const closed = await startReceiver();
    await closed.close();
    assert.match(await told(closed.url), /Nothing listens .*Start the endpoint/);
  });
});
