import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { MemoryStore } from '../../../../src/sandbox/memoryStore';
import { DataFolder, DataFolderError } from '../../../../src/sandbox/persistence';
import { createSchema } from '../../../../src/sandbox/schema';

const schema = createSchema();
const idOf = (number: number): string => `00000000-0000-4000-8000-${number.toString().padStart(12, '0')}`;

describe('The data folder of the sandbox', () => {
  let path: string;
  let open: DataFolder[];

  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'sandbox-data-'));
    open = [];
  });

  afterEach(() => {
    for (const folder of open) folder.close();
    rmSync(path, { recursive: true, force: true });
  });

  function openFolder(): DataFolder {
    const folder = DataFolder.open(path);
    open.push(folder);
    return folder;
  }

  /** Ends without closing, as a kill does: only the lock goes, which a dead process no longer holds. */
  function abandon(folder: DataFolder): void {
    open = open.filter((one) => one !== folder);
    rmSync(join(path, 'sandbox.lock'), { force: true });
  }

  function storeIn(folder: DataFolder): MemoryStore {
    const store = new MemoryStore(schema, (record) => folder.append(record));
    if (folder.holdsData) folder.load(store);
    else folder.save(store);
    return store;
  }

  function insert(store: MemoryStore, ...numbers: readonly number[]): void {
    const work = store.begin();
    for (const number of numbers)
      work.insert('account', { accountid: idOf(number), name: `n${number.toString()}` });
    work.commit();
  }

  function names(store: MemoryStore): readonly unknown[] {
    return [...store.rows('account')].map((row) => row['name']);
  }

  const journal = (): string =>
    join(path, readdirSync(path).find((name) => name.startsWith('journal-')) ?? '');

  it('has every commit after the process was killed', () => {
    const first = openFolder();
    const store = storeIn(first);
    insert(store, 1, 2);
    const work = store.begin();
    work.change('account', idOf(1), { name: 'changed' });
    work.remove('account', idOf(2));
    work.commit();
    const version = store.version('account', idOf(1));
    abandon(first);
    const again = storeIn(openFolder());
    assert.deepEqual(names(again), ['changed']);
    assert.equal(again.version('account', idOf(1)), version);
  });

  it('has a commit wholly or not at all, wherever its line was torn', () => {
    const first = openFolder();
    const store = storeIn(first);
    insert(store, 1);
    const before = readFileSync(journal());
    insert(store, 2, 3);
    const after = readFileSync(journal());
    abandon(first);
    for (let length = before.length; length <= after.length; length += 7) {
      writeFileSync(journal(), after.subarray(0, length));
      const folder = openFolder();
      const again = storeIn(folder);
      assert.deepEqual(names(again), length === after.length ? ['n1', 'n2', 'n3'] : ['n1']);
      // What comes after a torn line must be readable, too.
      insert(again, 4);
      abandon(folder);
      const third = openFolder();
      assert.equal(names(storeIn(third)).at(-1), 'n4');
      abandon(third);
    }
  });

  it('ignores a snapshot that was not finished', () => {
    const first = openFolder();
    insert(storeIn(first), 1);
    abandon(first);
    writeFileSync(join(path, 'snapshot.jsonl.tmp'), '{"format":1,"generation":9}\n');
    assert.deepEqual(names(storeIn(openFolder())), ['n1']);
  });

  it('does not replay an old journal over a newer snapshot', () => {
    const first = openFolder();
    const store = storeIn(first);
    insert(store, 1);
    const old = readFileSync(journal());
    const oldName = journal();
    const work = store.begin();
    work.remove('account', idOf(1));
    work.commit();
    first.save(store);
    abandon(first);
    // As if the kill came between the renaming of the snapshot and the deletion of the journal.
    writeFileSync(oldName, old);
    assert.deepEqual(names(storeIn(openFolder())), []);
  });

  it('refuses damage in the middle of the journal instead of guessing', () => {
    const first = openFolder();
    const store = storeIn(first);
    insert(store, 1);
    abandon(first);
    appendFileSync(journal(), 'garbage\n{"version":1,"rows":[],"links":[]}\n');
    assert.throws(() => storeIn(openFolder()), DataFolderError);
  });

  it('refuses a folder that a running sandbox uses, and takes over one whose process has died', () => {
    writeFileSync(join(path, 'sandbox.lock'), process.ppid.toString());
    assert.throws(() => openFolder(), DataFolderError);
    writeFileSync(join(path, 'sandbox.lock'), '999999999');
    assert.doesNotThrow(() => openFolder());
  });

  it('takes over a lock of before the machine was started, whoever has its process number now', () => {
    const lock = join(path, 'sandbox.lock');
    writeFileSync(lock, process.ppid.toString());
    assert.throws(() => openFolder(), DataFolderError);
    const before = new Date('2001-01-01');
    utimesSync(lock, before, before);
    assert.doesNotThrow(() => openFolder());
  });

  it('is empty after clear', () => {
    const folder = openFolder();
    insert(storeIn(folder), 1);
    folder.clear();
    assert.equal(folder.holdsData, false);
    assert.deepEqual(names(storeIn(folder)), []);
  });
});
