import assert from 'node:assert/strict';
import { CancelledError } from '../../../src/base/errors';
import { DataverseError } from '../../../src/dataverse/errors';
import { JobService } from '../../../src/jobs/jobService';
import { actWithQuestions } from '../../../src/presentation/jobs/jobActing';
import type { Acted } from '../../../src/protocol/jobs';
import { StoppedClock } from '../../fakes/clocks';
import { FakeWebApi } from '../../fakes/fakeWebApi';

const idsOf = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => `00000000-0000-0000-0000-${String(at).padStart(12, '0')}`);

/** Cancels so many jobs, of which the service answers a hundred at a time, until an answer is an error. */
async function act(
  count: number,
  answers: ReadonlyArray<Error | 'done'>,
  abort = new AbortController(),
  action: 'cancel' | 'delete' = 'cancel',
) {
  let asked = 0;
  const api = new FakeWebApi();
  api.batch = ({ operations }) => {
    const answer = answers[asked];
    asked += 1;
    if (answer === 'done') return Promise.resolve(operations.map(() => ({ ok: true })));
    if (answer instanceof CancelledError) abort.abort();
    return Promise.reject(answer ?? new Error('not expected'));
  };
  // The service is asked to delete thousands.
  api.action = () => {
    asked += 1;
    abort.abort();
    return Promise.reject(new CancelledError());
  };
  const questions = {
    confirmDelete: () => Promise.resolve(true),
    postponeUntil: () => Promise.resolve(undefined),
  };
  const order = {
    action,
    ids: idsOf(count),
    environmentName: 'Test',
    nameOf: (id: string) => id,
    onProgress: () => undefined,
    clock: new StoppedClock(),
    left: new AbortController().signal,
  };
  const jobs = new JobService(api, () => Promise.resolve(undefined));
  const acted: Acted | undefined = await actWithQuestions(jobs, questions, order, abort.signal);
  return { text: acted?.text, asked };
}

describe('What is done with jobs and is ended in the middle', () => {
  const maybe = 'Cancelled. What was on its way may have been done.';

  it('may have been done, also the first of it: the rows are read anew', async () => {
    assert.equal((await act(1, [new CancelledError()])).text, maybe);
    assert.equal((await act(250, [new CancelledError()])).text, maybe);
    assert.equal(
      (await act(250, ['done', new CancelledError()])).text,
      `100 of 250 jobs were canceled. ${maybe}`,
    );
    const inBulk = await act(1001, [], new AbortController(), 'delete');
    assert.deepEqual(inBulk, { text: maybe, asked: 1 });
  });

  it('is not said to be as it was when the answer is lost', async () => {
    const { text } = await act(1, [new DataverseError('network', 'x')]);
    assert.ok(text);
    assert.doesNotMatch(text, /stays as it was/);
  });

  it('is nothing where it is ended before anything was sent', async () => {
    const abort = new AbortController();
    abort.abort();
    for (const action of ['cancel', 'delete'] as const)
      for (const count of [1, 1001])
        assert.deepEqual(await act(count, [], abort, action), { text: undefined, asked: 0 });
  });
});
