import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, it } from 'mocha';

interface Started {
  readonly url: string;
  readonly token: string;
  readonly process: ChildProcessWithoutNullStreams;
}

describe('The process of the sandbox', () => {
  const running = new Set<ChildProcessWithoutNullStreams>();
  afterEach(async () => {
    for (const child of running) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    running.clear();
  });

  function run(...args: readonly string[]): ChildProcessWithoutNullStreams {
    const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/sandbox.ts', ...args]);
    running.add(child);
    return child;
  }

  async function start(...args: readonly string[]): Promise<Started> {
    const child = run('--port', '0', '--json', ...args);
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const { url, token } = JSON.parse(line) as { url: string; token: string };
    return { url, token, process: child };
  }

  async function ended(child: ChildProcessWithoutNullStreams): Promise<number | null> {
    const [code] = (await once(child, 'exit')) as [number | null];
    return code;
  }

  async function outcome(
    ...args: readonly string[]
  ): Promise<{ code: number | null; out: string; error: string }> {
    const child = run(...args);
    let out = '';
    let error = '';
    child.stdout.on('data', (chunk) => (out += String(chunk)));
    child.stderr.on('data', (chunk) => (error += String(chunk)));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, out, error };
  }

  async function ask(
    { url, token }: Started,
    method: string,
    path: string,
    body?: object,
  ): Promise<Response> {
    return fetch(`${url}/api/data/v9.2/${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  it('prints one line, serves, and ends with its parent', async () => {
    const sandbox = await start('--stdin-lifetime', '--empty');
    let more = '';
    sandbox.process.stdout.on('data', (chunk) => (more += String(chunk)));
    assert.match(sandbox.url, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.equal((await ask(sandbox, 'GET', 'WhoAmI')).status, 200);
    const contacts = (await (await ask(sandbox, 'GET', 'contacts')).json()) as { value: unknown[] };
    assert.equal(contacts.value.length, 0);
    sandbox.process.stdin.end();
    assert.equal(await ended(sandbox.process), 0);
    assert.equal(more, '');
  });

  it('ends cleanly on SIGTERM', async function () {
    if (process.platform === 'win32') this.skip();
    const sandbox = await start();
    sandbox.process.kill('SIGTERM');
    assert.equal(await ended(sandbox.process), 0);
  });

  it('has what was written after it was killed, and forgets it with --reset', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sandbox-process-'));
    try {
      const path = `accounts?$select=name&$filter=name%20eq%20'Kept'`;
      const count = async (sandbox: Started): Promise<number> =>
        ((await (await ask(sandbox, 'GET', path)).json()) as { value: unknown[] }).value.length;
      const first = await start('--data', folder);
      assert.equal((await ask(first, 'POST', 'accounts', { name: 'Kept' })).status, 204);
      const killed = ended(first.process);
      first.process.kill('SIGKILL');
      await killed;
      const second = await start('--data', folder);
      assert.equal(await count(second), 1);
      const refused = await outcome('--data', folder);
      assert.equal(refused.code, 1);
      assert.match(refused.error, /Another sandbox uses the data folder/);
      const closed = ended(second.process);
      second.process.kill('SIGKILL');
      await closed;
      const third = await start('--data', folder, '--reset');
      assert.equal(await count(third), 0);
      const gone = ended(third.process);
      third.process.kill('SIGKILL');
      await gone;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('refuses a wrong command line with one sentence', async () => {
    for (const args of [
      ['--nonsense'],
      ['--port', 'x'],
      ['--jobs', '-1'],
      ['--reset'],
      ['--token', 'a', '--no-auth'],
    ]) {
      const { code, out, error } = await outcome(...args);
      assert.equal(code, 2, args.join(' '));
      assert.equal(out, '');
      assert.equal(error.trim().split('\n').length, 1, error);
      assert.doesNotMatch(error, /\bat .*:\d+:\d+/);
    }
  });

  it('tells that its port is taken', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const address = holder.address();
    const port = typeof address === 'object' && address !== null ? address.port.toString() : '';
    const { code, error } = await outcome('--port', port);
    holder.close();
    assert.equal(code, 1);
    assert.match(error, /EADDRINUSE|in use/);
  });

  it('helps', async () => {
    const { code, out } = await outcome('--help');
    assert.equal(code, 0);
    for (const flag of ['--port', '--json', '--data', '--stdin-lifetime', '--allow-port'])
      assert.ok(out.includes(flag));
  });
});
