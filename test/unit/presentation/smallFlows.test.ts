import assert from 'node:assert/strict';
import { CancelledError } from '../../../src/base/errors';
import { DataverseError } from '../../../src/dataverse/errors';
import { EnvironmentList } from '../../../src/environments/environmentList';
import type { SampleContact } from '../../../src/environments/sampleContacts';
import {
  addEnvironmentStart,
  addEnvironmentWizard,
  signInStart,
  signInWizard,
  type AddEnvironmentContext,
  type AddEnvironmentState,
} from '../../../src/presentation/flows/addEnvironment';
import {
  changeContactStart,
  changeContactWizard,
  type ChangeContactState,
} from '../../../src/presentation/flows/changeContact';
import { BACK } from '../../../src/wizard/ui';
import { runWizard } from '../../../src/wizard/wizard';
import { MemoryProfileStorage, MemorySecretStore } from '../../fakes/memoryStores';
import { CANCEL, KEEP, pick, ScriptedUser, type, typeRefused, type Answer } from '../../fakes/scriptedUser';

const TOKEN = 't0k3n-s3cr3t';
const never = new AbortController().signal;

/** A server that wants a token on port 2, nothing on port 1, and is not there on port 3. */
const probe: AddEnvironmentContext['probe'] = (origin, token) => {
  if (origin.endsWith(':3')) return Promise.reject(new DataverseError('network', 'x', { kind: 'refused' }));
  return Promise.resolve(origin.endsWith(':1') || token?.reveal() === TOKEN ? 'accepted' : 'tokenNeeded');
};

async function add(
  answers: readonly Answer[],
  known: readonly string[] = [],
): Promise<{ state: AddEnvironmentState; user: ScriptedUser }> {
  const user = new ScriptedUser(answers);
  const state = await runWizard(addEnvironmentWizard({ known, probe }), user, addEnvironmentStart, never);
  user.done();
  assert.ok(!user.screen.includes(TOKEN), 'the token was on screen');
  return { state, user };
}

describe('Add Environment', () => {
  it('asks for address and name where no token is needed', async () => {
    const { state, user } = await add([type('localhost:1/api/data'), KEEP]);
    assert.deepEqual(
      [state.origin, state.name, state.tokenNeeded],
      ['http://localhost:1', 'localhost:1', false],
    );
    assert.deepEqual(
      user.shown.map(({ place }) => `${place.number}/${place.total}`),
      ['1/2', '2/2'],
    );
  });

  it('asks for a token where the server wants one, and tries it before going on', async () => {
    const { state, user } = await add([
      type('localhost:2'),
      typeRefused('', /Paste the token/),
      typeRefused(`Bearer ${TOKEN}x`, /Leave out the word Bearer/),
      typeRefused('two words', /blanks/),
      typeRefused('wrong', /does not accept this token/),
      type(` ${TOKEN} `),
      type('Mine'),
    ]);
    assert.equal(state.token.reveal(), TOKEN);
    assert.equal(state.name, 'Mine');
    assert.equal(user.shown[1]?.password, true);
    assert.deepEqual(
      user.shown.map(({ place }) => place.total),
      [2, 3, 3],
    );
  });

  it('says what is wrong with an address, and whether somebody answers there', async () => {
    const { state } = await add(
      [
        typeRefused('', /Write the address/),
        typeRefused('ftp://localhost', /http:\/\/ or https/),
        typeRefused('https://contoso.crm.dynamics.com', /on this machine only/),
        typeRefused('localhost:9', /in the list already/),
        typeRefused('u:p@localhost:1', /user name and password/),
        typeRefused('local host', /not an address/),
        typeRefused('localhost:3', /Nothing answers at the address/),
        type('localhost:1'),
        KEEP,
      ],
      ['http://localhost:9'],
    );
    assert.equal(state.origin, 'http://localhost:1');
  });

  it('keeps answers over going back, and forgets the token of another address', async () => {
    const same = await add([type('localhost:2'), type(TOKEN), BACK, BACK, KEEP, KEEP, KEEP]);
    assert.deepEqual([same.state.token.reveal(), same.state.name], [TOKEN, 'localhost:2']);
    const other = await add([type('localhost:2'), type(TOKEN), BACK, BACK, type('localhost:1'), KEEP]);
    assert.deepEqual(
      [other.state.token.isEmpty, other.state.tokenNeeded, other.state.name],
      [true, false, 'localhost:1'],
    );
  });

  it('ends silently at every question, and nothing is kept', async () => {
    const way: readonly Answer[] = [type('localhost:2'), type(TOKEN)];
    for (let at = 0; at <= way.length; at += 1)
      await assert.rejects(add([...way.slice(0, at), CANCEL, KEEP]), CancelledError, `question ${at + 1}`);
  });

  it('ends with an environment whose token is in the secret store only', async () => {
    const { state } = await add([type('localhost:2'), type(TOKEN), KEEP]);
    const [storage, secrets] = [new MemoryProfileStorage(), new MemorySecretStore()];
    const list = new EnvironmentList(storage, secrets);
    await list.add(
      { id: 'e', name: state.name, url: state.origin, signIn: 'token', sandbox: false },
      state.token,
    );
    assert.deepEqual([...secrets.secrets.values()], [TOKEN]);
    assert.ok(!storage.written.join().includes(TOKEN));
  });
});

