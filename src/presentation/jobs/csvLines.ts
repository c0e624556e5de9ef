import * as l10n from '@vscode/l10n';
import { toHexCode } from '../../dataverse/errors';
import type { Row } from '../../dataverse/webApi';
import { webhookOf } from '../../jobs/grouping';
import { RowShapes } from '../../jobs/rowShapes';
import { DATE, gridColumns, plain } from './resultGrid';

const FORMATTED = '@OData.Community.Display.V1.FormattedValue';
/** Shapes of rows whose plans are kept. */
const MOST_PLANS = 100;
const FORMULA = /^\s*[=+\-@\t\r]/;
const QUOTED = /[",\r\n]/;
const ZERO = 48;
const NINE = 57;
const LETTER_A = 65;
const LAST_OF_ASCII = 127;
const NUMBER = /^-?\d+(?:[.,]\d+)*$/;

/** One field of CSV (RFC 4180). What a spreadsheet would take for a formula gets an apostrophe before it. */
export function csvField(text: string): string {
  const isFormula = !beginsPlainly(text) && FORMULA.test(text) && !NUMBER.test(text);
  if (!isFormula && !QUOTED.test(text)) return text;
  return `"${isFormula ? "'" : ''}${text.replaceAll('"', '""')}"`;
}

/** Begins with a letter or digit, as nearly all texts do: no blank and no sign of a formula, which need a closer look. */
function beginsPlainly(text: string): boolean {
  const first = text.charCodeAt(0);
  return (first >= ZERO && first <= NINE) || (first >= LETTER_A && first <= LAST_OF_ASCII);
}

/**
 * Rows as CSV while their pages arrive: with a byte order mark for spreadsheets, dates in UTC, lookups and choices by
 * their names. A column that only a later row has comes last; then the lines that were written before have to be
 * filled up at the end.
 */
export class CsvLines {
  readonly #columns = new Map<string, CsvColumn>();
  readonly #shapes = new RowShapes();
  readonly #plans = new Map<readonly string[], readonly Source[]>();
  /** How many lines in a row have how many fields, the line of headings left out. */
  readonly #runs: Array<{ lines: number; readonly fields: number }> = [];

  /** The lines of some rows; those of the first rows come with the headings. */
  text(rows: readonly Row[]): string {
    if (rows.length === 0) return '';
    const shapes = rows.map((row) => this.#shapes.of(row));
    this.#widen(rows.filter((_, at) => !this.#plans.has(shapes[at] ?? [])));
    let text = this.#runs.length === 0 ? this.#headings() : '';
    let names: readonly string[] | undefined;
    let plan: readonly Source[] = [];
    for (const [at, row] of rows.entries()) {
      // Neighbours mostly have the same columns.
      if (shapes[at] !== names) plan = this.#planOf((names = shapes[at]) ?? []);
      text += this.#line(row, plan);
    }
    const last = this.#runs.at(-1);
    if (last?.fields === this.#columns.size) last.lines += rows.length;
    else this.#runs.push({ lines: rows.length, fields: this.#columns.size });
    return text;
  }

  /** True when lines were written before a column came. */
  get needsFilling(): boolean {
    return this.#runs.length > 1;
  }

  /** What was written, with all headings, and as many fields in every line. */
  async *filled(written: AsyncIterable<string>): AsyncIterable<string> {
    yield this.#headings();
    const missing = this.#missing();
    let rest = '';
    let isHeading = true;
    for await (const piece of written) {
      const text = rest + piece;
      let filled = '';
      let from = 0;
      for (let end = endOfLine(text, from); end >= 0; end = endOfLine(text, from)) {
        if (!isHeading) filled += `${text.slice(from, end)}${missing.next().value ?? ''}\r\n`;
        isHeading = false;
        from = end + 2;
      }
      rest = text.slice(from);
      yield filled;
    }
  }

  /** The commas that each line lacks, one after the other. A line without any field has the first one, empty. */
  *#missing(): Generator<string, undefined> {
    for (const { lines, fields } of this.#runs)
      for (let line = 0; line < lines; line += 1) yield ','.repeat(this.#columns.size - Math.max(1, fields));
  }

  #headings(): string {
    return `\uFEFF${[...this.#columns.values()].map(({ label }) => csvField(label)).join(',')}\r\n`;
  }

  #line(row: Row, plan: readonly Source[]): string {
    let line = '';
    for (const { column, name, label } of plan) {
      const value = name === undefined ? undefined : row[name];
      line += column.field(row, value, label === undefined ? undefined : row[label]);
    }
    return `${line}\r\n`;
  }

  /** Takes in the columns of rows that are of another shape than those before. */
  #widen(rows: readonly Row[]): void {
    const [first] = rows;
    if (first === undefined) return;
    const before = this.#columns.size;
    if (Object.hasOwn(first, 'asyncoperationid') && !this.#columns.has('asyncoperationid'))
      this.#addColumn('asyncoperationid', l10n.t('Job'));
    for (const { key, label } of gridColumns(rows)) if (!this.#columns.has(key)) this.#addColumn(key, label);
    if (this.#columns.size !== before || this.#plans.size > MOST_PLANS) this.#plans.clear();
  }

  #addColumn(key: string, label: string): void {
    this.#columns.set(key, new CsvColumn(key, label, this.#columns.size === 0 ? '' : ','));
  }

  /** Where the columns find their values in rows with these names. */
  #planOf(names: readonly string[]): readonly Source[] {
    let plan = this.#plans.get(names);
    if (plan === undefined) {
      const nameOf = (key: string): string | undefined => (names.includes(key) ? key : undefined);
      plan = [...this.#columns.values()].map((column) => ({
        ...{ column, name: nameOf(column.key), label: nameOf(column.key + FORMATTED) },
      }));
      this.#plans.set(names, plan);
    }
    return plan;
  }
}

