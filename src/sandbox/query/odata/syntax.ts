import type { Scalar } from '../expression';

/** The EDM types that literals and columns have here. */
export type EdmType =
  | 'Edm.String'
  | 'Edm.Int32'
  | 'Edm.Int64'
  | 'Edm.Decimal'
  | 'Edm.Double'
  | 'Edm.Boolean'
  | 'Edm.Guid'
  | 'Edm.DateTimeOffset'
  | 'Edm.Date'
  | 'Enum'
  | 'Null';

export type BinaryOperator = 'and' | 'or' | 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';

export interface Literal {
  readonly kind: 'literal';
  readonly value: Scalar;
  readonly type: EdmType;
}

export interface Argument {
  /** The parameter's name, for functions that take named ones. */
  readonly name: string | undefined;
  readonly value: Syntax;
}

/** What the parser makes of an expression: names are not looked up yet. */
export type Syntax =
  | Literal
  | { readonly kind: 'list'; readonly items: readonly Syntax[] }
  | { readonly kind: 'alias'; readonly name: string }
  | { readonly kind: 'path'; readonly segments: readonly string[] }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Syntax;
      readonly right: Syntax;
    }
  | { readonly kind: 'not'; readonly term: Syntax }
  | { readonly kind: 'in'; readonly left: Syntax; readonly items: readonly Syntax[] }
  | {
      readonly kind: 'call';
      /** What stands before the function, such as a lambda variable. */
      readonly prefix: readonly string[];
      readonly name: string;
      readonly arguments: readonly Argument[];
    }
  | {
      readonly kind: 'lambda';
      readonly path: readonly string[];
      readonly quantifier: 'any' | 'all';
      readonly variable: string | undefined;
      readonly body: Syntax | undefined;
    };
