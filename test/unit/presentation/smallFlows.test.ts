import assert from 'node:assert/strict';
import { SignInError } from '../../../src/auth/signInError';
import { CancelledError } from '../../../src/base/errors';
import { DataverseError } from '../../../src/dataverse/errors';
import { EnvironmentList } from '../../../src/environments/environmentList';
import { SIGN_IN_WAYS } from '../../../src/auth/ways';
import { Secret } from '../../../src/base/secret';
import {
  addEnvironmentStart,
  addEnvironmentWizard,
  newEnvironment,
  type AddEnvironmentContext,
  type AddEnvironmentState,
} from '../../../src/presentation/flows/addEnvironment';
import { credentialStart, credentialWizard } from '../../../src/presentation/flows/credentialQuestions';
import { signInStart, signInWizard } from '../../../src/presentation/flows/pastedToken';
import { BACK } from '../../../src/wizard/ui';
import { runWizard } from '../../../src/wizard/wizard';
import { MemoryProfileStorage, MemorySecretStore } from '../../fakes/memoryStores';
import { CANCEL, KEEP, pick, ScriptedUser, type, typeRefused, type Answer } from '../../fakes/scriptedUser';

const TOKEN = 't0k3n-s3cr3t';
const never = new AbortController().signal;

const AUTHORITY = 'https://login.microsoftonline.com/contoso';

/** Servers of this machine want a token on port 2, none on port 1, and are not there on port 3; clouds name their tenant. */
const context: AddEnvironmentContext = {
  known: [],
  ways: (loopback) => SIGN_IN_WAYS.filter((way) => (loopback ? way !== 'editor' : way !== 'none')),
  welcome: (origin) => {
    if (origin.endsWith(':3')) return Promise.reject(new DataverseError('network', 'x', { kind: 'refused' }));
    const cloud = origin.startsWith('https');
    return Promise.resolve({ tokenNeeded: !origin.endsWith(':1'), authority: cloud ? AUTHORITY : undefined });
  },
  probe: (_, token) => Promise.resolve(token.reveal() === TOKEN ? 'accepted' : 'tokenNeeded'),
  readCertificate: (path) =>
    path === '/app.pem'
      ? Promise.resolve({ pem: new Secret(TOKEN), shown: 'CN=app' })
      : Promise.reject(new SignInError('certificateUnreadable', 'x')),
};

async function add(
  answers: readonly Answer[],
  known: readonly string[] = [],
): Promise<{ state: AddEnvironmentState; user: ScriptedUser }> {
  const user = new ScriptedUser(answers);
  const state = await runWizard(
    addEnvironmentWizard({ ...context, known }),
    user,
    addEnvironmentStart,
    never,
  );
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
        typeRefused('', /Write the URL/),
        typeRefused('ftp://localhost', /https:\/\/ at the beginning/),
        typeRefused('http://hooks.example.com', /no host of Dataverse/),
        typeRefused('https://make.powerapps.com/environments/x', /is a portal/),
        typeRefused('localhost:9', /in the list already/),
        typeRefused('u:p@localhost:1', /user name and password/),
        typeRefused('local host', /Remove the blanks/),
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

  it('offers the ways to sign in to a cloud environment, and keeps who gives out its tokens', async () => {
    const { state } = await add([
      type('contoso-prod.crm4.dynamics.com/main.aspx?x=1'),
      pick('Browser'),
      KEEP,
    ]);
    const { profile, secret } = newEnvironment(context, state, 'e');
    assert.deepEqual(profile, {
      id: 'e',
      name: 'contoso-prod',
      url: 'https://contoso-prod.crm4.dynamics.com',
      signIn: 'browser',
      sandbox: false,
      production: true,
      color: 'red',
      authority: AUTHORITY,
    });
    assert.equal(secret, undefined);
  });

  it('asks an application for its id and its secret or certificate, which goes into the secret store', async () => {
    const id = '6C3F9A10-6D1C-EF11-9F89-000D3A3B1A01';
    const url = 'https://contoso.crm.dynamics.com';
    const bySecret = await add([
      type(url),
      pick('Client secret'),
      typeRefused('x', /in the form/),
      type(id),
      type(TOKEN),
      KEEP,
    ]);
    const made = newEnvironment(context, bySecret.state, 'e');
    assert.deepEqual([made.profile.signIn, made.profile.clientId], ['secret', id.toLowerCase()]);
    assert.equal(made.secret?.reveal(), TOKEN);
    const byFile = await add([
      type(url),
      pick('Client certificate'),
      type(id),
      typeRefused('/nothing', /certificate|PEM/i),
      type('/app.pem'),
      KEEP,
    ]);
    assert.equal(newEnvironment(context, byFile.state, 'e').secret?.reveal(), TOKEN);
    assert.ok(byFile.user.screen.includes('CN=app'), 'the certificate is shown, to be compared');
  });

  it('ends with an environment whose token is in the secret store only', async () => {
    const { state } = await add([type('localhost:2'), type(TOKEN), KEEP]);
    const [storage, secrets] = [new MemoryProfileStorage(), new MemorySecretStore()];
    const list = new EnvironmentList(storage, secrets);
    const { profile, secret } = newEnvironment(context, state, 'e');
    assert.equal(profile.signIn, 'token');
    await list.add(profile, secret);
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
      probe: (token, signal) => context.probe('http://localhost:2', token, signal),
    });
    const { token } = await runWizard(wizard, user, signInStart, never);
    user.done();
    assert.equal(token.reveal(), TOKEN);
    assert.deepEqual([user.shown[0]?.place.title, user.shown[0]?.password], ['Sign In to Test', true]);
    assert.ok(!user.screen.includes(TOKEN));
  });
});

describe('Sign In of an application', () => {
  const wizard = (kind: 'secret' | 'certificate') =>
    credentialWizard({ environmentName: 'Test', kind, readCertificate: context.readCertificate });

  it('asks for another secret', async () => {
    const user = new ScriptedUser([typeRefused(' ', /Paste the value/), type(` ${TOKEN} `)]);
    const { token } = await runWizard(wizard('secret'), user, credentialStart, never);
    user.done();
    assert.equal(token.reveal(), TOKEN);
    assert.ok(user.shown[0]?.password === true && !user.screen.includes(TOKEN));
  });

  it('asks for another certificate, and says what is wrong with a file', async () => {
    const user = new ScriptedUser([typeRefused('/nothing', /certificate/), type('/app.pem')]);
    const { token } = await runWizard(wizard('certificate'), user, credentialStart, never);
    user.done();
    assert.equal(token.reveal(), TOKEN);
  });

  it('keeps nothing when it is left', async () => {
    for (const kind of ['secret', 'certificate'] as const)
      await assert.rejects(
        runWizard(wizard(kind), new ScriptedUser([CANCEL]), credentialStart, never),
        CancelledError,
      );
  });
});
