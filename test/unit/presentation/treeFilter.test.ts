import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DataverseError } from '../../../src/dataverse/errors';
import {
  branchLoaded,
  loadContinued,
  loadFailed,
  loadStarted,
  loadSucceeded,
  nothingArrived,
  rowsArrived,
  unloadedEnvironment,
  type EnvironmentState,
} from '../../../src/presentation/tree/environmentState';
import {
  shownRows,
  wholeTree,
  type FilterKind,
  type ShownRows,
  type TreeView,
} from '../../../src/presentation/tree/treeFilter';
import { findingsOf, treeIndex } from '../../../src/presentation/tree/treeIndex';
import { treeChildren } from '../../../src/presentation/tree/treeItems';
import {
  filterMessage,
  filterSummary,
  unknownFactsMessage,
} from '../../../src/presentation/texts/filterTexts';
import type { Step } from '../../../src/webhooks/model';
import { endpoint, environmentNode, item, loaded, profile, step, stepItem, webhook } from './treeRows';

const view = (text: string, ...kinds: readonly FilterKind[]): TreeView => ({
  ...wholeTree,
  text,
  kinds: new Set(kinds),
});

const second = {
  ...webhook,
  id: 'w2',
  name: 'Shipping',
  url: 'https://ship.example.com/notify?code=hidden',
  managed: true,
};
const steps: readonly Step[] = [
  step,
  {
    ...step,
    id: 's2',
    name: 'Orders: Create of lead',
    message: { id: 'c', name: 'Create' },
    table: 'lead',
    enabled: false,
  },
  {
    ...step,
    id: 's3',
    webhookId: 'w2',
    name: 'On everything',
    message: { id: 'd', name: 'Delete' },
    table: undefined,
    mode: 'synchronous',
    touchedBy: ['me'],
  },
];
const state = loadSucceeded(unloadedEnvironment, { webhooks: [webhook, second], steps });

function ids(rows: ShownRows): readonly string[] {
  return rows.webhooks.flatMap(({ id }) => [id, ...(rows.steps.get(id) ?? []).map((row) => row.id)]);
}

describe('Search in the tree', () => {
  it('finds by name, host, path, message and table, whatever the case, and every word must be found', () => {
    const found: ReadonlyArray<readonly [string, readonly string[]]> = [
      ['ORDERS', ['w1', 's1', 's2']],
      ['ship.example', ['w2', 's3']],
      ['notify', ['w2', 's3']],
      ['delete', ['w2', 's3']],
      ['lead', ['w1', 's2']],
      ['orders create', ['w1', 's2']],
      ['orders delete', []],
      ['  ', ['w1', 's1', 's2', 'w2', 's3']],
    ];
    for (const [text, expected] of found) assert.deepEqual(ids(shownRows(state, view(text))), expected, text);
  });

  it('finds nothing by what is hidden in a query', () => {
    assert.deepEqual(ids(shownRows(state, view('hidden'))), []);
    assert.deepEqual(ids(shownRows(state, view('s3cr3t'))), []);
  });
});

describe('Filters of the tree', () => {
  const failing: EnvironmentState = {
    ...state,
    userId: 'me',
    failures: {
      from: new Date(0),
      to: new Date(86_400_000),
      byStep: new Map([['s2', 3]]),
      total: 3,
      exact: true,
    },
  };

  it('leave the rows that are all of what was ticked', () => {
    const left = (...kinds: readonly FilterKind[]): readonly string[] =>
      ids(shownRows(failing, view('', ...kinds)));
    assert.deepEqual(left('disabled'), ['w1', 's2']);
    assert.deepEqual(left('synchronous'), ['w2', 's3']);
    assert.deepEqual(left('managed'), ['w2']);
    assert.deepEqual(left('mine'), ['w2', 's3']);
    assert.deepEqual(left('failing'), ['w1', 's2']);
    assert.deepEqual(left('disabled', 'failing'), ['w1', 's2']);
    assert.deepEqual(left('disabled', 'synchronous'), []);
    assert.deepEqual(ids(shownRows(state, view('', 'failing'))), []);
    assert.deepEqual(ids(shownRows(state, view('', 'mine'))), []);
  });

  it('never bring a row that is not there, and never keep one that does not fit', () => {
    const kinds = fc.uniqueArray(
      fc.constantFrom<FilterKind>('disabled', 'synchronous', 'managed', 'mine', 'failing'),
    );
    fc.assert(
      fc.property(fc.constantFrom('', 'orders', 'create', 'o r'), kinds, (text, chosen) => {
        const rows = shownRows(failing, view(text, ...chosen));
        for (const row of [...rows.steps.values()].flat()) {
          assert.ok(steps.includes(row));
          assert.ok(!chosen.includes('disabled') || !row.enabled);
          assert.ok(!chosen.includes('failing') || row.id === 's2');
        }
        assert.equal(rows.stepCount, [...rows.steps.values()].flat().length);
      }),
    );
  });

  it('say what they are and what they leave', () => {
    assert.equal(filterSummary(view(' lead\n', 'disabled')), '"lead", Disabled');
    const counts = { webhooks: 1, steps: 2, allWebhooks: 10, allSteps: 30 };
    assert.equal(filterMessage(view('lead'), counts), '"lead": 1 of 10 webhooks, 2 of 30 steps.');
    assert.match(
      filterMessage(view('x'), { ...counts, webhooks: 0 }),
      /^Nothing matches "x"\. Use Clear Filter/,
    );
  });

  it('open the webhooks whose few steps were looked for, and show failed jobs in numbers', () => {
    const rows = shownRows(failing, view('lead'));
    const [node] = treeChildren(environmentNode, failing, new Map(), rows);
    assert.ok(node?.kind === 'webhook');
    assert.equal(item(node, failing).expandable, 'collapsed');
    assert.match(item(node, failing).description, /^3 failed, hooks\.example\.com, 2 steps, 1 disabled/);
    assert.match(stepItem({ id: 's2' }, failing).description, /^3 failed$/);
  });
});

