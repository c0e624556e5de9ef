import type { QueryChecked, QueryParams } from '../../protocol/queries';

/** Milliseconds of rest in typing before the text is checked. */
const TYPING_PAUSE = 300;

/** Asks the extension about the text as it is written, one question after the other. */
export class QueryCheck {
  readonly #ask: (question: QueryParams & { readonly serial: number }) => void;
  #asked: QueryParams | undefined;
  #serial = 0;
  #timer: number | undefined;

  constructor(ask: (question: QueryParams & { readonly serial: number }) => void) {
    this.#ask = ask;
  }

  /** Asks after a pause in typing. */
  soon(query: QueryParams): void {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.now(query), TYPING_PAUSE);
  }

  now(query: QueryParams): void {
    window.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#asked = query;
    this.#serial += 1;
    this.#ask({ ...query, serial: this.#serial });
  }

  /** What an answer is about; undefined for one that nobody waits for any more. */
  about(checked: QueryChecked): QueryParams | undefined {
    return checked.serial === this.#serial ? this.#asked : undefined;
  }
}

/** Puts the caret around a place of the query. */
export function reveal(start: number, end: number): void {
  const field = document.getElementById('query');
  if (!(field instanceof HTMLTextAreaElement)) return;
  field.focus();
  field.setSelectionRange(start, end);
}
