import assert from 'node:assert/strict';
import { CancelledError, isCancellation } from '../../../src/base/errors';
import { Emitter } from '../../../src/base/event';
import { Secret } from '../../../src/base/secret';
import { DataverseError } from '../../../src/dataverse/errors';
import {
  goesOn,
  runFlow,
  UnfinishedFlows,
  type FlowHost,
  type WritingFlow,
} from '../../../src/presentation/flows/unfinishedFlows';
import { reviewSteps, type Reviewed } from '../../../src/wizard/review';
import { BACK } from '../../../src/wizard/ui';
import { CANCEL, KEEP, pick, ScriptedUser, type, type Answer } from '../../fakes/scriptedUser';

interface State extends Reviewed {
  readonly name: string;
  readonly secret: Secret;
  readonly columns: readonly string[];
}

const start: State = { name: '', secret: new Secret(''), columns: [], edits: [] };
const AWAY = new DataverseError('network', 'nobody answers');
const never = new AbortController().signal;

/** A flow with a text, a secret and a list, against a service that is there or away. */
class Rig {
  away: 'nothing' | 'list' | 'write' = 'nothing';
  /** What is thrown where the write does not work. */
  failure: Error = AWAY;
  readonly written: State[] = [];
  readonly followed: string[] = [];
  readonly told: string[] = [];
  retry: (() => Promise<boolean>) | undefined;
  changeAnswers: (() => Promise<unknown>) | undefined;
  readonly #changed = new Emitter<void>();
  readonly environments = new Set(['one', 'two']);
  readonly unfinished = new UnfinishedFlows({
    onDidChange: this.#changed.event,
    find: (id) => (this.environments.has(id) ? ({ id } as never) : undefined),
  });
  user = new ScriptedUser([]);

  remove(environment: string): void {
    this.environments.delete(environment);
    this.#changed.fire();
  }

  host(environmentId = 'one'): FlowHost {
    const attempt: FlowHost['attempt'] = async ({ undone, changeAnswers }, work) => {
      try {
        await work();
        return true;
      } catch (error) {
        if (!isCancellation(error)) this.told.push(undone);
        this.retry = () => attempt({ undone, changeAnswers }, work);
        this.changeAnswers = changeAnswers;
        return false;
      }
    };
    const ui: FlowHost['ui'] = {
      input: (...asked) => this.user.input(...asked),
      pick: (...asked) => this.user.pick(...asked),
      pickMany: (...asked) => this.user.pickMany(...asked),
      search: (...asked) => this.user.search(...asked),
    };
    return { ui, unfinished: this.unfinished, environmentId, signal: never, attempt };
  }

  readonly flow: WritingFlow<State> = {
    key: 'register 1',
    wizard: {
      title: 'Register',
      steps: (state) => [
        {
          id: 'name',
          ask: async (ui, before) => {
            const name = await ui.input({ prompt: 'Name', value: before.name, check: () => undefined });
            return name === BACK ? BACK : { ...before, name };
          },
        },
        {
          id: 'secret',
          ask: async (ui, before) => {
            const value = before.secret.reveal();
            const typed = await ui.input({ prompt: 'Secret', value, password: true, check: () => undefined });
            return typed === BACK ? BACK : { ...before, secret: new Secret(typed) };
          },
        },
        {
          id: 'columns',
          ask: async (ui, before) => {
            const columns = await ui.pickMany<string>({
              placeholder: 'Columns',
              choices: () =>
                this.away === 'list' ? Promise.reject(AWAY) : Promise.resolve([{ value: 'a', label: 'a' }]),
              isPicked: (column) => before.columns.includes(column),
            });
            return columns === BACK ? BACK : { ...before, columns };
          },
        },
        ...reviewSteps(state, (reviewed) => ({
          placeholder: 'Summary',
          accept: { label: 'Register' },
          rows: [],
          stepsOf: () => [],
          name: reviewed.name,
        })),
      ],
    },
    act: (answers) => ({
      undone: `Could not register ${answers.name}.`,
      work: () => {
        if (this.away === 'write') return Promise.reject(this.failure);
        this.written.push(answers);
        return Promise.resolve();
      },
      after: () => {
        this.followed.push(answers.name);
        return Promise.resolve();
      },
    }),
  };

  async begin(answers: readonly Answer[], environmentId = 'one'): Promise<boolean> {
    this.user = new ScriptedUser(answers);
    const host = this.host(environmentId);
    const done = (await goesOn(host, this.flow.key)) ?? (await runFlow(host, this.flow, start));
    this.user.done();
    return done;
  }
}

