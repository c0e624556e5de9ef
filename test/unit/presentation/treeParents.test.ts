import assert from 'node:assert/strict';
import {
  loadFailed,
  loadSucceeded,
  unloadedEnvironment,
  type EnvironmentState,
} from '../../../src/presentation/tree/environmentState';
import { shownRows, wholeTree, type TreeView } from '../../../src/presentation/tree/treeFilter';
import { PAGE_OF_CHILDREN, treeChildren, type TreeNode } from '../../../src/presentation/tree/treeItems';
import { listKey, parentOf } from '../../../src/presentation/tree/treeParents';
import { endpoint, environmentNode, item, loaded, step, webhook } from './treeRows';

/** Every node below one, with the one it was found under. */
function below(
  parent: TreeNode,
  state: EnvironmentState,
  view: TreeView,
): ReadonlyArray<{ readonly node: TreeNode; readonly parent: TreeNode }> {
  const rows = shownRows(state, view);
  return treeChildren(parent, state, new Map(), rows).flatMap((node) => [
    { node, parent },
    ...below(node, state, view),
  ]);
}

describe('The parent of a row', () => {
  const other = { ...step, id: 's2', message: { id: 'c', name: 'Create' }, table: undefined, images: [] };
  const full = loadSucceeded(loaded, {
    webhooks: [webhook],
    steps: [step, other, { ...step, id: 's9', webhookId: endpoint.id, images: [] }],
    otherEndpoints: [endpoint],
  });

  for (const groupBy of ['webhook', 'table', 'message'] as const)
    it(`is the row it is found under: ${groupBy}`, () => {
      const found = below(environmentNode, full, { ...wholeTree, groupBy });
      const kinds = new Set(found.map(({ node }) => node.kind));
      assert.ok(
        kinds.has('step') && kinds.has('image') && kinds.has(groupBy === 'webhook' ? 'webhook' : 'group'),
      );
      for (const { node, parent } of found) {
        const told = parentOf(node, full, shownRows(full, { ...wholeTree, groupBy }));
        assert.ok(told);
        assert.equal(item(told, full).id, item(parent, full).id, item(node, full).id);
      }
    });

  it('is the environment for what stands nowhere else, and none for the environment', () => {
    const rows = shownRows(full, wholeTree);
    const gone = { ...step, id: 's7', webhookId: 'gone' };
    assert.deepEqual(parentOf({ kind: 'step', environmentId: 'e', step: gone }, full, rows), environmentNode);
    assert.equal(parentOf(environmentNode, full, rows), undefined);
    const failed = loadFailed(unloadedEnvironment, new Error('gone'));
    const [problem] = treeChildren(environmentNode, failed, new Map());
    assert.ok(problem?.kind === 'problem');
    assert.deepEqual(parentOf(problem, failed, shownRows(failed, wholeTree)), environmentNode);
  });

  it('keeps the length of its list under the key that the list is cut by', () => {
    const many = loadSucceeded(loaded, {
      webhooks: [webhook],
      steps: Array.from({ length: PAGE_OF_CHILDREN + 1 }, (_, n) => ({ ...step, id: `s${n}` })),
    });
    for (const groupBy of ['webhook', 'table'] as const) {
      const more = below(environmentNode, many, { ...wholeTree, groupBy }).find(
        ({ node }) => node.kind === 'more',
      );
      assert.ok(more?.node.kind === 'more');
      assert.equal(listKey(more.parent), more.node.parentKey);
    }
  });
});
