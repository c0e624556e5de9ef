import assert from 'node:assert/strict';
import { DataverseError } from '../../../src/dataverse/errors';
import { registerStepWizard } from '../../../src/presentation/flows/registerStep';
import { newStep, newStepAnswers, type StepFlowContext } from '../../../src/presentation/flows/stepAnswers';
import { BACK } from '../../../src/wizard/ui';
import { runWizard } from '../../../src/wizard/wizard';
import type { Write } from '../../../src/webhooks/writes';
import type { MessageFilter, NewStep, User } from '../../../src/webhooks/model';
import {
  KEEP,
  pick,
  pickMany,
  RETRY,
  ScriptedUser,
  search,
  times,
  type,
  typeRefused,
  type Answer,
} from '../../fakes/scriptedUser';

const DEFAULT_WHEN = 'PostOperation, Asynchronous';
const MESSAGES = ['Associate', 'Create', 'Delete', 'new_Custom', 'Publish', 'Update'].map((name) => ({
  id: name.toLowerCase(),
  name,
}));

const USERS: readonly User[] = ['Robin Field', 'Sam Hill'].map((name, index) => ({
  id: `u${index}`,
  name,
  domainName: `${name}@contoso.example`,
  mail: '',
}));

function filter(message: string, table: string | undefined): MessageFilter {
  return { id: `${message}-${table ?? 'none'}`, table, secondaryTable: undefined };
}

function context(more: Partial<StepFlowContext> = {}): StepFlowContext {
  return {
    webhook: { id: 'w', name: 'Orders' },
    messages: () => Promise.resolve(MESSAGES),
    filters: (message) =>
      Promise.resolve(
        message === 'publish'
          ? [filter(message, undefined)]
          : ['account', 'new_thing', 'contact'].map((table) => filter(message, table)),
      ),
    columns: (table) =>
      Promise.resolve(
        ['firstname', 'lastname'].map((name) => ({ name, label: `${name} of ${table}`, type: 'String' })),
      ),
    users: (text) => Promise.resolve(USERS.filter((user) => user.name.includes(text)).slice(0, 50)),
    solutions: () => Promise.resolve([{ uniqueName: 'orders', name: 'Order Integration', managed: false }]),
    showRequest: () => Promise.resolve(),
    ...more,
  };
}

async function register(
  answers: readonly Answer[],
  from = context(),
): Promise<{ step: NewStep; user: ScriptedUser }> {
  const user = new ScriptedUser(answers);
  const state = await runWizard(registerStepWizard(from), user, newStepAnswers, new AbortController().signal);
  user.done();
  const step = newStep(from, state);
  assert.ok(step !== undefined);
  const last = user.shown.at(-1)?.place;
  assert.equal(last?.number, last?.total);
  return { step, user };
}

const UPDATE_OF_CONTACT: readonly Answer[] = [
  pick('Update'),
  pick('contact'),
  pickMany('lastname of contact', 'firstname of contact'),
];

