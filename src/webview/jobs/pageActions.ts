import type { PageActions } from './actions';
import type { GridActions } from './gridActions';
import type { QueryActions } from './queryActions';
import { reveal } from './queryCheck';
import type { ShownPage } from './shownPage';
import { folded } from './state';

/** What the controls of the page do; what is done with rows and with the query has a place of its own. */
export function pageActions(page: ShownPage, grid: GridActions, query: QueryActions): PageActions {
  const filter: PageActions['filter'] = (fields) => {
    const { state } = page;
    // The next choice may come before the query for this one has been written.
    if (state !== undefined) page.show({ ...state, panel: { ...state.panel, filter: fields } });
    page.send('filter', fields);
  };
  return {
    ...actionsOfRuns(page, filter),
    edit: (text) => query.edit(text),
    overfull: () => query.overfull(),
    query: (key) => query.query(key),
    reveal,
    chooseLanguage: (language) => query.chooseLanguage(language),
    run: () => query.run(),
    open: (row, event) => grid.open(row, event),
    menu: (row, event) => grid.menu(row, event),
    sort: (key) => grid.sort(key),
    resize: (key, event) => grid.resize(key, event),
    resetWidth: (key) => grid.resetWidth(key),
    key: (event) => grid.key(event),
    openExample: () => grid.openExample(),
    close: () => {
      page.send('close', {});
      grid.leaveDetails();
    },
    scrolled: () => page.scrolled(),
    fold: (part, changed) => {
      if (page.state !== undefined) page.show(folded(page.state, part, changed));
    },
    export: (format) => page.send('export', { format }),
    act: (action) => page.send('act', { action }),
    endAct: () => page.send('cancel', {}),
    copy: (text) => page.send('copy', { text }),
    remedy: (id, remedy) => page.send('remedy', { id, remedy }),
    follow: (id, link) => page.send('follow', { id, link }),
    endCorrelated: () => page.send('endCorrelated', {}),
    switchOnTrace: () => page.send('switchOnTrace', {}),
    followTrace: (id, link) => page.send('followTrace', { id, link }),
  };
}

/** What brings other rows. Many of these buttons go away when they are used, and the focus with them. */
function actionsOfRuns(
  page: ShownPage,
  filter: PageActions['filter'],
): Pick<
  PageActions,
  'filter' | 'allTimes' | 'cancel' | 'more' | 'all' | 'goOn' | 'refresh' | 'watch' | 'chooseGroup'
> {
  return {
    filter,
    allTimes: () => {
      const fields = page.state?.panel.filter;
      if (fields === undefined) return;
      const { from: _, to: __, ...rest } = fields;
      filter({ ...rest, period: 'all' });
      // Its button goes away; the choice that it has made is here.
      document.getElementById('period')?.focus();
    },
    cancel: () => {
      if (page.state?.run.phase !== 'running') return;
      page.send('cancel', {});
      // The button that is told to end a run goes away with it.
      if (document.activeElement?.id === 'endRun') page.focusCell();
    },
    more: () => {
      page.send('more', {});
      // The button goes away while the rows are read, so the focus goes where they will be.
      page.focusCell();
    },
    all: () => {
      page.send('all', {});
      page.focusCell();
    },
    goOn: () => {
      page.send('goOn', {});
      // Its button goes away with what went wrong.
      if ((page.state?.extent.count ?? 0) > 0) page.focusCell();
      else document.getElementById('refresh')?.focus();
    },
    refresh: () => page.send('refresh', {}),
    watch: (on) => page.send('watch', { on }),
    chooseGroup: (group) => {
      page.send('group', group === undefined ? {} : { group });
      // Showing all rows again takes its button away; the groups get the focus.
      if (group === undefined) document.querySelector<HTMLElement>('.group[aria-pressed="true"]')?.focus();
    },
  };
}
