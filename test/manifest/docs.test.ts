import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../scripts/host/paths';
import { COMMANDS } from '../../src/vscode/commands/table';
import { clauses, localized, manifest, strings } from './manifest';

const DOCUMENTS = [
  ...['README.md', 'CHANGELOG.md'],
  ...readdirSync(path.join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** A document without its blocks of code. */
function prose(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8').replace(/^ *```[\s\S]*?^ *```$/gm, '');
}

function each(pattern: RegExp): ReadonlyArray<readonly [file: string, found: string]> {
  return DOCUMENTS.flatMap((file) =>
    [...prose(file).matchAll(pattern)].map(([, found = '']) => [file, found] as const),
  );
}

/** In title case, as commands and labels are: several words, or one with dots behind it. */
const TITLE = /^[A-Z]\w*(?:(?: (?:[A-Z]\w*|of|to|in|for|with|the|a|an|as|from|and|it|its|is))+…?|…)$/;

/** In title case because they are names: the extension, and a user of the sandbox. */
const OTHER_NAMES = new Set(['Dataverse WebHooks', 'Sandbox User']);

describe('The documents', () => {
  const titles = new Set(manifest.contributes.commands.map(({ title }) => localized(title)));
  const labels = new Set([
    ...titles,
    ...Object.values(strings),
    ...Object.keys(JSON.parse(readFileSync(path.join(ROOT, 'l10n', 'bundle.l10n.json'), 'utf8')) as object),
  ]);

  it('call every command and every label as it is called on screen', () => {
    const named = each(/\*{1,2}([^*\n]+)\*{1,2}/g).filter(([, text]) => TITLE.test(text));
    assert.ok(named.length > 30);
    for (const [file, text] of named)
      if (!OTHER_NAMES.has(text)) assert.ok(labels.has(text), `${file}: there is no ${text}`);
    const whole = each(/Dataverse WebHooks: ([^*`\n]+)(?=[*`])/g);
    assert.ok(whole.length > 0);
    for (const [file, text] of whole) assert.ok(titles.has(text), `${file}: there is no command ${text}`);
  });

  it('name only settings, commands and context keys that there are', () => {
    const settings = [manifest.contributes.configuration ?? []]
      .flat()
      .flatMap(({ properties }) => Object.keys(properties));
    const known = new Set([
      ...settings,
      ...COMMANDS,
      ...clauses().flatMap((clause) => clause.match(/[\w.]+/g) ?? []),
    ]);
    for (const [file, id] of each(/`(dataverseWebhooks\.[\w.]+)`/g))
      assert.ok(known.has(id), `${file}: ${id}`);
  });

  it('tell npm scripts, files and folders that there are', () => {
    const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
      scripts: object;
    };
    const builtIn = ['ci', 'start', 'test'];
    for (const file of DOCUMENTS) {
      const text = readFileSync(path.join(ROOT, file), 'utf8');
      for (const [, script = ''] of text.matchAll(/npm run (?:-s )?([\w:]+)/g))
        assert.ok(script in scripts, `${file}: npm run ${script}`);
      for (const [, command = ''] of text.matchAll(/npm ((?!run\b)[a-z]+)/g))
        if (builtIn.includes(command) && command !== 'ci')
          assert.ok(command in scripts, `${file}: npm ${command}`);
      for (const [, target = ''] of text.matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g))
        assert.ok(existsSync(path.join(ROOT, path.dirname(file), target)), `${file}: ${target}`);
      for (const [, target = ''] of text.matchAll(/`((?:src|test|scripts|docs|media)\/[\w./-]+)`/g))
        assert.ok(existsSync(path.join(ROOT, target)), `${file}: ${target}`);
    }
  });
});
