import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';

const SRC = join(import.meta.dirname, '..', '..', '..', 'src');

describe('the sign-in library', () => {
  it('is reached only by a lazy import, so that it is not in the entry bundle', async () => {
    const files = (await readdir(SRC, { recursive: true })).filter((file) => file.endsWith('.ts'));
    const eager: string[] = [];
    let lazy = 0;
    for (const file of files) {
      const text = await readFile(join(SRC, file), 'utf8');
      if (/import\(\s*'[^']*\/msal'\s*\)/.test(text)) lazy += 1;
      const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
      for (const statement of source.statements) {
        const from = eagerModule(statement);
        if (from === undefined || !/^@azure\/msal|\/msal$/.test(from)) continue;
        if (!/^auth[\\/]msal\.ts$/.test(file)) eager.push(`${file}: ${from}`);
      }
    }
    assert.deepEqual(eager, []);
    assert.ok(lazy >= 2);
  });
});

/** The module that a statement loads when its file is loaded. */
function eagerModule(statement: ts.Statement): string | undefined {
  if (ts.isImportDeclaration(statement)) {
    const onlyTypes = statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
    return onlyTypes || !ts.isStringLiteral(statement.moduleSpecifier)
      ? undefined
      : statement.moduleSpecifier.text;
  }
  if (ts.isExportDeclaration(statement) && !statement.isTypeOnly) {
    const from = statement.moduleSpecifier;
    return from !== undefined && ts.isStringLiteral(from) ? from.text : undefined;
  }
  return undefined;
}
