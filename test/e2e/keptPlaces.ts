import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';

/** Where a text occurs in what an editor keeps: the files of a folder, local storage and databases of its page, the clipboard. */
export async function placesWith(page: Page, folder: string, text: string): Promise<readonly string[]> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  );
  const places: string[] = [];
  for (const file of files) {
    const name = path.join(file.parentPath, file.name);
    const content = await readFile(name).catch(() => undefined);
    if (content?.includes(text) === true) places.push(path.relative(folder, name));
  }
  // The test loader wraps named functions with a helper that the page does not have.
  await page.evaluate('globalThis.__name ??= (wrapped) => wrapped');
  const kept = await page.evaluate(keptByPage);
  return [...places, ...Object.keys(kept).filter((name) => kept[name]?.includes(text) === true)];
}

/** Runs in the page: all it keeps, as text by place, with what is in the clipboard. */
async function keptByPage(): Promise<Readonly<Record<string, string>>> {
  const kept: Record<string, string> = Object.fromEntries(
    Object.entries(localStorage).map(([key, value]) => [`local storage/${key}`, `${key}: ${String(value)}`]),
  );
  kept['clipboard'] = await navigator.clipboard.readText().catch(() => '');
  const settled = <T>(request: IDBRequest<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error ?? new Error('The database did not answer'));
    });
  for (const { name } of await indexedDB.databases()) {
    if (name === undefined) continue;
    const database = await settled(indexedDB.open(name));
    for (const store of Array.from(database.objectStoreNames)) {
      const all = await settled(database.transaction(store).objectStore(store).getAll());
      kept[`${name}/${store}`] = JSON.stringify(all);
    }
    database.close();
  }
  return kept;
}
