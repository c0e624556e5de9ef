import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { ref } from 'lit/directives/ref.js';
import { colour, hasColours, paint } from './queryColours';
import { isOverfull, isTooLong, markedPieces, marksOf, queryIn, translationOf } from './queryState';
import type { AroundRows } from './aroundRows';
import type { PageActions } from './actions';
import { blanksOfLine, endOfTyping, indent } from './typing';

/** The query that is run, to be read and changed. */
export function querySection(state: AroundRows, actions: PageActions): TemplateResult {
  const { texts, panel } = state;
  const running = state.run.phase === 'running';
  const query = queryIn(state);
  // A button that is off keeps the focus of the person who has just pressed it, hence aria-disabled.
  return html`
    <section class="query" aria-label=${texts.query}>
      <div class="bar">
        <label for="language">${texts.language}</label>
        <select
          id="language"
          .value=${live(panel.language)}
          @change=${(event: Event) => actions.chooseLanguage(valueOf(event))}
        >
          <option value="fetchXml" ?selected=${panel.language === 'fetchXml'}>${texts.fetchXml}</option>
          <option value="webApi" ?selected=${panel.language === 'webApi'}>${texts.webApi}</option>
        </select>
        <button id="run" class="primary" aria-disabled=${running} @click=${() => actions.run()}>
          ${texts.run}
        </button>
        <button id="cancel" aria-disabled=${!running} @click=${() => actions.cancel()}>
          ${texts.cancel}
        </button>
        <button id="chooseQuery" @click=${() => actions.query('choose')}>${texts.chooseQuery}</button>
        <button id="saveQuery" @click=${() => actions.query('save')}>${texts.saveQuery}</button>
        <button id="editQuery" title=${texts.editHint} @click=${() => actions.query('edit')}>
          ${texts.editQuery}
        </button>
        <button id="copyQuery" @click=${() => actions.copy(query.text)}>${texts.copyQuery}</button>
        <button id="copyAddress" @click=${() => actions.query('address')}>${texts.copyAddress}</button>
      </div>
      ${editor(state, actions)} ${mistakes(state, actions)} ${translation(state, actions)}
    </section>
  `;
}

/**
 * The field; behind it the same text in colours, which is seen through it; over it the same text, unseen, whose marks are
 * underlined.
 */
function editor(state: AroundRows, actions: PageActions): TemplateResult {
  const query = queryIn(state);
  const { text } = query;
  const marks = marksOf(state);
  const coloured = hasColours(query);
  return html`
    <div class=${coloured ? 'editor coloured' : 'editor'}>
      <div
        class="colours"
        aria-hidden="true"
        ${ref((layer) => {
          paint(layer, coloured ? query : { ...query, text: '' });
          fitToField(layer);
        })}
      ></div>
      <textarea
        id="query"
        aria-label=${state.texts.query}
        aria-autocomplete="list"
        aria-haspopup="listbox"
        aria-invalid=${marks.length > 0}
        aria-describedby=${marks.length > 0 ? 'mistakes' : nothing}
        spellcheck="false"
        rows="6"
        .value=${live(text)}
        @input=${(event: Event) => {
          if (isLineBreak(event) && event.target instanceof HTMLTextAreaElement) indent(event.target);
          actions.edit(valueOf(event));
        }}
        @beforeinput=${(event: InputEvent) => beforeInput(event, actions)}
        @scroll=${(event: Event) => followScroll(event)}
        @keydown=${(event: KeyboardEvent) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            actions.run();
          }
        }}
      ></textarea>
      ${
        // Twice a text of megabytes would make every key wait.
        marks.length === 0 || isTooLong(queryIn(state))
          ? nothing
          : html`<div class="marks" aria-hidden="true" ${ref(fitToField)}>${underlined(text, marks)}</div>`
      }
      <div id="suggest" hidden></div>
      <p id="suggestSpoken" role="status"></p>
    </div>
  `;
}

