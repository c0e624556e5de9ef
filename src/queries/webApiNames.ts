import { columnOfFunction, columnOfProperty, familyOf, propertyName } from './columnNames';
import { canBeAsked, closest } from './fetchNames';
import { wrong, type QueryProblem, type Range } from './problem';
import { OPERATOR_OF } from './queryFunctions.data';
import type { Schema, TableSchema } from './schema';
import type { Expand, Expression, Lambda, Literal, Options, Path } from './webApiSyntax';
import type { WebApiText } from './webApiText';

/** The tables that the names of an expression can be of: more than one behind `ownerid`, which leads to users and teams. */
interface NameScope {
  readonly tables: readonly TableSchema[];
  /** The tables of the variables of lambdas. */
  readonly variables: ReadonlyMap<string, readonly TableSchema[]>;
}

const NO_VARIABLES: NameScope['variables'] = new Map();

/** A scope of tables alone. */
function scopeOf(tables: readonly TableSchema[]): NameScope {
  return { tables, variables: NO_VARIABLES };
}

/** The tables that a navigation property leads to, as far as they are loaded; undefined where there is none of the name. */
export function navigated(
  schema: Schema,
  tables: readonly TableSchema[],
  name: string,
): readonly TableSchema[] | undefined {
  const relations = tables.flatMap((table) =>
    table.relations.filter(({ navigation }) => navigation === name),
  );
  if (relations.length === 0) return undefined;
  return relations.flatMap(({ other }) => schema.table(other) ?? []);
}

