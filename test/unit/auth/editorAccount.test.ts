import assert from 'node:assert/strict';
import { authorityOf } from '../../../src/auth/authority';
import {
  EditorAccountSession,
  editorScopes,
  type EditorRequest,
  type EditorSession,
  type EditorSessions,
} from '../../../src/auth/editorAccount';
import { SignInError } from '../../../src/auth/signInError';
import { CancelledError } from '../../../src/base/errors';

const never = new AbortController().signal;
const SCOPES = ['https://contoso.crm.dynamics.com/.default', 'VSCODE_TENANT:t'];

class TestSessions implements EditorSessions {
  silent: EditorSession | undefined;
  asked: EditorSession | Error | undefined;
  readonly calls: Array<EditorRequest & { readonly mode: string; readonly accountId?: string }> = [];

  getSession(
    request: EditorRequest,
    options: { readonly mode: 'silent' | 'ask' | 'askAgain'; readonly accountId?: string },
  ): Promise<EditorSession | undefined> {
    this.calls.push({ ...request, ...options });
    if (options.mode === 'silent') return Promise.resolve(this.silent);
    if (this.asked instanceof Error) return Promise.reject(this.asked);
    this.silent = this.asked;
    return Promise.resolve(this.asked);
  }
}

const session = (accessToken: string): EditorSession => ({
  accessToken,
  account: { id: 'a1', label: 'anna' },
});
const ended = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no failure',
    (error: unknown) => error,
  );

describe("the editor's own account", () => {
  let editor: TestSessions;
  let account: EditorAccountSession;
  beforeEach(() => {
    editor = new TestSessions();
    account = new EditorAccountSession({ sessions: editor, scopes: SCOPES });
  });

  it('is asked for with the scope, the tenant and our own app registration', () => {
    const authority = authorityOf({}, { place: 'public', tenant: 'contoso.onmicrosoft.com' });
    assert.deepEqual(editorScopes('s/.default', authority, 'client'), [
      's/.default',
      'VSCODE_TENANT:contoso.onmicrosoft.com',
      'VSCODE_CLIENT_ID:client',
    ]);
    assert.equal(editorScopes('s/.default', authority).length, 2);
  });

  it('never asks by itself', async () => {
    assert.ok(SignInError.is(await ended(account.token({})), 'interactionNeeded'));
    assert.deepEqual(
      editor.calls.map(({ mode }) => mode),
      ['silent'],
    );
  });

  it('asks when the person wants to sign in, and then gives tokens of that account', async () => {
    editor.asked = session('one');
    assert.deepEqual(await account.signIn({ signal: never }), { id: 'a1', username: 'anna' });
    assert.equal((await account.token({})).reveal(), 'one');
    assert.equal(editor.calls.at(-1)?.accountId, 'a1');
  });

  it('gives the token that the editor has renewed meanwhile', async () => {
    editor.silent = session('one');
    const token = await account.token({});
    editor.silent = session('two');
    assert.equal((await account.token({ refused: { token } })).reveal(), 'two');
  });

  it('does not give the same token again after it was refused, and asks anew then', async () => {
    editor.silent = session('one');
    const token = await account.token({});
    const error = await ended(account.token({ refused: { token } }));
    assert.ok(SignInError.is(error, 'interactionNeeded'));
    assert.equal(error.because, 'sessionExpired');
    editor.asked = session('two');
    await account.signIn({ signal: never });
    assert.equal(editor.calls.at(-1)?.mode, 'askAgain');
  });

  it('passes a claims challenge on, first silently and then in one prompt', async () => {
    const claims = '{"access_token":{}}';
    editor.silent = session('one');
    const token = await account.token({});
    assert.ok(
      SignInError.is(await ended(account.token({ refused: { token, claims } })), 'interactionNeeded'),
    );
    assert.deepEqual(editor.calls.at(-1), { scopes: SCOPES, claims, mode: 'silent' });
    editor.asked = session('two');
    await account.signIn({ signal: never });
    assert.equal(editor.calls.at(-1)?.claims, claims);
    const second = await account.token({});
    assert.ok(
      SignInError.is(
        await ended(account.token({ refused: { token: second, claims } })),
        'claimsNotSatisfied',
      ),
    );
  });

  it('is not used any more after a sign-out, until somebody signs in again', async () => {
    editor.silent = session('one');
    await account.token({});
    await account.signOut();
    assert.ok(SignInError.is(await ended(account.token({})), 'interactionNeeded'));
    editor.asked = session('one');
    await account.signIn({ signal: never });
    const waiting = ended(account.token({}));
    await account.signOut();
    assert.ok(SignInError.is(await waiting, 'interactionNeeded'));
    await account.signIn({ signal: never });
    assert.equal((await account.token({})).reveal(), 'one');
  });

  it('takes a refusal of the person as a cancellation', async () => {
    for (const text of ['User did not consent to login.', 'Cancelled', 'Canceled']) {
      editor.asked = new Error(text);
      assert.ok((await ended(account.signIn({ signal: never }))) instanceof CancelledError, text);
    }
    editor.asked = undefined;
    assert.ok((await ended(account.signIn({ signal: never }))) instanceof CancelledError);
  });

  it('tells that the editor has no such accounts, and keeps what else it says to itself', async () => {
    editor.asked = new Error("No authentication provider 'microsoft' is currently registered.");
    assert.ok(SignInError.is(await ended(account.signIn({ signal: never })), 'editorAccountMissing'));
    editor.asked = new Error('failed with canary-token');
    const error = await ended(account.signIn({ signal: never }));
    assert.ok(SignInError.is(error, 'unexpected'));
    assert.ok(!error.message.includes('canary'));
  });
});
