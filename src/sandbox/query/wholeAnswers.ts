import type { StoreReader } from '../store';
import type { QueryContext } from './expression';
import type { Candidate, Whole } from './page';

/** A report that is read to its end while another is exported. */
const MOST_KEPT = 2;

interface Kept {
  /** Of the store, when these were read. */
  readonly changes: number;
  /** By query; the one used last is the last. */
  readonly answers: Map<string, readonly Candidate[]>;
}

const kept = new WeakMap<StoreReader, Kept>();

/**
 * Everything a query matches, in order, kept while the store stays as it is: a hundred thousand rows in pages would
 * else be joined, asked and sorted anew for each page. Undefined for a query that the time decides on.
 * @param query whatever tells the query from others, without its place in the pages
 */
export function wholeOf({ reader, userId, isTimed }: QueryContext, query: string): Whole | undefined {
  if (isTimed) return undefined;
  const key = `${userId} ${query}`;
  return (make) => {
    const { answers } = currentOf(reader);
    const answer = answers.get(key) ?? make();
    answers.delete(key);
    answers.set(key, answer);
    for (const oldest of answers.keys()) if (answers.size > MOST_KEPT) answers.delete(oldest);
    return answer;
  };
}

function currentOf(reader: StoreReader): Kept {
  const { changes } = reader;
  const known = kept.get(reader);
  if (known?.changes === changes) return known;
  const fresh = { changes, answers: new Map<string, readonly Candidate[]>() };
  kept.set(reader, fresh);
  return fresh;
}
