import { countedWindow, datedWindow, dateOperatorKind, fixedWindow } from '../dateWindows';
import {
  allOf,
  anyOf,
  isReference,
  negate,
  type ComparisonOperator,
  type Expression,
  type Operand,
  type QueryContext,
  type Scalar,
} from '../expression';
import { invalidFetch, notImplemented } from '../refusals';
import { coerceText, familyOf, parseInstant } from '../values';
import type { ConditionNode, EntityNode, FilterNode } from './document';

/** What conditions look up: columns by name, in the entity at hand or in one named by alias. */
export interface ConditionScope {
  readonly context: QueryContext;
  operand(attribute: string, entityName: string | undefined): Operand;
  /** A link inside of the filter, as a condition. */
  link(node: EntityNode): Expression;
}

const COMPARISONS: Readonly<Record<string, ComparisonOperator>> = {
  eq: 'eq',
  ne: 'ne',
  neq: 'ne',
  lt: 'lt',
  le: 'le',
  gt: 'gt',
  ge: 'ge',
};

/** Operators that exist and that the sandbox leaves out: hierarchies, teams, languages, fiscal periods. */
const LEFT_OUT =
  /^(above|under|eq-or-above|eq-or-under|not-under|eq-useroruserhierarchy|eq-useroruserhierarchyandteams|eq-useroruserteams|eq-userteams|eq-userlanguage|.*fiscal.*)$/;

const MANY: ReadonlySet<string> = new Set([
  'in',
  'not-in',
  'between',
  'not-between',
  'contain-values',
  'not-contain-values',
]);

function valueFor(operand: Operand, text: string): string | number | boolean {
  const value = coerceText(text, familyOf(operand.column));
  if (value !== undefined && value !== null) return value;
  throw invalidFetch(
    `The value '${text}' of the attribute '${operand.column.name}' is not of type '${operand.column.type}'.`,
  );
}

function single(condition: ConditionNode): string {
  const given = condition.value ?? condition.values[0];
  if (given !== undefined && condition.values.length <= (condition.value === undefined ? 1 : 0)) return given;
  throw invalidFetch(
    `The operator '${condition.operator}' on '${condition.attribute}' takes exactly one value.`,
  );
}

function none(condition: ConditionNode): void {
  if (condition.values.length > 0) {
    throw invalidFetch(`The operator '${condition.operator}' on '${condition.attribute}' takes no value.`);
  }
}

function several(condition: ConditionNode, operand: Operand): ReadonlyArray<string | number | boolean> {
  const texts =
    condition.values.length > 0 ? condition.values : condition.value === undefined ? [] : [condition.value];
  if (texts.length === 0) {
    throw invalidFetch(
      `The operator '${condition.operator}' on '${condition.attribute}' takes at least one value.`,
    );
  }
  return texts.map((text) => valueFor(operand, text));
}

function dateCondition(condition: ConditionNode, operand: Operand, now: number): Expression {
  const { operator } = condition;
  const family = familyOf(operand.column);
  if (family !== 'instant' && family !== 'day') {
    throw invalidFetch(
      `The operator '${operator}' is not valid for the attribute '${operand.column.name}' of type '${operand.column.type}'.`,
    );
  }
  const kind = dateOperatorKind(operator);
  if (kind === 'fixed') {
    none(condition);
    return { kind: 'within', operand, ...fixedWindow(operator, now) };
  }
  const text = single(condition);
  if (kind === 'dated') {
    const moment = parseInstant(text);
    if (moment === undefined)
      throw invalidFetch(`The value '${text}' of the attribute '${operand.column.name}' is no date.`);
    return { kind: 'within', operand, ...datedWindow(operator, moment) };
  }
  const count = /^\d{1,7}$/.test(text.trim()) ? Number(text) : 0;
  if (count < 1)
    throw invalidFetch(`The value '${text}' of the operator '${operator}' must be a positive whole number.`);
  return { kind: 'within', operand, ...countedWindow(operator, count, now) };
}

const TEXT_PATTERNS: Readonly<Record<string, (text: string) => string>> = {
  like: (text) => text,
  'begins-with': (text) => `${text}%`,
  'ends-with': (text) => `%${text}`,
};

const POSITIVE: Readonly<Record<string, string>> = {
  'not-like': 'like',
  'not-begin-with': 'begins-with',
  'not-end-with': 'ends-with',
  'not-in': 'in',
  'not-between': 'between',
  'not-contain-values': 'contain-values',
  'not-null': 'null',
};

function likeCondition(condition: ConditionNode, operand: Operand, operator: string): Expression {
  if (familyOf(operand.column) !== 'text') {
    // The service converts other types to text; how is not documented.
    throw notImplemented(
      `the operator '${condition.operator}' on the attribute '${operand.column.name}' of type '${operand.column.type}'`,
    );
  }
  const pattern = (TEXT_PATTERNS[operator] ?? TEXT_PATTERNS['like'])?.(single(condition)) ?? '';
  return { kind: 'like', operand, pattern };
}

