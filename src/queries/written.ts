import { AppError } from '../base/errors';
import { readFetchText } from './fetchText';
import { firstMalformed, type ProblemCode, type QueryProblem } from './problem';
import { readWebApiText } from './webApiText';

/** A query as it is written. */
export interface WrittenQuery {
  readonly language: 'fetchXml' | 'webApi';
  readonly text: string;
}

/** A query that cannot be read, with the place where it cannot. Nothing was sent. */
export class MalformedQueryError extends AppError<ProblemCode> {
  override readonly name = 'MalformedQueryError';
  readonly problem: QueryProblem;

  constructor(problem: QueryProblem) {
    super(problem.code, `The query cannot be read at ${problem.range.start}`, { details: problem.details });
    this.problem = problem;
  }
}

/**
 * Lets only a query pass that can be read.
 * @throws MalformedQueryError with the first place where it cannot.
 */
export function refuseMalformed(query: WrittenQuery): void {
  const problem = firstMalformed(problemsOf(query));
  if (problem !== undefined) throw new MalformedQueryError(problem);
}

/** What is wrong with a query by its language alone. */
export function problemsOf({ language, text }: WrittenQuery): readonly QueryProblem[] {
  return (language === 'fetchXml' ? readFetchText(text) : readWebApiText(text)).problems;
}

/**
 * Names of columns that hold secrets (FACTS 3.1, 3.4, 3.8), and those that others give them: a query that compares them has
 * one in its text. That tells whether there is one, `isauthvalueset`, has none.
 */
const SECRET =
  /authvalue(?!set)|saskey(?!name|set)|sastoken(?!set)|(?<![a-z])secureconfig|password|secret(?!ar)/i;
/** Characters of a query that is kept; longer ones are lists of ids that nobody looks for again. */
const LONGEST = 20_000;
/** Queries of an environment that are kept. */
const MOST = 30;

/** A query that was run. */
export interface PastQuery extends WrittenQuery {
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** The history with a query at its top: each text once, the newest first, none with a secret in it. */
export function withQuery(history: readonly PastQuery[], query: PastQuery): readonly PastQuery[] {
  const { text } = query;
  if (text.trim() === '' || text.length > LONGEST || SECRET.test(text)) return history;
  return [query, ...history.filter((past) => past.text.trim() !== text.trim())].slice(0, MOST);
}
