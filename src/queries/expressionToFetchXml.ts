import type { FetchCondition, FetchFilter, FetchLink } from '../dataverse/fetchXml';
import { isGuid } from '../base/guid';
import { isXmlText } from '../base/xmlText';
import { familyOf, isDay } from './columnNames';
import { FLIPPED, NEGATED, OPPOSITE, PARAMETERS, TEXT_FUNCTIONS } from './expressionOperators.data';
import { FUNCTIONS, OPERATOR_OF } from './queryFunctions.data';
import type { Range } from './problem';
import type { QueryColumn } from './schema';
import type { TranslationLog, UntranslatedCode } from './translation';
import type { Call, Expression, Lambda, Literal, Path } from './webApiSyntax';

export type FetchTerm = FetchCondition | FetchFilter | FetchLink;

/** The way over a lookup to the table behind it. */
export type Hop = Pick<FetchLink, 'name' | 'from' | 'to'>;

/** What a path leads to. */
export interface NamedColumn {
  readonly column: QueryColumn;
  /** The alias of the link that has the column. */
  readonly entityName?: string | undefined;
  /** Lookups on the way to it that have no link; a condition asks for them itself. */
  readonly hops?: readonly Hop[];
}

/** What the names of an expression mean. What is unknown is noted by who knows why. */
export interface Names {
  column(path: Path): NamedColumn | undefined;
  /** The column that a query function names; undefined with a note where such a function cannot stand. */
  named(name: string, range: Range): QueryColumn | undefined;
  /** The lookup of a navigation property that is its only one. */
  lookup(path: readonly string[]): QueryColumn | undefined;
  /** Whether a collection has a row that fits; `inner` writes the condition by the names of that row. */
  existence(lambda: Lambda, inner: (names: Names) => readonly FetchTerm[]): FetchLink | undefined;
}

/** The conditions that mean an expression, all of which have to hold; what has no counterpart is noted. */
export function conditionsOf(
  log: TranslationLog,
  names: Names,
  expression: Expression,
  aliases: ReadonlyMap<string, Expression>,
): readonly FetchTerm[] {
  return new ExpressionWriter(log, names, aliases).terms(expression, 'true');
}

/**
 * What is asked of an expression: that it is true, that it is false, or that it is not true, which an unknown one is not
 * either. Turned round, not true becomes not false.
 */
type Wanted = 'true' | 'false' | 'notTrue' | 'notFalse';

const TURNED: Readonly<Record<Wanted, Wanted>> = {
  true: 'false',
  false: 'true',
  notTrue: 'notFalse',
  notFalse: 'notTrue',
};

/** True where the opposite of a condition is to be written. */
function isNegative(wanted: Wanted): boolean {
  return wanted === 'false' || wanted === 'notTrue';
}

class ExpressionWriter {
  readonly #log: TranslationLog;
  readonly #names: Names;
  readonly #aliases: ReadonlyMap<string, Expression>;

  constructor(log: TranslationLog, names: Names, aliases: ReadonlyMap<string, Expression>) {
    this.#log = log;
    this.#names = names;
    this.#aliases = aliases;
  }

