import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import type {
  Cell,
  ExportFormat,
  JobAction,
  JobFilterFields,
  GridRow,
  JobDetails,
} from '../../protocol/jobs';
import { actionsBar } from './actionsView';
import { filterSection } from './filterView';
import { failuresSection } from './failuresView';
import { querySection } from './queryView';
import { isBusy, shownCell, wideColumns, type PageState } from './state';

/** What the templates can ask for. */
export interface PageActions {
  edit(text: string): void;
  chooseLanguage(language: string): void;
  run(): void;
  filter(fields: JobFilterFields): void;
  cancel(): void;
  more(): void;
  all(): void;
  export(format: ExportFormat): void;
  /** Shows the rows of one group only; all rows when undefined. */
  chooseGroup(key: string | undefined): void;
  openExample(): void;
  open(row: GridRow, index: number, event: MouseEvent): void;
  act(action: JobAction, ids: readonly string[]): void;
  close(): void;
  copy(text: string): void;
  replay(id: string): void;
  key(event: KeyboardEvent): void;
}

/** The whole page. All texts of strangers go in as text nodes and attribute values, never as markup. */
export function page(state: PageState, actions: PageActions): TemplateResult {
  return html`
    <div class=${isBusy(state) ? 'progress busy' : 'progress'} aria-hidden="true"></div>
    <header><h1 dir="auto">${state.title}</h1></header>
    <main class=${state.details === undefined ? 'one' : 'two'}>
      <div class="report">
        ${state.failures === undefined ? nothing : failuresSection(state.failures, state, actions)}
        ${filterSection(state, actions)} ${querySection(state, actions)} ${results(state, actions)}
      </div>
      ${state.details === undefined ? nothing : details(state.details, state, actions)}
    </main>
  `;
}

function results(state: PageState, actions: PageActions): TemplateResult {
  const { texts, grid, run } = state;
  const failed = run.phase === 'failed';
  // Both live regions are always there: one that comes together with its text is not read out everywhere.
  return html`
    <section class="results" aria-label=${texts.results} aria-busy=${run.phase === 'running'}>
      <p class="status" role="status">${failed ? '' : run.text}</p>
      <div role="alert">${failed ? html`<p class="error" dir="auto">${run.text}</p>` : nothing}</div>
      ${actionsBar(state, actions)} ${state.shown.length === 0 ? nothing : table(state, actions)}
      ${
        grid.more && run.phase !== 'running'
          ? html`<div class="bar pages">
              <button id="more" @click=${() => actions.more()}>${texts.loadMore}</button>
              <button id="all" @click=${() => actions.all()}>${texts.loadAll}</button>
            </div>`
          : nothing
      }
      ${
        state.shown.length === 0
          ? nothing
          : html`<div class="bar pages">
              ${(['csv', 'json', 'markdown'] as const).map(
                (format) =>
                  html`<button id=${`export-${format}`} @click=${() => actions.export(format)}>
                    ${texts.exports[format]}
                  </button>`,
              )}
            </div>`
      }
    </section>
  `;
}

function table(state: PageState, actions: PageActions): TemplateResult {
  const { grid, texts } = state;
  const wide = wideColumns(grid);
  const classes = grid.columns.map((column, at) => (column.numeric ? 'number' : wide.has(at) ? 'wide' : ''));
  return html`
    <div class="scroll">
      <table
        role="grid"
        aria-multiselectable="true"
        aria-rowcount=${grid.more ? -1 : state.shown.length + 1}
        @keydown=${(event: KeyboardEvent) => actions.key(event)}
      >
        <caption>
          ${texts.results}
        </caption>
        <thead>
          <tr>
            ${grid.columns.map((column, at) => html`<th scope="col" class=${classes[at] ?? ''}>${column.label}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${state.shown.map((row, index) => tableRow(row, index, classes, state, actions))}
        </tbody>
      </table>
    </div>
  `;
}

/** A row is built anew only when it looks different: typing and moving about stay quick with many rows. */
function tableRow(
  row: GridRow,
  index: number,
  classes: readonly string[],
  state: PageState,
  actions: PageActions,
): unknown {
  const opened = row.id !== undefined && row.id === (state.opening ?? state.details?.id);
  const active = index === state.activeRow;
  const chosen = row.id !== undefined && state.selected.has(row.id);
  const marked = state.selected.size === 0 ? opened : chosen;
  return guard(
    [row, index, active, opened, marked, classes.join(' ')],
    () => html`
      <tr
        tabindex=${active ? '0' : '-1'}
        class=${row.id === undefined ? '' : 'job'}
        aria-selected=${marked}
        aria-current=${opened ? 'true' : nothing}
        aria-rowindex=${index + 2}
        data-index=${index}
        @click=${(event: MouseEvent) => actions.open(row, index, event)}
      >
        ${row.cells.map(
          (cell, at) =>
            html`<td class=${classes[at] ?? ''} title=${titleOf(cell)} dir="auto">
              ${shownCell(cell.text)}
            </td>`,
        )}
      </tr>
    `,
  );
}

/** A text that fits needs no tip; a screen reader would say it twice. */
function titleOf(cell: Cell): string | typeof nothing {
  if (cell.title !== undefined && cell.title !== cell.text) return cell.title;
  return cell.text.length > 20 ? shownCell(cell.text) : nothing;
}

function details(job: JobDetails, state: PageState, actions: PageActions): TemplateResult {
  const { texts } = state;
  return html`
    <aside aria-label=${texts.details} aria-busy=${state.opening !== undefined}>
      <div class="bar">
        <h2 id="details" tabindex="-1" dir="auto">${job.heading}</h2>
        <button id="close" @click=${() => actions.close()}>${texts.close}</button>
      </div>
      <h3>${texts.cause}</h3>
      <p class="cause" dir="auto">${job.cause}</p>
      <h3>${texts.remedy}</h3>
      <p class="remedy" dir="auto">${job.remedy}</p>
      ${replayBar(job, texts, actions)}
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
        ${
          job.message === ''
            ? nothing
            : html`<button id="copyMessage" @click=${() => actions.copy(job.message)}>
                ${texts.copyMessage}
              </button>`
        }
      </div>
      ${
        job.message === ''
          ? html`<p class="none">${texts.noMessage}</p>`
          : html`<pre tabindex="0" role="group" dir="auto" aria-label=${texts.message}>${job.message}</pre>`
      }
    </aside>
  `;
}

/** What the delivery of a job was is not kept anywhere, so the button says what it sends instead. */
function replayBar(
  job: JobDetails,
  texts: PageState['texts'],
  actions: PageActions,
): TemplateResult | typeof nothing {
  if (job.canReplay !== true) return nothing;
  return html`<div class="bar">
    <button id="replay" aria-describedby="replayHint" @click=${() => actions.replay(job.id)}>
      ${texts.replay}
    </button>
    <span id="replayHint" class="none">${texts.replayHint}</span>
  </div>`;
}
