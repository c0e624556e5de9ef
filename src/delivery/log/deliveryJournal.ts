import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import * as z from 'zod/mini';

import type { Disposable } from '../../base/disposable';
import { isAlive } from './aliveProcess';
import type { DeliveryLog } from './deliveryLog';
import type { DeliveryRecord } from './deliveryRecord';
import { restoredRecord, savedRecord, SavedRecord } from './savedRecord';

/** All pinned deliveries are written, and of the others the newest ones up to so many and so many bytes of bodies. */
const MOST_RECORDS = 500;
const MOST_BYTES = 10 * 1_048_576;

/** Milliseconds in which changes are gathered to be written together. */
const WRITE_AFTER = 200;
/** Bytes that a file may hold of what is gone before it is written anew. */
const SPARE_BYTES = 1_048_576;
/** When a reloaded window looks again for what the one before leaves behind as it ends, in milliseconds. */
const LOOK_AGAIN = [500, 2_000, 5_000, 0] as const;

const Line = z.union([z.object({ kept: SavedRecord }), z.object({ gone: z.readonly(z.array(z.string())) })]);
type Line = z.infer<typeof Line>;

export interface JournalOptions {
  /** A process that has a journal; another one may take over the journals of those that are gone. */
  readonly owner?: number;
  readonly isAlive?: (owner: number) => boolean;
  /** Told of the system's errors: a log that cannot be written stays in memory. */
  readonly onError?: (error: unknown) => void;
}

/**
 * The log of deliveries in a folder, so that it is there again after the window was reloaded. Each window writes a file of
 * its own, named after its process, and takes over those of windows that are gone, by renaming them: two windows never
 * write the same. A line is a whole delivery, without its secrets, or the ids of some that are gone; a line that was not
 * written to its end is ignored, and a file is replaced by renaming, so a kill at any moment leaves no half delivery.
 */
export class DeliveryJournal implements Disposable {
  readonly #folder: string;
  readonly #log: DeliveryLog;
  readonly #owner: number;
  readonly #isAlive: (owner: number) => boolean;
  readonly #onError: (error: unknown) => void;
  readonly #file: string;
  readonly #subscription: Disposable;
  /** What the file says, by id. */
  #written = new Map<string, DeliveryRecord>();
  #fileBytes = 0;
  #liveBytes = new Map<string, number>();
  #dropped = 0;
  #stopped = false;
  #writing: NodeJS.Timeout | undefined;
  #looking: NodeJS.Timeout | undefined;
  readonly #restored = Promise.withResolvers<undefined>();
  /** Resolves when nothing more comes from earlier windows. */
  readonly restored: Promise<unknown> = this.#restored.promise;

  constructor(folder: string, log: DeliveryLog, options: JournalOptions = {}) {
    this.#folder = folder;
    this.#log = log;
    this.#owner = options.owner ?? process.pid;
    this.#isAlive = options.isAlive ?? isAlive;
    this.#onError = options.onError ?? (() => undefined);
    this.#file = path.join(folder, `${this.#owner}-${randomUUID()}.jsonl`);
    this.#subscription = log.onDidChange(() => this.#soon());
  }

