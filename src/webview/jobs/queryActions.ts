import { QueryLanguage, type ToJobsPage } from '../../protocol/jobs';
import type * as z from 'zod/mini';
import { QueryCheck, reveal } from './queryCheck';
import {
  edited,
  isTooLong,
  languageChosen,
  marksOf,
  queryChecked,
  queryIn,
  queryLoaded,
  sendable,
} from './queryState';
import type { ShownPage } from './shownPage';
import type { PageState } from './state';

/** What is done with the query of the page, and what the extension says of it. */
export class QueryActions {
  readonly #page: ShownPage;
  readonly #check: QueryCheck;
  /** The first mark that keeps the query from being sent gets the caret when it comes. */
  #revealing = false;

  constructor(page: ShownPage) {
    this.#page = page;
    this.#check = new QueryCheck((question) => page.send('check', sendable(question)));
  }

  edit(text: string): void {
    const { state } = this.#page;
    if (state === undefined) return;
    this.#revealing = false;
    const next = edited(state, text);
    this.#page.show(next);
    this.#check.soon(queryIn(next));
  }

  /** A text was left out, because the field could not hold it. */
  overfull(): void {
    const { state } = this.#page;
    this.#page.show(state && { ...state, overfull: true });
  }

  query(key: 'choose' | 'save' | 'edit' | 'address'): void {
    const { state } = this.#page;
    if (state === undefined) return;
    if (key === 'choose') this.#page.send(key, {});
    else if (isTooLong(queryIn(state))) this.#markTooLong(state);
    else this.#page.send(key, queryIn(state));
  }

  chooseLanguage(text: string): void {
    const { state } = this.#page;
    const language = QueryLanguage.safeParse(text);
    if (state !== undefined && language.success) this.#page.show(languageChosen(state, language.data));
  }

  run(): void {
    const { state } = this.#page;
    if (state === undefined || state.run.phase === 'running') return;
    // What cannot be read is not sent on by the extension; here it is marked, and gets the caret.
    this.#revealing = true;
    if (isTooLong(queryIn(state))) {
      this.#markTooLong(state);
      return;
    }
    this.checkHandWritten();
    this.#page.send('run', queryIn(state));
  }

  /** A text of the user's own may have come from anywhere. */
  checkHandWritten(): void {
    const { state } = this.#page;
    if (state?.panel.handWritten === true) this.#check.now(queryIn(state));
  }

  /** The extension has looked at a text. */
  checked(params: z.infer<typeof ToJobsPage.checked.params>): void {
    const { state } = this.#page;
    const query = this.#check.about(params);
    if (state === undefined || query === undefined) return;
    const next = queryChecked(state, query, params);
    this.#page.show(next);
    const mark = marksOf(next).find(({ malformed }) => malformed);
    if (!this.#revealing || mark === undefined) return;
    this.#revealing = false;
    reveal(mark.start, mark.end);
  }

  /** The extension brings a query, such as one of the history. */
  load(params: z.infer<typeof ToJobsPage.load.params>): void {
    const { state } = this.#page;
    if (state === undefined) return;
    const next = queryLoaded(state, params);
    this.#page.show(next);
    this.#check.now(queryIn(next));
  }

  /** The extension takes no such text, and would keep the first part of it only; it is marked, and gets the caret. */
  #markTooLong(long: PageState): void {
    this.#revealing = true;
    this.#check.now(queryIn(long));
  }
}
