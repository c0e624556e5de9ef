import * as z from 'zod/mini';

/** One cell, as text. `title` says more, for example the time in UTC. */
export const Cell = z.object({ text: z.string(), title: z.optional(z.string()) });
export type Cell = z.infer<typeof Cell>;

export const GridColumn = z.object({
  key: z.string(),
  label: z.string(),
  numeric: z.boolean(),
  /** What a query calls it, where the heading says something else. */
  name: z.optional(z.string()),
});
export type GridColumn = z.infer<typeof GridColumn>;

/** What can be done with a job. */
export const JobAction = z.enum(['cancel', 'resume', 'postpone', 'pause', 'delete']);
export type JobAction = z.infer<typeof JobAction>;

/** One row. `id` opens its details; it is absent for rows of other tables and of aggregates. */
export const GridRow = z.object({
  id: z.optional(z.string()),
  cells: z.array(Cell),
  /** Key of the group of failures it belongs to. */
  group: z.optional(z.string()),
  /** What the service allows for the job. */
  can: z.optional(z.array(JobAction)),
});
export type GridRow = z.infer<typeof GridRow>;

/** A place in the grid. */
export const Position = z.int().check(z.gte(0));

/** Positions of rows in the grid: `from` is in it, `to` is not. */
export const Range = z.object({ from: Position, to: Position });
export type Range = z.infer<typeof Range>;

/** The order of the rows, where it is not the query's own. */
export const Sorting = z.object({ key: z.string(), descending: z.boolean() });
export type Sorting = z.infer<typeof Sorting>;

/** Where somebody is in the grid. Positions hold for one version of it. */
export const Place = z.object({
  /** The rows that were selected, ascending. */
  selected: z.array(Range),
  /** The row with the keyboard focus. */
  active: Position,
  column: z._default(Position, 0),
  /** The first row in sight. */
  top: Position,
});
export type Place = z.infer<typeof Place>;

/** How far a result has come. */
export const Extent = z.object({
  version: z.number(),
  /** Rows that the grid has now. */
  count: Position,
  /** The service has more rows. */
  more: z.boolean(),
  total: z.optional(z.number()),
});
export type Extent = z.infer<typeof Extent>;

/**
 * A result, or another view of it: which rows, in which order. The rows come in windows, the first one with it; the
 * others when the page asks for them.
 */
export const Grid = z.extend(Extent, {
  columns: z.array(GridColumn),
  /** The rows from `from` on. */
  from: Position,
  rows: z.array(GridRow),
  sorting: z.optional(Sorting),
  /** Key of the group whose rows alone are in it. */
  group: z.optional(z.string()),
  /** Where the reader is in it. */
  place: Place,
});
export type Grid = z.infer<typeof Grid>;

/** Which actions the service allows for how many of the selected jobs. */
export const Selection = z.object({
  count: z.number(),
  can: z.array(z.object({ action: JobAction, count: z.number() })),
});
export type Selection = z.infer<typeof Selection>;

/** Ranges of rows that are kept at most; more are no selection that a person remembers. */
export const MOST_STRETCHES = 200;
/** Of the newest jobs, which are enough to know what is newer than they are. */
export const MOST_SEEN = 50;
/** Rows that are kept by their ids. */
export const MOST_BOOKMARKED = 500;

/**
 * Where somebody was in a grid that is gone, by the ids of rows, so that it can be found again when the rows have come
 * anew. Positions stand in where a row has no id, or is not there any more.
 */
export const Bookmark = z.object({
  /** Rows that had come. */
  loaded: Position,
  /** The order that the rows had here, not by the service. */
  sorting: z.optional(Sorting),
  group: z.optional(z.string()),
  /** Few selected rows by their ids; many as stretches, with the number of rows in each. */
  selected: z.array(z.string()).check(z.maxLength(MOST_BOOKMARKED)),
  stretches: z
    .array(z.object({ from: z.string(), to: z.string(), count: Position }))
    .check(z.maxLength(MOST_STRETCHES)),
  active: z.object({ id: z.optional(z.string()), at: Position }),
  column: Position,
  top: z.object({ id: z.optional(z.string()), at: Position }),
  /** Id of the job that was open. */
  opened: z.optional(z.string()),
  /** The newest jobs that the reader knew, where they were watched; `whole` when there were no others. */
  seen: z.optional(z.object({ ids: z.array(z.string()).check(z.maxLength(MOST_SEEN)), whole: z.boolean() })),
});
export type Bookmark = z.infer<typeof Bookmark>;
