import { ToJobsPage } from '../../protocol/jobs';
import { dispatch } from '../../protocol/message';
import { keepFocus, onEscape } from '../keptFocus';
import { keepScroll } from '../keptScroll';
import type { PageActions } from './actions';
import { GridActions } from './gridActions';
import { pageActions } from './pageActions';
import { QueryActions } from './queryActions';
import { beginAtTop, scrolledParts } from './scrolledParts';
import { ShownPage } from './shownPage';
import { Suggestions } from './suggestions';
import { Kept, reduce, restored, type Incoming } from './state';

/** The name of any cell for who seeks the focus: which one it is, the place of the reader says. */
const GRID = 'grid';

const host = acquireVsCodeApi();
const page = new ShownPage(host, () => actions);
const grid = new GridActions(page);
const query = new QueryActions(page);
const suggestions = new Suggestions({
  ask: (question) => page.send('suggest', question),
  state: () => page.state,
});
const actions: PageActions = pageActions(page, grid, query);

const bringFocusBack = keepFocus({
  nameOf: (element) => (element.closest('table[role]') === null ? element.id || undefined : GRID),
  find: (name) => (name === GRID ? page.activeCell : (document.getElementById(name) ?? undefined)),
  wentTo: (focus) => {
    if (page.state?.focus !== focus) page.keep({ focus });
  },
});
const scrollBack = keepScroll(scrolledParts(page));

function receive(incoming: Incoming): void {
  const { state } = page;
  const next = reduce(state, incoming);
  if (incoming.kind === 'rows') {
    page.fill(incoming.params.from, next);
    return;
  }
  const inDetails = incoming.kind === 'details' && hasFocusIn('aside');
  const inGrid = incoming.kind === 'grid' && hasFocusIn('table[role]');
  const inSight = inGrid && page.isActiveInSight;
  if (incoming.kind === 'grid' || incoming.kind === 'show') page.forgetAsked();
  const before = state === undefined && next !== undefined ? Kept.safeParse(host.getState()) : undefined;
  page.show(next !== undefined && before?.success === true ? restored(next, before.data) : next, true);
  if (incoming.kind === 'show') page.putOnTop(incoming.params.grid.place.top);
  if (incoming.kind === 'grid') page.putOnTop(incoming.params.place.top);
  if (inSight) page.focusCell();
  // Who has scrolled away from the focus stays there.
  else if (inGrid) page.activeCell?.focus({ preventScroll: true });
  if (state === undefined) query.checkHandWritten();
  if (incoming.kind === 'details') {
    beginAtTop(state, page.state);
    grid.detailsCame(incoming.params !== undefined, inDetails);
  }
  // In a page that was built anew its place may come with any message.
  bringFocusBack(state === undefined ? page.state?.focus : undefined);
  scrollBack(state === undefined ? page.state?.tops : undefined);
}

function hasFocusIn(selector: string): boolean {
  return document.activeElement?.closest(selector) instanceof HTMLElement;
}

window.addEventListener('message', (event: MessageEvent<unknown>) => {
  dispatch(
    ToJobsPage,
    {
      show: (params) => receive({ kind: 'show', params }),
      title: (params) => receive({ kind: 'title', params }),
      run: (params) => receive({ kind: 'run', params }),
      state: (params) => receive({ kind: 'state', params }),
      grid: (params) => receive({ kind: 'grid', params }),
      rows: (params) => receive({ kind: 'rows', params }),
      extent: (params) => receive({ kind: 'extent', params }),
      selection: (params) => receive({ kind: 'selection', params }),
      bookmark: (bookmark) => page.keep({ bookmark }),
      choices: (params) => receive({ kind: 'choices', params }),
      watch: (params) => receive({ kind: 'watch', params }),
      failures: (params) => receive({ kind: 'failures', params }),
      acted: (params) => receive({ kind: 'acted', params }),
      details: (params) => receive({ kind: 'details', params }),
      columns: (params) => receive({ kind: 'columns', params }),
      traces: (params) => receive({ kind: 'traces', params }),
      checked: (params) => query.checked(params),
      suggestions: (params) => suggestions.answered(params),
      load: (params) => query.load(params),
    },
    event.data,
  );
});

onEscape(() => {
  if (page.state?.details !== undefined) actions.close();
});
window.addEventListener('resize', () => page.again());

page.send('ready', { timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone });
