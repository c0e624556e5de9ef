import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from '../../scripts/host/paths';
import { jobsGrid, showing } from './fixtures';
import { PageHost } from './jobsPage';
import { THEMES } from './themes.data';

/** Words of CSS that stand for a colour and are fixed; system colours are what forced colours are for. */
const NAMED =
  /\b(black|white|red|green|blue|gr[ae]y|orange|yellow|purple|silver|navy|teal|maroon|olive|lime|aqua|fuchsia|pink|brown|gold|crimson|coral|tomato|salmon|violet|indigo|beige|ivory|khaki|cyan|magenta|(?:dark|light)\w+)\b/i;

describe('The style of the page of the job report', () => {
  let css = '';
  before(async () => {
    css = (await readFile(path.join(ROOT, 'media', 'jobs.css'), 'utf8')).replace(/\/\*[\s\S]*?\*\//g, '');
  });

  it('names no colour of its own', () => {
    const values = css.match(/:[^;{}]+;/g) ?? [];
    assert.ok(values.length > 100);
    for (const value of values) {
      const own = value.replace(/var\(--[\w-]+/g, '');
      assert.doesNotMatch(
        own,
        /#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|hwb|lab|lch|oklab|oklch|color|color-mix)a?\(/i,
        value,
      );
      assert.doesNotMatch(own, NAMED, value);
    }
  });

  it('uses system colours only where colours are forced', () => {
    const forced = css.indexOf('@media (forced-colors: active)');
    assert.ok(forced > 0);
    assert.doesNotMatch(
      css.slice(0, forced),
      /\b(Canvas|CanvasText|Highlight|HighlightText|ButtonText|LinkText)\b/,
    );
  });

  it('uses only variables that the four themes of these tests know, and they know no others', () => {
    const used = new Set(css.match(/--vscode-[\w-]+/g));
    for (const [name, { variables }] of Object.entries(THEMES))
      assert.deepEqual(Object.keys(variables).toSorted(), [...used].toSorted(), name);
  });

  it('has a fallback for every colour that a theme may lack, where the lack would be seen', () => {
    const lacking = new Set(
      Object.values(THEMES).flatMap(({ variables }) =>
        Object.keys(variables).filter((name) => variables[name] === ''),
      ),
    );
    assert.ok(lacking.size > 0);
    for (const [, property, name] of css.matchAll(/([\w-]+):[^;{}]*?var\((--vscode-[\w-]+)\)/g)) {
      // A background that is missing is transparent, which is what such a theme wants.
      if (name !== undefined && lacking.has(name) && property !== 'background')
        assert.fail(`${property ?? ''} uses ${name} without a fallback`);
    }
  });

  it('loads nothing', () => {
    assert.doesNotMatch(css, /@import|url\(/);
  });
});

describe('The page of the job report with 50,000 rows', () => {
  it('draws them, moves and takes text without a noticeable wait', async () => {
    const host = await PageHost.start();
    try {
      const jobs = await host.open();
      await jobs.show(showing());
      const took = (act: () => Promise<void>) => async () => {
        const start = performance.now();
        await act();
        return performance.now() - start;
      };
      const grid = { ...jobsGrid(100), count: 50_000 };
      const first = await took(() => jobs.show(showing({ grid })))();
      await jobs.unfoldQuery();
      await jobs.page.locator('tr[data-index="0"] td').first().focus();
      const cells = () => jobs.page.locator('tbody td').count();
      assert.ok((await cells()) < 1200, 'only what is in sight is there');
      const moving = await took(async () => {
        for (let step = 0; step < 20; step++) await jobs.page.keyboard.press('ArrowDown');
      })();
      await jobs.page.keyboard.press('Control+End');
      assert.equal(await jobs.focus(), 'row 49999, 14');
      assert.ok((await cells()) < 1200);
      // The page keeps the very nodes: none is thrown away and made again while one types.
      const nodes = await jobs.page.evaluateHandle(() => [...document.querySelectorAll('tbody td')]);
      await jobs.page.locator('#query').focus();
      const typing = await took(() => jobs.page.keyboard.type('abcdefghij'))();
      // A row at the edge may go when a line above the grid comes.
      const lost = await nodes.evaluate((all) => all.filter((cell) => !cell.isConnected).length);
      assert.ok(lost <= 45, `${lost} cells were made anew`);
      // Generous: what must not happen is a page that freezes. A busy machine is no failure.
      assert.ok(first < 8000 && moving < 8000 && typing < 4000, `${first} ${moving} ${typing} ms`);
      await jobs.close();
    } finally {
      await host.stop();
    }
  });
});
