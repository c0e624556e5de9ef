import { LONGEST_QUERY } from '../base/queryLimit';

/** A stretch of a text, from `start` up to and without `end`, in UTF-16 units. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** What can be wrong with a query before anybody is asked. Sentences are made of it elsewhere. */
export type ProblemCode =
  // Nothing can be sent.
  | 'empty'
  | 'tooLong'
  | 'notWellFormed'
  | 'tooDeep'
  | 'documentType'
  | 'noFetch'
  | 'noEntity'
  | 'wholeAddress'
  | 'isWebApi'
  | 'isFetchXml'
  | 'oddQuote'
  | 'secondQuestionMark'
  | 'brokenCharacter'
  | 'brokenEscape'
  | 'syntax'
  | 'unknownOption'
  | 'doubleOption'
  // The language does not have it.
  | 'unknownElement'
  | 'unknownAttribute'
  | 'missingAttribute'
  | 'unknownValue'
  | 'unknownOperator'
  | 'noValue'
  | 'oneValue'
  | 'someValue'
  | 'twoValues'
  | 'topWithPaging'
  | 'tooManyLinks'
  | 'sameAlias'
  | 'needsAggregate'
  | 'needsAlias'
  // The environment does not have it.
  | 'unknownTable'
  | 'unknownSet'
  | 'unknownNavigation'
  | 'lookupProperty'
  | 'unknownColumn'
  | 'labelColumn'
  | 'unknownAlias'
  | 'wrongOperator';

/** One thing that is wrong, with its place. */
export interface QueryProblem {
  readonly code: ProblemCode;
  readonly range: Range;
  /** `malformed`: it cannot be read and is not sent. `wrong`: the service is expected to refuse it. */
  readonly severity: 'malformed' | 'wrong';
  /** Names and values out of the query. */
  readonly details: Readonly<Record<string, string>>;
}

/** A problem that keeps the query from being sent. */
export function malformed(
  code: ProblemCode,
  range: Range,
  details: QueryProblem['details'] = {},
): QueryProblem {
  return { code, range, severity: 'malformed', details };
}

/** A problem that the service is expected to have with the query. */
export function wrong(code: ProblemCode, range: Range, details: QueryProblem['details'] = {}): QueryProblem {
  return { code, range, severity: 'wrong', details };
}

/** A text that is too long to be sent, and not read either, so that nothing waits for it; marked where it is too much. */
export function tooLong(text: string): QueryProblem | undefined {
  if (text.length <= LONGEST_QUERY) return undefined;
  const range = { start: LONGEST_QUERY, end: text.length };
  return malformed('tooLong', range, { most: String(LONGEST_QUERY) });
}

/** The first problem that keeps a query from being sent. */
export function firstMalformed(problems: readonly QueryProblem[]): QueryProblem | undefined {
  return problems.find(({ severity }) => severity === 'malformed');
}
