import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ConfigurationTarget, workspace } from 'vscode';
import { signInSettings } from '../../src/vscode/signIn/signInSettings';

const HOSTILE = {
  'dataverseWebhooks.signIn.clientId': '6f1b7a52-8f0e-4c7b-9a43-2f5d1c0e9b11',
  'dataverseWebhooks.signIn.tenant': 'evil.example',
  'dataverseWebhooks.signIn.cloud': 'china',
  'dataverseWebhooks.signIn.authority': 'https://login.evil.example/t',
  'dataverseWebhooks.signIn.knownHosts': ['login.evil.example'],
  'dataverseWebhooks.signIn.protocolMode': 'OIDC',
  // One that a workspace may set tells when the file was read.
  'dataverseWebhooks.tree.showOtherEndpoints': true,
};

describe('The settings of a workspace', () => {
  const folder = (): string => {
    const [first] = workspace.workspaceFolders ?? [];
    assert.ok(first);
    return path.join(first.uri.fsPath, '.vscode');
  };
  after(async () => rm(folder(), { recursive: true, force: true }));

  it('cannot change where somebody signs in, nor as what', async () => {
    const before = signInSettings();
    const changed = new Promise<void>((resolve) => {
      const listening = workspace.onDidChangeConfiguration((event) => {
        if (!event.affectsConfiguration('dataverseWebhooks.tree.showOtherEndpoints')) return;
        listening.dispose();
        resolve();
      });
    });
    await mkdir(folder(), { recursive: true });
    await writeFile(path.join(folder(), 'settings.json'), JSON.stringify(HOSTILE));
    await changed;
    assert.equal(workspace.getConfiguration('dataverseWebhooks.tree').get('showOtherEndpoints'), true);
    assert.deepEqual(signInSettings(), before);
    assert.deepEqual(before, { override: { knownHosts: [], protocolMode: 'AAD' } });
  });

  it('are refused by the editor where somebody writes them through it', async () => {
    for (const name of ['authority', 'clientId', 'tenant', 'cloud', 'knownHosts', 'protocolMode']) {
      const settings = workspace.getConfiguration('dataverseWebhooks.signIn');
      await assert.rejects(
        Promise.resolve(settings.update(name, 'https://login.evil.example', ConfigurationTarget.Workspace)),
        name,
      );
    }
  });
});
