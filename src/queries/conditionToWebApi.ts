import * as odata from '../dataverse/odata';
import { isGuid } from '../base/guid';
import { bareGuid, familyOf, isDated, isDay, propertyName } from './columnNames';
import { valuesOf } from './fetchText';
import type { Range } from './problem';
import { FUNCTIONS } from './queryFunctions.data';
import type { QueryColumn, TableSchema } from './schema';
import type { TranslationLog } from './translation';
import { placeOf, valueOf, type XmlNode } from './xmlScan';

/** Where columns are: the table, and the way to it over navigation properties, each with a slash behind. */
export interface Place {
  readonly table: TableSchema;
  readonly prefix: string;
}

/** A condition, or nothing where every row fits. */
export type Condition = odata.Expression | undefined;

/** A column that both languages have under some name; what is in the way is noted. */
export function columnAt(
  log: TranslationLog,
  place: Place,
  name: string,
  range: Range,
): QueryColumn | undefined {
  const column = place.table.columns.get(name);
  if (column === undefined || column.labelOf !== undefined) {
    log.lose('columnUnknown', range, name);
    return undefined;
  }
  return column;
}

/** What stands for a condition or a value that could not be written. */
type Nothing = (odata.Expression & odata.Operand) | undefined;

/** The path of a column. */
export function pathOf({ prefix }: Place, column: QueryColumn): string {
  return prefix + propertyName(column);
}

/** One condition of FetchXML in the Web API's language; what has no exact counterpart is noted. */
export function conditionOf(log: TranslationLog, place: Place, node: XmlNode): Condition {
  return new ConditionWriter(log, place, node).write();
}

const COMPARISONS = {
  eq: odata.eq,
  ne: odata.ne,
  neq: odata.ne,
  lt: odata.lt,
  le: odata.le,
  gt: odata.gt,
  ge: odata.ge,
};

class ConditionWriter {
  readonly #log: TranslationLog;
  readonly #place: Place;
  readonly #node: XmlNode;
  readonly #operator: string;
  readonly #range: Range;

  constructor(log: TranslationLog, place: Place, node: XmlNode) {
    this.#log = log;
    this.#place = place;
    this.#node = node;
    this.#operator = (valueOf(node, 'operator') ?? '').toLowerCase();
    this.#range = placeOf(node, 'operator');
  }

