import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
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
  treeItem,
  type TreeItemModel,
  type TreeNode,
} from '../../../src/presentation/tree/treeItems';
import type { Image, Step, Webhook } from '../../../src/webhooks/model';

const profile: EnvironmentProfile = {
  id: 'e',
  name: 'Test',
  url: 'http://localhost:4711',
  signIn: 'none',
  sandbox: false,
};

const webhook: Webhook = {
  id: 'w1',
  name: 'Orders',
  url: 'https://hooks.example.com/orders?code=s3cr3t',
  description: 'For the shop',
  authType: 'webhookKey',
  hasSecret: true,
  managed: false,
  customizable: true,
  modifiedOn: new Date(Date.UTC(2025, 2, 4, 10)),
  etag: undefined,
};

const image: Image = {
  id: 'i1',
  stepId: 's1',
  name: 'Pre',
  alias: 'PreImage',
  type: 'pre',
  messageProperty: 'Target',
  columns: [],
};

const step: Step = {
  id: 's1',
  webhookId: 'w1',
  name: 'Orders: Update of contact',
  description: '',
  message: { id: 'm', name: 'Update' },
  filterId: 'f',
  table: 'contact',
  secondaryTable: undefined,
  stage: 'postOperation',
  mode: 'asynchronous',
  rank: 1,
  filteringColumns: ['firstname'],
  deleteJobOnSuccess: true,
  enabled: true,
  deployment: 'server',
  runAsUserId: undefined,
  runAsUserName: undefined,
  managed: false,
  customizable: true,
  modifiedOn: undefined,
  etag: undefined,
  images: [image],
};

const environmentNode: TreeNode = { kind: 'environment', environmentId: 'e' };
const webhookNode: TreeNode = { kind: 'webhook', environmentId: 'e', webhook };
const loaded = loadSucceeded(loadStarted(unloadedEnvironment), { webhooks: [webhook], steps: [step] });

function item(node: TreeNode, state: EnvironmentState = loaded, of = profile): TreeItemModel {
  return treeItem(node, of, state);
}

function stepItem(more: Partial<Step> = {}, state = loaded): TreeItemModel {
  return item({ kind: 'step', environmentId: 'e', step: { ...step, ...more } }, state);
}

