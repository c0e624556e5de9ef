import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT } from '../../scripts/host/paths';
import { startSandbox, type SandboxProcess } from '../../scripts/host/sandboxProcess';
import { serverCertificate } from '../fakes/certificates';
import { answering, behind, startCloudFront, type CloudFront } from '../fakes/cloudFront';
import { startForwardProxy, type ForwardProxy } from '../fakes/forwardProxy';
import { Workbench } from './workbench';

const HOST = 'contoso.crm4.dynamics.com';
const DISCOVERY = 'globaldisco.crm.dynamics.com';
/** Where one process can be given certificates as if the machine had them. */
const LINUX = process.platform === 'linux';

/**
 * The hosts of a cloud that exist only behind a proxy, with a certificate that only the machine's own store knows; the
 * sign-in is the account of the editor. So nothing works but through the editor's settings for proxies and certificates.
 */
describe('An environment of the cloud, behind a proxy', () => {
  let folder: string;
  let sandbox: SandboxProcess;
  let front: CloudFront;
  let proxy: ForwardProxy;
  let workbench: Workbench;

  before(async () => {
    const tls = await serverCertificate(HOST, DISCOVERY);
    folder = await mkdtemp(path.join(tmpdir(), 'dvw-cloud-'));
    const ca = path.join(folder, 'ca.pem');
    await writeFile(ca, tls.certificate);
    sandbox = await startSandbox();
    const instance = {
      ApiUrl: 'https://contoso.api.crm4.dynamics.com',
      Url: `https://${HOST}`,
      FriendlyName: 'Contoso Live',
      State: 0,
      Region: 'EMEA',
      Version: '9.2.1.1',
    };
    front = await startCloudFront(tls, {
      [HOST]: behind(sandbox.url, `https://${HOST}`),
      [DISCOVERY]: answering(() => ({ value: [instance] }), sandbox.token),
    });
    proxy = await startForwardProxy(front.port);
    const answer = { accessToken: sandbox.token, expires_on: 4_000_000_000, tokenType: 'Bearer' };
    await writeFile(path.join(folder, 'az'), `#!/bin/sh\ncat <<'END'\n${JSON.stringify(answer)}\nEND\n`);
    await chmod(path.join(folder, 'az'), 0o755);
    workbench = await Workbench.start({
      extensions: [path.join(ROOT, 'test', 'e2e', 'testAccounts')],
      env: {
        TEST_ACCOUNT_TOKEN: sandbox.token,
        // Azure CLI itself signs in at Microsoft only; what it would answer is answered in its place.
        // With VSCODE_CLI the editor takes the path of its starter, and not that of the user's shell.
        VSCODE_CLI: '1',
        PATH: `${folder}${path.delimiter}${process.env['PATH'] ?? ''}`,
        ...(LINUX ? { SSL_CERT_FILE: ca } : { NODE_EXTRA_CA_CERTS: ca }),
      },
      settings: {
        'http.proxy': proxy.url,
        'http.systemCertificates': !LINUX,
        'http.systemCertificatesNode': true,
      },
    });
    await workbench.openView();
  });

  after(async () => {
    await workbench.stop();
    await proxy.close();
    await front.close();
    await sandbox.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const environment = () => workbench.treeItem(/^Contoso Live/);
  const mark = (color: string) =>
    workbench.page.locator(`.statusbar-item[aria-label="Contoso Live: ${color}"]`);
  const stale = () => workbench.sideBar.getByText('Shown as it was before');

  async function askForList(): Promise<void> {
    await workbench.runCommand('Dataverse WebHooks: Add Environment');
    await workbench.quickInputStep('Add Environment');
    await workbench.pick('Choose from My Environments');
  }

  it('is not listed when the user does not give the account to the extension', async () => {
    await askForList();
    await workbench.dialog.getByText("'Dataverse WebHooks' wants to sign in using Test Accounts").waitFor();
    await workbench.dialog.getByText('Sign in to list the environments you may use.').waitFor();
    await workbench.answerDialog('Cancel');
    await workbench.quickInput.getByText('because it was cancelled').waitFor();
    await workbench.escapeQuickInput();
    await workbench.assertNoNotification();
    assert.equal(proxy.count(DISCOVERY), 0);
    assert.deepEqual(await workbench.placesWith(sandbox.token), []);
  });

  it("is listed with the account of the editor, once the machine's certificates are trusted", async () => {
    await askForList();
    await workbench.answerDialog('Allow');
    if (LINUX) {
      await workbench.quickInput.getByText(`The certificate of ${DISCOVERY} is not trusted.`).waitFor();
      assert.deepEqual(front.seen, [], 'nothing was sent');
      await workbench.escapeQuickInput();
      await workbench.changeSettings({ 'http.systemCertificates': true });
      await workbench.open();
      await workbench.openView();
      await workbench.sideBar.getByText('No environment is connected yet.').waitFor();
      await askForList();
      await workbench.answerDialog('Allow');
    }
    await workbench.quickInput.getByText('Contoso Live').waitFor();
    assert.ok(proxy.count(DISCOVERY) > 0);
  });

  it('is added, offers no browser that cannot come back, and shows its webhooks', async () => {
    await workbench.pick('Contoso Live');
    await workbench.quickInput.getByPlaceholder(`How to sign in to ${HOST}`).waitFor();
    assert.deepEqual(await workbench.pickLabels(), [
      'Account of the editor',
      'Device code',
      'Client secret',
      'Client certificate',
      'Azure CLI',
    ]);
    await workbench.pick('Account of the editor');
    await workbench.quickInput.getByText('Name of the environment').waitFor();
    await workbench.answer('Contoso Live');
    await workbench.dialog.getByText('Sign in to work with the webhooks of Contoso Live.').waitFor();
    await workbench.answerDialog('Allow');
    await workbench.treeItem(/Order intake/).waitFor();
    assert.ok(front.seen.some((line) => line.startsWith(`${HOST} /api/data/v9.2/serviceendpoints`)));
    assert.ok(proxy.count(HOST) > 0);
  });

  it('has the colour of production, and tells about its organization only when it is pointed at', async () => {
    const asked = () => front.seen.filter((line) => line.includes('RetrieveCurrentOrganization')).length;
    await mark('Red').waitFor();
    assert.equal(asked(), 0);
    const onward = behind(sandbox.url, `https://${HOST}`);
    const held: Array<Parameters<typeof onward>> = [];
    front.intercept = (request, response) =>
      request.url?.includes('RetrieveCurrentOrganization') === true && held.push([request, response]) > 0;
    // Whoever moves on before the answer, or sees what there is without it, finds it there the next time.
    await workbench.pointAt(environment(), 'Loading');
    await workbench.pointAway();
    const early = await workbench.pointAt(environment(), 'Region: EMEA');
    assert.doesNotMatch(await early.innerText(), /Unique name/);
    front.intercept = undefined;
    for (const waiting of held) onward(...waiting);
    const told = await workbench.pointAt(environment(), 'Unique name');
    const text = await told.innerText();
    for (const line of ['Organization: Sandbox', 'Unique name: sandbox', 'Version: 9.2.', 'Region: EMEA'])
      assert.ok(text.includes(line), text);
    assert.match(text, /Sign-in: Account of the editor, anna@contoso\.example/);
    assert.equal(asked(), 1);
  });

  it('says what a proxy answers in its place, and keeps what the tree had', async () => {
    for (const [mood, told] of [
      ['page', 'saying "Blocked by the company". A proxy or gateway may be in between.'],
      ['signIn', 'The proxy on the way to Contoso Live wants a sign-in (407).'],
    ] as const) {
      proxy.mood = mood;
      await workbench.runCommand('Dataverse WebHooks: Refresh WebHooks');
      await workbench.sideBar.getByText(told).waitFor();
      await environment().and(workbench.page.locator('[aria-label*="not reachable"]')).waitFor();
      assert.ok((await workbench.treeRows()).some((row) => row.startsWith('Order intake')));
      await workbench.assertNoNotification();
      proxy.mood = 'pass';
      await workbench.runCommand('Dataverse WebHooks: Refresh WebHooks');
      await stale().waitFor({ state: 'hidden' });
    }
  });

  it('can be given another colour', async () => {
    await workbench.contextMenu(environment(), 'Change Environment…');
    await workbench.pick('Color');
    await workbench.quickInput.getByPlaceholder('Color of the environment').waitFor();
    await workbench.pick('Green');
    await workbench.pick('Save');
    await mark('Green').waitFor();
  });

  it('refuses what would write before it asks, while it is read-only, and says so in its row', async () => {
    await workbench.contextMenu(environment(), 'Change Environment…');
    await workbench.pick('Read-Only');
    await workbench.quickInput.getByPlaceholder('Refuse every write').waitFor();
    await workbench.pick('Yes');
    await workbench.quickInput.getByPlaceholder('Nothing has been saved yet').waitFor();
    await workbench.pick('Save');
    await environment().and(workbench.page.locator('[aria-label*="read-only"]')).waitFor();
    await workbench.contextMenu(environment(), 'Register WebHook…');
    const told = '"Register WebHook" was not begun. Contoso Live is set to read-only here.';
    await workbench.notification(told).waitFor();
    assert.equal(await workbench.quickInput.isVisible(), false);
    await workbench.clearNotifications();
  });

  it('keeps the token of the account nowhere', async () => {
    assert.notDeepEqual(await workbench.placesWith('Contoso Live'), [], 'the search finds what is kept');
    assert.deepEqual(await workbench.placesWith(sandbox.token), []);
  });

  it('works with the account of Azure CLI, whose token is kept nowhere either', async () => {
    await workbench.contextMenu(environment(), 'Remove Environment');
    await workbench.answerDialog('Remove Environment');
    await environment().waitFor({ state: 'hidden' });
    await workbench.runCommand('Dataverse WebHooks: Add Environment');
    await workbench.quickInputStep('Add Environment');
    await workbench.pick('Type Its URL');
    await workbench.quickInput.getByText('URL of the environment').waitFor();
    await workbench.answer(`https://${HOST}`);
    await workbench.quickInput.getByPlaceholder(`How to sign in to ${HOST}`).waitFor();
    await workbench.pick('Azure CLI');
    await workbench.quickInput.getByText('Name of the environment').waitFor();
    await workbench.answer('Contoso Live');
    await workbench.treeItem(/Order intake/).waitFor();
    await workbench.assertNoNotification();
    assert.notDeepEqual(await workbench.placesWith('Contoso Live'), [], 'the search finds what is kept');
    assert.deepEqual(await workbench.placesWith(sandbox.token), []);
  });
});
