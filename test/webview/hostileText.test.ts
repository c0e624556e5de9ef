import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EMPTY_GRID, TEXTS, jobDetails, jobId, showing, type Show } from './fixtures';
import { type JobsPage, usePages } from './jobsPage';

const HOSTILE: Readonly<Record<string, string>> = {
  script: '<script>window.ran = "script"</script>',
  image: '<img src=x onerror="window.ran = \'image\'">',
  'a template of the page': '${window.ran = "template"} <!--?lit$1$--> {{ran}}',
  'the end of an attribute': `" onmouseover="window.ran='attribute'" x='`,
  'a comment': '--><svg onload="window.ran=1"><!--',
  'right to left override': 'file\u202Egnp.exe\u202C \u2067isolate',
  'four byte characters': '😀👩‍👩‍👧‍👦𝒳𐍈',
  'zero bytes': 'before\0after\u0001\u001B[31m',
  'half a character': 'x\uD83D',
  'an address': 'javascript:window.ran=1',
};

/** The text in every place that shows a text of the server. */
function everywhere(text: string): Show {
  const plain = showing();
  return {
    ...plain,
    title: text,
    state: { ...plain.state, queries: { fetchXml: text, webApi: text } },
    run: { phase: 'failed', text },
    grid: {
      ...EMPTY_GRID,
      count: 1,
      columns: [{ key: text, label: text, numeric: false }],
      rows: [{ id: jobId(1), cells: [{ text, title: `${text} title` }] }],
      more: false,
    },
    details: {
      ...jobDetails(1),
      heading: text,
      cause: text,
      remedy: text,
      lines: [{ label: text, value: text, title: text }],
      message: text,
    },
  };
}

describe('Texts of strangers on the page of the job report', () => {
  const pages = usePages();
  let jobs: JobsPage;
  beforeEach(async () => {
    jobs = await pages.open();
  });

  const shown = () =>
    jobs.page.evaluate(() => {
      const cell = document.querySelector('td');
      return {
        texts: ['h1', '.error', 'th', 'td', 'h2', '.cause', '.remedy', 'dt', 'dd', 'pre'].map(
          (selector) => document.querySelector(selector)?.textContent,
        ),
        titles: [cell?.title, document.querySelector('dd')?.title],
        // A query has an element for each of its lines.
        elements: document.querySelectorAll('#root :not(.colours > *)').length,
        foreign: document.querySelectorAll('#root :is(script, img, svg, iframe, a, style, i)').length,
      };
    });

  for (const [name, text] of Object.entries(HOSTILE)) {
    it(`are shown as they are and run nothing: ${name}`, async () => {
      await jobs.show(everywhere('harmless'));
      const { elements } = await shown();
      await jobs.show(everywhere(text));
      const after = await shown();
      assert.deepEqual(
        after.texts.map((found) => found?.trim()),
        after.texts.map(() => text.trim()),
      );
      assert.deepEqual(after.titles, [`${text} title`, text]);
      assert.equal(after.elements, elements);
      assert.equal(after.foreign, 0);
      await jobs.page.locator('td').hover();
    });
  }

  it('are shown as they are and run nothing: whatever else a generator thinks of', async () => {
    await jobs.show(everywhere('harmless'));
    const { elements } = await shown();
    const markup = fc.constantFrom(
      '<',
      '>',
      '"',
      "'",
      '&',
      '&lt;',
      '<b>',
      '</td>',
      '<!--',
      '\0',
      '\u202E',
      '${',
      '`',
      '\r\n',
    );
    const piece = fc.oneof(markup, fc.string({ unit: 'binary', maxLength: 8 }));
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
        const text = `x${pieces.join('')}x`;
        await jobs.show(everywhere(text));
        const after = await shown();
        assert.deepEqual(
          after.texts.map((found) => found?.trim()),
          after.texts.map(() => text),
        );
        assert.equal(after.elements, elements);
      }),
      { numRuns: 60 },
    );
  });

  it('keep to their cell, whichever way they are written', async () => {
    await jobs.show(everywhere(HOSTILE['right to left override'] ?? assert.fail()));
    const bidi = await jobs.page.evaluate(() =>
      ['h1', '.error', 'td', 'h2', 'dd', 'pre'].map((selector) => {
        const element = document.querySelector<HTMLElement>(selector);
        return element === null ? '' : `${element.dir} ${getComputedStyle(element).unicodeBidi}`;
      }),
    );
    for (const value of bidi) assert.match(value, /^auto (isolate|plaintext)$/);
  });

  it('may be 100,000 characters long: whole in the details, short in the grid, and never wider than the page', async () => {
    const long = `${'a'.repeat(50_000)} ${'b'.repeat(49_999)}`;
    await jobs.show(everywhere(long));
    const { page } = jobs;
    assert.equal(await page.locator('pre').evaluate((pre) => pre.textContent), long);
    assert.equal(await page.locator('td').evaluate((cell) => cell.textContent.trim()), `${'a'.repeat(300)}…`);
    const { content, room } = await page.evaluate(() => ({
      content: document.documentElement.scrollWidth,
      room: document.documentElement.clientWidth,
    }));
    assert.ok(content <= room, `${content} px of content in ${room} px`);
    await page.locator('#copyMessage').dispatchEvent('click');
    const sent = await jobs.posted();
    assert.deepEqual(sent.at(-1), { method: 'jobs/copy', params: { text: long } });
  });

  it('may be missing: a job without a message says so', async () => {
    await jobs.show(showing({ details: { ...jobDetails(1), message: '' } }));
    await jobs.page.getByText(TEXTS.noMessage).waitFor();
    assert.equal(await jobs.page.locator('#copyMessage').count(), 0);
  });

  it('cannot load anything: the policy refuses scripts, styles and requests of others', async () => {
    await jobs.show(showing());
    await jobs.page.evaluate(async () => {
      const script = document.createElement('script');
      script.textContent = 'window.ran = "inline"';
      document.body.append(script);
      const image = document.createElement('img');
      image.src = '/x.png';
      document.body.append(image);
      document.body.insertAdjacentHTML('beforeend', '<p onclick="window.ran = 1">x</p>');
      document.querySelector<HTMLElement>('body > p')?.click();
      await fetch('/jobs.css').catch(() => {});
    });
    // The browser reports what it refused a moment later.
    await jobs.page.waitForFunction(() => window.standIn.violations.length >= 4);
    const refused = await jobs.page.evaluate(() => window.standIn.violations.splice(0));
    const directives = refused.map((violation) => violation.split(':')[0] ?? '').toSorted();
    assert.deepEqual(directives, ['connect-src', 'img-src', 'script-src-attr', 'script-src-elem']);
  });
});