/** Everything of an item that a person can read. */
function readable(model: TreeItemModel): string {
  return [
    model.label,
    model.description,
    ...model.tooltip.flatMap(({ label, value }) => [label, value]),
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
      ['Orders', 'hooks.example.com'],
    );
    assert.equal(stepItem().description, 'Update of contact');
    assert.equal(
      stepItem({ table: undefined, mode: 'synchronous' }).description,
      'Update of any table, synchronous',
    );
    assert.equal(item({ kind: 'image', environmentId: 'e', image }).description, 'Pre-image');
    assert.equal(item(environmentNode).description, 'localhost:4711');
  });

  it('tell stage, mode, rank, columns and the last change in the tooltip', () => {
    const tooltip = stepItem({ modifiedOn: new Date(0), runAsUserName: 'Svc', runAsUserId: 'u' }).tooltip;
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

describe('The context value of an item', () => {
  const manifest: unknown = JSON.parse(readFileSync('package.json', 'utf8'));

  /** Every value that an item can have, by the kind of the item. */
  function producible(): ReadonlyMap<string, readonly string[]> {
    const flags = [false, true];
    const states = [loaded, withPending(withPending(loaded, 'w1', 'x'), 's1', 'x')];
    const of = (models: readonly TreeItemModel[]): string[] => [
      ...new Set(models.map(({ contextValue }) => contextValue)),
    ];
    const editable = flags.flatMap((managed) => flags.map((customizable) => ({ managed, customizable })));
    return new Map([
      ['environment', of(flags.map((sandbox) => item(environmentNode, loaded, { ...profile, sandbox })))],
      [
        'webhook',
        of(
          states.flatMap((state) =>
            editable.map((e) =>
              item({ kind: 'webhook', environmentId: 'e', webhook: { ...webhook, ...e } }, state),
            ),
          ),
        ),
      ],
      [
        'step',
        of(
          states.flatMap((state) =>
            editable.flatMap((e) =>
              flags.flatMap((enabled) =>
                (['synchronous', 'asynchronous'] as const).map((mode) =>
                  stepItem({ ...e, enabled, mode }, state),
                ),
              ),
            ),
          ),
        ),
      ],
      ['image', of([item({ kind: 'image', environmentId: 'e', image })])],
      ['more', of([item({ kind: 'more', environmentId: 'e', parentKey: 'k', shown: 1, total: 2 })])],
      ['problem', of([item({ kind: 'problem', environmentId: 'e', error: new Error('x') })])],
    ]);
  }

  /** Commands of the manifest with the test of their `viewItem`. */
  function rules(): Array<{ command: string; matches: (value: string) => boolean; rule: string }> {
    const { contributes } = manifest as {
      contributes: { menus: Record<string, Array<{ command: string; when: string }>> };
    };
    return (contributes.menus['view/item/context'] ?? []).map(({ command, when }) => {
      const [, operator = '', right = ''] = /viewItem (=~|==) (\S+)$/.exec(when) ?? assert.fail(when);
      const pattern = operator === '=~' ? new RegExp(right.slice(1, -1)) : undefined;
      return { command, rule: right, matches: (value) => pattern?.test(value) ?? value === right };
    });
  }

  // The kinds of items a command is for; what it must not be offered on, by a part of the value.
  const targets: Readonly<Record<string, { readonly kinds: readonly string[]; readonly not?: RegExp }>> = {
    registerWebhook: { kinds: ['environment'] },
    refreshWebhooks: { kinds: ['environment'] },
    changeContact: { kinds: ['environment'], not: /^environment$/ },
    copyAddress: { kinds: ['environment'] },
    removeEnvironment: { kinds: ['environment'] },
    signIn: { kinds: ['environment'], not: /sandbox/ },
    registerStep: { kinds: ['webhook'] },
    showFailedJobs: { kinds: ['environment', 'webhook', 'step'] },
    enableStep: { kinds: ['step'], not: /enabled|busy/ },
    disableStep: { kinds: ['step'], not: /disabled|busy/ },
    copyId: { kinds: ['webhook', 'step', 'image'] },
    copyUrl: { kinds: ['webhook'] },
    deleteWebhook: { kinds: ['webhook'], not: /locked|busy/ },
    deleteStep: { kinds: ['step'], not: /locked|busy/ },
  };

  it('is the small grammar that was agreed', () => {
    for (const [kind, values] of producible())
      for (const value of values)
        assert.match(
          value,
          /^(environment(\+sandbox)?|webhook\+(editable|locked)(\+busy)?|step\+(enabled|disabled)\+(async|sync)\+(editable|locked)(\+busy)?|image|more|problem)$/,
          kind,
        );
    assert.equal(producible().get('step')?.length, 16);
  });

  it('is matched by every expression of the manifest where it should be, and nowhere else', () => {
    const values = producible();
    for (const { command, rule, matches } of rules()) {
      const target = targets[command.replace('dataverseWebhooks.', '')];
      assert.ok(target !== undefined, `${command} is new: say here on which items it belongs`);
      const hit = [...values].flatMap(([kind, all]) => all.filter(matches).map((value) => ({ kind, value })));
      assert.notEqual(hit.length, 0, `${command} ${rule} matches nothing`);
      for (const { kind, value } of hit) {
        assert.ok(target.kinds.includes(kind), `${command} is offered on ${value}`);
        assert.ok(target.not?.test(value) !== true, `${command} is offered on ${value}`);
      }
    }
  });

  it('offers every command on every item it is for', () => {
    const all = rules();
    for (const [name, target] of Object.entries(targets)) {
      const own = all.filter(({ command }) => command === `dataverseWebhooks.${name}`);
      if (own.length === 0) continue;
      for (const kind of target.kinds)
        for (const value of producible().get(kind) ?? [])
          if (target.not?.test(value) !== true)
            assert.ok(
              own.some(({ matches }) => matches(value)),
              `${name} is missing on ${value}`,
            );
    }
  });
});
