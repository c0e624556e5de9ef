import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Job } from '../../../src/jobs/model';
import { replayChoice, replayPlan } from '../../../src/presentation/send/replay';
import { image, step } from './editRig';

const job: Job = {
  id: 'a41e9f0b-e9f8-ef11-bae3-6045bdd1a101',
  name: 'Orders: Update of contact',
  state: 'failed',
  errorCode: -2147155455,
  message: '',
  friendlyMessage: '',
  messageName: 'Update',
  table: 'contact',
  stepId: step.id,
  stepName: step.name,
  regarding: { id: '1a7e3d55-7b8e-ef11-ac20-6045bdd1a101', name: 'Maria', table: 'contact' },
  owner: '',
  retryCount: 0,
  depth: 2,
  correlationId: 'd3b2b4f5-66e1-4b57-8d8e-61e5b3f5f002',
  requestId: '84d03007-1111-4222-8333-7b6460bb7a04',
  executionSeconds: undefined,
  postponedUntil: undefined,
  modifiedOn: undefined,
  createdOn: new Date('2025-03-04T11:02:07Z'),
  startedOn: undefined,
  completedOn: undefined,
};

describe('The replay of a failed job', () => {
  it('has the message, row, ids and time of the job, and the columns of the filter for those that had changed', () => {
    const plan = replayPlan(job, { ...step, images: [image], mode: 'synchronous' });
    assert.deepEqual(
      [plan.message, plan.table, plan.rowId, plan.columns],
      ['Update', 'contact', job.regarding?.id, ['firstname']],
    );
    assert.deepEqual(plan.job, {
      id: job.id,
      correlationId: job.correlationId,
      depth: 2,
      createdOn: job.createdOn,
    });
    assert.equal(plan.step.asynchronous, true, 'jobs belong to asynchronous steps');
    assert.equal(plan.step.images.length, 1);
  });

  it('takes from the step what the job does not tell, and knows no table where there is none', () => {
    const { regarding: _, ...bare } = job;
    const plan = replayPlan({ ...bare, regarding: undefined, messageName: '', table: '' }, step);
    assert.deepEqual([plan.message, plan.table, plan.rowId], ['Update', 'contact', undefined]);
    assert.equal(replayPlan({ ...job, regarding: undefined, table: 'none' }, step).table, undefined);
  });

  it('is chosen by job, message, row and time', () => {
    assert.deepEqual(replayChoice(job), {
      label: 'Orders: Update of contact',
      description: 'Update Maria',
      detail: '',
    });
  });
});
