import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { ref } from 'lit/directives/ref.js';
import { isOverfull, isTooLong, markedPieces, marksOf, queryIn, translationOf } from './queryState';
import type { AroundRows } from './aroundRows';
import type { PageActions } from './actions';

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

/** The field, and over it the same text, unseen, whose marks are underlined. */
function editor(state: AroundRows, actions: PageActions): TemplateResult {
  const { text } = queryIn(state);
  const marks = marksOf(state);
  return html`
    <div class="editor">
      <textarea
        id="query"
        aria-label=${state.texts.query}
        aria-invalid=${marks.length > 0}
        aria-describedby=${marks.length > 0 ? 'mistakes' : nothing}
        spellcheck="false"
        rows="6"
        .value=${live(text)}
        @input=${(event: Event) => actions.edit(valueOf(event))}
        @beforeinput=${(event: InputEvent) => takeNoMore(event, actions)}
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
    </div>
  `;
}

/** The text, its marks as elements. In the template of the layer there must be no blank of the template's own. */
function underlined(text: string, marks: ReturnType<typeof marksOf>): readonly unknown[] {
  return markedPieces(text, marks).map(({ text: piece, mark }) =>
    mark === undefined ? piece : html`<span class=${mark.malformed ? 'malformed' : 'wrong'}>${piece}</span>`,
  );
}

/** A text that would be more than the field can hold is left out as a whole; what is there stays as it is. */
function takeNoMore(event: InputEvent, actions: PageActions): void {
  const { target: field, data } = event;
  if (data === null || !(field instanceof HTMLTextAreaElement)) return;
  const { textLength, selectionStart, selectionEnd } = field;
  if (!isOverfull(textLength - (selectionEnd - selectionStart) + data.length)) return;
  event.preventDefault();
  actions.overfull();
}

/** A field can keep room for a scrollbar where the marks over it have none; their lines must break at the same places. */
function fitToField(marks: Element | undefined): void {
  queueMicrotask(() => {
    const field = marks?.previousElementSibling;
    if (!(marks instanceof HTMLElement) || !(field instanceof HTMLTextAreaElement)) return;
    const room = field.offsetWidth - field.clientWidth - (marks.offsetWidth - marks.clientWidth);
    marks.style.right = `${room}px`;
    marks.scrollTop = field.scrollTop;
  });
}

function followScroll(event: Event): void {
  const { target } = event;
  if (!(target instanceof HTMLTextAreaElement)) return;
  const marks = target.nextElementSibling;
  if (marks !== null) marks.scrollTop = target.scrollTop;
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
