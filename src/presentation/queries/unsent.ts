import * as l10n from '@vscode/l10n';
import { LONGEST_QUERY } from '../../base/queryLimit';
import { QueryTextError } from '../../jobs/queryText';
import { MalformedQueryError } from '../../queries/written';
import { queryTextProblem } from '../texts/jobTexts';
import { oneLine } from '../texts/plainText';
import { numberText } from '../texts/readerLocale';
import { LongFileError } from './queryFile';
import { problemText } from './queryTexts';

/** Why a query was not sent or taken, in a sentence; undefined for an error that is about no text. */
export function unsentReason(error: unknown): string | undefined {
  if (error instanceof MalformedQueryError) return problemText(error.problem);
  if (error instanceof LongFileError)
    return l10n.t('The file {file} is longer than a query can be: {most} characters are the most.', {
      file: oneLine(error.file),
      most: numberText(LONGEST_QUERY),
    });
  return error instanceof QueryTextError ? queryTextProblem(error) : undefined;
}
