import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../scripts/host/paths';
import { COMMANDS, type CommandId } from '../../src/vscode/commands/table';
import { clauses, localized, manifest, menu } from './manifest';

const { commands } = manifest.contributes;

/** The commands that ask for something before they act; a question whether to delete is none. */
const ASKING = new Set<CommandId>([
  'dataverseWebhooks.exportJobs',
  'dataverseWebhooks.startListening',
  'dataverseWebhooks.changeListening',
  'dataverseWebhooks.registerListener',
  'dataverseWebhooks.replayDeliveries',
  'dataverseWebhooks.editDelivery',
  'dataverseWebhooks.compareDeliveries',
  'dataverseWebhooks.exportDeliveries',
  'dataverseWebhooks.addSampleDelivery',
  'dataverseWebhooks.openDeliveries',
  'dataverseWebhooks.replaySampleDelivery',
  'dataverseWebhooks.findDeliveries',
  'dataverseWebhooks.filterDeliveries',

  'dataverseWebhooks.copyQuery',
  'dataverseWebhooks.newQuery',
  'dataverseWebhooks.chooseQueryEnvironment',
  'dataverseWebhooks.filterWebhooks',
  'dataverseWebhooks.findWebhooks',
  'dataverseWebhooks.groupWebhooks',
  'dataverseWebhooks.addEnvironment',
  'dataverseWebhooks.triggerChange',
  'dataverseWebhooks.registerStep',
  'dataverseWebhooks.registerWebhook',
  'dataverseWebhooks.signIn',
  'dataverseWebhooks.changeEnvironment',
  'dataverseWebhooks.exportEnvironments',
  'dataverseWebhooks.importEnvironments',
  'dataverseWebhooks.editWebhook',
  'dataverseWebhooks.rotateSecret',
  'dataverseWebhooks.duplicateWebhook',
  'dataverseWebhooks.editStep',
  'dataverseWebhooks.duplicateStep',
  'dataverseWebhooks.moveStep',
  'dataverseWebhooks.registerImage',
  'dataverseWebhooks.editImage',
  'dataverseWebhooks.generateHandler',
  'dataverseWebhooks.generateTypes',
  'dataverseWebhooks.chooseSolutions',
  'dataverseWebhooks.sendTestDelivery',
  'dataverseWebhooks.copyRequest',
  'dataverseWebhooks.copyRequestWithSecret',
  'dataverseWebhooks.saveDelivery',
  'dataverseWebhooks.replayJob',
]);

/** The commands that the palette always offers: what begins everything, and the log. */
const ALWAYS = new Set<CommandId>([
  'dataverseWebhooks.addEnvironment',
  'dataverseWebhooks.importEnvironments',
  'dataverseWebhooks.addSampleDelivery',
  'dataverseWebhooks.openDeliveries',
  'dataverseWebhooks.replaySampleDelivery',
  'dataverseWebhooks.showLog',
]);

const VERBS =
  /^(Add|Check|Compare|Choose|Clear|Filter|Find|Generate|Group|Import|Cancel|Change|Copy|Delete|Disable|Duplicate|Edit|Enable|Export|Load|Move|New|Open|Pin|Post|Refresh|Register|Remove|Replay|Retry|Reveal|Rotate|Run|Save|Send|Show|Sign|Start|Stop|Test|Translate|Try|Undo|Unpin|Watch) |^Trigger…$/;

/** The context keys of src/vscode/contextKeys.ts, which cannot be imported outside the editor. */
const OUR_KEYS = new Set(
  [
    ...readFileSync(path.join(ROOT, 'src', 'vscode', 'contextKeys.ts'), 'utf8').matchAll(
      /^ {2}'([\w.]+)':/gm,
    ),
  ].map(([, key]) => key ?? ''),
);
const EDITOR_KEYS = new Set([
  'editorLangId',
  'resource',
  'view',
  'viewItem',
  'editorLangId',
  'resourceLangId',
  'activeWebviewPanelId',
  'isWorkspaceTrusted',
  'webviewId',
  'webviewSection',
  // Of a row of the grid: it is a job.
  'job',
  'listMultiSelection',
]);

/** The names in a clause: what is left of it without texts, regular expressions, numbers and operators. */
function namesIn(clause: string): readonly string[] {
  const bare = clause.replace(/=~\s*\/(?:\\.|[^/\\])*\/\w*/g, ' ').replace(/[=!]=\s*'?[\w.-]+'?/g, ' ');
  return (bare.match(/[A-Za-z][\w.-]*/g) ?? []).filter(
    (word) => !['true', 'false', 'in', 'not'].includes(word),
  );
}

