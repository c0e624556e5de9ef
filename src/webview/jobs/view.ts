import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { GridColumn, GridRow, JobDetails } from '../../protocol/jobs';
import type { PageState } from './state';

/** What the templates can ask for. */
export interface PageActions {
  edit(text: string): void;
  chooseLanguage(language: string): void;
  run(): void;
  cancel(): void;
  more(): void;
  open(row: GridRow, index: number): void;
  close(): void;
  copy(text: string): void;
  key(event: KeyboardEvent): void;
}

/** The whole page. All texts of strangers go in as text nodes and attribute values, never as markup. */
export function page(state: PageState, actions: PageActions): TemplateResult {
  return html`
    <header>
      <h1 dir="auto">${state.title}</h1>
    </header>
    <main class=${state.details === undefined ? 'one' : 'two'}>
      <div class="report">${queryForm(state, actions)} ${results(state, actions)}</div>
      ${state.details === undefined ? nothing : details(state.details, state, actions)}
    </main>
  `;
}

function queryForm(state: PageState, actions: PageActions): TemplateResult {
  const { texts, panel } = state;
  const running = state.run.phase === 'running';
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
        <button class="primary" ?disabled=${running} @click=${() => actions.run()}>${texts.run}</button>
        <button ?disabled=${!running} @click=${() => actions.cancel()}>${texts.cancel}</button>
        <button @click=${() => actions.copy(panel.queries[panel.language])}>${texts.copyQuery}</button>
      </div>
      <textarea
        id="query"
        aria-label=${texts.query}
        spellcheck="false"
        rows="8"
        .value=${live(panel.queries[panel.language])}
        @input=${(event: Event) => actions.edit(valueOf(event))}
        @keydown=${(event: KeyboardEvent) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            actions.run();
          }
        }}
      ></textarea>
    </section>
  `;
}

function results(state: PageState, actions: PageActions): TemplateResult {
  const { texts, grid, run } = state;
  return html`
    <section
      class="results"
      aria-label=${texts.results}
      aria-busy=${run.phase === 'running' ? 'true' : 'false'}
    >
      ${
        run.phase === 'failed'
          ? html`<p class="error" role="alert" dir="auto">${run.text}</p>`
          : html`<p class="status" role="status">${run.text}</p>`
      }
      ${grid.rows.length === 0 ? nothing : table(state, actions)}
      ${
        grid.more && run.phase !== 'running'
          ? html`<button class="more" @click=${() => actions.more()}>${texts.loadMore}</button>`
          : nothing
      }
    </section>
  `;
}

function table(state: PageState, actions: PageActions): TemplateResult {
  const { grid, texts } = state;
  return html`
    <div class="scroll" tabindex="-1">
      <table @keydown=${(event: KeyboardEvent) => actions.key(event)}>
        <caption>
          ${texts.results}
        </caption>
        <thead>
          <tr>
            ${grid.columns.map((column) => html`<th scope="col" class=${cellClass(column)}>${column.label}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${grid.rows.map((row, index) => tableRow(row, index, state, actions))}
        </tbody>
      </table>
    </div>
  `;
}

function tableRow(row: GridRow, index: number, state: PageState, actions: PageActions): TemplateResult {
  const opened = row.id !== undefined && row.id === state.details?.id;
  return html`
    <tr
      tabindex=${index === state.activeRow ? '0' : '-1'}
      class=${opened ? 'opened' : ''}
      aria-current=${opened ? 'true' : 'false'}
      data-index=${index}
      @click=${() => actions.open(row, index)}
    >
      ${row.cells.map(
        (cell, at) =>
          html`<td class=${cellClass(state.grid.columns[at])} title=${cell.title ?? cell.text} dir="auto">
            ${cell.text}
          </td>`,
      )}
    </tr>
  `;
}

function cellClass(column: GridColumn | undefined): string {
  return column?.numeric === true ? 'number' : '';
}

function details(job: JobDetails, state: PageState, actions: PageActions): TemplateResult {
  const { texts } = state;
  return html`
    <aside aria-label=${texts.details}>
      <div class="bar">
        <h2 dir="auto">${job.heading}</h2>
        <button id="close" @click=${() => actions.close()}>${texts.close}</button>
      </div>
      <h3>${texts.cause}</h3>
      <p class="cause" dir="auto">${job.cause}</p>
      <h3>${texts.remedy}</h3>
      <p class="remedy">${job.remedy}</p>
      <dl>
        ${job.lines.map(
          (line) =>
            html`<div>
              <dt>${line.label}</dt>
              <dd title=${line.title ?? nothing} dir="auto">${line.value}</dd>
            </div>`,
        )}
      </dl>
      <div class="bar">
        <h3>${texts.message}</h3>
        <button @click=${() => actions.copy(job.message)}>${texts.copyMessage}</button>
      </div>
      <pre tabindex="0" dir="auto" aria-label=${texts.message}>
${job.message === '' ? texts.noMessage : job.message}</pre>
    </aside>
  `;
}

function valueOf(event: Event): string {
  const { target } = event;
  return target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement ? target.value : '';
}
