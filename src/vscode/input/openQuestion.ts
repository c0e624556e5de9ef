import * as vscode from 'vscode';
import { DisposableStore } from '../../base/disposable';
import { CancelledError } from '../../base/errors';
import { titleLine } from '../../presentation/texts/plainText';
import { LeftUnanswered, type BACK, type Place } from '../../wizard/ui';

/** Whom a question is about; a function where that is known only when something fails. */
export type Where = string | (() => string);

/** One open question: settles once, and closes what it opened. */
export class OpenQuestion<T> {
  readonly store = new DisposableStore();
  readonly #abort = new AbortController();
  readonly #resolve: (answer: T | typeof BACK) => void;
  readonly #reject: (error: unknown) => void;
  readonly answer: Promise<T | typeof BACK>;
  /** What it needs could not be loaded, so that all there is to do is to try again or to leave. */
  unanswerable = false;

  constructor(input: vscode.QuickInput, place: Place, outer: AbortSignal) {
    const settled = Promise.withResolvers<T | typeof BACK>();
    this.answer = settled.promise;
    this.#resolve = settled.resolve;
    this.#reject = settled.reject;
    this.store.add(input);
    input.title = titleLine(place.title);
    input.step = place.number;
    input.totalSteps = place.total;
    // People leave to copy a URL or a key; the question must still be there when they come back.
    input.ignoreFocusOut = true;
    this.store.add(input.onDidHide(() => this.cancel()));
    const onAbort = (): void => this.cancel();
    outer.addEventListener('abort', onAbort, { once: true });
    this.store.add({ dispose: () => outer.removeEventListener('abort', onAbort) });
  }

  /** Aborted as soon as the question is over. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  settle(answer: T | typeof BACK): void {
    this.#close();
    this.#resolve(answer);
  }

  cancel(): void {
    this.#close();
    this.#reject(this.unanswerable ? new LeftUnanswered() : new CancelledError());
  }

  #close(): void {
    this.#abort.abort();
    this.store.dispose();
  }
}

/** The buttons beside the title of a question. */
export function buttons(place: Place): vscode.QuickInputButton[] {
  return place.canGoBack ? [vscode.QuickInputButtons.Back] : [];
}

/** The name of whom a question is about. */
export function nameOf(where: Where): string {
  return typeof where === 'string' ? where : where();
}
