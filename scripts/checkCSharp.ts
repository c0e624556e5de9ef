/**
 * Compiles generated C# handlers with `mcs` (Debian: mono-mcs and libmono-system-net-http4.0-cil) against stubs of what that
 * compiler's library lacks. It proves names, types and flow of the generated code; what it does not know it does not
 * prove: the nullable annotations are taken out before, and the real libraries of ASP.NET Core, Azure Functions and
 * xUnit may differ from the stubs. Not part of `npm test`: the compiler is not on every machine.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { generateHandler, generateTypes } from '../src/handlers/handler';
import type { GeneratedFile, HandlerAuth } from '../src/handlers/model';
import { hostileSteps, plainStep } from '../test/fakes/handlerSteps';
import { ROOT } from './host/paths';

/** Annotations of C# 8 on types that are classes; `int?` and its like stay. */
function withoutAnnotations(text: string, classes: readonly string[]): string {
  const names = ['string', 'Entity', 'EntityReference', 'Exception', 'Delivery', ...classes].join('|');
  return text
    .replace(/^#nullable enable$/gm, '')
    .replace(new RegExp(`\\b(${names})\\?(?=[ >,)])`, 'gu'), '$1')
    .replace(/(IReadOnlyList<[^>]+>)\?/g, '$1');
}

function compile(title: string, files: readonly GeneratedFile[]): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'dvw-csharp-'));
  try {
    const sources = files.filter((file) => file.path.endsWith('.cs') && !file.path.endsWith('Program.cs'));
    const classes = sources.flatMap(({ text }) =>
      [...text.matchAll(/public sealed class (\S+)/g)].map(([, name]) => name ?? ''),
    );
    const names = sources.map(({ path: name, text }) => {
      const target = path.join(folder, name.replaceAll('/', '-'));
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, withoutAnnotations(text, classes));
      return target;
    });
    const stubs = path.join(ROOT, 'scripts', 'csharpStubs.cs.txt');
    const stubFile = path.join(folder, 'stubs.cs');
    writeFileSync(stubFile, readFileSync(stubs));
    const out = path.join(folder, 'out.dll');
    const args = [
      '-target:library',
      '-langversion:latest',
      '-r:System.Net.Http.dll',
      '-warn:0',
      `-out:${out}`,
      stubFile,
      ...names,
    ];
    execFileSync('mcs', args, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
    console.log(`ok      ${title}`);
  } catch (error) {
    const text =
      typeof error === 'object' && error !== null && 'stderr' in error ? String(error.stderr) : String(error);
    console.log(`FAILED  ${title}\n${text.replaceAll(folder, '').split('\n').slice(0, 6).join('\n')}`);
    process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const AUTHS: readonly HandlerAuth[] = [
  { type: 'webhookKey', names: [] },
  { type: 'httpHeader', names: ['x-api-key', 'x-tenant"\\'] },
  { type: 'httpQueryString', names: ['a b'] },
];

for (const kind of ['aspNetMinimal', 'functionsCSharp'] as const) {
  for (const auth of AUTHS)
    compile(
      `${kind}, ${auth.type}`,
      generateHandler({ kind, auth, step: plainStep(), sampleBody: '{}' }).files,
    );
  for (const [index, step] of hostileSteps(20).entries())
    compile(
      `${kind}, hostile step ${index}`,
      generateHandler({ kind, auth: { type: 'webhookKey', names: [] }, step, sampleBody: '{}' }).files,
    );
}
const types = generateTypes('csharp', plainStep());
compile('types alone', types === undefined ? [] : [{ path: 'Types.cs', text: types }]);
