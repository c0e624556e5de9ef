import assert from 'node:assert/strict';
import fc from 'fast-check';
import { aroundRows } from '../../../src/webview/jobs/aroundRows';
import { placedRows, type PlacedRow } from '../../../src/webview/jobs/rowElements';
import { moved, reduce, rowsSelected } from '../../../src/webview/jobs/state';
import { jobRow, jobsGrid, showing } from '../../webview/fixtures';

const from = (first: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, at) => first + at);

/** Goes from rows to rows, and gives what is shown by which element after each step. */
function steps(...shown: ReadonlyArray<readonly number[]>): ReadonlyArray<readonly PlacedRow[]> {
  let elements = 0;
  let before: readonly PlacedRow[] = [];
  return shown.map((rows) => (before = placedRows(before, rows, () => (elements += 1))));
}

describe('Elements of rows', () => {
  it('are all used again for rows far away', () => {
    const [near, far, back] = steps(from(0, 40), from(5000, 40), from(0, 40));
    assert.deepEqual(
      far?.map(({ element }) => element),
      near?.map(({ element }) => element),
    );
    assert.deepEqual(back, near);
  });

  it('stay with a row that stays, such as that with the focus', () => {
    const [near, far] = steps(from(0, 40), [7, ...from(5000, 40)]);
    assert.equal(far?.[0]?.element, near?.[7]?.element);
    assert.equal(new Set(far?.map(({ element }) => element)).size, 41);
  });

  it('are one for each row, stay with rows that stay, and are never moved, whatever is shown one after the other', () => {
    const rows = fc.uniqueArray(fc.nat(30), { maxLength: 20 }).map((some) => some.toSorted((a, b) => a - b));
    fc.assert(
      fc.property(fc.array(rows, { maxLength: 8 }), (shown) => {
        let before: readonly PlacedRow[] = [];
        for (const now of steps(...shown)) {
          assert.equal(new Set(now.map(({ element }) => element)).size, now.length);
          const places = new Map(before.map(({ element }, at) => [element, at]));
          const old = before.map(({ row, element }) => [row, element] as const);
          for (const { row, element } of now) {
            const own = old.find(([each]) => each === row);
            if (own !== undefined) assert.equal(element, own[1]);
          }
          const kept = now.flatMap(({ element }) => places.get(element) ?? []);
          assert.deepEqual(
            kept,
            kept.toSorted((a, b) => a - b),
          );
          before = now;
        }
      }),
    );
  });
});

describe('What stands around the rows', () => {
  const start = reduce(undefined, { kind: 'show', params: showing({ grid: jobsGrid(3) }) });

  it('is the same when rows come, the focus moves or others are selected', () => {
    assert.ok(start);
    const around = aroundRows();
    const before = around(start);
    const rows = reduce(start, { kind: 'rows', params: { version: 1, from: 3, rows: [jobRow(3)] } });
    assert.ok(rows !== undefined && rows !== start);
    for (const next of [rows, moved(start, 2, 1), rowsSelected(start, 2)]) assert.equal(around(next), before);
  });

  it('is another when anything else has changed', () => {
    assert.ok(start);
    const around = aroundRows();
    const before = around(start);
    const next = reduce(start, { kind: 'title', params: 'Another' });
    assert.ok(next);
    assert.notEqual(around(next), before);
    assert.equal(around(next).title, 'Another');
    assert.notEqual(around({ ...next, group: 'g1' }), around(next));
  });
});
