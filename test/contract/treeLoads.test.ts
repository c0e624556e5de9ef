import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { countFailedJobs } from '../../src/jobs/failedCounts';
import { sampleChoices, type QuerySubject } from '../../src/presentation/queries/sampleChoices';
import {
  loadContinued,
  loadSucceeded,
  nothingArrived,
  rowsArrived,
  unloadedEnvironment,
} from '../../src/presentation/tree/environmentState';
import { shownRows, wholeTree } from '../../src/presentation/tree/treeFilter';
import { findingsOf } from '../../src/presentation/tree/treeIndex';
import type { DataverseClient } from '../../src/dataverse/client';
import type { Page } from '../../src/dataverse/webApi';
import { fixesByStep, fixStep } from '../../src/webhooks/fixes';
import type { Step, Webhook } from '../../src/webhooks/model';
import { signedInUserId } from '../../src/webhooks/signedInUser';
import { loadOtherEndpoints, loadSomeWebhooks, loadWebhooks } from '../../src/webhooks/webhookLoad';
import { WebhookService } from '../../src/webhooks/webhookService';
import { runWrite } from '../../src/webhooks/runWrites';
import { usePair } from './pair';

const never = new AbortController().signal;

interface Rows {
  readonly webhooks: Webhook[];
  readonly steps: Step[];
}

async function load(api: DataverseClient): Promise<Rows> {
  const rows: Rows = { webhooks: [], steps: [] };
  await loadWebhooks(api, never, (part) => {
    if (part.kind === 'webhooks') rows.webhooks.push(...part.webhooks);
    if (part.kind === 'steps') rows.steps.push(...part.steps);
  });
  return rows;
}

async function readAll(pages: AsyncIterable<Page>): Promise<Page['rows']> {
  const rows: Array<Page['rows'][number]> = [];
  for await (const page of pages) rows.push(...page.rows);
  return rows;
}

describe('Loading 1,000 webhooks with 10,000 steps', () => {
  const pair = usePair({
    sandbox: { seeds: { samples: false, webhooks: 1000, steps: 10_000, jobs: 0 } },
  });

  it('takes three requests, one for the webhooks and one for each page of 5,000 steps', async () => {
    pair.sent.length = 0;
    const { webhooks, steps } = await load(pair.api);
    assert.deepEqual([webhooks.length, steps.length, pair.sent.length], [1000, 10_000, 3]);
    assert.equal(new Set(steps.map(({ id }) => id)).size, 10_000);
    const known = new Set(webhooks.map(({ id }) => id));
    assert.ok(steps.every(({ webhookId }) => known.has(webhookId)));
  });

  it('shows webhooks and steps before the last page has come', async () => {
    let state = unloadedEnvironment;
    let rows = nothingArrived;
    const seen: Array<readonly [number, number]> = [];
    await loadWebhooks(pair.api, never, (part) => {
      rows = rowsArrived(rows, part);
      state = loadContinued(state, rows);
      const shown = shownRows(state, wholeTree);
      seen.push([shown.webhooks.length, shown.stepCount]);
    });
    assert.equal(seen.length, 3);
    assert.deepEqual(seen.at(-1), [1000, 10_000]);
    assert.ok(
      seen.slice(0, -1).some(([webhooks]) => webhooks === 1000),
      JSON.stringify(seen),
    );
  });

  it('loads some webhooks with a request each and one for their steps, and leaves out what is gone', async () => {
    const { webhooks } = await load(pair.api);
    const id = webhooks[7]?.id ?? '';
    pair.sent.length = 0;
    const one = await loadSomeWebhooks(pair.api, [id, '00000000-0000-0000-0000-00000000dead'], never);
    assert.deepEqual(
      [one.webhooks.map((webhook) => webhook.id), one.steps.length, pair.sent.length],
      [[id], 10, 3],
    );
  });
});

