import assert from 'node:assert/strict';
import { DataverseError } from '../../../src/dataverse/errors';
import { jobsPanelState } from '../../../src/presentation/jobs/panelState';
import { JobDetails, JobsPanelState } from '../../../src/protocol/jobs';
import { jobRow } from '../jobs/jobRow';
import { report, rowsOf } from './jobsRig';

const FORMATTED = '@OData.Community.Display.V1.FormattedValue';
const TABLE = '@Microsoft.Dynamics.CRM.lookuplogicalname';
const WEBHOOK = '3f6f1c52-0c2d-ef11-8e4f-000d3a3b1a01';
const wholeRow = {
  ...jobRow,
  owningextensionid: {
    _eventhandler_value: WEBHOOK,
    [`_eventhandler_value${FORMATTED}`]: 'ERP',
    [`_eventhandler_value${TABLE}`]: 'serviceendpoint',
  },
};

describe('The links of a job', () => {
  it('lead from its facts to step, webhook, row, the jobs with its correlation id, and itself', async () => {
    const { report: jobs, page } = report({ get: () => wholeRow });
    await jobs.open(jobRow.asyncoperationid);
    const { lines } = JobDetails.parse(page.detailsShown[0]);
    const links = lines.filter(({ link }) => link !== undefined);
    assert.deepEqual(
      links.map(({ label, value, title, link }) => [label, value, title, link]),
      [
        ['Webhook', 'ERP', WEBHOOK, 'webhook'],
        ['Step', 'Contoso hook: Update of contact', jobRow._owningextensionid_value, 'step'],
        ['Row', 'Maria Campbell-Ray', jobRow._regardingobjectid_value, 'row'],
        ['Correlation', jobRow.correlationid, undefined, 'correlation'],
        ['Job', jobRow.asyncoperationid, undefined, 'job'],
      ],
    );
  });

  it('are only those there are: a job of no step and no row leads to neither', async () => {
    const { _owningextensionid_value: _, _regardingobjectid_value: __, ...bare } = jobRow;
    const { report: jobs, page } = report({ get: () => bare });
    await jobs.open(jobRow.asyncoperationid);
    const { lines } = JobDetails.parse(page.detailsShown[0]);
    assert.deepEqual(
      lines.flatMap(({ link }) => link ?? []),
      ['correlation', 'job'],
    );
  });

  it('are followed with the job that is open already, or with one that is read first', async () => {
    const { report: jobs, followed, api } = report({ get: () => wholeRow, pages: () => [jobRow] });
    await jobs.open(jobRow.asyncoperationid);
    await jobs.follow('step', jobRow.asyncoperationid);
    assert.equal(api.calls.length, 1);
    await jobs.run('webApi', 'asyncoperations');
    jobs.close();
    await jobs.followActive('webhook');
    assert.deepEqual(
      followed.map(({ link, job }) => [link, job.id, job.webhook?.id]),
      [
        ['step', jobRow.asyncoperationid, WEBHOOK],
        ['webhook', jobRow.asyncoperationid, WEBHOOK],
      ],
    );
  });

  it('say why a job that is gone leads nowhere', async () => {
    const {
      report: jobs,
      page,
      followed,
    } = report({
      get: () => {
        throw new DataverseError('notFound', 'x', { status: 404 });
      },
    });
    await jobs.follow('row', jobRow.asyncoperationid);
    assert.match(page.last?.text ?? '', /^The job does not exist any more/);
    assert.deepEqual(followed, []);
  });

  it('show all jobs of one operation in both languages, and go back to the filter of before', async () => {
    const { report: jobs } = report({ get: () => wholeRow, fetchPages: () => rowsOf(1) });
    const before = { ...jobs.state.filter, period: 'week', state: 'failed' } as const;
    await jobs.filter({ message: '', table: 'contact', errorCode: '', text: '', ...before });
    await jobs.follow('correlation', jobRow.asyncoperationid);
    const { filter, queries } = jobs.state;
    assert.equal(filter?.correlation, jobRow.correlationid);
    assert.deepEqual([filter.period, filter.state, filter.table], ['all', 'all', '']);
    assert.match(
      queries.fetchXml,
      new RegExp(`"correlationid" operator="eq" value="${jobRow.correlationid}"`),
    );
    assert.match(queries.webApi, new RegExp(`correlationid eq ${jobRow.correlationid}`));
    await jobs.follow('correlation', jobRow.asyncoperationid);
    await jobs.endCorrelated();
    assert.equal(jobs.state.filter?.correlation, undefined);
    assert.equal(jobs.state.filter?.period, 'week');
    assert.doesNotMatch(jobs.state.queries.webApi, /correlationid eq/);
    assert.equal(jobs.state.beforeCorrelated, undefined);
  });

  it('go back to the filter of before also after the window was reloaded meanwhile', async () => {
    const answers = { get: () => wholeRow, fetchPages: () => rowsOf(1) };
    const scope = {
      kind: 'webhook',
      webhookId: WEBHOOK,
      stepIds: [jobRow._owningextensionid_value],
    } as const;
    const { report: before } = report(answers, jobsPanelState('e', scope, 'ERP'));
    await before.filter({ ...(before.state.filter ?? assert.fail()), table: 'contact' });
    await before.follow('correlation', jobRow.asyncoperationid);
    assert.equal(before.state.scope.kind, 'environment');
    const kept = JobsPanelState.parse(JSON.parse(JSON.stringify(before.state)));
    // Nobody has told yet which webhooks there are.
    const { report: jobs, page } = report(answers, kept);
    await jobs.endCorrelated();
    assert.equal(jobs.state.filter?.table, 'contact');
    assert.deepEqual([jobs.state.scope.id, jobs.state.scope.name], [WEBHOOK, 'ERP']);
    assert.match(jobs.state.queries.webApi, new RegExp(jobRow._owningextensionid_value));
    assert.deepEqual(page.titles, ['Failed jobs of ERP in Test']);
  });

  it('of any other result lead to the row that a cell refers to, or else to the row of the line', async () => {
    const ID = '51000000-0000-4000-8000-000000000001';
    const row = {
      contactid: ID,
      lastname: 'Doe',
      _ownerid_value: WEBHOOK,
      [`_ownerid_value${TABLE}`]: 'team',
    };
    const { report: jobs, rows, page } = report({ pages: () => [row, { lastname: 'No key' }] });
    const at = (active: number, column: number): Promise<void> => {
      jobs.moved(page.grids.at(-1)?.version ?? 0, { selected: [], active, column, top: 0 });
      return jobs.followActive('row');
    };
    await jobs.run('webApi', 'contacts?$select=lastname,_ownerid_value');
    await at(0, 1);
    await at(0, 2);
    await at(1, 1);
    await at(9, 1);
    await jobs.run('webApi', 'contacts?$apply=groupby((lastname))');
    await at(0, 1);
    const own = { table: 'contact', id: ID };
    assert.deepEqual(rows, [own, { table: 'team', id: WEBHOOK }, undefined, undefined, undefined]);
  });
});
