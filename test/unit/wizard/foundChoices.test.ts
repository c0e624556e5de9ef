import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FoundChoices } from '../../../src/wizard/foundChoices';
import type { PickChoice } from '../../../src/wizard/ui';

function person(name: string, mail?: string): PickChoice<string> {
  return { value: name, label: name, ...(mail === undefined ? {} : { description: mail }) };
}

describe('What a search has found', () => {
  it('keeps every choice in its place whatever answers come, so that a late click means what was clicked', () => {
    const answer = fc.uniqueArray(fc.constantFrom('Ada', 'Bo', 'Cy', 'Di', 'Ed'));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), answer)), (answers) => {
        const found = new FoundChoices<string>((value) => value);
        for (const [text, names] of answers) {
          const before = found.places.map(({ choice }) => choice.value);
          found.take(
            text,
            names.map((name) => person(name)),
          );
          const now = found.places.map(({ choice }) => choice.value);
          assert.deepEqual(now.slice(0, before.length), before);
          assert.equal(new Set(now).size, now.length);
          for (const name of names) assert.ok(now.includes(name));
        }
      }),
    );
  });

  it('leaves the list alone when an answer brings nothing new', () => {
    const found = new FoundChoices<string>((value) => value);
    assert.equal(found.take('', [person('Ada'), person('Bo')]), true);
    const { places } = found;
    assert.equal(found.take('ad', [person('Ada')]), false);
    assert.equal(found.places, places);
  });

  it('shows what was found by a text that none of its own texts hold, until another text is asked for', () => {
    const found = new FoundChoices<string>((value) => value);
    found.take('', [person('Ada', 'ada@x.example'), person('Bo')]);
    assert.equal(found.take('42', [person('Bo')]), true);
    assert.deepEqual(
      found.places.map(({ alwaysShow }) => alwaysShow),
      [false, true],
    );
    assert.equal(found.take(' ADA@ ', [person('Ada', 'ada@x.example')]), true);
    assert.deepEqual(
      found.places.map(({ alwaysShow }) => alwaysShow),
      [false, false],
    );
  });
});
