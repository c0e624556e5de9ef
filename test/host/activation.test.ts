import assert from 'node:assert/strict';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { commands, extensions, type Extension } from 'vscode';

const ID = 'dataverse-webhooks.dataverse-webhooks';

interface Manifest {
  readonly contributes: { readonly commands: ReadonlyArray<{ readonly command: string }> };
}

function dist(extension: Extension<unknown>): string {
  return path.join(extension.extensionPath, 'dist');
}

/** Milliseconds to read, compile and run a bundle that is not loaded yet, the median of some copies of it. */
async function loadTime(bundle: string): Promise<number> {
  const folder = await mkdtemp(path.join(tmpdir(), 'dvw-load-'));
  try {
    const times: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const copy = path.join(folder, `${round}.js`);
      await copyFile(bundle, copy);
      const start = performance.now();
      createRequire(bundle)(copy);
      times.push(performance.now() - start);
    }
    return times.toSorted((a, b) => a - b)[2] ?? 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe('Activation', () => {
  it('finds the extension', () => {
    assert.notEqual(extensions.getExtension(ID), undefined);
  });

  it('activates when its view is shown', async () => {
    const extension = extensions.getExtension(ID);
    await commands.executeCommand('workbench.view.extension.dataverseWebhooks');
    // activate() returns the promise of the activation that the view started, or starts it; both must succeed.
    await extension?.activate();
    assert.equal(extension?.isActive, true);
  });

  it('has loaded neither the sign-in library nor HTTP by then', async () => {
    const extension = extensions.getExtension(ID);
    assert.ok(extension);
    await extension.activate();
    const loaded = Object.keys(require.cache).filter((file) => file.startsWith(dist(extension)));
    assert.deepEqual(
      loaded.map((file) => path.basename(file)),
      ['extension.js'],
    );
    const entry = await loadTime(path.join(dist(extension), 'extension.js'));
    const library = await loadTime(path.join(dist(extension), 'msal.js'));
    // A figure for the closing note; a busy machine must not make it fail.
    console.log(
      `Loading the entry bundle took ${(entry / library).toFixed(2)} of loading the sign-in library, which activation leaves out.`,
    );
  });

  it('registers every command of its manifest', async () => {
    const extension = extensions.getExtension<unknown>(ID);
    await extension?.activate();
    const manifest = extension?.packageJSON as Manifest | undefined;
    const contributed = manifest?.contributes.commands.map(({ command }) => command) ?? [];
    const registered = new Set(await commands.getCommands(true));
    assert.notEqual(contributed.length, 0);
    assert.deepEqual(
      contributed.filter((command) => !registered.has(command)),
      [],
    );
  });
});
