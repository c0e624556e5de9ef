import assert from 'node:assert/strict';
import { ToJobsPage } from '../../src/protocol/jobs';
import { STATES } from './fixtures';
import { axeFindings, type JobsPage, setTheme, usePages } from './jobsPage';
import { THEMES, type ThemeName } from './themes.data';

const NAMES: readonly ThemeName[] = ['dark', 'light', 'hcDark', 'hcLight'];
const WIDTHS = [320, 640, 1000, 1280];

describe('The page of the job report, for everybody', () => {
  const pages = usePages();

  for (const [name, params] of Object.entries(STATES)) {
    it(`has nothing that axe finds when it shows: ${name} (every theme, every width)`, async () => {
      const jobs = await pages.open();
      await jobs.show(params);
      for (const theme of NAMES) {
        await setTheme(jobs.page, theme);
        for (const width of WIDTHS) {
          await jobs.page.setViewportSize({ width, height: 700 });
          assert.deepEqual(await axeFindings(jobs.page), [], `${theme}, ${width} px`);
        }
      }
    });

    it(`needs no sideways scrolling of the page when it shows: ${name}`, async () => {
      const jobs = await pages.open();
      await jobs.show(params);
      for (const width of WIDTHS) {
        await jobs.page.setViewportSize({ width, height: 700 });
        const { content, room } = await jobs.page.evaluate(() => ({
          content: document.documentElement.scrollWidth,
          room: document.documentElement.clientWidth,
        }));
        assert.ok(content <= room, `${content} px of content in ${room} px`);
      }
    });

    it(`is right at 200 % zoom when it shows: ${name}`, async () => {
      // Zoom of the editor is fewer CSS pixels of twice the size.
      const jobs = await pages.open({
        size: { width: 500, height: 350 },
        context: { deviceScaleFactor: 2 },
      });
      await jobs.show(params);
      for (const theme of NAMES) {
        await setTheme(jobs.page, theme);
        assert.deepEqual(await axeFindings(jobs.page), [], theme);
      }
      const { content, room } = await jobs.page.evaluate(() => ({
        content: document.documentElement.scrollWidth,
        room: document.documentElement.clientWidth,
      }));
      assert.ok(content <= room, `${content} px of content in ${room} px`);
    });
  }

  it("keeps all its fields inside the narrowest editor, also those of a period of one's own", async () => {
    const jobs = await pages.open({ size: { width: 210, height: 700 } });
    const rows = STATES['details'] ?? assert.fail();
    const filter = { ...(rows.state.filter ?? assert.fail()), period: 'custom' } as const;
    await jobs.show({
      ...rows,
      state: { ...rows.state, filter: { ...filter, from: '2025-03-03T11:00:00.000Z' } },
    });
    await jobs.page.locator('#moreFilters > summary').click();
    await jobs.page.locator('#filterText').waitFor();
    const out = await jobs.page.evaluate(() =>
      [...document.querySelectorAll('.filter input, .filter select, .filter label, header button')].flatMap(
        (element) => {
          const { left, right } = element.getBoundingClientRect();
          const room = document.documentElement.clientWidth;
          return left >= 0 && right <= room
            ? []
            : [`${element.id || element.textContent} ends at ${right} of ${room}`];
        },
      ),
    );
    assert.deepEqual(out, []);
    const { content, room } = await jobs.page.evaluate(() => ({
      content: document.documentElement.scrollWidth,
      room: document.documentElement.clientWidth,
    }));
    assert.ok(content <= room, `${content} px of content in ${room} px`);
  });

  it('shows the whole of a date and its time where there is room for it', async () => {
    const jobs = await pages.open();
    const rows = STATES['rows'] ?? assert.fail();
    const filter = { ...(rows.state.filter ?? assert.fail()), period: 'custom' } as const;
    const from = '2025-12-23T21:00:00.000Z';
    await jobs.show({ ...rows, state: { ...rows.state, filter: { ...filter, from } } });
    for (const width of [320, 1000]) {
      await jobs.page.setViewportSize({ width, height: 700 });
      const { has, wants } = await jobs.page.locator('#from').evaluate((field: HTMLInputElement) => {
        const has = field.offsetWidth;
        field.style.width = 'max-content';
        const wants = field.offsetWidth;
        field.style.width = '';
        return { has, wants };
      });
      assert.ok(has >= wants, `${has} of ${wants} px in ${width} px`);
    }
  });

  it('has a heading, a main part, named sections, and a named grid with headings of columns', async () => {
    const jobs = await pages.open();
    await jobs.show(STATES['details'] ?? assert.fail());
    const { page } = jobs;
    await page.getByRole('heading', { level: 1, name: 'Failed jobs of Contoso Development' }).waitFor();
    await jobs.unfoldQuery();
    for (const name of ['Query', 'Jobs'])
      await page.getByRole('main').getByRole('region', { name, exact: true }).waitFor();
    await page.getByRole('complementary', { name: 'Details of the job' }).waitFor();
    const grid = page.getByRole('grid', { name: 'Jobs' });
    assert.equal(await grid.getByRole('columnheader').count(), 15);
    const shown = await grid.getByRole('row').count();
    assert.ok(shown > 10 && shown < 41, `${shown} rows are rendered`);
    assert.equal(await grid.getByRole('row').nth(1).getByRole('gridcell').count(), 15);
    assert.equal(await grid.getByRole('row', { selected: true }).count(), 1);
    assert.equal(await grid.getAttribute('aria-rowcount'), '41');
  });

  it('says that there are more rows than it knows', async () => {
    const jobs = await pages.open();
    await jobs.show(STATES['rows'] ?? assert.fail());
    assert.equal(await jobs.page.getByRole('grid').getAttribute('aria-rowcount'), '-1');
  });

  it('says politely how far it is, loudly what went wrong, and is busy while it runs', async () => {
    const jobs = await pages.open();
    await jobs.show(STATES['rows'] ?? assert.fail());
    const section = jobs.page.getByRole('region', { name: 'Jobs', exact: true });
    const status = jobs.page.getByRole('status');
    const alert = jobs.page.getByRole('alert');
    const spoken = async () => [
      await status.innerText(),
      await alert.innerText(),
      await section.getAttribute('aria-busy'),
    ];
    assert.deepEqual(await spoken(), ['40 of 61 rows', '', 'false']);
    const statusNode = await status.elementHandle();
    const alertNode = await alert.elementHandle();
    await jobs.run({ phase: 'running', text: 'Running…' });
    assert.deepEqual(await spoken(), ['Running…', '', 'true']);
    assert.equal(await status.getAttribute('aria-live'), 'polite');
    await jobs.run({ phase: 'running', text: '5,000 rows' });
    assert.equal(await status.getAttribute('aria-live'), 'off', 'not every page is told');
    await jobs.run({ phase: 'failed', text: 'No such table.' });
    assert.deepEqual(await spoken(), ['', 'No such table.', 'false']);
    await jobs.run({ phase: 'cancelled', text: 'Cancelled.' });
    assert.deepEqual(await spoken(), ['Cancelled.', '', 'false']);
    // A live region speaks only of changes inside it, so it must stay the same element.
    assert.ok(await statusNode.evaluate((node) => node.isConnected));
    assert.ok(await alertNode.evaluate((node) => node.isConnected));
  });

  it('shows which row is open in every theme, without the focus and beside it', async () => {
    const jobs = await pages.open();
    await jobs.show(STATES['details'] ?? assert.fail());
    const looks = (index: number) =>
      jobs.page.locator(`tr[data-index="${index}"]`).evaluate((row) => {
        const { backgroundColor, outline } = getComputedStyle(row);
        const mark = getComputedStyle(row.querySelector('td') ?? row).boxShadow;
        return { backgroundColor, outline, mark };
      });
    for (const theme of NAMES) {
      await setTheme(jobs.page, theme);
      const [plain, opened] = [await looks(5), await looks(1)];
      assert.notEqual(opened.mark, plain.mark, theme);
      assert.ok(
        opened.backgroundColor !== plain.backgroundColor || opened.outline !== plain.outline,
        `${theme}: ${JSON.stringify(opened)}`,
      );
    }
  });

  it('shows that it watches in every theme', async () => {
    const jobs = await pages.open();
    await jobs.show(STATES['rows'] ?? assert.fail());
    const look = () =>
      jobs.page.locator('#watch').evaluate((button) => {
        const { borderTopColor, boxShadow } = getComputedStyle(button);
        return `${borderTopColor} ${boxShadow}`;
      });
    for (const theme of NAMES) {
      await setTheme(jobs.page, theme);
      const seen: string[] = [];
      for (const on of [false, true]) {
        await jobs.receive({ method: ToJobsPage.watch.method, params: { on } });
        seen.push(await look());
      }
      assert.notEqual(seen[0], seen[1], theme);
      assert.deepEqual(await axeFindings(jobs.page), [], theme);
    }
  });

  it('shows the open row and the focus in forced colours', async () => {
    const jobs = await pages.open({ context: { forcedColors: 'active' } });
    await jobs.show(STATES['details'] ?? assert.fail());
    const outline = (index: number) =>
      jobs.page.locator(`tr[data-index="${index}"]`).evaluate((row) => {
        const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(row);
        return `${outlineStyle} ${outlineWidth} ${outlineColor}`;
      });
    assert.match(await outline(1), /^solid 2px/);
    assert.match(await outline(5), /^none/);
    await jobs.page.locator('tr[data-index="0"] td').first().focus();
    const focused = await jobs.page.evaluate(
      () => getComputedStyle(document.activeElement ?? document.body).outlineWidth,
    );
    assert.equal(focused, '2px');
    // Axe reads the colours before they are forced.
    assert.deepEqual(await axeFindings(jobs.page, ['color-contrast']), []);
  });

  it('moves nothing when the person asked for less motion, and still shows that it works', async () => {
    const moving = (page: JobsPage) =>
      page.page.evaluate(() => document.getAnimations().map((animation) => animation.playState));
    const still = await pages.open({ context: { reducedMotion: 'reduce' } });
    await still.show(STATES['loading'] ?? assert.fail());
    assert.deepEqual(await moving(still), []);
    const bar = await still.page
      .locator('.progress')
      .evaluate((element) => getComputedStyle(element, '::after').width);
    assert.equal(bar, '1000px');
    await still.close();
    const lively = await pages.open({ context: { reducedMotion: 'no-preference' } });
    await lively.show(STATES['loading'] ?? assert.fail());
    assert.deepEqual(await moving(lively), ['running']);
    await lively.run({ phase: 'done', text: '' });
    assert.deepEqual(await moving(lively), []);
  });

  it('follows a change of the theme at once', async () => {
    const jobs = await pages.open({ theme: 'dark' });
    await jobs.show(STATES['rows'] ?? assert.fail());
    for (const theme of NAMES) {
      await setTheme(jobs.page, theme);
      const shown = await jobs.page.evaluate((expected) => {
        const probe = document.createElement('i');
        probe.style.color = expected;
        document.body.append(probe);
        const wanted = getComputedStyle(probe).color;
        probe.remove();
        return { wanted, found: getComputedStyle(document.body).backgroundColor };
      }, THEMES[theme].variables['--vscode-editor-background'] ?? '');
      assert.equal(shown.found, shown.wanted, theme);
    }
  });
});
