import type { Row } from '../dataverse/webApi';
import { packedValues, unpackedValue, type PackedValues } from './packedValues';
import { RowShapes } from './rowShapes';

/** Characters of one value that are kept; what is longer is read whole where it is opened or exported. */
const VALUE_LIMIT = 4000;

/** Characters of long texts that are kept whole beside the rows, for whoever copies one. */
const LONG_TEXTS = 16_000_000;

/** Different values of a column after which its values are looked at for repetition. */
const SAMPLE = 1024;

/** Says nothing to a reader of rows, and is different in each of them. */
const LEFT_OUT = /(?:^@odata\.etag$|@Microsoft\.Dynamics\.CRM\.associatednavigationproperty$)/;
const FORMATTED = '@OData.Community.Display.V1.FormattedValue';
const LETTER_T = 84;
const DATE = /^\d{4}-\d{2}-\d{2}T/;

/**
 * Many rows in little memory: by column, a text that occurs in many rows is held once, ids and times as numbers. A hundred
 * thousand jobs take about twenty-five megabytes so, an eighth of what they take as objects.
 */
export class RowStore {
  readonly #columns = new Map<string, StoredColumn>();
  readonly #news: News = { came: false };
  readonly #shapes = new RowShapes();
  readonly #plans = new WeakMap<readonly string[], readonly Part[]>();
  /** For each value of the row that came last, what to do with it. */
  #lastPlan: readonly Part[] = [];
  /** Texts that are cut in their column, by row and column. */
  readonly #long = new Map<string, string>();
  #longLength = 0;
  #count = 0;

  /** How many rows there are. */
  get count(): number {
    return this.#count;
  }

  /** Takes rows in, behind those that are there. */
  add(rows: readonly Row[]): void {
    for (const row of rows) this.addRow(row);
  }

  /** Takes one row in. */
  addRow(row: Row): void {
    let plan = this.#lastPlan;
    let at = 0;
    const number = this.#count;
    // Many times quicker than to look up each name, or to make a list of the values first.
    for (const name in row) {
      // A row of another shape than the one before: up to here they are the same.
      if (plan[at]?.name !== name) this.#lastPlan = plan = this.#planOf(row);
      const part = plan[at];
      at += 1;
      // A date is formatted for the reader; the service's own way of writing it is of no use.
      if (part?.column === undefined || (part.raw !== undefined && isDateIn(row, part.raw))) continue;
      const { column } = part;
      column.put(number, row[name]);
      if (column.isLong) this.#keepWhole(name, row[name]);
    }
    this.#count += 1;
  }

  /** True when a column, or the first value of one, has come since this was asked last. */
  hasNews(): boolean {
    const { came } = this.#news;
    this.#news.came = false;
    return came;
  }

  /** One value; undefined where the row has none. */
  value(at: number, key: string): unknown {
    return this.#columns.get(key)?.at(at);
  }

  /** A text that is cut in its row, whole; undefined when it is not cut, or there was no room for it any more. */
  whole(at: number, key: string): string | undefined {
    return this.#long.get(`${at} ${key}`);
  }

  /** A row as it came, without etag, with long texts cut. */
  row(at: number): Row {
    const row: Record<string, unknown> = {};
    for (const [key, column] of this.#columns) {
      const value = column.at(at);
      if (value !== undefined) row[key] = value;
    }
    return row;
  }

  #keepWhole(name: string, text: unknown): void {
    if (typeof text !== 'string' || this.#longLength + text.length > LONG_TEXTS) return;
    this.#longLength += text.length;
    this.#long.set(`${this.#count} ${name}`, text);
  }

  /** Which values of a row go where. */
  #planOf(row: Row): readonly Part[] {
    const names = this.#shapes.of(row);
    let plan = this.#plans.get(names);
    if (plan === undefined) {
      plan = names.map((name) => {
        if (LEFT_OUT.test(name)) return { name, column: undefined, raw: undefined };
        const raw = name.endsWith(FORMATTED) ? name.slice(0, -FORMATTED.length) : '';
        const at = names.indexOf(raw);
        const before = at !== -1 && at < names.indexOf(name) ? this.#column(raw) : undefined;
        return { name, column: this.#column(name), raw: at === -1 ? undefined : { name: raw, before } };
      });
      this.#plans.set(names, plan);
    }
    return plan;
  }

  #column(name: string): StoredColumn {
    let column = this.#columns.get(name);
    if (column === undefined) this.#columns.set(name, (column = this.#newColumn()));
    return column;
  }

  #newColumn(): StoredColumn {
    this.#news.came = true;
    return new StoredColumn(this.#news);
  }
}

