import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import {
  chmod,
  mkdtemp,
  open,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  type FileHandle,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ExportFile } from '../../presentation/jobs/jobExport';

/** What becomes of a file that was written elsewhere first. */
interface Destination {
  /** Where it is written. */
  readonly file: string;
  /** Brings it to its place. */
  readonly deliver: (file: string) => Promise<void>;
  /** Removes what it needed. */
  readonly clean: () => Promise<void>;
}

/** Where running files are noted; see `SpoolNotes`. */
export interface NotesOfSpooled {
  note(spooled: string): Promise<() => Promise<void>>;
}

const FOLDER = 'dataverse-webhooks-';
const IN_FOLDER = 'export';

/**
 * What there can be of a file that was noted, and the folder it is in where that was made for it. Undefined for a path that is none of
 * ours.
 */
export function spooledFiles(
  noted: string,
): { readonly files: readonly string[]; readonly folder?: string } | undefined {
  if (!path.isAbsolute(noted)) return undefined;
  const name = path.basename(noted);
  if (/^\..+\.[0-9a-f]{12}\.part$/s.test(name)) return { files: [noted, beforeOf(noted)] };
  if (!/^dataverse-webhooks-[a-z0-9]{6}$/i.test(name)) return undefined;
  const file = path.join(noted, IN_FOLDER);
  return { files: [file, beforeOf(file)], folder: noted };
}

/** What was written so far, while a file is written once more. */
function beforeOf(file: string): string {
  return `${file}.before`;
}

/** Bytes that are gathered before they are written: a write wakes another thread, which costs more than its bytes. */
const GATHERED = 1024 * 1024;
/** Characters that are taken in at a time: one by one, lines take three times as long, and so does a text of a thousand. */
const TAKEN_IN = 16 * 1024;
/** Bytes in UTF-8 that a unit of UTF-16 becomes at most. */
const LARGEST_UNIT = 3;

/**
 * A file that is written beside its place and moved there when it is complete, so that its name never stands for half
 * of it. What is written is gathered, and goes to the disk while the next is made: one write is under way at most. That it
 * has failed is told by a later one, or at the end.
 */
export class SpooledFile implements ExportFile {
  readonly #destination: Destination;
  #handle: FileHandle | undefined;
  /** The same two again and again: memory that is new has to be cleared by the system first. */
  #gathering = Buffer.allocUnsafeSlow(GATHERED);
  #resting = Buffer.allocUnsafeSlow(GATHERED);
  #gathered = 0;
  #underWay: Promise<void> = Promise.resolve();

  private constructor(destination: Destination, handle: FileHandle) {
    this.#destination = destination;
    this.#handle = handle;
  }

  /**
   * For a place on this machine: written in the same folder, then renamed. A link leads to the file it stands for, and a
   * file that is replaced keeps its permissions.
   */
  static async beside(target: string, notes?: NotesOfSpooled): Promise<SpooledFile> {
    const place = await realpath(target).catch(() => target);
    const mode = await stat(place).then(
      (found) => found.mode,
      () => undefined,
    );
    const file = path.join(
      path.dirname(place),
      `.${path.basename(place)}.${randomBytes(6).toString('hex')}.part`,
    );
    const forget = await notes?.note(file);
    return SpooledFile.#open({
      file,
      deliver: async () => {
        if (mode !== undefined) await chmod(file, mode);
        await rename(file, place);
        await forget?.();
      },
      clean: async () => {
        await rm(file, { force: true });
        await forget?.();
      },
    });
  }

  /**
   * For a place that only the editor can write to, and only as a whole: written in a folder of the machine for temporary
   * files that nobody else can read, then handed over in one piece.
   */
  static async elsewhere(
    deliver: (content: Uint8Array) => Promise<void>,
    within = tmpdir(),
    notes?: NotesOfSpooled,
  ): Promise<SpooledFile> {
    const folder = await mkdtemp(path.join(within, FOLDER));
    const forget = await notes?.note(folder);
    const clean = async (): Promise<void> => {
      await rm(folder, { recursive: true, force: true });
      await forget?.();
    };
    return SpooledFile.#open({
      file: path.join(folder, IN_FOLDER),
      deliver: async (file) => {
        await deliver(await readFile(file));
        await clean();
      },
      clean,
    });
  }

  static async #open(destination: Destination): Promise<SpooledFile> {
    try {
      return new SpooledFile(destination, await open(destination.file, 'wx'));
    } catch (error) {
      await destination.clean();
      throw error;
    }
  }

  async write(pieces: readonly string[]): Promise<void> {
    let text = '';
    for (const piece of pieces) {
      text += piece;
      if (text.length < TAKEN_IN) continue;
      await this.#takeIn(text);
      text = '';
    }
    await this.#takeIn(text);
  }

  async #takeIn(text: string): Promise<void> {
    // To count the bytes would take as long as to write them.
    const most = text.length * LARGEST_UNIT;
    if (most > GATHERED - this.#gathered) await this.#send();
    if (most <= GATHERED) this.#gathered += this.#gathering.write(text, this.#gathered, 'utf8');
    else await this.#put(Buffer.from(text, 'utf8'));
  }

  /** Sends what is gathered to the disk, once that has what was sent before. */
  async #send(): Promise<void> {
    await this.#put(this.#gathering.subarray(0, this.#gathered));
    [this.#gathering, this.#resting] = [this.#resting, this.#gathering];
    this.#gathered = 0;
  }

  async #put(bytes: Uint8Array): Promise<void> {
    await this.#underWay;
    if (bytes.length === 0) return;
    this.#underWay = this.#handle?.writeFile(bytes) ?? Promise.resolve();
    // It may fail before anybody waits for it.
    this.#underWay.catch(() => undefined);
  }

  /** Everything is on the disk. */
  async #settle(): Promise<void> {
    await this.#send();
    await this.#underWay;
  }

  async rewrite(change: (written: AsyncIterable<string>) => AsyncIterable<string>): Promise<void> {
    await this.#settle();
    await this.#close();
    const { file } = this.#destination;
    const before = beforeOf(file);
    await rename(file, before);
    try {
      this.#handle = await open(file, 'wx');
      for await (const text of change(textOf(before))) await this.write([text]);
    } finally {
      await rm(before, { force: true });
    }
  }

  async finish(): Promise<void> {
    await this.#settle();
    await this.#close();
    await this.#destination.deliver(this.#destination.file);
  }

  async discard(): Promise<void> {
    await this.#underWay.catch(() => undefined);
    await this.#close();
    await this.#destination.clean();
  }

  async #close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }
}

/** A file piece by piece; no character is in two of them. */
async function* textOf(file: string): AsyncIterable<string> {
  const stream: AsyncIterable<unknown> = createReadStream(file, {
    encoding: 'utf8',
    highWaterMark: 64 * 1024,
  });
  for await (const piece of stream) if (typeof piece === 'string') yield piece;
}
