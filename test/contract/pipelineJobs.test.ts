import assert from 'node:assert/strict';

import { systemClock, type Clock } from '../../src/base/clock';
import type { Answer, Receiver } from '../../src/delivery/receiver';
import type { StoredRow } from '../../src/sandbox/schema/types';
import { textIn, useTrials, type Trial } from './pipelineSetup';

describe('the jobs of asynchronous steps', () => {
  const { trial, receive } = useTrials();

  /** A webhook with one asynchronous step on Create of account. */
  const hooked = async (sandbox: Trial, answer: Answer, values: StoredRow = {}): Promise<Receiver> => {
    const receiver = await receive({ answer });
    const hook = await sandbox.webhook(receiver.url);
    await sandbox.step(hook, 'Create', 'account', { name: 'Notify', ...values });
    return receiver;
  };
  const onlyJob = (sandbox: Trial): StoredRow => {
    const [job, ...more] = sandbox.jobs();
    assert.ok(job);
    assert.equal(more.length, 0);
    return job;
  };
  const idOf = (job: StoredRow): string => textIn(job['asyncoperationid']);
  const change = (sandbox: Trial, values: StoredRow): Promise<void> =>
    sandbox.update('asyncoperation', idOf(onlyJob(sandbox)), values);
  const state = (job: StoredRow): readonly unknown[] => [job['statecode'], job['statuscode']];

  it('tell what they did when they succeed', async () => {
    const sandbox = trial();
    await hooked(sandbox, { status: 200 });
    const account = await sandbox.write(async (context) => {
      const made = await sandbox.pipeline.operations.create('account', undefined, { name: 'A' }, context);
      assert.deepEqual(state(onlyJob(sandbox)), [0, 0], 'ready, but not released before the commit');
      assert.equal(sandbox.pipeline.background.pending(), 0);
      return made.id;
    });
    await sandbox.idle();
    const job = onlyJob(sandbox);
    assert.deepEqual(state(job), [3, 30]);
    assert.deepEqual(job['regardingobjectid'], { table: 'account', id: account });
    assert.deepEqual(
      ['name', 'messagename', 'primaryentitytype', 'operationtype', 'depth', 'retrycount'].map(
        (name) => job[name],
      ),
      ['Notify', 'Create', 'account', 1, 1, 0],
    );
    for (const column of ['startedon', 'completedon', 'createdon', 'correlationid', 'requestid'])
      assert.ok(job[column]);
    assert.equal(job['errorcode'], undefined);
    assert.equal(typeof job['executiontimespan'], 'number');
  });

  it('are removed after success when the step says so, and stay after failure', async () => {
    const sandbox = trial();
    const receiver = await hooked(sandbox, { status: 200 }, { asyncautodelete: true });
    await sandbox.create('account', { name: 'A' });
    await sandbox.idle();
    assert.equal(sandbox.jobs().length, 0);
    receiver.answerWith({ status: 404 });
    await sandbox.create('account', { name: 'B' });
    await sandbox.idle();
    assert.equal(sandbox.jobs().length, 1);
  });

  it('carry code and text of a failure, with the number of further attempts', async () => {
    const sandbox = trial({ timeout: 50 });
    const receiver = await hooked(sandbox, { status: 503 });
    await sandbox.create('account', { name: 'A' });
    await sandbox.idle();
    const job = onlyJob(sandbox);
    assert.deepEqual([...state(job), job['errorcode'], job['retrycount']], [3, 31, -2147155455, 1]);
    assert.match(textIn(job['friendlymessage']), /503/);
    assert.match(textIn(job['message']), /Attempt 2: status 503/);
    assert.doesNotMatch(
      JSON.stringify([job['message'], job['friendlymessage'], job['data']]),
      /code=key|"key"/,
    );
    assert.equal(receiver.requests().length, 2);

    receiver.answerWith({ status: 200, instead: 'silence' });
    await sandbox.remove('asyncoperation', idOf(job));
    await sandbox.create('account', { name: 'B' });
    await sandbox.idle();
    assert.equal(onlyJob(sandbox)['errorcode'], -2147155454);
  });

  it('do not call other machines', async () => {
    const sandbox = trial();
    const hook = await sandbox.webhook('http://192.0.2.1/hook');
    await sandbox.step(hook, 'Create', 'account');
    await sandbox.create('account', { name: 'A' });
    await sandbox.idle();
    const job = onlyJob(sandbox);
    assert.equal(job['errorcode'], -2147155450);
    assert.match(textIn(job['friendlymessage']), /only this machine/);
  });

  it('are not delivered when the operation was rolled back', async () => {
    const sandbox = trial();
    const receiver = await hooked(sandbox, { status: 200 });
    await assert.rejects(
      sandbox.write(async (context) => {
        await sandbox.pipeline.operations.create('account', undefined, { name: 'A' }, context);
        throw new Error('a later part of the change set fails');
      }),
      /later part/,
    );
    await sandbox.idle();
    assert.equal(sandbox.jobs().length, 0);
    assert.equal(receiver.requests().length, 0);
  });

  it('that are canceled while they run end as canceled', async () => {
    const sandbox = trial();
    const receiver = await hooked(sandbox, { status: 200, instead: 'silence' });
    await sandbox.create('account', { name: 'A' });
    await receiver.waitFor(1);
    assert.deepEqual(state(onlyJob(sandbox)), [2, 20]);
    await change(sandbox, { statecode: 3, statuscode: 32 });
    await sandbox.idle();
    assert.deepEqual(state(onlyJob(sandbox)), [3, 32]);
    assert.ok(onlyJob(sandbox)['completedon']);
    await assert.rejects(change(sandbox, { statecode: 3, statuscode: 32 }), { code: '0x80044f00' });
    await assert.rejects(change(sandbox, { statecode: 0, statuscode: 0 }), { code: '0x80044166' });
    await assert.rejects(change(sandbox, { statecode: 1, statuscode: 10 }), { code: '0x80044167' });
  });

  it('that are paused while they run are delivered after they are resumed', async () => {
    const sandbox = trial();
    const receiver = await hooked(sandbox, { status: 200, instead: 'silence' });
    await sandbox.create('account', { name: 'A' });
    await receiver.waitFor(1);
    await change(sandbox, { statecode: 1, statuscode: 10 });
    await sandbox.idle();
    assert.deepEqual(state(onlyJob(sandbox)), [1, 10]);
    await assert.rejects(change(sandbox, { statecode: 1, statuscode: 10 }), { code: '0x80044167' });
    receiver.answerWith({ status: 200 });
    await change(sandbox, { statecode: 0, statuscode: 0 });
    await sandbox.idle();
    assert.deepEqual(state(onlyJob(sandbox)), [3, 30]);
    assert.equal(receiver.requests().length, 2);
  });

  it('that wait for their turn can be canceled and postponed, but not paused', async () => {
    const sandbox = trial();
    const receiver = await hooked(sandbox, { status: 200, instead: 'silence' });
    for (let index = 0; index < 10; index += 1) await sandbox.create('account', { name: `${index}` });
    await receiver.waitFor(8);
    const waiting = sandbox.jobs().filter((job) => job['statecode'] === 0);
    assert.equal(waiting.length, 2);
    const [first = '', second = ''] = waiting.map(idOf);
    const set = (id: string, values: StoredRow): Promise<void> =>
      sandbox.update('asyncoperation', id, values);
    await assert.rejects(set(first, { statecode: 1, statuscode: 10 }), { code: '0x80044f01' });
    await set(first, { statecode: 3, statuscode: 32 });
    await set(second, { postponeuntil: new Date(Date.now() + 3_600_000).toISOString() });
    for (const job of sandbox.jobs().filter((one) => one['statecode'] === 2)) {
      await set(idOf(job), { statecode: 3, statuscode: 32 });
    }
    await sandbox.idle();
    const states = [first, second].map((id) => state(sandbox.store.get('asyncoperation', id) ?? {}));
    assert.deepEqual(states, [
      [3, 32],
      [1, 10],
    ]);
    assert.equal(receiver.requests().length, 8);
  });

  it('that are postponed wait for their time', async () => {
    let offset = 0;
    const clock: Clock = {
      now: () => systemClock.now() + offset,
      delay: (milliseconds, signal) => systemClock.delay(Math.min(milliseconds, 5), signal),
    };
    const sandbox = trial({ clock });
    const receiver = await hooked(sandbox, { status: 200, instead: 'silence' });
    await sandbox.create('account', { name: 'A' });
    await receiver.waitFor(1);
    const until = new Date(clock.now() + 3_600_000).toISOString();
    await change(sandbox, { statecode: 1, statuscode: 10, postponeuntil: until });
    await sandbox.idle();
    assert.deepEqual([...state(onlyJob(sandbox)), onlyJob(sandbox)['postponeuntil']], [1, 10, until]);
    assert.equal(sandbox.pipeline.background.pending(), 0);
    receiver.answerWith({ status: 200 });
    offset = 3_600_001;
    await receiver.waitFor(2, AbortSignal.timeout(2_000));
    await sandbox.idle();
    assert.deepEqual(state(onlyJob(sandbox)), [3, 30]);
  });

  it('refuse every change but those of state', async () => {
    const sandbox = trial();
    const receiver = await hooked(sandbox, { status: 200, instead: 'silence' });
    await sandbox.create('account', { name: 'A' });
    await receiver.waitFor(1);
    const id = idOf(onlyJob(sandbox));
    await assert.rejects(change(sandbox, { name: 'other' }), { code: '0x80040203' });
    await assert.rejects(change(sandbox, { statecode: 3, statuscode: 30 }), { code: '0x80044165' });
    await assert.rejects(change(sandbox, { statecode: 3, statuscode: 31 }), { code: '0x80044165' });
    await assert.rejects(change(sandbox, { statecode: 2, statuscode: 22 }), { code: '0x80044162' });
    await assert.rejects(change(sandbox, { statecode: 0, statuscode: 0 }), { code: '0x80044166' });
    await assert.rejects(sandbox.remove('asyncoperation', id), { code: '0x8004416a' });
    await assert.rejects(sandbox.create('asyncoperation', { name: 'mine' }), { name: 'ServiceError' });
    assert.deepEqual(state(onlyJob(sandbox)), [2, 20]);
  });

  it('that were waiting or running when the process ended are taken up again', async () => {
    const sandbox = trial();
    const receiver = await hooked(sandbox, { status: 200, instead: 'silence' });
    for (let index = 0; index < 12; index += 1) await sandbox.create('account', { name: `${index}` });
    await receiver.waitFor(1);
    receiver.answerWith({ status: 200 });
    const again = await sandbox.restart();
    await again.idle();
    assert.deepEqual(new Set(again.jobs().map((job) => job['statuscode'])), new Set([30]));
    assert.equal(again.jobs().length, 12);
    await again.dispose();
  });

  it('run several at a time, but not all at once', async () => {
    const sandbox = trial();
    let open = 0;
    let most = 0;
    const receiver = await hooked(sandbox, { status: 200 });
    receiver.answerWith(() => {
      open += 1;
      most = Math.max(most, open);
      setTimeout(() => (open -= 1), 20);
      return { status: 200, delay: 20 };
    });
    await sandbox.write(async (context) => {
      for (let index = 0; index < 40; index += 1) {
        await sandbox.pipeline.operations.create('account', undefined, { name: `${index}` }, context);
      }
    });
    await sandbox.idle();
    assert.equal(receiver.requests().length, 40);
    assert.ok(most > 1 && most <= 10, `${most} at a time`);
  });

  it('wait for a request that holds their row, and go by what it leaves', async () => {
    const sandbox = trial();
    const receiver = await hooked(sandbox, { status: 200, instead: 'silence' });
    await sandbox.create('account', { name: 'A' });
    await receiver.waitFor(1);
    await change(sandbox, { statecode: 1, statuscode: 10 });
    await sandbox.idle();
    await change(sandbox, { statecode: 0, statuscode: 0 });
    await receiver.waitFor(2);
    const id = idOf(onlyJob(sandbox));
    await assert.rejects(
      sandbox.write(async (context) => {
        await sandbox.pipeline.operations.update(
          { table: 'asyncoperation', id },
          { statecode: 3, statuscode: 32 },
          context,
        );
        throw new Error('undone');
      }),
      /undone/,
    );
    assert.deepEqual(state(onlyJob(sandbox)), [2, 20], 'the cancellation was undone, so the job still runs');
    assert.equal(sandbox.pipeline.background.pending(), 1);
  });

  it('fail when their step is gone', async () => {
    const sandbox = trial();
    const receiver = await hooked(sandbox, { status: 200, instead: 'silence' });
    await sandbox.create('account', { name: 'A' });
    await receiver.waitFor(1);
    await change(sandbox, { statecode: 1, statuscode: 10 });
    await sandbox.idle();
    const [step] = sandbox.store.rows('sdkmessageprocessingstep');
    await sandbox.remove('sdkmessageprocessingstep', textIn(step?.['sdkmessageprocessingstepid']));
    await change(sandbox, { statecode: 0, statuscode: 0 });
    await sandbox.idle();
    assert.deepEqual(state(onlyJob(sandbox)), [3, 31]);
    assert.equal(receiver.requests().length, 1);
  });
});
