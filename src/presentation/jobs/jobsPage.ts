import type { z } from 'zod/mini';
import type {
  Acted,
  Bookmark,
  Cell,
  Choices,
  Extent,
  Failures,
  Grid,
  GridColumn,
  GridRow,
  JobDetails,
  JobsPanelState,
  RunState,
  Selection,
  ToJobsPage,
} from '../../protocol/jobs';

/** The page as the report sees it; each call is one message. */
export interface JobsPage {
  show(params: z.infer<typeof ToJobsPage.show.params>): void;
  title(params: string): void;
  run(params: RunState): void;
  state(params: JobsPanelState): void;
  grid(params: Grid): void;
  rows(params: { readonly version: number; readonly from: number; readonly rows: GridRow[] }): void;
  columns(params: { readonly version: number; readonly columns: GridColumn[] }): void;
  extent(params: Extent): void;
  selection(params: Selection): void;
  bookmark(params: Bookmark): void;
  choices(params: Choices): void;
  watch(params: { readonly on: boolean; readonly news?: Cell }): void;
  failures(params: Failures | undefined): void;
  acted(params: Acted | undefined): void;
  details(params: JobDetails | undefined): void;
}
