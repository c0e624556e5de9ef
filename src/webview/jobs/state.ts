import type { z } from 'zod/mini';
import type {
  FromJobsPage,
  Grid,
  JobDetails,
  JobsPanelState,
  JobsTexts,
  QueryLanguage,
  RunState,
  ToJobsPage,
} from '../../protocol/jobs';

/** Everything the page shows. Replaced, never changed in place. */
export interface PageState {
  readonly title: string;
  readonly texts: JobsTexts;
  readonly panel: JobsPanelState;
  readonly run: RunState;
  readonly grid: Grid;
  readonly details: JobDetails | undefined;
  /** Index of the row that has the keyboard focus. */
  readonly activeRow: number;
}

/** What the extension sent, as the page takes it in. */
export type Incoming =
  | { readonly kind: 'show'; readonly params: z.infer<typeof ToJobsPage.show.params> }
  | { readonly kind: 'run'; readonly params: RunState }
  | { readonly kind: 'grid'; readonly params: Grid }
  | { readonly kind: 'rows'; readonly params: z.infer<typeof ToJobsPage.rows.params> }
  | { readonly kind: 'details'; readonly params: JobDetails | undefined };

/** The next state. Before the first `show` everything else is ignored. */
export function reduce(state: PageState | undefined, incoming: Incoming): PageState | undefined {
  if (incoming.kind === 'show') {
    const { title, texts, state: panel, run, grid, details } = incoming.params;
    return { title, texts, panel, run, grid, details, activeRow: state?.activeRow ?? 0 };
  }
  if (state === undefined) return undefined;
  switch (incoming.kind) {
    case 'run':
      return { ...state, run: incoming.params };
    case 'grid':
      return {
        ...state,
        grid: incoming.params,
        activeRow: Math.min(state.activeRow, Math.max(0, incoming.params.rows.length - 1)),
      };
    case 'rows': {
      const { rows, more, total } = incoming.params;
      const grid = { ...state.grid, rows: [...state.grid.rows, ...rows], more };
      return { ...state, grid: total === undefined ? grid : { ...grid, total } };
    }
    case 'details':
      return { ...state, details: incoming.params };
  }
}

/** The state after the text of the query was edited. */
export function edited(state: PageState, text: string): PageState {
  const { panel } = state;
  return { ...state, panel: { ...panel, queries: { ...panel.queries, [panel.language]: text } } };
}

/** The state after the other language was chosen. */
export function languageChosen(state: PageState, language: QueryLanguage): PageState {
  return { ...state, panel: { ...state.panel, language } };
}

/** Where a key moves the active row of the grid; undefined when it is no key of the grid. */
export function rowAfterKey(key: string, active: number, count: number, page = 10): number | undefined {
  const last = Math.max(0, count - 1);
  switch (key) {
    case 'ArrowDown':
      return Math.min(last, active + 1);
    case 'ArrowUp':
      return Math.max(0, active - 1);
    case 'PageDown':
      return Math.min(last, active + page);
    case 'PageUp':
      return Math.max(0, active - page);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return undefined;
  }
}

/** What the page sends. */
export type Outgoing = {
  [K in keyof typeof FromJobsPage]: readonly [K, z.infer<(typeof FromJobsPage)[K]['params']>];
}[keyof typeof FromJobsPage];