describe('A filter that asks what nobody knows', () => {
  const failing = view('', 'failing');
  const refused = new DataverseError('forbidden', '', {
    status: 403,
    method: 'GET',
    path: 'asyncoperations',
  });
  const counted = { from: new Date(0), to: new Date(1), byStep: new Map(), total: 0, exact: true };
  const text = (given: TreeView, more: Partial<EnvironmentState>): string | undefined =>
    unknownFactsMessage(given, { ...loaded, ...more }, 'Test');

  it('says so, with the reason, because an empty list would look like good news', () => {
    assert.match(
      text(failing, { factsError: refused }) ?? '',
      /^The failed jobs of Test could not be counted\. .*prvReadAsyncOperation\.$/,
    );
    assert.match(text(failing, { failures: counted, factsError: refused }) ?? '', /could not be counted/);
    assert.match(text(view('', 'mine'), { factsError: refused }) ?? '', /^Who you are in Test could not/);
  });

  it('says that it is being found out', () => {
    assert.equal(text(failing, {}), 'The failed jobs of Test are being counted…');
    assert.equal(text(view('', 'mine'), {}), 'Test is being asked who you are…');
  });

  it('says nothing where it is known, or not asked', () => {
    assert.equal(text(failing, { failures: counted }), undefined);
    assert.equal(text(view('', 'mine'), { userId: 'u' }), undefined);
    assert.equal(text(view('x', 'disabled'), { factsError: refused }), undefined);
    assert.equal(text(failing, { complete: false }), undefined);
  });
});

describe('Groups of the tree', () => {
  it('by table and by message hold every step once, the steps of any table last', () => {
    for (const [by, names] of [
      ['table', ['contact', 'lead', undefined]],
      ['message', ['Create', 'Delete', 'Update']],
    ] as const) {
      const rows = shownRows(state, { ...wholeTree, groupBy: by });
      assert.deepEqual(
        rows.groups.map(({ key }) => key),
        names,
      );
      assert.deepEqual(rows.groups.flatMap((group) => group.steps.map(({ id }) => id)).sort(), [
        's1',
        's2',
        's3',
      ]);
      const nodes = treeChildren(environmentNode, state, new Map(), rows);
      assert.deepEqual(new Set(nodes.map(({ kind }) => kind)), new Set(['group']));
      const keys = nodes.map((node) => item(node, state).id);
      assert.equal(new Set(keys).size, keys.length);
    }
  });

  it('hold only what a filter leaves, and their steps name the webhook', () => {
    const rows = shownRows(state, { ...view('', 'disabled'), groupBy: 'table' });
    assert.deepEqual(
      rows.groups.map(({ key, steps: own }) => [key, own.length]),
      [['lead', 1]],
    );
    const [node] = treeChildren(environmentNode, state, new Map(), rows);
    assert.ok(node);
    const [child] = treeChildren(node, state, new Map(), rows);
    assert.ok(child?.kind === 'step');
    assert.equal(shownRows(state, wholeTree).groups.length, 0);
  });
});

describe('Endpoints of other contracts', () => {
  const queued = loadSucceeded(unloadedEnvironment, {
    webhooks: [webhook],
    steps: [step, { ...step, id: 'q-step', webhookId: endpoint.id }],
    otherEndpoints: [endpoint],
  });

  it('stand after the webhooks, read-only, with what is registered on them', () => {
    const children = treeChildren(environmentNode, queued, new Map());
    assert.deepEqual(
      children.map(({ kind }) => kind),
      ['webhook', 'endpoint'],
    );
    const node = children[1];
    assert.ok(node);
    assert.equal(item(node, queued).description, 'Queue, read-only');
    assert.deepEqual(
      treeChildren(node, queued, new Map()).map(({ kind }) => kind),
      ['endpointStep'],
    );
  });

  it('are neither searched, counted nor checked with the webhooks', () => {
    assert.equal(treeIndex(queued).stepCount, 1);
    assert.deepEqual(ids(shownRows(queued, view('queue'))), []);
    assert.deepEqual(treeChildren(environmentNode, queued, new Map(), shownRows(queued, view('queue'))), []);
    assert.ok(
      findingsOf(queued)
        .all()
        .every((finding) => finding.webhook.id === 'w1'),
    );
  });
});

