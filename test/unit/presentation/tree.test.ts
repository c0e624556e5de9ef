import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DataverseError } from '../../../src/dataverse/errors';
import type { EnvironmentProfile } from '../../../src/environments/profile';
import {
  loadFailed,
  loadStarted,
  loadSucceeded,
  stepsOf,
  unloadedEnvironment,
  withPending,
  type EnvironmentState,
} from '../../../src/presentation/tree/environmentState';
import {
  PAGE_OF_CHILDREN,
  treeChildren,
  type TreeItemModel,
  type TreeNode,
} from '../../../src/presentation/tree/treeItems';
import {
  environmentNode,
  image,
  item,
  loaded,
  profile,
  step,
  stepItem,
  webhook,
  webhookNode,
} from './treeRows';

/** Everything of an item that a person can read. */
function readable(model: TreeItemModel): string {
  return [
    model.label,
    model.description,
    ...model.tooltip().flatMap(({ label, value }) => [label, value]),
  ].join('\n');
}

/** Every item under a node, in the order of the tree, with its depth. */
function walk(node: TreeNode, state: EnvironmentState, depth = 1): Array<{ node: TreeNode; depth: number }> {
  return [
    { node, depth },
    ...treeChildren(node, state, new Map()).flatMap((child) => walk(child, state, depth + 1)),
  ];
}

describe('The state of an environment', () => {
  it('keeps what is known while it loads and when loading fails', () => {
    const failed = loadFailed(loadStarted(loaded), new Error('down'));
    assert.deepEqual([failed.phase, failed.webhooks, stepsOf(failed, 'w1')], ['failed', [webhook], [step]]);
    const again = loadSucceeded(loadStarted(failed), { webhooks: [], steps: [] });
    assert.deepEqual(
      [again.phase, again.webhooks, stepsOf(again, 'w1'), again.error],
      ['loaded', [], [], undefined],
    );
  });

  it('marks rows that something is done to, and never in place', () => {
    const pending = withPending(loaded, 's1', 'Deleting…');
    assert.equal(pending.pending.get('s1'), 'Deleting…');
    assert.equal(loaded.pending.size, 0);
    assert.equal(withPending(pending, 's1', undefined).pending.size, 0);
  });
});

