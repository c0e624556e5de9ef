import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CancelledError } from '../../../src/base/errors';
import { reviewSteps, type Reviewed } from '../../../src/wizard/review';
import { BACK } from '../../../src/wizard/ui';
import { runWizard, type Wizard, type WizardStep } from '../../../src/wizard/wizard';
import { CANCEL, KEEP, pick, ScriptedUser, type, type Answer } from '../../fakes/scriptedUser';

const never = new AbortController().signal;

/** A flow of text questions, where an answer of `+` adds a question of its own behind it. */
interface Texts {
  readonly answers: Readonly<Record<string, string>>;
}

function question(id: string): WizardStep<Texts> {
  return {
    id,
    ask: async (ui, state) => {
      const answer = await ui.input({
        prompt: `What about ${id}?`,
        value: state.answers[id] ?? '',
        check: () => undefined,
      });
      return answer === BACK ? BACK : { answers: { ...state.answers, [id]: answer } };
    },
  };
}

function texts(ids: readonly string[]): Wizard<Texts> {
  return {
    title: 'Texts',
    steps: ({ answers }) =>
      ids.flatMap((id) => [
        question(id),
        ...(answers[id]?.startsWith('+') === true ? [question(`${id}/more`)] : []),
      ]),
  };
}

const empty: Texts = { answers: {} };

async function run(
  wizard: Wizard<Texts>,
  answers: readonly Answer[],
  initial = empty,
): Promise<{ state: Texts; user: ScriptedUser }> {
  const user = new ScriptedUser(answers);
  const state = await runWizard(wizard, user, initial, never);
  user.done();
  return { state, user };
}

