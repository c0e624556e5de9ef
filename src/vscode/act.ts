import { AsyncLocalStorage } from 'node:async_hooks';

/** Something the user has just asked for, and what they have agreed to in its course. */
export interface Act {
  /** The command that was called, whose title the questions of the act have; none for an act on a page. */
  readonly command: string | undefined;
  /** Environments in which this act may write, with the answer that was given or is being asked for. */
  readonly approvals: Map<string, Promise<boolean>>;
}

const current = new AsyncLocalStorage<Act>();

/** Does work as one act of the user: a production environment asks once for all its writes. */
export function asAct<T>(work: () => T, command?: string): T {
  return current.getStore() === undefined ? current.run({ command, approvals: new Map() }, work) : work();
}

/** The act that the running code belongs to; undefined for what happens by itself, such as the loading of the tree. */
export function currentAct(): Act | undefined {
  return current.getStore();
}

/**
 * Does work that belongs to no act, also where an act sets it off: it waits for no sign-in, and nothing in it may be
 * agreed to.
 */
export function byItself<T>(work: () => T): T {
  return current.exit(work);
}