/** The tables of the rows that the path of a query brings; undefined where it cannot be told. */
export function startOf(schema: Schema, path: string): readonly TableSchema[] | undefined {
  const [first = ''] = path.split(/[(/]/);
  const name = schema.tableOfSet(first);
  const table = name === undefined ? undefined : schema.table(name);
  if (table === undefined) return undefined;
  const rest = /^\w+\([^()]*\)\/(\w+)$/.exec(path)?.[1];
  if (rest !== undefined) return navigated(schema, [table], rest) ?? [];
  return path.includes('/') ? undefined : [table];
}

/** The names of a Web API query that the environment does not have, each at its place. */
export function unknownWebApiNames(query: WebApiText, schema: Schema): readonly QueryProblem[] {
  const own = setProblem(query, schema);
  if (own !== undefined) return [own];
  const tables = startOf(schema, query.path);
  if (tables === undefined || tables.length === 0) return [];
  const checker = new NameChecker(schema);
  checker.options(query.options, scopeOf(tables));
  for (const alias of query.aliases.values()) checker.expression(alias, scopeOf(tables));
  return checker.problems;
}

/** Functions and the sets of metadata begin with a capital letter, and are not known here. */
function setProblem({ path, pathRange }: WebApiText, schema: Schema): QueryProblem | undefined {
  const [set = ''] = path.split(/[(/]/);
  if (set === '' || schema.tableOfSet(set) !== undefined) return undefined;
  const sets = schema.tables.flatMap(({ entitySetName }) => entitySetName ?? []);
  const named = schema.tables.find(({ logicalName }) => logicalName === set.toLowerCase());
  const close = named?.entitySetName ?? closest(set, sets);
  if (/^[A-Z]/.test(set) && close.toLowerCase() !== set.toLowerCase()) return undefined;
  const start = pathRange.start;
  return wrong(
    'unknownSet',
    { start, end: Math.min(pathRange.end, start + set.length) },
    { name: set, close },
  );
}

class NameChecker {
  readonly problems: QueryProblem[] = [];
  readonly #schema: Schema;

  constructor(schema: Schema) {
    this.#schema = schema;
  }

  options(options: Options, scope: NameScope): void {
    for (const path of options.select ?? []) this.#path(path, scope, 'selected');
    // The results of $apply have names of their own.
    if (options.apply === undefined) for (const { path } of options.orderby) this.#path(path, scope, 'value');
    if (options.filter !== undefined) this.expression(options.filter, scope);
    for (const expand of options.expand) this.#expand(expand, scope);
    for (const filter of options.apply?.filters ?? []) this.expression(filter, scope);
    for (const path of options.apply?.groupBy ?? []) this.#path(path, scope, 'value');
    for (const { path } of options.apply?.aggregate ?? [])
      if (path !== undefined) this.#path(path, scope, 'value');
  }

  #expand(expand: Expand, scope: NameScope): void {
    if (expand.name === '*') return;
    const tables = navigated(this.#schema, scope.tables, expand.name);
    if (tables === undefined) this.#unknown(expand.name, expand.nameRange, scope.tables, 'navigation');
    else if (tables.length > 0) this.options(expand, scopeOf(tables));
  }

  expression(expression: Expression, scope: NameScope): void {
    switch (expression.kind) {
      case 'path':
        this.#path(expression, scope, 'value');
        return;
      case 'compare':
        this.expression(expression.left, scope);
        this.expression(expression.right, scope);
        return;
      case 'and':
      case 'or':
        for (const term of expression.terms) this.expression(term, scope);
        return;
      case 'not':
        this.expression(expression.term, scope);
        return;
      case 'in':
        this.expression(expression.left, scope);
        return;
      case 'call':
        this.#call(expression, scope);
        return;
      case 'lambda':
        this.#lambda(expression, scope);
        return;
      case 'literal':
      case 'list':
      case 'alias':
        return;
    }
  }

  #call(call: Extract<Expression, { kind: 'call' }>, scope: NameScope): void {
    for (const { name, value } of call.arguments) {
      if (name !== 'PropertyName') this.expression(value, scope);
      else if (value.kind === 'literal' && value.type === 'text' && call.prefix.length === 0)
        this.#asked(value, call.name.split('.').at(-1) ?? '', scope);
    }
  }

  /** The column that a query function is about, and whether it can be. */
  #asked({ value, range }: Literal, name: string, { tables }: NameScope): void {
    const columns = tables.flatMap((table) => columnOfFunction(table, value) ?? []);
    const operator = OPERATOR_OF.get(name) ?? '';
    if (columns.length === 0) this.#unknown(value, range, tables, 'logical');
    else if (!columns.some((column) => canBeAsked(operator, familyOf(column))))
      this.problems.push(wrong('wrongOperator', range, { operator: name, column: value }));
  }

  #lambda(lambda: Lambda, scope: NameScope): void {
    const tables = this.#walk(lambda, lambda.path, scope);
    if (lambda.body === undefined || tables === undefined) return;
    const variables = new Map(scope.variables);
    if (lambda.variable !== undefined) variables.set(lambda.variable, tables);
    this.expression(lambda.body, { tables: scope.tables, variables });
  }

  /** The tables at the end of navigation properties; undefined where one is not known, which is noted. */
  #walk(
    { places }: Pick<Path, 'places'>,
    segments: readonly string[],
    scope: NameScope,
  ): readonly TableSchema[] | undefined {
    const [first = ''] = segments;
    const variable = first === '$it' ? scope.tables : scope.variables.get(first);
    let tables = variable ?? scope.tables;
    for (const [at, name] of segments.entries()) {
      if ((at === 0 && variable !== undefined) || name.includes('.')) continue;
      const next = navigated(this.#schema, tables, name);
      if (next === undefined) {
        const range = places[at];
        // A part of a complex value, such as that of a managed property.
        const complex = tables.some((table) => columnOfProperty(table, name) !== undefined);
        if (range !== undefined && tables.length > 0 && !complex)
          this.#unknown(name, range, tables, 'navigation');
        return undefined;
      }
      tables = next;
    }
    return tables;
  }

  #path(path: Path, scope: NameScope, use: 'value' | 'selected'): void {
    const name = path.segments.at(-1) ?? '';
    const range = path.places.at(-1);
    if (name === '*' || name === '()' || name.startsWith('$') || scope.variables.has(name)) return;
    const tables = this.#walk(path, path.segments.slice(0, -1), scope);
    if (tables === undefined || tables.length === 0 || range === undefined) return;
    if (tables.some((table) => columnOfProperty(table, name) !== undefined)) return;
    // `owningextensionid eq null` asks whether there is such a row.
    if (use === 'value' && navigated(this.#schema, tables, name) !== undefined) return;
    this.#unknown(name, range, tables, 'property');
  }

  #unknown(
    name: string,
    range: Range,
    tables: readonly TableSchema[],
    kind: 'property' | 'navigation' | 'logical',
  ): void {
    const [table] = tables;
    if (table === undefined) return;
    const details = { name, table: table.table.logicalName };
    const own = table.columns.get(name);
    const labelled = own?.labelOf === undefined ? undefined : table.columns.get(own.labelOf);
    if (kind !== 'navigation' && own?.labelOf !== undefined) {
      const close = labelled === undefined ? own.labelOf : propertyName(labelled);
      this.problems.push(wrong('labelColumn', range, { ...details, close }));
      return;
    }
    if (kind === 'property' && own !== undefined) {
      this.problems.push(wrong('lookupProperty', range, { ...details, close: propertyName(own) }));
      return;
    }
    const code = kind === 'navigation' ? 'unknownNavigation' : 'unknownColumn';
    this.problems.push(wrong(code, range, { ...details, close: closest(name, namesOf(tables, kind)) }));
  }
}

function namesOf(
  tables: readonly TableSchema[],
  kind: 'property' | 'navigation' | 'logical',
): readonly string[] {
  return tables.flatMap(({ columns, relations }) => {
    if (kind === 'navigation') return relations.flatMap(({ navigation }) => navigation ?? []);
    const shown = [...columns.values()].filter(({ labelOf }) => labelOf === undefined);
    return shown.map((column) => (kind === 'logical' ? column.logicalName : propertyName(column)));
  });
}
