import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startSandbox, type SandboxProcess } from '../../scripts/host/sandboxProcess';
import { systemClock } from '../../src/base/clock';
import { clientCertificate, serverCertificate, type TestCertificate } from '../fakes/certificates';
import {
  CERTIFICATE_CLIENT,
  CLIENT_SECRET,
  PERSON_CLIENT,
  SECRET_CLIENT,
  startOidcServer,
  type OidcServer,
} from '../fakes/oidcServer';
import { ScriptedBrowser } from '../fakes/scriptedBrowser';
import { Workbench } from './workbench';

/** Seconds that a token lives: long enough for one load of the tree, short enough to see it end. */
const TOKEN_LIFE = 4;
/** Between two questions for something that must come, in milliseconds. */
const PAUSE = 100;

describe('A sign-in, from the address to the sign-out', () => {
  let tls: TestCertificate;
  let application: TestCertificate;
  let folder: string;
  let server: OidcServer;
  let sandbox: SandboxProcess;
  let workbench: Workbench;

  before(async () => {
    tls = await serverCertificate();
    folder = await mkdtemp(path.join(tmpdir(), 'dvw-authority-'));
    const ca = path.join(folder, 'ca.pem');
    await writeFile(ca, tls.certificate);
    application = await clientCertificate();
    await writeFile(path.join(folder, 'app.pem'), `${application.certificate}\n${application.key}`);
    server = await startOidcServer(tls, application.key);
    sandbox = await startSandbox(['--authority', server.authority, '--authority-ca', ca]);
    server.resource = sandbox.url;
    server.tokenFormat = 'jwt';
    server.tokenLife = TOKEN_LIFE;
    workbench = await Workbench.start({
      env: { NODE_EXTRA_CA_CERTS: ca },
      machineSettings: {
        'dataverseWebhooks.signIn.clientId': PERSON_CLIENT,
        'dataverseWebhooks.signIn.knownHosts': [server.host],
        'dataverseWebhooks.signIn.protocolMode': 'AAD',
      },
    });
    await workbench.openView();
  });

  after(async () => {
    await workbench.stop();
    await sandbox.stop();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Reads the code off the notification and confirms it at the server, as on a phone. */
  async function confirmCode(): Promise<void> {
    const told = workbench.notification('enter the code');
    await told.waitFor();
    const [, code = '', page = ''] =
      /enter the code ([A-Z0-9-]+) at (https:\S+?)\.(?:\s|$)/.exec(await told.innerText()) ??
      assert.fail(await told.innerText());
    assert.ok(page.startsWith(server.origin), page);
    const last = await new ScriptedBrowser(tls.certificate).enterCode(page, code, 'anna');
    assert.equal(last.status, 200, last.body);
  }

  /** The access token that was given out last. */
  const lastToken = (): string =>
    server.issued.findLast((token) => token.split('.').length === 3 && audienceOf(token) === sandbox.url) ??
    assert.fail('No token was given out');

  const statusWith = async (token: string): Promise<number> => {
    const headers = { Authorization: `Bearer ${token}` };
    return (await fetch(`${sandbox.url}/api/data/v9.2/WhoAmI`, { headers })).status;
  };

  const untilExpired = async (token: string): Promise<void> => {
    while ((await statusWith(token)) !== 401) await systemClock.delay(PAUSE);
  };

  const environment = () => workbench.treeItem(/^Contoso/);

  /** Goes through *Add Environment…* until the question after the way to sign in. */
  async function addWith(way: string): Promise<void> {
    await workbench.runCommand('Dataverse WebHooks: Add Environment');
    await workbench.quickInputStep('Add Environment');
    await workbench.pick('Type Its URL');
    await workbench.quickInput.getByText('URL of the environment').waitFor();
    await workbench.answer(sandbox.url);
    await workbench.quickInput.getByPlaceholder('How to sign in to').waitFor();
    await workbench.pick(way);
  }

  /** The search does find what is kept, and none of the secrets. */
  async function assertKeptNowhere(secrets: readonly string[]): Promise<void> {
    assert.ok(secrets.length > 0);
    for (const secret of secrets) assert.deepEqual(await workbench.placesWith(secret), []);
  }

  async function remove(): Promise<void> {
    await workbench.contextMenu(environment(), 'Remove Environment');
    await workbench.answerDialog('Remove Environment');
    await environment().waitFor({ state: 'hidden' });
    assert.deepEqual(await workbench.placesWith('Contoso'), [], 'nothing is left of it');
  }

  it('finds the authority from the address alone and signs in with a code', async () => {
    await addWith('Device code');
    await workbench.quickInput.getByText('Name of the environment').waitFor();
    await workbench.answer('Contoso');
    await confirmCode();
    await workbench.treeItem(/Order intake/).waitFor();
    assert.equal(audienceOf(lastToken()), sandbox.url);
    await workbench.notification('enter the code').waitFor({ state: 'hidden' });
  });

  it('goes on working when the token has ended, through the refresh token', async () => {
    const before = lastToken();
    await untilExpired(before);
    const renewals = server.grants('refresh_token');
    await workbench.runCommand('Dataverse WebHooks: Refresh WebHooks');
    while (server.grants('refresh_token') === renewals) await systemClock.delay(PAUSE);
    await workbench.treeItem(/Order intake/).waitFor();
    assert.notEqual(lastToken(), before);
    assert.equal(await workbench.sideBar.getByText('signed out').count(), 0);
    await workbench.assertNoNotification();
  });

  it('says in the tree and in the status bar that a sign-in is needed when the session was revoked', async () => {
    await server.revoke();
    await untilExpired(lastToken());
    await workbench.runCommand('Dataverse WebHooks: Refresh WebHooks');
    await environment().and(workbench.page.locator('[aria-label*="signed out"]')).waitFor();
    await workbench.statusBarItem('Contoso').and(workbench.page.locator('.warning-kind')).waitFor();
    await workbench.assertNoNotification();
    assert.ok((await workbench.treeRows()).some((row) => row.startsWith('Order intake')));
  });

  it('signs in again with the one action of the row, and work that waited goes on', async () => {
    await workbench.expand('Data warehouse');
    const step = workbench.sideBar.locator('[role="treeitem"][aria-level="3"]').first();
    await workbench.contextMenu(step, 'Disable Step');
    await step.and(workbench.page.locator('[aria-label*="Disabling"]')).waitFor();
    await workbench.inlineAction('Sign In…', environment());
    await confirmCode();
    await step.and(workbench.page.locator('[aria-label*="disabled"]')).waitFor();
    await workbench.sideBar.getByText('signed out').waitFor({ state: 'hidden' });
    await workbench.treeItem(/Order intake/).waitFor();
    await workbench.statusBarItem('Contoso').and(workbench.page.locator(':not(.warning-kind)')).waitFor();
  });

  it('keeps no token anywhere but in the secret store of the editor', async () => {
    // The search does find what is kept. The server build keeps its secret store in memory only, so that nothing has to
    // be left out of the search.
    assert.notDeepEqual(await workbench.placesWith('Contoso'), []);
    assert.ok(server.issued.length >= 6, 'tokens were given out');
    await assertKeptNowhere([...new Set(server.issued)]);
  });

  it('signs out, and asks nobody for a token from then on', async () => {
    await untilExpired(lastToken());
    const issued = server.issued.length;
    await workbench.contextMenu(environment(), 'Sign Out');
    await environment().and(workbench.page.locator('[aria-label*="signed out"]')).waitFor();
    await workbench.statusBarItem('Contoso').and(workbench.page.locator('.warning-kind')).waitFor();
    assert.equal(server.issued.length, issued);
    await assertKeptNowhere([...new Set(server.issued)]);
  });

  it('of an application works with its secret, which is kept in the secret store only and goes with it', async () => {
    await remove();
    const before = server.issued.length;
    await addWith('Client secret');
    await workbench.quickInput.getByText('Application (client) id').waitFor();
    await workbench.answer(SECRET_CLIENT);
    await workbench.quickInput.getByText('Value of the client secret').waitFor();
    await workbench.answer('canary-that-is-wrong');
    await workbench.quickInput.getByText('Name of the environment').waitFor();
    await workbench.answer('Contoso');
    await environment().and(workbench.page.locator('[aria-label*="signed out"]')).waitFor();
    // The status bar says it as well, and its click is the same action as the one of the row.
    await workbench.statusBarItem('Contoso').and(workbench.page.locator('.warning-kind')).click();
    await workbench.quickInput.getByText('Value of the client secret').waitFor();
    await workbench.answer(CLIENT_SECRET);
    await workbench.treeItem(/Order intake/).waitFor();
    await workbench.statusBarItem('Contoso').and(workbench.page.locator(':not(.warning-kind)')).waitFor();
    await assertKeptNowhere(['canary-that-is-wrong', CLIENT_SECRET, ...server.issued.slice(before)]);
    await remove();
  });

  it('of an application works with its certificate, whose key is kept in the secret store only', async () => {
    const before = server.issued.length;
    await addWith('Client certificate');
    await workbench.quickInput.getByText('Application (client) id').waitFor();
    await workbench.answer(CERTIFICATE_CLIENT);
    await workbench.quickInput.getByText('Path of a PEM file').waitFor();
    await workbench.answer(path.join(folder, 'nothing.pem'));
    await workbench.validationMessage('There is no such file.');
    await workbench.answer(path.join(folder, 'app.pem'));
    await workbench.quickInput.getByText('Name of the environment').waitFor();
    await workbench.answer('Contoso');
    await workbench.treeItem(/Order intake/).waitFor();
    // A line of the key stands for all of them: text that is kept may have other line breaks.
    const line = application.key.split('\n')[5] ?? '';
    await assertKeptNowhere([line, ...server.issued.slice(before)]);
    await remove();
    await workbench.assertNoNotification();
  });
});

function audienceOf(token: string): unknown {
  const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
  return typeof claims === 'object' && claims !== null && 'aud' in claims ? claims.aud : undefined;
}
