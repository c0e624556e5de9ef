import assert from 'node:assert/strict';
import type { Row } from '../../../src/dataverse/webApi';
import { choicesOf } from '../../../src/presentation/jobs/choices';
import type { Choices } from '../../../src/protocol/jobs';
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
    assert.match(page.failed.at(-1)?.summary ?? '', /most of them: ERP \(two\.example\.com\) › Orders$/);
    const grid = page.grids.at(-1) ?? assert.fail();
    const column = grid.columns.findIndex(({ key }) => key === 'webhook');
    assert.deepEqual(
      grid.rows.map(({ cells }) => cells[column]?.text),
      ['ERP (one.example.com)', 'ERP (two.example.com)', 'ERP (two.example.com)'],
    );
    await jobs.open(jobRow.asyncoperationid);
    assert.match(JSON.stringify(page.detailsShown.at(-1)), /"value":"ERP \(two\.example\.com\)"/);
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
      'markdown',
    );
    assert.match(written, /ERP \\\(one\.example\.com\\\) › Orders/);
    assert.match(written, /ERP \\\(two\.example\.com\\\) › Orders/);
  });
});
