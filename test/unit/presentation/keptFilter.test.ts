import assert from 'node:assert/strict';
import { parseFilter, storedFilter } from '../../../src/presentation/tree/keptFilter';
import { wholeTree, type TreeView } from '../../../src/presentation/tree/treeFilter';

function throughStore(view: TreeView, failedHours?: number): ReturnType<typeof parseFilter> {
  const stored: unknown = JSON.parse(JSON.stringify(storedFilter({ view, failedHours })));
  return parseFilter(stored);
}

describe('The filter of the tree, kept over a reload', () => {
  it('comes back as it was', () => {
    const view: TreeView = { text: 'update contact', kinds: new Set(['mine', 'failing']), groupBy: 'table' };
    assert.deepEqual(throughStore(view, 24), { view, failedHours: 24 });
    assert.deepEqual(throughStore(wholeTree), { view: wholeTree, failedHours: undefined });
  });

  it('counts no failed jobs when they are not filtered by', () => {
    assert.equal(throughStore({ ...wholeTree, kinds: new Set(['disabled']) }, 24).failedHours, undefined);
  });

  it('shows everything where nothing was kept, or something else', () => {
    for (const stored of [
      undefined,
      null,
      1,
      [],
      {},
      { text: 1 },
      { text: '', kinds: ['other'], groupBy: 'x' },
    ])
      assert.deepEqual(parseFilter(stored), { view: wholeTree, failedHours: undefined });
  });

  it('leaves failing jobs of no period out', () => {
    const { view } = parseFilter({ text: '', kinds: ['failing', 'managed'], groupBy: 'webhook' });
    assert.deepEqual([...view.kinds], ['managed']);
  });
});
