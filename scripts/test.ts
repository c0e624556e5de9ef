import { stripVTControlCharacters } from 'node:util';
import { build, type Layer, LAYERS, packageVsix, type Result } from './layers';

/**
 * `npm test [-- LAYER...] [--verbose]`: runs the layers, fastest first, all of them unless some are named. The last
 * line is the totals, `N passed, N failed`; the exit code is 1 when something failed or a layer ran nothing.
 */
async function main(): Promise<number> {
  const named = process.argv.slice(2).filter((word) => !word.startsWith('--'));
  const unknown = named.filter((name) => !LAYERS.some((layer) => layer.name === name));
  if (unknown.length > 0) {
    console.error(
      `No such layer: ${unknown.join(', ')}. There are ${LAYERS.map(({ name }) => name).join(', ')}.`,
    );
    return 1;
  }
  const chosen = LAYERS.filter(({ name }) => named.length === 0 || named.includes(name));
  const once = { build: onlyOnce(build), vsix: onlyOnce(packageVsix) };
  let passed = 0;
  let failed = 0;
  for (const layer of chosen) {
    const result = await runLayer(layer, once);
    passed += result.passed;
    failed += result.failures.length;
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

async function runLayer(
  layer: Layer,
  once: { readonly build: () => Promise<void>; readonly vsix: () => Promise<void> },
): Promise<Result> {
  const start = performance.now();
  const result = await attempt(layer, once);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  for (const { title, text } of result.failures)
    console.log(`\n✖ ${layer.name}: ${title}\n${indent(text)}\n`);
  const skipped = (result.pending ?? 0) === 0 ? '' : `, ${result.pending ?? 0} skipped`;
  console.log(
    `${layer.name}: ${result.passed} passed, ${result.failures.length} failed${skipped} in ${seconds} s`,
  );
  return result;
}

async function attempt(
  layer: Layer,
  once: { readonly build: () => Promise<void>; readonly vsix: () => Promise<void> },
): Promise<Result> {
  try {
    if (layer.needs.build || layer.needs.vsix) await once.build();
    if (layer.needs.vsix) await once.vsix();
    const result = await layer.run();
    if (result.passed + result.failures.length > 0) return result;
    return {
      passed: 0,
      failures: [{ title: `${layer.name} ran nothing`, text: 'A layer must have tests.' }],
    };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { passed: 0, failures: [{ title: `${layer.name} could not run`, text }] };
  }
}

/** The same promise for every caller, also when it was rejected. */
function onlyOnce(make: () => Promise<void>): () => Promise<void> {
  let made: Promise<void> | undefined;
  return () => (made ??= make());
}

function indent(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/^/gm, '    ');
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
