import assert from 'node:assert/strict';
import { authentication, EventEmitter } from 'vscode';
import type {
  AuthenticationProvider,
  AuthenticationProviderAuthenticationSessionsChangeEvent,
  AuthenticationSession,
  Disposable,
} from 'vscode';
import { EditorAccountSession } from '../../src/auth/editorAccount';
import { editorSessions } from '../../src/vscode/signIn/editorAccounts';

const SCOPES = ['https://contoso.crm.dynamics.com/.default', 'VSCODE_TENANT:contoso.example'];

/** A provider of Microsoft accounts in which nobody is signed in until somebody is asked. */
class TestAccounts implements AuthenticationProvider {
  readonly #changed = new EventEmitter<AuthenticationProviderAuthenticationSessionsChangeEvent>();
  readonly onDidChangeSessions = this.#changed.event;
  readonly asked: Array<readonly string[]> = [];
  sessions: AuthenticationSession[] = [];

  getSessions(scopes: readonly string[] | undefined): Promise<AuthenticationSession[]> {
    const wanted = scopes === undefined ? undefined : [...scopes].sort().join(' ');
    return Promise.resolve(
      this.sessions.filter(
        (session) => wanted === undefined || [...session.scopes].sort().join(' ') === wanted,
      ),
    );
  }

  createSession(scopes: readonly string[]): Promise<AuthenticationSession> {
    this.asked.push(scopes);
    const account = { id: 'anna', label: 'anna@contoso.example' };
    const session = { id: `s${this.asked.length}`, accessToken: `t${this.asked.length}`, account, scopes };
    this.sessions = [...this.sessions, session];
    this.#changed.fire({ added: [session], removed: [], changed: [] });
    return Promise.resolve(session);
  }

  removeSession(): Promise<void> {
    return Promise.resolve();
  }
}

describe('The Microsoft account of the editor', () => {
  const accounts = new TestAccounts();
  let registered: Disposable;
  before(() => {
    registered = authentication.registerAuthenticationProvider('microsoft', 'Test accounts', accounts);
  });
  after(() => {
    registered.dispose();
  });

  const sessions = editorSessions('https://contoso.crm.dynamics.com', 'Sign in to Contoso.');

  it('gives nothing silently while nobody is signed in, and asks nobody', async () => {
    assert.equal(await sessions.getSession({ scopes: SCOPES }, { mode: 'silent' }), undefined);
    assert.deepEqual(accounts.asked, []);
  });

  it('asks before it gives an account to the extension, and makes no session when nobody agrees', async () => {
    // The editor refuses to show the question in a test host, which leaves it unanswered.
    await assert.rejects(sessions.getSession({ scopes: SCOPES }, { mode: 'ask' }), /wants to sign in/);
    await assert.rejects(sessions.getSession({ scopes: SCOPES }, { mode: 'askAgain' }), /sign in/);
    assert.deepEqual(accounts.asked, []);
  });

  it('does not take a session that the user has not given to the extension', async () => {
    await accounts.createSession(SCOPES);
    assert.equal(await sessions.getSession({ scopes: SCOPES }, { mode: 'silent' }), undefined);
    assert.deepEqual(accounts.asked, [SCOPES], 'only the test itself has made a session');
    accounts.sessions = [];
  });

  it('hands claims to the editor as the challenge that the service has sent', async () => {
    // A provider registered through the stable API takes no challenges, and only a challenge is refused so.
    const claims = '{"access_token":{"nbf":{"essential":true}}}';
    await assert.rejects(sessions.getSession({ scopes: SCOPES, claims }, { mode: 'silent' }), /challenges/);
  });

  it('leads to a sign-in that is needed, not to an error, while nobody is signed in', async () => {
    const session = new EditorAccountSession({ sessions, scopes: SCOPES });
    await assert.rejects(session.token({}), { name: 'SignInError', reason: 'interactionNeeded' });
  });
});
