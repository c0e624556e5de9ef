import {
  identifier,
  propertyPath,
  refuse,
  text,
  textList,
  toOperand,
  type Operand,
  type ValueOrOperand,
} from './odataLiteral';

/**
 * A condition, percent-encoded. `binding` tells how tightly its outermost operator binds, so that conditions can be
 * joined without losing their meaning.
 */
export interface Expression {
  readonly condition: string;
  readonly binding: 'or' | 'and' | 'unit';
}

const SP = '%20';

function unit(condition: string): Expression {
  return { condition, binding: 'unit' };
}

function comparison(operator: string): (path: string, value: ValueOrOperand) => Expression {
  return (path, value) => unit(`${propertyPath(path)}${SP}${operator}${SP}${toOperand(value).operand}`);
}

/** `path eq value`; a path leads over single-valued navigation properties, `sdkmessageid/name`. */
export const eq = comparison('eq');
export const ne = comparison('ne');
export const gt = comparison('gt');
export const ge = comparison('ge');
export const lt = comparison('lt');
export const le = comparison('le');

function textFunction(name: string): (path: string, value: string) => Expression {
  return (path, value) => unit(`${name}(${propertyPath(path)},${text(value).operand})`);
}

/** The column has the text inside; the service ignores case. */
export const contains = textFunction('contains');
export const startsWith = textFunction('startswith');
export const endsWith = textFunction('endswith');

/** All of the conditions; those that are undefined are left out. */
export function and(first: Expression, ...rest: ReadonlyArray<Expression | undefined>): Expression {
  return allOf([first, ...rest]) ?? first;
}

/** At least one of the conditions; those that are undefined are left out. */
export function or(first: Expression, ...rest: ReadonlyArray<Expression | undefined>): Expression {
  return anyOf([first, ...rest]);
}

/** All of the conditions; undefined when there is none, which means that every row fits. */
export function allOf(conditions: ReadonlyArray<Expression | undefined>): Expression | undefined {
  const present = conditions.filter((condition) => condition !== undefined);
  const [only] = present;
  if (present.length <= 1) return only;
  const parts = present.map((part) => (part.binding === 'or' ? `(${part.condition})` : part.condition));
  return { condition: parts.join(`${SP}and${SP}`), binding: 'and' };
}

/**
 * At least one of the conditions.
 * @throws DataverseError `invalid` when there is none: no row would fit, and a missing filter would return them all.
 */
export function anyOf(conditions: ReadonlyArray<Expression | undefined>): Expression {
  const present = conditions.filter((condition) => condition !== undefined);
  const [only] = present;
  if (only === undefined) refuse('A list of alternatives is empty');
  if (present.length === 1) return only;
  const parts = present.map((part) => (part.binding === 'and' ? `(${part.condition})` : part.condition));
  return { condition: parts.join(`${SP}or${SP}`), binding: 'or' };
}

/** The condition does not hold. */
export function not(condition: Expression): Expression {
  return unit(`not${SP}(${condition.condition})`);
}

/** A lambda's variable: gives the path of a property of the item, `o('name')`. */
export type Item = (property: string) => string;

/** At least one item of a collection-valued navigation property fits; without a condition: it has an item at all. */
export function any(path: string, condition?: (item: Item) => Expression, variable = 'o'): Expression {
  if (condition === undefined) return unit(`${propertyPath(path)}/any()`);
  return lambda('any', path, condition, variable);
}

/** Every item of a collection-valued navigation property fits. */
export function all(path: string, condition: (item: Item) => Expression, variable = 'o'): Expression {
  return lambda('all', path, condition, variable);
}

function lambda(
  operator: 'any' | 'all',
  path: string,
  condition: (item: Item) => Expression,
  variable: string,
): Expression {
  const inner = condition((property) => `${identifier(variable)}/${propertyPath(property)}`);
  return unit(`${propertyPath(path)}/${operator}(${variable}:${inner.condition})`);
}

/** A value of a query function's parameter: a list of texts is written in JSON. */
export type ParameterValue = ValueOrOperand | readonly string[];

/** The operand for a parameter's value. */
export function toParameter(value: ParameterValue): Operand {
  return isList(value) ? textList(value) : toOperand(value);
}

function isList(value: ParameterValue): value is readonly string[] {
  return Array.isArray(value);
}

/**
 * A query function of Dataverse, `Microsoft.Dynamics.CRM.In(PropertyName='name',PropertyValues=["a","b"])`. Values
 * may be literals or aliases (FACTS 13.4).
 */
export function queryFunction(
  name: string,
  parameters: Readonly<Record<string, ParameterValue>>,
): Expression {
  const values = Object.entries(parameters).map(
    ([parameter, value]) => `${identifier(parameter)}=${toParameter(value).operand}`,
  );
  return unit(`Microsoft.Dynamics.CRM.${identifier(name)}(${values.join(',')})`);
}

/** The column has one of the values, by the query function `In`; its values are texts whatever the column's type. */
export function isIn(path: string, values: readonly string[]): Expression {
  if (values.length === 0) refuse('A list of alternatives is empty');
  return queryFunction('In', { PropertyName: propertyPath(path), PropertyValues: values });
}
