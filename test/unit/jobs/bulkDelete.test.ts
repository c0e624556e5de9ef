import assert from 'node:assert/strict';
import type { Clock } from '../../../src/base/clock';
import { CancelledError } from '../../../src/base/errors';
import { DataverseError } from '../../../src/dataverse/errors';
import type { Row } from '../../../src/dataverse/webApi';
import { deleteInBulk, MOST_IN_BULK, type BulkDeletion } from '../../../src/jobs/bulkDelete';

const JOB = '11111111-2222-4333-8444-555555555555';

interface Script {
  readonly answers: ReadonlyArray<Row | Error>;
  readonly count?: number;
  readonly onLook?: (look: number, stop: AbortController, left: AbortController) => void;
}

/** Runs a deletion against a service that says one thing after the other. */
async function run({ answers, count = 1500, onLook }: Script) {
  const waits: number[] = [];
  const calls: Array<readonly [string, Row]> = [];
  const [stop, left] = [new AbortController(), new AbortController()];
  let looks = 0;
  const api = {
    action: (name: string, body: Row) => {
      calls.push([name, body]);
      return Promise.resolve({ JobId: JOB });
    },
    get: () => {
      onLook?.(looks, stop, left);
      const answer = answers[Math.min(looks, answers.length - 1)] ?? assert.fail();
      looks += 1;
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    update: (path: string, body: Row) => {
      calls.push([path, body]);
      return Promise.resolve(undefined);
    },
  };
  const clock: Clock = {
    now: () => 0,
    delay: (wait, signal) => {
      waits.push(wait);
      return signal?.aborted === true ? Promise.reject(new CancelledError()) : Promise.resolve();
    },
  };
  const ids = Array.from({ length: count }, (_, n) => String(n));
  const told: BulkDeletion[] = [];
  let error: unknown;
  try {
    for await (const each of deleteInBulk(api, { name: 'n', ids, left: left.signal }, clock, stop.signal))
      told.push(each);
  } catch (thrown) {
    error = thrown;
  }
  return { told, calls, waits, error, last: told.at(-1), looks };
}

const said = (statuscode: number, successcount?: number, failurecount = 0): Row => ({
  statuscode,
  AsyncOperation_BulkDeleteOperation: successcount === undefined ? [] : [{ successcount, failurecount }],
});
const broken = new DataverseError('network', 'x', { kind: 'reset' });

describe('A bulk deletion', () => {
  it('names its rows by their ids, five hundred in one query, and begins at once', async () => {
    const { calls } = await run({ answers: [said(30, 1500)] });
    const [name, body] = calls[0] ?? assert.fail();
    assert.equal(name, 'BulkDelete');
    const text = JSON.stringify(body);
    const sizes = [...text.matchAll(/"Values":\[(.*?)\]/g)].map((match) => match[1]?.split('},').length);
    assert.deepEqual(sizes, [500, 500, 500]);
    assert.match(text, /"Operator":"In".*\{"Value":"0","Type":"System.Guid"\}/);
    assert.match(text, /"RecurrencePattern":"","StartDateTime":"1970-01-01T00:00:00.000Z"/);
  });

  it('is looked at more and more rarely, and tells its counts', async () => {
    const answers = [
      said(0, 0),
      said(20, 10),
      said(20, 700, 1),
      ...Array<Row>(9).fill(said(20, 900, 1)),
      said(30, 1490, 10),
    ];
    const { told, waits, last } = await run({ answers });
    assert.deepEqual(
      told.slice(0, 3).map(({ deleted, failed }) => [deleted, failed]),
      [
        [0, 0],
        [10, 0],
        [700, 1],
      ],
    );
    assert.deepEqual([last?.deleted, last?.failed, last?.exact, last?.state], [1490, 10, true, 'succeeded']);
    assert.ok(waits.every((wait, at) => at === 0 || wait >= (waits[at - 1] ?? 0)));
    assert.deepEqual([waits[0], waits.at(-1)], [1000, 10_000]);
  });

  it('goes on over looks that fail, but not for ever', async () => {
    const patient = await run({ answers: [broken, broken, said(20, 5), broken, said(30, 1500)] });
    assert.deepEqual([patient.error, patient.last?.deleted], [undefined, 1500]);
    const lost = await run({ answers: [said(20, 5), broken] });
    assert.equal(lost.error, broken);
    assert.equal(lost.looks, 6);
    assert.equal(lost.calls.length, 1, 'nobody ends what may still go on');
  });

  it('does not claim counts that nobody has told', async () => {
    const gone = await run({ answers: [new DataverseError('notFound', 'x', {})] });
    assert.deepEqual([gone.error, gone.last?.exact], [undefined, false]);
    const silent = await run({ answers: [said(30)] });
    assert.equal(silent.last?.exact, false);
  });

  it('is ended where the person ends it, and its last counts are told', async () => {
    const { calls, last, error } = await run({
      answers: [said(20, 5), said(22, 700), said(32, 720)],
      onLook: (look, stop) => {
        if (look === 0) stop.abort();
      },
    });
    assert.ok(error instanceof CancelledError);
    assert.deepEqual(calls[1], [`asyncoperations(${JOB})`, { statecode: 3, statuscode: 32 }]);
    assert.deepEqual([last?.deleted, last?.state], [720, 'canceled']);
  });

  it('goes on where only the report is closed', async () => {
    const { calls, error } = await run({
      answers: [said(20, 5)],
      onLook: (_, __, left) => left.abort(),
    });
    assert.ok(error instanceof CancelledError);
    assert.equal(calls.length, 1);
  });

  it('takes several system jobs for very many rows, and none more when one was canceled', async () => {
    const many = await run({ answers: [said(30, MOST_IN_BULK), said(30, 5)], count: MOST_IN_BULK + 5 });
    assert.equal(many.calls.length, 2);
    assert.deepEqual([many.last?.deleted, many.last?.of], [MOST_IN_BULK + 5, MOST_IN_BULK + 5]);
    const stopped = await run({ answers: [said(32, 7)], count: MOST_IN_BULK + 5 });
    assert.deepEqual([stopped.calls.length, stopped.last?.deleted], [1, 7]);
  });
});
