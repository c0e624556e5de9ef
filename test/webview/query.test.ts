import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { FromJobsPage, ToJobsPage } from '../../src/protocol/jobs';
import {
  FromQueryPage,
  LONGEST_QUERY,
  MOST_IN_FIELD,
  ToQueryPage,
  type QueryChecked,
} from '../../src/protocol/queries';
import { Envelope } from '../../src/protocol/message';
import { Kept } from '../../src/webview/jobs/state';
import { jobsGrid, showing, TEXTS } from './fixtures';
import { axeFindings, type JobsPage, setTheme, usePages } from './jobsPage';
import { openQuery, select, selectedIn } from './queryField';

const TEXT = '<fetch>\n  <entity name="acount">\n    <attribute nam="name" />\n  </entity>\n</fetch>';

/** Presses the keys that paste a text where the focus is. */
async function paste(page: Page, text: string): Promise<void> {
  const focused = await page.evaluateHandle(() => document.activeElement);
  await page.evaluate((content) => {
    const field = document.body.appendChild(document.createElement('textarea'));
    field.id = 'copied';
    field.value = content;
    field.select();
  }, text);
  await page.keyboard.press('Control+c');
  await page.locator('#copied').evaluate((field) => field.remove());
  await focused.asElement()?.focus();
  await page.keyboard.press('Control+v');
}

