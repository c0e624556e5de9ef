import { render } from 'lit';
import type { FromJobsPage } from '../../protocol/jobs';
import type { QueryParams, QuerySuggestion, QuerySuggestions } from '../../protocol/queries';
import type { z } from 'zod/mini';
import { placeInLayer } from './queryColours';
import { isTooLong, queryIn } from './queryState';
import type { PageState } from './state';
import {
  beginsName,
  continuesName,
  fitting,
  isToBeFilled,
  replacedBy,
  writtenFor,
  type Offer,
} from './suggesting';
import { MOST_SUGGESTED, optionId, suggestionList } from './suggestionsView';
import { blanksOfLine, write } from './typing';

type Question = z.infer<typeof FromJobsPage.suggest.params>;

/** Milliseconds after which somebody who waits is told so. */
const PATIENCE = 400;
/** Rows that a page key goes on. */
const PAGE = 10;

/**
 * What can be written at the caret of the query's field: asked of the extension as names are begun, and shown in a list
 * under the caret. The field is the browser's own, and keeps the focus; the list is only pointed to.
 */
export class Suggestions {
  readonly #host: { ask(question: Question): void; state(): PageState | undefined };
  #serial = 0;
  /** The question that waits for its answer. */
  #asked: { readonly query: QueryParams; readonly wanted: boolean } | undefined;
  #timer: number | undefined;
  #offer: Offer | undefined;
  #fitting: readonly QuerySuggestion[] = [];
  #at = 0;
  #writing = false;

