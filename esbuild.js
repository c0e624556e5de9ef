// Builds everything that is shipped, and with --tests what runs inside VS Code's own test host.
// `node esbuild.js [--production] [--watch] [--tests]`; sizes and import graphs land in dist/meta.
const esbuild = require('esbuild');
const fs = require('node:fs');
const path = require('node:path');

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');
const tests = process.argv.includes('--tests');

const common = {
  bundle: true,
  minify: production,
  sourcemap: 'linked',
  metafile: true,
  logLevel: 'warning',
};
// A lazy bundle is loaded with require, so that its default export is the one of the module, not of its wrapper.
const node = {
  ...common,
  platform: 'node',
  format: 'cjs',
  target: 'node22',
  supported: { 'dynamic-import': false },
};

/** Marks a module as a bundle of its own, so that import() of it stays a lazy load. */
function lazy(bundles) {
  return {
    name: 'lazy-bundles',
    setup(build) {
      for (const { filter, file } of bundles) {
        build.onResolve({ filter }, (args) =>
          args.kind === 'dynamic-import' ? { path: file, external: true } : undefined,
        );
      }
    },
  };
}

/**
 * Writes modules that share parts as CommonJS. Only ES modules are split into parts by the bundler; each part is
 * translated alone then, and an import() becomes a require at that time.
 */
const asCommonJs = {
  name: 'as-commonjs',
  setup(build) {
    build.initialOptions.write = false;
    build.onEnd(async ({ outputFiles = [] }) => {
      const folder = path.resolve(build.initialOptions.outdir);
      for (const old of fs.existsSync(folder) ? fs.readdirSync(folder) : [])
        if (/^part-.*\.js(?:\.map)?$/.test(old)) fs.rmSync(path.join(folder, old));
      fs.mkdirSync(folder, { recursive: true });
      await Promise.all(outputFiles.map((file) => writeCommonJs(file.path, file.text)));
    });
  },
};

async function writeCommonJs(file, text) {
  const { code, map } = await esbuild.transform(text, {
    format: 'cjs',
    platform: 'node',
    target: node.target,
    supported: { 'dynamic-import': false },
    minify: production,
    // The map of the first step is in the text, and comes out as one map from the sources.
    sourcemap: 'external',
    sourcefile: file,
  });
  const name = path.basename(file);
  await fs.promises.writeFile(file, `${code}//# sourceMappingURL=${name}.map\n`);
  await fs.promises.writeFile(`${file}.map`, map);
}

const builds = {
  extension: {
    ...node,
    format: 'esm',
    splitting: true,
    supported: {},
    sourcemap: 'inline',
    entryPoints: ['src/extension.ts'],
    outdir: 'dist',
    chunkNames: 'part-[hash]',
    external: ['vscode'],
    plugins: [
      asCommonJs,
      lazy([
        { filter: /^node-fetch$/, file: './nodeFetch.js' },
        // Whoever loads it lazily is in its own folder, so the path is a short one.
        { filter: /\/msal$/, file: './msal.js' },
        // Pure functions, so that it does not matter that a helper of theirs is in the extension, too.
        { filter: /\/handlers\/handler$/, file: './handlers.js' },
      ]),
    ],
  },
  // Others' code may go by the names of its classes; ours does not.
  nodeFetch: { ...node, keepNames: true, entryPoints: ['node-fetch'], outfile: 'dist/nodeFetch.js' },
  msal: { ...node, keepNames: true, entryPoints: ['src/auth/msal.ts'], outfile: 'dist/msal.js' },
  handlers: { ...node, entryPoints: ['src/handlers/handler.ts'], outfile: 'dist/handlers.js' },
  sandbox: { ...node, entryPoints: ['src/sandbox/main.ts'], outfile: 'dist/sandbox.js' },
  webview: {
    ...common,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    conditions: ['production'],
    entryPoints: { jobs: 'src/webview/jobs/main.ts', delivery: 'src/webview/delivery/main.ts' },
    outdir: 'dist/webview',
    tsconfig: 'src/webview/tsconfig.json',
  },
};
if (tests) {
  builds.hostTests = {
    ...node,
    minify: false,
    entryPoints: ['test/host/index.ts', 'test/host/**/*.test.ts'],
    outdir: 'out/test/host',
    outbase: 'test/host',
    external: ['vscode', 'mocha'],
  };
}

async function main() {
  if (!watch) fs.rmSync('dist', { recursive: true, force: true });
  // A test that was deleted must not run on as an old bundle.
  if (tests) fs.rmSync(path.join('out', 'test', 'host'), { recursive: true, force: true });
  fs.mkdirSync('dist/meta', { recursive: true });
  await Promise.all(
    Object.entries(builds).map(async ([name, options]) => {
      if (watch) {
        const context = await esbuild.context(options);
        await context.watch();
        return;
      }
      const result = await esbuild.build(options);
      fs.writeFileSync(path.join('dist', 'meta', `${name}.json`), JSON.stringify(result.metafile));
    }),
  );
}

main().catch(() => process.exit(1));
