import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { DeliveryJournal, readJournal } from '../../../src/delivery/log/deliveryJournal';
import { DeliveryLog } from '../../../src/delivery/log/deliveryLog';
import { NOT_KEPT, type DeliveryRecord } from '../../../src/delivery/log/deliveryRecord';
import { answeredBy } from '../../../src/delivery/log/keepDelivery';
import { savedRecord } from '../../../src/delivery/log/savedRecord';
import { CANARY, keptDelivery } from './keptDeliveries';

describe('The deliveries that are kept over a reload', () => {
  let folder: string;
  /** Owners that are at work. */
  const alive = new Set<number>();
  const open: DeliveryJournal[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'dvw-journal-'));
  });
  afterEach(async () => {
    for (const journal of open.splice(0)) journal.dispose();
    alive.clear();
    await rm(folder, { recursive: true, force: true });
  });

  /** A window with its log; what earlier windows left is in it. */
  function start(owner: number): { readonly log: DeliveryLog; readonly journal: DeliveryJournal } {
    const log = new DeliveryLog();
    const fail = (error: unknown): void => assert.fail(String(error));
    const journal = new DeliveryJournal(folder, log, {
      owner,
      isAlive: (one) => alive.has(one),
      onError: fail,
    });
    alive.add(owner);
    open.push(journal);
    journal.restore();
    return { log, journal };
  }

  /** As a kill does: nothing more is written, and nothing is tidied up. */
  function kill(owner: number): void {
    alive.delete(owner);
  }

  const ids = ({ log }: { readonly log: DeliveryLog }): readonly string[] =>
    log.kept.records.map(({ id }) => id);

  const texts = async (): Promise<string> => {
    const names = await readdir(folder);
    const all = await Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8')));
    return all.join('');
  };

  it('are there again, newest first, with pins and answers, and without any key', async () => {
    const first = start(1);
    for (const id of ['a', 'b']) first.log.put(keptDelivery({ id, at: id === 'a' ? 1 : 2 }));
    first.log.change('a', answeredBy(200, `{"echo":"${CANARY}"}`, 5));
    first.log.pin(['a'], true);
    first.journal.dispose();
    assert.doesNotMatch(await texts(), new RegExp(CANARY));
    const second = start(2);
    assert.deepEqual(ids(second), ['b', 'a']);
    const [waiting, pinned] = second.log.kept.records;
    assert.deepEqual([pinned?.pinned, pinned?.answer?.body], [true, '{"echo":"•••"}']);
    assert.deepEqual([waiting?.outcome, waiting?.error], ['failure', { kind: 'cancelled' }]);
    assert.equal(pinned?.request.keysLeftOut, true);
    assert.equal(pinned.request.target.reveal(), '/hook');
    assert.deepEqual(
      pinned.request.headers.find(([name]) => name === 'X-Api-Key'),
      ['X-Api-Key', NOT_KEPT],
    );
    // And once more: what is left out stays left out.
    second.journal.dispose();
    assert.equal(start(3).log.find('a')?.request.keysLeftOut, true);
  });

  it('are as they were, but for what may be a key', () => {
    const body = fc.string({ unit: 'grapheme' });
    const answers = fc.option(fc.record({ status: fc.integer({ min: 100, max: 599 }), text: body }));
    fc.assert(
      fc.property(body, answers, fc.boolean(), (text, answer, pinned) => {
        const record: DeliveryRecord = keptDelivery({
          body: text,
          pinned,
          target: '/plain',
          outcome: 'success',
          ...(answer === null ? {} : answeredBy(answer.status, answer.text, 3)),
        });
        const [restored] = readJournal(`${JSON.stringify({ kept: savedRecord(record) })}\n`);
        assert.ok(restored !== undefined);
        const { request, ...rest } = restored;
        const { request: sent, ...expected } = record;
        assert.deepEqual(rest, expected);
        assert.deepEqual(
          { ...request, target: request.target.reveal(), headers: request.headers.slice(0, 2) },
          { ...sent, target: '/plain', headers: sent.headers.slice(0, 2), keysLeftOut: true },
        );
      }),
    );
  });

  it('go from the disk when they are removed, at once and all of them', async () => {
    const { log, journal } = start(1);
    for (const id of ['keep', 'gone', 'pinned']) log.put(keptDelivery({ id, body: `{"name":"${id}"}` }));
    log.pin(['pinned'], true);
    journal.flush();
    log.remove(['gone']);
    journal.flush();
    assert.doesNotMatch(await texts(), /gone/);
    assert.match(await texts(), /"id":"keep"/);
    log.clear();
    journal.flush();
    assert.doesNotMatch(await texts(), /"id":"keep"/);
    assert.match(await texts(), /"id":"pinned"/);
    log.pin(['pinned'], false);
    log.clear();
    journal.flush();
    assert.deepEqual(await readdir(folder), []);
  });

  it('go with all that earlier windows left when they are not to be kept any more', async () => {
    const [first, second] = [start(1), start(2)];
    for (const [index, { log, journal }] of [first, second].entries()) {
      log.put(keptDelivery({ id: `of${index}` }));
      journal.flush();
    }
    kill(1);
    const third = start(3);
    third.log.put(keptDelivery({ id: 'third' }));
    third.journal.discard();
    third.log.put(keptDelivery({ id: 'later' }));
    third.journal.dispose();
    assert.deepEqual(
      readJournal(await texts()).map(({ id }) => id),
      ['of1'],
    );
  });

  it('are never those of another window that is at work, and none is lost between two', () => {
    const first = start(1);
    first.log.put(keptDelivery({ id: 'first' }));
    first.journal.flush();
    const second = start(2);
    second.log.put(keptDelivery({ id: 'second' }));
    second.journal.flush();
    assert.deepEqual([ids(first), ids(second)], [['first'], ['second']]);
    second.log.clear();
    second.journal.flush();
    kill(1);
    kill(2);
    assert.deepEqual(ids(start(3)), ['first']);
  });

  it('come a little later where the window before is still ending', async () => {
    const first = start(1);
    first.log.put(keptDelivery({ id: 'early' }));
    first.journal.flush();
    first.log.put(keptDelivery({ id: 'late' }));
    const second = start(2);
    assert.deepEqual(ids(second), []);
    first.journal.dispose();
    second.log.put(keptDelivery({ id: 'new', at: 0 }));
    await second.journal.restored;
    assert.deepEqual(ids(second), ['new', 'late', 'early']);
  });

  it('are whole where a window was killed while it wrote, and can be added to after that', async () => {
    const first = start(1);
    for (const id of ['a', 'b']) first.log.put(keptDelivery({ id }));
    first.journal.flush();
    const [name = ''] = await readdir(folder);
    const text = await readFile(path.join(folder, name), 'utf8');
    for (const length of [text.length - 1, text.length - 40, Math.ceil(text.length / 2) + 3]) {
      const left = readJournal(text.slice(0, length));
      assert.deepEqual(
        left.map(({ id }) => id),
        ['a'],
      );
    }
    await appendFile(path.join(folder, name), '{"kept":{"id":"half","source":"recei');
    await writeFile(path.join(folder, `${name}.tmp`), '{"kept":{"id":"tmp');
    kill(1);
    const second = start(2);
    assert.deepEqual(ids(second), ['b', 'a']);
    second.log.put(keptDelivery({ id: 'c' }));
    second.journal.flush();
    kill(2);
    assert.deepEqual(ids(start(3)), ['c', 'b', 'a']);
    assert.equal((await readdir(folder)).length, 1);
  });

  it('are limited: the newest, and all that are pinned', () => {
    const { log, journal } = start(1);
    const body = JSON.stringify({ text: 'x'.repeat(1_000) });
    for (let count = 0; count < 700; count += 1)
      log.put(keptDelivery({ id: `n${count}`, at: count, body, pinned: count < 3 }));
    journal.flush();
    kill(1);
    const kept = ids(start(2));
    assert.equal(kept.length, 503);
    assert.deepEqual([kept[0], ...kept.slice(-4)], ['n699', 'n200', 'n2', 'n1', 'n0']);
  });

  it('take no more room than twice what is kept, however much has come and gone', async () => {
    const log = new DeliveryLog({ records: 5, bytes: 1e9 });
    const journal = new DeliveryJournal(folder, log, { owner: 1 });
    open.push(journal);
    const body = JSON.stringify({ text: 'x'.repeat(200_000) });
    for (let count = 0; count < 40; count += 1) {
      log.put(keptDelivery({ id: `n${count}`, body }));
      journal.flush();
      assert.ok((await texts()).length < 2 * 6 * 201_000 + 1_300_000);
    }
    assert.deepEqual(
      readJournal(await texts()).map(({ id }) => id),
      ['n35', 'n36', 'n37', 'n38', 'n39'],
    );
  });

  it('stay in memory where the folder cannot be written', async () => {
    const file = path.join(folder, 'file');
    await writeFile(file, '');
    const errors: unknown[] = [];
    const log = new DeliveryLog();
    const journal = new DeliveryJournal(file, log, { onError: (error) => errors.push(error) });
    log.put(keptDelivery({ id: 'a' }));
    journal.restore();
    journal.flush();
    assert.ok(errors.length > 0);
    assert.equal(log.kept.records.length, 1);
    journal.dispose();
  });

  it('survive a process that is killed in the middle of a burst, each whole or not at all', async () => {
    const script = path.join(import.meta.dirname, 'journalProcess.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', script, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    // It says so when some are on the disk, and goes on.
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const log = new DeliveryLog();
    const journal = new DeliveryJournal(folder, log);
    open.push(journal);
    journal.restore();
    assert.ok(log.kept.records.length >= 50);
    for (const { request, id } of log.kept.records)
      assert.equal(request.body, JSON.stringify({ id, text: 'x'.repeat(9_000) }));
  });
});