describe('Register Step', () => {
  it('asks for message, table, columns and time, and suggests the rest', async () => {
    const { step, user } = await register([...UPDATE_OF_CONTACT, pick('Register Step')]);
    assert.deepEqual(step, {
      webhookId: 'w',
      name: 'Orders: Update of contact',
      description: 'Update of contact (firstname, lastname) calls Orders',
      message: { id: 'update', name: 'Update' },
      filter: filter('update', 'contact'),
      filteringColumns: ['firstname', 'lastname'],
      stage: 'postOperation',
      mode: 'asynchronous',
      rank: 1,
      deleteJobOnSuccess: true,
      deployment: 'server',
      runAs: undefined,
    });
    assert.deepEqual(
      user.shown.map(({ place }) => `${place.number}/${place.total}`),
      ['1/4', '2/4', '3/4', '4/4'],
    );
    assert.deepEqual(user.shown[0]?.labels, [
      'Create',
      'Update',
      'Delete',
      'Associate',
      'new_Custom',
      'Publish',
    ]);
    assert.deepEqual(user.shown[1]?.labels, ['account', 'contact', 'new_thing', 'Any table']);
    assert.deepEqual(user.shown[3]?.labels, [
      'Register Step',
      'Filtering Attributes',
      'Name',
      'Description',
      'When It Runs',
      'Execution Order',
      'Delete the Job When It Succeeds',
      'Run As',
      'Deployment',
      'Solution',
      'Show Request',
    ]);
  });

  it('asks before Update without columns fires on every change', async () => {
    const { step } = await register([
      pick('Update'),
      pick('contact'),
      pickMany(),
      pick('Choose Columns'),
      pickMany('firstname of contact'),
      pick('Register Step'),
    ]);
    assert.deepEqual(step.filteringColumns, ['firstname']);
    const every = await register([
      pick('Update'),
      pick('contact'),
      pickMany(),
      pick('Fire on Every Change'),
      pick('Register Step'),
    ]);
    assert.deepEqual(every.step.filteringColumns, []);
    assert.equal(every.step.description, 'Update of contact calls Orders');
    const create = await register([pick('Create'), pick('contact'), pickMany(), pick('Register Step')]);
    assert.equal(create.step.message.name, 'Create');
  });

  it('says that columns are too many to be kept before they are sent, and goes back to their choice', async () => {
    const long = Array.from({ length: 1000 }, (_, at) => `new_${'x'.repeat(95)}${at}`);
    const wide = context({
      columns: () => Promise.resolve(long.map((name) => ({ name, label: name, type: 'String' }))),
    });
    const { step, user } = await register(
      [
        pick('Update'),
        pick('contact'),
        pickMany(...long),
        pick('Choose Columns'),
        pickMany(...long.slice(0, 900)),
        pick('Register Step'),
      ],
      wide,
    );
    assert.equal(step.filteringColumns.length, 900);
    assert.match(user.screen, /1000 columns are too many/);
    assert.match(user.screen, /102889 characters together, and the service keeps 100000/);
  });

  it('skips what a message does not have', async () => {
    const { step, user } = await register([pick('Publish'), pick('Register Step')]);
    assert.deepEqual([step.filter, step.filteringColumns, step.name], [undefined, [], 'Orders: Publish']);
    assert.deepEqual(
      user.shown.map(({ place }) => place.total),
      [4, 2],
    );
    const deletion = await register([pick('Delete'), pick('account'), pick('Register Step')]);
    assert.deepEqual(deletion.step.filter, filter('delete', 'account'));
    const any = await register([pick('Update'), pick('Any table'), pick('Register Step')]);
    assert.deepEqual([any.step.filter, any.step.filteringColumns], [undefined, []]);
  });

  it('clears table and columns when the message is changed, and columns when the table is', async () => {
    const { step, user } = await register([
      ...UPDATE_OF_CONTACT,
      ...times(3, BACK),
      pick('Create'),
      pick('contact'),
      KEEP,
      pick('Register Step'),
    ]);
    const again = user.shown.slice(-4);
    assert.equal(again[1]?.current, undefined);
    assert.deepEqual(again[2]?.ticked, []);
    assert.deepEqual(
      [step.message.name, step.filter?.id, step.filteringColumns],
      ['Create', 'create-contact', []],
    );

    const other = await register([
      ...UPDATE_OF_CONTACT,
      ...times(2, BACK),
      pick('account'),
      pickMany('firstname of account'),
      pick('Register Step'),
    ]);
    assert.equal(other.step.description, 'Update of account (firstname) calls Orders');
  });

  it('keeps every answer over going back and forward', async () => {
    const straight = await register([...UPDATE_OF_CONTACT, pick('Register Step')]);
    const { step, user } = await register([
      ...UPDATE_OF_CONTACT,
      ...times(3, BACK),
      ...times(3, KEEP),
      pick('Register Step'),
    ]);
    assert.deepEqual(step, straight.step);
    assert.deepEqual(user.shown.at(-2)?.ticked, ['firstname of contact', 'lastname of contact']);
  });

  it('lets name and description follow the answers until they are written', async () => {
    const { step } = await register([
      ...UPDATE_OF_CONTACT,
      pick('Name'),
      typeRefused('', /Write a name/),
      type('My step'),
      pick('Description'),
      KEEP,
      ...times(6, BACK),
      pick('account'),
      pickMany('firstname of account'),
      pick('Register Step'),
    ]);
    assert.deepEqual(
      [step.name, step.description],
      ['My step', 'Update of account (firstname) calls Orders'],
    );
  });

  it('changes several settings at the end, one of them twice', async () => {
    const { step } = await register([
      ...UPDATE_OF_CONTACT,
      pick('Execution Order'),
      typeRefused('0', /1 to 2147483647/),
      typeRefused('x', /whole number/),
      type('10'),
      pick('Description'),
      typeRefused('d'.repeat(257), /at most 256/),
      type(''),
      pick('Delete the Job When It Succeeds'),
      pick('Keep It'),
      pick('Execution Order'),
      type(' 7 '),
      pick('Register Step'),
    ]);
    assert.deepEqual([step.rank, step.description, step.deleteJobOnSuccess], [7, '', false]);
  });

  it('offers three stages for synchronous work, which leaves no job to delete', async () => {
    const { step, user } = await register([
      ...UPDATE_OF_CONTACT,
      pick('When It Runs'),
      pick('PreOperation, Synchronous'),
      pick('Register Step'),
    ]);
    assert.deepEqual(
      [step.stage, step.mode, step.deleteJobOnSuccess],
      ['preOperation', 'synchronous', false],
    );
    const [, , , , when] = user.shown;
    assert.ok(when !== undefined);
    assert.equal(when.current, DEFAULT_WHEN);
    assert.deepEqual(when.labels, [
      DEFAULT_WHEN,
      'PreValidation, Synchronous',
      'PreOperation, Synchronous',
      'PostOperation, Synchronous',
    ]);
    assert.ok(!user.shown[5]?.labels.includes('Delete the Job When It Succeeds'));
    assert.match(user.shown[5]?.texts.join('\n') ?? '', /The user waits up to 60 seconds; a failure undoes/);
  });

  it('offers to load again what could not be loaded', async () => {
    let failures = 4;
    const flaky = <T>(work: () => Promise<T>): Promise<T> => {
      failures -= 1;
      return failures % 2 === 1
        ? Promise.reject(new DataverseError('network', 'x', { kind: 'reset' }))
        : work();
    };
    const from = context();
    const { user } = await register(
      [
        RETRY,
        pick('Update'),
        pick('contact'),
        RETRY,
        pickMany('firstname of contact'),
        pick('Register Step'),
      ],
      context({
        messages: (signal) => flaky(() => from.messages(signal)),
        columns: (table, signal) => flaky(() => from.columns(table, signal)),
      }),
    );
    assert.deepEqual(user.remarks, ['Test closed the connection.', 'Test closed the connection.']);
  });

  it('finds the user to run as at the service, and takes the calling user back', async () => {
    const asked: string[] = [];
    const { step, user } = await register(
      [
        ...UPDATE_OF_CONTACT,
        pick('Run As'),
        search('Sam', 'Sam Hill'),
        pick('Solution'),
        pick('Order Integration'),
        pick('Deployment'),
        pick('Server and Outlook client'),
        pick('Register Step'),
      ],
      context({
        users: (text) => {
          asked.push(text);
          return Promise.resolve(USERS.filter((found) => found.name.includes(text)));
        },
      }),
    );
    assert.deepEqual(
      [step.runAs, step.solution, step.deployment],
      [{ id: 'u1', name: 'Sam Hill' }, 'orders', 'both'],
    );
    assert.deepEqual(asked, ['', 'Sam']);
    const [list] = user.shown.filter(({ kind }) => kind === 'search');
    assert.deepEqual(
      [list?.current, list?.labels],
      ['Calling User', ['Calling User', 'Robin Field', 'Sam Hill']],
    );
    const back = await register([
      ...UPDATE_OF_CONTACT,
      pick('Run As'),
      pick('Sam Hill'),
      pick('Run As'),
      pick('Calling User'),
      pick('Register Step'),
    ]);
    assert.equal(back.step.runAs, undefined);
  });

  it('shows the request without leaving the summary', async () => {
    const shown: Array<readonly Write[]> = [];
    await register(
      [...UPDATE_OF_CONTACT, pick('Show Request'), pick('Show Request'), pick('Register Step')],
      context({
        showRequest: (writes) => {
          shown.push(writes);
          return Promise.resolve();
        },
        webhook: { id: '3f6f1c52-0c2d-ef11-8e4f-000d3a3b1a01', name: 'Orders' },
        messages: () => Promise.resolve([{ id: '20bebb1b-ea3e-db11-86a7-000a3a5473e8', name: 'Update' }]),
        filters: () =>
          Promise.resolve([
            { id: '77c2bb1b-ea3e-db11-86a7-000a3a5473e8', table: 'contact', secondaryTable: undefined },
            { id: '77c2bb1b-ea3e-db11-86a7-000a3a5473e9', table: 'account', secondaryTable: undefined },
          ]),
      }),
    );
    assert.deepEqual(
      shown.map((writes) => writes.map(({ method, path }) => `${method} ${path}`)),
      [['POST sdkmessageprocessingsteps'], ['POST sdkmessageprocessingsteps']],
    );
  });

  it('describes no step before a message is chosen', () => {
    assert.equal(newStep(context(), newStepAnswers), undefined);
  });
});