  write(): Condition {
    const name = valueOf(this.#node, 'attribute') ?? '';
    const column = columnAt(this.#log, this.#place, name, placeOf(this.#node, 'attribute'));
    if (column === undefined) return undefined;
    const family = familyOf(column);
    if (family === 'other') return this.#lose('columnType', column.logicalName);
    const path = pathOf(this.#place, column);
    switch (this.#operator) {
      case 'null':
        return odata.eq(path, null);
      case 'not-null':
        return odata.ne(path, null);
      case 'eq':
      case 'ne':
      case 'neq':
      case 'lt':
      case 'le':
      case 'gt':
      case 'ge':
        return this.#comparison(this.#operator, column, path);
      case 'in':
      case 'not-in':
      case 'between':
      case 'not-between':
        return this.#place.prefix === '' ? this.#function(column) : this.#several(column, path);
      default:
        return PATTERNS.has(this.#operator) ? this.#pattern(column, path) : this.#function(column);
    }
  }

  #lose(code: Parameters<TranslationLog['lose']>[0], subject: string): Nothing {
    this.#log.lose(code, this.#range, subject);
    return undefined;
  }

  #comparison(operator: keyof typeof COMPARISONS, column: QueryColumn, path: string): Condition {
    const other = valueOf(this.#node, 'valueof');
    if (other !== undefined) return this.#columns(operator, column, other);
    const family = familyOf(column);
    const ordered = operator !== 'eq' && operator !== 'ne' && operator !== 'neq';
    if (
      family === 'choices' ||
      (ordered && (family === 'lookup' || family === 'guid' || family === 'boolean'))
    )
      return this.#lose('operator', this.#operator);
    const value = this.#literal(column, valuesOf(this.#node)[0] ?? '');
    return value === undefined ? undefined : COMPARISONS[operator](path, value);
  }

  #columns(operator: keyof typeof COMPARISONS, column: QueryColumn, other: string): Condition {
    const range = placeOf(this.#node, 'valueof');
    if (other.includes('.')) return this.#lose('comparison', other);
    const second = columnAt(this.#log, this.#place, other, range);
    if (second === undefined) return undefined;
    if (familyOf(second) !== familyOf(column)) return this.#lose('comparison', other);
    return COMPARISONS[operator](pathOf(this.#place, column), odata.column(pathOf(this.#place, second)));
  }

  /** A value as the column's type is written. */
  #literal(column: QueryColumn, text: string): odata.ValueOrOperand | undefined {
    const bare = text.trim();
    switch (familyOf(column)) {
      case 'text':
        return text;
      case 'number':
      case 'choice':
        return /^[+-]?\d{1,20}(?:\.\d{1,20})?$/.test(bare)
          ? { operand: odata.encode(bare.replace(/^\+/, '')) }
          : this.#lose('value', text);
      case 'boolean':
        return /^(?:1|0|true|false)$/i.test(bare) ? /^(?:1|true)$/i.test(bare) : this.#lose('value', text);
      case 'guid':
      case 'lookup':
        return isGuid(bareGuid(bare)) ? odata.guid(bareGuid(bare)) : this.#lose('value', text);
      case 'time':
        return this.#time(bare);
      case 'day':
        return isDay(bare) ? odata.day(new Date(`${bare}T00:00:00Z`)) : this.#lose('dayOnly', text);
      case 'clock':
        return this.#lose('clockTime', column.logicalName);
      default:
        return this.#lose('value', text);
    }
  }

  /** A time without a zone is one of the user's zone in FetchXML, which the Web API has no form for. */
  #time(text: string): odata.ValueOrOperand | undefined {
    if (!/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,7})?)?(?:Z|[+-]\d\d:\d\d)$/i.test(text))
      return this.#lose('zoneless', text);
    // A time of day 24:00, and digits behind the thousandths, are told otherwise by a date of this language.
    const isPlain = isDay(text.slice(0, 10)) && !/[T ]24|\.\d{3}0*[1-9]/i.test(text);
    const date = new Date(isPlain ? text.replace(' ', 'T') : Number.NaN);
    // With an offset, the last hours of the year 9999 are in one that there is not.
    return Number.isNaN(date.getTime()) || date.getUTCFullYear() > 9999 ? this.#lose('value', text) : date;
  }

  /** Lists and ranges of a linked table, for which the query functions are not documented. */
  #several(column: QueryColumn, path: string): Condition {
    if (familyOf(column) === 'choices') return this.#lose('operator', this.#operator);
    const values = valuesOf(this.#node).flatMap((text) => this.#literal(column, text) ?? []);
    const [low, high] = values;
    if (low === undefined) return undefined;
    switch (this.#operator) {
      case 'in':
        return odata.anyOf(values.map((value) => odata.eq(path, value)));
      case 'not-in':
        return odata.allOf(values.map((value) => odata.ne(path, value)));
      case 'between':
        return high === undefined ? undefined : odata.and(odata.ge(path, low), odata.le(path, high));
      default:
        return high === undefined ? undefined : odata.or(odata.lt(path, low), odata.gt(path, high));
    }
  }

  #pattern(column: QueryColumn, path: string): Condition {
    const { test, negative, before, behind } = PATTERNS.get(this.#operator) ?? NO_PATTERN;
    // The service makes text of other types; how is not documented.
    if (familyOf(column) !== 'text') return this.#lose('operator', this.#operator);
    const text = `${before}${valuesOf(this.#node)[0] ?? ''}${behind}`;
    const found = test ?? likeTest(path, text);
    const condition = typeof found === 'function' ? found(path, valuesOf(this.#node)[0] ?? '') : found;
    if (condition === undefined) return this.#lose('pattern', text);
    return negative ? odata.not(condition) : condition;
  }

  #function(column: QueryColumn): Condition {
    const known = FUNCTIONS.get(this.#operator);
    if (known === undefined) return this.#lose('operator', this.#operator);
    if (this.#place.prefix !== '') return this.#lose('linkedFunction', this.#operator);
    const isId = familyOf(column) === 'guid' || familyOf(column) === 'lookup';
    const values = valuesOf(this.#node).map((text) => (isId ? bareGuid(text) : text));
    // A list is written in the Web API's own way, in which a time without a zone would be read in another one.
    const dated = isDated(familyOf(column)) && known.takes === 'many';
    if (dated && values.some((text) => this.#literal(column, text) === undefined)) return undefined;
    const parameters = parametersOf(known.takes, values);
    if (parameters === undefined) return this.#lose('value', values.join(', '));
    // The logical name also of a lookup, whose property is called otherwise (UNVERIFIED).
    return odata.queryFunction(known.name, { PropertyName: column.logicalName, ...parameters });
  }
}

function parametersOf(
  takes: 'none' | 'text' | 'number' | 'many' | 'two',
  values: readonly string[],
): Readonly<Record<string, odata.ParameterValue>> | undefined {
  const [first = '', second = ''] = values;
  const whole = (text: string): boolean => /^\s*\d{1,9}\s*$/.test(text);
  switch (takes) {
    case 'none':
      return {};
    case 'text':
      return { PropertyValue: first.trim() };
    case 'number':
      return whole(first) ? { PropertyValue: Number(first) } : undefined;
    case 'many':
      return { PropertyValues: values };
    case 'two':
      return whole(first) && whole(second)
        ? { PropertyValue1: Number(first), PropertyValue2: Number(second) }
        : undefined;
  }
}

interface Pattern {
  /** Undefined where the wildcards of the value decide. */
  readonly test: ((path: string, text: string) => odata.Expression) | undefined;
  readonly negative: boolean;
  readonly before: string;
  readonly behind: string;
}

const NO_PATTERN: Pattern = { test: undefined, negative: false, before: '', behind: '' };

const PATTERNS: ReadonlyMap<string, Pattern> = new Map([
  ['like', NO_PATTERN],
  ['not-like', { ...NO_PATTERN, negative: true }],
  ['begins-with', { ...NO_PATTERN, test: odata.startsWith }],
  ['not-begin-with', { ...NO_PATTERN, test: odata.startsWith, negative: true }],
  ['ends-with', { ...NO_PATTERN, test: odata.endsWith }],
  ['not-end-with', { ...NO_PATTERN, test: odata.endsWith, negative: true }],
]);

/** LIKE as one of the three text functions, in which the wildcards inside count, too (UNVERIFIED; see jobFilter). */
function likeTest(path: string, pattern: string): odata.Expression | undefined {
  const open = pattern.startsWith('%');
  const ends = pattern.endsWith('%') && pattern.length > 1;
  if (open && ends) return odata.contains(path, pattern.slice(1, -1));
  if (open) return odata.endsWith(path, pattern.slice(1));
  if (ends) return odata.startsWith(path, pattern.slice(0, -1));
  if (!/[%_[]/.test(pattern)) return odata.eq(path, pattern);
  // What begins like it, wherever that ends, and ends like it, wherever that began, is like all of it: the part behind a
  // wildcard of any length stands behind the part before it in both.
  return pattern.replace(/\[[^\]]*\]/g, '').includes('%')
    ? odata.and(odata.startsWith(path, pattern), odata.endsWith(path, pattern))
    : undefined;
}
