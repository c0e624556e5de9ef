import assert from 'node:assert/strict';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { ROOT } from '../../scripts/host/paths';
import { startSandbox, type SandboxProcess } from '../../scripts/host/sandboxProcess';
import { order } from './sandboxFaults';
import { Workbench } from './workbench';

const STEP = 'Order intake: Update of contact';

/** A port that is free now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function changeContact(sandbox: SandboxProcess, lastname: string): Promise<string> {
  const headers = { Authorization: `Bearer ${sandbox.token}`, 'Content-Type': 'application/json' };
  const root = `${sandbox.url}/api/data/v9.2`;
  const answer = await fetch(`${root}/contacts?$select=contactid&$orderby=fullname&$top=1`, { headers });
  const { value } = (await answer.json()) as { value: Array<{ contactid: string }> };
  const id = value[0]?.contactid ?? assert.fail('The sandbox has no contact');
  const body = JSON.stringify({ lastname });
  const changed = await fetch(`${root}/contacts(${id})`, { method: 'PATCH', headers, body });
  assert.equal(changed.status, 204);
  return id;
}

/** Keeps the body of a request that has the secret of the session, and refuses any other. */
const SERVER = `
const { writeFileSync } = require('node:fs');
require('node:http').createServer((request, response) => {
  let text = '';
  request.on('data', (chunk) => (text += chunk));
  request.on('end', () => {
    const known = process.env.WEBHOOK_KEY && request.headers['x-api-key'] === process.env.WEBHOOK_KEY;
    if (known) writeFileSync('got.json', text);
    response.writeHead(known ? 204 : 401).end();
  });
}).listen(Number(process.argv[2]), '127.0.0.1');
`;

/** What a program writes into a file, as soon as it is there. */
async function written(file: string): Promise<string> {
  for (const end = Date.now() + 20_000; Date.now() < end;) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text !== '') return text;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return assert.fail(`${file} was not written`);
}

