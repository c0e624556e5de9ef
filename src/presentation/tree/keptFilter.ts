import * as z from 'zod/mini';
import { wholeTree, type TreeView } from './treeFilter';

/** What the user wanted to see, with the hours over which failed jobs are counted for it. */
export interface KeptFilter {
  readonly view: TreeView;
  readonly failedHours: number | undefined;
}

const schema = z.object({
  text: z.string(),
  kinds: z.array(z.enum(['disabled', 'synchronous', 'managed', 'mine', 'failing'])),
  groupBy: z.enum(['webhook', 'table', 'message']),
  failedHours: z.optional(z.number().check(z.positive())),
});

/** A filter as plain data, for a store. */
export function storedFilter({ view, failedHours }: KeptFilter): unknown {
  const hours = view.kinds.has('failing') && failedHours !== undefined ? { failedHours } : {};
  return { text: view.text, kinds: [...view.kinds], groupBy: view.groupBy, ...hours };
}

/** A filter out of a store; everything is shown where there is none, or one of another release. */
export function parseFilter(stored: unknown): KeptFilter {
  const parsed = schema.safeParse(stored);
  if (!parsed.success) return { view: wholeTree, failedHours: undefined };
  const { text, groupBy, failedHours } = parsed.data;
  // Failed jobs of no period cannot be counted, and nothing would be shown.
  const kinds = parsed.data.kinds.filter((kind) => kind !== 'failing' || failedHours !== undefined);
  return { view: { text, kinds: new Set(kinds), groupBy }, failedHours };
}
