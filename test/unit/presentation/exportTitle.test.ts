import assert from 'node:assert/strict';
import type { ExportPort } from '../../../src/presentation/jobs/jobExport';
import {
  failedJobsFields,
  jobsPanelState,
  writtenPanelState,
} from '../../../src/presentation/jobs/panelState';
import { pagesOf, report, until } from './jobsRig';

describe('What an export is called', () => {
  const names: string[] = [];
  const port: ExportPort = {
    choose: (_, name) => {
      names.push(name);
      return Promise.resolve(undefined);
    },
    progress: () => Promise.reject(new Error('no file was chosen')),
  };
  const page = (): ReturnType<typeof pagesOf> => pagesOf([{ rows: [{ contactid: 'c' }], more: false }]);

  async function opened(state = jobsPanelState('e', { kind: 'environment' }, 'Test')) {
    names.length = 0;
    const rig = report({ fetchPages: page, pages: page }, state);
    rig.report.ready();
    await until(() => rig.page.last?.phase === 'done');
    return rig.report;
  }

  it('says whether its rows are failed jobs, jobs in another state, or none', async () => {
    const jobs = await opened();
    await jobs.export(port, 'csv');
    await jobs.filter({ ...failedJobsFields(), state: 'waiting' });
    await jobs.export(port, 'markdown');
    await jobs.filter(failedJobsFields());
    await jobs.export(port, 'json');
    await jobs.run('webApi', 'contacts?$select=fullname');
    await jobs.export(port, 'csv');
    assert.deepEqual(names, ['Failed jobs of Test', 'Jobs of Test', 'Failed jobs of Test', 'Query of Test']);
  });

  it('says that it is a query where it was written elsewhere', async () => {
    const text = 'asyncoperations?$select=name';
    const jobs = await opened(writtenPanelState({ id: 'e', name: 'Test' }, { language: 'webApi', text }));
    await jobs.export(port, 'csv');
    assert.deepEqual(names, ['Query of Test']);
  });
});
