import { AppError } from '../../base/errors';
import { LONGEST_QUERY } from '../../base/queryLimit';
import type { WrittenQuery } from '../../queries/written';

/** A file that is longer than a query can be. */
export class LongFileError extends AppError<'tooLong'> {
  override readonly name = 'LongFileError';
  /** As it is shown. */
  readonly file: string;

  constructor(file: string) {
    super('tooLong', 'The file is longer than a query can be');
    this.file = file;
  }
}

/** A file that may hold a query. */
export interface QueryFile {
  /** As it is shown. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  readonly read: () => PromiseLike<Uint8Array>;
}

/** The query in a file. @throws LongFileError; of a file of many megabytes nothing is read. */
export async function queryOfFile({ name, size, read }: QueryFile): Promise<WrittenQuery> {
  // A UTF-16 unit takes three bytes at most.
  if (size > 3 * LONGEST_QUERY) throw new LongFileError(name);
  const text = Buffer.from(await read())
    .toString('utf8')
    .replace(/^\uFEFF/, '');
  if (text.length > LONGEST_QUERY) throw new LongFileError(name);
  return { language: text.trimStart().startsWith('<') ? 'fetchXml' : 'webApi', text };
}