/** The text, its marks as elements. In the template of the layer there must be no blank of the template's own. */
function underlined(text: string, marks: ReturnType<typeof marksOf>): readonly unknown[] {
  const pieces = markedPieces(text, marks).map(({ text: piece, mark }) =>
    mark === undefined ? piece : html`<span class=${mark.malformed ? 'malformed' : 'wrong'}>${piece}</span>`,
  );
  // A line break at the end has a line of its own in a field; elsewhere only when there is something behind it.
  return [...pieces, '\n'];
}

/** A text that would be more than the field can hold is left out as a whole; what is there stays as it is. */
function beforeInput(event: InputEvent, actions: PageActions): void {
  const { target: field, data } = event;
  if (!(field instanceof HTMLTextAreaElement)) return;
  const { textLength, selectionStart, selectionEnd } = field;
  const isBreak = isLineBreak(event);
  const added = isBreak ? 1 + blanksOfLine(field.value, selectionStart).length : (data?.length ?? 0);
  if (added > 0 && isOverfull(textLength - (selectionEnd - selectionStart) + added)) {
    event.preventDefault();
    actions.overfull();
  } else if (isBreak) endOfTyping(field);
}

function isLineBreak(event: Event): boolean {
  return event instanceof InputEvent && event.inputType === 'insertLineBreak';
}

/** A field can keep room for a scrollbar where a layer with its text has none; their lines must break at the same places. */
function fitToField(layer: Element | undefined): void {
  queueMicrotask(() => {
    const field = layer?.parentElement?.querySelector('textarea');
    if (!(layer instanceof HTMLElement) || !(field instanceof HTMLTextAreaElement)) return;
    const room = field.offsetWidth - field.clientWidth - (layer.offsetWidth - layer.clientWidth);
    layer.style.right = `${room}px`;
    layer.scrollTop = field.scrollTop;
    colour(layer);
  });
}

function followScroll({ target }: Event): void {
  if (!(target instanceof HTMLTextAreaElement)) return;
  for (const layer of target.parentElement?.querySelectorAll('.colours, .marks') ?? []) {
    layer.scrollTop = target.scrollTop;
    colour(layer);
  }
}

function mistakes(state: AroundRows, actions: PageActions): TemplateResult {
  const marks = marksOf(state);
  // Always there: a live region that comes together with its text is not read out everywhere.
  return html`
    <div class="mistakes" aria-live="polite">
      ${state.overfull ? html`<p>${state.texts.overfull}</p>` : nothing}
      ${
        marks.length === 0
          ? nothing
          : html`<ul id="mistakes" aria-label=${state.texts.marks}>
              ${marks.map(
                (mark) =>
                  html`<li class=${mark.malformed ? 'malformed' : 'wrong'}>
                    <button class="link" @click=${() => actions.reveal(mark.start, mark.end)}>
                      ${mark.text}
                    </button>
                  </li>`,
              )}
            </ul>`
      }
    </div>
  `;
}

/** What the text that was edited is in the other language. */
function translation(state: AroundRows, actions: PageActions): TemplateResult {
  const found = translationOf(state);
  const own = state.panel.edited === state.panel.language;
  const other = state.panel.language === 'fetchXml' ? 'webApi' : 'fetchXml';
  return html`
    <div class="translation" aria-live="polite">
      ${
        found === undefined
          ? nothing
          : html`<p>
                ${found.summary}
                ${
                  found.text !== undefined && own
                    ? html`<button id="translate" @click=${() => actions.chooseLanguage(other)}>
                        ${state.texts.useTranslation}
                      </button>`
                    : nothing
                }
              </p>
              ${
                found.lines.length === 0
                  ? nothing
                  : html`<ul>
                      ${found.lines.map((line) => html`<li dir="auto">${line}</li>`)}
                    </ul>`
              }`
      }
    </div>
  `;
}

function valueOf(event: Event): string {
  const { target } = event;
  return target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement ? target.value : '';
}
