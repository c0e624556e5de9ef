import assert from 'node:assert/strict';
import { DataverseError } from '../../../src/dataverse/errors';
import type { Page, Row } from '../../../src/dataverse/webApi';
import {
  loadOtherEndpoints,
  loadSomeWebhooks,
  loadWebhooks,
  type LoadedPart,
} from '../../../src/webhooks/webhookLoad';
import {
  allStepsQuery,
  otherEndpointsQuery,
  webhookQuery,
  webhooksQuery,
} from '../../../src/webhooks/webhookQueries';
import { FakeWebApi } from '../../fakes/fakeWebApi';
import { unknownNames } from './publishedNames';

const never = new AbortController().signal;
const id = (n: number): string => `00000000-0000-0000-0000-${n.toString(16).padStart(12, '0')}`;
const webhookRow = (n: number): Row => ({ serviceendpointid: id(n), name: `hook ${n}` });
const stepRow = (n: number, webhook: number): Row => ({
  sdkmessageprocessingstepid: id(1000 + n),
  stage: 40,
  mode: 1,
  statecode: 0,
  _eventhandler_value: id(webhook),
  sdkmessageid: { sdkmessageid: id(5000), name: 'Update' },
});

async function* pagesOf(...pages: ReadonlyArray<readonly Row[]>): AsyncIterable<Page> {
  for (const [index, rows] of pages.entries()) {
    await Promise.resolve();
    yield { rows, more: index < pages.length - 1 };
  }
}

async function partsOf(api: FakeWebApi, signal = never): Promise<readonly LoadedPart[]> {
  const parts: LoadedPart[] = [];
  await loadWebhooks(api, signal, (part) => parts.push(part));
  return parts;
}

const summary = (parts: readonly LoadedPart[]): readonly string[] =>
  parts.map((part) =>
    part.kind === 'webhooks'
      ? `webhooks ${part.webhooks.length}`
      : part.kind === 'steps'
        ? `steps ${part.steps.length}`
        : part.kind,
  );

describe('Loading webhooks', () => {
  it('tells of a row once that stands in two pages, because it was renamed meanwhile', async () => {
    const api = new FakeWebApi({
      pages: (path) =>
        path === allStepsQuery()
          ? pagesOf([stepRow(1, 1)], [stepRow(2, 1), stepRow(1, 1)])
          : pagesOf([webhookRow(1), webhookRow(2)], [webhookRow(2), webhookRow(3)]),
    });
    const parts = await partsOf(api);
    const ids = parts.flatMap((part) => {
      if (part.kind === 'webhooks') return part.webhooks.map((webhook) => webhook.id);
      return part.kind === 'steps' ? part.steps.map((step) => step.id) : [];
    });
    assert.deepEqual(ids.toSorted(), [id(1), id(2), id(3), id(1001), id(1002)]);
  });

  it('asks for webhooks and steps side by side and tells of each page as it comes', async () => {
    const api = new FakeWebApi({
      pages: (path) =>
        path === allStepsQuery()
          ? pagesOf([stepRow(1, 1)], [stepRow(2, 1), stepRow(3, 2)])
          : pagesOf([webhookRow(1)], [webhookRow(2)]),
    });
    const parts = await partsOf(api);
    assert.deepEqual(api.paths, [webhooksQuery(), allStepsQuery()]);
    assert.deepEqual(summary(parts).toSorted(), ['steps 1', 'steps 2', 'webhooks 1', 'webhooks 1']);
  });

  for (const reason of ['invalid', 'unsupported'] as const) {
    it(`asks in parts of 100 webhooks when the one query is ${reason}, and voids what came of it`, async () => {
      const api: FakeWebApi = new FakeWebApi({
        pages: (path) => {
          if (path === webhooksQuery()) return Array.from({ length: 250 }, (_, n) => webhookRow(n));
          if (path === allStepsQuery()) throw new DataverseError(reason, 'refused', { status: 400 });
          return [stepRow(api.calls.length, 1)];
        },
      });
      const parts = await partsOf(api);
      assert.deepEqual(
        api.paths.slice(2).map((path) => path.match(/_eventhandler_value%20eq/g)?.length),
        [100, 100, 50],
      );
      const asked = api.paths.slice(2).flatMap((path) => path.match(/eq%20[0-9a-f-]{36}/g) ?? []);
      assert.equal(new Set(asked).size, 250);
      assert.deepEqual(summary(parts), ['webhooks 250', 'stepsAgain', 'steps 1', 'steps 1', 'steps 1']);
    });
  }

  it('fails with the reason of the query that failed, and ends the other', async () => {
    for (const reason of ['network', 'forbidden', 'badAnswer'] as const) {
      const ended: string[] = [];
      async function* endless(): AsyncIterable<Page> {
        try {
          for (;;) {
            await new Promise((resolve) => setImmediate(resolve));
            yield { rows: [], more: true };
          }
        } finally {
          ended.push(reason);
        }
      }
      const api = new FakeWebApi({
        pages: (path) => {
          if (path === webhooksQuery()) throw new DataverseError(reason, 'down');
          return endless();
        },
      });
      await assert.rejects(partsOf(api), { reason });
      assert.deepEqual(ended, [reason]);
    }
  });

  it('tells of nothing after it was cancelled', async () => {
    const abort = new AbortController();
    async function* pages(): AsyncIterable<Page> {
      await Promise.resolve();
      abort.abort();
      yield { rows: [webhookRow(1)], more: false };
    }
    const parts: LoadedPart[] = [];
    const api = new FakeWebApi({ pages: () => pages() });
    await assert.rejects(
      loadWebhooks(api, abort.signal, (part) => parts.push(part)),
      { name: 'CancelledError' },
    );
    assert.deepEqual(parts, []);
  });

  it('of some alone leaves out one that is gone', async () => {
    const api = new FakeWebApi({
      get: (path) => {
        if (path === webhookQuery(id(2))) throw new DataverseError('notFound', 'gone', { status: 404 });
        return webhookRow(1);
      },
      pages: () => [stepRow(1, 1)],
    });
    const { webhooks, steps } = await loadSomeWebhooks(api, [id(1), id(2)], never);
    assert.deepEqual([webhooks.map((webhook) => webhook.id), steps.length], [[id(1)], 1]);
    assert.equal(api.calls.length, 3);
  });

  it('of other contracts asks with published names only, and for no steps when there are none', async () => {
    assert.deepEqual(unknownNames(otherEndpointsQuery()), []);
    const api = new FakeWebApi({ pages: () => [] });
    assert.deepEqual(await loadOtherEndpoints(api, never), { endpoints: [], steps: [] });
    assert.deepEqual(api.paths, [otherEndpointsQuery()]);
  });
});
