import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
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
      // In a folder of its own, with the parts it may load.
      const own = path.join(folder, String(round));
      await mkdir(own);
      const beside = (await readdir(path.dirname(bundle))).filter((name) => name.startsWith('part-'));
      for (const name of [path.basename(bundle), ...beside])
        await copyFile(path.join(path.dirname(bundle), name), path.join(own, name));
      const copy = path.join(own, path.basename(bundle));
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

  it('has loaded neither the sign-in library nor HTTP nor the code of the commands by then', async () => {
    const extension = extensions.getExtension(ID);
    assert.ok(extension);
    await extension.activate();
    const loaded = Object.keys(require.cache).filter((file) => file.startsWith(dist(extension)));
    const names = loaded.map((file) => path.basename(file)).toSorted();
    assert.deepEqual(
      names.filter((name) => !name.startsWith('part-')),
      ['extension.js'],
    );
    // The code behind the commands is a part of its own.
    const parts = (await readdir(dist(extension))).filter((name) => /^part-.*\.js$/.test(name));
    assert.ok(names.length - 1 < parts.length, `${names.join(', ')} of ${parts.join(', ')}`);
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
