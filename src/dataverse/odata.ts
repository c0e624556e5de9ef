/**
 * Text of OData requests. Everything that leaves this module is percent-encoded and legal by the OASIS OData ABNF;
 * whatever cannot be written so is refused with a `DataverseError` `invalid`.
 */
import type { Expression, ParameterValue } from './odataFilter';
import { toParameter } from './odataFilter';
import { encode, guid, identifier, propertyPath, qualifiedName, refuse, toOperand } from './odataLiteral';
import type { Operand, Value } from './odataLiteral';

export * from './odataFilter';
export { alias, column, day, encode, guid, text } from './odataLiteral';
export type { Operand, Value, ValueOrOperand } from './odataLiteral';

/** An entity set, `serviceendpoints`. */
export function set(name: string): string {
  return identifier(name);
}

/** One row by its id, `serviceendpoints(3f6f1c52-…)`. */
export function row(entitySet: string, id: string): string {
  return `${set(entitySet)}(${guid(id).operand})`;
}

/** One row by an alternate key, `EntityDefinitions(LogicalName='contact')`. */
export function rowByKey(
  path: string,
  key: Readonly<Record<string, Exclude<Value, null> | Operand>>,
): string {
  const pairs = Object.entries(key).map(([name, value]) => `${identifier(name)}=${toOperand(value).operand}`);
  if (pairs.length === 0) refuse('A key has no columns');
  return `${path}(${pairs.join(',')})`;
}

/** A column or navigation property of a row, `serviceendpoints(…)/serviceendpoint_sdkmessageprocessingstep`. */
export function property(path: string, name: string): string {
  return `${path}/${identifier(name)}`;
}

/** A reference to a row through a navigation property; `target` names the member of a collection to take out. */
export function reference(path: string, navigation: string, target?: string): string {
  const member = target === undefined ? '' : `(${guid(target).operand})`;
  return `${property(path, navigation)}${member}/$ref`;
}

/** A derived type, `…/Attributes/Microsoft.Dynamics.CRM.PicklistAttributeMetadata`. */
export function cast(path: string, type: string): string {
  return `${path}/${crmName(type)}`;
}

/** An action bound to a row, `serviceendpoints(…)/Microsoft.Dynamics.CRM.TriggerServiceEndpointCheck`. */
export function boundAction(path: string, name: string): string {
  return `${path}/${crmName(name)}`;
}

function crmName(name: string): string {
  return qualifiedName(name.includes('.') ? name : `Microsoft.Dynamics.CRM.${name}`);
}

/** The value of `<navigation>@odata.bind`: the address of a row from the root on (FACTS 15.7). */
export function bind(entitySet: string, id: string): string {
  return `/${row(entitySet, id)}`;
}

/**
 * A function with its parameters behind aliases: `Fn(ObjectId=@p1,ComponentType=@p2)?@p1=…&@p2=…` (FACTS 16).
 * A function without parameters is its bare name (FACTS 15.1).
 */
export function functionCall(
  name: string,
  parameters: Readonly<Record<string, ParameterValue>> = {},
): string {
  const entries = Object.entries(parameters);
  const called = qualifiedName(name);
  if (entries.length === 0) return called;
  const names = entries.map(([parameter], index) => `${identifier(parameter)}=@p${index + 1}`);
  const values = entries.map(([, value], index) => `@p${index + 1}=${toParameter(value).operand}`);
  return `${called}(${names.join(',')})?${values.join('&')}`;
}

/** A column to order by, ascending unless said otherwise. */
export type Order = string | { readonly by: string; readonly descending?: boolean };

interface CommonOptions {
  /** Columns. Choices and lookups have no `…name` companions (FACTS 13.4). */
  readonly select?: readonly string[];
  readonly filter?: Expression | undefined;
  readonly orderby?: readonly Order[];
  readonly top?: number;
  readonly count?: boolean;
  readonly expand?: readonly Expand[];
}

/** A navigation property to fetch along with the row, with options of its own. */
export interface Expand extends CommonOptions {
  readonly path: string;
}

/** The options of a query. */
export interface QueryOptions extends CommonOptions {
  readonly apply?: Transformation;
  /** Values of the parameter aliases that filter and order use, by name without `@` (FACTS 16). */
  readonly aliases?: Readonly<Record<string, ParameterValue>>;
}