describe('Items of the tree', () => {
  it('are four levels deep, each with an id of its own that a refresh keeps', () => {
    const all = walk(environmentNode, loaded);
    assert.deepEqual(
      all.map(({ node, depth }) => `${depth} ${node.kind}`),
      ['1 environment', '2 webhook', '3 step', '4 image'],
    );
    const ids = all.map(({ node }) => item(node).id);
    assert.equal(new Set(ids).size, ids.length);
    const fresh = loadSucceeded(loadFailed(loaded, new Error('x')), {
      webhooks: [{ ...webhook, name: 'Renamed' }],
      steps: [{ ...step, enabled: false }],
    });
    assert.deepEqual(
      walk(environmentNode, fresh).map(({ node }) => item(node, fresh).id),
      ids,
    );
  });

  it('do nothing on a click, but for the one that loads more', () => {
    const steps = Array.from({ length: PAGE_OF_CHILDREN + 1 }, (_, n) => ({ ...step, id: `s${n}` }));
    const many = loadSucceeded(loaded, { webhooks: [webhook], steps });
    const failed = loadFailed(unloadedEnvironment, new Error('gone'));
    const nodes = [...walk(environmentNode, many), ...walk(environmentNode, failed)].map(({ node }) => node);
    assert.ok(nodes.some(({ kind }) => kind === 'problem'));
    const acting = nodes.filter((node) => item(node, many).onClick !== undefined);
    assert.deepEqual(
      acting.map(({ kind }) => kind),
      ['more'],
    );
  });

  it('have ids that differ between environments that hold the same rows', () => {
    const other = { ...profile, id: 'f' };
    const ids = (of: EnvironmentProfile): string[] =>
      walk({ kind: 'environment', environmentId: of.id }, loaded).map(
        ({ node }) => item(node, loaded, of).id,
      );
    assert.deepEqual(
      ids(profile).filter((id) => ids(other).includes(id)),
      [],
    );
  });

  it('say what people scan for: the host of a webhook, message and table of a step', () => {
    assert.deepEqual(
      [item(webhookNode).label, item(webhookNode).description],
      ['Orders', 'hooks.example.com, 1 step'],
    );
    assert.deepEqual([stepItem().label, stepItem().description], ['Update of contact', '']);
    const own = stepItem({ name: 'Tell the shop', table: undefined, mode: 'synchronous' });
    assert.deepEqual([own.label, own.description], ['Tell the shop', 'Update of any table, synchronous']);
    assert.equal(item({ kind: 'image', environmentId: 'e', image }).description, 'Pre-image');
    assert.equal(item(environmentNode).description, 'localhost:4711');
  });

  it('leave the name of the webhook out of a step that is named after it, but not of what is read aloud', () => {
    const step = stepItem();
    assert.deepEqual([step.label, step.spoken], ['Update of contact', 'Orders: Update of contact']);
    assert.deepEqual(step.tooltip()[0], { label: 'Step', value: 'Orders: Update of contact' });
    for (const name of ['Orders', 'Orders: ', 'orders: x', 'Invoices: Update of contact'])
      assert.equal(stepItem({ name }).label, name.trim());
  });

  it('tell stage, mode, rank, columns and the last change in the tooltip', () => {
    const tooltip = stepItem({
      modifiedOn: '1970-01-01T00:00:00Z',
      runAsUserName: 'Svc',
      runAsUserId: 'u',
    }).tooltip();
    const lines = tooltip.map(({ label, value }) => `${label}: ${value}`);
    for (const line of [
      'Stage: PostOperation',
      'Mode: Asynchronous',
      'Execution order: 1',
      'Filtering attributes: firstname',
      'Runs as: Svc',
      `Changed: ${new Date(0).toLocaleString()}`,
    ])
      assert.ok(lines.includes(line), line);
    assert.ok(readable(stepItem({ filteringColumns: [] })).includes('Filtering attributes\nall'));
    const deletion = { message: { id: 'd', name: 'Delete' }, filteringColumns: [] };
    assert.ok(!readable(stepItem(deletion)).includes('Filtering attributes'));
    assert.ok(readable(item(webhookNode)).includes('https://hooks.example.com/orders?code=•••'));
  });

  it('differ by icon and by text when a step is disabled', () => {
    const disabled = stepItem({ enabled: false });
    assert.notEqual(disabled.icon, stepItem().icon);
    assert.match(disabled.description, /disabled/);
    assert.doesNotMatch(stepItem().description, /disabled/);
    assert.ok(
      readable(
        item(
          webhookNode,
          loadSucceeded(loaded, { webhooks: [webhook], steps: [{ ...step, enabled: false }] }),
        ),
      ).includes('1, 1 disabled'),
    );
  });

  it('show what is being done to them instead of their description', () => {
    const pending = withPending(
      withPending(withPending(loaded, 'w1', 'Deleting…'), 's1', 'Enabling…'),
      'i1',
      'Wait…',
    );
    assert.equal(item(webhookNode, pending).description, 'Deleting…');
    assert.equal(stepItem({}, pending).description, 'Enabling…');
    assert.equal(item({ kind: 'image', environmentId: 'e', image }, pending).description, 'Wait…');
  });

  it('can be opened only where there is something inside', () => {
    assert.deepEqual(
      [item(webhookNode).expandable, stepItem().expandable, stepItem({ images: [] }).expandable],
      ['collapsed', 'collapsed', 'no'],
    );
    assert.equal(
      item(webhookNode, loadSucceeded(loaded, { webhooks: [webhook], steps: [] })).expandable,
      'no',
    );
  });

  it('never show the value of a query, a password or a fragment of a URL', () => {
    const secret = fc.stringMatching(/^[a-z0-9]{8,12}Z$/);
    const url = fc.oneof(
      secret.map((value) => [value, `https://h.example/x?code=${value}&b=${value}`]),
      secret.map((value) => [value, `https://h.example/x?${value}`]),
      secret.map((value) => [value, `https://user:${value}@h.example/`]),
      secret.map((value) => [value, `https://u:a@${value}@h.example/`]),
      secret.map((value) => [value, `https://h.example/#${value}`]),
      secret.map((value) => [value, `https://h.example/?a=1#b?c=${value}`]),
      secret.map((value) => [value, `h.example/x?code=${value}`]),
      secret.map((value) => [value, `user:${value}@h.example/x`]),
      secret.map((value) => [value, `https://[broken/?code=${value}`]),
    );
    fc.assert(
      fc.property(url, ([value = '', address = '']) => {
        const model = item({ kind: 'webhook', environmentId: 'e', webhook: { ...webhook, url: address } });
        assert.ok(!readable(model).includes(value), readable(model));
      }),
    );
  });

  it('stay on one line and in their direction, whatever names the service has', () => {
    const text = fc.string({
      unit: fc.constantFrom(
        'a',
        '\n',
        '\r',
        '\u2028',
        '\u202E',
        '\u2066',
        '\u200F',
        '\u061C',
        '\0',
        '$(x)',
        '\uD800',
      ),
    });
    fc.assert(
      fc.property(text, text, (name, table) => {
        const models = [
          item({ kind: 'webhook', environmentId: 'e', webhook: { ...webhook, name, url: table } }),
          stepItem({ name, table, message: { id: 'm', name } }),
          item({ kind: 'image', environmentId: 'e', image: { ...image, alias: name } }),
        ];
        for (const { label, description } of models)
          assert.match(label + description, /^[^\p{Cc}\p{Bidi_Control}\u2028\u2029\uD800]*$/u);
      }),
    );
  });
});

