import { LONGEST_QUERY } from '../base/queryLimit';
import type { Column } from '../dataverse/metadata';
import { columnOfProperty, familyOf, propertyName, type Family } from './columnNames';
import type { Completion, Completions } from './complete';
import type { Range } from './problem';
import { FUNCTIONS } from './queryFunctions.data';
import { separatorsIn } from './quotes';
import type { Schema, TableSchema } from './schema';
import { navigated, startOf } from './webApiNames';

const OPTIONS = ['$select', '$filter', '$orderby', '$expand', '$top', '$count', '$apply'];
const INNER_OPTIONS = ['$select', '$filter', '$orderby', '$expand', '$top', '$count'];
const STEPS = ['filter(', 'groupby((', 'aggregate('];
const PARAMETERS = {
  none: '',
  text: ",PropertyValue=''",
  number: ',PropertyValue=',
  many: ',PropertyValues=[]',
  two: ',PropertyValue1=,PropertyValue2=',
} as const;

/** Parentheses within one another; more cannot be sent (see `readWebApiText`). */
const MOST_DEPTH = 100;
/** Expansions of one query (FACTS 13.4). */
const MOST_EXPANDS = 15;
/** Characters that paths of names have at most, of eight names or so. */
const FAR = 1000;

/** What can be written into a Web API query at an offset. */
export function completionsInWebApi(text: string, offset: number, schema: Schema): Completions {
  if (text.length > LONGEST_QUERY) return { items: [] };
  const typed = /[@$]?[\w.]*$/.exec(endOf(text.slice(0, offset)))?.[0] ?? '';
  const end = offset + (/^\w*/.exec(text.slice(offset))?.[0].length ?? 0);
  return new Completer(text, schema, { start: offset - typed.length, end }).at();
}

class Completer {
  readonly #text: string;
  readonly #schema: Schema;
  readonly #range: Range;
  #depth = 0;

  constructor(text: string, schema: Schema, range: Range) {
    this.#text = text;
    this.#schema = schema;
    this.#range = range;
  }

