import type { QueryFunction } from './queryFunctions.data';

/** The operator that means the same with the sides exchanged. */
export const FLIPPED: Readonly<Record<string, string>> = {
  eq: 'eq',
  ne: 'ne',
  gt: 'lt',
  ge: 'le',
  lt: 'gt',
  le: 'ge',
};

/** The operator that holds where this one does not. */
export const OPPOSITE: Readonly<Record<string, string>> = {
  eq: 'ne',
  ne: 'eq',
  gt: 'le',
  ge: 'lt',
  lt: 'ge',
  le: 'gt',
};

/** Functions on texts as operators of FetchXML: as they are, and negated. */
export const TEXT_FUNCTIONS: Readonly<Record<string, readonly [string, string]>> = {
  startswith: ['begins-with', 'not-begin-with'],
  endswith: ['ends-with', 'not-end-with'],
  contains: ['like', 'not-like'],
};

/** The negation of an operator of FetchXML. */
export const NEGATED: Readonly<Record<string, string>> = {
  in: 'not-in',
  'not-in': 'in',
  between: 'not-between',
  'not-between': 'between',
  'contain-values': 'not-contain-values',
  'not-contain-values': 'contain-values',
};

/** The parameters of query functions besides the column. */
export const PARAMETERS: Readonly<Record<QueryFunction['takes'], readonly string[]>> = {
  none: [],
  text: ['PropertyValue'],
  number: ['PropertyValue'],
  many: ['PropertyValues'],
  two: ['PropertyValue1', 'PropertyValue2'],
};
