import path from 'node:path';
import ts from 'typescript';
import { ROOT } from '../../scripts/host/paths';
import type { GeneratedFile } from '../../src/handlers/model';

/** A folder inside the repository that is not there, so that packages are found as for a real project. */
const PLACE = path.join(ROOT, 'out', 'generated-in-memory');

/** Files of the library and of packages are the same in every compilation. */
const kept = new Map<string, ts.SourceFile | undefined>();

/**
 * Compiles generated files with their own `tsconfig.json`, without writing anything. The problems as one line each; none
 * when everything is right.
 */
export function compileTypeScript(files: readonly GeneratedFile[]): readonly string[] {
  const texts = new Map(files.map(({ path: name, text }) => [path.join(PLACE, name), text]));
  const config = texts.get(path.join(PLACE, 'tsconfig.json')) ?? '{}';
  const parsed = ts.parseJsonConfigFileContent(
    JSON.parse(config),
    { ...ts.sys, readDirectory: () => [] },
    PLACE,
  );
  const options: ts.CompilerOptions = {
    ...parsed.options,
    noEmit: true,
    typeRoots: [path.join(ROOT, 'node_modules/@types')],
  };
  const roots = [...texts.keys()].filter((name) => name.endsWith('.ts'));
  const program = ts.createProgram(roots, options, hostOf(texts, options));
  return [
    ...parsed.errors.filter(({ code }) => code !== NO_INPUTS),
    ...ts.getPreEmitDiagnostics(program),
  ].map((problem) => {
    const line = problem.file?.getLineAndCharacterOfPosition(problem.start ?? 0).line ?? 0;
    const source = problem.file?.text.split('\n')[line] ?? '';
    const where = `${path.relative(PLACE, problem.file?.fileName ?? '')}:${line + 1}`;
    return `${where}: ${ts.flattenDiagnosticMessageText(problem.messageText, ' ')}   ${source.trim()}`;
  });
}

/** The compiler's words for a configuration whose files are only in memory. */
const NO_INPUTS = 18003;

function hostOf(texts: ReadonlyMap<string, string>, options: ts.CompilerOptions): ts.CompilerHost {
  const real = ts.createCompilerHost(options);
  return {
    ...real,
    getCurrentDirectory: () => PLACE,
    fileExists: (name) => texts.has(name) || real.fileExists(name),
    readFile: (name) => texts.get(name) ?? real.readFile(name),
    directoryExists: (name) =>
      PLACE.startsWith(name) || name.startsWith(PLACE) || ts.sys.directoryExists(name),
    getSourceFile: (name, languageVersion) => {
      const text = texts.get(name);
      if (text !== undefined) return ts.createSourceFile(name, text, languageVersion, true);
      const key = `${name}/${JSON.stringify(languageVersion)}`;
      if (!kept.has(key)) kept.set(key, real.getSourceFile(name, languageVersion));
      return kept.get(key);
    },
  };
}
