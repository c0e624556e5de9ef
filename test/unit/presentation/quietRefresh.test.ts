import assert from 'node:assert/strict';
import { Emitter } from '../../../src/base/event';
import { FRESH_FOR, keepFresh } from '../../../src/presentation/tree/quietRefresh';

/** A window with one loaded environment, at a time of its own. */
function scene(): {
  now: number;
  loadedAt: number | undefined;
  readonly look: (attended?: boolean) => void;
  readonly loads: string[];
  readonly end: () => void;
} {
  const changed = new Emitter<void>();
  const attention = { attended: true, onDidChange: changed.event };
  const loads: string[] = [];
  const made = {
    now: 1_000_000,
    loadedAt: 1_000_000 as number | undefined,
    look: (attended = true) => {
      attention.attended = attended;
      changed.fire();
    },
    loads,
    end: () => listening.dispose(),
  };
  const listening = keepFresh(
    attention,
    () => [{ id: 'e', loadedAt: made.loadedAt }],
    (id) => loads.push(id),
    { now: () => made.now },
  );
  return made;
}

describe('The quiet refresh', () => {
  it('loads when the user comes back after five minutes, and not before', () => {
    const window = scene();
    window.now += FRESH_FOR - 1;
    window.look();
    assert.deepEqual(window.loads, []);
    window.now += 1;
    window.look();
    assert.deepEqual(window.loads, ['e']);
  });

  it('asks nothing while the view is hidden or the window has no focus', () => {
    const window = scene();
    window.now += 10 * FRESH_FOR;
    window.look(false);
    assert.deepEqual(window.loads, []);
  });

  it('does not load what was never on screen, nor anything after it has ended', () => {
    const window = scene();
    window.loadedAt = undefined;
    window.now += 10 * FRESH_FOR;
    window.look();
    window.loadedAt = 0;
    window.end();
    window.look();
    assert.deepEqual(window.loads, []);
  });

  it('does not try again with every look while loads fail', () => {
    const window = scene();
    window.now += FRESH_FOR;
    window.look();
    window.look();
    window.now += FRESH_FOR - 1;
    window.look();
    assert.deepEqual(window.loads, ['e']);
    window.now += 1;
    window.look();
    assert.deepEqual(window.loads, ['e', 'e']);
  });
});
