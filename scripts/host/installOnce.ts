import { mkdir, readdir, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const MARKER = 'complete.txt';

/**
 * Fills a folder exactly once, however many processes ask for it and however they end. `fill` works in a folder
 * of its own beside the target; the finished folder is renamed into place, so a target that exists is whole. A
 * target without our marker, or with another `stamp`, is made anew.
 * @param stamp what the content depends on: version, platform
 */
export async function installOnce(
  target: string,
  stamp: string,
  fill: (folder: string) => Promise<void>,
): Promise<void> {
  if (await isComplete(target, stamp)) return;
  await mkdir(path.dirname(target), { recursive: true });
  // The lock only saves double work: the rename below is what keeps two installations apart.
  const unlock = await lock(`${target}.lock`);
  try {
    if (await isComplete(target, stamp)) return;
    await removeLeftovers(target);
    const temporary = `${target}.tmp-${process.pid}`;
    await mkdir(temporary);
    try {
      await fill(temporary);
      await writeFile(path.join(temporary, MARKER), stamp);
      await rm(target, { recursive: true, force: true });
      await moveInto(temporary, target, stamp);
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  } finally {
    await unlock();
  }
}

async function moveInto(temporary: string, target: string, stamp: string): Promise<void> {
  try {
    await rename(temporary, target);
  } catch (error) {
    // Another process was first; what it made is as good as ours.
    if (!(await isComplete(target, stamp))) throw error;
  }
}

async function isComplete(target: string, stamp: string): Promise<boolean> {
  const found = await readFile(path.join(target, MARKER), 'utf8').catch(() => undefined);
  return found === stamp;
}

/** Removes the temporary folders of installations whose process is gone. */
async function removeLeftovers(target: string): Promise<void> {
  const prefix = `${path.basename(target)}.tmp-`;
  for (const name of await readdir(path.dirname(target))) {
    if (name.startsWith(prefix) && !isAlive(Number(name.slice(prefix.length)))) {
      await rm(path.join(path.dirname(target), name), { recursive: true, force: true });
    }
  }
}

/** Waits for the lock file, taking over that of a dead process; answers with what removes it. */
async function lock(file: string): Promise<() => Promise<void>> {
  for (;;) {
    try {
      await writeFile(file, String(process.pid), { flag: 'wx' });
      return () => unlink(file).catch(() => {});
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const owner = await readFile(file, 'utf8').catch(() => '');
    // An empty file is one whose owner is just writing its number.
    if (owner !== '' && !isAlive(Number(owner))) await unlink(file).catch(() => {});
    else await delay(200);
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
