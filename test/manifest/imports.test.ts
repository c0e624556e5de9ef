import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod/mini';
import { ROOT } from '../../scripts/host/paths';

const Metafile = z.object({
  inputs: z.record(
    z.string(),
    z.object({
      imports: z.array(
        z.object({
          path: z.string(),
          kind: z.string(),
          external: z.optional(z.boolean()),
          original: z.optional(z.string()),
        }),
      ),
    }),
  ),
});
type Graph = z.infer<typeof Metafile>['inputs'];

function graph(bundle: string): Graph {
  return Metafile.parse(JSON.parse(readFileSync(path.join(ROOT, 'dist', 'meta', `${bundle}.json`), 'utf8')))
    .inputs;
}

const Rules = z.array(
  z.object({
    files: z.optional(z.array(z.string())),
    rules: z.optional(z.record(z.string(), z.unknown())),
  }),
);
const Restriction = z.tuple([
  z.string(),
  z.object({ patterns: z.array(z.object({ regex: z.string(), message: z.string() })) }),
]);

type Layers = ReadonlyMap<string, ReadonlyArray<{ readonly regex: RegExp; readonly message: string }>>;

/** What the lint rules forbid in a folder of src, by the folder's name. */
async function forbidden(): Promise<Layers> {
  // The configuration is plain JavaScript without types, so it is taken as data of unknown shape.
  const module: unknown = await import(pathToFileURL(path.join(ROOT, 'eslint.config.mjs')).href);
  const config = z.object({ default: Rules }).parse(module).default;
  const found = new Map<string, ReadonlyArray<{ regex: RegExp; message: string }>>();
  for (const { files, rules } of config) {
    const restriction = Restriction.safeParse(rules?.['no-restricted-imports']);
    if (!restriction.success) continue;
    const patterns = restriction.data[1].patterns.map(({ regex, message }) => ({
      regex: new RegExp(regex),
      message,
    }));
    for (const file of files ?? []) {
      const folder = /^src\/(\w+)\/\*\*/.exec(file)?.[1];
      if (folder !== undefined) found.set(folder, patterns);
    }
  }
  return found;
}

const folderOf = (file: string): string | undefined => /^src\/(\w+)\//.exec(file)?.[1];

describe('The import graph of the bundles', () => {
  let rules: Layers;
  before(async () => {
    rules = await forbidden();
  });

  for (const bundle of ['extension', 'sandbox', 'webview']) {
    it(`obeys the layers of the lint rules: ${bundle}`, () => {
      let judged = 0;
      for (const [file, { imports }] of Object.entries(graph(bundle))) {
        const from = folderOf(file);
        if (from === undefined) continue;
        const patterns = rules.get(from) ?? assert.fail(`src/${from} has no layer rule`);
        for (const { path: target, original } of imports) {
          // Judged by where it leads, so that no way of writing a path gets around the rule.
          const to = folderOf(target);
          const written: string | undefined =
            to === undefined ? (original ?? target) : to === from ? undefined : `../${to}/x`;
          if (written === undefined) continue;
          judged++;
          const broken: { readonly message: string } | undefined = patterns.find(({ regex }) =>
            regex.test(written),
          );
          assert.equal(broken, undefined, `${file} imports ${target}: ${broken?.message ?? ''}`);
        }
      }
      assert.ok(judged > 5);
    });
  }

  it('has rules that would catch what must not be', () => {
    const caught = (from: string, specifier: string) =>
      (rules.get(from) ?? []).some(({ regex }) => regex.test(specifier));
    assert.ok(caught('webhooks', '../sandbox/x'));
    assert.ok(caught('sandbox', '../dataverse/x'));
    assert.ok(caught('presentation', 'vscode'));
    assert.ok(caught('base', 'node:fs'));
    assert.ok(caught('vscode', '../sandbox/x'));
    assert.ok(!caught('webhooks', '../dataverse/x'));
  });

  it('has no msal, no node-fetch, no sandbox and no browser code in what is loaded at activation', () => {
    const files = Object.keys(graph('extension'));
    assert.ok(files.includes('src/extension.ts'));
    const packages =
      /^node_modules\/(@azure\/msal|node-fetch|fetch-blob|formdata-polyfill|lit|oidc-provider)/;
    assert.deepEqual(
      files.filter((file) => packages.test(file)),
      [],
    );
    assert.deepEqual(
      files.filter((file) => /^src\/(sandbox|webview)\//.test(file)),
      [],
    );
  });

  it('has no code of the editor or of the client in the sandbox', () => {
    const files = Object.keys(graph('sandbox'));
    assert.ok(files.includes('src/sandbox/main.ts'));
    assert.deepEqual(
      files.filter((file) => /^src\/(vscode|dataverse|webhooks|jobs|auth|presentation)\//.test(file)),
      [],
    );
    const external = Object.values(graph('sandbox')).flatMap(({ imports }) =>
      imports.filter((entry) => entry.external),
    );
    for (const { path: name } of external) assert.notEqual(name, 'vscode');
  });

  it('has no code of Node in the page', () => {
    for (const [file, { imports }] of Object.entries(graph('webview')))
      for (const entry of imports)
        assert.ok(entry.external !== true || entry.path === '<runtime>', `${file} imports ${entry.path}`);
  });
});
