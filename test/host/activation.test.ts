import assert from 'node:assert/strict';
import { commands, extensions } from 'vscode';

const ID = 'dataverse-webhooks.dataverse-webhooks';

interface Manifest {
  readonly contributes: { readonly commands: ReadonlyArray<{ readonly command: string }> };
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
