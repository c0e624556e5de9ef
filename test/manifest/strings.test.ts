import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** A call of `l10n.t` in the sources. */
interface Call {
  readonly where: string;
  /** The text, or undefined when it is no literal and no tool can find it. */
  readonly text: string | undefined;
  readonly second: ts.Expression | undefined;
}

/** Every call of `l10n.t(…)` or `vscode.l10n.t(…)` below a folder, from the syntax tree. */
function callsBelow(folder: string): readonly Call[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => callsOf(join(folder, name)));
}

function callsOf(path: string): readonly Call[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const calls: Call[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /^(?:vscode\.)?l10n\.t$/.test(node.expression.getText(source))) {
      const [first, second] = node.arguments;
      const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
      const text = first !== undefined && ts.isStringLiteralLike(first) ? first.text : undefined;
      calls.push({ where: `${path}:${line + 1}`, text, second });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return calls;
}

function json(path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
}

function placeholders(text: string): readonly string[] {
  return [...text.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1] ?? '');
}

describe('The strings of the code', () => {
  const calls = callsBelow('src');
  const bundle = json('l10n/bundle.l10n.json');

  it('are literals, so that they can be collected', () => {
    assert.ok(calls.length > 100, 'the sources have been found');
    assert.deepEqual(
      calls.filter(({ text }) => text === undefined).map(({ where }) => where),
      [],
    );
  });

  it('are in the bundle, all of them and nothing else (npm run l10n)', () => {
    const used = [...new Set(calls.flatMap(({ text }) => text ?? []))].sort();
    assert.deepEqual(Object.keys(bundle).sort(), used);
    for (const [key, value] of Object.entries(bundle)) assert.equal(value, key);
  });

  it('have named placeholders, and every one of them gets a value', () => {
    for (const { text = '', second, where } of calls) {
      const names = placeholders(text);
      for (const name of names) assert.match(name, /^[a-z][A-Za-z]*$/, `${where} has no name for ${name}`);
      if (names.length === 0) continue;
      assert.ok(second !== undefined, `${where} gives no values`);
      if (!ts.isObjectLiteralExpression(second) || second.properties.some(ts.isSpreadAssignment)) continue;
      const given = second.properties.map((property) => property.name?.getText() ?? '');
      assert.deepEqual([...new Set(names)].sort(), given.sort(), where);
    }
  });

  it('begin and end without a blank and do not beg or boast', () => {
    for (const { text = '', where } of calls) {
      assert.equal(text, text.trim(), where);
      assert.doesNotMatch(text, /\bplease\b|\bsuccessfully\b/i, where);
    }
  });
});

describe('The strings of the manifest', () => {
  const manifest = readFileSync('package.json', 'utf8');
  const strings = json('package.nls.json');

  it('are used, each of them, and none is missing', () => {
    const used = [...new Set([...manifest.matchAll(/"%([^%"]+)%"/g)].map((match) => match[1] ?? ''))].sort();
    assert.deepEqual(Object.keys(strings).sort(), used);
  });

  it('are texts that say something', () => {
    for (const [key, value] of Object.entries(strings))
      assert.ok(typeof value === 'string' && value.trim() !== '' && !value.includes('%'), key);
  });

  it('stand for everything a person reads there', () => {
    const { contributes } = json('package.json') as { contributes: Record<string, unknown> };
    const bare: string[] = [];
    const visit = (value: unknown, path: string): void => {
      if (typeof value === 'string') {
        const read =
          /\.(title|name|description|contents|category|label|displayName|markdownDescription)$/.test(path);
        // The name of a problem matcher is what tasks call it by.
        const isId = /\.problemMatchers\.\d+\.name$/.test(path);
        if (read && !isId && !/^%.+%$/.test(value)) bare.push(`${path}: ${value}`);
      } else if (typeof value === 'object' && value !== null) {
        for (const [key, inner] of Object.entries(value)) visit(inner, `${path}.${key}`);
      }
    };
    visit(contributes, '');
    assert.deepEqual(bare, []);
  });
});
