import type { CellValue, Column, ManagedProperty, Reference, Table } from '../schema/types';
import type { ReadRequest } from '../queryRequest';
import type { StoreReader } from '../store';

/** Three-valued logic: null is "unknown", which a filter does not let through. */
export type Truth = boolean | null;

/** A value that comparisons know. References are their id. */
export type Scalar = string | number | boolean | null;

/** Columns of one family can be compared with one another. */
export type Family = 'text' | 'number' | 'boolean' | 'guid' | 'instant' | 'day' | 'choices';

export type ComparisonOperator = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';

/** One step over a lookup: the row that `column` refers to, when it is a row of `target`. */
export interface Hop {
  readonly column: string;
  readonly target: string;
}

/** A column of the row in a slot of the scope, or of a row that lookups lead to from there. */
export interface Operand {
  readonly slot: number;
  readonly hops: readonly Hop[];
  readonly table: Table;
  readonly column: Column;
  /** Member of a managed property; `Value` when left out. */
  readonly part?: keyof ManagedProperty;
}

/** The many side: rows whose lookup points here, or rows linked through an intersect table. */
export type CollectionSource =
  | { readonly kind: 'collection'; readonly table: string; readonly column: string }
  | {
      readonly kind: 'manyToMany';
      readonly table: string;
      readonly intersect: string;
      readonly ownColumn: string;
    };

/**
 * What both query languages compile to. Slot 0 of the scope is the row asked about; lambda variables and linked
 * entities have slots of their own.
 */
export type Expression =
  | { readonly kind: 'constant'; readonly value: Truth }
  | { readonly kind: 'and' | 'or'; readonly terms: readonly Expression[] }
  | { readonly kind: 'not'; readonly term: Expression }
  | { readonly kind: 'isNull'; readonly operand: Operand }
  | { readonly kind: 'refersTo'; readonly operand: Operand; readonly target: string }
  | {
      readonly kind: 'compare';
      readonly operator: ComparisonOperator;
      readonly operand: Operand;
      readonly value: Scalar;
    }
  | {
      readonly kind: 'compareColumns';
      readonly operator: ComparisonOperator;
      readonly operand: Operand;
      readonly other: Operand;
    }
  | { readonly kind: 'in'; readonly operand: Operand; readonly values: readonly Scalar[] }
  | { readonly kind: 'like'; readonly operand: Operand; readonly pattern: string }
  /** There is a row of `table` whose `from` equals the `to` of the row in `slot` and that fulfils `body`. */
  | {
      readonly kind: 'linked';
      readonly slot: number;
      readonly to: Column;
      readonly from: Column;
      readonly table: Table;
      /** Slot the rows of `table` are put into while `body` is asked. */
      readonly variable: number;
      readonly body: Expression;
    }
  /** Within [from, to) in milliseconds since 1970; an open side is left out. */
  | { readonly kind: 'within'; readonly operand: Operand; readonly from?: number; readonly to?: number }
  | { readonly kind: 'hasChoice'; readonly operand: Operand; readonly values: readonly number[] }
  | {
      readonly kind: 'any' | 'all';
      readonly slot: number;
      readonly hops: readonly Hop[];
      /** The table whose rows own the collection. */
      readonly owner: Table;
      readonly source: CollectionSource;
      /** Slot the rows of the collection are put into while `body` is asked. */
      readonly variable: number;
      readonly body: Expression | undefined;
    };

/** What an evaluation needs besides the rows. */
export class QueryContext {
  readonly reader: StoreReader;
  /** The user who asks; lower-case GUID. */
  readonly userId: string;
  readonly #now: number;
  #isTimed = false;

  constructor({ reader, userId, now }: Pick<ReadRequest, 'reader' | 'userId' | 'now'>) {
    this.reader = reader;
    this.userId = userId.toLowerCase();
    this.#now = now;
  }

  /** Milliseconds since 1970-01-01 UTC. Who reads it makes an answer that holds at this time only. */
  get now(): number {
    this.#isTimed = true;
    return this.#now;
  }

  /** Something of the query was told by the time. */
  get isTimed(): boolean {
    return this.#isTimed;
  }
}

export function isReference(value: CellValue | undefined): value is Reference {
  return typeof value === 'object' && value !== null && 'id' in value;
}

export function isManagedProperty(value: CellValue | undefined): value is ManagedProperty {
  return typeof value === 'object' && value !== null && 'Value' in value;
}

export function isChoices(value: CellValue | undefined): value is readonly number[] {
  return Array.isArray(value);
}

/** `and` of any number of terms, without needless nesting. */
export function allOf(terms: readonly Expression[]): Expression {
  const flat = terms.flatMap((term) => (term.kind === 'and' ? term.terms : [term]));
  const [only] = flat;
  return flat.length === 1 && only !== undefined ? only : { kind: 'and', terms: flat };
}

/** `or` of any number of terms, without needless nesting. */
export function anyOf(terms: readonly Expression[]): Expression {
  const flat = terms.flatMap((term) => (term.kind === 'or' ? term.terms : [term]));
  const [only] = flat;
  return flat.length === 1 && only !== undefined ? only : { kind: 'or', terms: flat };
}

export function negate(term: Expression): Expression {
  return term.kind === 'not' ? term.term : { kind: 'not', term };
}
