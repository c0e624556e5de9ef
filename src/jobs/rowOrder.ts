import { WEBHOOK_COLUMNS, webhookOf } from './grouping';
import type { RowStore } from './rowStore';

const FORMATTED = '@OData.Community.Display.V1.FormattedValue';

/** Different texts up to which they are compared as a reader would; beyond, by their letters alone, in a tenth of the time. */
const COLLATED = 20_000;

/** Values of one kind, ready to be compared. */
type Sortable = number | string | undefined;

/** Which column rows are put in the order of. */
export interface RowOrder {
  readonly key: string;
  readonly descending: boolean;
  /** What the webhook of a step, by its id, is called on screen, where that is more than its name. */
  readonly webhookName?: (stepId: string) => string | undefined;
}

/**
 * Puts rows in the order of one column: numbers and times by their size, everything else as it is read. Rows without a
 * value come last whatever the direction; equal ones stay in the order they had.
 */
export function sortedRows(store: RowStore, rows: Uint32Array, order: RowOrder): Uint32Array {
  const { descending } = order;
  const values: Sortable[] = Array.from({ length: store.count }, (_, at) => sortable(store, at, order));
  const ranks = ranksOf(values);
  const direction = descending ? -1 : 1;
  return Uint32Array.from(rows).sort((a, b) => {
    const [one, two] = [ranks[a] ?? NaN, ranks[b] ?? NaN];
    if (one === two) return a - b;
    if (Number.isNaN(one)) return Number.isNaN(two) ? a - b : 1;
    if (Number.isNaN(two)) return -1;
    return (one - two) * direction;
  });
}

function sortable(store: RowStore, at: number, order: RowOrder): Sortable {
  const { key } = order;
  const value = store.value(at, key) ?? derived(store, at, order);
  if (value === null || value === undefined || value === '') return undefined;
  const label = store.value(at, key + FORMATTED);
  if (typeof value === 'number')
    return typeof label === 'string' && !/^[-+\d\s.,'%]+$/u.test(label) ? label : value;
  if (typeof label === 'string') return label;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What a column shows that no query brings under this name. */
function derived(store: RowStore, at: number, { key, webhookName }: RowOrder): unknown {
  if (key !== 'webhook') return undefined;
  const step = store.value(at, '_owningextensionid_value');
  const shown = typeof step === 'string' ? webhookName?.(step) : undefined;
  return shown ?? webhookOf(Object.fromEntries(WEBHOOK_COLUMNS.map((name) => [name, store.value(at, name)])));
}

/** Comparing texts costs; so the different ones are put in order once, and rows compare numbers. */
function ranksOf(values: readonly Sortable[]): Float64Array {
  if (values.every((value) => typeof value !== 'string'))
    return Float64Array.from(values, (value) => (typeof value === 'number' ? value : NaN));
  const texts = [...new Set(values.flatMap((value) => (value === undefined ? [] : String(value))))];
  if (texts.length <= COLLATED) {
    const { compare } = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
    texts.sort(compare);
  } else texts.sort();
  const rank = new Map(texts.map((text, at) => [text, at]));
  return Float64Array.from(values, (value) => (value === undefined ? NaN : (rank.get(String(value)) ?? NaN)));
}
