import { QueryTextError } from '../../jobs/queryText';
import { MalformedQueryError } from '../../queries/written';
import { queryTextProblem } from '../texts/jobTexts';
import { problemText } from './queryTexts';

/** Why a query was not sent, in a sentence; undefined for an error that is about no text. */
export function unsentReason(error: unknown): string | undefined {
  if (error instanceof MalformedQueryError) return problemText(error.problem);
  return error instanceof QueryTextError ? queryTextProblem(error) : undefined;
}
