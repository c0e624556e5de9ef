import assert from 'node:assert/strict';
import fc from 'fast-check';
import { answeredBy } from '../../../src/delivery/log/keepDelivery';
import { readContext } from '../../../src/delivery/readContext';
import { writeContext } from '../../../src/delivery/wire';
import { contextParts } from '../../../src/presentation/deliveries/contextParts';
import { deliveryPage, relatedTo } from '../../../src/presentation/deliveries/deliveryPage';
import { DeliveryPage, type ContextPart } from '../../../src/protocol/delivery';
import { completeContexts } from '../delivery/contextArbitrary';
import { CANARY, keptDelivery } from '../delivery/keptDeliveries';

const type = (name: string): string => `${name}:http://schemas.microsoft.com/xrm/2011/Contracts`;
const row = (attributes: readonly unknown[], formatted: readonly unknown[] = []): object => ({
  __type: type('Entity'),
  Attributes: attributes,
  EntityState: null,
  FormattedValues: formatted,
  Id: '11111111-2222-3333-4444-555555555555',
  KeyAttributes: [],
  LogicalName: 'contact',
  RelatedEntities: [],
  RowVersion: null,
});
const pair = (key: string, value: unknown): object => ({ key, value });

const BODY = JSON.stringify({
  Depth: 2,
  InputParameters: [
    pair(
      'Target',
      row(
        [
          pair('lastname', 'New'),
          pair('statecode', { __type: type('OptionSetValue'), Value: 1 }),
          pair('modifiedon', '/Date(1700000000000)/'),
          pair('balance', { __type: type('Money'), Value: 5 }),
        ],
        [pair('statecode', 'Inactive')],
      ),
    ),
  ],
  MessageName: 'Update',
  Mode: 1,
  ParentContext: { MessageName: 'Assign', PrimaryEntityName: 'account' },
  PreEntityImages: [
    pair('before', row([pair('lastname', 'Old'), pair('modifiedon', '/Date(1700000000000+0000)/')])),
  ],
  PrimaryEntityName: 'contact',
  UserId: '99999999-2222-3333-4444-555555555555',
});

describe('The page of a delivery', () => {
  const context = readContext(BODY).context ?? assert.fail('no context');
  const parts = contextParts(context);
  const named = (start: string): ContextPart =>
    parts.find(({ title }) => title.startsWith(start)) ?? assert.fail(`no ${start}`);

  it('shows the target with the types of its columns, and what changed against the image before', () => {
    const { rows, compares, open } = named('Target: contact');
    assert.ok(compares && open);
    const [lastname, state, modified, balance] = rows;
    assert.deepEqual(
      [lastname?.type, lastname?.before, lastname?.value, lastname?.changed],
      ['text', 'Old', 'New', true],
    );
    assert.deepEqual([state?.type, state?.value, state?.before], ['choice', '1 (Inactive)', undefined]);
    assert.equal(modified?.changed, false, 'the same moment, whatever zone is written');
    assert.match(modified.title ?? '', /^2023-11-14T22:13:20/);
    assert.deepEqual([balance?.type, balance?.value], ['currency', '5']);
  });

  it('shows images, who did it, the depth and what caused it', () => {
    assert.equal(named('Pre-images').parts[0]?.title, 'before: contact');
    const { lines } = named('Operation');
    const valueOf = (name: string): string | undefined => lines.find((line) => line.name === name)?.value;
    assert.deepEqual([valueOf('Depth'), valueOf('Mode')], ['2', '1 (asynchronous)']);
    assert.match(valueOf('UserId') ?? '', /^9999/);
    assert.equal(named('Caused by').title, 'Caused by Assign account');
  });

  it('holds no value that may be a key, and what the page takes as a page', () => {
    const record = keptDelivery({ body: BODY, ...answeredBy(503, 'busy', 12) });
    const page = deliveryPage(record, [keptDelivery({ source: 'forwarded' })]);
    assert.ok(DeliveryPage.safeParse(page).success);
    assert.equal(JSON.stringify(page).includes(CANARY), false);
    assert.match(page.answer?.line ?? '', /^503 · 12 ms$/);
    assert.match(page.answer?.meaning ?? '', /once more/);
  });

  it('says what a stranger sent instead of a context, and why it was refused', () => {
    const page = deliveryPage(
      keptDelivery({ body: '[1]', refusal: { reason: 'missing', name: 'X-Api-Key' } }),
      [],
    );
    assert.deepEqual(page.parts, []);
    assert.match(page.notes.join(' '), /"X-Api-Key" was expected.*no execution context/);
  });

  it('is a page for every context there can be', () => {
    fc.assert(
      fc.property(completeContexts, (any) => {
        const page = deliveryPage(keptDelivery({ body: writeContext(any) }), []);
        return DeliveryPage.safeParse(page).success;
      }),
      { numRuns: 50 },
    );
  });

  it('is a page for any text at all', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.json()),
        (body) => DeliveryPage.safeParse(deliveryPage(keptDelivery({ body }), [])).success,
      ),
      { numRuns: 200 },
    );
  });

  it('gets a limited number of rows of a huge body, and says where the rest is', () => {
    const many = Array.from({ length: 9_000 }, (_, index) => pair(`c${index}`, index));
    const { context: huge } = readContext(JSON.stringify({ MessageName: 'Update', SharedVariables: many }));
    const shown = contextParts(huge ?? assert.fail('no context'));
    assert.equal(shown.find(({ title }) => title === 'Shared variables')?.rows.length, 4_000);
    assert.equal(shown.at(-1)?.lines[0]?.value, 'is in the JSON below');
  });

  it('knows what a delivery came from and what came of it', () => {
    const origin = keptDelivery({ id: 'a' });
    const forwarded = keptDelivery({ id: 'b', of: 'a' });
    const all = [origin, forwarded, keptDelivery({ id: 'c' })];
    assert.deepEqual(relatedTo(origin, all), [forwarded]);
    assert.deepEqual(relatedTo(forwarded, all), [origin]);
  });
});
