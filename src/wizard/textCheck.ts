import type { Clock } from '../base/clock';
import { isCancellation } from '../base/errors';
import type { InputQuestion, Remark } from './ui';

/** Milliseconds without a key before the service is asked about what was typed (docs/ux.md, point 26). */
export const TYPING_PAUSE = 300;

/** What a check needs of the box that is typed into. */
export interface CheckedBox {
  /** The text that stands there now. */
  readonly text: () => string;
  readonly show: (remark: Remark | undefined) => void;
  /** Aborted when the box is gone. */
  readonly closed: AbortSignal;
}

/** Looks at the text while it is typed: the shape at once, the service after a pause, older answers ignored. */
export class TextCheck {
  readonly #question: Pick<InputQuestion, 'check' | 'checkRemote'>;
  readonly #box: CheckedBox;
  readonly #clock: Clock;
  #running: AbortController | undefined;

  constructor(question: Pick<InputQuestion, 'check' | 'checkRemote'>, box: CheckedBox, clock: Clock) {
    this.#question = question;
    this.#box = box;
    this.#clock = clock;
  }

  /** Says what is wrong with the text that stands there now, and asks the service when no key follows. */
  typed(): void {
    this.#running?.abort();
    const text = this.#box.text();
    const remark = this.#question.check(text);
    this.#box.show(remark);
    if (remark?.severity === 'error' || this.#question.checkRemote === undefined) return;
    const run = new AbortController();
    this.#running = run;
    void this.#askRemote(text, AbortSignal.any([run.signal, this.#box.closed]), remark);
  }

  /** Checks once more on Enter, without waiting for the pause. True when the text is refused. */
  async refuses(text: string): Promise<boolean> {
    this.#running?.abort();
    const remark = this.#question.check(text);
    this.#box.show(remark);
    if (remark?.severity === 'error') return true;
    const remote = await this.#remote(text, this.#box.closed);
    if (remote !== undefined) this.#box.show(remote);
    return remote?.severity === 'error';
  }

  async #askRemote(text: string, signal: AbortSignal, shown: Remark | undefined): Promise<void> {
    try {
      await this.#clock.delay(TYPING_PAUSE, signal);
    } catch (error) {
      // Another key, Enter, or the box is gone.
      if (isCancellation(error)) return;
      throw error;
    }
    const remark = await this.#remote(text, signal);
    if (!signal.aborted && this.#box.text() === text) this.#box.show(remark ?? shown);
  }

  /** A service that cannot answer does not stop the user: the write will tell. */
  async #remote(text: string, signal: AbortSignal): Promise<Remark | undefined> {
    try {
      return await this.#question.checkRemote?.(text, signal);
    } catch {
      return undefined;
    }
  }
}
