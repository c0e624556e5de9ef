import assert from 'node:assert/strict';
import type { Row } from '../../../src/dataverse/webApi';
import { choicesOf } from '../../../src/presentation/jobs/choices';
import type { JobsReport } from '../../../src/presentation/jobs/jobsReport';
import type { Choices, ExportFormat } from '../../../src/protocol/jobs';
import { jobRow } from '../jobs/jobRow';
import { report, until } from './jobsRig';

describe('Two webhooks of one name in the report', () => {
  const [one, two] = ['11111111-2222-4333-8444-00000000000a', '11111111-2222-4333-8444-00000000000b'];
  const row = (id: string, step: string): Row => ({
    asyncoperationid: id,
    statuscode: 31,
    errorcode: -2147155455,
    friendlymessage: 'It failed.',
    _owningextensionid_value: step,
    'webhook.name': 'ERP',
    name: 'Orders',
  });
  const rows = [row('j1', one), row('j2', two), row('j3', two)];
  const choices = choicesOf([
    { id: 'a', name: 'ERP', url: 'https://one.example.com/', steps: [{ id: one, name: 'Orders' }] },
    { id: 'b', name: 'ERP', url: 'https://two.example.com/', steps: [{ id: two, name: 'Orders' }] },
  ]);

  const joined = {
    _owningextensionid_value: two,
    owningextensionid: {
      _eventhandler_value: one,
      '_eventhandler_value@OData.Community.Display.V1.FormattedValue': 'ERP',
    },
  };

  it('are two in the groups, the summary and the rows, also where their names are known after these', async () => {
    let know: (known: Choices) => void = () => undefined;
    const known = new Promise<Choices>((resolve) => (know = resolve));
    const { report: jobs, page } = report(
      { fetchPages: () => rows, get: () => ({ ...jobRow, ...joined }) },
      undefined,
      undefined,
      undefined,
      undefined,
      () => known,
    );
    jobs.ready();
    await until(() => page.last?.phase === 'done');
    const places = () => page.failed.at(-1)?.groups.map(({ place }) => place);
    assert.deepEqual(places(), ['ERP › Orders', 'ERP › Orders']);
    know(choices);
    await until(() => page.log.includes('choices'));
    assert.deepEqual(places(), ['ERP (two.example.com) › Orders', 'ERP (one.example.com) › Orders']);
    assert.match(page.failed.at(-1)?.summary ?? '', /most often ERP \(two\.example\.com\) › Orders$/);
    const grid = page.grids.at(-1) ?? assert.fail();
    const column = grid.columns.findIndex(({ key }) => key === 'webhook');
    assert.deepEqual(
      grid.rows.map(({ cells }) => cells[column]?.text),
      ['ERP (one.example.com)', 'ERP (two.example.com)', 'ERP (two.example.com)'],
    );
    await jobs.open(jobRow.asyncoperationid);
    assert.match(JSON.stringify(page.detailsShown.at(-1)), /"value":"ERP \(two\.example\.com\)"/);
    const written = await exported(jobs, 'markdown');
    assert.match(written, /ERP \\\(one\.example\.com\\\) › Orders/);
    assert.match(written, /ERP \\\(two\.example\.com\\\) › Orders/);
  });

  it('are sorted by what is shown of them, also where that is known after the rows were sorted', async () => {
    let know: (known: Choices) => void = () => undefined;
    const known = new Promise<Choices>((resolve) => (know = resolve));
    // By their names they are equal, and would stay as they came.
    const mixed = [row('j1', two), row('j2', one), row('j3', two), row('j4', one)];
    const { report: jobs, page } = report(
      { fetchPages: () => mixed },
      undefined,
      undefined,
      undefined,
      undefined,
      () => known,
    );
    const ids = () => page.grids.at(-1)?.rows.map(({ id }) => id);
    jobs.ready();
    await until(() => page.last?.phase === 'done');
    await jobs.sort({ key: 'webhook', descending: false });
    assert.deepEqual(ids(), ['j1', 'j2', 'j3', 'j4']);
    know(choices);
    await until(() => page.log.includes('choices'));
    assert.deepEqual(ids(), ['j2', 'j4', 'j1', 'j3']);
    await jobs.sort({ key: 'webhook', descending: true });
    assert.deepEqual(ids(), ['j1', 'j3', 'j2', 'j4']);
  });

  it('are two in an exported file, by the ids of their steps; their names stay as they are', async () => {
    const none: Choices = { webhooks: [], steps: [] };
    const csvOf = async (known: Choices): Promise<readonly [JobsReport, string]> => {
      const { report: jobs, page } = report(
        { fetchPages: () => rows },
        undefined,
        undefined,
        undefined,
        undefined,
        () => Promise.resolve(known),
      );
      jobs.ready();
      await until(() => page.last?.phase === 'done' && page.log.includes('choices'));
      return [jobs, await exported(jobs, 'csv')];
    };
    const [jobs, csv] = await csvOf(choices);
    const [head, ...lines] = csv.slice(1).trim().split('\r\n');
    const column = head?.split(',').indexOf('Step ID') ?? -1;
    assert.deepEqual(
      lines.map((line) => line.split(',')[column]),
      [one, two, two],
    );
    assert.ok(lines.every((line) => line.includes('ERP')));
    const [, plain] = await csvOf(none);
    assert.ok(!plain.includes('Step ID'), 'nobody has to be told apart');
    const written: unknown = JSON.parse(await exported(jobs, 'json'));
    assert.deepEqual(written, rows);
  });
});

/** What is written to the file of an export. */
async function exported(jobs: ReturnType<typeof report>['report'], format: ExportFormat): Promise<string> {
  let written = '';
  const file = {
    write: (pieces: readonly string[]) => Promise.resolve(void (written += pieces.join(''))),
    rewrite: () => Promise.resolve(),
    finish: () => Promise.resolve(),
    discard: () => Promise.resolve(),
  };
  await jobs.export(
    {
      choose: () => Promise.resolve(() => Promise.resolve(file)),
      progress: async (_, work) => {
        await work(() => undefined, new AbortController().signal);
      },
    },
    format,
  );
  return written;
}
