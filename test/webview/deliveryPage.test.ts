import assert from 'node:assert/strict';
import { answeredBy } from '../../src/delivery/log/keepDelivery';
import { deliveryPage } from '../../src/presentation/deliveries/deliveryPage';
import { FromDeliveryPage, ToDeliveryPage, type DeliveryPage } from '../../src/protocol/delivery';
import { keptDelivery } from '../unit/delivery/keptDeliveries';
import { axeFindings, type JobsPage, setTheme, usePages } from './jobsPage';
import type { ThemeName } from './themes.data';

const NAMES: readonly ThemeName[] = ['dark', 'light', 'hcDark', 'hcLight'];
const MARKUP = '<img src=x onerror="window.ran=1"><script>window.ran=1</script>';
const type = (name: string): string => `${name}:http://schemas.microsoft.com/xrm/2011/Contracts`;

function pageOf(columns: number, text = 'value'): DeliveryPage {
  const row = (old: string): object => ({
    __type: type('Entity'),
    Attributes: Array.from({ length: columns }, (_, index) => ({
      key: `${text} ${index}`,
      value: index === 0 ? old : text,
    })),
    FormattedValues: [],
    Id: '11111111-2222-3333-4444-555555555555',
    LogicalName: 'contact',
  });
  const body = JSON.stringify({
    MessageName: 'Update',
    PrimaryEntityName: text,
    InputParameters: [{ key: 'Target', value: row('new') }],
    PreEntityImages: [{ key: text, value: row('old') }],
    OwningExtension: { Id: 'x', LogicalName: 'sdkmessageprocessingstep', Name: text },
    UserId: text,
  });
  const record = keptDelivery({
    body,
    target: `/${encodeURI(text)}`,
    webhookName: text,
    ...answeredBy(500, text, 5),
  });
  return deliveryPage(record, [keptDelivery({ id: 'other', source: 'forwarded' })]);
}

describe('The page of a delivery in the browser', () => {
  const pages = usePages('delivery');

  async function shown(params: DeliveryPage, size?: { width: number; height: number }): Promise<JobsPage> {
    const open = await pages.open(size === undefined ? {} : { size });
    await open.receive({ method: ToDeliveryPage.show.method, params });
    return open;
  }

  for (const theme of NAMES) {
    it(`has nothing that axe finds, and needs no sideways scrolling: ${theme}`, async () => {
      const { page } = await shown(pageOf(5));
      await setTheme(page, theme);
      await page.evaluate(() => {
        for (const details of document.querySelectorAll('details')) details.open = true;
      });
      for (const width of [320, 1000]) {
        await page.setViewportSize({ width, height: 700 });
        assert.deepEqual(await axeFindings(page), [], `${width} px`);
        const { content, room } = await page.evaluate(() => ({
          content: document.documentElement.scrollWidth,
          room: document.documentElement.clientWidth,
        }));
        assert.ok(content <= room, `${content} px of content in ${room} px`);
      }
    });
  }

  it('shows what a stranger sent as text', async () => {
    const { page } = await shown(pageOf(3, MARKUP));
    assert.equal(await page.locator('img, #root script').count(), 0);
    assert.ok((await page.locator('#root').innerText()).includes(MARKUP));
  });

  it('marks what changed by a word, and shows the values of the image before', async () => {
    const { page } = await shown(pageOf(2));
    const first = page.locator('tbody tr').first();
    assert.match(await first.innerText(), /old.*changed.*new/s);
    assert.equal(await page.locator('.mark').count(), 1);
  });

  it('is worked by the keyboard: parts open, and the acts are told to the extension', async () => {
    const delivery = await shown(pageOf(2));
    const { page } = delivery;
    await delivery.posted();
    await page.locator('[data-act="replay"]').focus();
    await page.keyboard.press('Enter');
    await page.locator('#copyBody').focus();
    await page.keyboard.press('Space');
    await page.locator('[data-id="other"]').focus();
    await page.keyboard.press('Enter');
    assert.deepEqual(await delivery.posted(), [
      { method: FromDeliveryPage.act.method, params: { act: 'replay' } },
      { method: FromDeliveryPage.copy.method, params: { part: 'body' } },
      { method: FromDeliveryPage.open.method, params: { id: 'other' } },
    ]);
    const closed = page.locator('details:not([open]) > summary').first();
    const title = await closed.innerText();
    await closed.focus();
    await page.keyboard.press('Enter');
    assert.ok(await page.locator('details[open] > summary', { hasText: title }).count());
  });

  it('draws a part of a long table, and more when asked', async () => {
    const { page } = await shown(pageOf(1_000));
    const rows = page.locator('details').first().locator('tbody tr');
    assert.equal(await rows.count(), 200);
    await page.locator('[data-more]').first().click();
    assert.equal(await rows.count(), 400);
  });

  it('ignores what is no message of the extension', async () => {
    const delivery = await shown(pageOf(1));
    for (const message of [undefined, 'x', { method: ToDeliveryPage.show.method, params: { id: 1 } }])
      await delivery.receive(message);
    assert.equal(await delivery.page.locator('h1').count(), 1);
  });
});
