import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { extensionFiles, type ExtensionFiles } from '../../scripts/activationFiles';
import { ROOT, VSIX } from '../../scripts/host/paths';
import { bundledPackages, NOTICES, notices } from '../../scripts/thirdPartyNotices';
import { readZip } from './vsix';

/** Every bundle that is shipped and how large it may be, in kB, minified. Raise a number only with a reason. */
const BUNDLES: Readonly<Record<string, number>> = {
  // Loaded at the first request, and at the first sign-in.
  'dist/nodeFetch.js': 130,
  'dist/msal.js': 300,
  // Loaded with the commands that write code.
  'dist/handlers.js': 110,
  // A process of its own, mostly the schema.
  'dist/sandbox.js': 1000,
  // Queries are written, coloured, completed, marked and translated there.
  'dist/webview/jobs.js': 120,
  'dist/webview/delivery.js': 50,
};
/** All that is loaded at activation, and the parts of the extension that are loaded later, in kB. */
const ACTIVATION_LIMIT = 420;
const LATER_LIMIT = 420;
/** Raised for the page of a delivery, the listener and the generated handlers; then for jobs by the thousands, samples and tasks. */
const VSIX_LIMIT = 680_000;

/** Files beside the bundles and the folder media, under the names that vsce gives them. */
const OTHERS = [
  'package.json',
  'package.nls.json',
  'readme.md',
  'changelog.md',
  'LICENSE.txt',
  'ThirdPartyNotices.txt',
  'l10n/bundle.l10n.json',
];

/** Licences that allow us to ship the code under our own, with a notice. */
const FREE = /^(MIT|MIT-0|ISC|BSD-2-Clause|BSD-3-Clause|Apache-2\.0|0BSD|BlueOak-1\.0\.0)$/;

describe('The package', () => {
  let files: ReadonlyMap<string, Buffer>;
  let extension: ExtensionFiles;
  before(async () => {
    files = await readZip(VSIX);
    extension = await extensionFiles();
  });

  const scripts = (): readonly string[] => [
    ...[...extension.activation, ...extension.later].map((name) => `dist/${name}`),
    ...Object.keys(BUNDLES),
  ];

  const text = (name: string): string =>
    files.get(`extension/${name}`)?.toString('utf8') ?? assert.fail(`${name} is not in the package`);

  it('holds what is shipped and nothing else: no tests, no sources, no maps, no modules', async () => {
    const media = (await readdir(path.join(ROOT, 'media'), { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
    const expected = [
      'extension.vsixmanifest',
      '[Content_Types].xml',
      ...[...scripts(), ...OTHERS, ...media].map((name) => `extension/${name}`),
    ];
    assert.deepEqual([...files.keys()].toSorted(), expected.toSorted());
  });

  it('is small', async () => {
    const { size } = await stat(VSIX);
    assert.ok(size < VSIX_LIMIT, `${size} bytes`);
    const bytesOf = (name: string): number => Buffer.byteLength(text(`dist/${name}`));
    const sumOf = (names: readonly string[]): number => names.reduce((sum, name) => sum + bytesOf(name), 0);
    for (const [name, limit] of Object.entries(BUNDLES)) {
      const bytes = Buffer.byteLength(text(name));
      assert.ok(bytes < limit * 1000, `${name} has ${bytes} bytes`);
    }
    const [now, later] = [sumOf(extension.activation), sumOf(extension.later)];
    assert.ok(now < ACTIVATION_LIMIT * 1000, `activation loads ${now} bytes`);
    assert.ok(later > 0 && later < LATER_LIMIT * 1000, `${later} bytes are loaded later`);
  });

  it('tells nothing of the machine that built it', () => {
    const places = [ROOT, homedir(), process.cwd()].filter((place) => place.length > 1);
    const spellings = places.flatMap((place) => [
      place,
      place.replaceAll('\\', '/'),
      place.replaceAll('\\', '\\\\'),
    ]);
    for (const [name, bytes] of files) {
      if (name.endsWith('.png')) continue;
      const content = bytes.toString('utf8');
      for (const place of spellings)
        assert.ok(!content.includes(`${place}/`) && !content.includes(`${place}\\`), name);
      assert.doesNotMatch(content, /file:\/\/\/(?:home|Users|work|[A-Z]:)/, name);
    }
  });

  it('has scripts without a source map in them', () => {
    for (const name of scripts()) assert.doesNotMatch(text(name), /sourceMappingURL=data:/, name);
  });

  it('is the extension that the manifest describes', async () => {
    const parse = (json: string): unknown => JSON.parse(json);
    const shipped = parse(text('package.json'));
    assert.deepEqual(shipped, parse(await readFile(path.join(ROOT, 'package.json'), 'utf8')));
  });

  it('carries the licences of all code that is in it', async () => {
    const current = await readFile(NOTICES, 'utf8');
    assert.equal(
      current,
      await notices(),
      'Run: npm run build && node --import tsx scripts/thirdPartyNotices.ts',
    );
    assert.equal(text('ThirdPartyNotices.txt'), current);
  });

  it('holds only code that we may ship', async () => {
    const packages = await bundledPackages();
    assert.ok(packages.length >= 5);
    for (const { name, license } of packages) assert.match(license, FREE, name);
  });
});

describe('The lock file', () => {
  it('names no host, so that any registry can serve it', async () => {
    const lock = await readFile(path.join(ROOT, 'package-lock.json'), 'utf8');
    assert.match(lock, /"lockfileVersion": 3/);
    assert.doesNotMatch(lock, /"resolved"/);
  });
});
