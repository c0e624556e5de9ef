import assert from 'node:assert/strict';
import fc from 'fast-check';
import { JobsPanelState } from '../../../src/protocol/jobs';
import { columnTracks } from '../../../src/webview/jobs/columns';
import { localTime, utcTime } from '../../../src/webview/jobs/localTime';
import { holds, sizeOf, toggled, within, withRange } from '../../../src/webview/jobs/ranges';
import { missingWindows, scrollTo, sightOf } from '../../../src/webview/jobs/sight';
import {
  cellAfterKey,
  folded,
  isBusy,
  Kept,
  kept,
  reduce,
  resized,
  restored,
  rowChosen,
  rowsSelected,
  rowToggled,
  scrolledOn,
  shownCell,
  type PageState,
} from '../../../src/webview/jobs/state';
import { edited, languageChosen } from '../../../src/webview/jobs/queryState';
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
    assert.equal(reduce(undefined, { kind: 'rows', params: { version: 1, from: 0, rows: [] } }), undefined);
  });

  it('takes windows of rows and the extent of its own version only', () => {
    const start = pageWith(2);
    const window = { from: 2, rows: [jobRow(2)] };
    const next = reduce(start, { kind: 'rows', params: { version: 1, ...window } });
    assert.deepEqual(next?.rows.get(2), jobRow(2));
    assert.equal(reduce(start, { kind: 'rows', params: { version: 2, ...window } }), start);
    const grown = reduce(start, { kind: 'extent', params: { version: 1, count: 9, more: true, total: 11 } });
    assert.deepEqual(grown?.extent, { version: 1, count: 9, more: true, total: 11 });
    assert.equal(reduce(start, { kind: 'extent', params: { version: 0, count: 9, more: true } }), start);
  });

  it('lets go of rows far away from those that have come last', () => {
    let state: PageState | undefined = pageWith(1);
    for (let from = 0; from < 100_000; from += 100) {
      const rows = Array.from({ length: 100 }, (_, at) => jobRow(from + at));
      state = reduce(state, { kind: 'rows', params: { version: 1, from, rows } });
    }
    assert.ok(state !== undefined && state.rows.size <= 3000 && state.rows.has(99_950));
  });

  it('tells the begin and the end of a run, and not every page of a long one or of one that comes by scrolling', () => {
    let state = pageWith(3);
    const heard = (phase: 'running' | 'done' | 'failed', text: string): boolean => {
      state = reduce(state, { kind: 'run', params: { phase, text } }) ?? assert.fail();
      return !state.telling.hushed;
    };
    assert.deepEqual(
      [
        heard('running', 'Running…'),
        heard('running', '5,000 rows'),
        heard('running', '10,000 rows'),
        heard('done', '12,345 rows'),
      ],
      [true, false, false, true],
    );
    state = scrolledOn(state);
    assert.deepEqual([heard('running', 'Running…'), heard('done', '100 of 500 rows')], [false, false]);
    state = reduce(state, { kind: 'watch', params: { on: true, news: { text: '2 new' } } }) ?? assert.fail();
    assert.ok(!state.telling.hushed, 'news are always told');
    assert.deepEqual([heard('running', 'Running…'), heard('done', '500 rows')], [true, true]);
  });

  it('tells that an act has begun and how it ended, and not how far it is all the time', () => {
    let state = pageWith(3);
    const heard = (text: string, going: boolean): boolean => {
      state = reduce(state, { kind: 'acted', params: { text, failures: [], going } }) ?? assert.fail();
      return !state.actGoesOn;
    };
    assert.deepEqual(
      [
        heard('0 of 900', true),
        heard('300 of 900', true),
        heard('600 of 900', true),
        heard('Deleted.', false),
      ],
      [true, false, false, true],
    );
  });

  it('keeps active row and selection within the rows of a new result', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(60), fc.nat(60), (before, active, after) => {
        const grid = {
          ...jobsGrid(after),
          place: { selected: [{ from: active, to: active + 5 }], active, column: 0, top: 0 },
        };
        const next = reduce(pageWith(before), { kind: 'grid', params: grid });
        assert.ok(next !== undefined && next.active.row >= 0 && next.active.row <= Math.max(0, after - 1));
        assert.ok(next.selected.every(({ to }) => to <= after));
      }),
    );
  });

  it('is busy from the choice of a row until its details, a failure or another show arrives', () => {
    const opening = rowChosen(pageWith(3), 2);
    assert.equal(opening.opening, jobId(2));
    assert.equal(opening.active.row, 2);
    assert.ok(isBusy(opening));
    const arrivals = [
      reduce(opening, { kind: 'details', params: jobDetails(2) }),
      reduce(opening, { kind: 'run', params: { phase: 'failed', text: 'Not found.' } }),
      reduce(opening, { kind: 'show', params: showing() }),
    ];
    for (const state of arrivals) assert.ok(state !== undefined && !isBusy(state));
    assert.ok(!isBusy(rowChosen(pageWith(3, { details: jobDetails(2) }), 2)), 'it is open already');
  });
});

