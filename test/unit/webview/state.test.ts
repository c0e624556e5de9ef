import assert from 'node:assert/strict';
import fc from 'fast-check';
import { JobsPanelState } from '../../../src/protocol/jobs';
import {
  edited,
  isBusy,
  Kept,
  kept,
  languageChosen,
  reduce,
  restored,
  rowAfterKey,
  rowChosen,
  rowText,
  shownCell,
  wideColumns,
  type PageState,
} from '../../../src/webview/jobs/state';
import { jobDetails, jobId, jobRow, jobsGrid, showing } from '../../webview/fixtures';

function pageWith(rows: number, over: Partial<PageState> = {}): PageState {
  const state = reduce(undefined, { kind: 'show', params: showing({ grid: jobsGrid(rows) }) });
  assert.ok(state);
  return { ...state, ...over };
}

describe('What the page of the job report makes of messages', () => {
  it('ignores everything before the first show', () => {
    assert.equal(reduce(undefined, { kind: 'grid', params: jobsGrid(1) }), undefined);
    assert.equal(reduce(undefined, { kind: 'details', params: jobDetails(1) }), undefined);
    assert.equal(reduce(undefined, { kind: 'run', params: { phase: 'done', text: '' } }), undefined);
    assert.equal(reduce(undefined, { kind: 'rows', params: { rows: [], more: false } }), undefined);
  });

  it('appends further rows and keeps the total when none is sent', () => {
    const start = pageWith(2, { grid: { ...jobsGrid(2, true), total: 3 } });
    const next = reduce(start, { kind: 'rows', params: { rows: [jobRow(2)], more: false } });
    assert.deepEqual(next?.grid, { ...jobsGrid(3), total: 3 });
    const counted = reduce(start, { kind: 'rows', params: { rows: [jobRow(2)], more: false, total: 4 } });
    assert.equal(counted?.grid.total, 4);
  });

  it('keeps the active row within the rows of a new result', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(60), fc.nat(60), (before, active, after) => {
        const start = pageWith(before, { activeRow: active });
        const next = reduce(start, { kind: 'grid', params: jobsGrid(after) });
        assert.ok(next !== undefined && next.activeRow >= 0 && next.activeRow <= Math.max(0, after - 1));
      }),
    );
  });

  it('is busy from the choice of a row until its details, a failure or another show arrives', () => {
    const opening = rowChosen(pageWith(3), jobRow(2), 2);
    assert.equal(opening.opening, jobId(2));
    assert.equal(opening.activeRow, 2);
    assert.ok(isBusy(opening));
    const arrivals = [
      reduce(opening, { kind: 'details', params: jobDetails(2) }),
      reduce(opening, { kind: 'run', params: { phase: 'failed', text: 'Not found.' } }),
      reduce(opening, { kind: 'show', params: showing() }),
    ];
    for (const next of arrivals) assert.ok(next !== undefined && !isBusy(next));
    const still = reduce(opening, { kind: 'run', params: { phase: 'done', text: '3 rows' } });
    assert.ok(still !== undefined && isBusy(still));
  });

  it('waits for nothing when the chosen row is open already, or opens nothing', () => {
    const open = pageWith(3, { details: jobDetails(1) });
    assert.equal(rowChosen(open, jobRow(1), 1).opening, undefined);
    assert.equal(rowChosen(open, { cells: [] }, 0).opening, undefined);
  });
});

describe('What the page of the job report keeps', () => {
  it('is a state the extension can bring the panel back from', () => {
    const state = pageWith(3, { activeRow: 2 });
    assert.ok(JobsPanelState.safeParse(kept(state)).success);
    assert.deepEqual(Kept.parse(structuredClone(kept(state))), kept(state));
  });

  it('brings back an edited query, the language and the row', () => {
    const before = languageChosen(edited(pageWith(3, { activeRow: 2 }), '<fetch/>'), 'webApi');
    const after = restored(pageWith(3), kept(before));
    assert.deepEqual(after, before);
  });

  it('is left alone by another report, and by a new report of the same scope', () => {
    const before = kept(edited(pageWith(3), '<fetch/>'));
    const fresh = pageWith(0, { run: { phase: 'idle', text: '' } });
    assert.equal(restored(fresh, before), fresh);
    const state = pageWith(3);
    const scope = { ...state.panel.scope, id: jobId(77) };
    const other = { ...state, panel: { ...state.panel, scope } };
    assert.equal(restored(other, before), other);
  });

  it('takes the row of an older version as the first, and refuses a broken state', () => {
    const { activeRow: _, ...older } = kept(pageWith(3));
    assert.equal(Kept.parse(older).activeRow, 0);
    assert.equal(Kept.safeParse({ ...older, activeRow: -1 }).success, false);
    assert.equal(Kept.safeParse({ ...older, language: 'sql' }).success, false);
    assert.equal(Kept.safeParse(undefined).success, false);
  });

  it('edits only the query of the language that is shown', () => {
    const state = edited(languageChosen(pageWith(0), 'webApi'), 'contacts');
    assert.equal(state.panel.queries.webApi, 'contacts');
    assert.equal(state.panel.queries.fetchXml, pageWith(0).panel.queries.fetchXml);
  });
});

describe('The keys of the grid', () => {
  it('never leave the rows, whatever is pressed', () => {
    const keys = ['ArrowDown', 'ArrowUp', 'PageDown', 'PageUp', 'Home', 'End'];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...keys)), fc.integer({ min: 1, max: 500 }), (pressed, count) => {
        const end = pressed.reduce((row, key) => rowAfterKey(key, row, count) ?? -1, 0);
        assert.ok(end >= 0 && end < count);
      }),
    );
  });

  it('leave every other key to the browser', () => {
    for (const key of ['Tab', 'a', 'ArrowLeft', 'F1']) assert.equal(rowAfterKey(key, 3, 10), undefined);
  });
});

describe('The cells of the grid', () => {
  it('show a text of any length in bounds, and never half a character', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 30 }),
        fc.integer({ min: 275, max: 299 }),
        (text, pad) => {
          const shown = shownCell('x'.repeat(pad) + text);
          assert.ok(shown.length <= 301);
          assert.ok(shown.isWellFormed());
        },
      ),
    );
    assert.equal(shownCell('x'.repeat(300)), 'x'.repeat(300));
    assert.equal(shownCell(`${'x'.repeat(299)}😀`), `${'x'.repeat(299)}…`);
  });

  it('are wide where a text is long', () => {
    const cells = (text: string) => [{ text: 'short' }, { text }];
    const columns = jobsGrid(0).columns.slice(0, 2);
    const rows = [{ cells: cells('') }, { cells: cells('x'.repeat(61)) }];
    assert.deepEqual([...wideColumns({ columns, rows, more: false })], [1]);
    assert.deepEqual(
      [...wideColumns({ columns, rows: [{ cells: cells('x'.repeat(60)) }], more: false })],
      [],
    );
  });

  it('go to the clipboard as one line with tabs', () => {
    assert.equal(rowText({ cells: [{ text: 'a\n b\t' }, { text: '' }, { text: 'c' }] }), 'a b\t\tc');
  });
});
