import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RowStore } from '../../../src/jobs/rowStore';
import { LoadedChoices } from '../../../src/presentation/jobs/loadedChoices';
import { RowGroups } from '../../../src/presentation/jobs/rowGroups';
import { ViewOrder } from '../../../src/presentation/jobs/viewOrder';
import { CancelledError } from '../../../src/base/errors';

describe('The rows in view', () => {
  /** Rows with a number each, of the group of that number by three. */
  function rig(numbers: readonly number[]) {
    const [rows, groups] = [new RowStore(), new RowGroups()];
    const order = new ViewOrder(rows, groups, () => undefined);
    const add = (more: readonly number[]) => {
      const from = rows.count;
      for (const number of more) {
        rows.addRow({ number });
        groups.add(`g${number % 3}`);
      }
      order.added(from);
    };
    add(numbers);
    const shown = () =>
      Array.from({ length: order.count }, (_, at) => rows.value(order.numberAt(at), 'number'));
    return { order, add, shown };
  }

  it('are all of them as they came, until they are looked at otherwise', () => {
    const { order, add, shown } = rig([5, 1, 4]);
    assert.deepEqual(shown(), [5, 1, 4]);
    add([2]);
    assert.deepEqual(shown(), [5, 1, 4, 2]);
    assert.equal(order.isUnsorted, false);
  });

  it('are sorted, or those of a group; rows that come later stand at the end until they are sorted in', () => {
    const { order, add, shown } = rig([5, 1, 4, 2]);
    order.look({ key: 'number', descending: false }, undefined);
    add([3]);
    assert.deepEqual(shown(), [1, 2, 4, 5, 3]);
    assert.equal(order.isUnsorted, true);
    order.look(order.sorting, order.group);
    assert.deepEqual(shown(), [1, 2, 3, 4, 5]);
    assert.equal(order.isUnsorted, false);
    order.look(undefined, 'g1');
    assert.deepEqual(shown(), [1, 4]);
    add([6, 7]);
    assert.deepEqual(shown(), [1, 4, 7], 'only those of the group come');
  });

  it('are those of the group in the order that is asked for, whatever came before', () => {
    const numbers = fc.array(fc.nat(50), { maxLength: 30 });
    fc.assert(
      fc.property(
        numbers,
        numbers,
        fc.boolean(),
        fc.constantFrom(undefined, 'g0', 'g2'),
        (first, later, descending, group) => {
          const { order, add, shown } = rig(first);
          order.look({ key: 'number', descending }, group);
          add(later);
          order.look(order.sorting, order.group);
          const wanted = [...first, ...later]
            .filter((number) => group === undefined || `g${number % 3}` === group)
            .sort((a, b) => (descending ? b - a : a - b));
          assert.deepEqual(shown(), wanted);
        },
      ),
    );
  });
});

describe('The webhooks and steps to choose from', () => {
  const choices = { webhooks: [{ id: 'w', name: 'ERP' }], steps: [] };

  it('are none until they are there', async () => {
    const loaded = new LoadedChoices(() => Promise.resolve(choices), assert.ifError);
    assert.deepEqual(loaded.now, { webhooks: [], steps: [] });
    assert.equal(await loaded.load(), true);
    assert.equal(loaded.now, choices);
  });

  it('are none where they cannot be loaded, which is told unless somebody ended it', async () => {
    const told: unknown[] = [];
    for (const error of [new Error('gone'), new CancelledError()]) {
      const loaded = new LoadedChoices(
        () => Promise.reject(error),
        (failure) => told.push(failure),
      );
      assert.equal(await loaded.load(), false);
      assert.deepEqual(loaded.now.webhooks, []);
    }
    assert.deepEqual(
      told.map((error) => error instanceof Error && error.message),
      ['gone'],
    );
  });
});
