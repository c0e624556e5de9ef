import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Row } from '../../../src/dataverse/webApi';
import { jobOf } from '../../../src/jobs/rows';
import { jobDetails } from '../../../src/presentation/jobs/jobDetails';
import { JobResult } from '../../../src/presentation/jobs/jobResult';
import { gridColumns, gridRows } from '../../../src/presentation/jobs/resultGrid';
import { GridRow, JobDetails } from '../../../src/protocol/jobs';
import { jobRow } from '../jobs/jobRow';

const FORMATTED = '@OData.Community.Display.V1.FormattedValue';

function grid(rows: readonly Row[]): {
  keys: string[];
  cells: Array<Record<string, string>>;
  titles: Array<Record<string, string>>;
} {
  const columns = gridColumns(rows);
  const shown = gridRows(rows, columns);
  for (const row of shown) assert.equal(GridRow.safeParse(row).success, true);
  const by = (part: 'text' | 'title') =>
    shown.map(({ cells }) =>
      Object.fromEntries(cells.map((cell, n) => [columns[n]?.key ?? '', cell[part] ?? ''])),
    );
  return { keys: columns.map(({ key }) => key), cells: by('text'), titles: by('title') };
}

describe('The grid of a result', () => {
  it('shows jobs in their order, the error first, without ids and annotations', () => {
    const { keys, cells, titles } = grid([jobRow]);
    assert.deepEqual(keys.slice(0, 3), ['completedon', 'errorcode', 'friendlymessage']);
    assert.ok(!keys.includes('asyncoperationid'));
    assert.ok(keys.every((key) => !key.includes('@')));
    assert.equal(cells[0]?.['errorcode'], '0x80050201');
    assert.equal(titles[0]?.['errorcode'], '-2147155455');
    assert.equal(cells[0]['completedon'], new Date('2025-03-04T11:02:10Z').toLocaleString());
    assert.equal(titles[0]['completedon'], '2025-03-04T11:02:10Z');
    assert.equal(cells[0]['_regardingobjectid_value'], 'Maria Campbell-Ray');
    assert.equal(titles[0]['_regardingobjectid_value'], '1a7e3d55-7b8e-ef11-ac20-6045bdd1a101');
    assert.equal(gridRows([jobRow], gridColumns([jobRow]))[0]?.id, jobRow.asyncoperationid);
  });

  it('shows the label of a choice and the value behind it, and numbers as numbers', () => {
    const row = {
      asyncoperationid: 'x',
      statuscode: 31,
      [`statuscode${FORMATTED}`]: 'Failed',
      depth: 1,
      retrycount: 1234,
      [`retrycount${FORMATTED}`]: '1,234',
    };
    const { cells, titles } = grid([row]);
    assert.deepEqual([cells[0]?.['statuscode'], titles[0]?.['statuscode']], ['Failed', '31']);
    assert.equal(cells[0]?.['retrycount'], '1,234');
    const numeric = gridColumns([row])
      .filter((column) => column.numeric)
      .map(({ key }) => key);
    assert.deepEqual(numeric, ['retrycount', 'depth']);
  });

  it('shows other tables as they come, all columns that occur, and their rows open nothing', () => {
    const rows = [
      { contactid: 'c1', fullname: 'Ann', 'step.name': 'S' },
      { contactid: 'c2', birthdate: '2000-02-29', nested: { a: [1] }, flag: false },
    ];
    const { keys, cells } = grid(rows);
    assert.deepEqual(keys, ['contactid', 'fullname', 'step.name', 'birthdate', 'nested', 'flag']);
    assert.deepEqual(
      [cells[1]?.['fullname'], cells[1]?.['nested'], cells[1]?.['flag'], cells[1]?.['birthdate']],
      ['', '{"a":[1]}', 'false', '2000-02-29'],
    );
    assert.ok(gridRows(rows, gridColumns(rows)).every((row) => !('id' in row)));
    assert.deepEqual(grid([]), { keys: [], cells: [], titles: [] });
  });

  it('has one column for the webhook, wherever the query brings its name from', () => {
    const expanded = { [`_eventhandler_value${FORMATTED}`]: 'ERP' };
    for (const more of [{ owningextensionid: expanded }, { 'webhook.name': 'ERP' }]) {
      const { keys, cells } = grid([{ ...jobRow, ...more }]);
      assert.deepEqual(keys.slice(3, 5), ['webhook', '_owningextensionid_value']);
      assert.ok(!keys.includes('owningextensionid') && !keys.includes('webhook.name'));
      assert.equal(cells[0]?.['webhook'], 'ERP');
    }
  });

  it('has the columns of all its pages, and each says what its first value says, however late that comes', () => {
    const result = new JobResult((date) => date.toISOString());
    const id = 'asyncoperationid';
    const columnsWith = (...rows: readonly Row[]): Record<string, boolean> => {
      result.add({ rows, more: true });
      return Object.fromEntries(result.columns.map(({ key, numeric }) => [key, numeric]));
    };
    assert.deepEqual(columnsWith({ [id]: 'a', depth: null, name: 'one' }), { depth: false, name: false });
    assert.deepEqual(columnsWith({ [id]: 'b', depth: null, name: 'two' }), { depth: false, name: false });
    assert.deepEqual(
      columnsWith({ [id]: 'c', depth: null, name: 'three' }, { [id]: 'd', depth: 3, name: 'four' }),
      { depth: true, name: false },
    );
    assert.deepEqual(columnsWith({ [id]: 'e', depth: 4, name: 'five', retrycount: 1 }), {
      depth: true,
      name: false,
      retrycount: true,
    });
  });

  it('names the webhook when a later page tells the first one, and stays so over a page of webhooks that are gone', () => {
    const result = new JobResult((date) => date.toISOString());
    const keysWith = (name: string | null): string[] => {
      const step = { [`_eventhandler_value${FORMATTED}`]: name };
      result.add({ rows: [{ asyncoperationid: 'a', owningextensionid: step }], more: true });
      return result.columns.map(({ key }) => key);
    };
    assert.deepEqual(keysWith(null), ['owningextensionid']);
    assert.ok(keysWith('Order intake').includes('webhook'));
    const told = new JobResult((date) => date.toISOString());
    for (const name of ['Order intake', null])
      told.add({
        rows: [{ asyncoperationid: 'a', owningextensionid: { [`_eventhandler_value${FORMATTED}`]: name } }],
        more: true,
      });
    assert.deepEqual(
      told.columns.map(({ key }) => key),
      ['webhook'],
    );
  });

  it('takes any row: names that every object has, dates that are none', () => {
    const rows: Row[] = [
      JSON.parse('{"constructor":1,"__proto__":"p","when":"2025-99-99T99:99:99Z"}'),
      { toString: 'x' },
    ];
    const { cells } = grid(rows);
    assert.deepEqual([cells[0]?.['constructor'], cells[1]?.['constructor']], ['1', '']);
    assert.equal(cells[0]?.['when'], '2025-99-99T99:99:99Z');
    fc.assert(fc.property(fc.array(fc.dictionary(fc.string(), fc.jsonValue())), (some) => void grid(some)));
  });
});