describe('A flow of questions', () => {
  it('asks in order and gives the answers', async () => {
    const { state, user } = await run(texts(['a', 'b']), [type('1'), type('2')]);
    assert.deepEqual(state.answers, { a: '1', b: '2' });
    assert.deepEqual(
      user.shown.map(({ place }) => [place.number, place.total, place.canGoBack]),
      [
        [1, 2, false],
        [2, 2, true],
      ],
    );
  });

  it('begins at a question in the middle, with those before it answered', async () => {
    const user = new ScriptedUser([KEEP, BACK, BACK, type('+'), KEEP, KEEP, type('3')]);
    const asked: string[] = [];
    const state = await runWizard(
      texts(['a', 'b', 'c']),
      user,
      { answers: { a: '1', 'a/more': 'x', b: '2' } },
      never,
      { at: 'b', onAsk: ({ at }) => asked.push(at) },
    );
    user.done();
    assert.deepEqual(state.answers, { a: '+', 'a/more': 'x', b: '2', c: '3' });
    assert.deepEqual(asked, ['b', 'c', 'b', 'a', 'a/more', 'b', 'c']);
    assert.deepEqual(
      user.shown.slice(0, 2).map(({ place }) => [place.number, place.total, place.canGoBack]),
      [
        [2, 3, true],
        [3, 3, true],
      ],
    );
  });

  it('begins at its first question where the one to begin at is not there any more', async () => {
    const user = new ScriptedUser([KEEP, KEEP]);
    await runWizard(texts(['a', 'b']), user, { answers: { a: '1', b: '2' } }, never, { at: 'a/more' });
    user.done();
  });

  it('counts the questions this user will see, and no others', async () => {
    const { user } = await run(texts(['a', 'b', 'c']), [type('+'), type('x'), type('2'), type('3')]);
    assert.deepEqual(
      user.shown.map(({ place }) => `${place.number}/${place.total}`),
      ['1/3', '2/4', '3/4', '4/4'],
    );
  });

  it('brings back the earlier answer when the user goes back, and leaves out what it no longer needs', async () => {
    const { state, user } = await run(texts(['a', 'b']), [
      type('+'),
      type('x'),
      BACK,
      BACK,
      type('1'),
      type('2'),
    ]);
    assert.deepEqual(
      user.shown.map(({ value }) => value),
      ['', '', '', 'x', '+', ''],
    );
    assert.equal(state.answers['a'], '1');
  });

  it('asks a question whose answer is known all the same', async () => {
    const { state, user } = await run(texts(['a']), [KEEP], { answers: { a: 'known' } });
    assert.equal(user.shown[0]?.value, 'known');
    assert.deepEqual(state.answers, { a: 'known' });
  });

  it('is over at once when it has no questions', async () => {
    assert.deepEqual((await run(texts([]), [])).state, empty);
  });

  it('gives the same result whatever way the user goes back and forward', async () => {
    const value = fc.constantFrom('+', 'x', 'y', '');
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1 }),
        fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'a/more', 'c/more'), value),
        fc.array(fc.boolean(), { maxLength: 30 }),
        async (ids, wanted, turns) => {
          const wizard = texts(ids);
          /** Answers what is wanted, and goes back where `back` says so and there is a way. */
          const walk = async (back: readonly boolean[]): Promise<{ result: Texts; numbers: string[] }> => {
            const numbers: string[] = [];
            const answered = new Map<string, string>();
            let turn = 0;
            const result = await runWizard(
              wizard,
              {
                input: (place, { prompt, value: shown }) => {
                  const id = /What about (.*)\?/.exec(prompt)?.[1] ?? '';
                  numbers.push(`${id} ${place.number}/${place.total}`);
                  // What was answered stands there again.
                  assert.equal(shown, answered.get(id) ?? '');
                  turn += 1;
                  if (place.canGoBack && back[turn - 1] === true) return Promise.resolve(BACK);
                  const answer = wanted[id] ?? `${id}!`;
                  answered.set(id, answer);
                  return Promise.resolve(answer);
                },
                pick: () => assert.fail(),
                pickMany: () => assert.fail(),
                search: () => assert.fail(),
              },
              empty,
              never,
            );
            return { result, numbers };
          };
          const straight = await walk([]);
          const wandering = await walk(turns);
          assert.deepEqual(wandering.result, straight.result);
          const last = straight.numbers.at(-1) ?? '';
          assert.equal(wandering.numbers.at(-1), last);
          assert.match(last, / (\d+)\/\1$/);
        },
      ),
    );
  });

  it('ends with a cancellation at every question, and asks nothing more', async () => {
    for (let at = 0; at < 4; at += 1) {
      const user = new ScriptedUser([...Array.from({ length: at }, () => type('1')), CANCEL, type('never')]);
      await assert.rejects(runWizard(texts(['a', 'b', 'c', 'd']), user, empty, never), CancelledError);
      assert.equal(user.shown.length, at + 1);
    }
  });

  it('ends when the work it belongs to is aborted, also between questions', async () => {
    const abort = new AbortController();
    let asked = 0;
    const ui = {
      input: () => {
        asked += 1;
        abort.abort();
        return Promise.resolve('1');
      },
      pick: () => assert.fail(),
      pickMany: () => assert.fail(),
      search: () => assert.fail(),
    };
    await assert.rejects(runWizard(texts(['a', 'b']), ui, empty, abort.signal), CancelledError);
    assert.equal(asked, 1);
    await assert.rejects(runWizard(texts(['a']), ui, empty, abort.signal), CancelledError);
    assert.equal(asked, 1);
  });

  it('is left when the first question is gone back from', async () => {
    const ui = {
      input: () => Promise.resolve(BACK),
      pick: () => assert.fail(),
      pickMany: () => assert.fail(),
      search: () => assert.fail(),
    } as const;
    await assert.rejects(runWizard(texts(['a']), ui, empty, never), CancelledError);
  });

  it('passes on what a question throws', async () => {
    const broken: Wizard<Texts> = {
      title: 'x',
      steps: () => [{ id: 'a', ask: () => Promise.reject(new Error('bang')) }],
    };
    await assert.rejects(run(broken, []), /bang/);
  });

  it('fails rather than begin again when an answer takes out its own question', async () => {
    const broken: Wizard<Texts> = {
      title: 'x',
      steps: ({ answers }) => (answers['a'] === undefined ? [question('a')] : [question('b')]),
    };
    await assert.rejects(run(broken, [type('1'), type('2')]), /lost its question a/);
  });
});

