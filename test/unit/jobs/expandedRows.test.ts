import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expandedBy, expandedRows } from '../../../src/jobs/expandedRows';
import { JobService } from '../../../src/jobs/jobService';
import { exportJobs, type ExportPort } from '../../../src/presentation/jobs/jobExport';
import { JobResult } from '../../../src/presentation/jobs/jobResult';
import { SpooledFile } from '../../../src/vscode/panels/spooledFile';
import { FakeWebApi } from '../../fakes/fakeWebApi';

const FORMATTED = '@OData.Community.Display.V1.FormattedValue';
const ID = '3f6f1c52-0c2d-ef11-8e4f-000d3a3b1a01';

describe('Expanded rows', () => {
  it('are columns of the row they belong to, with their labels, however deep', () => {
    const rows = expandedRows([
      {
        name: 'A',
        owner: { fullname: 'Ada', [`state${FORMATTED}`]: 'Active', state: 0, unit: { name: 'Root' } },
      },
      { name: 'B', owner: null },
    ]);
    assert.deepEqual(rows, [
      {
        name: 'A',
        'owner.fullname': 'Ada',
        [`owner.state${FORMATTED}`]: 'Active',
        'owner.state': 0,
        'owner.unit.name': 'Root',
      },
      { name: 'B' },
    ]);
  });

  it('of jobs are found where the lookup of the first one leads nowhere', () => {
    const job = { asyncoperationid: ID, owningextensionid: { name: 'a column of its own' } };
    assert.deepEqual(
      expandedRows([
        { ...job, createdby: null },
        { ...job, createdby: { fullname: 'Eve' } },
      ]),
      [job, { ...job, 'createdby.fullname': 'Eve' }],
    );
  });

  it('are no column of their own where none of some rows has one, by what the query expands', () => {
    const query = {
      language: 'webApi',
      text: 'contacts?$select=name\n&$expand=owner($select=fullname;$expand=unit),steps',
    } as const;
    const expanded = expandedBy(query);
    assert.deepEqual([...expanded], ['owner', 'steps']);
    const rows = [{ name: 'A', owner: null, other: null }];
    assert.deepEqual(expandedRows(rows, expanded), [{ name: 'A', other: null }]);
    assert.deepEqual(
      [...expandedBy({ language: 'fetchXml', text: '<fetch />' }), ...expandedBy(undefined)],
      [],
    );
    const job = { asyncoperationid: ID, owningextensionid: { name: 'a column of its own' }, owner: null };
    const ofJobs = expandedBy({ language: 'webApi', text: 'x?$expand=owningextensionid,owner' });
    assert.deepEqual(expandedRows([job], ofJobs), [
      { asyncoperationid: ID, owningextensionid: { name: 'a column of its own' } },
    ]);
  });

  it('are one text where there are many', () => {
    const steps = [
      { id: ID, name: 'One', [`mode${FORMATTED}`]: 'Synchronous', mode: 0 },
      { id: ID, name: 'Two', mode: 1 },
    ];
    assert.deepEqual(expandedRows([{ steps }, { steps: [] }, { steps: [{ id: ID }] }]), [
      { steps: 'One, Synchronous; Two, 1' },
      { steps: '' },
      { steps: ID },
    ]);
  });

  it('leave rows without any as they are, and show the value of a managed property', () => {
    const rows = [{ name: 'A', n: 1 }];
    assert.equal(expandedRows(rows), rows);
    const managed = { Value: true, CanBeChanged: true, ManagedPropertyLogicalName: 'x' };
    assert.deepEqual(expandedRows([{ iscustomizable: managed }]), [{ iscustomizable: true }]);
    const hostile: unknown = JSON.parse('[{"a":{"__proto__":"x","constructor":1}}]');
    assert.deepEqual(Array.isArray(hostile) && Object.keys(expandedRows(hostile)[0] ?? {}), [
      'a.__proto__',
      'a.constructor',
    ]);
  });

  it('have headings and cells of their own in the grid, and can be sorted by', () => {
    const result = new JobResult((date) => date.toISOString());
    result.add({
      rows: [
        { contactid: ID, parent: { name: 'Zeta', accountid: ID } },
        { contactid: ID, parent: null },
        { contactid: ID, parent: { name: 'Alpha', accountid: ID } },
      ],
      more: false,
    });
    assert.deepEqual(
      result.grid().columns.map(({ key }) => key),
      ['contactid', 'parent.name', 'parent.accountid'],
    );
    result.sort({ key: 'parent.name', descending: false });
    assert.deepEqual(
      result.window(0, 3).map(({ cells }) => cells[1]?.text),
      ['Alpha', 'Zeta', ''],
    );
  });

  it('are no column of an exported file either, where the first part of a page has none', async () => {
    const api = new FakeWebApi({
      pages: async function* () {
        yield await Promise.resolve({ rows: [{ name: 'A', owner: null }], more: true, partial: true });
        yield { rows: [{ name: 'B', owner: { fullname: 'Ada' } }], more: false };
      },
    });
    const folder = await mkdtemp(path.join(tmpdir(), 'expanded-'));
    const target = path.join(folder, 'rows.csv');
    try {
      const port: ExportPort = {
        choose: () => Promise.resolve(() => SpooledFile.beside(target)),
        progress: async (_, work) => {
          await work(() => undefined, new AbortController().signal);
        },
      };
      const text = 'contacts?$select=name&$expand=owner($select=fullname)';
      const query = { language: 'webApi', text } as const;
      const jobs = new JobService(api, () => Promise.resolve(undefined));
      await exportJobs(jobs, port, { format: 'csv', query, title: 'Query', group: undefined });
      assert.equal(await readFile(target, 'utf8'), '\uFEFFname,owner.fullname\r\nA,\r\nB,Ada\r\n');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
