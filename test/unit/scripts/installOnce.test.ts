import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { installOnce } from '../../../scripts/host/installOnce';
import { runCommand } from '../../../scripts/host/leash';

describe('An installation', () => {
  let base: string;
  let target: string;
  beforeEach(() => {
    base = mkdtempSync(path.join(tmpdir(), 'dvw-install-'));
    target = path.join(base, 'thing-1');
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));

  /** Fills a folder with one file, and counts how often it was asked to. */
  function filler(text = 'whole'): { count: number; fill: (folder: string) => Promise<void> } {
    const made = {
      count: 0,
      fill(folder: string): Promise<void> {
        made.count += 1;
        writeFileSync(path.join(folder, 'content.txt'), text);
        return Promise.resolve();
      },
    };
    return made;
  }

  it('is made once and found the next time', async () => {
    const first = filler();
    await installOnce(target, '1', first.fill);
    await installOnce(target, '1', first.fill);
    assert.equal(first.count, 1);
    assert.deepEqual(readdirSync(base), ['thing-1']);
  });

  it('that broke leaves nothing behind and is made by the next run', async () => {
    const broken = installOnce(target, '1', (folder) => {
      writeFileSync(path.join(folder, 'half.txt'), '');
      return Promise.reject(new Error('no network'));
    });
    await assert.rejects(broken, /no network/);
    assert.deepEqual(readdirSync(base), []);
    await installOnce(target, '1', filler().fill);
    assert.equal(existsSync(path.join(target, 'content.txt')), true);
  });

  it('without its marker counts as half and is made anew', async () => {
    mkdirSync(target);
    writeFileSync(path.join(target, 'half.txt'), '');
    await installOnce(target, '1', filler().fill);
    assert.equal(existsSync(path.join(target, 'half.txt')), false);
    assert.equal(existsSync(path.join(target, 'content.txt')), true);
  });

  it('of another version is replaced', async () => {
    await installOnce(target, '1', filler('old').fill);
    await installOnce(target, '2', filler('new').fill);
    assert.equal(readFileSync(path.join(target, 'content.txt'), 'utf8'), 'new');
  });

  it('takes over the lock and clears the folder of a process that is gone', async () => {
    const gone = Number((await runCommand(process.execPath, ['-p', 'process.pid'])).output);
    writeFileSync(`${target}.lock`, String(gone));
    mkdirSync(`${target}.tmp-${gone}`);
    await installOnce(target, '1', filler().fill);
    assert.deepEqual(readdirSync(base), ['thing-1']);
  });

  it('asked for by two processes at once is made by one of them', async () => {
    const log = path.join(base, 'log.txt');
    const source = `
      import { appendFileSync } from 'node:fs';
      import { installOnce } from ${JSON.stringify(path.resolve('scripts/host/installOnce.ts'))};
      await installOnce(${JSON.stringify(target)}, '1', async () => {
        appendFileSync(${JSON.stringify(log)}, 'x');
        await new Promise((resolve) => setTimeout(resolve, 100));
      });`;
    const run = () => runCommand(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', source]);
    const outcomes = await Promise.all([run(), run()]);
    assert.deepEqual(outcomes, [
      { code: 0, output: '' },
      { code: 0, output: '' },
    ]);
    assert.equal(readFileSync(log, 'utf8'), 'x');
  });
});
