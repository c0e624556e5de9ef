import assert from 'node:assert/strict';
import { tickedFirst } from '../../../src/wizard/tickedFirst';

const { signal } = new AbortController();
const choicesOf = (count: number) =>
  Array.from({ length: count }, (_, value) => ({ value, label: `column${value}` }));

describe('A list to tick in', () => {
  it('begins with what is ticked where that would be out of sight, known only with the choices', async () => {
    let usual: readonly number[] = [];
    const choices = () => {
      usual = [300, 20];
      return Promise.resolve(choicesOf(400));
    };
    const shown = await tickedFirst({ choices, isPicked: (value) => usual.includes(value) }, signal);
    assert.deepEqual(
      shown.slice(0, 4).map(({ label }) => label),
      ['column20', 'column300', 'column0', 'column1'],
    );
    assert.equal(new Set(shown).size, 400);
  });

  it('keeps its order where it is seen at a look, or nothing is ticked', async () => {
    const few = choicesOf(8);
    assert.deepEqual(await tickedFirst({ choices: few, isPicked: (value) => value === 7 }, signal), few);
    const many = choicesOf(9);
    assert.deepEqual(await tickedFirst({ choices: many, isPicked: () => false }, signal), many);
  });
});