describe('The arrangement of the page of the job report', () => {
  it('is kept as a state of the panel, and comes back after a reload', () => {
    const state = folded(resized(edited(pageWith(3), '<fetch/>'), 'name', 99.6), 'queryFold', true);
    const left = kept(state);
    assert.equal(JobsPanelState.safeParse(left).success, true);
    assert.deepEqual(left.layout, { changed: ['queryFold'], widths: { name: 100 } });
    const back = restored(pageWith(3), Kept.parse(left));
    assert.equal(back.panel.queries.fetchXml, '<fetch/>');
    assert.equal(back.panel.handWritten, true);
    assert.deepEqual(back.layout, left.layout);
    assert.deepEqual(resized(folded(back, 'queryFold', false), 'name', undefined).layout, {
      changed: [],
      widths: {},
    });
  });

  it('survives where the report is another one; its query does not', () => {
    const other = pageWith(1);
    const left = kept({ ...folded(edited(other, 'mine'), 'x', true) });
    const idle = { ...other, run: { phase: 'idle', text: '' } as const };
    assert.deepEqual(restored(idle, left).layout.changed, ['x']);
    assert.notEqual(restored(idle, left).panel.queries.fetchXml, 'mine');
    const elsewhere = { ...left, scope: { ...left.scope, id: jobId(7) } };
    assert.notEqual(restored(other, elsewhere).panel.queries.fetchXml, 'mine');
    assert.equal(languageChosen(other, 'webApi').panel.language, 'webApi');
  });

  it('is read from what an older version has kept', () => {
    assert.deepEqual(Kept.parse(JobsPanelState.parse(showing().state)).layout, { changed: [], widths: {} });
  });

  it('gives a column the room its texts need, and the width it was given', () => {
    const { columns, rows } = pageWith(30);
    const tracks = columnTracks(columns, rows, { depth: 77 }).match(/minmax\([^)]*\)|\S+/g) ?? [];
    assert.equal(tracks.length, columns.length);
    assert.equal(tracks[columns.findIndex(({ key }) => key === 'depth')], '77px');
    assert.equal(tracks.filter((track) => track.startsWith('minmax')).length, 1);
  });
});

describe('Selected rows', () => {
  it('are the same as a set of positions would hold', () => {
    const position = fc.nat(40);
    const change = fc.oneof(
      fc.record({ from: position, to: fc.integer({ min: 41, max: 45 }) }),
      fc.tuple(position, position).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) + 1 })),
      position,
    );
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
        let ranges: ReturnType<typeof withRange> = [];
        const set = new Set<number>();
        for (const each of changes) {
          if (typeof each === 'number') {
            ranges = toggled(ranges, each);
            if (!set.delete(each)) set.add(each);
          } else {
            ranges = withRange(ranges, each);
            for (let at = each.from; at < each.to; at += 1) set.add(at);
          }
        }
        assert.equal(sizeOf(ranges), set.size);
        for (let at = 0; at < 50; at += 1) assert.equal(holds(ranges, at), set.has(at));
        assert.ok(ranges.every((range, at) => at === 0 || range.from > (ranges[at - 1]?.to ?? 0)));
        assert.equal(sizeOf(within(ranges, 20)), [...set].filter((at) => at < 20).length);
      }),
    );
  });

  it('grow from where they began, and stay when another one is added', () => {
    const chosen = rowToggled(pageWith(20), 3);
    assert.deepEqual(rowsSelected(chosen, 6).selected, [{ from: 3, to: 7 }]);
    const two = rowToggled(rowsSelected(chosen, 6), 10);
    assert.deepEqual(rowsSelected(two, 9).selected, [
      { from: 3, to: 7 },
      { from: 9, to: 11 },
    ]);
  });
});