/** Under which names a column finds its value and the label of it in a row; undefined where the row has none. */
interface Source {
  readonly column: CsvColumn;
  readonly name: string | undefined;
  readonly label: string | undefined;
}

const QUOTE = 34;
const LINE_FEED = 10;

/** Where the line that begins at a place ends, before its `\r\n`; -1 when it does not end in the text. */
function endOfLine(text: string, from: number): number {
  let quoted = false;
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) quoted = !quoted;
    else if (code === LINE_FEED && !quoted) return at - 1;
  }
  return -1;
}

/** One column of a file. Neighbours are often alike, and a text is looked at once then. */
class CsvColumn {
  readonly key: string;
  readonly label: string;
  readonly #isWebhook: boolean;
  readonly #isLookup: boolean;
  readonly #separator: string;
  #value: unknown;
  #label: unknown;
  #lastField: string;

  /** @param separator what stands between the field before and this one */
  constructor(key: string, label: string, separator: string) {
    this.key = key;
    this.label = label;
    this.#separator = separator;
    this.#lastField = separator;
    this.#isWebhook = key === 'webhook';
    this.#isLookup = /^_\w+_value$/.test(key);
  }

  /** With the separator before it: as the grid says it, but times in UTC and without what only a reader on screen needs. */
  field(row: Row, value: unknown, label: unknown): string {
    const isName = this.#isWebhook && typeof row['asyncoperationid'] === 'string';
    // Of a lookup only the name is shown, which many ids have in common.
    const isLabel = this.#isLookup && typeof label === 'string' && typeof value === 'string';
    const shown = isName ? webhookOf(row) : isLabel ? label : value;
    if (shown !== this.#value || label !== this.#label) {
      this.#value = shown;
      this.#label = label;
      const text = isName ? webhookOf(row) : isLabel ? label : this.#text(value, label);
      this.#lastField = this.#separator + csvField(text);
    }
    return this.#lastField;
  }

  #text(value: unknown, label: unknown): string {
    if (value === null || value === undefined) return '';
    if (typeof value === 'number' && this.key === 'errorcode') return toHexCode(value);
    if (typeof value === 'string' && (typeof label !== 'string' || DATE.test(value))) return value;
    return typeof label === 'string' ? label : plain(value);
  }
}
