import assert from 'node:assert/strict';
import { ShownRows } from '../../../src/wizard/shownRows';

describe('Rows that are replaced while somebody chooses', () => {
  let now = 0;
  let rows: ShownRows<string>;
  beforeEach(() => {
    now = 1000;
    rows = new ShownRows<string>(() => now);
  });

  it('are known as long as nothing was replaced', () => {
    assert.ok(rows.areKnown);
    rows.activated('a');
    assert.ok(rows.areKnown);
  });

  it('are not chosen from until the editor has said that it shows the new ones', () => {
    rows.replaced('b');
    assert.ok(!rows.areKnown);
    rows.activated('another row, of a move that was on its way');
    assert.ok(!rows.areKnown);
    rows.activated('b');
    assert.ok(rows.areKnown);
  });

  it('take any active row as the sign when none was asked for', () => {
    rows.replaced(undefined);
    assert.ok(!rows.areKnown);
    rows.activated('whichever is first');
    assert.ok(rows.areKnown);
  });

  it('can be chosen from after half a second, whatever the editor says', () => {
    rows.replaced('b');
    now += 499;
    assert.ok(!rows.areKnown);
    now += 1;
    assert.ok(rows.areKnown);
  });
});
