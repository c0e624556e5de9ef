import type { JobResult } from './jobResult';

/**
 * Which jobs are new to the reader. In the usual order, the newest first, that are those that the rows do not have; in
 * another order the first rows say nothing about it, so what was seen last in the usual one is remembered.
 */
export class News {
  #seen: ReadonlySet<string> | undefined;
  #whole = false;

  /** Another order takes the place of the usual one, in which these rows came. */
  remember(result: JobResult): void {
    this.#seen = new Set(result.jobIds());
    this.#whole = !result.more;
  }

  /** Other jobs are shown: what was seen of the ones before says nothing. */
  forget(): void {
    this.#seen = undefined;
  }

  /** How many of the newest jobs the rows, in the usual order, do not have. */
  besides(result: JobResult, ids: readonly string[]): number {
    return newOf(ids, result.knownOf(ids), !result.more);
  }

  /** How many of the newest jobs were not seen the last time; none the first time, as nobody knows. */
  since(ids: readonly string[], more: boolean): number {
    const count = this.#seen === undefined ? 0 : newOf(ids, this.#seen, this.#whole);
    this.#seen = new Set(ids);
    this.#whole = !more;
    return count;
  }
}

/**
 * What is unknown above a job that is known. Below the last one are older jobs, which have moved up because others were
 * deleted.
 * @param whole all jobs there were are known, so that every other one is new
 */
function newOf(ids: readonly string[], known: ReadonlySet<string>, whole: boolean): number {
  const last = ids.findLastIndex((id) => known.has(id));
  const candidates = whole || last < 0 ? ids : ids.slice(0, last);
  return candidates.filter((id) => !known.has(id)).length;
}