function businessUnit(context: QueryContext): Scalar {
  const unit = context.reader.get('systemuser', context.userId)?.['businessunitid'];
  return isReference(unit) ? unit.id : null;
}

function comparison(
  scope: ConditionScope,
  condition: ConditionNode,
  operand: Operand,
  operator: ComparisonOperator,
): Expression {
  if (condition.valueOf !== undefined) {
    const [first = '', second] = condition.valueOf.split('.');
    const other =
      second === undefined ? scope.operand(first, condition.entityName) : scope.operand(second, first);
    if (familyOf(other.column) !== familyOf(operand.column)) {
      throw invalidFetch(
        `The attributes '${condition.attribute}' and '${condition.valueOf}' cannot be compared with one another.`,
      );
    }
    return { kind: 'compareColumns', operator, operand, other };
  }
  if (operand.column.type === 'multiselect') {
    throw notImplemented(
      `the operator '${condition.operator}' on the choices column '${operand.column.name}'`,
    );
  }
  return { kind: 'compare', operator, operand, value: valueFor(operand, single(condition)) };
}

/** The condition without its negation. */
function positiveCondition(
  scope: ConditionScope,
  condition: ConditionNode,
  operand: Operand,
  operator: string,
): Expression {
  switch (operator) {
    case 'null':
      none(condition);
      return { kind: 'isNull', operand };
    case 'in':
      return { kind: 'in', operand, values: several(condition, operand) };
    case 'between': {
      const [low, high, ...others] = several(condition, operand);
      if (low === undefined || high === undefined || others.length > 0) {
        throw invalidFetch(
          `The operator '${condition.operator}' on '${condition.attribute}' takes two values.`,
        );
      }
      return allOf([
        { kind: 'compare', operator: 'ge', operand, value: low },
        { kind: 'compare', operator: 'le', operand, value: high },
      ]);
    }
    case 'contain-values':
      if (operand.column.type !== 'multiselect') {
        throw invalidFetch(
          `The operator '${condition.operator}' is only valid for choices; '${operand.column.name}' is none.`,
        );
      }
      return { kind: 'hasChoice', operand, values: several(condition, operand).map(Number) };
    case 'eq-userid':
    case 'ne-userid':
      none(condition);
      return {
        kind: 'compare',
        operator: operator === 'eq-userid' ? 'eq' : 'ne',
        operand,
        value: scope.context.userId,
      };
    case 'eq-businessid':
    case 'ne-businessid':
      none(condition);
      return {
        kind: 'compare',
        operator: operator === 'eq-businessid' ? 'eq' : 'ne',
        operand,
        value: businessUnit(scope.context),
      };
    default:
      return likeCondition(condition, operand, operator);
  }
}

function isPositive(operator: string): boolean {
  return (
    Object.hasOwn(TEXT_PATTERNS, operator) ||
    [
      'null',
      'in',
      'between',
      'contain-values',
      'eq-userid',
      'ne-userid',
      'eq-businessid',
      'ne-businessid',
    ].includes(operator)
  );
}

function bindOne(scope: ConditionScope, condition: ConditionNode): Expression {
  const operand = scope.operand(condition.attribute, condition.entityName);
  const operator = condition.operator.toLowerCase();
  if (condition.values.length > 0 && !MANY.has(operator) && condition.values.length > 1) single(condition);
  if (condition.valueOf !== undefined && !Object.hasOwn(COMPARISONS, operator)) {
    throw invalidFetch(`'valueof' cannot be used with the operator '${condition.operator}'.`);
  }
  const compared = Object.hasOwn(COMPARISONS, operator) ? COMPARISONS[operator] : undefined;
  if (compared !== undefined) return comparison(scope, condition, operand, compared);
  if (dateOperatorKind(operator) !== undefined) return dateCondition(condition, operand, scope.context.now);
  const positive = Object.hasOwn(POSITIVE, operator) ? POSITIVE[operator] : undefined;
  if (positive !== undefined) return negate(positiveCondition(scope, condition, operand, positive));
  if (isPositive(operator)) return positiveCondition(scope, condition, operand, operator);
  if (LEFT_OUT.test(operator)) throw notImplemented(`the condition operator '${condition.operator}'`);
  throw invalidFetch(`The condition operator '${condition.operator}' is not valid.`);
}

/** A filter as an expression. An empty filter lets everything through. Throws 400 for unknown attributes, operators and values of the wrong type. */
export function bindFilter(scope: ConditionScope, filter: FilterNode): Expression {
  const terms = [
    ...filter.conditions.map((condition) => bindOne(scope, condition)),
    ...filter.filters.map((inner) => bindFilter(scope, inner)),
    ...filter.links.map((link) => scope.link(link)),
  ];
  if (terms.length === 0) return { kind: 'constant', value: true };
  return filter.type === 'and' ? allOf(terms) : anyOf(terms);
}
