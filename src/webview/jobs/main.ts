import { render } from 'lit';
import { FromJobsPage, QueryLanguage, ToJobsPage } from '../../protocol/jobs';
import { dispatch } from '../../protocol/message';
import {
  edited,
  languageChosen,
  reduce,
  rowAfterKey,
  type Incoming,
  type Outgoing,
  type PageState,
} from './state';
import { page, type PageActions } from './view';

const host = acquireVsCodeApi();
let state: PageState | undefined;

function send(...[key, params]: Outgoing): void {
  host.postMessage({ method: FromJobsPage[key].method, params });
}

function show(next: PageState | undefined): void {
  state = next;
  if (next === undefined) return;
  const root = document.getElementById('root');
  if (root !== null) render(page(next, actions), root);
  // The state brings the panel back after the window was reloaded, so it is kept with every change.
  host.setState(next.panel);
}

function receive(incoming: Incoming): void {
  const openedBefore = state?.details?.id;
  show(reduce(state, incoming));
  const opened = state?.details?.id;
  if (opened !== openedBefore && opened !== undefined) document.getElementById('close')?.focus();
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
  cancel: () => send('cancel', {}),
  more: () => send('more', {}),
  open: (row, index) => {
    if (state !== undefined) show({ ...state, activeRow: index });
    if (row.id !== undefined) send('open', { id: row.id });
  },
  close: () => {
    send('close', {});
    focusRow();
  },
  copy: (text) => send('copy', { text }),
  key: onGridKey,
};

function onGridKey(event: KeyboardEvent): void {
  if (state === undefined) return;
  if (event.key === 'Enter' || event.key === ' ') {
    event.preventDefault();
    const row = state.grid.rows[state.activeRow];
    if (row !== undefined) actions.open(row, state.activeRow);
    return;
  }
  const next = rowAfterKey(event.key, state.activeRow, state.grid.rows.length);
  if (next === undefined) return;
  event.preventDefault();
  show({ ...state, activeRow: next });
  focusRow();
}

function focusRow(): void {
  const row = document.querySelector(`tr[data-index="${state?.activeRow ?? 0}"]`);
  if (row instanceof HTMLElement) row.focus();
}

window.addEventListener('message', (event: MessageEvent<unknown>) => {
  dispatch(
    ToJobsPage,
    {
      show: (params) => receive({ kind: 'show', params }),
      run: (params) => receive({ kind: 'run', params }),
      grid: (params) => receive({ kind: 'grid', params }),
      rows: (params) => receive({ kind: 'rows', params }),
      details: (params) => receive({ kind: 'details', params }),
    },
    event.data,
  );
});

document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && state?.details !== undefined) actions.close();
});

send('ready', {});
