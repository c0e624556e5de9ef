import { throwIfAborted } from '../base/errors';
import { DataverseError } from '../dataverse/errors';

/** Rows that an aggregate reads at most (FACTS 13.5, UNVERIFIED), and the code of its refusal. */
export const AGGREGATE_LIMIT = 50_000;
const AGGREGATE_LIMIT_CODE = -2147164125;

/** The shortest period, in milliseconds, that is still halved when it holds too many rows. */
const SHORTEST = 3_600_000;

/** Code and status of the refusal are UNVERIFIED; its sentence names the limit in every release that is known. */
export function isTooMany(error: unknown): boolean {
  return (
    DataverseError.is(error) &&
    (error.code === AGGREGATE_LIMIT_CODE ||
      /maximum record limit|aggregatequeryrecordlimit/i.test(error.serviceMessage ?? ''))
  );
}

/**
 * Asks an aggregate over a period. Where there are more rows than the service counts, the period is halved, down to an
 * hour, and each part is asked for.
 * @returns the answers of all parts; not exact when some hour holds too many, which has no answer then.
 * @throws what `ask` throws for another reason, CancelledError.
 */
export async function askInParts<T>(
  period: { readonly from: Date; readonly to: Date },
  ask: (from: Date, to: Date) => Promise<T>,
  signal: AbortSignal,
): Promise<{ readonly answers: readonly T[]; readonly exact: boolean }> {
  const answers: T[] = [];
  let exact = true;
  const waiting: Array<readonly [number, number]> = [[period.from.getTime(), period.to.getTime()]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    throwIfAborted(signal);
    const [from, to] = next;
    try {
      answers.push(await ask(new Date(from), new Date(to)));
    } catch (error) {
      if (!isTooMany(error)) throw error;
      const middle = from + Math.floor((to - from) / 2);
      if (to - from > SHORTEST) waiting.push([from, middle], [middle, to]);
      else exact = false;
    }
  }
  return { answers, exact };
}
