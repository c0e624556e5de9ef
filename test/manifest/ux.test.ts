import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../scripts/host/paths';
import { menu } from './manifest';
import { holds } from './when';

interface Point {
  readonly number: number;
  readonly name: string;
  readonly does: string;
  readonly shownBy: ReadonlyArray<{ readonly file: string; readonly title: string }>;
}

const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

/** The rows of docs/ux.md. */
function points(): readonly Point[] {
  return read('docs/ux.md')
    .split('\n')
    .filter((line) => /^\| \d+ \|/.test(line))
    .map((line) => {
      const [, number, name = '', does = '', shown = ''] = line.split('|').map((cell) => cell.trim());
      const shownBy = [...shown.matchAll(/`([\w/.]+)` “([^”]+)”/g)].map(([, file = '', title = '']) => ({
        file: file.endsWith('.test.ts') ? `test/${file}` : file,
        title,
      }));
      return { number: Number(number), name, does, shownBy };
    });
}

/** Every source file below a folder with its text. */
function sources(folder: string): ReadonlyArray<readonly [file: string, text: string]> {
  return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => [name.replaceAll('\\', '/'), read(path.join(folder, name))]);
}

describe('The table of points of use', () => {
  it('has fifty rows, each with what is done and what shows it', () => {
    const all = points();
    assert.deepEqual(
      all.map(({ number }) => number),
      Array.from({ length: 50 }, (_, index) => index + 1),
    );
    for (const { name, does, shownBy, number } of all)
      assert.ok(name && does && shownBy.length > 0, `${number}`);
  });

  it('names tests that there are', () => {
    for (const { number, shownBy } of points())
      for (const { file, title } of shownBy) {
        assert.ok(existsSync(path.join(ROOT, file)), `${number}: there is no ${file}`);
        const text = read(file).replace(/\\(['"`])/g, '$1');
        const declared = file.endsWith('.test.ts')
          ? [...text.matchAll(/\bit\(\s*(['"`])((?:(?!\1).|'(?=\w))*)\1/g)].map(([, , name]) => name ?? '')
          : text.split('\n');
        assert.ok(
          declared.some((name) => name.includes(title)),
          `${number}: ${file} has no test “${title}”`,
        );
      }
  });
});

describe('Progress in a notification', () => {
  it('can be cancelled, each of them', () => {
    const places = sources('src/vscode').flatMap(([file, text]) =>
      [...text.matchAll(/ProgressLocation\.Notification/g)].map(({ index }) => ({
        file,
        after: text.slice(index, index + 250),
      })),
    );
    assert.ok(places.length > 0);
    for (const { file, after } of places) assert.match(after, /cancellable: true/, file);
  });
});

describe('The items of the status bar', () => {
  it('are on the left, and are the environment, its colour and the listener', () => {
    const items = sources('src').flatMap(([, text]) => [
      ...text.matchAll(/createStatusBarItem\(\s*'([\w.]+)',\s*vscode\.StatusBarAlignment\.(\w+)/g),
    ]);
    assert.deepEqual(items.map(([, id, side]) => `${id ?? ''} ${side ?? ''}`).sort(), [
      'dataverseWebhooks.color Left',
      'dataverseWebhooks.environment Left',
      'dataverseWebhooks.listener Left',
    ]);
    assert.equal(sources('src').filter(([, text]) => text.includes('createStatusBarItem')).length, 2);
  });
});

describe('The log', () => {
  it('is one, and is shown only when that is asked for', () => {
    const made = sources('src').filter(([, text]) => text.includes('createOutputChannel('));
    assert.deepEqual(
      made.map(([file]) => file),
      ['vscode/log.ts'],
    );
    assert.match(made[0]?.[1] ?? '', /createOutputChannel\([^)]*\{ log: true \}\)/);
    const showing = sources('src').filter(([, text]) => /\blog\.show\(\)/.test(text));
    assert.deepEqual(showing.map(([file]) => file).sort(), [
      'vscode/commands/viewCommands.ts',
      'vscode/report.ts',
    ]);
  });
});

describe('The job report', () => {
  it('has its acts as commands, found in the palette while it is open', () => {
    const context = {
      activeWebviewPanelId: 'dataverseWebhooks.jobs',
      'dataverseWebhooks.hasEnvironment': true,
      'dataverseWebhooks.jobsExportable': true,
    };
    const acts = [...menu('editor/title'), ...menu('webview/context')]
      .filter(({ when }) => when?.includes("'dataverseWebhooks.jobs'") === true)
      .map(({ command }) => command ?? '');
    for (const act of [
      'refreshJobs',
      'watchJobs',
      'exportJobs',
      'copyJobCell',
      'copyJobRow',
      'copyJobSelection',
    ])
      assert.ok(acts.includes(`dataverseWebhooks.${act}`), act);
    const rules = new Map(menu('commandPalette').map(({ command, when }) => [command ?? '', when ?? 'true']));
    for (const act of acts) {
      const watching = act.endsWith('stopWatchingJobs');
      const rule = rules.get(act) ?? 'true';
      assert.ok(holds(rule, { ...context, 'dataverseWebhooks.watchingJobs': watching }), act);
      assert.ok(!holds(rule, { 'dataverseWebhooks.hasEnvironment': true }), act);
    }
  });
});
