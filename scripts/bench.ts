import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { ROOT } from './host/paths';

/**
 * `npm run bench [-- NAME...]`: bundles the figures with the code they measure, as the extension is bundled, and runs
 * them. Loaded file by file, every call between two files would go through a getter of the TypeScript loader, which
 * the extension does not have.
 */
async function main(): Promise<void> {
  const bundle = path.join(ROOT, 'out', 'bench', 'figures.mjs');
  await build({
    entryPoints: [path.join(ROOT, 'scripts', 'figures.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    packages: 'external',
    logLevel: 'warning',
    plugins: [ownFolders],
  });
  await import(pathToFileURL(bundle).href);
}

/** A file finds its neighbours where it was written, not where the bundle is. */
const ownFolders: Plugin = {
  name: 'own-folders',
  setup(building) {
    building.onLoad({ filter: /[/\\](scripts|test)[/\\].*\.ts$/ }, async ({ path: file }) => {
      const text = await readFile(file, 'utf8');
      const folder = JSON.stringify(path.dirname(file));
      return { contents: text.replaceAll('import.meta.dirname', () => folder), loader: 'ts' };
    });
  },
};

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
