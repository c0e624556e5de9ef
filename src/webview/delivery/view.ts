import { html, nothing, type TemplateResult } from 'lit';
import {
  DeliveryAct,
  type ContextPart,
  type CopiedPart,
  type DeliveryPage,
  type DeliveryTexts,
  type NamedValue,
  type ShownAnswer,
  type ValueRow,
} from '../../protocol/delivery';

export type ShownRows = ReadonlyMap<string, number>;

/** What the page can ask for. */
export interface DeliveryActions {
  act(act: DeliveryAct): void;
  copy(part: CopiedPart): void;
  open(id: string): void;
  showMore(place: string, count: number): void;
}

/** Rows of a table that are drawn at once. */
const PAGE_OF_ROWS = 200;

/** The page of one delivery. Everything of a stranger goes in as text. */
export function page(state: DeliveryPage, shown: ShownRows, actions: DeliveryActions): TemplateResult {
  const { texts } = state;
  return html`
    <main>
      <header>
        <h1 dir="auto">${state.title}</h1>
        <p class="summary" dir="auto" aria-live="polite">${state.summary}</p>
        <ul class="notes">
          ${state.notes.map((note) => html`<li dir="auto">${note}</li>`)}
        </ul>
        <div class="bar" role="group" aria-label=${texts.actions}>
          ${Object.values(DeliveryAct.def.entries).map(
            (act) =>
              html`<button
                data-act=${act}
                class=${act === 'replay' ? 'primary' : ''}
                @click=${() => actions.act(act)}
              >
                ${texts.acts[act]}
              </button>`,
          )}
        </div>
        ${values(state.facts, texts)}
      </header>
      ${state.answer === undefined ? nothing : answerSection(state.answer, texts, actions)}
      ${
        state.parts.length === 0
          ? nothing
          : html`<section aria-labelledby="context">
              <h2 id="context">${texts.context}</h2>
              ${state.parts.map((part, index) => contextPart(part, `${index}`, texts, shown, actions))}
            </section>`
      }
      <section aria-labelledby="request">
        <div class="bar">
          <h2 id="request">${texts.request}</h2>
          <button id="copyHeaders" @click=${() => actions.copy('headers')}>${texts.copyHeaders}</button>
        </div>
        <p class="line" dir="ltr">${state.line}</p>
        ${values(state.headers, texts)}
      </section>
      ${relatedSection(state, actions)}
      <section aria-labelledby="json">
        <div class="bar">
          <h2 id="json">${texts.json}</h2>
          <button id="copyBody" @click=${() => actions.copy('body')}>${texts.copyBody}</button>
        </div>
        <pre tabindex="0" role="group" aria-labelledby="json" dir="ltr">${state.json}</pre>
      </section>
    </main>
  `;
}

function relatedSection({ related, texts }: DeliveryPage, actions: DeliveryActions): unknown {
  if (related.length === 0) return nothing;
  return html`<section aria-labelledby="related">
    <h2 id="related">${texts.related}</h2>
    <ul class="related">
      ${related.map(
        ({ id, text }) =>
          html`<li>
            <button class="link" data-id=${id} dir="auto" @click=${() => actions.open(id)}>${text}</button>
          </li>`,
      )}
    </ul>
  </section>`;
}

function answerSection(answer: ShownAnswer, texts: DeliveryTexts, actions: DeliveryActions): TemplateResult {
  return html`<section aria-labelledby="answer">
    <div class="bar">
      <h2 id="answer">${texts.answer}</h2>
      <button id="copyAnswer" @click=${() => actions.copy('answer')}>${texts.copyAnswer}</button>
    </div>
    <p class=${answer.success ? 'line' : 'line error'}>${answer.line}</p>
    <p>${answer.meaning}</p>
    ${values(answer.headers, texts)}
    ${
      answer.body === ''
        ? nothing
        : html`<pre tabindex="0" role="group" aria-labelledby="answer" dir="ltr">${answer.body}</pre>`
    }
  </section>`;
}

function values(list: readonly NamedValue[], texts: DeliveryTexts): unknown {
  if (list.length === 0) return nothing;
  return html`<dl>
    ${list.map(
      ({ name, value, masked }) =>
        html`<div>
          <dt dir="auto">${name}</dt>
          <dd dir="auto">
            ${masked === true ? html`<span title=${texts.masked} aria-label=${texts.masked} role="img">${value}</span>` : value}
          </dd>
        </div>`,
    )}
  </dl>`;
}

function contextPart(
  part: ContextPart,
  place: string,
  texts: DeliveryTexts,
  shown: ShownRows,
  actions: DeliveryActions,
): TemplateResult {
  return html`<details ?open=${part.open}>
    <summary dir="auto">
      ${part.title}${part.rows.length > 0 ? html` <span class="none">${part.rows.length}</span>` : nothing}
    </summary>
    <div class="inside">
      ${values(part.lines, texts)} ${rowsTable(part, place, texts, shown, actions)}
      ${part.parts.map((inner, index) => contextPart(inner, `${place}.${index}`, texts, shown, actions))}
    </div>
  </details>`;
}

function rowsTable(
  { title, rows, compares }: ContextPart,
  place: string,
  texts: DeliveryTexts,
  shown: ShownRows,
  actions: DeliveryActions,
): unknown {
  if (rows.length === 0) return nothing;
  const count = shown.get(place) ?? PAGE_OF_ROWS;
  const rest = Math.min(PAGE_OF_ROWS, rows.length - count);
  return html`<div class="scroll" tabindex="0" role="group" aria-label=${title}>
      <table>
        <caption class="unseen" dir="auto">
          ${title}
        </caption>
        <thead>
          <tr>
            <th scope="col">${texts.column}</th>
            <th scope="col">${texts.type}</th>
            ${compares ? html`<th scope="col">${texts.before}</th>` : nothing}
            <th scope="col">${texts.value}</th>
          </tr>
        </thead>
        <tbody>
          ${rows.slice(0, count).map((row) => valueRow(row, compares, texts))}
        </tbody>
      </table>
    </div>
    ${
      rest > 0
        ? html`<button data-more=${place} @click=${() => actions.showMore(place, count + PAGE_OF_ROWS)}>
            ${texts.showMore.replace('{count}', String(rest))}
          </button>`
        : nothing
    }`;
}

function valueRow(row: ValueRow, compares: boolean, texts: DeliveryTexts): TemplateResult {
  const empty = html`<span class="none">${texts.empty}</span>`;
  const text = (value: string): unknown => (value === '' ? empty : value);
  const changed = row.changed === true;
  return html`<tr class=${changed ? 'changed' : ''}>
    <th scope="row" dir="auto">${row.name}</th>
    <td class="type">${row.type}</td>
    ${compares ? html`<td dir="auto">${row.before === undefined ? nothing : text(row.before)}</td>` : nothing}
    <td dir="auto" title=${row.title ?? nothing}>
      ${changed ? html`<span class="mark">${texts.changed}</span> ` : nothing}${text(row.value)}
    </td>
  </tr>`;
}