describe('The details of a job', () => {
  const long = {
    ...jobRow,
    message: 'The status code was 503.\nStack…',
    [`_ownerid_value${FORMATTED}`]: 'Eve',
    _ownerid_value: jobRow._owningextensionid_value,
  };

  it('tell cause, remedy and the facts, and keep the text of the platform as it is', () => {
    const details = jobDetails(jobOf(long));
    assert.equal(JobDetails.safeParse(details).success, true);
    assert.equal(details.heading, jobRow.name);
    assert.match(details.cause, /503/);
    assert.equal(details.message, long.message);
    const lines = Object.fromEntries(details.lines.map(({ label, value, title }) => [label, [value, title]]));
    assert.deepEqual(lines['Error code'], ['0x80050201', '-2147155455']);
    assert.deepEqual(lines['State'], ['Failed', undefined]);
    assert.deepEqual(lines['Owner'], ['Eve', undefined]);
    assert.deepEqual(lines['Retries'], ['0', undefined]);
    assert.equal(lines['Completed']?.[1], '2025-03-04T11:02:10.000Z');
    assert.deepEqual(lines['Row'], ['Maria Campbell-Ray', '1a7e3d55-7b8e-ef11-ac20-6045bdd1a101']);
  });

  it('of a job that has not failed say how it stands, and blame nobody', () => {
    const about = (row: object) => {
      const { cause, remedy, lines } = jobDetails(jobOf({ ...jobRow, errorcode: null, ...row }));
      return {
        text: `${cause} ${remedy}`.trim(),
        lines: new Map(lines.map(({ label, title }) => [label, title])),
      };
    };
    const waiting = about({ statuscode: 10, retrycount: 1, postponeuntil: '2025-03-04T12:00:00Z' });
    assert.match(
      waiting.text,
      /^The job waits\. It goes on by itself at 3\/4\/2025.*, or before when it is resumed\.$/,
    );
    assert.equal(waiting.lines.get('Postponed until'), '2025-03-04T12:00:00.000Z');
    assert.equal(about({ statuscode: 10 }).text, 'The job waits. It goes on when it is resumed.');
    assert.equal(about({ statuscode: 30, errorcode: 0 }).text, 'The job succeeded.');
    assert.equal(about({ statuscode: 0 }).text, 'The job has not begun. The platform begins it by itself.');
    assert.equal(about({ statuscode: 20 }).text, 'The job is being run.');
    assert.match(about({ statuscode: 32 }).text, /^The job was canceled before it ended\./);
    // Between two attempts the last error is what is of interest.
    assert.match(about({ statuscode: 10, errorcode: -2147155454 }).text, /did not answer within 60 seconds/);
  });

  it('name what can be done about a failed job, and why something cannot', () => {
    const remedies = (row: object) =>
      jobDetails(jobOf({ ...jobRow, ...row })).remedies.map(({ remedy, can, hint }) => [remedy, can, hint]);
    const able = remedies({});
    assert.deepEqual(
      able.map(([remedy, can]) => [remedy, can]),
      [
        ['replay', true],
        ['touch', true],
        ['register', true],
      ],
    );
    assert.match(
      String(remedies({ messagename: 'Create' })[1]),
      /touch,false,Only a step on Update.*of Create/,
    );
    assert.match(String(remedies({ _regardingobjectid_value: null })[1]), /touch,false,The job names no row/);
    assert.deepEqual(
      remedies({ _owningextensionid_value: null }).map(([, can]) => can),
      [false, false, false],
    );
    assert.deepEqual(
      remedies({ statuscode: 10 }).map(([remedy]) => remedy),
      ['replay'],
      'a job that waits is repeated by the service; only replay makes sense',
    );
  });

  it('leave out what a job does not have, and always have a heading', () => {
    const details = jobDetails(jobOf({ asyncoperationid: jobRow.asyncoperationid }));
    assert.deepEqual(
      details.lines.map(({ label }) => label),
      ['State', 'Job'],
    );
    assert.equal(details.heading, jobRow.asyncoperationid);
  });
});
