import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CancelledError } from '../../../src/base/errors';
import type { Page, Row } from '../../../src/dataverse/webApi';
import { JobService } from '../../../src/jobs/jobService';
import { CsvLines, csvField, markdownSummary } from '../../../src/presentation/jobs/exportText';
import { exportJobs, type ExportPort } from '../../../src/presentation/jobs/jobExport';
import { FakeWebApi } from '../../fakes/fakeWebApi';
import { jobRow } from '../jobs/jobRow';

/** Reads CSV as RFC 4180 has it. */
function readCsv(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  for (let match = field.exec(text); match !== null; match = field.exec(text)) {
    record.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === ',') continue;
    records.push(record);
    record = [];
  }
  return records;
}

const job = (at: number, over: Row = {}): Row => ({ ...jobRow, asyncoperationid: `job ${at}`, ...over });

describe('A field of CSV', () => {
  it('is read back as it was, but for formulas, which are made text', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (texts) => {
        const [record] = readCsv(`${texts.map(csvField).join(',')}\r\n`);
        assert.deepEqual(
          record?.map((field, at) => (field === `'${texts[at] ?? ''}` ? field.slice(1) : field)),
          texts,
        );
      }),
    );
  });

  it('never begins like a formula, and leaves numbers alone', () => {
    for (const text of ['=1+1', '+x', '-2+3', '@SUM(A1)', '\t=1', ' =cmd', '\r=1', '-x'])
      assert.match(csvField(text), /^"'/, text);
    for (const text of ['-2147155455', '-1.5', '12', 'a=b', '']) assert.equal(csvField(text), text);
  });
});

describe('Rows as CSV', () => {
  it('have one heading each, times in UTC, names of lookups, and as many fields in every line', () => {
    const csv = new CsvLines();
    csv.add([job(1, { friendlymessage: '=HYPERLINK("x")\nline "two", and more' })]);
    csv.add([job(2, { late: 'only here' })]);
    const text = csv.parts().join('');
    assert.ok(text.startsWith('\uFEFF'));
    const [head, first, second] = readCsv(text.slice(1));
    assert.ok(head !== undefined && first !== undefined && second !== undefined);
    assert.deepEqual([first.length, second.length], [head.length, head.length]);
    const at = (label: string) => head.indexOf(label);
    assert.equal(first[at('Completed')], '2025-03-04T11:02:10Z');
    assert.equal(first[at('Row')], 'Maria Campbell-Ray');
    assert.equal(first[at('Error Code')], '0x80050201');
    assert.equal(first[at('Error')], '\'=HYPERLINK("x")\nline "two", and more');
    assert.deepEqual([head[0], first[0], second[0]], ['Job', 'job 1', 'job 2']);
    assert.deepEqual([head.at(-1), first.at(-1), second.at(-1)], ['late', '', 'only here']);
  });
});

describe('An export of jobs', () => {
  const failed = (at: number, code: number) => job(at, { errorcode: code });
  const pages: readonly Page[] = [
    { rows: [failed(1, -2147155454), failed(2, -2147155451)], more: true },
    { rows: [failed(3, -2147155454)], more: false },
  ];
  async function run(
    format: 'csv' | 'json' | 'markdown',
    group?: string,
    signal = new AbortController().signal,
  ): Promise<{ text: string | undefined; api: FakeWebApi; told: readonly string[] }> {
    let text: string | undefined;
    const told: string[] = [];
    const api = new FakeWebApi({
      fetchPages: async function* () {
        for (const page of pages) yield await Promise.resolve(page);
      },
    });
    const port: ExportPort = {
      choose: () => Promise.resolve({ write: (parts) => Promise.resolve(void (text = parts.join(''))) }),
      progress: async (_, work) => void told.push(await work((each) => told.push(each), signal)),
    };
    const query = {
      language: 'fetchXml',
      text: '<fetch page="1" count="50"><entity name="asyncoperation" /></fetch>',
    } as const;
    const jobs = new JobService(api, () => Promise.resolve(undefined));
    await exportJobs(jobs, port, { format, query, title: 'Failed | jobs', group });
    return { text, api, told };
  }

  it('has all rows of all pages, asked for a thousand at a time, and tells how far it is', async () => {
    const { text, api, told } = await run('json');
    const rows: unknown = JSON.parse(text ?? '');
    assert.deepEqual(
      rows,
      pages.flatMap((page) => page.rows),
    );
    assert.match(String(api.calls[0]?.body), /count="1000"/);
    assert.deepEqual(told, ['2 rows', '3 rows', '3 rows were exported.']);
  });

  it('has the rows of one group only when it is asked for', async () => {
    const { text: all } = await run('csv');
    assert.equal(readCsv((all ?? '').slice(1)).length, 4);
    const { FailureGrouping } = await import('../../../src/jobs/grouping');
    const key = new FailureGrouping().add(failed(1, -2147155454));
    const { text } = await run('csv', key);
    assert.deepEqual(
      readCsv((text ?? '').slice(1)).map(([id]) => id),
      ['Job', 'job 1', 'job 3'],
    );
  });

  it('can be a summary with the query and the groups, in which strangers write no markup', async () => {
    const { text } = await run('markdown');
    assert.match(text ?? '', /^# Failed \\\| jobs\n/);
    assert.match(text ?? '', /\| 2 \| The endpoint did not answer within 60 seconds\. \|/);
    assert.ok(text?.includes('```\n<fetch page'));
    const odd = markdownSummary('<img src=x> [a](b)', '```', 1, undefined);
    assert.ok(odd.includes('\\<img src=x\\> \\[a\\]\\(b\\)') && odd.includes('````\n```\n````'), odd);
  });

  it('writes nothing when it is cancelled', async () => {
    let written = false;
    const api = new FakeWebApi({
      fetchPages: async function* () {
        yield await Promise.resolve({ rows: [job(1)], more: true });
        throw new CancelledError();
      },
    });
    const port: ExportPort = {
      choose: () => Promise.resolve({ write: () => Promise.resolve(void (written = true)) }),
      progress: (_, work) =>
        assert.rejects(
          work(() => undefined, new AbortController().signal),
          CancelledError,
        ),
    };
    const query = { language: 'fetchXml', text: '<fetch><entity name="asyncoperation" /></fetch>' } as const;
    const jobs = new JobService(api, () => Promise.resolve(undefined));
    await exportJobs(jobs, port, { format: 'csv', query, title: 't', group: undefined });
    assert.equal(written, false);
  });
});
