import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { CancelledError } from '../../../src/base/errors';
import {
  actOfMessage,
  triggeredText,
  triggerStart,
  triggerWizard,
  triggerWrite,
  type TriggerAnswers,
  type TriggerContext,
  type TriggerWrite,
} from '../../../src/presentation/send/triggerFlow';
import { sampleText, valueOf, valueRemark } from '../../../src/presentation/send/triggerValues';
import { BACK } from '../../../src/wizard/ui';
import { runWizard } from '../../../src/wizard/wizard';
import {
  CANCEL,
  KEEP,
  pick,
  pickMany,
  ScriptedUser,
  search,
  type,
  typeRefused,
  type Answer,
} from '../../fakes/scriptedUser';

const never = new AbortController().signal;
const MARIA = { id: '1a7e3d55-7b8e-ef11-ac20-6045bdd1a101', name: 'Maria' };
const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);

const context: TriggerContext = {
  environmentName: 'Sandbox',
  now: () => NOW,
  tables: () =>
    Promise.resolve([
      { name: 'account', label: 'Account', hasStep: false },
      { name: 'contact', label: 'Contact', hasStep: true },
    ]),
  rows: (_table, text) => Promise.resolve('Maria'.includes(text) ? [MARIA] : []),
  columns: () =>
    Promise.resolve({
      all: [
        { name: 'creditlimit', label: 'Credit Limit', type: 'Money' },
        { name: 'donotemail', label: 'Do not allow Emails', type: 'Boolean' },
        { name: 'lastname', label: 'Last Name', type: 'String' },
      ],
      usual: ['lastname'],
    }),
  choices: () =>
    Promise.resolve([
      { value: 0, label: 'Allow' },
      { value: 1, label: 'Do Not Allow' },
    ]),
};

async function trigger(
  answers: readonly Answer[],
  known: Partial<TriggerAnswers> = {},
): Promise<{ readonly write: TriggerWrite | undefined; readonly user: ScriptedUser }> {
  const user = new ScriptedUser(answers);
  const start = { ...triggerStart, ...known };
  const given = await runWizard(triggerWizard(context, start), user, start, never);
  user.done();
  return { write: await triggerWrite(context, given, never), user };
}

describe('Trigger', () => {
  it('changes a row in the columns a caller would change, with a value that was not there before', async () => {
    const { write, user } = await trigger([
      pick('Change a Row'),
      pick('contact'),
      search('Mar', 'Maria'),
      KEEP,
      pick('Change Maria'),
    ]);
    assert.deepEqual(write, {
      act: 'update',
      table: 'contact',
      row: MARIA,
      body: { lastname: 'Sample 03:04:05' },
    });
    assert.deepEqual(user.shown[1]?.labels, ['contact', 'account'], 'tables with a step come first');
    assert.equal(triggeredText(write), 'Changed lastname of Maria.');
    assert.match(
      triggeredText({ act: 'update', table: 'contact', row: MARIA, body: {} }),
      /^Maria was written without a column/,
    );
  });

  it('creates a row with typed and chosen values, told when one does not fit its column', async () => {
    const { write } = await trigger([
      pick('Create a Row'),
      pick('contact'),
      pickMany('creditlimit', 'donotemail', 'lastname'),
      pick('creditlimit'),
      typeRefused('a lot', /number with a point/),
      type('12.5'),
      pick('donotemail'),
      pick('Do Not Allow'),
      pick('lastname'),
      type(''),
      pick('Create a Row of contact'),
    ]);
    assert.deepEqual(write, {
      act: 'create',
      table: 'contact',
      body: { creditlimit: 12.5, donotemail: true, lastname: null },
    });
  });

  it('takes the first choice where none was chosen', async () => {
    const { write, user } = await trigger([
      pick('Create a Row'),
      pick('contact'),
      pickMany('donotemail'),
      pick('Create a Row of contact'),
    ]);
    assert.deepEqual(write?.act === 'create' && write.body, { donotemail: false });
    assert.ok(user.screen.includes('(first choice)'));
  });

  it('deletes a row without asking for values', async () => {
    const { write } = await trigger([
      pick('Delete a Row'),
      pick('contact'),
      search('', 'Maria'),
      pick('Delete Maria'),
    ]);
    assert.deepEqual(write, { act: 'delete', table: 'contact', row: MARIA });
  });

  it('on a step knows what happens and to which table', async () => {
    const { user } = await trigger([search('', 'Maria'), KEEP, pick('Change Maria')], {
      act: 'update',
      table: 'contact',
    });
    assert.equal(user.shown.length, 3);
    assert.equal(actOfMessage('CreateMultiple'), 'create');
    assert.equal(actOfMessage('Associate'), undefined);
  });

  it('keeps answers on the way back and does nothing when it is left, at every question', async () => {
    const { write } = await trigger([
      pick('Change a Row'),
      pick('contact'),
      search('', 'Maria'),
      pickMany('creditlimit'),
      BACK,
      BACK,
      KEEP,
      KEEP,
      pick('Change Maria'),
    ]);
    assert.deepEqual(write?.act === 'update' && Object.keys(write.body), ['creditlimit']);
    const way: readonly Answer[] = [pick('Change a Row'), pick('contact'), search('', 'Maria'), KEEP];
    for (let at = 0; at <= way.length; at += 1)
      await assert.rejects(trigger([...way.slice(0, at), CANCEL]), CancelledError);
  });
});

describe('A typed value', () => {
  it('has the type of its column, or is told what is wrong', () => {
    const value = (columnType: string, text: string): unknown => valueOf({ type: columnType }, text);
    assert.equal(value('Integer', '42'), 42);
    assert.equal(value('Integer', '4.2'), undefined);
    assert.equal(value('Money', '-12.50'), -12.5);
    assert.equal(value('Boolean', '1'), true);
    assert.equal(value('Boolean', 'yes'), undefined);
    assert.equal(value('MultiSelectPicklist', '1,2'), '1,2');
    assert.equal(value('DateTime', '2025-03-04'), '2025-03-04');
    assert.equal(value('DateTime', '2025-13-40'), undefined);
    assert.equal(value('String', ''), null);
    for (const columnType of ['Integer', 'DateTime', 'Money'])
      assert.equal(valueRemark({ name: 'x', label: '', type: columnType }, 'no')?.severity, 'error');
  });

  it('made up for a column is one of its type', () => {
    for (const columnType of [
      'String',
      'Memo',
      'Integer',
      'BigInt',
      'Decimal',
      'Double',
      'Money',
      'DateTime',
    ]) {
      const text = sampleText({ name: 'x', label: '', type: columnType }, NOW);
      assert.notEqual(text, '');
      assert.notEqual(valueOf({ type: columnType }, text), undefined, `${columnType}: ${text}`);
    }
  });
});
