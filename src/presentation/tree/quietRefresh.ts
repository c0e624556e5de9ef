import type { Clock } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import type { Event } from '../../base/event';

/** How old what is on screen may get before a look at it loads it anew, in milliseconds (docs/ux.md, point 18). */
export const FRESH_FOR = 300_000;

/** What the refresh needs to know of the window. */
export interface Attention {
  /** The view is on screen and the window has the focus. */
  readonly attended: boolean;
  /** Either of the two may have changed. */
  readonly onDidChange: Event<void>;
}

/** An environment that was loaded before. */
export interface LoadedEnvironment {
  readonly id: string;
  /** Milliseconds since 1970; undefined when it was never loaded, which is the view's own business. */
  readonly loadedAt: number | undefined;
}

/**
 * Loads anew what is old when the user comes back to it. There is no timer: a hidden view and an unattended window ask
 * the service nothing. A load that fails is not repeated before the time has passed again.
 */
export function keepFresh(
  attention: Attention,
  environments: () => readonly LoadedEnvironment[],
  load: (environmentId: string) => void,
  clock: Pick<Clock, 'now'>,
): Disposable {
  const asked = new Map<string, number>();
  return attention.onDidChange(() => {
    if (!attention.attended) return;
    const now = clock.now();
    for (const { id, loadedAt } of environments()) {
      if (loadedAt === undefined || now - Math.max(loadedAt, asked.get(id) ?? 0) < FRESH_FOR) continue;
      asked.set(id, now);
      load(id);
    }
  });
}
