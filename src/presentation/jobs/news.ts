import { MOST_SEEN, type Bookmark } from '../../protocol/jobGrid';
import type { JobResult } from './jobResult';

type Seen = NonNullable<Bookmark['seen']>;

/**
 * Which jobs are new to the reader. In the usual order, the newest first, that are those that the rows do not have; in
 * another order the first rows say nothing about it, so what was seen last in the usual one is remembered. After a reload
 * of the window it is what was seen before.
 */
export class News {
  #seen: ReadonlySet<string> | undefined;
  #whole = false;
  /** What was seen was seen before a reload: the rows have come after it. */
  #isBefore = false;

  constructor(before?: Seen) {
    if (before === undefined) return;
    this.#isBefore = true;
    this.#seen = new Set(before.ids);
    this.#whole = before.whole;
  }

  /** Another order takes the place of the usual one, in which these rows came. */
  remember(result: JobResult): void {
    this.#isBefore = false;
    this.#seen = new Set(result.jobIds());
    this.#whole = !result.more;
  }

  /** Other jobs are shown: what was seen of the ones before says nothing. */
  forget(): void {
    this.#isBefore = false;
    this.#seen = undefined;
  }

  /** What a window that is opened again needs to know. @param usual the rows are in the usual order */
  seen(result: JobResult, usual: boolean): Seen | undefined {
    const isOfRows = usual && !this.#isBefore;
    const known = isOfRows ? result.jobIds() : this.#seen;
    if (known === undefined) return undefined;
    const ids: string[] = [];
    let whole = isOfRows ? !result.more : this.#whole;
    for (const id of known) {
      if (ids.length === MOST_SEEN) {
        whole = false;
        break;
      }
      ids.push(id);
    }
    return { ids, whole };
  }

  /**
   * How many of the newest jobs the reader does not know.
   * @param usual the rows are in the usual order
   * @param more there are others than these
   */
  of(result: JobResult, usual: boolean, ids: readonly string[], more: boolean): number {
    if (usual && !this.#isBefore) return this.besides(result, ids);
    this.#isBefore = false;
    const count = this.#seen === undefined ? 0 : newOf(ids, this.#seen, this.#whole);
    this.#seen = usual ? undefined : new Set(ids);
    this.#whole = !more;
    return count;
  }

  /** How many of the newest jobs the rows, in the usual order, do not have. */
  besides(result: JobResult, ids: readonly string[]): number {
    return newOf(ids, result.knownOf(ids), !result.more);
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
