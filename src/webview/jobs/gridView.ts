import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Cell, GridColumn, GridRow } from '../../protocol/jobs';
import type { PageActions } from './actions';
import { columnTracks } from './columns';
import { holds } from './ranges';
import { placedRows, type PlacedRow } from './rowElements';
import { shownCell, type PageState } from './state';
import { styled } from './styled';
import type { Sight } from './sight';

/** Height of a row in pixels; the style has the same. */
export const ROW_HEIGHT = 22;

/** VS Code builds the menu of a cell from this. */
const CELL_CONTEXT = { webviewSection: 'cell', preventDefaultContextMenuItems: true };
/** The same as text, by column: every row needs it. */
const cellContexts: string[] = [];

function cellContext(column: number): string {
  return (cellContexts[column] ??= JSON.stringify({ ...CELL_CONTEXT, column }));
}

/**
 * The rows that are in sight and some around them, of any number. The row with the focus is always among them, so that
 * the focus does not get lost when somebody scrolls away.
 */
export function gridTable(state: PageState, sight: Sight, actions: PageActions): TemplateResult {
  const { extent, columns, texts } = state;
  const tracks = tracksOf(state);
  return html`
    <div class="scroll" id="scroll" @scroll=${() => actions.scrolled()}>
      <table
        role="grid"
        aria-label=${texts.results}
        aria-multiselectable="true"
        aria-rowcount=${extent.more ? -1 : extent.count + 1}
        aria-colcount=${columns.length}
        ${styled({ '--tracks': tracks })}
        @keydown=${(event: KeyboardEvent) => actions.key(event)}
      >
        <thead role="rowgroup">
          <tr role="row" aria-rowindex="1" data-index="-1">
            ${guard([columns, state.sorting, state.active.row < 0 ? state.active.column : -1], () =>
              columns.map((column, at) => heading(column, at, state, actions)),
            )}
          </tr>
        </thead>
        <tbody
          role="rowgroup"
          ${styled({ height: `${extent.count * ROW_HEIGHT}px`, 'padding-top': `${sight.from * ROW_HEIGHT}px` })}
          @click=${(event: MouseEvent) => onRow(event, (row) => actions.open(row, event))}
          @contextmenu=${(event: MouseEvent) => onRow(event, (row) => actions.menu(row, event))}
        >
          ${repeat(
            placed(rowsInSight(state, sight)),
            ({ element }) => element,
            ({ row }) => tableRow(row, row < sight.from || row >= sight.to, state),
          )}
        </tbody>
      </table>
    </div>
  `;
}

/** Found anew only for other rows or widths: scrolling asks for it with every picture. */
function tracksOf(state: PageState): string {
  if (
    measured.state?.columns !== state.columns ||
    measured.state.rows !== state.rows ||
    measured.state.layout !== state.layout
  )
    measured = { state, tracks: columnTracks(state.columns, state.rows, state.layout.widths) };
  return measured.tracks;
}

let measured: { readonly state?: Pick<PageState, 'columns' | 'rows' | 'layout'>; readonly tracks: string } = {
  tracks: '',
};

function rowsInSight({ extent, active }: PageState, { from, to }: Sight): readonly number[] {
  const last = Math.min(to, extent.count);
  const rows = Array.from({ length: Math.max(0, last - from) }, (_, at) => from + at);
  if (active.row < 0 || active.row >= extent.count || rows.length === 0) return rows;
  if (active.row < from) return [active.row, ...rows];
  return active.row >= last ? [...rows, active.row] : rows;
}

/** The rows that were drawn last, with the elements that show them. */
let drawn: readonly PlacedRow[] = [];
let elements = 0;

function placed(rows: readonly number[]): readonly PlacedRow[] {
  // Text that somebody has marked would be that of another row.
  const isMarked = getSelection()?.isCollapsed === false;
  const before = isMarked ? drawn.filter(({ row }) => rows.includes(row)) : drawn;
  drawn = placedRows(before, rows, () => (elements += 1));
  return drawn;
}

/** The row that something happened in; one listener is there for all of them. */
function onRow({ target }: Event, act: (row: number) => void): void {
  const row = target instanceof Element ? target.closest<HTMLElement>('tr') : null;
  if (row !== null) act(Number(row.dataset['index']));
}

function heading(column: GridColumn, at: number, state: PageState, actions: PageActions): TemplateResult {
  const { sorting, active } = state;
  const sorted = sorting?.key === column.key ? (sorting.descending ? 'descending' : 'ascending') : nothing;
  const focus = active.row < 0 && active.column === at;
  return html`<th
    role="columnheader"
    scope="col"
    aria-colindex=${at + 1}
    aria-sort=${sorted}
    tabindex=${focus ? '0' : '-1'}
    class=${column.numeric ? 'number' : ''}
    title=${headingTitle(column)}
    data-column=${at}
    @click=${() => actions.sort(column.key)}
  >
    <span class="label">${column.label}</span
    ><span
      class="grip"
      aria-hidden="true"
      @pointerdown=${(event: PointerEvent) => actions.resize(column.key, event)}
      @click=${(event: Event) => event.stopPropagation()}
      @dblclick=${() => actions.resetWidth(column.key)}
    ></span>
  </th>`;
}

/** The whole heading, which may be cut off, and what a query calls the column. */
function headingTitle({ label, name }: GridColumn): string {
  return name === undefined || label.endsWith(`(${name})`) ? label : `${label}\n${name}`;
}

/** A row is built anew only when it looks different: scrolling and moving about stay quick. */
function tableRow(index: number, isAway: boolean, state: PageState): unknown {
  const row = state.rows.get(index);
  const opened = row?.id !== undefined && row.id === (state.opening ?? state.details?.id);
  const selected = holds(state.selected, index);
  const column = state.active.row === index ? state.active.column : -1;
  return guard(
    [row, index, column, opened, selected, state.columns, isAway],
    () => html`
      <tr
        role="row"
        class=${`${row?.id === undefined ? '' : 'job'}${isAway ? ' away' : ''}`}
        aria-selected=${selected}
        aria-current=${opened ? 'true' : nothing}
        aria-rowindex=${index + 2}
        data-index=${index}
        data-vscode-context=${JSON.stringify({ row: index, job: row?.id !== undefined })}
        ${styled({ top: isAway ? `${index * ROW_HEIGHT}px` : '' })}
      >
        ${state.columns.map((each, at) => cellOf(row, each, at, column === at))}
      </tr>
    `,
  );
}

function cellOf(row: GridRow | undefined, column: GridColumn, at: number, hasFocus: boolean): TemplateResult {
  const cell = row?.cells[at];
  return html`<td
    role="gridcell"
    aria-colindex=${at + 1}
    tabindex=${hasFocus ? '0' : '-1'}
    class=${column.numeric ? 'number' : ''}
    title=${cell === undefined ? nothing : titleOf(cell)}
    dir="auto"
    data-column=${at}
    data-vscode-context=${cellContext(at)}
  >
    ${cell === undefined ? '' : shownCell(cell.text)}
  </td>`;
}

/** A text that fits needs no tip; a screen reader would say it twice. */
function titleOf(cell: Cell): string | typeof nothing {
  if (cell.title !== undefined && cell.title !== cell.text) return cell.title;
  return cell.text.length > 20 ? shownCell(cell.text) : nothing;
}
