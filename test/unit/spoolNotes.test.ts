import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { SpooledFile } from '../../src/vscode/panels/spooledFile';
import { SpoolNotes } from '../../src/vscode/panels/spoolNotes';

const SCRIPT = path.join(import.meta.dirname, '..', 'fakes', 'spoolingProcess.ts');

describe('What a killed window has left of its exports', () => {
  let root: string;
  let notes: string;
  let exported: string;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'spooled-'));
    notes = path.join(root, 'notes');
    exported = path.join(root, 'exported');
    await mkdir(exported);
  });
  afterEach(async () => {
    await Promise.all(children.splice(0).map(kill));
    await rm(root, { recursive: true, force: true });
  });

  /** A process of its own that is in the middle of writing an export. */
  async function window(how: 'beside' | 'elsewhere', place: string): Promise<ChildProcess> {
    const child = spawn(process.execPath, ['--import', 'tsx', SCRIPT, notes, how, place], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    children.push(child);
    const ended = once(child, 'exit').then(() => assert.fail('It ended before it wrote.'));
    await Promise.race([once(child.stdout, 'data'), ended]);
    ended.catch(() => undefined);
    return child;
  }

  async function kill(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  const named = async (start: string): Promise<readonly string[]> =>
    (await readdir(exported)).filter((name) => name.startsWith(start));

  it('is removed by the next one, and what a living window writes beside it stays', async function () {
    this.timeout(30_000);
    const [dead, living] = await Promise.all([
      window('beside', path.join(exported, 'dead.csv')),
      window('beside', path.join(exported, 'living.csv')),
    ]);
    await kill(dead);
    // The rewriting was under way: the new file, and what was written before.
    assert.equal((await named('.dead.csv.')).length, 2);
    const before = await named('.living.csv.');
    assert.equal(before.length, 2);
    await writeFile(path.join(exported, '.dead.csv.mine.part'), 'of somebody else');
    await new SpoolNotes(notes).removeLeft();
    assert.deepEqual(await named('.dead.csv.'), ['.dead.csv.mine.part']);
    assert.deepEqual(await named('.living.csv.'), before);
    assert.equal((await readdir(notes)).length, 1);
    await kill(living);
    await new SpoolNotes(notes).removeLeft();
    assert.deepEqual(await named('.living.csv.'), []);
    assert.deepEqual(await readdir(notes), []);
  });

  it('in a folder for temporary files goes with that folder', async function () {
    this.timeout(30_000);
    const dead = await window('elsewhere', exported);
    assert.equal((await readdir(exported)).length, 1);
    await kill(dead);
    await new SpoolNotes(notes).removeLeft();
    assert.deepEqual(await readdir(exported), []);
    assert.deepEqual(await readdir(notes), []);
  });

  it('is told from what this process writes, also where it has the number of the one before', async () => {
    const running = new SpoolNotes(notes);
    const file = await SpooledFile.beside(path.join(exported, 'now.csv'), running);
    const left = path.join(exported, '.before.csv.0123456789ab.part');
    await writeFile(left, 'of the process that had our number');
    await new SpoolNotes(notes).note(left);
    await running.removeLeft();
    assert.deepEqual(await named('.before'), []);
    assert.equal((await named('.now')).length, 1);
    await file.write(['a']);
    await file.finish();
    assert.deepEqual(await readdir(exported), ['now.csv']);
    assert.deepEqual(await readdir(notes), []);
    await (await SpooledFile.beside(path.join(exported, 'not.csv'), running)).discard();
    assert.deepEqual(await readdir(notes), []);
  });

  it('is nothing that has another name than an export under way, whatever a note says', async () => {
    const mine = path.join(exported, 'mine.csv');
    await writeFile(mine, 'mine');
    const dead = { owner: 0x7fff_fffe };
    for (const noted of [mine, exported, 'mine.csv', path.join(exported, '..', 'exported', 'mine.csv')])
      await new SpoolNotes(notes, dead).note(noted);
    await writeFile(path.join(notes, `${dead.owner}-${'0'.repeat(36)}.json`), '{"host":"');
    await new SpoolNotes(notes).removeLeft();
    assert.deepEqual(await readdir(exported), ['mine.csv']);
    assert.deepEqual(await readdir(notes), []);
  });

  it('on another machine that shares the folder is left to that', async () => {
    const left = path.join(exported, '.far.csv.0123456789ab.part');
    await writeFile(left, '');
    await new SpoolNotes(notes, { owner: 0x7fff_fffe, host: `not-${hostname()}` }).note(left);
    await new SpoolNotes(notes).removeLeft();
    assert.equal((await named('.far')).length, 1);
    assert.equal((await readdir(notes)).length, 1);
  });

  it('is not noted where that cannot be; the export is written all the same', async () => {
    await writeFile(notes, 'a file in the place of the folder');
    const errors: unknown[] = [];
    const running = new SpoolNotes(notes, { onError: (error) => errors.push(error) });
    await running.removeLeft();
    const file = await SpooledFile.beside(path.join(exported, 'all.csv'), running);
    await file.write(['all']);
    await file.finish();
    assert.deepEqual(await readdir(exported), ['all.csv']);
    assert.ok(errors.length > 0);
  });
});