  /** @param host sends a question to the extension, and tells what the page shows now */
  constructor(host: { ask(question: Question): void; state(): PageState | undefined }) {
    this.#host = host;
    document.addEventListener('keydown', (event) => this.#onKey(event), { capture: true });
    document.addEventListener('input', (event) => this.#onInput(event));
    document.addEventListener('compositionend', ({ target }) => this.#onTyped(target));
    document.addEventListener('selectionchange', () => this.#follow());
    document.addEventListener('focusout', ({ target }) => {
      if (target === fieldOfPage()) this.#close();
    });
    document.addEventListener('scroll', () => this.#place(), { capture: true, passive: true });
    window.addEventListener('resize', () => this.#place());
  }

  /** An answer has come; one that nobody waits for any more is dropped. */
  answered({ serial, ...found }: QuerySuggestions): void {
    const field = fieldOfPage();
    if (serial !== this.#serial || this.#asked === undefined || field !== document.activeElement) return;
    const { query, wanted } = this.#asked;
    this.#stopWaiting();
    this.#offer = { ...found, text: query.text };
    this.#at = 0;
    if (found.items.length > 0 || found.missing !== undefined) this.#follow();
    else if (wanted) this.#show([], this.#host.state()?.texts.suggestNone);
    else this.#close();
  }

  #onInput(event: Event): void {
    if (event.target !== fieldOfPage() || this.#writing) return;
    if (!(event instanceof InputEvent) || event.isComposing) return;
    if (event.inputType === 'insertText' && event.data?.length === 1) this.#onTyped(event.target);
    else if (event.inputType.startsWith('delete')) this.#follow();
    else this.#close();
  }

  #onTyped(target: EventTarget | null): void {
    const field = fieldOfPage();
    const query = this.#query();
    if (field === undefined || target !== field || query === undefined) return;
    const goesOn = continuesName(field.value, field.selectionStart);
    // What is known of the place, or asked for already, holds for the rest of the word.
    if (goesOn && (this.#offer !== undefined || this.#asked !== undefined)) this.#follow();
    else if (beginsName(query.language, field.value, field.selectionStart)) this.#ask(false);
    else this.#close();
  }

  #ask(wanted: boolean): void {
    const field = fieldOfPage();
    const query = this.#query();
    if (field === undefined || query === undefined) return;
    this.#close();
    if (isTooLong(query)) return;
    this.#serial += 1;
    this.#asked = { query, wanted };
    this.#host.ask({ ...query, serial: this.#serial, offset: field.selectionStart });
    this.#timer = window.setTimeout(() => this.#show([], this.#host.state()?.texts.suggestLoading), PATIENCE);
  }

  /** The list for what has been typed since; it is closed when the caret is elsewhere. */
  #follow(): void {
    const field = fieldOfPage();
    const offer = this.#offer;
    if (field === undefined || offer === undefined || this.#writing) return;
    const replaced =
      field.selectionStart === field.selectionEnd
        ? replacedBy(offer, field.value, field.selectionStart)
        : undefined;
    if (replaced === undefined) {
      this.#close();
      return;
    }
    const typed = field.value.slice(replaced.start, field.selectionStart);
    const found = fitting(offer.items, typed);
    // Who has written a whole name goes on.
    const isDone = found.length === 1 && found[0]?.insert === typed;
    if ((found.length === 0 && offer.missing === undefined) || isDone) this.#close();
    else {
      if (found[this.#at] !== this.#fitting[this.#at]) this.#at = 0;
      this.#show(found, offer.missing);
    }
  }

  #onKey(event: KeyboardEvent): void {
    const field = fieldOfPage();
    if (field === undefined || event.target !== field || event.isComposing) return;
    const isWish = event.key === ' ' ? event.ctrlKey : event.key === 'i' && (event.ctrlKey || event.metaKey);
    // What is run is the text as it stands.
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) this.#close();
    if (isWish && !event.altKey && !event.shiftKey) this.#ask(true);
    else if (!this.#isOpen() || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    else if (event.key === 'Escape') this.#close();
    else if (!this.#onListKey(event.key)) return;
    // Neither the field nor the editor, which listens behind the page, does anything else with it.
    event.preventDefault();
    event.stopPropagation();
  }

  #onListKey(key: string): boolean {
    const last = Math.min(this.#fitting.length, MOST_SUGGESTED) - 1;
    if (last < 0) return false;
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: this.#at === last ? 0 : this.#at + 1,
      ArrowUp: this.#at === 0 ? last : this.#at - 1,
      PageDown: Math.min(last, this.#at + PAGE),
      PageUp: Math.max(0, this.#at - PAGE),
    };
    const next = Object.hasOwn(moves, key) ? moves[key] : undefined;
    if (next !== undefined) {
      this.#at = next;
      this.#show(this.#fitting, this.#offer?.missing);
    } else if (key === 'Enter' || key === 'Tab') this.#accept(this.#at);
    else return false;
    return true;
  }

  #accept(at: number): void {
    const field = fieldOfPage();
    const [item, offer] = [this.#fitting[at], this.#offer];
    this.#close();
    if (field === undefined || item === undefined || offer === undefined) return;
    const replaced = replacedBy(offer, field.value, field.selectionStart);
    if (replaced === undefined) return;
    const written = writtenFor(item, blanksOfLine(field.value, replaced.start));
    this.#writing = true;
    write(field, replaced, written.text);
    field.setSelectionRange(replaced.start + written.start, replaced.start + written.end);
    this.#writing = false;
    if (isToBeFilled(written)) this.#ask(false);
  }

  #query(): QueryParams | undefined {
    const state = this.#host.state();
    return state === undefined ? undefined : queryIn(state);
  }

  #isOpen(): boolean {
    return popupOfPage()?.hidden === false;
  }

  #stopWaiting(): void {
    window.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#asked = undefined;
  }

  #close(): void {
    this.#stopWaiting();
    this.#offer = undefined;
    this.#fitting = [];
    this.#at = 0;
    const popup = popupOfPage();
    if (popup === undefined || popup.hidden) return;
    popup.hidden = true;
    speak('');
    for (const name of ['aria-controls', 'aria-activedescendant']) fieldOfPage()?.removeAttribute(name);
  }

  /** @param note what is said below the list, or instead of it */
  #show(items: readonly QuerySuggestion[], note: string | undefined): void {
    const [field, popup, now] = [fieldOfPage(), popupOfPage(), this.#host.state()];
    if (field === undefined || popup === undefined || now === undefined) return;
    this.#fitting = items;
    const choose = (at: number): void => this.#accept(at);
    render(suggestionList({ items, at: this.#at, note }, now.texts, choose), popup);
    popup.hidden = false;
    speak(note ?? '');
    if (items.length === 0) {
      for (const name of ['aria-controls', 'aria-activedescendant']) field.removeAttribute(name);
    } else {
      field.setAttribute('aria-controls', 'suggestions');
      field.setAttribute('aria-activedescendant', optionId(this.#at));
    }
    this.#place();
    document.getElementById(optionId(this.#at))?.scrollIntoView({ block: 'nearest' });
  }

  /** Under the line of the word that is written; above it where there is no room below. */
  #place(): void {
    const [field, popup] = [fieldOfPage(), popupOfPage()];
    if (field === undefined || popup === undefined || popup.hidden) return;
    const own = field.getBoundingClientRect();
    const at = placeInLayer(field.previousElementSibling, this.#offer?.start ?? field.selectionStart);
    const line = at ?? { left: own.left, top: own.bottom, bottom: own.bottom };
    const { width, height } = popup.getBoundingClientRect();
    const top = Math.min(Math.max(line.top, own.top), own.bottom);
    const bottom = Math.min(Math.max(line.bottom, own.top), own.bottom);
    const isBelow = bottom + height <= window.innerHeight || top - height < 0;
    popup.style.left = `${Math.max(0, Math.min(line.left, window.innerWidth - width))}px`;
    popup.style.top = `${isBelow ? bottom : top - height}px`;
  }
}

/** For who does not see the list; what is found is read out by itself. */
function speak(text: string): void {
  const spoken = document.getElementById('suggestSpoken');
  if (spoken !== null && spoken.textContent !== text) spoken.textContent = text;
}

function fieldOfPage(): HTMLTextAreaElement | undefined {
  const field = document.getElementById('query');
  return field instanceof HTMLTextAreaElement ? field : undefined;
}

function popupOfPage(): HTMLElement | undefined {
  return document.getElementById('suggest') ?? undefined;
}