  at(): Completions {
    const { start } = this.#range;
    const { places, open } = separatorsIn(this.#text, 0, start, '?&');
    const [first] = places;
    const path = this.#text.slice(0, first ?? start).trim();
    if (first === undefined) return open === undefined ? this.#path(path) : { items: [] };
    const begin = (places.at(-1) ?? first) + 1;
    const part = this.#text.slice(begin, start);
    const tables = startOf(this.#schema, path) ?? [];
    const equals = part.indexOf('=');
    if (equals < 0) {
      const all = separatorsIn(this.#text, 0, this.#text.length, '?&').places;
      const others = all.filter((at) => at + 1 !== begin).map((at) => this.#text.slice(at + 1));
      return this.#unused(OPTIONS, others);
    }
    return this.#option(part.slice(0, equals).trim(), part.slice(equals + 1), tables, open !== undefined);
  }

  #path(path: string): Completions {
    if (path.endsWith('/'))
      return {
        items: this.#navigations(
          startOf(this.#schema, path.slice(0, path.indexOf('/')).replace(/\(.*/, '')) ?? [],
        ),
      };
    if (path !== '') return { items: [] };
    const items = this.#schema.tables.flatMap(({ entitySetName, label }) =>
      entitySetName === undefined ? [] : [this.#item('table', entitySetName, 0, label)],
    );
    return { items };
  }

  /** @param before what stands in the option up to the word that is written */
  #option(name: string, before: string, tables: readonly TableSchema[], quoted: boolean): Completions {
    const end = endOf(before);
    switch (name) {
      case '$select':
        return { items: this.#columns(tables) };
      case '$orderby':
        return /[\w)]\s+$/.test(end)
          ? this.#words(['desc', 'asc'], 'operator')
          : { items: this.#named(end, tables) };
      case '$expand':
        return this.#expand(before, tables, quoted);
      case '$count':
        return this.#words(['true', 'false'], 'value');
      case '$filter':
        return this.#expression(before, tables, quoted);
      case '$apply':
        return this.#apply(before, tables, quoted);
      default:
        return { items: [] };
    }
  }

  #expand(before: string, tables: readonly TableSchema[], quoted: boolean): Completions {
    const [open] = openParentheses(before);
    if (open === undefined) return { items: this.#navigations(tables) };
    this.#depth += 1;
    if (this.#depth > MOST_EXPANDS) return { items: [] };
    const name = /(\w+)\s*$/.exec(endOf(before.slice(0, open)))?.[1] ?? '';
    const parts = innerParts(before.slice(open + 1));
    const part = parts.at(-1) ?? '';
    const equals = part.indexOf('=');
    if (equals < 0) return this.#unused(INNER_OPTIONS, parts);
    const target = navigated(this.#schema, tables, name) ?? [];
    return this.#option(part.slice(0, equals).trim(), part.slice(equals + 1), target, quoted);
  }

  #apply(before: string, tables: readonly TableSchema[], quoted: boolean): Completions {
    if (openParentheses(before).length === 0) return this.#words(STEPS, 'operator');
    const filter = before.lastIndexOf('filter(');
    const step = Math.max(before.lastIndexOf('groupby('), before.lastIndexOf('aggregate('));
    if (filter > step) return this.#expression(before.slice(filter + 'filter('.length), tables, quoted);
    const end = endOf(before);
    if (/\bwith\s+$/.test(end)) return this.#words(['sum', 'average', 'min', 'max'], 'operator');
    if (/\$count\s+$/.test(end) || /\bwith\s+\w+\s+$/.test(end)) return this.#words(['as'], 'operator');
    if (/\w\s+$/.test(end)) return this.#words(['with'], 'operator');
    const count = before.lastIndexOf('aggregate(') === step ? [this.#item('operator', '$count', 0)] : [];
    return { items: [...count, ...this.#named(end, tables)] };
  }

  #expression(before: string, tables: readonly TableSchema[], quoted: boolean): Completions {
    if (quoted)
      return /PropertyName\s*=\s*'$/.test(endOf(before))
        ? { items: this.#columns(tables, true) }
        : { items: [] };
    const variables = this.#variables(before, tables);
    const end = endOf(before);
    if (/[\w]\/$/.test(end)) return { items: this.#named(end, tables, variables) };
    const compared = /([\w/]+)\s+(?:eq|ne|gt|ge|lt|le)\s+$/.exec(end)?.[1];
    if (compared !== undefined) return this.#values(this.#columnAt(compared, tables, variables));
    if (/\b(?:and|or|not)\s+$/.test(end)) return { items: this.#start(end, tables, variables) };
    const left = /(?:^|[\s(,:])([A-Za-z_][\w/]*)\s+$/.exec(end)?.[1];
    const column = left === undefined ? undefined : this.#columnAt(left, tables, variables);
    if (column !== undefined && !/(?:eq|ne|gt|ge|lt|le)\s+[\w/]+\s+$/.test(end))
      return this.#words(operatorsOf(familyOf(column.column)), 'operator');
    if (/[\w'")\]]\s+$/.test(end)) return this.#words(['and', 'or'], 'operator');
    return { items: this.#start(end, tables, variables) };
  }

  /** What a condition can begin with. */
  #start(
    before: string,
    tables: readonly TableSchema[],
    variables: ReadonlyMap<string, readonly TableSchema[]>,
  ): readonly Completion[] {
    const functions = [...FUNCTIONS.values()].map(({ name, takes }) => ({
      ...this.#item('operator', `Microsoft.Dynamics.CRM.${name}`, 3),
      insert: `Microsoft.Dynamics.CRM.${name}(PropertyName=''${PARAMETERS[takes]})`,
    }));
    return [
      ...[...variables.keys()].map((name) => this.#item('source', name, 0)),
      ...this.#named(before, tables, variables),
      ...['contains(', 'startswith(', 'endswith(', 'not '].map((word) => this.#item('operator', word, 2)),
      ...functions,
    ];
  }

  /** The columns and navigation properties at the end of a path. */
  #named(
    before: string,
    tables: readonly TableSchema[],
    variables: ReadonlyMap<string, readonly TableSchema[]> = new Map(),
  ): readonly Completion[] {
    const path = /((?:\w+\/)+)$/.exec(before)?.[1];
    if (path === undefined) return [...this.#columns(tables), ...this.#navigations(tables)];
    const segments = path.slice(0, -1).split('/');
    const found = this.#walk(segments, tables, variables);
    const quantifiers = this.#isCollection(segments, tables, variables)
      ? ['any(', 'all('].map((word) => this.#item('operator', word, 0))
      : undefined;
    return quantifiers ?? [...this.#columns(found), ...this.#navigations(found)];
  }

  #walk(
    segments: readonly string[],
    tables: readonly TableSchema[],
    variables: ReadonlyMap<string, readonly TableSchema[]>,
  ): readonly TableSchema[] {
    const [first = '', ...rest] = segments;
    const variable = variables.get(first);
    return (variable === undefined ? segments : rest).reduce<readonly TableSchema[]>(
      (at, name) => navigated(this.#schema, at, name) ?? [],
      variable ?? tables,
    );
  }

  #isCollection(
    segments: readonly string[],
    tables: readonly TableSchema[],
    variables: ReadonlyMap<string, readonly TableSchema[]>,
  ): boolean {
    const owners = this.#walk(segments.slice(0, -1), tables, variables);
    return owners.some(({ relations }) =>
      relations.some(({ to, navigation }) => to !== 'one' && navigation === segments.at(-1)),
    );
  }

  /** The variables of the lambdas that a place stands in, each with its tables. */
  #variables(before: string, tables: readonly TableSchema[]): ReadonlyMap<string, readonly TableSchema[]> {
    const variables = new Map<string, readonly TableSchema[]>();
    for (const open of openParentheses(before).slice(0, MOST_DEPTH)) {
      const path = /([\w/]+)\/(?:any|all)$/.exec(endOf(before.slice(0, open)))?.[1];
      const name = /^\(\s*(\w+)\s*:/.exec(before.slice(open, open + FAR))?.[1];
      if (path !== undefined && name !== undefined)
        variables.set(name, this.#walk(path.split('/'), tables, variables));
    }
    return variables;
  }

  #columnAt(
    path: string,
    tables: readonly TableSchema[],
    variables: ReadonlyMap<string, readonly TableSchema[]>,
  ): { readonly table: string; readonly column: Column } | undefined {
    const segments = path.split('/');
    for (const table of this.#walk(segments.slice(0, -1), tables, variables)) {
      const column = columnOfProperty(table, segments.at(-1) ?? '');
      if (column !== undefined) return { table: table.table.logicalName, column };
    }
    return undefined;
  }

  #values(found: { readonly table: string; readonly column: Column } | undefined): Completions {
    const family = found === undefined ? undefined : familyOf(found.column);
    const words = family === 'boolean' ? ['true', 'false', 'null'] : ['null'];
    const { items } = this.#words(words, 'value');
    return found !== undefined && family === 'choice'
      ? { items, choicesOf: { ...found, range: this.#range } }
      : { items };
  }

  #columns(tables: readonly TableSchema[], logical = false): readonly Completion[] {
    return tables.flatMap(({ columns }) =>
      [...columns.values()]
        .filter((column) => column.labelOf === undefined && column.isValidForRead)
        .map((column) => {
          const name = logical ? column.logicalName : propertyName(column);
          return this.#item('column', name, column.isPrimaryName ? 0 : 1, `${column.label} · ${column.type}`);
        }),
    );
  }

  #navigations(tables: readonly TableSchema[]): readonly Completion[] {
    const names = new Map(
      tables.flatMap(({ relations }) =>
        relations.flatMap(({ navigation, other, to }) =>
          navigation === undefined ? [] : [[navigation, to === 'one' ? other : `${other} · *`] as const],
        ),
      ),
    );
    return [...names].map(([name, detail]) => this.#item('source', name, 2, detail));
  }

  #words(words: readonly string[], kind: Completion['kind']): Completions {
    return { items: words.map((word, rank) => this.#item(kind, word, rank)) };
  }

  /** The options that none of some texts begins with. */
  #unused(names: readonly string[], texts: readonly string[]): Completions {
    const used = new Set(texts.map((text) => /^\s*(\$\w+)\s*=/.exec(text)?.[1]));
    const left = names.filter((name) => !used.has(name));
    return this.#words(
      left.map((name) => `${name}=`),
      'operator',
    );
  }

  #item(kind: Completion['kind'], label: string, rank: number, detail?: string): Completion {
    return {
      kind,
      label,
      range: this.#range,
      insert: label,
      rank,
      ...(detail === undefined ? {} : { detail }),
    };
  }
}

/** Where the parentheses begin that are open at the end of a text, the outermost first. */
function openParentheses(text: string): readonly number[] {
  const { places } = separatorsIn(text, 0, text.length, '()');
  const open: number[] = [];
  for (const at of places) {
    if (text[at] === '(') open.push(at);
    else open.pop();
  }
  return open;
}

/** What stands between the semicolons that are in no parenthesis. */
function innerParts(text: string): readonly string[] {
  const parts: string[] = [];
  let [depth, start] = [0, 0];
  for (const at of separatorsIn(text, 0, text.length, '();').places) {
    if (text[at] === '(') depth += 1;
    else if (text[at] === ')') depth = Math.max(0, depth - 1);
    else if (depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}

/** The end of a text, as far as a path and a word before it can reach: what looks for an end would try every place. */
function endOf(text: string): string {
  return text.slice(-FAR);
}

function operatorsOf(family: Family): readonly string[] {
  const equal = ['eq', 'ne'];
  return family === 'lookup' || family === 'guid' || family === 'boolean'
    ? equal
    : [...equal, 'gt', 'ge', 'lt', 'le'];
}