describe('The query of the page', () => {
  const pages = usePages();
  let jobs: JobsPage;
  beforeEach(async () => {
    jobs = await openQuery(pages);
  });

  /** Writes a text, and answers the question about it. */
  async function write(text: string, answer: Omit<QueryChecked, 'serial'>): Promise<void> {
    await jobs.page.locator('#query').fill(text);
    await jobs.page.waitForFunction(() => window.standIn.posted.length > 0);
    const [sent] = await jobs.posted();
    const { method, params } = Envelope.parse(sent);
    assert.equal(method, FromQueryPage.check.method);
    const asked = FromQueryPage.check.params.parse(params);
    assert.equal(asked.text, text);
    await jobs.receive({ method: ToQueryPage.checked.method, params: { ...answer, serial: asked.serial } });
  }

  function mark(part: string, malformed: boolean, text: string): QueryChecked['marks'][number] {
    // Behind a blank: the words occur inside of others too.
    const start = TEXT.search(new RegExp(`[ "]${part}[="]`)) + 1;
    return { start, end: start + part.length, malformed, text };
  }

  it('is underlined at its mistakes, exactly where they stand, and each can be gone to', async () => {
    await write(TEXT, {
      marks: [
        mark('acount', true, 'Line 2: <b>no</b> such table.'),
        mark('nam', false, 'Line 3: no such attribute.'),
      ],
    });
    const { page } = jobs;
    assert.deepEqual(await page.locator('.marks span').allInnerTexts(), ['acount', 'nam']);
    assert.equal(await page.locator('#query').getAttribute('aria-invalid'), 'true');
    const list = page.getByRole('list', { name: 'Mistakes in the query' });
    assert.deepEqual(await list.getByRole('button').allInnerTexts(), [
      'Line 2: <b>no</b> such table.',
      'Line 3: no such attribute.',
    ]);
    await list.getByRole('button').nth(1).click();
    assert.equal((await selectedIn(jobs)).text, 'nam');
    for (const theme of ['dark', 'light', 'hcDark', 'hcLight'] as const) {
      await setTheme(page, theme);
      assert.deepEqual(await axeFindings(page), [], theme);
    }
  });

  it('has its marks over the text, also when it is scrolled', async () => {
    const long = `${'\n'.repeat(40)}${TEXT}`;
    const start = long.indexOf('acount');
    await write(long, { marks: [{ start, end: start + 6, malformed: true, text: 'No such table.' }] });
    const places = await jobs.page.locator('#query').evaluate((field) => {
      const marks = document.querySelector('.marks');
      if (!(field instanceof HTMLTextAreaElement) || marks === null) throw new Error('Not there');
      const heights = [field.scrollHeight, marks.scrollHeight, field.clientWidth, marks.clientWidth];
      field.scrollTop = 300;
      return new Promise<readonly number[]>((resolve) => {
        field.addEventListener('scroll', () => resolve([...heights, field.scrollTop, marks.scrollTop]), {
          once: true,
        });
      });
    });
    const [height, ownHeight, width, ownWidth, top, ownTop] = places;
    assert.equal(ownWidth, width);
    assert.equal(ownHeight, height);
    assert.equal(top, 300);
    assert.equal(ownTop, 300);
  });

  it('from a file whose lines end as on Windows has its marks where its words stand', async () => {
    const { page } = jobs;
    const query = { language: 'fetchXml', text: TEXT.replaceAll('\n', '\r\n') };
    await jobs.receive({ method: ToQueryPage.load.method, params: query });
    await jobs.show({
      ...showing(),
      state: { ...showing().state, queries: { fetchXml: query.text, webApi: '' } },
    });
    await jobs.receive({ method: ToQueryPage.load.method, params: query });
    const sent = Envelope.parse((await jobs.posted()).at(-1));
    const { serial, text } = FromQueryPage.check.params.parse(sent.params);
    const start = text.indexOf('nam=');
    const marks = [{ start, end: start + 3, malformed: true, text: 'No such attribute.' }];
    await jobs.receive({ method: ToQueryPage.checked.method, params: { serial, marks } });
    await page.getByRole('button', { name: 'No such attribute.' }).click();
    assert.equal((await selectedIn(jobs)).text, 'nam');
    assert.equal(await page.locator('.marks span').innerText(), 'nam');
  });

  it('gets the caret at the first mistake when it is run with one', async () => {
    await write(TEXT, { marks: [] });
    await jobs.page.locator('#run').click();
    const sent = (await jobs.posted()).map((message) => Envelope.parse(message));
    assert.deepEqual(
      sent.map(({ method }) => method),
      ['queries/check', 'jobs/run'],
    );
    const { serial } = FromQueryPage.check.params.parse(sent[0]?.params);
    const marks = [mark('nam', false, 'Wrong.'), mark('acount', true, 'Malformed.')];
    await jobs.receive({ method: ToQueryPage.checked.method, params: { serial, marks } });
    await jobs.run({ phase: 'failed', text: 'Malformed.' });
    assert.equal(await jobs.focus(), 'query');
    assert.equal((await selectedIn(jobs)).start, TEXT.indexOf('acount'));
  });

  it('that was not sent says so until it is another one; what the service has said stays', async () => {
    const { page } = jobs;
    const alert = page.getByRole('alert');
    const run = { phase: 'failed', text: 'The query was not sent. This is no XML.' } as const;
    await jobs.run({ ...run, unsent: true });
    await alert.getByText(run.text).waitFor();
    await page.locator('#query').fill('<fetch');
    await alert.getByText(run.text).waitFor({ state: 'detached' });
    await jobs.run({ phase: 'failed', text: 'Refused (0x80040203)' });
    await page.locator('#query').fill('<fetch />');
    assert.equal(await alert.innerText(), 'Refused (0x80040203)');
  });

  for (const [name, piece] of [
    ['one line', 'a'],
    ['many lines', '<attribute name="name" />\n'],
  ] as const)
    it(`that is too long, in ${name}, stays whole, goes nowhere but to be marked, and the page answers`, async () => {
      const { page } = jobs;
      const whole = piece.repeat(Math.floor((1.2 * LONGEST_QUERY) / piece.length));
      await page.locator('#query').fill('');
      await paste(page, whole);
      assert.ok((await page.locator('#query').inputValue()) === whole, 'the field has another text');
      assert.ok(Kept.parse(await jobs.state()).queries.fetchXml === whole, 'another text is kept');
      await page.locator('#copyQuery').click();
      const copied = (await jobs.posted()).map((message) => Envelope.parse(message));
      const { text: copy } = FromJobsPage.copy.params.parse(
        copied.find(({ method }) => method === FromJobsPage.copy.method)?.params,
      );
      assert.ok(copy === whole, 'another text is copied');
      const started = performance.now();
      for (const button of ['#run', '#saveQuery', '#editQuery', '#copyAddress'])
        await page.locator(button).click();
      assert.ok(performance.now() - started < 5000, `${performance.now() - started}`);
      const sent = (await jobs.posted()).map((message) => Envelope.parse(message));
      assert.deepEqual([...new Set(sent.map(({ method }) => method))], [FromQueryPage.check.method]);
      const { serial, text } = FromQueryPage.check.params.parse(sent.at(-1)?.params);
      assert.equal(text.length, LONGEST_QUERY + 1);
      const marks = [{ start: LONGEST_QUERY, end: text.length, malformed: true, text: 'Too long.' }];
      await jobs.receive({ method: ToQueryPage.checked.method, params: { serial, marks } });
      await page.getByRole('button', { name: 'Too long.' }).waitFor();
      assert.equal(await jobs.focus(), 'query');
      assert.equal((await selectedIn(jobs)).start, LONGEST_QUERY);
      await page.locator('#query').fill('accounts');
      await page.getByRole('button', { name: 'Too long.' }).waitFor({ state: 'detached' });
    });

  it('keeps the blanks of a line with Enter, which one key takes back; Tab leaves the field', async () => {
    const { page } = jobs;
    const field = page.locator('#query');
    const is = async (text: string) => assert.equal(await field.inputValue(), text);
    for (const blanks of ['', '    ', '\t ']) {
      await field.fill(`<fetch>\n${blanks}`);
      await page.keyboard.type('<order');
      await page.keyboard.press('Enter');
      await is(`<fetch>\n${blanks}<order\n${blanks}`);
      await page.keyboard.press('Control+z');
      await is(`<fetch>\n${blanks}<order`);
      await page.keyboard.press('Control+z');
      await is(`<fetch>\n${blanks}`);
      await page.keyboard.press('Control+Shift+z');
      await page.keyboard.press('Control+Shift+z');
      await is(`<fetch>\n${blanks}<order\n${blanks}`);
      await page.keyboard.type('/>');
      await is(`<fetch>\n${blanks}<order\n${blanks}/>`);
    }
    await page.keyboard.press('Tab');
    assert.notEqual(await jobs.focus(), 'query');
    await is('<fetch>\n\t <order\n\t />');
  });

  it('has the line in sight that Enter begins, in place of what was selected, and no blanks of what is behind the caret', async () => {
    const { page } = jobs;
    const field = page.locator('#query');
    await field.fill(`${'\n'.repeat(60)}  <a>bc</a>`);
    await select(jobs, 65, 67);
    await page.keyboard.press('Enter');
    assert.equal(await field.inputValue(), `${'\n'.repeat(60)}  <a>\n  </a>`);
    await page.keyboard.press('End');
    for (let line = 0; line < 30; line += 1) await page.keyboard.press('Enter');
    const below = await field.evaluate(
      ({ scrollTop, clientHeight, scrollHeight }) => scrollHeight - clientHeight - scrollTop,
    );
    assert.ok(below < 20, `${below} pixels are below what can be seen`);
    await field.fill('   <a>');
    await select(jobs, 1);
    await page.keyboard.press('Enter');
    assert.equal(await field.inputValue(), ' \n   <a>');
  });

  it('is filled by no Enter', async () => {
    const { page } = jobs;
    const field = page.locator('#query');
    await field.fill(` ${'a'.repeat(MOST_IN_FIELD - 3)}`);
    await page.keyboard.press('Enter');
    assert.equal((await field.inputValue()).length, MOST_IN_FIELD);
    await page.keyboard.press('Enter');
    await page.getByText(TEXTS.overfull).waitFor();
    assert.equal((await field.inputValue()).length, MOST_IN_FIELD);
  });

  it('takes no text that its field cannot hold, says so, and keeps what is there', async () => {
    const { page } = jobs;
    const field = page.locator('#query');
    await field.fill('accounts');
    await paste(page, 'a'.repeat(1_000_000));
    await page.getByText(TEXTS.overfull).waitFor();
    assert.equal(await field.inputValue(), 'accounts');
    assert.deepEqual(await axeFindings(page), []);
    await page.keyboard.press('End');
    await page.keyboard.type('?');
    await page.getByText(TEXTS.overfull).waitFor({ state: 'detached' });
    assert.equal(await field.inputValue(), 'accounts?');
    await field.selectText();
    await paste(page, 'a'.repeat(MOST_IN_FIELD));
    assert.equal((await field.inputValue()).length, MOST_IN_FIELD);
    assert.equal(await page.getByText(TEXTS.overfull).count(), 0);
  });

  it('offers its translation, which becomes the query of the other language', async () => {
    const translation = {
      text: 'accounts?$select=name',
      summary: 'Translates exactly.',
      lines: ['With a note.'],
    };
    await write(TEXT, { marks: [], translation });
    const { page } = jobs;
    await page.getByText('With a note.').waitFor();
    await page.getByRole('button', { name: 'Use Translation' }).click();
    assert.equal(await page.locator('#query').inputValue(), 'accounts?$select=name');
    assert.equal(await page.locator('#language').inputValue(), 'webApi');
    assert.deepEqual(await axeFindings(page), []);
  });

  it('says what does not translate, and offers nothing', async () => {
    await write(TEXT, {
      marks: [],
      translation: { summary: 'Does not translate:', lines: ['Equal <rows>.'] },
    });
    const { page } = jobs;
    assert.deepEqual(await page.locator('.translation li').allInnerTexts(), ['Equal <rows>.']);
    assert.equal(await page.getByRole('button', { name: 'Use Translation' }).count(), 0);
  });

  it('has rows under the names of the environment once they are known, and nothing moves for them', async () => {
    const { page } = jobs;
    const grid = jobsGrid(5);
    await jobs.show(showing({ grid }));
    await page.locator('[data-index="3"] [data-column="1"]').click();
    await page.keyboard.press('ArrowRight');
    const { version, columns } = grid;
    const named = columns.map((column) =>
      column.key === 'name' ? { ...column, label: 'System <Job> Name', name: 'name' } : column,
    );
    await jobs.receive({ method: ToJobsPage.columns.method, params: { version, columns: named } });
    const heading = page.getByRole('columnheader', { name: 'System <Job> Name' });
    await heading.waitFor();
    assert.equal(await heading.getAttribute('title'), 'System <Job> Name\nname');
    assert.equal(await jobs.focus(), 'row 3, 2');
    await jobs.receive({ method: ToJobsPage.columns.method, params: { version: version - 1, columns } });
    assert.equal(await heading.count(), 1);
    assert.deepEqual(await axeFindings(page), []);
  });

  it('is replaced by one from elsewhere, which is checked at once', async () => {
    const query = { language: 'webApi', text: 'contacts' };
    await jobs.receive({ method: ToQueryPage.load.method, params: query });
    assert.equal(await jobs.page.locator('#query').inputValue(), 'contacts');
    assert.deepEqual(await jobs.posted(), [{ method: 'queries/check', params: { ...query, serial: 1 } }]);
  });
});
