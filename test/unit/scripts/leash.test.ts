import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Leashed, leash, runCommand } from '../../../scripts/host/leash';

/** A program with a child of its own; it prints both process ids and then only waits. */
const FAMILY = `
  const { spawn } = require('node:child_process');
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  console.log(JSON.stringify([process.pid, child.pid]));
  setInterval(() => {}, 1000);
`;

async function firstLine(from: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  while (!text.includes('\n')) text += String((await once(from, 'data'))[0]);
  return text.split('\n')[0] ?? '';
}

async function pids(from: NodeJS.ReadableStream): Promise<readonly number[]> {
  const found: unknown = JSON.parse(await firstLine(from));
  assert.ok(Array.isArray(found));
  return found.map(Number);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A process that ended but was not yet collected, by an init that takes its time, still has its number.
    return process.platform !== 'linux' || !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

/** Waits until a condition holds; the test's own time limit ends the waiting. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(10);
}

describe('A leashed command', () => {
  let running: Leashed | undefined;
  let parent: ChildProcess | undefined;
  afterEach(async () => {
    await running?.stop();
    parent?.kill('SIGKILL');
    running = parent = undefined;
  });

  it('is ended with its children and its folders by stop()', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'dvw-leash-'));
    running = leash(process.execPath, ['-e', FAMILY], { remove: [folder] });
    const family = await pids(running.stdout);
    assert.deepEqual(family.map(isAlive), [true, true]);
    await running.stop();
    await until(() => !family.some(isAlive));
    assert.equal(existsSync(folder), false);
  });

  it('is ended with its children and its folders when its parent is killed', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'dvw-leash-'));
    const source = `
      import { leash } from ${JSON.stringify(path.resolve('scripts/host/leash.ts'))};
      leash(process.execPath, ['-e', ${JSON.stringify(FAMILY)}], { remove: [${JSON.stringify(folder)}] })
        .stdout.pipe(process.stdout);`;
    parent = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', source], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    assert.ok(parent.stdout);
    const family = await pids(parent.stdout);
    parent.kill('SIGKILL');
    await until(() => !family.some(isAlive) && !existsSync(folder));
  });

  it('that ignores the polite signal is killed', async () => {
    const stubborn = `process.on('SIGTERM', () => {}); ${FAMILY}`;
    running = leash(process.execPath, ['-e', stubborn], { grace: 100 });
    const family = await pids(running.stdout);
    await running.stop();
    await until(() => !family.some(isAlive));
  });

  it('passes on its output and its exit code', async () => {
    const source = "console.log('out'); console.error('err'); process.exit(3);";
    const outcome = await runCommand(process.execPath, ['-e', source]);
    assert.equal(outcome.code, 3);
    assert.deepEqual(outcome.output.trim().split('\n').sort(), ['err', 'out']);
  });

  it('that does not exist ends with 127 and says so', async () => {
    const outcome = await runCommand('no-such-command-here', []);
    assert.equal(outcome.code, 127);
    assert.match(outcome.output, /no-such-command-here/);
  });
});