/** The service takes fifteen expands (FACTS 13.4). */
const MOST_EXPANDS = 15;

/** A path with query options. A path that has options already (a function's aliases) gets these behind them. */
export function query(path: string, options: QueryOptions): string {
  if (countExpands(options) > MOST_EXPANDS) refuse(`A query has more than ${MOST_EXPANDS} expands`);
  const parts = commonOptions(options);
  if (options.apply !== undefined) parts.push(`$apply=${options.apply.transformation}`);
  for (const [name, value] of Object.entries(options.aliases ?? {})) {
    parts.push(`@${identifier(name)}=${toParameter(value).operand}`);
  }
  if (parts.length === 0) return path;
  return `${path}${path.includes('?') ? '&' : '?'}${parts.join('&')}`;
}

function commonOptions(options: CommonOptions): string[] {
  const parts: string[] = [];
  if (options.select !== undefined && options.select.length > 0) {
    parts.push(`$select=${options.select.map(identifier).join(',')}`);
  }
  if (options.filter !== undefined) parts.push(`$filter=${options.filter.condition}`);
  if (options.expand !== undefined && options.expand.length > 0) {
    parts.push(`$expand=${options.expand.map(expandItem).join(',')}`);
  }
  if (options.orderby !== undefined && options.orderby.length > 0) {
    parts.push(`$orderby=${options.orderby.map(orderItem).join(',')}`);
  }
  if (options.top !== undefined) parts.push(`$top=${positive(options.top)}`);
  if (options.count !== undefined) parts.push(`$count=${options.count}`);
  return parts;
}

function expandItem(item: Expand): string {
  const options = commonOptions(item);
  const path = propertyPath(item.path);
  return options.length === 0 ? path : `${path}(${options.join(';')})`;
}

function orderItem(item: Order): string {
  if (typeof item === 'string') return propertyPath(item);
  return `${propertyPath(item.by)}${item.descending === true ? '%20desc' : ''}`;
}

function positive(value: number): number {
  return Number.isSafeInteger(value) && value > 0
    ? value
    : refuse('A number of rows is not a positive integer');
}

function countExpands(options: CommonOptions): number {
  return (options.expand ?? []).reduce((sum, item) => sum + 1 + countExpands(item), 0);
}

/** A step of `$apply`, percent-encoded. */
export interface Transformation {
  readonly transformation: string;
}

/** A figure over rows: how many there are, or a computation over a column. */
export type Aggregate =
  | { readonly as: string; readonly count: true }
  | {
      readonly as: string;
      readonly column: string;
      readonly method: 'sum' | 'average' | 'min' | 'max' | 'countdistinct';
    };

/** Keeps the rows that fit. */
export function filterRows(condition: Expression): Transformation {
  return { transformation: `filter(${condition.condition})` };
}

/** Figures over all rows. */
export function aggregate(figures: readonly Aggregate[]): Transformation {
  if (figures.length === 0) refuse('An aggregation has no figures');
  return { transformation: `aggregate(${figures.map(figure).join(',')})` };
}

/** Figures for each combination of values of some columns. */
export function groupBy(columns: readonly string[], figures: readonly Aggregate[] = []): Transformation {
  if (columns.length === 0) refuse('A grouping has no columns');
  const inner = figures.length === 0 ? '' : `,${aggregate(figures).transformation}`;
  return { transformation: `groupby((${columns.map(propertyPath).join(',')})${inner})` };
}

/** Several steps, one after the other. */
export function inOrder(steps: readonly Transformation[]): Transformation {
  if (steps.length === 0) refuse('A transformation has no steps');
  return { transformation: steps.map((step) => step.transformation).join('/') };
}

function figure(item: Aggregate): string {
  const name = identifier(item.as);
  if ('count' in item) return `$count%20as%20${name}`;
  return `${propertyPath(item.column)}%20with%20${item.method}%20as%20${name}`;
}

/** The address of a FetchXML query. */
export function fetchPath(entitySet: string, fetchXml: string): string {
  return `${set(entitySet)}?fetchXml=${encode(fetchXml)}`;
}