  /**
   * In three-valued logic, as in a database (UNVERIFIED). It matters for negations of columns that may be empty only: `ne` is
   * written as `ne`, whatever the service makes of an empty value there, which tools that know it say it lets through.
   */
  terms(expression: Expression, wanted: Wanted): readonly FetchTerm[] {
    switch (expression.kind) {
      case 'not':
        return this.terms(expression.term, TURNED[wanted]);
      case 'and':
      case 'or': {
        const inner = expression.terms.map((term) => this.terms(term, wanted));
        if ((expression.kind === 'and') !== isNegative(wanted)) return inner.flat();
        return [{ type: 'or', conditions: inner.map((terms) => all(terms)) }];
      }
      case 'alias':
        return this.terms(this.#resolved(expression), wanted);
      case 'lambda':
        return this.#lambda(expression, isNegative(wanted));
      case 'compare':
      case 'in':
      case 'call':
      case 'path':
        return this.#leaf(expression, wanted);
      case 'literal':
      case 'list':
        return this.#lose('expression', expression, '');
    }
  }

  /** A condition on columns, which is unknown where one of them is empty. */
  #leaf(
    expression: Extract<Expression, { kind: 'compare' | 'in' | 'call' | 'path' }>,
    wanted: Wanted,
  ): readonly FetchTerm[] {
    const inner = this.#inner(expression);
    if (inner !== undefined) {
      const turned = inner.opposite ? TURNED[wanted] : wanted;
      return this.terms(inner.expression, turned);
    }
    const negative = isNegative(wanted);
    const terms = this.#strict(expression, negative);
    if (wanted === 'true' || wanted === 'false' || this.#isNullTest(expression)) return terms;
    const empty = pathsIn(expression).flatMap((path) => this.#condition(path, 'null', {}));
    if (pathsIn(expression).length === 0) return this.#lose('lambda', expression, '');
    return [{ type: 'or', conditions: [all(terms), ...empty] }];
  }

  #strict(
    expression: Extract<Expression, { kind: 'compare' | 'in' | 'call' | 'path' }>,
    negative: boolean,
  ): readonly FetchTerm[] {
    switch (expression.kind) {
      case 'compare':
        return this.#compare(expression, negative);
      case 'in':
        return this.#in(expression, negative);
      case 'call':
        return this.#call(expression, negative);
      case 'path':
        return this.#flag(expression, !negative);
    }
  }

  #isNullTest(expression: Expression): boolean {
    if (expression.kind !== 'compare') return false;
    const sides = [expression.left, expression.right].map((side) => this.#resolved(side));
    return sides.some((side) => side.kind === 'literal' && side.type === 'null');
  }

  /** `(a eq 1) eq false`: the condition that is compared with a truth value. */
  #inner(
    expression: Expression,
  ): { readonly expression: Expression; readonly opposite: boolean } | undefined {
    if (expression.kind !== 'compare' || !['eq', 'ne'].includes(expression.operator)) return undefined;
    const right = this.#resolved(expression.right);
    const left = this.#resolved(expression.left);
    if (
      right.kind !== 'literal' ||
      right.type !== 'boolean' ||
      left.kind === 'path' ||
      left.kind === 'literal'
    )
      return undefined;
    return { expression: left, opposite: (right.value === 'true') !== (expression.operator === 'eq') };
  }

