import { isGuid } from '../../../base/guid';
import {
  allOf,
  anyOf,
  negate,
  type CollectionSource,
  type ComparisonOperator,
  type Expression,
  type Operand,
  type Scalar,
} from '../expression';
import { MANAGED_TYPE } from '../../schema/edmTypes';
import { notImplemented, odataError } from '../refusals';
import { coerceText } from '../values';
import { comparableTypes, edmTypeOf } from './edm';
import { bindFunction } from './functions';
import { bindOperand, resolveAlias, resolvePath, type Binding, type PathEnd } from './paths';
import type { Literal, Syntax } from './syntax';

const KINDS: Readonly<Record<ComparisonOperator, string>> = {
  eq: 'Equal',
  ne: 'NotEqual',
  gt: 'GreaterThan',
  ge: 'GreaterThanOrEqual',
  lt: 'LessThan',
  le: 'LessThanOrEqual',
};

const FLIPPED: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  eq: 'eq',
  ne: 'ne',
  gt: 'lt',
  ge: 'le',
  lt: 'gt',
  le: 'ge',
};

function typeMismatch(left: string, right: string, operator: ComparisonOperator): Error {
  return odataError(
    `A binary operator with incompatible types was detected. Found operand types '${left}' and '${right}' for operator kind '${KINDS[operator]}'.`,
  );
}

/** The literal in the form of the column, or undefined when its type does not fit. A quoted GUID is tolerated (FACTS 13.4). */
function fit(operand: Operand, literal: Literal): Scalar | undefined {
  const type = edmTypeOf(operand.column, operand.part);
  if (type === 'Edm.Guid' && literal.type === 'Edm.String') {
    const text = String(literal.value);
    return isGuid(text) ? text.toLowerCase() : undefined;
  }
  if (!comparableTypes(type, literal.type)) return undefined;
  if (literal.type === 'Edm.Date' || literal.type === 'Edm.DateTimeOffset') {
    const moment = coerceText(String(literal.value), 'instant');
    if (moment !== undefined) return moment;
    throw odataError(`Unrecognized '${literal.type}' literal '${String(literal.value)}'.`);
  }
  return literal.value;
}

function compareWithLiteral(
  operand: Operand,
  operator: ComparisonOperator,
  literal: Literal,
  flipped: boolean,
): Expression {
  if (literal.type === 'Null') {
    if (operator === 'eq') return { kind: 'isNull', operand };
    return operator === 'ne' ? negate({ kind: 'isNull', operand }) : { kind: 'constant', value: null };
  }
  if (operand.column.type === 'multiselect') {
    throw notImplemented(`the comparison of the choices column '${operand.column.name}'; use ContainValues`);
  }
  const value = fit(operand, literal);
  if (value === undefined || value === null) {
    const types = [edmTypeOf(operand.column, operand.part), literal.type] as const;
    throw typeMismatch(flipped ? types[1] : types[0], flipped ? types[0] : types[1], operator);
  }
  return { kind: 'compare', operator: flipped ? FLIPPED[operator] : operator, operand, value };
}

function compareNavigation(
  end: PathEnd & { kind: 'navigation' },
  operator: ComparisonOperator,
  other: Syntax,
): Expression {
  const { navigation, place } = end;
  const isNull = other.kind === 'literal' && other.type === 'Null';
  if (navigation.kind !== 'single' || !isNull || (operator !== 'eq' && operator !== 'ne')) {
    const type = navigation.kind === 'single' ? navigation.targets[0] : navigation.table;
    throw typeMismatch(
      `Microsoft.Dynamics.CRM.${type ?? ''}`,
      other.kind === 'literal' ? other.type : 'Edm.String',
      operator,
    );
  }
  const operand = { slot: place.slot, hops: place.hops, table: place.table, column: navigation.column };
  const refers = anyOf(
    navigation.targets.map((target): Expression => ({ kind: 'refersTo', operand, target })),
  );
  return operator === 'eq' ? negate(refers) : refers;
}

function compareLiterals(operator: ComparisonOperator, left: Literal, right: Literal): Expression {
  if (left.type !== 'Null' && right.type !== 'Null' && !comparableTypes(left.type, right.type)) {
    throw typeMismatch(left.type, right.type, operator);
  }
  const same = left.value === right.value;
  if (operator === 'eq') return { kind: 'constant', value: same };
  if (operator === 'ne') return { kind: 'constant', value: !same };
  if (left.value === null || right.value === null) return { kind: 'constant', value: null };
  const order = left.value < right.value ? -1 : left.value > right.value ? 1 : 0;
  const value =
    operator === 'gt'
      ? order > 0
      : operator === 'ge'
        ? order >= 0
        : operator === 'lt'
          ? order < 0
          : order <= 0;
  return { kind: 'constant', value };
}

const isBoolean = (syntax: Syntax): boolean =>
  syntax.kind === 'binary' ||
  syntax.kind === 'not' ||
  syntax.kind === 'in' ||
  syntax.kind === 'lambda' ||
  syntax.kind === 'call';

