import assert from 'node:assert/strict';
import { DataverseError } from '../../../src/dataverse/errors';
import type { Page } from '../../../src/dataverse/webApi';
import { withHeadings } from '../../../src/presentation/jobs/columnHeadings';
import type { HeadingSource } from '../../../src/presentation/jobs/jobsRunOptions';
import type { GridColumn } from '../../../src/protocol/jobs';
import type { ResultHeading } from '../../../src/queries/resultHeadings';
import { pagesOf, report, rowsOf, until } from './jobsRig';

const QUERY = 'contacts';

function column(key: string, label = key): GridColumn {
  return { key, label, numeric: false };
}

function named(entries: Readonly<Record<string, string>>): ReadonlyMap<string, ResultHeading> {
  return new Map(Object.entries(entries).map(([key, label]) => [key, { label }]));
}

/** A source of headings that answers when it is told to. */
function held(): {
  readonly source: HeadingSource;
  readonly asked: string[][];
  readonly answer: (labels: Readonly<Record<string, string>> | Error) => void;
} {
  const asked: string[][] = [];
  const waiting: Array<(labels: Readonly<Record<string, string>> | Error) => void> = [];
  return {
    asked,
    source: (_, keys) => {
      asked.push([...keys]);
      return new Promise((resolve, reject) =>
        waiting.push((labels) => (labels instanceof Error ? reject(labels) : resolve(named(labels)))),
      );
    },
    answer: (labels) => waiting.shift()?.(labels),
  };
}

describe('The headings of the columns', () => {
  it('take the place of names, which stay beside them; what has a heading already keeps it', () => {
    const columns = [column('name'), column('total'), column('statuscode', 'Status')];
    assert.deepEqual(withHeadings(columns, named({ name: 'Account Name', statuscode: 'Status Reason' })), [
      { ...column('name', 'Account Name'), name: 'name' },
      column('total'),
      column('statuscode', 'Status'),
    ]);
    assert.equal(withHeadings(columns, named({ other: 'Other' })), columns);
  });

  it('tell columns apart that are called the same, and say the table of linked ones', () => {
    const headings = new Map<string, ResultHeading>([
      ['name', { label: 'Name' }],
      ['name2', { label: 'Name' }],
      ['a.name', { label: 'Name', link: { table: 'Account', name: 'a' } }],
      ['account.name', { label: 'Name\u202e', link: { table: 'Account', name: 'account' } }],
    ]);
    assert.deepEqual(
      withHeadings(
        [...headings.keys()].map((key) => column(key)),
        headings,
      ).map(({ label }) => label),
      ['Name (name)', 'Name (name2)', 'Name (Account, a)', 'Name (Account)'],
    );
  });

  it('come after the rows, which do not wait for them', async () => {
    const { source, asked, answer } = held();
    const pages = (): AsyncIterable<Page> =>
      pagesOf([
        { rows: [{ fullname: 'A' }], more: true },
        { rows: [{ fullname: 'B', jobtitle: 'C' }], more: false },
      ]);
    const { report: jobs, page } = report({ pages }, undefined, source);
    await jobs.run('webApi', QUERY);
    assert.deepEqual([page.last?.phase, page.named, asked], ['done', [], [['fullname']]]);
    answer({ fullname: 'Full Name' });
    await until(() => page.named.length === 1);
    assert.deepEqual(page.named[0], {
      version: page.grids.at(-1)?.version,
      columns: [{ ...column('fullname', 'Full Name'), name: 'fullname' }],
    });
    await jobs.more();
    // What is known is not asked for again, and a column that comes later does not lose the others' headings.
    assert.deepEqual(asked.at(-1), ['jobtitle']);
    assert.deepEqual(
      page.grids.at(-1)?.columns.map(({ label }) => label),
      ['Full Name', 'jobtitle'],
    );
    answer({ jobtitle: 'Job Title' });
    await until(() => page.named.length === 2);
    assert.deepEqual(
      page.named[1]?.columns.map(({ label }) => label),
      ['Full Name', 'Job Title'],
    );
    jobs.copy('selection', 0, 0);
  });

  it('stand in the order of the query, also over columns that jobs have, and those that come later stand behind', async () => {
    const first = { fullname: 'A', name: 'B', createdon: '2025-03-04T10:00:12Z' };
    const pages = (): AsyncIterable<Page> =>
      pagesOf([
        { rows: [first], more: true },
        { rows: [{ ...first, statuscode: 1 }], more: false },
      ]);
    const source: HeadingSource = () =>
      Promise.resolve(named({ fullname: 'Full Name', name: 'Name', createdon: 'Created On' }));
    const { report: jobs, page } = report({ pages }, undefined, source);
    await jobs.run('webApi', QUERY);
    await until(() => page.named.length === 1);
    await jobs.more();
    const keys = page.grids.at(-1)?.columns.map(({ key }) => key);
    assert.deepEqual(keys, ['fullname', 'name', 'createdon', 'statuscode']);
  });

  it('of an earlier query do not come over those of a later one', async () => {
    const { source, answer } = held();
    const { report: jobs, page } = report(
      { pages: () => pagesOf([{ rows: [{ name: 'A' }], more: false }]) },
      undefined,
      source,
    );
    await jobs.run('webApi', QUERY);
    await jobs.run('webApi', 'accounts');
    answer({ name: 'Old' });
    answer({ name: 'New' });
    await until(() => page.named.length === 1);
    assert.equal(page.named[0]?.columns[0]?.label, 'New');
  });

  it('stay names where the environment cannot be asked, which is no failure of the query', async () => {
    const { source, answer } = held();
    const {
      report: jobs,
      page,
      failures,
    } = report({ pages: () => pagesOf([{ rows: [{ name: 'A' }], more: false }]) }, undefined, source);
    await jobs.run('webApi', QUERY);
    answer(new DataverseError('forbidden', 'x', {}));
    await until(() => failures.length === 1);
    assert.deepEqual([page.last?.phase, page.named], ['done', []]);
    jobs.dispose();
  });

  it('of jobs are those of the report, and nothing is asked', async () => {
    const { source, asked } = held();
    const { report: jobs } = report(
      { fetchPages: () => pagesOf([{ rows: rowsOf(3), more: false }]) },
      undefined,
      source,
    );
    await jobs.run('fetchXml', jobs.state.queries.fetchXml);
    assert.deepEqual(asked, []);
  });
});
