import assert from 'node:assert/strict';
import {
  chmod,
  lstat,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
  type FileHandle,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { CancelledError } from '../../../src/base/errors';
import { DataverseError } from '../../../src/dataverse/errors';
import type { Page, Row } from '../../../src/dataverse/webApi';
import { JOBS_PER_LARGE_PAGE } from '../../../src/jobs/jobQueries';
import { FailureGrouping } from '../../../src/jobs/grouping';
import { JobService } from '../../../src/jobs/jobService';
import { CsvLines, csvField } from '../../../src/presentation/jobs/csvLines';
import { markdownSummary } from '../../../src/presentation/jobs/exportText';
import { exportJobs, type ExportFile, type ExportPort } from '../../../src/presentation/jobs/jobExport';
import { reasonText } from '../../../src/presentation/texts/errorTexts';
import { SpooledFile } from '../../../src/vscode/panels/spooledFile';
import { FakeWebApi } from '../../fakes/fakeWebApi';
import { jobRow } from '../jobs/jobRow';
import { pagesOf } from './jobsRig';

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
    for (const text of [
      '=1+1',
      '+x',
      '-2+3',
      '@SUM(A1)',
      '\t=1',
      ' =cmd',
      '\r=1',
      '-x',
      '\uFF1D1+1',
      ' \uFF0B1',
      '\uFF0Dx',
      '\uFF20SUM(A1)',
    ])
      assert.match(csvField(text), /^"'/, text);
    for (const text of ['-2147155455', '-1.5', '12', 'a=b', '']) assert.equal(csvField(text), text);
  });
});

async function* once(text: string, size = text.length): AsyncIterable<string> {
  for (let at = 0; at < text.length; at += size) yield await Promise.resolve(text.slice(at, at + size));
}

async function whole(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

describe('Rows as CSV', () => {
  it('have one heading each, times in UTC, names of lookups, and as many fields in every line', async () => {
    const csv = new CsvLines(false);
    const early = csv.pieces([job(1, { friendlymessage: '=HYPERLINK("x")\nline "two", and more' })]);
    const late = csv.pieces([job(2, { late: 'only here' })]);
    assert.ok(csv.needsFilling);
    const text = await whole(csv.filled(once([...early, ...late].join(''))));
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

  it('are the same table however they are cut into pages, with whatever columns', async () => {
    const value = fc.oneof(fc.string(), fc.constant('a\r\n"b",'), fc.integer(), fc.constant(null));
    const row = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'constructor', '__proto__', '1'), value);
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1 }),
        fc.nat(5),
        fc.integer({ min: 1, max: 9 }),
        async (rows, size, cut) => {
          const csv = new CsvLines(false);
          let text = '';
          for (let at = 0; at < rows.length; at += size + 1)
            text += csv.pieces(rows.slice(at, at + size + 1)).join('');
          if (csv.needsFilling) text = await whole(csv.filled(once(text, cut)));
          const [head = [], ...lines] = readCsv(text.slice(1));
          if (head.length === 1 && head[0] === '') return;
          assert.equal(lines.length, rows.length);
          lines.forEach((line, at) => {
            assert.equal(line.length, head.length);
            head.forEach((name, column) => {
              const of = rows[at] ?? {};
              const had = Object.hasOwn(of, name) ? of[name] : undefined;
              assert.equal(line[column]?.replace(/^'/, ''), String(had ?? '').replace(/^'/, ''));
            });
          });
        },
      ),
    );
  });
});

