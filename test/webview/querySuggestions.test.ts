import assert from 'node:assert/strict';
import {
  FromQueryPage,
  LONGEST_QUERY,
  ToQueryPage,
  type QuerySuggestion,
  type QuerySuggestions,
} from '../../src/protocol/queries';
import { FromJobsPage } from '../../src/protocol/jobs';
import { Envelope } from '../../src/protocol/message';
import { TEXTS } from './fixtures';
import { axeFindings, type JobsPage, setTheme, usePages } from './jobsPage';
import { openQuery, select, selectedIn } from './queryField';

const column = (label: string, detail: string): QuerySuggestion => ({
  kind: 'column',
  label,
  detail,
  insert: label,
  rank: 0,
});
const COLUMNS = [
  column('firstname', 'First <b>Name</b> · String'),
  column('lastname', 'Last Name · String'),
  column('name', 'Full Name · String'),
];
const ATTRIBUTE: QuerySuggestion = { kind: 'attribute', label: 'name', insert: 'name="$1"', rank: 0 };
const FILTER: QuerySuggestion = {
  kind: 'element',
  label: 'filter',
  insert: '<filter>\n\t<condition attribute="$1" />\n</filter>',
  rank: 0,
};

describe('Suggestions in the field of the query', () => {
  const pages = usePages();
  let jobs: JobsPage;
  beforeEach(async () => {
    jobs = await openQuery(pages);
  });

  /** Puts a text into the field, with the caret where the `|` stands. */
  async function put(text: string): Promise<void> {
    await jobs.page.locator('#query').fill(text.replace('|', ''));
    await select(jobs, text.indexOf('|'));
  }

  /** The text of the field with the caret as a `|`, or the selection between two of them. */
  async function text(): Promise<string> {
    const value = await jobs.page.locator('#query').inputValue();
    const { start, text: selected } = await selectedIn(jobs);
    const end = start + selected.length;
    return `${value.slice(0, start)}|${selected}${selected === '' ? '' : '|'}${value.slice(end)}`;
  }

  async function questions(): Promise<ReadonlyArray<{ serial: number; offset: number; text: string }>> {
    return (await jobs.posted())
      .map((message) => Envelope.parse(message))
      .filter(({ method }) => method === FromQueryPage.suggest.method)
      .map(({ params }) => FromQueryPage.suggest.params.parse(params));
  }

  async function answer(
    items: readonly QuerySuggestion[],
    over: Partial<Omit<QuerySuggestions, 'items'>> = {},
  ): Promise<void> {
    const asked = (await questions()).at(-1);
    assert.ok(asked, 'nothing was asked');
    const { serial, offset } = asked;
    const params = { serial, start: offset, end: offset, items, ...over };
    await jobs.receive({ method: ToQueryPage.suggestions.method, params });
  }

  const list = () => jobs.page.getByRole('listbox', { name: 'Suggestions' });
  const shown = () => list().getByRole('option').locator('.label').allInnerTexts();
  const press = async (...keys: readonly string[]) => {
    for (const key of keys) await jobs.page.keyboard.press(key);
  };
  const active = () =>
    jobs.page
      .locator('#query')
      .evaluate(
        (field) =>
          document.getElementById(field.getAttribute('aria-activedescendant') ?? '')?.querySelector('.label')
            ?.textContent ?? '',
      );

  it('come as a name is begun, fit what is typed, and are taken with Enter', async () => {
    await put('<attribute name=|/>');
    await jobs.page.keyboard.type('"');
    await answer(COLUMNS);
    assert.deepEqual(await shown(), ['firstname', 'lastname', 'name']);
    await jobs.page.keyboard.type('la');
    assert.deepEqual(await shown(), ['lastname']);
    assert.deepEqual(await questions(), [], 'what is known is not asked for again');
    assert.equal(await active(), 'lastname');
    await press('Enter');
    assert.equal(await text(), '<attribute name="lastname|/>');
    assert.equal(await list().isVisible(), false);
    assert.equal(await jobs.page.locator('#query').getAttribute('aria-activedescendant'), null);
    // As typed, so that one key takes it back.
    await press('Control+z');
    assert.equal(await text(), '<attribute name="la|/>');
    await press('Control+Shift+z');
    assert.equal(await text(), '<attribute name="lastname|/>');
  });

  it('are asked for with Ctrl+Space, and found by what they are called', async () => {
    await put('contacts?$select=|');
    await press('Control+Space');
    await answer(COLUMNS);
    assert.equal(await text(), 'contacts?$select=|');
    await press('ArrowDown', 'ArrowDown', 'ArrowDown');
    assert.equal(await active(), 'firstname', 'after the last comes the first');
    await press('ArrowUp');
    assert.equal(await active(), 'name');
    await jobs.page.keyboard.type('full');
    assert.deepEqual(await shown(), ['name']);
    await press('Tab');
    assert.equal(await text(), 'contacts?$select=name|');
    assert.equal(await jobs.focus(), 'query');
  });

  it('leave Tab, Enter and Escape to the field and the page while there is no list', async () => {
    await put('ab|');
    await press('Escape');
    assert.equal(await jobs.focus(), 'query');
    await press('Enter');
    assert.equal(await text(), 'ab\n|');
    await press('Tab');
    assert.notEqual(await jobs.focus(), 'query');
    await press('Shift+Tab');
    assert.equal(await jobs.focus(), 'query');
  });

  it('close with Escape, which does nothing else, and with the caret that goes elsewhere', async () => {
    await jobs.page.evaluate(() => {
      document.body.addEventListener('keydown', ({ key }) => {
        if (key === 'Escape' || key === ' ') window.ran = 'a key';
      });
    });
    await put('contacts?$select=|');
    await press('Control+Space');
    await answer(COLUMNS);
    await press('Escape');
    assert.equal(await list().isVisible(), false);
    assert.equal(await jobs.page.evaluate(() => window.ran), undefined, 'the editor behind hears of no key');
    await press('Control+Space');
    await answer(COLUMNS);
    await press('Home');
    await list().waitFor({ state: 'hidden' });
    await select(jobs, 17);
    await press('Control+Space');
    await answer(COLUMNS);
    await jobs.page.locator('#run').focus();
    assert.equal(await list().isVisible(), false);
  });

  it('are closed by Ctrl+Enter, which runs the text as it stands', async () => {
    await put('contacts?$select=|');
    await press('Control+Space');
    await answer(COLUMNS);
    assert.equal(await list().isVisible(), true);
    await press('Control+Enter');
    assert.equal(await list().isVisible(), false);
    const sent = (await jobs.posted()).map((message) => Envelope.parse(message));
    const run = sent.find(({ method }) => method === FromJobsPage.run.method);
    assert.deepEqual(run?.params, { language: 'fetchXml', text: 'contacts?$select=' });
  });

  it('are taken with a click, which leaves the focus in the field', async () => {
    await put('contacts?$select=|&$top=5');
    await press('Control+Space');
    await answer(COLUMNS);
    await list()
      .getByRole('option', { name: /lastname/ })
      .click();
    assert.equal(await text(), 'contacts?$select=lastname|&$top=5');
    assert.equal(await jobs.focus(), 'query');
  });

  it('are written with their places to fill in, laid out as the line is, and go on with the next name', async () => {
    await put('<fetch>\n    |\n</fetch>');
    await press('Control+Space');
    await answer([FILTER]);
    await press('Enter');
    const condition = '      <condition attribute="|" />';
    assert.equal(await text(), `<fetch>\n    <filter>\n${condition}\n    </filter>\n</fetch>`);
    await answer(COLUMNS);
    await press('Enter');
    assert.match(await text(), /<condition attribute="firstname\|" \/>/);
    await press('Control+z', 'Control+z');
    assert.equal(await text(), '<fetch>\n    |\n</fetch>');
  });

  it('that come too late are dropped', async () => {
    await put('<fetch |>');
    await press('Control+Space', 'Control+Space');
    const [first, second] = await questions();
    const params = { start: 7, end: 7, items: [ATTRIBUTE] };
    for (const [asked, isShown] of [
      [first, false],
      [second, true],
    ] as const) {
      const found = { ...params, serial: asked?.serial ?? -1 };
      await jobs.receive({ method: ToQueryPage.suggestions.method, params: found });
      assert.equal(await list().isVisible(), isShown);
    }
  });

  it('fit what was typed while they were looked up; a text that is another one has none', async () => {
    await put('contacts?$select=|');
    await press('Control+Space');
    const [asked] = await questions();
    await jobs.page.keyboard.type('la');
    const items = COLUMNS;
    assert.deepEqual(await questions(), [], 'the place is the same');
    const params = { serial: asked?.serial ?? 0, start: 17, end: 17, items };
    await jobs.receive({ method: ToQueryPage.suggestions.method, params });
    assert.deepEqual(await shown(), ['lastname']);
    await jobs.page.locator('#query').fill('accounts');
    assert.equal(await list().isVisible(), false);
  });

  it('say that they are looked up, that there are none, and what is missing; typing goes on', async () => {
    const spoken = jobs.page.locator('#suggestSpoken');
    await put('contacts?$select=|');
    await press('Control+Space');
    await spoken.getByText(TEXTS.suggestLoading).waitFor({ state: 'attached' });
    await answer([]);
    assert.equal(await spoken.innerText(), TEXTS.suggestNone);
    await press('Enter');
    assert.equal(await text(), 'contacts?$select=\n|', 'a note takes no key');
    await press('Control+Space');
    await answer([ATTRIBUTE], { missing: 'The tables could not be read.' });
    assert.equal(await spoken.innerText(), 'The tables could not be read.');
    assert.deepEqual(await shown(), ['name']);
    assert.deepEqual(await axeFindings(jobs.page), []);
  });

  it('are asked for by no paste, no blanks at the beginning of a line, no end of a value, and no text that is too long', async () => {
    await put('<fetch>|');
    await jobs.page.keyboard.insertText('<entity name="contact">');
    await press('Enter');
    await jobs.page.keyboard.type('  ');
    assert.deepEqual(await questions(), []);
    await put('<entity name="contact|');
    await jobs.page.keyboard.type('"');
    assert.deepEqual(await questions(), []);
    await jobs.page.locator('#query').fill('a'.repeat(LONGEST_QUERY + 1));
    await press('Control+Space');
    await jobs.page.keyboard.type(' <');
    assert.deepEqual(await questions(), []);
  });

  it('of a thousand are shown in part, with how many there are, under the word, and in the window', async () => {
    const many = Array.from({ length: 1000 }, (_, index) =>
      column(`column${String(index).padStart(4, '0')}`, 'A label · String'),
    );
    await put(`${'\n'.repeat(30)}contacts?$select=|`);
    await press('Control+Space');
    await answer(many);
    await jobs.page.getByText('700 more: type on to find them.').waitFor();
    const last = list().getByRole('option').last();
    await press('ArrowUp');
    assert.equal(await active(), 'column0299');
    assert.equal(await last.getAttribute('aria-setsize'), '1000');
    const [popup, field] = await jobs.page.evaluate(() =>
      ['suggest', 'query'].map((id) => document.getElementById(id)?.getBoundingClientRect()),
    );
    const size = jobs.page.viewportSize();
    assert.ok(popup !== undefined && field !== undefined && size !== null);
    assert.ok(popup.left >= 0 && popup.right <= size.width && popup.bottom <= size.height);
    assert.ok(popup.top > field.top && popup.top <= field.bottom, `${popup.top} of ${field.bottom}`);
    assert.ok(popup.left > field.left + 50, 'under the word');
    const option = await last.boundingBox();
    assert.ok(option !== null && option.y >= popup.top && option.y + option.height <= popup.bottom + 1);
  });

  it('are told by name and role in the four themes', async () => {
    await put('contacts?$select=|');
    await press('Control+Space');
    await answer(COLUMNS);
    const option = list().getByRole('option', {
      name: 'firstname First <b>Name</b> · String',
      selected: true,
    });
    await option.waitFor();
    for (const theme of ['dark', 'light', 'hcDark', 'hcLight'] as const) {
      await setTheme(jobs.page, theme);
      assert.deepEqual(await axeFindings(jobs.page), [], theme);
    }
  });
});
