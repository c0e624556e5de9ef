import assert from 'node:assert/strict';
import type { Batch } from '../../../src/dataverse/webApi';
import { actOnJobs, allowedActions, type JobAction } from '../../../src/jobs/jobActions';

const id = (at: number) => `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`;

describe('What can be done with a job', () => {
  it('follows from its state, and a failed one can only be deleted', () => {
    const table: ReadonlyArray<readonly [number, string]> = [
      [0, 'cancel postpone'],
      [10, 'cancel resume'],
      [20, 'cancel postpone pause'],
      [21, 'cancel'],
      [22, ''],
      [30, 'delete'],
      [31, 'delete'],
      [32, 'delete'],
      [99, ''],
    ];
    for (const [status, actions] of table)
      assert.equal(allowedActions(status).join(' '), actions, `${status}`);
    assert.deepEqual(allowedActions(undefined), []);
  });

  it('is sent in batches in which each job succeeds or fails alone', async () => {
    const sent: Batch[] = [];
    const api = {
      batch: (batch: Batch) => {
        sent.push(batch);
        return Promise.resolve(
          batch.operations.map((_, at) =>
            at === 7 ? { ok: false as const, error: new Error('no') } : { ok: true as const },
          ),
        );
      },
    };
    const ids = Array.from({ length: 150 }, (_, at) => id(at));
    const outcomes = [];
    for await (const some of actOnJobs(api, { action: 'delete', ids }, new AbortController().signal))
      outcomes.push(...some);
    assert.deepEqual(
      sent.map(({ atomicity, operations }) => [atomicity, operations.length]),
      [
        ['each', 100],
        ['each', 50],
      ],
    );
    assert.deepEqual(
      outcomes.map((outcome) => outcome.id),
      ids,
    );
    assert.deepEqual(
      outcomes.filter(({ error }) => error !== undefined).map((outcome) => outcome.id),
      [id(7), id(107)],
    );
  });

  it('has the body of the facts', async () => {
    const until = new Date('2025-03-04T12:00:00Z');
    const bodies: Array<readonly [JobAction, object | undefined]> = [
      ['cancel', { statecode: 3, statuscode: 32 }],
      ['resume', { statecode: 0, statuscode: 0 }],
      ['pause', { statecode: 1, statuscode: 10 }],
      ['postpone', { statecode: 1, statuscode: 10, postponeuntil: '2025-03-04T12:00:00.000Z' }],
      ['delete', undefined],
    ];
    for (const [action, body] of bodies) {
      const api = {
        batch: ({ operations }: Batch) => {
          assert.deepEqual(operations[0]?.body, body);
          assert.equal(operations[0]?.path, `asyncoperations(${id(1)})`);
          return Promise.resolve([{ ok: true as const }]);
        },
      };
      for await (const some of actOnJobs(api, { action, ids: [id(1)], until }, new AbortController().signal))
        assert.deepEqual(some, [{ id: id(1) }]);
    }
  });

  it('stops between batches when it is cancelled', async () => {
    const abort = new AbortController();
    const api = {
      batch: ({ operations }: Batch) => Promise.resolve(operations.map(() => ({ ok: true as const }))),
    };
    const ids = Array.from({ length: 300 }, (_, at) => id(at));
    let done = 0;
    await assert.rejects(async () => {
      for await (const some of actOnJobs(api, { action: 'delete', ids }, abort.signal)) {
        done += some.length;
        abort.abort();
      }
    }, /Cancelled/);
    assert.equal(done, 100);
  });
});