describe('Sign In', () => {
  it('asks for another token and tries it', async () => {
    const user = new ScriptedUser([typeRefused('wrong', /does not accept/), type(TOKEN)]);
    const wizard = signInWizard({
      environmentName: 'Test',
      origin: 'http://localhost:2',
      probe: (token, signal) => probe('http://localhost:2', token, signal),
    });
    const { token } = await runWizard(wizard, user, signInStart, never);
    user.done();
    assert.equal(token.reveal(), TOKEN);
    assert.deepEqual([user.shown[0]?.place.title, user.shown[0]?.password], ['Sign In to Test', true]);
    assert.ok(!user.screen.includes(TOKEN));
  });
});

const values = {
  firstname: 'Ann',
  lastname: 'Lee',
  emailaddress1: 'ann@example.com',
  telephone1: '',
  jobtitle: 'CEO',
};
const ann: SampleContact = { id: 'a', name: 'Ann Lee', values };
const bob: SampleContact = { id: 'b', name: 'Bob Ray', values: { ...values, firstname: 'Bob' } };

async function change(
  answers: readonly Answer[],
): Promise<{ state: ChangeContactState; user: ScriptedUser }> {
  const user = new ScriptedUser(answers);
  const wizard = changeContactWizard({ contacts: () => Promise.resolve([ann, bob]) });
  const state = await runWizard(wizard, user, changeContactStart, never);
  user.done();
  return { state, user };
}

describe('Change Contact', () => {
  it('asks for contact, column and value, and shows what stands there now', async () => {
    const { state, user } = await change([pick('Ann Lee'), pick('jobtitle'), type('CTO')]);
    assert.deepEqual([state.contact?.id, state.column, state.value], ['a', 'jobtitle', 'CTO']);
    assert.equal(user.shown[2]?.value, 'CEO');
    assert.ok(user.shown[1]?.texts.includes('ann@example.com'));
    assert.deepEqual(
      user.shown.map(({ place }) => `${place.number}/${place.total}`),
      ['1/3', '2/3', '3/3'],
    );
  });

  it('keeps contact and column over going back, and shows the value of another one', async () => {
    const kept = await change([pick('Ann Lee'), pick('firstname'), BACK, KEEP, KEEP]);
    assert.equal(kept.state.value, 'Ann');
    const other = await change([pick('Ann Lee'), pick('firstname'), BACK, BACK, pick('Bob Ray'), KEEP, KEEP]);
    assert.deepEqual([other.state.contact?.id, other.state.value], ['b', 'Bob']);
    const column = await change([pick('Ann Lee'), pick('firstname'), BACK, pick('lastname'), KEEP]);
    assert.equal(column.state.value, 'Lee');
  });

  it('refuses what does not fit the column, and takes an empty text', async () => {
    const { state } = await change([
      pick('Ann Lee'),
      pick('lastname'),
      typeRefused('x'.repeat(51), /at most 50/),
      type(''),
    ]);
    assert.equal(state.value, '');
  });

  it('ends silently at every question', async () => {
    const way: readonly Answer[] = [pick('Ann Lee'), pick('firstname')];
    for (let at = 0; at <= way.length; at += 1)
      await assert.rejects(change([...way.slice(0, at), CANCEL, KEEP]), CancelledError);
  });
});
