import { throwIfAborted } from '../base/errors';
import type { UnitOfWork } from './operations';
import { ServiceError } from './serviceError';

const WAIT_MILLISECONDS = 30000;

/**
 * Lets one unit of work at a time write to a row: another one waits its turn, as it would for a database lock. What
 * the service answers when the wait is too long is UNVERIFIED.
 */
export class RowLocks {
  readonly #held = new Map<string, { readonly owner: UnitOfWork; readonly waiting: Set<() => void> }>();
  readonly #wait: number;

  /** @param wait milliseconds until a waiting request is refused. */
  constructor(wait = WAIT_MILLISECONDS) {
    this.#wait = wait;
  }

  /** Resolves when `owner` has the row; it keeps it until its work has ended. */
  async hold(owner: UnitOfWork, table: string, id: string, signal: AbortSignal): Promise<void> {
    const key = `${table} ${id.toLowerCase()}`;
    const deadline = Date.now() + this.#wait;
    for (;;) {
      throwIfAborted(signal);
      const held = this.#held.get(key);
      if (held?.owner === owner) return;
      if (held === undefined) break;
      await this.#turn(held.waiting, deadline - Date.now(), signal);
      if (Date.now() >= deadline) {
        throw new ServiceError(500, '0x80044151', 'SQL timeout expired.');
      }
    }
    this.#held.set(key, { owner, waiting: new Set() });
    const release = (): void => {
      const ended = this.#held.get(key);
      this.#held.delete(key);
      for (const wake of ended?.waiting ?? []) wake();
    };
    owner.afterCommit(release);
    owner.afterRollback(release);
  }

  #turn(waiting: Set<() => void>, milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, Math.max(0, milliseconds));
      signal.addEventListener('abort', wake, { once: true });
      waiting.add(wake);
    });
  }
}
