import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod/mini';
import { inPackage, ROOT } from './host/paths';

/** Where the notices are kept; the file is committed and shipped. */
export const NOTICES = path.join(ROOT, 'ThirdPartyNotices.txt');

const Metafile = z.object({
  inputs: z.record(z.string(), z.unknown()),
  outputs: z.record(
    z.string(),
    z.object({ inputs: z.record(z.string(), z.object({ bytesInOutput: z.number() })) }),
  ),
});
const PackageJson = z.object({
  license: z.string(),
  author: z.optional(z.union([z.string(), z.object({ name: z.string() })])),
});

export interface BundledPackage {
  readonly name: string;
  /** The licence's name as the package gives it, such as `MIT`. */
  readonly license: string;
}

/** The packages whose code is in a bundle that is shipped, by name. Read from dist/meta, so build first. */
export async function bundledPackages(): Promise<readonly BundledPackage[]> {
  const folder = path.join(ROOT, 'dist', 'meta');
  const names = new Set<string>();
  for (const file of await readdir(folder)) {
    if (file === 'hostTests.json') continue;
    const { outputs } = Metafile.parse(JSON.parse(await readFile(path.join(folder, file), 'utf8')));
    for (const { inputs } of Object.values(outputs)) {
      for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
        const name = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
        if (name !== undefined && bytesInOutput > 0) names.add(name);
      }
    }
  }
  return Promise.all(
    [...names].toSorted().map(async (name) => ({ name, license: (await packageJson(name)).license })),
  );
}

async function packageJson(name: string): Promise<z.infer<typeof PackageJson>> {
  return PackageJson.parse(JSON.parse(await readFile(inPackage(name, 'package.json'), 'utf8')));
}

/**
 * The notices of everything that is bundled. Versions are left out, so that the text changes only with a package or a
 * licence.
 * @throws Error that names a package without the text of its licence
 */
export async function notices(): Promise<string> {
  const parts = await Promise.all(
    (await bundledPackages()).map(
      async ({ name, license }) => `${'-'.repeat(80)}\n${name} (${license})\n\n${await licenceText(name)}\n`,
    ),
  );
  return `This extension contains code of the following packages.\n\n${parts.join('\n')}`;
}

async function licenceText(name: string): Promise<string> {
  const files = await readdir(inPackage(name));
  const file = files.find((entry) => /^licen[cs]e(\.\w+)?$/i.test(entry));
  if (file !== undefined) return tidy(await readFile(inPackage(name, file), 'utf8'));
  const readme = files.find((entry) => /^readme\.md$/i.test(entry));
  const said = readme === undefined ? '' : await readFile(inPackage(name, readme), 'utf8');
  const start = said.search(/\(?The MIT License\)?\s+Copyright/);
  if (start >= 0) return tidy(said.slice(start).replace(/^\[[^\]]+\]: \S+$/gm, ''));
  return mitOf(name);
}

/** The MIT licence is a fixed text around the name of its holder, which is all that some packages give. */
async function mitOf(name: string): Promise<string> {
  const { license, author } = await packageJson(name);
  const holder = typeof author === 'string' ? author : author?.name;
  if (license !== 'MIT' || holder === undefined) throw new Error(`${name} has no text of its licence.`);
  const ours = await readFile(path.join(ROOT, 'LICENSE'), 'utf8');
  return tidy(ours.replace(/^Copyright \(c\).*$/m, `Copyright (c) ${holder}`));
}

function tidy(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('\r\n', '\n')
    .replaceAll(/[ \t]+$/gm, '')
    .trim();
}

/** `node --import tsx scripts/thirdPartyNotices.ts`, after a build: writes the file anew. */
async function main(): Promise<void> {
  await writeFile(NOTICES, await notices());
}

if (process.argv[1] === import.meta.filename) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