  /**
   * A collection with a row that fits; every row fits where there is none that does not. A row for which the condition is
   * unknown does not (UNVERIFIED; OData asks for true).
   */
  #lambda(lambda: Lambda, negative: boolean): readonly FetchTerm[] {
    const every = lambda.quantifier === 'all';
    const { body } = lambda;
    const link = this.#names.existence(lambda, (names) =>
      body === undefined
        ? []
        : new ExpressionWriter(this.#log, names, this.#aliases).terms(body, every ? 'notTrue' : 'true'),
    );
    return link === undefined ? [] : [{ ...link, type: negative !== every ? 'not any' : 'any' }];
  }

  #lose(code: UntranslatedCode, { range }: Pick<Expression, 'range'>, subject: string): readonly FetchTerm[] {
    this.#log.lose(code, range, subject);
    return [];
  }

  /** The value of an alias; one that was never given is null (FACTS 13.4). */
  #resolved(expression: Expression): Expression {
    let found = expression;
    for (let steps = 0; found.kind === 'alias' && steps < 10; steps += 1)
      found = this.#aliases.get(found.name) ?? nothing(found);
    return found.kind === 'alias' ? nothing(found) : found;
  }

  #condition(path: Path, operator: string, rest: Partial<FetchCondition>): readonly FetchTerm[] {
    const found = this.#names.column(path);
    if (found === undefined) return [];
    const { column, entityName, hops = [] } = found;
    const named = entityName === undefined ? {} : { entityName };
    const condition = (asked: string): FetchTerm => ({
      attribute: column.logicalName,
      operator: asked,
      ...named,
      ...rest,
    });
    if (hops.length === 0) return [condition(operator)];
    // A column is empty as well where there is no row that has it.
    if (operator === 'null') return [through(hops, condition('not-null'), 'not any')];
    return [through(hops, condition(operator), 'any')];
  }

  /** A column of true and false that stands for itself. */
  #flag(path: Path, wanted: boolean): readonly FetchTerm[] {
    const found = this.#names.column(path);
    if (found === undefined) return [];
    if (familyOf(found.column) !== 'boolean') return this.#lose('expression', path, path.segments.join('/'));
    return this.#condition(path, 'eq', { value: wanted ? '1' : '0' });
  }

  #compare(expression: Extract<Expression, { kind: 'compare' }>, negative: boolean): readonly FetchTerm[] {
    let left = this.#resolved(expression.left);
    let right = this.#resolved(expression.right);
    let operator = expression.operator;
    if (left.kind === 'literal' && right.kind === 'path') {
      [left, right] = [right, left];
      operator = FLIPPED[operator] ?? operator;
    }
    const meant = negative ? OPPOSITE[operator] : FLIPPED[operator] === undefined ? undefined : operator;
    if (meant === undefined || left.kind !== 'path') return this.#lose('comparison', expression, operator);
    if (right.kind === 'path') return this.#columns(left, right, meant);
    if (right.kind !== 'literal') return this.#lose('comparison', expression, operator);
    if (right.type === 'null') return this.#null(left, right, meant);
    const found = this.#names.column(left);
    if (found === undefined) return [];
    const value = this.#value(found.column, right, meant);
    return value === undefined ? [] : this.#condition(left, meant, { value });
  }

  #null(left: Path, right: Literal, operator: string): readonly FetchTerm[] {
    if (operator !== 'eq' && operator !== 'ne') return this.#lose('comparison', right, operator);
    const test = operator === 'eq' ? 'null' : 'not-null';
    const lookup = this.#names.lookup(left.segments);
    return lookup === undefined
      ? this.#condition(left, test, {})
      : [{ attribute: lookup.logicalName, operator: test }];
  }

  #columns(left: Path, right: Path, operator: string): readonly FetchTerm[] {
    const [one, other] = [this.#names.column(left), this.#names.column(right)];
    if (one === undefined || other === undefined) return [];
    const alike =
      familyOf(one.column) === familyOf(other.column) &&
      one.entityName === other.entityName &&
      left.segments.slice(0, -1).join('/') === right.segments.slice(0, -1).join('/');
    if (!alike) return this.#lose('comparison', right, right.segments.join('/'));
    return this.#condition(left, operator, { otherColumn: other.column.logicalName });
  }

  /** A literal as FetchXML writes it, if it is one of the column's type. */
  #value(column: QueryColumn, literal: Literal, operator: string): string | undefined {
    const { type, value } = literal;
    const family = familyOf(column);
    const ordered = operator !== 'eq' && operator !== 'ne';
    const fits =
      (family === 'text' && type === 'text') ||
      // An exponent is a form of OData.
      ((family === 'number' || family === 'choice') && type === 'number' && !/e/i.test(value)) ||
      (family === 'boolean' && type === 'boolean' && !ordered) ||
      ((family === 'guid' || family === 'lookup') && (type === 'guid' || isGuid(value)) && !ordered) ||
      (family === 'time' && type === 'time') ||
      (family === 'day' && type === 'date');
    if (fits && isXmlText(value)) return type === 'boolean' ? (value === 'true' ? '1' : '0') : value;
    const code = lostTime(column, value) ?? (family === 'other' ? 'columnType' : 'value');
    this.#log.lose(code, literal.range, code === 'clockTime' ? column.logicalName : value);
    return undefined;
  }

  #in(expression: Extract<Expression, { kind: 'in' }>, negative: boolean): readonly FetchTerm[] {
    const { left } = expression;
    const found = left.kind === 'path' ? this.#names.column(left) : undefined;
    if (left.kind !== 'path') return this.#lose('comparison', expression, 'in');
    if (found === undefined) return [];
    const items = expression.items
      .map((item) => this.#resolved(item))
      .flatMap((item) => (item.kind === 'list' ? item.items : [item]));
    if (items.length === 0) return this.#lose('value', expression, '[]');
    const values = items.flatMap((item) => {
      if (item.kind === 'literal' && item.type !== 'null') return this.#value(found.column, item, 'eq') ?? [];
      this.#log.lose('value', item.range, 'in');
      return [];
    });
    return this.#condition(left, negative ? 'not-in' : 'in', { values });
  }

  #call(call: Call, negative: boolean): readonly FetchTerm[] {
    const text = Object.hasOwn(TEXT_FUNCTIONS, call.name) ? TEXT_FUNCTIONS[call.name] : undefined;
    if (text !== undefined && call.prefix.length === 0) return this.#text(call, negative ? text[1] : text[0]);
    const operator = OPERATOR_OF.get(call.name.replace(/^Microsoft\.Dynamics\.CRM\./, ''));
    if (operator === undefined || !call.name.startsWith('Microsoft.Dynamics.CRM.') || call.prefix.length > 0)
      return this.#lose('function', call, [...call.prefix, call.name].join('/'));
    const meant = negative ? NEGATED[operator] : operator;
    if (meant === undefined) return this.#lose('function', call, `not ${call.name}`);
    return this.#function(call, meant);
  }

  #text(call: Call, operator: string): readonly FetchTerm[] {
    const [first, second] = call.arguments.map(({ value }) => this.#resolved(value));
    if (first?.kind !== 'path' || second?.kind !== 'literal' || second.type !== 'text')
      return this.#lose('function', call, call.name);
    const found = this.#names.column(first);
    if (found === undefined) return [];
    if (familyOf(found.column) !== 'text') return this.#lose('function', call, call.name);
    if (!isXmlText(second.value)) return this.#lose('value', second, second.value);
    const value = call.name === 'contains' ? `%${second.value}%` : second.value;
    return this.#condition(first, operator, { value });
  }

  #function(call: Call, operator: string): readonly FetchTerm[] {
    const takes = FUNCTIONS.get(operator)?.takes ?? 'none';
    const values = new Map(call.arguments.map(({ name, value }) => [name, this.#resolved(value)]));
    const column = values.get('PropertyName');
    if (column?.kind !== 'literal' || !/^\w+$/.test(column.value))
      return this.#lose('function', call, call.name);
    const known = this.#names.named(column.value, column.range);
    if (known === undefined) return [];
    const keys = PARAMETERS[takes];
    const given = keys.flatMap((key) => {
      const value = values.get(key);
      return value?.kind === 'list' ? value.items : (value ?? []);
    });
    const texts = given.flatMap((item) =>
      item.kind === 'literal' && item.type !== 'null' ? [item.value] : [],
    );
    if (texts.length !== given.length || (keys.length > 0 && texts.length === 0))
      return this.#lose('function', call, call.name);
    const broken = texts.find((text) => !isXmlText(text));
    if (broken !== undefined) return this.#lose('value', call, broken);
    const lost = takes === 'many' ? texts.flatMap((text) => lostTime(known, text) ?? []) : [];
    if (lost[0] !== undefined)
      return this.#lose(lost[0], call, lost[0] === 'clockTime' ? known.logicalName : texts.join(', '));
    const [value] = texts;
    const single = takes === 'text' || takes === 'number';
    return [
      {
        attribute: known.logicalName,
        operator,
        ...(single && value !== undefined ? { value } : texts.length === 0 ? {} : { values: texts }),
      },
    ];
  }
}

/**
 * Why a text is no value that FetchXML takes for a column of dates as the Web API does: a time without a zone, and a day
 * of a moment, is one of the user's zone there; a day has no time. How the languages read a zone for a time that has none
 * is not documented (UNVERIFIED).
 */
function lostTime(column: QueryColumn, text: string): UntranslatedCode | undefined {
  switch (familyOf(column)) {
    case 'time':
      return /[T ].*(?:Z|[+-]\d\d:\d\d)$/i.test(text) ? undefined : 'zoneless';
    case 'day':
      return isDay(text) ? undefined : 'dayOnly';
    case 'clock':
      return 'clockTime';
    default:
      return undefined;
  }
}

function nothing({ range }: Pick<Expression, 'range'>): Literal {
  return { kind: 'literal', type: 'null', value: 'null', range };
}

/** A condition on a row that lookups lead to. */
function through(hops: readonly Hop[], condition: FetchTerm, type: 'any' | 'not any'): FetchTerm {
  return hops.reduceRight<FetchTerm>(
    (inner, hop, at) => ({ ...hop, type: at === 0 ? type : 'any', filter: { conditions: [inner] } }),
    condition,
  );
}

/** The columns that a condition asks for. */
function pathsIn(expression: Expression): readonly Path[] {
  switch (expression.kind) {
    case 'path':
      return [expression];
    case 'compare':
      return [...pathsIn(expression.left), ...pathsIn(expression.right)];
    case 'in':
      return pathsIn(expression.left);
    case 'call':
      return expression.arguments.flatMap(({ value }) => pathsIn(value));
    default:
      return [];
  }
}

/** Conditions that all have to hold, as one. */
function all(terms: readonly FetchTerm[]): FetchTerm {
  const [only, ...others] = terms;
  return only !== undefined && others.length === 0 ? only : { type: 'and', conditions: terms };
}