const ANSWERS = [type('Orders'), type('s3cret'), { pickMany: ['a'] }, pick('Register')] as const;

describe('A flow that fails', () => {
  it('keeps its answers when the message is closed: the next start goes on at the summary', async () => {
    const rig = new Rig();
    rig.away = 'write';
    assert.equal(await rig.begin(ANSWERS), false);
    assert.deepEqual(rig.told, ['Could not register Orders.']);
    rig.away = 'nothing';
    assert.equal(await rig.begin([pick('Go On Where It Stopped'), pick('Register')]), true);
    assert.deepEqual(rig.user.questions, ['The answers given before are still here', 'Summary']);
    assert.match(rig.user.screen, /Could not register Orders\./);
    assert.doesNotMatch(rig.user.screen, /s3cret/);
    assert.deepEqual(
      rig.written.map(({ name, secret, columns }) => [name, secret.reveal(), columns]),
      [['Orders', 's3cret', ['a']]],
    );
    assert.deepEqual(rig.followed, ['Orders']);
    await rig.begin(ANSWERS);
    assert.equal(rig.user.questions[0], 'Name', 'what came to its end is not offered again');
  });

  it('forgets them when a retry works, a new beginning is chosen, or the environment goes', async () => {
    const rig = new Rig();
    const fail = async (environment = 'one'): Promise<void> => {
      rig.away = 'write';
      await rig.begin(ANSWERS, environment);
      rig.away = 'nothing';
    };
    await fail();
    assert.equal(await rig.retry?.(), true);
    assert.equal(rig.unfinished.of('one', rig.flow.key), undefined);

    await fail();
    await rig.begin([pick('Begin Anew'), ...ANSWERS]);
    assert.equal(rig.unfinished.of('one', rig.flow.key), undefined);

    await fail();
    await fail('two');
    rig.remove('one');
    assert.equal(rig.unfinished.of('one', rig.flow.key), undefined);
    assert.ok(rig.unfinished.of('two', rig.flow.key));
  });

  it('goes on at the summary from Change Answers, and keeps what is changed when it is left there', async () => {
    const rig = new Rig();
    rig.away = 'write';
    await rig.begin(ANSWERS);
    rig.user = new ScriptedUser([BACK, BACK, BACK, type('Bills'), CANCEL]);
    await assert.rejects(rig.changeAnswers?.() ?? Promise.resolve(), CancelledError);
    rig.user.done();
    rig.away = 'nothing';
    await rig.begin([pick('Go On Where It Stopped'), KEEP, KEEP, pick('Register')]);
    assert.deepEqual(
      rig.written.map(({ name, secret }) => [name, secret.reveal()]),
      [['Bills', 's3cret']],
    );
  });

  it('keeps them where it is left at a list that could not be loaded, and goes on there', async () => {
    const rig = new Rig();
    rig.away = 'list';
    await assert.rejects(rig.begin([type('Orders'), type('s3cret'), CANCEL]), CancelledError);
    rig.away = 'nothing';
    await rig.begin([pick('Go On Where It Stopped'), { pickMany: ['a'] }, pick('Register')]);
    assert.deepEqual(rig.user.questions.slice(1), ['Columns', 'Summary']);
    assert.deepEqual(
      rig.written.map(({ name, secret }) => [name, secret.reveal()]),
      [['Orders', 's3cret']],
    );
  });

  it('keeps nothing of a flow that is cancelled, before or while it writes', async () => {
    const rig = new Rig();
    await assert.rejects(rig.begin([type('Orders'), CANCEL]), CancelledError);
    assert.equal(rig.unfinished.of('one', rig.flow.key), undefined);
    rig.away = 'write';
    rig.failure = new CancelledError();
    assert.equal(await rig.begin(ANSWERS), false);
    assert.equal(rig.unfinished.of('one', rig.flow.key), undefined);
    assert.deepEqual(rig.told, []);
  });

  it('leaves the answers there when the offer to go on is left', async () => {
    const rig = new Rig();
    rig.away = 'write';
    await rig.begin(ANSWERS);
    await assert.rejects(rig.begin([CANCEL]), CancelledError);
    assert.ok(rig.unfinished.of('one', rig.flow.key));
    assert.equal(rig.unfinished.of('one', 'register 2'), undefined, 'another row has answers of its own');
  });
});