describe('Children of the tree', () => {
  const steps = Array.from({ length: 1000 }, (_, n) => ({ ...step, id: `s${n}` }));
  const many = loadSucceeded(loaded, { webhooks: [webhook], steps });

  it('come in pages of 200 with an item that says how many there are', () => {
    let limits = new Map<string, number>();
    const seen: number[] = [];
    for (;;) {
      const children = treeChildren(webhookNode, many, limits);
      const more = children.at(-1);
      if (more?.kind !== 'more') {
        assert.equal(children.length, 1000);
        break;
      }
      seen.push(children.length - 1);
      assert.equal(item(more, many).label, `Load more (${more.shown} of 1000)`);
      limits = new Map([[more.parentKey, more.shown + PAGE_OF_CHILDREN]]);
    }
    assert.deepEqual(seen, [200, 400, 600, 800]);
    assert.equal(
      treeChildren(
        webhookNode,
        loadSucceeded(loaded, { webhooks: [webhook], steps: steps.slice(0, 200) }),
        new Map(),
      ).length,
      200,
    );
  });

  it('are paged for each node by itself', () => {
    const webhooks = Array.from({ length: 201 }, (_, n) => ({ ...webhook, id: `w${n}` }));
    const state = loadSucceeded(loaded, { webhooks, steps });
    const children = treeChildren(environmentNode, state, new Map([['environment/e/webhook/w1', 1000]]));
    assert.equal(children.length, 201);
    assert.equal(children.at(-1)?.kind, 'more');
  });

  it('are what was known when a load fails, or the reason when nothing was', () => {
    const error = new DataverseError('network', 'x', { kind: 'refused' });
    const kept = loadFailed(loaded, error);
    assert.deepEqual(
      treeChildren(environmentNode, kept, new Map()).map(({ kind }) => kind),
      ['webhook'],
    );
    assert.notEqual(item(environmentNode, kept).icon, item(environmentNode).icon);
    assert.ok(readable(item(environmentNode, kept)).includes('Nothing answers at the address of Test.'));
    const [problem] = treeChildren(environmentNode, loadFailed(unloadedEnvironment, error), new Map());
    assert.ok(problem?.kind === 'problem');
    const model = item(problem);
    assert.match(model.description, /Nothing answers/);
    assert.deepEqual([treeChildren(problem, loaded, new Map()), model.icon], [[], 'error']);
  });
});
