import assert from 'node:assert/strict';
import { PSEUDO, pseudoTexts } from '../fakes/pseudoLanguage';
import { type Show, STATES, TEXTS } from './fixtures';
import { axeFindings, usePages } from './jobsPage';

const WIDTHS = [320, 640, 1280];

/** A state of the page with its own words in the pseudo-language; what the service says stays as it is. */
function translated(params: Show): Show {
  return { ...params, title: pseudoTexts(params.title), texts: pseudoTexts(TEXTS) };
}

/** Every text of a value, the data that the page was given. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

/** Whether a text is what the page was given, or has no word in it. */
function isData(text: string, data: readonly string[]): boolean {
  return !/\p{L}/u.test(text) || data.some((one) => one.includes(text));
}

/** Runs in the page: all that is read there, by eye or aloud. */
const READ = `(() => {
  const texts = [];
  const walker = document.createTreeWalker(document.getElementById('root'), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) texts.push(node.data);
  for (const element of document.querySelectorAll('[aria-label], [title], [placeholder]'))
    for (const name of ['aria-label', 'title', 'placeholder']) texts.push(element.getAttribute(name) ?? '');
  return texts.map((text) => text.trim()).filter((text) => text !== '');
})()`;

/** Runs in the page: what makes it wider than its window, and labels that do not show all of their text. */
const CROWDED = `(() => {
  const room = document.documentElement.clientWidth;
  const all = [...document.querySelectorAll('#root *')];
  const isWide = document.documentElement.scrollWidth > room;
  const named = (one) => one.localName + (one.id && '#' + one.id) + ': ' + one.textContent.trim().slice(0, 60);
  return {
    wide: isWide ? ['the page', ...all.filter((one) => one.getBoundingClientRect().right > room).map(named)] : [],
    clipped: [...document.querySelectorAll('button, label, summary, h1, h2, h3')]
      .filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflow !== 'visible')
      .map(named),
  };
})()`;

describe('The page of the job report in another language', () => {
  const pages = usePages();

  for (const [name, params] of Object.entries(STATES)) {
    it(`has no word that is not translated when it shows: ${name}`, async () => {
      const jobs = await pages.open();
      const shown = translated(params);
      await jobs.show(shown);
      const data = textsIn({ ...shown, texts: undefined });
      const read = await jobs.page.evaluate<string[]>(READ);
      assert.ok(read.some((text) => text.includes(PSEUDO)));
      const own = read.filter(
        (text) => !text.includes(PSEUDO) && !text.split(' – ').every((part) => isData(part, data)),
      );
      assert.deepEqual(own, []);
    });

    it(`has room for longer words, and nothing that axe finds, when it shows: ${name}`, async () => {
      const jobs = await pages.open();
      await jobs.show(translated(params));
      for (const width of WIDTHS) {
        await jobs.page.setViewportSize({ width, height: 700 });
        const { wide, clipped } = await jobs.page.evaluate<{ wide: string[]; clipped: string[] }>(CROWDED);
        assert.deepEqual(wide, [], `${width} px`);
        assert.deepEqual(clipped, [], `${width} px`);
        assert.deepEqual(await axeFindings(jobs.page), [], `${width} px`);
      }
    });
  }
});