interface Settings extends Reviewed {
  readonly name: string;
  readonly rank: string;
}

const settings: Wizard<Settings> = {
  title: 'Settings',
  steps: (state) => [
    text('name'),
    ...reviewSteps(state, (reviewed) => ({
      placeholder: 'Nothing yet',
      accept: { label: 'Do it', description: reviewed.name },
      rows: [
        { id: 'name', label: 'Name', value: reviewed.name, icon: 'edit' },
        { id: 'rank', label: 'Rank', value: reviewed.rank },
      ],
      stepsOf: (rowId) => (rowId === 'name' ? [text('name')] : [text('rank')]),
    })),
  ],
};

function text(key: 'name' | 'rank'): WizardStep<Settings> {
  return {
    id: key,
    ask: async (ui, state) => {
      const answer = await ui.input({ prompt: `Which ${key}?`, value: state[key], check: () => undefined });
      return answer === BACK ? BACK : { ...state, [key]: answer };
    },
  };
}

async function review(
  answers: readonly Answer[],
): Promise<{ state: Settings; user: ScriptedUser; places: readonly string[] }> {
  const user = new ScriptedUser(answers);
  const state = await runWizard(settings, user, { name: '', rank: '1', edits: [] }, never);
  user.done();
  return { state, user, places: user.shown.map(({ place }) => `${place.number}/${place.total}`) };
}

describe('A review at the end of a flow', () => {
  it('costs one answer when everything is right', async () => {
    const { state, user, places } = await review([type('n'), pick('Do it')]);
    assert.deepEqual(state, { name: 'n', rank: '1', edits: [] });
    assert.deepEqual(user.shown[1]?.labels, ['Do it', 'Name', 'Rank']);
    assert.deepEqual(places, ['1/2', '2/2']);
  });

  it('opens one setting after the other and comes back', async () => {
    const { state, user, places } = await review([
      type('n'),
      pick('Rank'),
      type('5'),
      pick('Name'),
      type('m'),
      pick('Rank'),
      type('7'),
      pick('Do it'),
    ]);
    assert.deepEqual([state.name, state.rank], ['m', '7']);
    assert.deepEqual(
      user.shown.map(({ value }) => value).filter((value) => value !== undefined),
      ['', '1', 'n', '5'],
    );
    assert.deepEqual(places, ['1/2', '2/2', '3/4', '4/4', '5/6', '6/6', '7/8', '8/8']);
  });

  it('is gone back to from an opened setting, which stays as it was', async () => {
    const { state, places } = await review([
      type('n'),
      pick('Rank'),
      BACK,
      pick('Name'),
      BACK,
      pick('Do it'),
    ]);
    assert.deepEqual(state, { name: 'n', rank: '1', edits: [] });
    assert.deepEqual(places, ['1/2', '2/2', '3/4', '2/2', '3/4', '2/2']);
  });

  it('keeps what was changed when the user goes back over it, and counts only what will be seen', async () => {
    const { state, user, places } = await review([
      type('n'),
      pick('Rank'),
      type('5'),
      pick('Name'),
      BACK,
      BACK,
      BACK,
      BACK,
      type('n2'),
      pick('Do it'),
    ]);
    assert.deepEqual(state, { name: 'n2', rank: '5', edits: [] });
    assert.deepEqual(places, ['1/2', '2/2', '3/4', '4/4', '5/6', '4/4', '3/4', '2/2', '1/2', '2/2']);
    assert.ok(user.shown.at(-1)?.texts.includes('5'));
  });
});
