import assert from 'node:assert/strict';
import type { Row } from '../../../src/dataverse/webApi';
import { FailureGrouping } from '../../../src/jobs/grouping';
import { RowStore } from '../../../src/jobs/rowStore';
import { failuresShown } from '../../../src/presentation/jobs/failures';

const FORMATTED = '@OData.Community.Display.V1.FormattedValue';

describe('Many rows', () => {
  it('keeps rows whose columns come and go as they came', () => {
    const rows: readonly Row[] = [
      { a: 1, b: 'two', c: null },
      { a: 2, c: 'three' },
      { a: 3, b: 'four', c: 'five', d: 6 },
      { a: 4, b: 'seven' },
      {},
      { b: 'eight', a: 5 },
      { a: 6, b: 'nine', c: 'ten' },
    ];
    const store = new RowStore();
    store.add(rows.slice(0, 3));
    store.add(rows.slice(3));
    assert.deepEqual(
      rows.map((_, at) => store.row(at)),
      rows.map((row) => ({ ...row })),
    );
  });

  it('keeps thousands of rows as they came, where a column has one value for long, none for long, or another each time', () => {
    const rows = Array.from({ length: 5000 }, (_, at) => ({
      id: `row ${at}`,
      state: at < 1500 ? 31 : 30,
      ...(at > 2047 && at < 4097 ? {} : { step: `step ${at % 7}` }),
      ...(at === 4999 ? { last: at } : {}),
      ...(at % 3 === 0 ? { third: null } : {}),
    }));
    const store = new RowStore();
    for (let from = 0; from < rows.length; from += 700) store.add(rows.slice(from, from + 700));
    assert.deepEqual(
      rows.map((_, at) => store.row(at)),
      rows,
    );
    assert.equal(store.value(5000, 'id'), undefined);
  });

  it('leaves out how the service writes a date where the date comes behind it, too', () => {
    const store = new RowStore();
    const written = `on${FORMATTED}`;
    store.add([
      { [written]: '3/4/2025', on: '2025-03-04T10:00:12Z' },
      { [written]: 'soon', on: 'soon' },
      { on: '2025-03-04T10:00:12Z', [written]: '3/4/2025' },
      { on: 'late', [written]: 'late' },
      { [written]: 'alone' },
    ]);
    assert.deepEqual(
      [0, 1, 2, 3, 4].map((at) => store.value(at, written)),
      [undefined, 'soon', undefined, 'late', 'alone'],
    );
  });

  it('leaves out how the service writes a date, but not a choice, wherever rows differ', () => {
    const store = new RowStore();
    store.add([
      { '@odata.etag': 'W/"1"', state: 3, [`state${FORMATTED}`]: 'Failed' },
      {
        '@odata.etag': 'W/"2"',
        on: '2025-03-04T10:00:12Z',
        [`on${FORMATTED}`]: '3/4/2025',
        state: 3,
        [`state${FORMATTED}`]: 'Failed',
      },
    ]);
    assert.deepEqual(store.row(0), { state: 3, [`state${FORMATTED}`]: 'Failed' });
    assert.deepEqual(store.row(1), {
      on: '2025-03-04T10:00:12Z',
      state: 3,
      [`state${FORMATTED}`]: 'Failed',
    });
  });

  it('counts all groups where only the largest are shown', () => {
    const grouping = new FailureGrouping();
    const ids = Array.from({ length: 150 }, (_, at) => `step ${at}`);
    for (const step of [...ids, 'step 149'])
      grouping.add({
        asyncoperationid: 'j',
        statuscode: 31,
        friendlymessage: 'No',
        name: step,
        _owningextensionid_value: step,
        completedon: '2025-03-04T10:00:12Z',
      });
    const shown = failuresShown(grouping);
    assert.equal(shown?.groups.length, 100);
    assert.match(shown.summary, /151 failed jobs of 150 kinds, most often step 149/);
    assert.equal(shown.groups[0]?.count, 2);
  });
});
