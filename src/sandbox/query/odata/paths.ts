import type { ManagedProperty, Table } from '../../schema/types';
import type { Hop, Operand, QueryContext } from '../expression';
import { findNavigation, findProperty, type Navigation, type SingleNavigation } from '../properties';
import { notImplemented, odataError, unknownProperty } from '../refusals';
import type { Syntax } from './syntax';

/** Where a path starts: a row in a slot, or one that lookups lead to from there. */
interface Place {
  readonly slot: number;
  readonly hops: readonly Hop[];
  readonly table: Table;
}

/** What names mean while an expression is bound. */
export interface Binding {
  readonly context: QueryContext;
  readonly root: Place;
  readonly variables: ReadonlyMap<string, Place>;
  /** Values of the parameter aliases, by name with its `@`. */
  readonly aliases: ReadonlyMap<string, Syntax>;
  /** The next free slot. */
  readonly slots: { next: number };
}

/** A binding for expressions over the rows of `table` in slot 0. */
export function rootBinding(
  context: QueryContext,
  table: Table,
  aliases: ReadonlyMap<string, Syntax>,
): Binding {
  return { context, root: { slot: 0, hops: [], table }, variables: new Map(), aliases, slots: { next: 1 } };
}

function singleValued(
  binding: Binding,
  place: Place,
  navigation: SingleNavigation,
  next: string | undefined,
): Place {
  const { schema } = binding.context.reader;
  const tables = navigation.targets.flatMap((name) => schema.table(name) ?? []);
  // `ownerid` leads to users and teams: the table that has the next name is meant.
  const knows = (table: Table): boolean =>
    next !== undefined && (findProperty(table, next) ?? findNavigation(table, next)) !== undefined;
  const table = tables.find(knows) ?? tables[0];
  if (table === undefined) throw notImplemented(`the table '${navigation.targets.join(', ')}'`);
  const hop = { column: navigation.column.name, target: table.name };
  return { slot: place.slot, hops: [...place.hops, hop], table };
}

/** What a path ends at: a column, a member of a managed property, or a navigation property. */
export type PathEnd =
  | { readonly kind: 'operand'; readonly operand: Operand }
  | { readonly kind: 'navigation'; readonly place: Place; readonly navigation: Navigation };

function managedPart(name: string): keyof ManagedProperty | undefined {
  return name === 'Value' || name === 'CanBeChanged' || name === 'ManagedPropertyLogicalName'
    ? name
    : undefined;
}

function startOf(binding: Binding, segments: readonly string[]): { place: Place; rest: readonly string[] } {
  const [first = '', ...rest] = segments;
  const variable = first === '$it' ? binding.root : binding.variables.get(first);
  if (variable !== undefined && rest.length > 0) return { place: variable, rest };
  return { place: binding.root, rest: segments };
}

/** Looks up a path segment by segment. Throws a 400 for a name the type does not have. */
export function resolvePath(binding: Binding, segments: readonly string[]): PathEnd {
  const start = startOf(binding, segments);
  let { place } = start;
  for (const [at, segment] of start.rest.entries()) {
    const next = start.rest[at + 1];
    const property = findProperty(place.table, segment);
    if (property !== undefined) {
      const { column } = property;
      const operand = { slot: place.slot, hops: place.hops, table: place.table, column };
      if (next === undefined) return { kind: 'operand', operand };
      const part =
        column.type === 'managedproperty' && at + 2 === start.rest.length ? managedPart(next) : undefined;
      if (part === undefined)
        throw unknownProperty(next, column.type === 'managedproperty' ? 'BooleanManagedProperty' : segment);
      return { kind: 'operand', operand: { ...operand, part } };
    }
    const navigation = findNavigation(place.table, segment);
    if (navigation === undefined) throw unknownSegment(segment, place.table);
    if (next === undefined) return { kind: 'navigation', place, navigation };
    if (next === '$count') throw notImplemented('$count inside an expression');
    if (navigation.kind !== 'single') {
      throw odataError(
        `The parent value for a property access of a property '${next}' is not a single value. Property access can only be applied to a single value.`,
      );
    }
    place = singleValued(binding, place, navigation, next);
  }
  throw odataError('Expression expected.');
}

function unknownSegment(segment: string, table: Table): Error {
  return segment.includes('.')
    ? notImplemented(`the type cast '${segment}'`)
    : unknownProperty(segment, table.name);
}

/** The column a path leads to. Write-only columns are refused: their value must not be found out by asking. */
export function bindOperand(binding: Binding, segments: readonly string[]): Operand {
  const end = resolvePath(binding, segments);
  if (end.kind === 'navigation') {
    throw odataError(
      `The property '${end.navigation.name}' is a navigation property and cannot be compared; use the column of its lookup.`,
    );
  }
  // FACTS 5.1: authvalue cannot be filtered; the text is UNVERIFIED.
  if (!end.operand.column.read)
    throw odataError(`The property '${end.operand.column.name}' is not valid for read.`);
  return end.operand;
}

/** The value of an alias; one that was never assigned is null (FACTS 13.4). */
export function resolveAlias(binding: Binding, syntax: Syntax): Syntax {
  let current = syntax;
  for (let steps = 0; current.kind === 'alias'; steps += 1) {
    if (steps > 10) throw odataError(`The parameter alias '${current.name}' refers to itself.`);
    current = binding.aliases.get(current.name) ?? { kind: 'literal', value: null, type: 'Null' };
  }
  return current;
}
