import type { Range } from './problem';

/** What a Web API expression is read into; names are not looked up. */
export type Expression =
  | Literal
  | { readonly kind: 'list'; readonly items: readonly Expression[]; readonly range: Range }
  | { readonly kind: 'alias'; readonly name: string; readonly range: Range }
  | Path
  | {
      readonly kind: 'compare';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
      readonly range: Range;
    }
  | { readonly kind: 'and' | 'or'; readonly terms: readonly Expression[]; readonly range: Range }
  | { readonly kind: 'not'; readonly term: Expression; readonly range: Range }
  | {
      readonly kind: 'in';
      readonly left: Expression;
      readonly items: readonly Expression[];
      readonly range: Range;
    }
  | Call
  | Lambda;

export interface Literal {
  readonly kind: 'literal';
  readonly type: 'text' | 'number' | 'guid' | 'date' | 'time' | 'boolean' | 'null' | 'other';
  /** As it is meant: without quotes. */
  readonly value: string;
  readonly range: Range;
}

/** A column, by way of navigation properties. */
export interface Path {
  readonly kind: 'path';
  readonly segments: readonly string[];
  /** Where each of them stands. */
  readonly places: readonly Range[];
  readonly range: Range;
}

export interface Call {
  readonly kind: 'call';
  readonly prefix: readonly string[];
  readonly name: string;
  readonly arguments: ReadonlyArray<{ readonly name: string | undefined; readonly value: Expression }>;
  readonly range: Range;
}

export interface Lambda {
  readonly kind: 'lambda';
  readonly path: readonly string[];
  /** Where each of its segments stands. */
  readonly places: readonly Range[];
  readonly quantifier: 'any' | 'all';
  readonly variable: string | undefined;
  readonly body: Expression | undefined;
  readonly range: Range;
}

export interface Order {
  readonly path: Path;
  readonly descending: boolean;
}

/** The options of a query, or of one expanded navigation property. */
export interface Options {
  readonly select: readonly Path[] | undefined;
  readonly filter: Expression | undefined;
  readonly orderby: readonly Order[];
  readonly expand: readonly Expand[];
  readonly top: number | undefined;
  readonly count: boolean;
  readonly apply: Apply | undefined;
}

export interface Expand extends Options {
  readonly name: string;
  readonly nameRange: Range;
  /** `$ref`, `$count`, or a type, behind the name. */
  readonly suffix: string | undefined;
  readonly range: Range;
}

export interface Aggregation {
  /** Undefined for `$count` of the rows themselves. */
  readonly path: Path | undefined;
  /** Undefined for every `$count`. */
  readonly method: string | undefined;
  readonly as: string;
  readonly range: Range;
}

/** `filter(…)` steps, then one grouping or aggregation. */
export interface Apply {
  readonly filters: readonly Expression[];
  readonly groupBy: readonly Path[];
  readonly aggregate: readonly Aggregation[];
  /** A step that is none of these, or stands behind the last one that can be. */
  readonly other: string | undefined;
  readonly range: Range;
}