function bindComparison(
  binding: Binding,
  operator: ComparisonOperator,
  leftSyntax: Syntax,
  rightSyntax: Syntax,
): Expression {
  const left = resolveAlias(binding, leftSyntax);
  const right = resolveAlias(binding, rightSyntax);
  if (left.kind === 'literal' && right.kind === 'literal') return compareLiterals(operator, left, right);
  if (
    isBoolean(left) &&
    right.kind === 'literal' &&
    right.type === 'Edm.Boolean' &&
    (operator === 'eq' || operator === 'ne')
  ) {
    const term = bindCondition(binding, left);
    return (right.value === true) === (operator === 'eq') ? term : negate(term);
  }
  if (left.kind === 'literal' && right.kind === 'path')
    return bindPathComparison(binding, operator, right.segments, left, true);
  if (left.kind === 'path' && right.kind === 'literal')
    return bindPathComparison(binding, operator, left.segments, right, false);
  if (left.kind === 'path' && right.kind === 'path') {
    const operand = bindOperand(binding, left.segments);
    const other = bindOperand(binding, right.segments);
    const types = [edmTypeOf(operand.column, operand.part), edmTypeOf(other.column, other.part)] as const;
    if (types[0] === MANAGED_TYPE || !comparableTypes(types[0], types[1]))
      throw typeMismatch(types[0], types[1], operator);
    return { kind: 'compareColumns', operator, operand, other };
  }
  const call = left.kind === 'call' ? left : right;
  // Throws the refusal that belongs to the function.
  if (call.kind === 'call') bindFunction(binding, call);
  throw notImplemented('this kind of comparison in $filter');
}

function bindPathComparison(
  binding: Binding,
  operator: ComparisonOperator,
  segments: readonly string[],
  literal: Literal,
  flipped: boolean,
): Expression {
  const end = resolvePath(binding, segments);
  if (end.kind === 'navigation') return compareNavigation(end, operator, literal);
  return compareWithLiteral(bindOperand(binding, segments), operator, literal, flipped);
}

function bindIn(binding: Binding, syntax: Syntax & { kind: 'in' }): Expression {
  if (syntax.left.kind !== 'path') throw notImplemented("'in' without a property on its left");
  const operand = bindOperand(binding, syntax.left.segments);
  const values = syntax.items.flatMap((item): readonly Scalar[] => {
    const resolved = resolveAlias(binding, item);
    const literals = resolved.kind === 'list' ? resolved.items : [resolved];
    return literals.map((literal) => {
      const value = literal.kind === 'literal' ? fit(operand, literal) : undefined;
      if (value !== undefined) return value;
      throw typeMismatch(
        edmTypeOf(operand.column, operand.part),
        literal.kind === 'literal' ? literal.type : literal.kind,
        'eq',
      );
    });
  });
  return { kind: 'in', operand, values };
}

function bindLambda(binding: Binding, syntax: Syntax & { kind: 'lambda' }): Expression {
  const end = resolvePath(binding, syntax.path);
  const name = syntax.path.join('/');
  if (end.kind !== 'navigation' || end.navigation.kind === 'single') {
    throw odataError(`Any/All may only be used following a collection. '${name}' is none.`);
  }
  const { navigation, place } = end;
  const table = binding.context.reader.schema.table(navigation.table);
  if (table === undefined) throw notImplemented(`the table '${navigation.table}'`);
  const source: CollectionSource = navigation;
  const slot = binding.slots.next++;
  const variables = new Map(binding.variables);
  if (syntax.variable !== undefined) {
    if (variables.has(syntax.variable)) {
      throw odataError(`The range variable '${syntax.variable}' has already been declared.`);
    }
    variables.set(syntax.variable, { slot, hops: [], table });
  }
  const body = syntax.body === undefined ? undefined : bindCondition({ ...binding, variables }, syntax.body);
  return {
    kind: syntax.quantifier,
    slot: place.slot,
    hops: place.hops,
    owner: place.table,
    source,
    variable: slot,
    body,
  };
}

/** The operands of a chain of the same junction, without recursion: chains may be long. */
function chain(syntax: Syntax & { kind: 'binary' }): readonly Syntax[] {
  const terms: Syntax[] = [];
  let current: Syntax = syntax;
  while (current.kind === 'binary' && current.operator === syntax.operator) {
    terms.unshift(current.right);
    current = current.left;
  }
  return [current, ...terms];
}

/** Turns a parsed condition into an expression over the table's columns. Throws 400 for unknown names and types that do not fit. */
export function bindCondition(binding: Binding, syntax: Syntax): Expression {
  switch (syntax.kind) {
    case 'binary': {
      if (syntax.operator !== 'and' && syntax.operator !== 'or') {
        return bindComparison(binding, syntax.operator, syntax.left, syntax.right);
      }
      const terms = chain(syntax).map((term) => bindCondition(binding, term));
      return syntax.operator === 'and' ? allOf(terms) : anyOf(terms);
    }
    case 'not':
      return negate(bindCondition(binding, syntax.term));
    case 'in':
      return bindIn(binding, syntax);
    case 'lambda':
      return bindLambda(binding, syntax);
    case 'call':
      return bindFunction(binding, syntax);
    case 'alias':
      return bindCondition(binding, resolveAlias(binding, syntax));
    case 'path': {
      const operand = bindOperand(binding, syntax.segments);
      if (edmTypeOf(operand.column, operand.part) === 'Edm.Boolean') {
        return { kind: 'compare', operator: 'eq', operand, value: true };
      }
      break;
    }
    case 'literal':
      if (typeof syntax.value === 'boolean' || syntax.value === null)
        return { kind: 'constant', value: syntax.value };
      break;
    case 'list':
      break;
  }
  throw odataError('The $filter expression must evaluate to a single boolean value.');
}
