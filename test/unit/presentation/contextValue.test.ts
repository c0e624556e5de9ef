import assert from 'node:assert/strict';
import { deliveryItem } from '../../../src/presentation/deliveries/deliveryItems';
import { keptDelivery } from '../delivery/keptDeliveries';
import { readFileSync } from 'node:fs';
import { SignInError } from '../../../src/auth/signInError';
import { DataverseError } from '../../../src/dataverse/errors';
import { loadFailed, withPending } from '../../../src/presentation/tree/environmentState';
import type { TreeItemModel } from '../../../src/presentation/tree/treeItems';
import { endpoint, environmentNode, image, item, loaded, profile, step, stepItem, webhook } from './treeRows';

describe('The context value of an item', () => {
  const signedOut = new SignInError('interactionNeeded', 'The session has ended');
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
      [
        'environment',
        of(
          [loaded, loadFailed(loaded, signedOut)].flatMap((state) =>
            flags.map((sandbox) => item(environmentNode, state, { ...profile, sandbox })),
          ),
        ),
      ],
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
      [
        'image',
        of([
          item({ kind: 'image', environmentId: 'e', image }),
          item(
            { kind: 'image', environmentId: 'e', image },
            { ...loaded, steps: new Map([['w1', [{ ...step, managed: true, customizable: false }]]]) },
          ),
        ]),
      ],
      ['more', of([item({ kind: 'more', environmentId: 'e', parentKey: 'k', shown: 1, total: 2 })])],
      [
        'group',
        of([item({ kind: 'group', environmentId: 'e', by: 'table', group: { key: 'contact', steps: [] } })]),
      ],
      ['endpoint', of([item({ kind: 'endpoint', environmentId: 'e', endpoint })])],
      ['endpointStep', of([item({ kind: 'endpointStep', environmentId: 'e', step })])],
      ['delivery', [...new Set(flags.map((pinned) => deliveryItem(keptDelivery({ pinned })).contextValue))]],
      ['problem', of([item({ kind: 'problem', environmentId: 'e', error: new Error('x') })])],
    ]);
  }

  /** Commands of the manifest with the test of their `viewItem`. */
  function rules(): Array<{
    command: string;
    group: string;
    matches: (value: string) => boolean;
    rule: string;
  }> {
    const { contributes } = manifest as {
      contributes: { menus: Record<string, Array<{ command: string; when: string; group: string }>> };
    };
    return (contributes.menus['view/item/context'] ?? []).map(({ command, when, group }) => {
      const [, operator = '', right = ''] = /viewItem (=~|==) (\S+)$/.exec(when) ?? assert.fail(when);
      const pattern = operator === '=~' ? new RegExp(right.slice(1, -1)) : undefined;
      return { command, group, rule: right, matches: (value) => pattern?.test(value) ?? value === right };
    });
  }

  // The kinds of items a command is for; what it must not be offered on, by a part of the value.
  const targets: Readonly<Record<string, { readonly kinds: readonly string[]; readonly not?: RegExp }>> = {
    registerWebhook: { kinds: ['environment'] },
    refreshWebhooks: { kinds: ['environment'] },
    triggerChange: { kinds: ['environment', 'step'], not: /^environment(\+signedOut)?$/ },
    copyAddress: { kinds: ['environment'] },
    removeEnvironment: { kinds: ['environment'], not: /sandbox/ },
    stopSandbox: { kinds: ['environment'], not: /^environment(\+signedOut)?$/ },
    signIn: { kinds: ['environment'], not: /sandbox/ },
    signOut: { kinds: ['environment'], not: /sandbox/ },
    changeEnvironment: { kinds: ['environment'], not: /sandbox/ },
    registerStep: { kinds: ['webhook'] },
    newQuery: { kinds: ['environment'] },
    showFailedJobs: { kinds: ['environment', 'webhook', 'step'] },
    sendTestDelivery: { kinds: ['webhook', 'step'] },
    replayJob: { kinds: ['webhook', 'step'] },
    generateHandler: { kinds: ['webhook', 'step'] },
    generateTypes: { kinds: ['webhook', 'step'] },
    enableStep: { kinds: ['step'], not: /enabled|busy/ },
    disableStep: { kinds: ['step'], not: /disabled|busy/ },
    copyId: { kinds: ['webhook', 'step', 'image', 'endpoint', 'endpointStep'] },
    copyQuery: { kinds: ['environment', 'webhook', 'step', 'endpointStep'] },
    checkWebhooks: { kinds: ['environment', 'webhook'] },
    copyUrl: { kinds: ['webhook'] },
    deleteWebhook: { kinds: ['webhook'], not: /locked|busy/ },
    editWebhook: { kinds: ['webhook'], not: /locked|busy/ },
    rotateSecret: { kinds: ['webhook'], not: /locked|busy/ },
    duplicateWebhook: { kinds: ['webhook'] },
    enableAllSteps: { kinds: ['webhook'] },
    disableAllSteps: { kinds: ['webhook'] },
    chooseSolutions: { kinds: ['webhook', 'step'] },
    editStep: { kinds: ['step'], not: /locked|busy/ },
    duplicateStep: { kinds: ['step'] },
    moveStep: { kinds: ['step'], not: /locked|busy/ },
    registerImage: { kinds: ['step'], not: /locked|busy/ },
    editImage: { kinds: ['image'], not: /locked/ },
    deleteImage: { kinds: ['image'], not: /locked/ },
    deleteStep: { kinds: ['step'], not: /locked|busy/ },
    showDelivery: { kinds: ['delivery'] },
    compareDeliveries: { kinds: ['delivery'] },
    replayDeliveries: { kinds: ['delivery'] },
    editDelivery: { kinds: ['delivery'] },
    exportDeliveries: { kinds: ['delivery'] },
    deleteDeliveries: { kinds: ['delivery'] },
    pinDeliveries: { kinds: ['delivery'], not: /\+pinned/ },
    unpinDeliveries: { kinds: ['delivery'], not: /unpinned/ },
  };

  it('tells a session that is needed from what a sign-in does not help with, as the description does', () => {
    const shown = (error: unknown): readonly string[] => {
      const { contextValue, description } = item(environmentNode, loadFailed(loaded, error));
      return [contextValue, description];
    };
    assert.deepEqual(shown(signedOut), ['environment+signedOut', 'signed out']);
    assert.deepEqual(shown(new DataverseError('unauthorized', '401')), [
      'environment+signedOut',
      'signed out',
    ]);
    assert.deepEqual(shown(new DataverseError('forbidden', '403')), ['environment', 'no access']);
    assert.deepEqual(shown(new DataverseError('network', 'gone')), ['environment', 'not reachable']);
    assert.deepEqual(shown(new SignInError('authorityDown', '503')), ['environment', 'not reachable']);
  });

  it('offers the sign-in in the row itself only where it is needed', () => {
    const inline = rules().filter(
      ({ command, group }) => group.startsWith('inline') && command.endsWith('.signIn'),
    );
    assert.deepEqual(
      producible()
        .get('environment')
        ?.filter((value) => inline.some(({ matches }) => matches(value))),
      ['environment+signedOut'],
    );
  });

  it('is the small grammar that was agreed', () => {
    for (const [kind, values] of producible())
      for (const value of values)
        assert.match(
          value,
          /^(environment(\+(sandbox|signedOut))?|webhook\+(editable|locked)(\+busy)?|step\+(enabled|disabled)\+(async|sync)\+(editable|locked)(\+busy)?|image\+(editable|locked)|delivery\+(un)?pinned|more|problem|group|endpoint|endpointStep)$/,
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