describe('A handler of one’s own', () => {
  let sandbox: SandboxProcess;
  let workbench: Workbench;

  before(async () => {
    sandbox = await startSandbox();
    workbench = await Workbench.start({
      env: { DATAVERSE_WEBHOOKS_SANDBOX: sandbox.line },
      // The editor counts the errors of all open files as those of a task.
      settings: { 'debug.onTaskErrors': 'debugAnyway' },
    });
  });

  after(async () => {
    await workbench.stop();
    await sandbox.stop();
  });

  it('is generated for a step, shown before it is written, and opened at the place for the work', async () => {
    await workbench.openView();
    await workbench.expand(/Order intake/);
    await workbench.contextMenu(workbench.treeItem(STEP), 'Generate Handler…');
    await workbench.quickInputStep(/Generate Handler for Order intake/);
    await workbench.screenshot('generate-handler-kind');
    await workbench.pick('Express');
    await workbench.pick(`${path.basename(workbench.workspace)}/contact-update`);
    await workbench.quickInput.getByRole('option', { name: /Write \d+ Files/ }).waitFor();
    await workbench.screenshot('generate-handler-review');
    await workbench.pick(/Write \d+ Files/);
    await workbench.editorTab('onDelivery.ts').waitFor();
    await workbench.notification('The handler is in').waitFor();
    await workbench.screenshot('generate-handler-written');
    const folder = path.join(workbench.workspace, 'contact-update');
    assert.match(
      await readFile(path.join(folder, 'src', 'contactColumns.ts'), 'utf8'),
      /export interface Contact /,
    );
  });

  it('stops at its breakpoint when the sandbox calls it, started by Start Debugging', async () => {
    const port = await freePort();
    await symlink(path.join(ROOT, 'node_modules'), path.join(workbench.workspace, 'node_modules'));
    const launch = path.join(workbench.workspace, '.vscode', 'launch.json');
    const text = await readFile(launch, 'utf8');
    // Tests of other windows may run on this machine, so the usual port is not taken.
    const own = text
      .replaceAll(':7071/', `:${port}/`)
      // The Node of this run, which takes TypeScript; the one on the path may be older.
      .replaceAll('"runtimeExecutable": "node"', `"runtimeExecutable": ${JSON.stringify(process.execPath)}`)
      .replaceAll('"handler": {', `"handler": { "env": { "PORT": "${port}" },`);
    await writeFile(launch, own);
    const { page } = workbench;
    await page.locator('.monaco-editor .view-line', { hasText: 'signal.throwIfAborted' }).first().click();
    await page.keyboard.press('F9');
    await page.locator('.codicon-debug-breakpoint, .codicon-debug-breakpoint-unverified').first().waitFor();
    const refusal = { kind: 'status', status: 500, code: '', message: 'Out of order' };
    await order(sandbox, { method: 'POST', contains: 'serviceendpoints', effect: refusal });
    await workbench.runCommand('Debug: Start Debugging');
    await workbench.notificationButton('Could not start "contact-update with Sandbox".', 'Retry');
    await workbench.treeItem(/Debugging: contact-update with Sandbox/).waitFor();
    await page.locator('.repl').getByText(`Listening at http://127.0.0.1:${port}/`).first().waitFor();
    const id = await changeContact(sandbox, 'Breakpoint');
    await page.locator('.debug-top-stack-frame-line').first().waitFor();
    await workbench.screenshot('handler-breakpoint');
    await workbench.runCommand('Debug: Continue');
    await page.locator('.repl').getByText(`Update of contact ${id}`).first().waitFor();
    await workbench.screenshot('handler-debugged');
  });

  it('is taken out of the sandbox with the end of the session', async () => {
    await workbench.runCommand('Debug: Stop');
    await workbench.openView();
    await workbench.treeItem(/Debugging: contact-update with Sandbox/).waitFor({ state: 'detached' });
  });

  it('runs as a task that a launch waits for, registered in the sandbox for as long as the task runs', async () => {
    const port = await freePort();
    const folder = workbench.workspace;
    await writeFile(path.join(folder, 'server.js'), SERVER);
    const after = path.join(folder, 'after.txt');
    await writeFile(
      path.join(folder, 'after.js'),
      `require('fs').writeFileSync(${JSON.stringify(after)}, 'launched')`,
    );
    const node = JSON.stringify(process.execPath);
    const task = {
      label: 'orders',
      type: 'dataverseWebhooks',
      with: 'sandbox',
      url: `http://127.0.0.1:${port}/`,
      step: { message: 'Update', table: 'contact' },
      authentication: { type: 'httpHeader', secrets: [{ name: 'x-api-key', variable: 'WEBHOOK_KEY' }] },
      command: `${node} server.js ${port}`,
      isBackground: true,
      problemMatcher: '$dataverse-webhooks',
    };
    const launch = {
      name: 'after the handler',
      type: 'node',
      request: 'launch',
      program: path.join(folder, 'after.js'),
      runtimeExecutable: process.execPath,
      console: 'internalConsole',
      outputCapture: 'std',
      preLaunchTask: 'orders',
    };
    const settings = path.join(folder, '.vscode');
    await writeFile(path.join(settings, 'tasks.json'), JSON.stringify({ version: '2.0.0', tasks: [task] }));
    const configurations = { version: '0.2.0', configurations: [launch] };
    await writeFile(path.join(settings, 'launch.json'), JSON.stringify(configurations));
    await workbench.runCommand('Debug: Start Debugging');
    assert.equal(await written(after), 'launched');
    await workbench.openView();
    await workbench.treeItem(/Debugging: orders/).waitFor();
    await changeContact(sandbox, 'ByTask');
    assert.match(await written(path.join(folder, 'got.json')), /"ByTask"/);
    await workbench.screenshot('handler-task');
    await workbench.runCommand('Tasks: Terminate Task');
    await workbench.pick(/orders/);
    await workbench.treeItem(/Debugging: orders/).waitFor({ state: 'detached' });
    await assert.rejects(fetch(`http://127.0.0.1:${port}/`));
  });
});
