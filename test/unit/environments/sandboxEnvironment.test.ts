import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { silentLog } from '../../../src/base/log';
import { EnvironmentList } from '../../../src/environments/environmentList';
import { SANDBOX_ID, SandboxEnvironment } from '../../../src/vscode/sandboxEnvironment';
import { MemoryProfileStorage, MemorySecretStore } from '../../fakes/memoryStores';

describe('The sandbox of a window', () => {
  it('is one, also for who asks for it twice at once, and ends with it', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'dvw-sandbox-'));
    const begun = path.join(folder, 'begun.txt');
    const script = path.join(folder, 'sandbox.js');
    // Tells an address, and ends when whoever started it lets go of it.
    const address = JSON.stringify({ url: 'http://127.0.0.1:9', token: 't' });
    await writeFile(
      script,
      `require('fs').appendFileSync(${JSON.stringify(begun)}, 'x');
       console.log(${JSON.stringify(address)});
       process.stdin.on('end', () => process.exit()).resume();`,
    );
    const list = new EnvironmentList(new MemoryProfileStorage(), new MemorySecretStore());
    const sandbox = new SandboxEnvironment(list, silentLog, { script, name: 'Sandbox' });
    try {
      const { signal } = new AbortController();
      assert.equal(sandbox.isOwn, false);
      await Promise.all([sandbox.start(signal), sandbox.start(signal)]);
      await sandbox.start(signal);
      assert.equal(await readFile(begun, 'utf8'), 'x');
      assert.equal(sandbox.isOwn, true);
      assert.equal(list.profiles.length, 1);
      await sandbox.stop();
      assert.equal(list.find(SANDBOX_ID), undefined);
      assert.equal(sandbox.isOwn, false);
    } finally {
      sandbox.dispose();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
