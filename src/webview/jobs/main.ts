import { render } from 'lit';
import { FromJobsPage, QueryLanguage, ToJobsPage } from '../../protocol/jobs';
import { dispatch } from '../../protocol/message';
import {
  edited,
  groupChosen,
  Kept,
  kept,
  languageChosen,
  reduce,
  restored,
  rowAfterKey,
  rowChosen,
  rowsSelected,
  rowText,
  rowToggled,
  selectedRows,
  type Incoming,
  type Outgoing,
  type PageState,
} from './state';
import { page, type PageActions } from './view';

const host = acquireVsCodeApi();
let state: PageState | undefined;
/** The focus goes into the details when they were opened with the keyboard; a click leaves it on the row. */
let focusDetails = false;

function send(...[key, params]: Outgoing): void {
  host.postMessage({ method: FromJobsPage[key].method, params });
}

function show(next: PageState | undefined): void {
  state = next;
  if (next === undefined) return;
  const root = document.getElementById('root');
  if (root !== null) render(page(next, actions), root);
  // The state brings the panel back after the window was reloaded, so it is kept with every change.
  host.setState(kept(next));
}

function receive(incoming: Incoming): void {
  const first = state === undefined;
  const hadFocus = document.querySelector('aside')?.contains(document.activeElement) === true;
  const next = reduce(state, incoming);
  if (next !== undefined && first) {
    const before = Kept.safeParse(host.getState());
    show(before.success ? restored(next, before.data) : next);
    // Only after a reload: scrolling to an element can also move where Tab starts from.
    if (before.success) rowElement()?.scrollIntoView({ block: 'nearest' });
  } else show(next);
  if (incoming.kind !== 'details') return;
  if (incoming.params === undefined) {
    if (hadFocus) focusRow();
  } else if (focusDetails || hadFocus) document.getElementById('details')?.focus();
  focusDetails = false;
}

const actions: PageActions = {
  edit: (text) => {
    if (state !== undefined) show(edited(state, text));
  },
  chooseLanguage: (text) => {
    const language = QueryLanguage.safeParse(text);
    if (state !== undefined && language.success) show(languageChosen(state, language.data));
  },
  run: () => {
    if (state === undefined || state.run.phase === 'running') return;
    const { language, queries } = state.panel;
    send('run', { language, text: queries[language] });
  },
  filter: (fields) => send('filter', fields),
  cancel: () => {
    if (state?.run.phase === 'running') send('cancel', {});
  },
  more: () => {
    send('more', {});
    // The button goes away while the rows are read, so the focus goes where they will be.
    focusRow();
  },
  all: () => {
    send('all', {});
    focusRow();
  },
  chooseGroup: (key) => {
    if (state !== undefined) show(groupChosen(state, key));
    // Showing all rows again takes its button away; the group that was chosen gets the focus.
    if (document.activeElement === document.body) document.querySelector<HTMLElement>('.group')?.focus();
  },
  openExample: () => {
    const id = state?.failures?.groups.find(({ key }) => key === state?.group)?.example;
    if (id === undefined || state === undefined) return;
    const index = state.shown.findIndex((row) => row.id === id);
    const row = state.shown[index];
    if (row !== undefined) open(row, index, true);
  },
  export: (format) => {
    const group = state?.group;
    send('export', { format, ...(group === undefined ? {} : { group }) });
  },
  act: (action, ids) => send('act', { action, ids: [...ids] }),
  open: (row, index, event) => {
    // A click that ends a selection of text is no wish to open anything.
    if (getSelection()?.isCollapsed === false && !event.shiftKey) return;
    if (state !== undefined && (event.ctrlKey || event.metaKey)) show(rowToggled(state, index));
    else if (state !== undefined && event.shiftKey) {
      getSelection()?.removeAllRanges();
      show(rowsSelected(state, state.activeRow, index));
    } else open(row, index, false);
  },
  close: () => {
    send('close', {});
    focusRow();
  },
  copy: (text) => send('copy', { text }),
  replay: (id) => send('replay', { id }),
  key: onGridKey,
};

function open(row: PageState['grid']['rows'][number], index: number, byKeyboard: boolean): void {
  if (state === undefined) return;
  show(rowChosen({ ...state, selected: new Set() }, row, index));
  if (row.id === undefined) return;
  focusDetails = byKeyboard;
  send('open', { id: row.id });
}

function onGridKey(event: KeyboardEvent): void {
  if (state === undefined) return;
  const row = state.shown[state.activeRow];
  const command = event.ctrlKey || event.metaKey;
  if (command && event.key === 'c' && row !== undefined && getSelection()?.isCollapsed !== false) {
    event.preventDefault();
    const rows = state.selected.size === 0 ? [row] : selectedRows(state);
    actions.copy(rows.map(rowText).join('\n'));
    return;
  }
  if (command && (event.key === 'a' || event.key === ' ')) {
    event.preventDefault();
    const all = rowsSelected(state, 0, state.shown.length - 1);
    show(event.key === ' ' ? rowToggled(state, state.activeRow) : { ...all, activeRow: state.activeRow });
    return;
  }
  if (event.altKey || (command && event.key !== 'Home' && event.key !== 'End')) return;
  if (event.key === 'Enter' || event.key === ' ') {
    event.preventDefault();
    if (row !== undefined) open(row, state.activeRow, true);
    return;
  }
  const next = rowAfterKey(event.key, state.activeRow, state.shown.length);
  if (next === undefined) return;
  event.preventDefault();
  show(event.shiftKey ? rowsSelected(state, state.activeRow, next) : { ...state, activeRow: next });
  focusRow();
}

function rowElement(): HTMLElement | undefined {
  const row = document.querySelector(`tr[data-index="${state?.activeRow ?? 0}"]`);
  return row instanceof HTMLElement ? row : undefined;
}

function focusRow(): void {
  rowElement()?.focus();
}

window.addEventListener('message', (event: MessageEvent<unknown>) => {
  dispatch(
    ToJobsPage,
    {
      show: (params) => receive({ kind: 'show', params }),
      run: (params) => receive({ kind: 'run', params }),
      state: (params) => receive({ kind: 'state', params }),
      grid: (params) => receive({ kind: 'grid', params }),
      rows: (params) => receive({ kind: 'rows', params }),
      failures: (params) => receive({ kind: 'failures', params }),
      acted: (params) => receive({ kind: 'acted', params }),
      details: (params) => receive({ kind: 'details', params }),
    },
    event.data,
  );
});

document.addEventListener('keydown', (event) => {
  // In a field Escape belongs to the field.
  const inField =
    event.target instanceof HTMLTextAreaElement ||
    event.target instanceof HTMLInputElement ||
    event.target instanceof HTMLSelectElement;
  if (event.key === 'Escape' && !inField && state?.details !== undefined) actions.close();
});

send('ready', {});
