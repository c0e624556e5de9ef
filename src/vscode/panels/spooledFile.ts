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

/** Bytes that are gathered before they are written: a write wakes another thread, which costs more than its bytes. */
const GATHERED = 1024 * 1024;

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
  static async beside(target: string): Promise<SpooledFile> {
    const place = await realpath(target).catch(() => target);
    const mode = await stat(place).then(
      (found) => found.mode,
      () => undefined,
    );
    const file = path.join(
      path.dirname(place),
      `.${path.basename(place)}.${randomBytes(6).toString('hex')}.part`,
    );
    return SpooledFile.#open({
      file,
      deliver: async () => {
        if (mode !== undefined) await chmod(file, mode);
        await rename(file, place);
      },
      clean: () => rm(file, { force: true }),
    });
  }

  /**
   * For a place that only the editor can write to, and only as a whole: written in a folder of the machine for temporary
   * files that nobody else can read, then handed over in one piece.
   */
  static async elsewhere(
    deliver: (content: Uint8Array) => Promise<void>,
    within = tmpdir(),
  ): Promise<SpooledFile> {
    const folder = await mkdtemp(path.join(within, 'dataverse-webhooks-'));
    return SpooledFile.#open({
      file: path.join(folder, 'export'),
      deliver: async (file) => {
        await deliver(await readFile(file));
        await rm(folder, { recursive: true, force: true });
      },
      clean: () => rm(folder, { recursive: true, force: true }),
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

  async write(text: string): Promise<void> {
    const length = Buffer.byteLength(text, 'utf8');
    if (length > GATHERED - this.#gathered) await this.#send();
    if (length <= GATHERED) this.#gathered += this.#gathering.write(text, this.#gathered, 'utf8');
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
    const before = `${file}.before`;
    await rename(file, before);
    try {
      this.#handle = await open(file, 'wx');
      for await (const text of change(textOf(before))) await this.write(text);
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
    highWaterMark: 256 * 1024,
  });
  for await (const piece of stream) if (typeof piece === 'string') yield piece;
}