describe('Moving about in the grid', () => {
  const size = { rows: 40, columns: 5, page: 10 };
  it('goes by cell, by page and to the ends, never beyond them', () => {
    const moves: ReadonlyArray<readonly [string, boolean, number, number]> = [
      ['ArrowRight', false, 0, 1],
      ['ArrowDown', false, 1, 1],
      ['PageDown', false, 11, 1],
      ['End', false, 11, 4],
      ['ArrowRight', false, 11, 4],
      ['End', true, 39, 4],
      ['PageDown', false, 39, 4],
      ['Home', false, 39, 0],
      ['ArrowUp', true, 0, 0],
      ['PageUp', false, 0, 0],
      ['ArrowUp', false, -1, 0],
      ['ArrowUp', false, -1, 0],
      ['ArrowRight', false, -1, 1],
      ['PageDown', false, 9, 1],
      ['Home', true, 0, 0],
      ['ArrowDown', true, 39, 0],
    ];
    let active = { row: 0, column: 0 };
    for (const [key, command, row, column] of moves) {
      active = cellAfterKey(key, command, active, size) ?? assert.fail(key);
      assert.deepEqual(active, { row, column }, key);
    }
    assert.equal(cellAfterKey('x', false, active, size), undefined);
  });

  it('stays within the grid, whatever is pressed', () => {
    const key = fc.constantFrom(
      ...['ArrowDown', 'ArrowUp', 'ArrowLeft', 'ArrowRight', 'Home', 'End', 'PageUp', 'PageDown'],
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(key, fc.boolean())), fc.nat(3), (keys, rows) => {
        let active = { row: 0, column: 0 };
        for (const [each, command] of keys)
          active = cellAfterKey(each, command, active, { rows, columns: 2, page: 2 }) ?? active;
        assert.ok(active.row >= -1 && active.row < Math.max(1, rows), JSON.stringify(active));
        assert.ok(active.column >= 0 && active.column < 2);
      }),
    );
  });

  it('renders what is in sight and a little around it, of any number of rows', () => {
    const box = { scrollTop: 22_000, height: 462, head: 22 };
    assert.deepEqual(sightOf(box, 22, 100_000), { from: 988, to: 1033 });
    assert.deepEqual(sightOf({ ...box, scrollTop: 0 }, 22, 3), { from: 0, to: 3 });
    assert.deepEqual(sightOf(box, 22, 10), { from: 0, to: 10 }, 'fewer rows than the scroll is for');
    assert.equal(scrollTo(1005, box, 22), undefined);
    assert.equal(scrollTo(999, box, 22), 999 * 22);
    assert.equal(scrollTo(1020, box, 22), 1021 * 22 - 440);
  });

  it('asks once for each window of rows that is not here', () => {
    const here = (position: number) => position < 150;
    assert.deepEqual(missingWindows({ from: 90, to: 260 }, here, new Set()), [100, 200]);
    assert.deepEqual(missingWindows({ from: 90, to: 260 }, here, new Set([200])), [100]);
    assert.deepEqual(missingWindows({ from: 90, to: 120 }, here, new Set()), []);
  });
});

describe('What a cell and a field show', () => {
  it('cut a long text, never in the middle of a character', () => {
    assert.equal(shownCell('short'), 'short');
    assert.equal(shownCell(`${'x'.repeat(299)}😀😀`), `${'x'.repeat(299)}…`);
  });

  it('turn local time into UTC and back, to the minute', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (seconds) => {
        const utc = new Date(Math.floor(seconds / 60) * 60_000).toISOString();
        const back = utcTime(localTime(utc));
        // An hour that a change of the clock brings twice is told as the first one.
        assert.equal(new Date(back ?? '').getMinutes(), new Date(utc).getMinutes());
        assert.ok(Math.abs(Date.parse(back ?? '') - Date.parse(utc)) <= 3_600_000);
      }),
    );
    assert.equal(localTime(undefined), '');
    assert.equal(utcTime(''), undefined);
    assert.equal(utcTime('x'), undefined);
  });
});
