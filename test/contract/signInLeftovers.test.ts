import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';

describe('cancelled sign-ins', () => {
  it('leave no server, no socket and no timer that would keep a process alive', async () => {
    const script = join(import.meta.dirname, '..', 'fakes', 'cancelledSignIns.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', script], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let doneAt = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('done')) doneAt ||= performance.now();
    });
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    assert.equal(code, 0, output);
    assert.ok(doneAt > 0, output);
    // The pause of the device code alone would last five seconds, the time limit of the browser fifteen minutes.
    assert.ok(performance.now() - doneAt < 3000);
  }).timeout(30_000);
});