  /** Puts what earlier windows left into the log, now and, while one of them is still ending, a little later. */
  restore(): void {
    if (!this.#stopped) this.#restore(LOOK_AGAIN);
  }

  /** Writes what has changed since, at once. */
  flush(): void {
    clearTimeout(this.#writing);
    this.#writing = undefined;
    this.#guarded(() => this.#write());
  }

  /** Removes what was written, also by windows that are gone, and writes no more. */
  discard(): void {
    this.#stop();
    this.#guarded(() => {
      for (const file of [...this.#takeOver().files, this.#file]) rmSync(file, { force: true });
    });
  }

  /** Writes the rest and leaves it to the next window. */
  dispose(): void {
    if (this.#stopped) return;
    this.#stop();
    this.#guarded(() => {
      this.#write();
      if (existsSync(this.#file)) renameSync(this.#file, path.join(this.#folder, `0-${randomUUID()}.jsonl`));
    });
  }

  #stop(): void {
    this.#stopped = true;
    this.#subscription.dispose();
    clearTimeout(this.#writing);
    clearTimeout(this.#looking);
    this.#restored.resolve(undefined);
  }

  #restore([after, ...later]: readonly number[]): void {
    if (after !== undefined && this.#takeIn()) {
      this.#looking = setTimeout(() => this.#restore(later), after);
      this.#looking.unref();
    } else this.#restored.resolve(undefined);
  }

  /** True while there are journals of other windows that are at work. */
  #takeIn(): boolean {
    try {
      const { files, records, others } = this.#takeOver();
      if (files.length === 0) return others;
      this.#log.restore(records);
      // The taken files go when their deliveries are in our own.
      this.#writeAnew(this.#wanted());
      for (const file of files) rmSync(file, { force: true });
      return others;
    } catch (error) {
      this.#onError(error);
      return false;
    }
  }

  #takeOver(): {
    readonly records: readonly DeliveryRecord[];
    readonly files: readonly string[];
    readonly others: boolean;
  } {
    const records = new Map<string, DeliveryRecord>();
    const files: string[] = [];
    let others = false;
    for (const name of existsSync(this.#folder) ? readdirSync(this.#folder).toSorted() : []) {
      const owner = /^(\d+)-[0-9a-f-]+\.jsonl(\.tmp)?$/.exec(name);
      const file = path.join(this.#folder, name);
      if (owner === null || file === this.#file) continue;
      if (Number(owner[1]) !== 0 && Number(owner[1]) !== this.#owner && this.#isAlive(Number(owner[1]))) {
        others = true;
        continue;
      }
      const taken = path.join(this.#folder, `${this.#owner}-${randomUUID()}.jsonl`);
      try {
        renameSync(file, taken);
      } catch {
        continue; // Another window was faster.
      }
      files.push(taken);
      // What was being written when its window was killed; the file it was to replace is there, too.
      if (owner[2] !== undefined) continue;
      for (const record of readJournal(readFileSync(taken, 'utf8'))) records.set(record.id, record);
    }
    return { records: [...records.values()], files, others };
  }

  #soon(): void {
    this.#writing ??= setTimeout(() => this.flush(), WRITE_AFTER);
    this.#writing.unref();
  }

  /** The deliveries to be written, oldest first. */
  #wanted(): ReadonlyMap<string, DeliveryRecord> {
    let records = 0;
    let bytes = 0;
    const newestFirst = this.#log.kept.records.filter(({ pinned, request }) => {
      if (pinned) return true;
      records += 1;
      bytes += request.bodyBytes;
      return records <= MOST_RECORDS && bytes <= MOST_BYTES;
    });
    return new Map(newestFirst.reverse().map((record) => [record.id, record]));
  }

  #write(): void {
    const wanted = this.#wanted();
    const gone = [...this.#written.keys()].filter((id) => !wanted.has(id));
    const changed = [...wanted.values()].filter((record) => this.#written.get(record.id) !== record);
    const { dropped } = this.#log.kept;
    // What somebody removed is removed from the disk, too; what was dropped to make room may wait.
    const isRemoved = dropped <= this.#dropped && gone.some((id) => this.#log.find(id) === undefined);
    this.#dropped = dropped;
    if (gone.length === 0 && changed.length === 0) return;
    const live = [...this.#liveBytes.values()].reduce((sum, bytes) => sum + bytes, 0);
    if (isRemoved || wanted.size === 0 || this.#fileBytes > 2 * live + SPARE_BYTES) this.#writeAnew(wanted);
    else this.#append(gone, changed, wanted);
  }

  #append(
    gone: readonly string[],
    changed: readonly DeliveryRecord[],
    wanted: ReadonlyMap<string, DeliveryRecord>,
  ): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    for (const id of gone) this.#liveBytes.delete(id);
    const lines = [
      ...(gone.length === 0 ? [] : [lineOf({ gone })]),
      ...changed.map((record) => this.#line(record)),
    ];
    const text = lines.join('');
    appendFileSync(this.#file, text, { mode: 0o600 });
    this.#fileBytes += Buffer.byteLength(text);
    this.#written = new Map(wanted);
  }

  #writeAnew(wanted: ReadonlyMap<string, DeliveryRecord>): void {
    this.#liveBytes = new Map();
    if (wanted.size === 0) rmSync(this.#file, { force: true });
    else {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      const text = [...wanted.values()].map((record) => this.#line(record)).join('');
      writeFileSync(`${this.#file}.tmp`, text, { mode: 0o600 });
      renameSync(`${this.#file}.tmp`, this.#file);
    }
    this.#fileBytes = [...this.#liveBytes.values()].reduce((sum, bytes) => sum + bytes, 0);
    this.#written = new Map(wanted);
  }

  #line(record: DeliveryRecord): string {
    const line = lineOf({ kept: savedRecord(record) });
    this.#liveBytes.set(record.id, Buffer.byteLength(line));
    return line;
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#onError(error);
    }
  }
}

function lineOf(line: Line): string {
  return `${JSON.stringify(line)}\n`;
}

/** The deliveries that the text of a journal leaves, oldest first. What cannot be read is left out. */
export function readJournal(text: string): readonly DeliveryRecord[] {
  const saved = new Map<string, SavedRecord>();
  // What stands behind the last line break was not written to its end.
  for (const written of text.split('\n').slice(0, -1)) {
    const line = Line.safeParse(parsed(written));
    if (!line.success) continue;
    if ('kept' in line.data) saved.set(line.data.kept.id, line.data.kept);
    else for (const id of line.data.gone) saved.delete(id);
  }
  return [...saved.values()].map(restoredRecord);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
