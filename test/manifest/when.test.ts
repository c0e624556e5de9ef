import assert from 'node:assert/strict';
import { COMMANDS } from '../../src/vscode/commands/table';
import { clauses, localized, manifest, menu } from './manifest';
import { holds, type Context } from './when';

const ID = 'dataverseWebhooks.';

/** Titles that the palette offers in a state. */
function offered(context: Context): readonly string[] {
  const rules = new Map(menu('commandPalette').map(({ command, when }) => [command ?? '', when ?? 'true']));
  return COMMANDS.filter((id) => holds(rules.get(id) ?? 'true', context)).map((id) => id.slice(ID.length));
}

const nothing: Context = {};
const connected: Context = { [`${ID}hasEnvironment`]: true };
const sandbox: Context = { ...connected, [`${ID}sandboxRunning`]: true };
const listening: Context = { [`${ID}listening`]: true, [`${ID}hasDeliveries`]: true };
const report: Context = { ...connected, activeWebviewPanelId: `${ID}jobs`, [`${ID}jobsExportable`]: true };

describe('What the palette offers', () => {
  it('is how to begin, and no more, while nothing is connected', () => {
    assert.deepEqual(
      [...offered(nothing)].sort(),
      [
        ...['addEnvironment', 'addSampleDelivery', 'importEnvironments', 'openDeliveries'],
        ...['replaySampleDelivery', 'showLog', 'startListening', 'startSandbox'],
      ].sort(),
    );
  });

  it('is what needs an environment once there is one, and what needs the sandbox with the sandbox only', () => {
    for (const id of [
      'registerWebhook',
      'registerStep',
      'showFailedJobs',
      'removeEnvironment',
      'checkWebhooks',
    ])
      assert.ok(offered(connected).includes(id) && !offered(listening).includes(id), id);
    const ofSandbox = offered(sandbox).filter((id) => !offered(connected).includes(id));
    assert.deepEqual(ofSandbox.toSorted(), ['stopSandbox', 'triggerChange']);
    assert.ok(!offered(sandbox).includes('startSandbox'));
  });

  it('is what can be done with deliveries, the report and a query only where there is one', () => {
    for (const id of ['showDelivery', 'replayDeliveries', 'clearDeliveries', 'stopListening'])
      assert.ok(offered(listening).includes(id) && !offered(sandbox).includes(id), id);
    for (const id of ['exportJobs', 'copyJobCell', 'revealJobStep'])
      assert.ok(offered(report).includes(id) && !offered(sandbox).includes(id), id);
    const ofBefore = { ...report, 'dataverseWebhooks.jobsExportable': false };
    assert.ok(!offered(ofBefore).includes('exportJobs'), 'rows of another query than that of the report');
    assert.ok(offered(ofBefore).includes('copyJobCell'));
    for (const language of ['fetchxml', 'dataverse-webapi']) {
      assert.ok(offered({ ...connected, editorLangId: language }).includes('runQuery'));
      assert.ok(!offered({ editorLangId: language }).includes('runQuery'));
    }
    assert.ok(!offered({ ...connected, editorLangId: 'json' }).includes('runQuery'));
  });

  it('never has both of two that exclude each other', () => {
    const flags = [
      'hasEnvironment',
      'sandboxRunning',
      'listening',
      'watchingJobs',
      'hasDeliveries',
      'filtered',
    ];
    for (let bits = 0; bits < 1 << flags.length; bits += 1) {
      const on = flags.filter((_, index) => (bits & (1 << index)) !== 0);
      const context = { ...report, ...Object.fromEntries(on.map((flag) => [ID + flag, true])) };
      for (const [one, other] of [
        ['startSandbox', 'stopSandbox'],
        ['startListening', 'stopListening'],
        ['watchJobs', 'stopWatchingJobs'],
      ] as const)
        assert.equal(offered(context).filter((id) => id === one || id === other).length, 1, on.join(' '));
    }
  });
});

describe('The menus in every state', () => {
  it('have no rows that are off: what cannot be done is not there', () => {
    for (const { command, enablement } of manifest.contributes.commands)
      assert.equal(enablement, undefined, command);
  });

  it('have at most three icons in the title of a view, and each of them is in the palette then', () => {
    for (const context of [nothing, connected, sandbox, listening, { ...sandbox, ...listening }])
      for (const { id } of Object.values(manifest.contributes.views).flat()) {
        const here = { ...context, view: id };
        const icons = menu('view/title').filter(
          ({ group, when }) => group?.startsWith('navigation') === true && holds(when ?? 'true', here),
        );
        assert.ok(icons.length <= 3, `${id}: ${icons.map(({ command }) => command).join(', ')}`);
        for (const { command } of icons)
          assert.ok(offered(here).includes((command ?? '').slice(ID.length)), command);
      }
  });

  it('say one thing in an empty view, whatever the state', () => {
    const states = [nothing, connected, { [`${ID}listening`]: true }, { [`${ID}deliveriesUsed`]: true }];
    for (const context of states)
      for (const { id } of Object.values(manifest.contributes.views).flat()) {
        const said = manifest.contributes.viewsWelcome.filter(
          ({ view, when }) => view === id && holds(when ?? 'true', context),
        );
        assert.ok(said.length <= 1, said.map(({ contents }) => localized(contents)).join(' / '));
      }
  });
});

describe('A clause', () => {
  it('is read as the editor reads it', () => {
    const context = { a: true, b: false, c: 'x+y', list: ['r'], r: 'r' };
    const table: Readonly<Record<string, boolean>> = {
      'a && b || a': true,
      'b || a && b': false,
      '!(a && b)': true,
      "c == 'x+y'": true,
      'c != z': true,
      'c =~ /^x(\\+|$)/': true,
      'missing =~ /x/': false,
      'r in list': true,
      'a in list': false,
      'missing || false': false,
    };
    for (const [clause, expected] of Object.entries(table))
      assert.equal(holds(clause, context), expected, clause);
    assert.throws(() => holds('a &&', context));
    assert.throws(() => holds('a b', context));
  });

  it('of the manifest is understood, every one', () => {
    assert.ok(clauses().length > 100);
    for (const clause of clauses()) holds(clause, {});
  });
});
