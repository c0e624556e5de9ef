// Loaded by end-to-end tests beside the extension: registers a provider of Microsoft accounts before the editor's own
// is activated. Its one account has the token that the test has put into the environment.
const { authentication, EventEmitter } = require('vscode');

const account = { id: 'anna', label: 'anna@contoso.example' };
const changed = new EventEmitter();
let sessions = [];

const same = (one, other) => [...one].sort().join(' ') === [...other].sort().join(' ');

const provider = {
  onDidChangeSessions: changed.event,
  getSessions: async (scopes) =>
    sessions.filter((session) => scopes === undefined || same(session.scopes, scopes)),
  createSession: async (scopes) => {
    const id = String(sessions.length + 1);
    const session = { id, accessToken: process.env.TEST_ACCOUNT_TOKEN, account, scopes };
    sessions = [...sessions, session];
    changed.fire({ added: [session], removed: [], changed: [] });
    return session;
  },
  removeSession: async (id) => {
    const removed = sessions.filter((session) => session.id === id);
    sessions = sessions.filter((session) => session.id !== id);
    changed.fire({ added: [], removed, changed: [] });
  },
};

module.exports = {
  activate: (context) =>
    context.subscriptions.push(
      authentication.registerAuthenticationProvider('microsoft', 'Test Accounts', provider),
    ),
};
