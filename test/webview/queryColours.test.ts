import assert from 'node:assert/strict';
import { type JobsPage, setTheme, usePages } from './jobsPage';
import { openQuery } from './queryField';

const FETCH = '<!-- all -->\n<fetch top="5">\n  <entity name="contact" />\n</fetch>\n';

/** The relative luminance of a colour (WCAG 2), of its red, green and blue from 0 to 255. */
function luminance(colour: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = colour.map((value) => {
    const part = value / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

describe('The colours of the query', () => {
  const pages = usePages();
  let jobs: JobsPage;
  beforeEach(async () => {
    jobs = await openQuery(pages);
  });

  /** The parts of the text that have a colour, by what they are. */
  function coloured(): Promise<Record<string, readonly string[]>> {
    return jobs.page.evaluate(() =>
      Object.fromEntries(
        [...CSS.highlights].map(([kind, ranges]) => [
          kind.replace('query-', ''),
          [...ranges].map(({ startContainer, startOffset, endOffset }) =>
            (startContainer.textContent ?? '').slice(startOffset, endOffset),
          ),
        ]),
      ),
    );
  }

  it('follow the text in both languages', async () => {
    const { page } = jobs;
    await page.locator('#query').fill(FETCH);
    assert.deepEqual(await coloured(), {
      keyword: ['<fetch', '>', '<entity', '/', '>', '</fetch', '>'],
      name: ['top', 'name'],
      string: ['"5"', '"contact"'],
      number: [],
      comment: ['<!-- all -->'],
    });
    await page.locator('#language').selectOption('webApi');
    await page.locator('#query').fill("contacts?$top=5&$filter=contains(lastname,'o''B') and a eq null");
    assert.deepEqual(await coloured(), {
      keyword: ['$top', '$filter', 'and', 'eq', 'null'],
      name: ['contains'],
      string: ["'o''B'"],
      number: ['5'],
      comment: [],
    });
  });

  it('stand exactly behind the text, also at its end, after a scroll and in a narrow page', async () => {
    const { page } = jobs;
    for (const width of [1000, 320]) {
      await page.setViewportSize({ width, height: 700 });
      await page.locator('#query').fill(`${FETCH.repeat(30)}${'word '.repeat(100)}\n`);
      await page.locator('#query').press('Control+End');
      await page.waitForFunction(() => {
        const [field, layer] = [document.getElementById('query'), document.querySelector('.colours')];
        return field !== null && field.scrollTop > 100 && field.scrollTop === layer?.scrollTop;
      });
      const sizes = await page.evaluate(() =>
        ['#query', '.colours'].map((one) => {
          const { scrollHeight, clientWidth } = document.querySelector(one) ?? document.body;
          return { scrollHeight, clientWidth };
        }),
      );
      assert.deepEqual(sizes[0], sizes[1], `${width}`);
      // Far below, what can be seen has its colours, and the rest none.
      await page.locator('#query').press('Control+Home');
      await page.waitForFunction(() => {
        const [first] = CSS.highlights.get('query-keyword') ?? [];
        return first?.startContainer === document.querySelector('.colours')?.children[1]?.firstChild;
      });
      const { keyword = [] } = await coloured();
      assert.ok(keyword.length > 10 && keyword.length < 150, `${keyword.length}`);
      assert.equal(keyword[0], '<fetch');
    }
  });

  it('can be read in the four themes', async () => {
    const { page } = jobs;
    await page.locator('#query').fill(FETCH);
    for (const theme of ['dark', 'light', 'hcDark', 'hcLight'] as const) {
      await setTheme(page, theme);
      const colours = await page.evaluate(() => {
        const layer = document.querySelector('.colours') ?? document.body;
        const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
        const ground = getComputedStyle(layer.parentElement ?? layer).backgroundColor;
        return ['ground', ...CSS.highlights.keys()].map((name) => {
          const color = name === 'ground' ? ground : getComputedStyle(layer, `::highlight(${name})`).color;
          // One over the other, as they are seen.
          for (const each of [ground, color]) {
            if (canvas === null) break;
            canvas.fillStyle = each;
            canvas.fillRect(0, 0, 1, 1);
          }
          return { name, color, seen: [...(canvas?.getImageData(0, 0, 1, 1).data ?? [])] };
        });
      });
      const [ground, ...rest] = colours;
      const below = luminance(ground?.seen ?? []);
      const contrasts = rest.map(({ name, color, seen }) => {
        const own = luminance(seen);
        return { name, color, contrast: (Math.max(own, below) + 0.05) / (Math.min(own, below) + 0.05) };
      });
      assert.equal(contrasts.length, 5);
      for (const { name, color, contrast } of contrasts)
        assert.ok(contrast >= 4.5, `${theme} ${name} ${color} ${contrast}`);
      assert.equal(new Set(contrasts.map(({ color }) => color)).size > 1, true, theme);
    }
  });

  it('are left out where the text is long, or the system has colours of its own; the text is in the field', async () => {
    const { page } = jobs;
    const fill = () =>
      page.locator('#query').evaluate((field) => {
        const { webkitTextFillColor, color } = getComputedStyle(field);
        return webkitTextFillColor === color;
      });
    await page.locator('#query').fill(FETCH);
    assert.equal(await fill(), false);
    await page.emulateMedia({ forcedColors: 'active' });
    assert.equal(await fill(), true);
    await page.emulateMedia({ forcedColors: 'none' });
    await page.locator('#query').fill('x'.repeat(50_000));
    assert.equal(await fill(), true);
  });
});