/** Whether rows have brought what is to be looked at closer. */
interface News {
  came: boolean;
}

/** What to do with one value of a row. */
interface Part {
  readonly name: string;
  /** Undefined: it is not kept. */
  readonly column: StoredColumn | undefined;
  /** Of an annotation, the value it writes out. */
  readonly raw: Raw | undefined;
}

interface Raw {
  readonly name: string;
  /** The column that has taken the value of the row already, where it comes before its annotation. */
  readonly before: StoredColumn | undefined;
}

function isDateIn(row: Row, { name, before }: Raw): boolean {
  return before === undefined ? isDate(row[name]) : before.isDate;
}

function isDate(value: unknown): boolean {
  return typeof value === 'string' && value.charCodeAt(10) === LETTER_T && DATE.test(value);
}

/**
 * The values of a column for so many rows. Neighbours have most of them in common: where all are one, there is no list. The
 * lists are short, because one that grows with the result is copied again and again, and is old when new values come, of
 * each of which the collector of garbage would then have to be told.
 */
interface Chunk {
  /** The first value; while there is no list, that of every row. */
  readonly first: unknown;
  values: unknown[] | undefined;
  /** Of a chunk that is full, in place of the list. */
  packed: PackedValues | undefined;
}

const CHUNK_BITS = 10;
const CHUNK_ROWS = 1 << CHUNK_BITS;
const IN_CHUNK = CHUNK_ROWS - 1;

class StoredColumn {
  /** What is known of the value that came last, which neighbours often have in common. */
  isDate = false;
  isLong = false;
  readonly #news: News;
  #isEmpty = true;
  #lastValue: unknown;
  #lastKept: unknown;
  #known: Map<string, unknown> | undefined = new Map();
  #kept = 0;
  readonly #chunks: Chunk[] = [];
  #chunk: Chunk | undefined;
  /** Rows that have been seen. */
  #length = 0;

  constructor(news: News) {
    this.#news = news;
  }

  /** Takes the value of a row in; rows between the last one and this have none. */
  put(row: number, value: unknown): void {
    while (this.#length < row) this.#push(undefined);
    // Neighbours are often alike, and comparing is quicker than looking up.
    if (value !== this.#lastValue) {
      this.#lastValue = value;
      if (this.#isEmpty && value !== null && value !== undefined) {
        this.#isEmpty = false;
        this.#news.came = true;
      }
      this.isDate = isDate(value);
      this.isLong = typeof value === 'string' && value.length > VALUE_LIMIT;
      this.#lastKept = this.#keep(value);
    }
    this.#push(this.#lastKept);
  }

  /** The value of a row; undefined where it has none. */
  at(row: number): unknown {
    if (row >= this.#length) return undefined;
    const chunk = this.#chunks[row >> CHUNK_BITS];
    if (chunk?.packed !== undefined) return unpackedValue(chunk.packed, row & IN_CHUNK);
    return chunk?.values === undefined ? chunk?.first : chunk.values[row & IN_CHUNK];
  }

  #push(kept: unknown): void {
    const at = this.#length & IN_CHUNK;
    this.#length += 1;
    const chunk = this.#chunk;
    if (at === 0 || chunk === undefined) {
      this.#chunk = { first: kept, values: undefined, packed: undefined };
      this.#chunks.push(this.#chunk);
    } else if (chunk.values !== undefined) chunk.values[at] = kept;
    else if (kept !== chunk.first) {
      chunk.values = new Array<unknown>(CHUNK_ROWS).fill(undefined).fill(chunk.first, 0, at);
      chunk.values[at] = kept;
    }
    if (at === IN_CHUNK && chunk?.values !== undefined) {
      chunk.packed = packedValues(chunk.values);
      if (chunk.packed !== undefined) chunk.values = undefined;
    }
  }

  #keep(value: unknown): unknown {
    if (typeof value === 'string') {
      const text = value.length > VALUE_LIMIT ? shortened(value) : value;
      return this.#once(text, text);
    }
    if (typeof value === 'object' && value !== null) return this.#once(JSON.stringify(value), value);
    return value;
  }

  #once(key: string, value: unknown): unknown {
    if (this.#known === undefined) return value;
    this.#kept += 1;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    // Ids and times differ from row to row: looking for them again would only cost.
    if (this.#known.size >= SAMPLE && this.#known.size * 2 > this.#kept) this.#known = undefined;
    else this.#known.set(key, value);
    return value;
  }
}

/** The beginning of a text, as a text of its own: a plain cut would keep all of it in memory. */
function shortened(text: string): string {
  const copy: unknown = JSON.parse(JSON.stringify(text.slice(0, VALUE_LIMIT)));
  return `${String(copy)}…`;
}
