import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import * as z from 'zod/mini';
import { isAlive } from '../../delivery/log/aliveProcess';
import { spooledFiles } from './spooledFile';

/** What a window says of a file that it is writing, before it is there. */
const Note = z.object({ host: z.string(), spooled: z.string() });

export interface SpoolOptions {
  /** The process that writes. */
  readonly owner?: number;
  readonly host?: string;
  /** Told of what could not be noted or removed; an export goes on without a note. */
  readonly onError?: (error: unknown) => void;
}

/**
 * What the windows of this machine are writing for their exports, in a folder that they share: a file for each, named
 * after the process that writes. A window that is killed cannot remove what it has begun; the next one finds its note.
 * What a living process has noted is never touched, and nothing that has another name than what is spooled.
 */
export class SpoolNotes {
  readonly #folder: string;
  readonly #owner: number;
  readonly #host: string;
  readonly #onError: (error: unknown) => void;
  /** Names of our own notes. The number of a process that is gone may be ours now. */
  readonly #own = new Set<string>();

  constructor(folder: string, options: SpoolOptions = {}) {
    this.#folder = folder;
    this.#owner = options.owner ?? process.pid;
    this.#host = options.host ?? hostname();
    this.#onError = options.onError ?? (() => undefined);
  }

  /**
   * Notes a file or folder before it is made.
   * @returns takes the note away, once nothing is left of it
   */
  async note(spooled: string): Promise<() => Promise<void>> {
    const name = `${this.#owner}-${randomUUID()}.json`;
    const file = path.join(this.#folder, name);
    this.#own.add(name);
    await this.#guarded(async () => {
      await mkdir(this.#folder, { recursive: true });
      await writeFile(file, JSON.stringify({ host: this.#host, spooled }));
    });
    return async () => {
      await this.#guarded(() => rm(file, { force: true }));
      this.#own.delete(name);
    };
  }

  /** Removes what windows that are gone have left. */
  async removeLeft(): Promise<void> {
    for (const name of await notesIn(this.#folder)) {
      const owner = Number(name.split('-', 1)[0]);
      const isTheirs = owner === this.#owner ? this.#own.has(name) : isAlive(owner);
      if (!isTheirs) await this.#guarded(() => this.#remove(path.join(this.#folder, name)));
    }
  }

  async #remove(note: string): Promise<void> {
    const { host, spooled } = read(await readFile(note, 'utf8'));
    // The folder may be shared with a machine whose processes cannot be seen from here.
    if (host !== undefined && host !== this.#host) return;
    const left = spooled === undefined ? undefined : spooledFiles(spooled);
    for (const file of left?.files ?? []) await rm(file, { force: true });
    if (left?.folder !== undefined) await rmdir(left.folder).catch(() => undefined);
    await rm(note, { force: true });
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#onError(error);
    }
  }
}

/** A note that was not written to its end is about a file that was never begun. */
function read(text: string): Partial<z.infer<typeof Note>> {
  try {
    return Note.parse(JSON.parse(text));
  } catch {
    return {};
  }
}

async function notesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => /^\d+-[0-9a-f-]{36}\.json$/.test(name));
}
