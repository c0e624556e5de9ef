import * as l10n from '@vscode/l10n';
import { toHexCode } from '../../dataverse/errors';
import type { Row } from '../../dataverse/webApi';
import { webhookOf } from '../../jobs/grouping';
import { RowShapes } from '../../jobs/rowShapes';
import { DATE, gridColumns, plain } from './resultGrid';

const FORMATTED = '@OData.Community.Display.V1.FormattedValue';
/** Shapes of rows whose plans are kept. */
const MOST_PLANS = 100;
/** Rows after which it is looked anew which columns change. */
const CUT_ANEW = 1000;
const STEP = '_owningextensionid_value';
/** The signs a formula begins with, also in full width, which spreadsheets of East Asia read alike (OWASP: CSV injection). */
const FORMULA = /^\s*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;
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
 * their names. A column that only a later row has comes last; then the lines that were written before have to be filled
 * up at the end.
 */
export class CsvLines {
  readonly #file: CsvFile = {
    hasTwins: false,
    columns: [],
    shapes: new RowShapes(),
    plans: new Map<readonly string[], readonly Source[]>(),
    names: undefined,
    sources: [],
    values: [],
    sinceCut: Infinity,
    parts: [],
    end: '',
  };
  /** How many lines in a row have how many fields, the line of headings left out. */
  readonly #runs: Array<{ lines: number; readonly fields: number }> = [];

  /**
   * @param hasTwins webhooks or steps share a name: then jobs have the id of their step as well. The names stay as they are,
   *   because a script that looks for one must find it also when a second of that name is registered.
   */
  constructor(hasTwins: boolean) {
    this.#file.hasTwins = hasTwins;
  }

  /** A line for each row; those of the first rows come behind the headings. */
  pieces(rows: readonly Row[]): readonly string[] {
    if (rows.length === 0) return [];
    const file = this.#file;
    let lines = linesOf(file, rows, knownPlan);
    if (lines === undefined) {
      widen(
        file,
        rows.filter((row) => knownPlan(file, row) === undefined),
      );
      lines = linesOf(file, rows, planOf) ?? [];
    }
    const isFirst = this.#runs.length === 0;
    const last = this.#runs.at(-1);
    const fields = headings(file).length;
    if (last?.fields === fields) last.lines += rows.length;
    else this.#runs.push({ lines: rows.length, fields });
    return isFirst ? [headingsOf(file), ...lines] : lines;
  }

  /** True when lines were written before a column came. */
  get needsFilling(): boolean {
    return this.#runs.length > 1;
  }

  /** What was written, with all headings, and as many fields in every line. */
  async *filled(written: AsyncIterable<string>): AsyncIterable<string> {
    yield headingsOf(this.#file);
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
    const all = headings(this.#file).length;
    for (const { lines, fields } of this.#runs)
      for (let line = 0; line < lines; line += 1) yield ','.repeat(all - Math.max(1, fields));
  }
}

/**
 * What is known of a file while its lines are made. Plain data of one form, and functions that change it: what the engine
 * has compiled for the objects of a class, or for closures, it throws away with the last of them, and each export would
 * begin slowly.
 */
interface CsvFile {
  hasTwins: boolean;
  readonly columns: CsvColumn[];
  readonly shapes: RowShapes;
  /** Where the columns find their values in rows with these names. */
  readonly plans: Map<readonly string[], readonly Source[]>;
  /** The names of the row before, and their plan. */
  names: readonly string[] | undefined;
  sources: readonly Source[];
  /** The values of a row in the order of the names; nothing behind them. */
  values: unknown[];
  /** Rows since it was last looked which columns change. */
  sinceCut: number;
  /** What a line is put together from, since its columns were last found to change. */
  parts: readonly Part[];
  /** What stands behind the last part. */
  end: string;
}

/** One column of a result, with what it had in the line before: neighbours are often alike. */
interface CsvColumn {
  readonly key: string;
  readonly label: string;
  readonly isWebhook: boolean;
  readonly isLookup: boolean;
  /** The heading of its id, which is a field of its own behind that of the name: one text for both costs no more than one. */
  readonly idLabel: string | undefined;
  value: unknown;
  valueLabel: unknown;
  field: string;
  /** Has changed among the last lines. */
  varies: boolean;
}

/** The places of a column's value and of its label among the values of a row; the place behind all where there is none. */
interface Source {
  readonly column: CsvColumn;
  readonly value: number;
  readonly label: number;
}

/** A column that changes from line to line, with the text before it, which is the same in all of them. */
interface Part {
  readonly before: string;
  readonly column: CsvColumn;
}

type Planning = (file: CsvFile, row: Row) => readonly Source[] | undefined;

function headingsOf(file: CsvFile): string {
  return `\uFEFF${headings(file).map(csvField).join(',')}\r\n`;
}

/** As many as a line has fields. */
function headings({ columns }: CsvFile): readonly string[] {
  return columns.flatMap(({ label, idLabel }) => (idLabel === undefined ? [label] : [label, idLabel]));
}

/**
 * One line for each row. Columns that stay as they are become one text together, because the lines cost what they have
 * pieces. Undefined when there is no plan for a row.
 */
function linesOf(file: CsvFile, rows: readonly Row[], planning: Planning): readonly string[] | undefined {
  if (file.sinceCut >= CUT_ANEW) {
    file.sinceCut = 0;
    for (const column of file.columns) column.varies = false;
    cut(file);
  }
  file.sinceCut += rows.length;
  const lines: string[] = [];
  for (const row of rows) {
    if (!readInto(file.values, row, file.names)) {
      const plan = planning(file, row);
      if (plan === undefined) return undefined;
      usePlan(file, row, plan);
    }
    if (takesMore(file, row)) cut(file);
    let line = '';
    for (const { before, column } of file.parts) {
      line += before;
      line += column.field;
    }
    lines.push(line + file.end);
  }
  return lines;
}

/** Reads the values of a row that has exactly these names. */
function readInto(values: unknown[], row: Row, names: readonly string[] | undefined): boolean {
  if (names === undefined) return false;
  let at = 0;
  for (const name in row) {
    if (names[at] !== name) return false;
    values[at] = row[name];
    at += 1;
  }
  return at === names.length;
}

/** Takes the values of a row over into the columns. True when one of them changes that has not among the last lines. */
function takesMore({ sources, values }: CsvFile, row: Row): boolean {
  let more = false;
  for (const source of sources) {
    const { column } = source;
    let value = values[source.value];
    const label = values[source.label];
    if (column.isWebhook && typeof row['asyncoperationid'] === 'string') value = webhookOf(row);
    // Of a lookup only the name is shown, which many ids have in common.
    else if (column.isLookup && typeof label === 'string' && typeof value === 'string') value = label;
    if (value === column.value && label === column.valueLabel) continue;
    column.value = value;
    column.valueLabel = label;
    column.field =
      column.idLabel === undefined ? csvField(fieldText(column, value, label)) : withId(column, value, label);
    more ||= !column.varies;
    column.varies = true;
  }
  return more;
}

/** Name and id as two fields. */
function withId(column: CsvColumn, value: unknown, label: unknown): string {
  const id = value === null || value === undefined ? '' : csvField(plain(value));
  return `${csvField(fieldText(column, value, label))},${id}`;
}

/** As the grid says it, but times in UTC and without what only a reader on screen needs. */
function fieldText({ key }: CsvColumn, value: unknown, label: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' && key === 'errorcode') return toHexCode(value);
  if (typeof value === 'string' && (typeof label !== 'string' || DATE.test(value))) return value;
  return typeof label === 'string' ? label : plain(value);
}

/** Cuts the line anew into what changes and what does not. */
function cut(file: CsvFile): void {
  const parts: Part[] = [];
  // Joined, not added up: each line would go through the pieces of a sum again.
  let before: string[] = [];
  for (const [at, column] of file.columns.entries()) {
    if (at > 0) before.push(',');
    if (column.varies) {
      parts.push({ before: before.join(''), column });
      before = [];
    } else before.push(column.field);
  }
  file.parts = parts;
  file.end = `${before.join('')}\r\n`;
}

function knownPlan({ plans, shapes }: CsvFile, row: Row): readonly Source[] | undefined {
  return plans.get(shapes.of(row));
}

function planOf({ columns, plans, shapes }: CsvFile, row: Row): readonly Source[] {
  const names = shapes.of(row);
  let plan = plans.get(names);
  if (plan === undefined) {
    const placeOf = (name: string): number => (names.includes(name) ? names.indexOf(name) : names.length);
    plan = columns.map((column) => ({
      column,
      value: placeOf(column.key),
      label: placeOf(column.key + FORMATTED),
    }));
    plans.set(names, plan);
  }
  return plan;
}

function usePlan(file: CsvFile, row: Row, plan: readonly Source[]): void {
  const names = file.shapes.of(row);
  file.names = names;
  file.sources = plan;
  file.values = new Array<unknown>(names.length + 1).fill(undefined);
  readInto(file.values, row, names);
}

/** Takes in the columns of rows that are of another shape than those before. */
function widen(file: CsvFile, rows: readonly Row[]): void {
  const { columns, plans } = file;
  const [first] = rows;
  if (first === undefined) return;
  const known = new Set(columns.map(({ key }) => key));
  const found = gridColumns(rows).map(({ key, label }) => ({ key, label }));
  if (Object.hasOwn(first, 'asyncoperationid'))
    found.unshift({ key: 'asyncoperationid', label: l10n.t('Job') });
  const added = found.filter(({ key }) => !known.has(key));
  const hasIds = file.hasTwins && Object.hasOwn(first, 'asyncoperationid');
  columns.push(
    ...added.map(({ key, label }) =>
      newColumn(key, label, hasIds && key === STEP ? l10n.t('Step ID') : undefined),
    ),
  );
  if (added.length === 0 && plans.size <= MOST_PLANS) return;
  plans.clear();
  file.names = undefined;
  file.sinceCut = Infinity;
}

function newColumn(key: string, label: string, idLabel: string | undefined): CsvColumn {
  return {
    key,
    label,
    isWebhook: key === 'webhook',
    isLookup: idLabel === undefined && /^_\w+_value$/.test(key),
    idLabel,
    value: undefined,
    valueLabel: undefined,
    field: idLabel === undefined ? '' : ',',
    varies: false,
  };
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
