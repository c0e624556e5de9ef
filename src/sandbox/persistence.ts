import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { CommitRecord, MemoryStore } from './memoryStore';

/** The folder cannot be used as it is: in use, of another format, damaged. */
export class DataFolderError extends Error {
  override readonly name = 'DataFolderError';
}

const FORMAT = 1;
const SNAPSHOT = 'snapshot.jsonl';
const LOCK = 'sandbox.lock';
/** A journal longer than this (bytes) is folded into a new snapshot at the next start. */
const LONG_JOURNAL = 4 * 1024 * 1024;
const CHUNK = 1024 * 1024;
/** How much the clocks of files and of the system may be apart, in milliseconds. */
const CLOCK_SLACK = 60_000;

const cell = z.json();
const row = z.record(z.string(), cell);
const recordShape = z.object({
  version: z.number(),
  rows: z.array(z.tuple([z.string(), z.string(), z.number(), z.nullable(row)])),
  links: z.array(z.tuple([z.string(), row, z.boolean()])),
});
const headerShape = z.object({ format: z.number(), generation: z.int() });
const footerShape = z.object({ end: z.int() });

function isCommitRecord(value: unknown): value is CommitRecord {
  return recordShape.safeParse(value).success;
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

const journalName = (generation: number): string => `journal-${generation.toString()}.jsonl`;

/**
 * Keeps the data in a folder: a snapshot and a journal of what was committed since. The snapshot names the generation
 * of its journal and is replaced by renaming, so that at any moment a kill leaves either the old pair or the new one;
 * a journal line that was not written to its end is ignored.
 */
export class DataFolder {
  readonly #folder: string;
  #generation = 0;
  #journal: number | undefined;
  #flush: NodeJS.Timeout | undefined;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes the folder when it is missing and takes hold of it. Throws `DataFolderError` when another sandbox has it. */
  static open(folder: string): DataFolder {
    mkdirSync(folder, { recursive: true });
    takeLock(join(folder, LOCK));
    return new DataFolder(folder);
  }

  /** True when there is data to load. */
  get holdsData(): boolean {
    return existsSync(this.#path(SNAPSHOT));
  }

  /** Throws away what the folder holds. */
  clear(): void {
    this.#closeJournal();
    rmSync(this.#path(SNAPSHOT), { force: true });
    this.#removeJournals(undefined);
    this.#generation = 0;
  }

  /** Fills the store from snapshot and journal. */
  load(store: MemoryStore): void {
    this.#loadSnapshot(store);
    const journal = this.#path(journalName(this.#generation));
    const size = existsSync(journal) ? this.#replay(store, journal) : 0;
    if (size > LONG_JOURNAL) this.save(store);
    else this.#openJournal();
  }

  /** Writes a snapshot of the store and starts a new journal. Not while a transaction is open. */
  save(store: MemoryStore): void {
    this.#closeJournal();
    const generation = this.#generation + 1;
    const temporary = this.#path(`${SNAPSHOT}.tmp`);
    const file = openSync(temporary, 'w');
    try {
      writeSnapshot(file, generation, store);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, this.#path(SNAPSHOT));
    this.#syncFolder();
    this.#generation = generation;
    this.#removeJournals(journalName(generation));
    this.#openJournal();
  }

  /** Appends a commit. In the file at once (a killed process loses nothing); on the disk within a moment. */
  append(record: CommitRecord): void {
    if (this.#journal === undefined) throw new Error('The journal is not open');
    writeAll(this.#journal, `${JSON.stringify(record)}\n`);
    this.#flush ??= setTimeout(() => {
      this.#flush = undefined;
      if (this.#journal !== undefined) fsyncSync(this.#journal);
    }, 100).unref();
  }

  /** Gives the folder back. */
  close(): void {
    this.#closeJournal();
    rmSync(this.#path(LOCK), { force: true });
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }

  #openJournal(): void {
    this.#journal = openSync(this.#path(journalName(this.#generation)), 'a');
  }

  #closeJournal(): void {
    clearTimeout(this.#flush);
    this.#flush = undefined;
    if (this.#journal === undefined) return;
    fsyncSync(this.#journal);
    closeSync(this.#journal);
    this.#journal = undefined;
  }

  #removeJournals(except: string | undefined): void {
    for (const name of readdirSync(this.#folder)) {
      if (/^journal-\d+\.jsonl$/.test(name) && name !== except) rmSync(this.#path(name), { force: true });
    }
  }

  #syncFolder(): void {
    // Windows cannot open a folder; there the rename is as durable as it gets.
    if (process.platform === 'win32') return;
    const folder = openSync(this.#folder, 'r');
    fsyncSync(folder);
    closeSync(folder);
  }

  #loadSnapshot(store: MemoryStore): void {
    const [first, ...lines] = linesOf(readFileSync(this.#path(SNAPSHOT)));
    const header = headerShape.safeParse(parseLine(first ?? ''));
    const footer = footerShape.safeParse(parseLine(lines.pop() ?? ''));
    if (!header.success || header.data.format !== FORMAT) {
      throw new DataFolderError(`The data in ${this.#folder} was not written by this version; use --reset.`);
    }
    if (!footer.success || footer.data.end !== lines.length) {
      throw new DataFolderError(`The snapshot in ${this.#folder} is damaged; use --reset.`);
    }
    for (const line of lines) {
      const record = parseLine(line);
      if (!isCommitRecord(record))
        throw new DataFolderError(`The snapshot in ${this.#folder} is damaged; use --reset.`);
      store.load(record);
    }
    this.#generation = header.data.generation;
  }

  /** Applies the journal; cuts off a last line that was not finished. Returns the length in bytes that counts. */
  #replay(store: MemoryStore, file: string): number {
    const content = readFileSync(file);
    const whole = content.lastIndexOf(10) + 1;
    let applied = 0;
    for (const line of linesOf(content.subarray(0, whole))) {
      const record = parseLine(line);
      if (!isCommitRecord(record)) {
        if (applied + Buffer.byteLength(line) + 1 < whole) {
          throw new DataFolderError(`The journal in ${this.#folder} is damaged; use --reset.`);
        }
        break;
      }
      store.load(record);
      applied += Buffer.byteLength(line) + 1;
    }
    if (applied < content.length) truncateSync(file, applied);
    return applied;
  }
}

/** The lines of a buffer that ends with a line feed; decoded one by one, as a whole file may exceed the longest text. */
function linesOf(content: Buffer): readonly string[] {
  const lines: string[] = [];
  let start = 0;
  for (let end = content.indexOf(10); end >= 0; end = content.indexOf(10, start)) {
    lines.push(content.toString('utf8', start, end));
    start = end + 1;
  }
  return lines;
}

function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text, 'utf8');
  for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
}

function writeSnapshot(file: number, generation: number, store: MemoryStore): void {
  let pending = `${JSON.stringify({ format: FORMAT, generation })}\n`;
  let count = 0;
  for (const record of store.dump()) {
    pending += `${JSON.stringify(record)}\n`;
    count++;
    if (pending.length > CHUNK) {
      writeAll(file, pending);
      pending = '';
    }
  }
  writeAll(file, `${pending}${JSON.stringify({ end: count })}\n`);
}

function takeLock(file: string): void {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const lock = openSync(file, 'wx');
      writeAll(lock, process.pid.toString());
      closeSync(lock);
      return;
    } catch {
      const holder = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
      if (holder !== process.pid && isAlive(holder) && !isOlderThanSystem(file)) break;
      // Whoever had it was killed.
      rmSync(file, { force: true });
    }
  }
  throw new DataFolderError('Another sandbox uses the data folder.');
}

/** A lock of before the machine was started says nothing: its process number may belong to any program by now. */
function isOlderThanSystem(file: string): boolean {
  const started = Date.now() - uptime() * 1000;
  return (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) < started - CLOCK_SLACK;
}

function isAlive(process_: number): boolean {
  if (!Number.isInteger(process_) || process_ <= 0) return false;
  try {
    process.kill(process_, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