describe('The tree against the sandbox', () => {
  const pair = usePair({ sandbox: { seeds: { samples: true, webhooks: 3, steps: 6, jobs: 600 } } });

  it('knows who is signed in, and whose rows these are', async () => {
    const user = await signedInUserId(pair.api, never);
    const { webhooks, steps } = await load(pair.api);
    assert.match(user, /^[0-9a-f-]{36}$/);
    assert.ok(webhooks.some(({ touchedBy }) => touchedBy?.includes(user)));
    assert.ok(steps.some(({ touchedBy }) => touchedBy?.includes(user)));
  });

  it('counts failed jobs by step in one request, and agrees with the jobs themselves', async () => {
    const to = new Date(Date.now() + 60_000);
    const from = new Date(to.getTime() - 15 * 86_400_000);
    pair.sent.length = 0;
    const counts = await countFailedJobs(pair.api, { from, to }, never);
    assert.equal(pair.sent.length, 1);
    const rows = await readAll(
      pair.api.pages(
        `asyncoperations?$select=_owningextensionid_value&$filter=statuscode%20eq%2031%20and%20completedon%20ge%20${from.toISOString()}%20and%20_owningextensionid_value%20ne%20null`,
      ),
    );
    const expected = Map.groupBy(rows, (row) => String(row['_owningextensionid_value']));
    assert.ok(counts.total > 10, String(counts.total));
    assert.deepEqual(
      [...counts.byStep].sort(),
      [...expected].map(([step, { length }]) => [step, length]).sort(),
    );
    assert.deepEqual([counts.exact, counts.total], [true, rows.length]);
  });

  it('answers every query that can be copied, in both languages alike', async () => {
    const { webhooks, steps } = await load(pair.api);
    const [step] = steps;
    assert.ok(step);
    const webhook = webhooks.find(({ id }) => id === step.webhookId) ?? assert.fail('a step without webhook');
    const stepIds = steps.filter(({ webhookId }) => webhookId === webhook.id).map(({ id }) => id);
    const subjects: ReadonlyArray<readonly [QuerySubject, string]> = [
      [{ kind: 'environment' }, 'serviceendpointid'],
      [{ kind: 'webhook', webhookId: webhook.id, stepIds }, 'sdkmessageprocessingstepid'],
      [{ kind: 'step', stepId: step.id }, 'sdkmessageprocessingstepid'],
    ];
    for (const [subject, key] of subjects) {
      const choices = sampleChoices(pair.sandbox.url, subject);
      for (const group of new Set(choices.map((choice) => choice.group))) {
        const [webApi = '', fetchXml = ''] = choices
          .filter((choice) => choice.group === group)
          .map(({ value }) => value);
        const path = webApi.replace(`${pair.sandbox.url}/api/data/v9.2/`, '');
        assert.equal(path.match(/\?/g)?.length, 1, path);
        assert.doesNotMatch(path, /[ ]|=%20/);
        const single = /^sdkmessageprocessingsteps\([^)]*\)\?/.test(path);
        const byPath = single ? [await pair.api.get(path)] : await readAll(pair.api.pages(path));
        const table = /entity name="(\w+)"/.exec(fetchXml)?.[1] ?? '';
        const byXml = await readAll(pair.api.fetchPages(`${table}s`, fetchXml));
        const id =
          table === 'asyncoperation'
            ? 'asyncoperationid'
            : table === 'serviceendpoint'
              ? 'serviceendpointid'
              : key;
        assert.ok(byPath.length > 0 || table === 'asyncoperation', `${group ?? ''} finds something`);
        assert.deepEqual(byXml.map((row) => row[id]).sort(), byPath.map((row) => row[id]).sort(), group);
      }
    }
  });

  it('repairs what the check finds, and the findings are gone', async () => {
    const check = async (): Promise<ReturnType<ReturnType<typeof findingsOf>['all']>> =>
      findingsOf(loadSucceeded(unloadedEnvironment, { ...(await load(pair.api)), local: true })).all();
    const before = await check();
    const kept = before.filter(
      ({ rule, fix }) => fix !== undefined && (rule === 'jobsKept' || rule === 'disabled'),
    );
    assert.ok(kept.length >= 2, before.map(({ rule }) => rule).join());
    for (const fix of fixesByStep(kept)) await fixStep(fix, (write) => runWrite(pair.api, write, never));
    const after = await check();
    const ids = new Set(kept.map(({ step, rule }) => `${rule} ${step?.id ?? ''}`));
    assert.deepEqual(
      after.filter(({ step, rule }) => ids.has(`${rule} ${step?.id ?? ''}`)),
      [],
    );
  });

  it('does not overwrite a step that was changed since it was read', async () => {
    const { webhooks, steps } = await load(pair.api);
    const step = steps.find(({ enabled }) => enabled) ?? assert.fail('no enabled step');
    await pair.api.update(`sdkmessageprocessingsteps(${step.id})`, { description: 'changed by another' });
    const [webhook] = webhooks;
    assert.ok(webhook);
    const finding = {
      rule: 'duplicate',
      severity: 'warning',
      webhook,
      step,
      details: {},
      fix: { kind: 'disable' },
    } as const;
    const [fix] = fixesByStep([finding]);
    assert.ok(fix);
    await assert.rejects(
      fixStep(fix, (write) => runWrite(pair.api, write, never)),
      { reason: 'conflict' },
    );
  });

  it('shows endpoints of other contracts with their steps', async () => {
    const { id } = await pair.api.create('serviceendpoints', {
      name: 'Order queue',
      contract: 2,
      connectionmode: 1,
      authtype: 2,
      namespaceaddress: 'sb://orders.servicebus.example',
    });
    const { endpoints, steps } = await loadOtherEndpoints(pair.api, never);
    assert.deepEqual(
      endpoints.map(({ name, contract, contractLabel, address }) => [name, contract, contractLabel, address]),
      [['Order queue', 2, 'Queue', 'sb://orders.servicebus.example']],
    );
    assert.deepEqual([endpoints[0]?.id, steps], [id, []]);
    assert.ok((await load(pair.api)).webhooks.every((webhook) => webhook.id !== id));
  });

  it('does not show the steps of plug-ins', async () => {
    const assembly = await pair.api.create('pluginassemblies', {
      name: 'Contoso.Plugins',
      version: '1.0.0.0',
    });
    const type = await pair.api.create('plugintypes', {
      typename: 'Contoso.Plugins.Check',
      friendlyname: 'Check',
      name: 'Check',
      'pluginassemblyid@odata.bind': `/pluginassemblies(${assembly.id})`,
    });
    const message = (await new WebhookService(pair.api).messages(never)).find(
      ({ name }) => name === 'Create',
    );
    const step = await pair.api.create('sdkmessageprocessingsteps', {
      name: 'Step of a plug-in',
      stage: 40,
      mode: 1,
      rank: 1,
      supporteddeployment: 0,
      'eventhandler_plugintype@odata.bind': `/plugintypes(${type.id})`,
      'sdkmessageid@odata.bind': `/sdkmessages(${message?.id ?? ''})`,
    });
    assert.ok((await load(pair.api)).steps.every(({ id }) => id !== step.id));
  });
});
