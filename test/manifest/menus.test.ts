import assert from 'node:assert/strict';
import { COMMANDS } from '../../src/vscode/commands/table';
import { type MenuItem, manifest, menu } from './manifest';

const VIEWS = ['view == dataverseWebhooks.webhooks', 'view == dataverseWebhooks.deliveries'] as const;
const GROUPS = [
  'inline',
  'navigation',
  '1_change',
  '1_open',
  '2_change',
  '2_environment',
  '3_file',
  '3_run',
  '4_code',
  '4_log',
  '5_copy',
  '9_delete',
];

/** Every value the tree can give an item (src/presentation/tree/treeItems.ts). */
function contextValues(): readonly string[] {
  const busy = ['', '+busy'];
  const cross = (...parts: ReadonlyArray<readonly string[]>): readonly string[] =>
    parts.reduce((before, part) => before.flatMap((text) => part.map((next) => text + next)), ['']);
  const locks = ['+editable', '+locked'];
  return [
    ...['environment', 'environment+sandbox', 'more', 'problem', 'group', 'endpoint', 'endpointStep'],
    ...cross(['delivery'], ['+pinned', '+unpinned']),
    ...cross(['image'], locks),
    ...cross(['webhook'], locks, busy),
    ...cross(['step'], ['+enabled', '+disabled'], ['+async', '+sync'], locks, busy),
  ];
}

/** The values an entry is shown for. That these are the right ones is judged beside the function that makes them. */
function matches(item: MenuItem): readonly string[] {
  const [, operator, right] = /viewItem (=~|==) (\S+)$/.exec(item.when ?? '') ?? assert.fail(item.when);
  if (operator === '==' || right === undefined) return contextValues().filter((value) => value === right);
  const pattern = new RegExp(right.slice(1, -1));
  return contextValues().filter((value) => pattern.test(value));
}

const group = (item: MenuItem): string => (item.group ?? '').split('@')[0] ?? '';
const order = (item: MenuItem): number => Number((item.group ?? '').split('@')[1]);

describe('The menus', () => {
  it('name only commands that exist', () => {
    for (const [name, items] of Object.entries(manifest.contributes.menus)) {
      for (const { command, submenu } of items)
        if (submenu === undefined)
          assert.ok(
            COMMANDS.some((id) => id === command),
            `${name}: ${command ?? 'nothing'}`,
          );
    }
  });

  for (const name of ['view/title', 'view/item/context'] as const) {
    it(`put every entry of ${name} into a named group, at a place, in our view`, () => {
      assert.ok(menu(name).length > 0);
      for (const item of menu(name)) {
        assert.ok(GROUPS.includes(group(item)), `${item.command ?? ''}: ${item.group ?? ''}`);
        assert.ok(
          Number.isInteger(order(item)) && order(item) >= 1,
          `${item.command ?? ''}: ${item.group ?? ''}`,
        );
        assert.ok(
          VIEWS.some((view) => item.when?.startsWith(view)),
          item.command,
        );
      }
    });
  }
});

describe('The menu of an item', () => {
  const items = menu('view/item/context');

  it('has what deletes or removes in a group of its own at the end, never inline, and nothing else there', () => {
    const ends = items.filter((item) => group(item) === '9_delete');
    const deleting = items.filter((item) => /\.(delete|remove)/.test(item.command ?? ''));
    assert.deepEqual(ends, deleting);
    for (const value of contextValues())
      assert.ok(ends.filter((item) => matches(item).includes(value)).length <= 1, value);
  });

  it('has at most three inline actions on any item', () => {
    for (const value of contextValues()) {
      const inline = items.filter((item) => group(item) === 'inline' && matches(item).includes(value));
      assert.ok(inline.length <= 3, `${value}: ${inline.map(({ command }) => command).join(', ')}`);
    }
  });

  it('gives each entry of an item a place of its own, and shows no command twice in the menu proper', () => {
    for (const value of contextValues()) {
      const shown = items.filter((item) => matches(item).includes(value));
      const places = shown.map((item) => item.group);
      assert.equal(new Set(places).size, places.length, `${value}: ${places.join(', ')}`);
      const proper = shown.filter((item) => group(item) !== 'inline').map(({ command }) => command);
      assert.equal(new Set(proper).size, proper.length, `${value}: ${proper.join(', ')}`);
      // What can be done with an icon can be found by its name too.
      for (const { command } of shown.filter((item) => group(item) === 'inline'))
        assert.ok(proper.includes(command), `${value}: ${command ?? ''}`);
    }
  });

  it('copies the id of webhooks and steps, and the URL of webhooks', () => {
    const copied = (command: string) =>
      new Set(
        items
          .filter((item) => item.command === `dataverseWebhooks.${command}` && group(item) === '5_copy')
          .flatMap(matches)
          .map((value) => value.split('+')[0]),
      );
    assert.ok(copied('copyId').has('webhook') && copied('copyId').has('step'));
    assert.deepEqual([...copied('copyUrl')], ['webhook']);
  });
});

describe('The title of the view', () => {
  it('has at most three icons at any time, and names the rest in groups', () => {
    for (const view of VIEWS) {
      const icons = menu('view/title').filter(
        ({ when, group: where }) => where?.startsWith('navigation') === true && when?.startsWith(view),
      );
      const places = new Set(icons.map((item) => item.group));
      assert.ok(places.size >= 1 && places.size <= 3, view);
    }
  });
});