describe('Marks in the tree', () => {
  const broken = { ...webhook, url: 'https://h.example.com:8443/', hasSecret: false };
  const marked = loadSucceeded(unloadedEnvironment, {
    webhooks: [broken],
    steps: [
      { ...step, filteringColumns: [] },
      { ...step, id: 's9', mode: 'synchronous' },
    ],
  });

  it('are an icon, a number of problems in the description and a line with the reason in the tooltip', () => {
    const model = item({ kind: 'webhook', environmentId: 'e', webhook: broken }, marked);
    assert.equal(model.icon, 'error');
    assert.match(model.description, /, 3 problems$/);
    const lines = model.tooltip().map(({ label, value }) => `${label}: ${value}`);
    assert.ok(
      lines.includes(
        'Error: Port 8443 will never be called. Dataverse calls only port 443 for https and port 80 for http.',
      ),
      lines.join('\n'),
    );
    const unfiltered = stepItem({ filteringColumns: [] }, marked);
    assert.deepEqual([unfiltered.icon, unfiltered.description], ['warning', '1 problem']);
  });

  it('leave what is only worth knowing to the tooltip', () => {
    const model = stepItem({ id: 's9', mode: 'synchronous' }, marked);
    assert.deepEqual([model.icon, model.description], ['zap', 'synchronous']);
    assert.ok(model.tooltip().some(({ label }) => label === 'Information'));
  });

  it('are not there while pages still come: a step that is missing may be on its way', () => {
    const first = loadContinued(loadStarted(unloadedEnvironment), { webhooks: [broken], steps: [] });
    assert.deepEqual(findingsOf(first).all(), []);
    assert.equal(
      item({ kind: 'webhook', environmentId: 'e', webhook: broken }, first).description,
      'h.example.com:8443',
    );
  });
});

describe('A load in pages', () => {
  it('shows what has come when nothing was known, and changes nothing on screen when something was', () => {
    const first = loadContinued(loadStarted(unloadedEnvironment), { webhooks: [webhook], steps: [] });
    assert.deepEqual(ids(shownRows(first, wholeTree)), ['w1']);
    const again = loadContinued(loadStarted(loaded), { webhooks: [], steps: [] });
    assert.deepEqual(ids(shownRows(again, wholeTree)), ['w1', 's1']);
    assert.deepEqual(ids(shownRows(loadFailed(first, new Error('x')), wholeTree)), ['w1']);
  });

  it('keeps what came before as it was when another page comes: it is on screen', () => {
    const [one, two] = [step, { ...step, id: 's2' }];
    const first = rowsArrived(nothingArrived, { kind: 'steps', steps: [one] });
    const second = rowsArrived(first, {
      kind: 'steps',
      steps: [two, { ...step, id: 's3', webhookId: 'w2' }],
    });
    const third = rowsArrived(second, { kind: 'webhooks', webhooks: [webhook] });
    assert.deepEqual(first.steps.get('w1'), [one]);
    assert.deepEqual(second.webhooks, []);
    assert.deepEqual(third.steps.get('w1'), [one, two]);
    assert.equal(third.steps.get('w2')?.length, 1);
    assert.notEqual(third.steps, second.steps, 'what is known of a state is found by its steps');
    const again = rowsArrived(third, { kind: 'stepsAgain' });
    assert.deepEqual([again.webhooks.length, again.steps.size], [1, 0]);
  });

  it('of one branch replaces that branch, and one that did not come back is gone', () => {
    const renamed = { ...webhook, name: 'Zebra' };
    const fresh = branchLoaded(state, ['w1'], { webhooks: [renamed], steps: [steps[1] ?? step] });
    assert.deepEqual(ids(shownRows(fresh, wholeTree)), ['w2', 's3', 'w1', 's2']);
    assert.deepEqual(ids(shownRows(branchLoaded(state, ['w1'], { webhooks: [], steps: [] }), wholeTree)), [
      'w2',
      's3',
    ]);
    const added = branchLoaded(state, ['w0'], {
      webhooks: [{ ...webhook, id: 'w0', name: 'Alpha' }],
      steps: [],
    });
    assert.deepEqual(
      added.webhooks.map(({ id }) => id),
      ['w0', 'w1', 'w2'],
    );
    assert.equal(fresh.steps.get('w2'), state.steps.get('w2'));
  });

  it('keeps the index as long as the rows are the same', () => {
    assert.equal(treeIndex(state), treeIndex({ ...state, pending: new Map([['s1', 'x']]) }));
    assert.notEqual(treeIndex(state), treeIndex(branchLoaded(state, ['w1'], { webhooks: [], steps: [] })));
    assert.equal(profile.id, 'e');
  });
});