describe('An export of jobs', () => {
  let folder: string;
  let target: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'exported-'));
    target = path.join(folder, 'jobs.txt');
  });
  beforeEach(() => writeFile(target, 'the old one'));
  after(() => rm(folder, { recursive: true }));

  const failed = (at: number, code: number, over: Row = {}) => job(at, { errorcode: code, ...over });
  const pages: readonly Page[] = [
    { rows: [failed(1, -2147155454), failed(2, -2147155451)], more: true },
    { rows: [failed(3, -2147155454)], more: false },
  ];
  const fetchXml = '<fetch page="1" count="50"><entity name="asyncoperation" /></fetch>';

  interface Options {
    readonly group?: string | undefined;
    readonly pages?: (signal: AbortSignal) => AsyncIterable<Page>;
    readonly open?: () => Promise<ExportFile>;
  }

  /** Exports into a real file, and gives what is there afterwards. */
  async function run(format: 'csv' | 'json' | 'markdown', options: Options = {}) {
    const told: string[] = [];
    let error: unknown;
    const abort = new AbortController();
    const api = new FakeWebApi({
      fetchPages: () => options.pages?.(abort.signal) ?? pagesOf(pages),
    });
    const port: ExportPort = {
      choose: () => Promise.resolve(options.open ?? (() => SpooledFile.beside(target))),
      progress: async (_, work) => {
        try {
          told.push(await work((each) => told.push(each), abort.signal));
        } catch (thrown) {
          error = thrown;
        }
      },
    };
    const jobs = new JobService(api, () => Promise.resolve(undefined));
    const query = { language: 'fetchXml', text: fetchXml } as const;
    await exportJobs(jobs, port, { format, query, title: 'Failed | jobs', group: options.group });
    assert.deepEqual(await readdir(folder), ['jobs.txt'], 'nothing else is left');
    return { text: await readFile(target, 'utf8'), api, told, error };
  }

  it('has all rows of all pages, asked for in large ones, and tells how far it is', async () => {
    const { text, api, told } = await run('json');
    const rows: unknown = JSON.parse(text);
    assert.deepEqual(
      rows,
      pages.flatMap((page) => page.rows),
    );
    assert.ok(String(api.calls[0]?.body).includes(`count="${JOBS_PER_LARGE_PAGE}"`));
    assert.deepEqual(told, ['2 rows', '3 rows', '3 rows were exported.']);
  });

  it('of no rows is a file of no rows', async () => {
    const none = { pages: () => pagesOf([{ rows: [], more: false }]) };
    assert.deepEqual(JSON.parse((await run('json', none)).text), []);
    assert.equal((await run('csv', none)).text, '');
  });

  it('has the rows of one group only when it is asked for', async () => {
    const { text: all } = await run('csv');
    assert.equal(readCsv(all.slice(1)).length, 4);
    const key = new FailureGrouping().add(failed(1, -2147155454));
    const { text } = await run('csv', { group: key });
    assert.deepEqual(
      readCsv(text.slice(1)).map(([id]) => id),
      ['Job', 'job 1', 'job 3'],
    );
  });

  it('fills up the lines that were written before a column came', async () => {
    const late = () =>
      pagesOf([
        { rows: [failed(1, 1, { friendlymessage: 'two\r\nlines' })], more: true },
        { rows: [failed(2, 1, { late: 'x' })], more: false },
      ]);
    const lines = readCsv((await run('csv', { pages: late })).text.slice(1));
    assert.deepEqual([...new Set(lines.map((line) => line.length))], [lines[0]?.length]);
    assert.deepEqual(
      lines.map((line) => line.at(-1)),
      ['late', '', 'x'],
    );
  });

  it('can be a summary with the query and the groups, in which strangers write no markup', async () => {
    const { text } = await run('markdown');
    assert.match(text, /^# Failed \\\| jobs\n/);
    assert.match(text, /\| 2 \| The endpoint did not answer within 60 seconds\. \|/);
    assert.ok(text.includes('```\n<fetch page'));
    const odd = markdownSummary('<img src=x> [a](b)', '```', 1, undefined);
    assert.ok(odd.includes('\\<img src=x\\> \\[a\\]\\(b\\)') && odd.includes('````\n```\n````'), odd);
  });

  it('can be a summary of one group alone, however many are larger, and says how many groups it leaves out', async () => {
    // Letters, not numbers: these are taken out of what is compared.
    const words = (at: number): string => `odd ${'x'.repeat(at)}`;
    const many = Array.from({ length: 103 }, (_, at) => failed(at, 7, { friendlymessage: words(at) }));
    const rows = [...many, ...many, failed(200, 7, { friendlymessage: 'the smallest' })];
    const all = { pages: () => pagesOf([{ rows, more: false }]) };
    assert.match((await run('markdown', all)).text, /\n\n4 smaller groups are left out\.\n/);
    const key = new FailureGrouping().add(failed(200, 7, { friendlymessage: 'the smallest' }));
    const { text } = await run('markdown', { ...all, group: key });
    assert.match(text, /\n1 failed job: /);
    assert.equal(text.match(/^\| 1 \|.*\| the smallest \|/gm)?.length, 1, text);
    assert.doesNotMatch(text, /left out|207/);
  });

  it('is a summary in which a bare address of a stranger is no link', () => {
    const odd = markdownSummary('http://x.test/a www.x.test HTTPS://y a:b 1.5', 'q', 1, undefined);
    assert.ok(odd.startsWith(String.raw`# http\://x.test/a www\.x.test HTTPS\://y a:b 1.5`), odd);
  });

  it('leaves the old file and nothing else when it is cancelled, when a page fails, and when the disk is full', async () => {
    const first = pages[0] ?? assert.fail();
    const cancelled = await run('csv', {
      pages: async function* () {
        yield await Promise.resolve(first);
        throw new CancelledError();
      },
    });
    assert.ok(cancelled.error instanceof CancelledError);
    assert.equal(cancelled.text, 'the old one');
    const broken = new DataverseError('network', 'x', { kind: 'cut' });
    const breaking = async function* (): AsyncIterable<Page> {
      yield* pagesOf([first]);
      throw broken;
    };
    const failedPage = await run('json', { pages: breaking });
    assert.equal(failedPage.error, broken);
    assert.equal(failedPage.text, 'the old one');
    const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    const onFull = await run('csv', {
      open: async () => {
        const file = await SpooledFile.beside(target);
        await file.write(['some of it']);
        file.write = () => Promise.reject(full);
        return file;
      },
    });
    assert.equal(onFull.error, full);
    assert.equal(onFull.text, 'the old one');
    assert.match(reasonText(full, '').message, /no room left/);
  });

  it('tells that a write to the disk has failed, the first one or a later one', async () => {
    const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    const handle = await open(target);
    const files: Pick<FileHandle, 'writeFile'> = Object.getPrototypeOf(handle);
    const { writeFile: write } = files;
    await handle.close();
    for (const rows of [1, 20_000]) {
      files.writeFile = () => Promise.reject(full);
      try {
        const many = Array.from({ length: rows }, (_, at) => failed(at, 1, { message: 'x'.repeat(200) }));
        const onFull = await run('csv', { pages: () => pagesOf([{ rows: many, more: false }]) });
        assert.equal(onFull.error, full);
        assert.equal(onFull.text, 'the old one');
      } finally {
        files.writeFile = write;
      }
    }
  });

  it('has every text in its place, whatever their lengths', async () => {
    const file = await SpooledFile.beside(target);
    const texts = [1, 400_000, 0, 30, 2_000_000, 7, 349_525, 349_526, 3].map((length, at) =>
      String.fromCodePoint(at % 2 === 0 ? 0x20ac : 0x61 + at).repeat(length),
    );
    await file.write(texts.slice(0, 4));
    await file.write(texts.slice(4));
    await file.finish();
    assert.ok((await readFile(target, 'utf8')) === texts.join(''));
  });

  it('writes rows while pages come: never more than two pages are under way', async () => {
    let asked = 0;
    let written = 0;
    let most = 0;
    await run('csv', {
      pages: async function* () {
        for (; asked < 20; most = Math.max(most, asked - written)) {
          asked += 1;
          yield await Promise.resolve({ rows: [failed(asked, 1)], more: asked < 20 });
        }
      },
      open: async () => {
        const file = await SpooledFile.beside(target);
        const write = file.write.bind(file);
        file.write = async (text) => {
          await write(text);
          written += 1;
        };
        return file;
      },
    });
    assert.equal(written, 20);
    assert.ok(most <= 2, String(most));
  });

  it('tells how far it is once for each page, whose rows come in parts', async () => {
    const { text, told } = await run('csv', {
      pages: async function* () {
        for (const from of [0, 2, 4])
          yield await Promise.resolve({
            rows: [failed(from, 1), failed(from + 1, 1)],
            more: true,
            partial: true,
          });
        yield { rows: [failed(6, 1)], more: false };
      },
    });
    assert.deepEqual(told, ['7 rows', '7 rows were exported.']);
    assert.equal(text.split('\r\n').length, 9);
  });

  it('lets everything else have its turn in the middle of a large page', async () => {
    const rows = Array.from({ length: 5000 }, (_, at) => failed(at, 1));
    let turns = 0;
    let ofPage = 0;
    const count = (): void => {
      turns += 1;
      counting = setImmediate(count);
    };
    let counting = setImmediate(count);
    await run('csv', {
      pages: async function* () {
        const before = turns;
        yield await Promise.resolve({ rows, more: true });
        ofPage = turns - before;
        yield { rows: [], more: false };
      },
      open: async () => {
        const file = await SpooledFile.beside(target);
        file.write = () => Promise.resolve();
        return file;
      },
    });
    clearImmediate(counting);
    assert.ok(ofPage >= 4, String(ofPage));
  });

  it('for a place that only the editor can write to is handed over whole, and leaves nothing behind', async () => {
    const spools = await mkdtemp(path.join(tmpdir(), 'spools-'));
    let content = '';
    const deliver = (bytes: Uint8Array): Promise<void> =>
      Promise.resolve(void (content = Buffer.from(bytes).toString('utf8')));
    await run('json', { open: () => SpooledFile.elsewhere(deliver, spools) });
    assert.deepEqual(
      JSON.parse(content),
      pages.flatMap((page) => page.rows),
    );
    const refused = await run('json', {
      open: () => SpooledFile.elsewhere(() => Promise.reject(new Error('read-only')), spools),
    });
    assert.match(String(refused.error), /read-only/);
    assert.deepEqual(await readdir(spools), []);
    await rm(spools, { recursive: true });
  });

  it('replaces the file that a link stands for, and keeps its permissions', async function () {
    if (process.platform === 'win32') this.skip();
    await chmod(target, 0o640);
    const link = path.join(folder, 'link.txt');
    await symlink(target, link);
    const file = await SpooledFile.beside(link);
    await file.write(['new']);
    await file.finish();
    assert.equal(await readFile(target, 'utf8'), 'new');
    assert.equal((await stat(target)).mode & 0o777, 0o640);
    assert.ok((await lstat(link)).isSymbolicLink());
    await rm(link);
  });
});