describe('The commands of the manifest', () => {
  it('are those of the typed table, each declared once', () => {
    const declared = commands.map(({ command }) => command);
    assert.equal(new Set(declared).size, declared.length);
    assert.deepEqual(declared.toSorted(), [...COMMANDS].toSorted());
  });

  it('have ids of a verb and a noun under our name', () => {
    for (const { command } of commands) assert.match(command, /^dataverseWebhooks\.[a-z]+(?:[A-Z][a-z]*)+$/);
  });

  it('have the same category, and it is the name of the extension', () => {
    for (const { command, category } of commands) assert.equal(category, '%category%', command);
    assert.equal(localized('%category%'), localized('%extension.displayName%'));
  });

  it('have a title that begins with a verb, in title case, without the category, a full stop or a picture', () => {
    for (const { command, title } of commands) {
      assert.match(title, /^%[\w.]+%$/, command);
      const text = localized(title);
      assert.match(text, VERBS, command);
      assert.doesNotMatch(text, /Dataverse/, command);
      assert.doesNotMatch(text, /\p{Extended_Pictographic}|\.$/u, command);
      for (const word of text.replace(/…$/, '').split(' '))
        assert.match(word, /^([A-Z]\w*|of|to|in|for|and|the|a|as|with|from)$/, `${command}: ${word}`);
    }
  });

  it('end with an ellipsis exactly when they ask for something before they act', () => {
    const asking = commands
      .filter(({ title }) => localized(title).endsWith('…'))
      .map(({ command }) => command);
    assert.deepEqual(asking.toSorted(), [...ASKING].toSorted());
    for (const { title } of commands) assert.doesNotMatch(localized(title), /\.\.\./);
  });

  it('have an icon of the editor where they have one, and where they are shown as one', () => {
    for (const { command, icon } of commands)
      if (icon !== undefined) assert.match(icon, /^\$\([a-z-]+\)$/, command);
    const shown = [...menu('view/title'), ...menu('view/item/context'), ...menu('editor/title')].filter(
      ({ group }) => /^(inline|navigation)/.test(group ?? ''),
    );
    assert.ok(shown.length > 0);
    for (const { command } of shown)
      assert.ok(commands.find((entry) => entry.command === command)?.icon, `${command ?? ''} has no icon`);
  });

  it('have no keybinding, or one that holds in our view or panel alone', () => {
    for (const { command, when } of manifest.contributes.keybindings ?? [])
      assert.match(
        when ?? '',
        /focusedView == dataverseWebhooks\.|activeWebviewPanelId == 'dataverseWebhooks\./,
        command,
      );
  });
});

describe('The palette', () => {
  const palette = menu('commandPalette');

  it('has one rule for every command that is not always offered', () => {
    const ruled = palette.map(({ command }) => command ?? '');
    assert.equal(new Set(ruled).size, ruled.length);
    const expected = COMMANDS.filter((command) => !ALWAYS.has(command));
    assert.deepEqual(ruled.toSorted(), expected.toSorted());
    for (const { command, when } of palette) assert.ok(when !== undefined && when !== '', command);
  });

  it('hides what makes no sense without an item', () => {
    const hidden = palette.filter(({ when }) => when === 'false').map(({ command }) => command);
    assert.deepEqual(hidden, [
      'dataverseWebhooks.loadMore',
      'dataverseWebhooks.copyId',
      'dataverseWebhooks.loadMoreDeliveries',
    ]);
  });
});

describe('The clauses of the manifest', () => {
  it('use our context keys, each of which is used, and no others but the known ones of the editor', () => {
    assert.ok(OUR_KEYS.size > 0);
    const used = new Set(clauses().flatMap(namesIn));
    for (const name of used) assert.ok(OUR_KEYS.has(name) || EDITOR_KEYS.has(name), `unknown key ${name}`);
    for (const key of OUR_KEYS) assert.ok(used.has(key), `unused key ${key}`);
  });

  it('are read by this test as they are written', () => {
    assert.deepEqual(namesIn("view == a.b && viewItem =~ /^x(\\+|$)/ && !c.d || e != 'f g'"), [
      'view',
      'viewItem',
      'c.d',
      'e',
      'g',
    ]);
    assert.deepEqual(namesIn('false'), []);
  });
});
