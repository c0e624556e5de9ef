import assert from 'node:assert/strict';
import { ASKED_CAUSES, type AskedCause as DomainCause } from '../../../src/jobs/causes';
import { JOB_ACTIONS, type JobAction as DomainAction } from '../../../src/jobs/jobActions';
import { AskedCause, JobAction } from '../../../src/protocol/jobs';

/** Compiles only where two types are the same; neither layer may import the other. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;

describe('The lists that the page and the domain both have', () => {
  it('are the same: causes that can be asked for, and actions on jobs', () => {
    const same: [Same<AskedCause, DomainCause>, Same<JobAction, DomainAction>] = [true, true];
    assert.equal(same.length, 2);
    assert.deepEqual(Object.values(AskedCause.def.entries), [...ASKED_CAUSES]);
    assert.deepEqual(Object.values(JobAction.def.entries).toSorted(), JOB_ACTIONS.toSorted());
  });
});
