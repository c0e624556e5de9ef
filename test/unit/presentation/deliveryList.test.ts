import assert from 'node:assert/strict';
import {
  allDeliveries,
  fitsFilter,
  type DeliveryTrait,
} from '../../../src/presentation/deliveries/deliveryFilter';
import { deliveryItem, deliveryRows } from '../../../src/presentation/deliveries/deliveryItems';
import { deliveriesHttpFile, deliveryText } from '../../../src/presentation/deliveries/deliveryText';
import {
  listDescription,
  listMessage,
  outcomeText,
} from '../../../src/presentation/deliveries/deliveryTexts';
import { publicAddressRemark } from '../../../src/presentation/deliveries/publicAddress';
import { answeredBy } from '../../../src/delivery/log/keepDelivery';
import { CANARY, keptDelivery } from '../delivery/keptDeliveries';

const success = keptDelivery({ id: 'ok', ...answeredBy(200, '', 3) });
const refused = keptDelivery({
  id: 'no',
  refusal: { reason: 'wrong', name: 'X-Api-Key' },
  ...answeredBy(401, '', 0),
});
const forwarded = keptDelivery({ id: 'fw', source: 'forwarded', of: 'ok', ...answeredBy(503, '', 9) });

describe('The list of deliveries', () => {
  it('names message and table, the outcome in words, and shows no value that may be a key', () => {
    const item = deliveryItem(success);
    assert.equal(item.label, 'Update contact');
    assert.match(item.description, /^success 200 · .* · 11111111$/);
    assert.equal(item.contextValue, 'delivery+unpinned');
    assert.deepEqual([refused, forwarded].map(outcomeText), ['refused 401', 'one more attempt 503']);
    for (const record of [success, refused, forwarded])
      assert.doesNotMatch(JSON.stringify(deliveryItem(record)), new RegExp(CANARY));
  });

  it('names a stranger by its method and path, and keeps direction marks and line breaks out of a row', () => {
    const item = deliveryItem(keptDelivery({ body: 'hello', target: '/evil\u202e' }));
    assert.match(item.label, /^POST \/evil/);
    const hostile = JSON.stringify({ MessageName: 'Up\u202edate\n$(error)', PrimaryEntityName: 'x' });
    assert.doesNotMatch(deliveryItem(keptDelivery({ body: hostile })).label, /[\n\u202e]/);
  });

  it('puts what was forwarded and replayed below what it came from, two levels deep at most', () => {
    const replayed = keptDelivery({ id: 're', source: 'replayed', of: 'fw' });
    const orphan = keptDelivery({ id: 'or', source: 'replayed', of: 'gone' });
    const rows = deliveryRows([orphan, replayed, forwarded, success], allDeliveries);
    assert.deepEqual(
      rows.roots.map(({ id }) => id),
      ['or', 'ok'],
    );
    assert.deepEqual(
      rows.below.get('ok')?.map(({ id }) => id),
      ['re', 'fw'],
    );
  });

  it('is narrowed by words and by traits', () => {
    const left = (text: string, ...traits: readonly DeliveryTrait[]): readonly string[] =>
      [success, refused, forwarded]
        .filter((one) => fitsFilter(one, { text, traits: new Set(traits) }))
        .map(({ id }) => id);
    assert.deepEqual(left('CONTACT update'), ['ok', 'no', 'fw']);
    assert.deepEqual(left('account'), []);
    assert.deepEqual(left('', 'refused'), ['no']);
    assert.deepEqual(left('', 'success', 'tryAgain'), ['ok', 'fw']);
    assert.deepEqual(left('', 'success', 'forwarded'), []);
    assert.deepEqual(left('', 'pinned'), []);
    assert.deepEqual(left(CANARY), [], 'a search tells nobody what a key is');
  });

  it('says what was dropped and what is not shown', () => {
    const kept = { records: [success, refused], bytes: 1, dropped: 7, incomplete: 2 };
    const text = listMessage(kept, { url: 'http://127.0.0.1:5780', forwardsTo: undefined }, 1);
    for (const part of ['127.0.0.1:5780', '1 of 2', '7 older', '2 requests'])
      assert.ok(text.includes(part), part);
  });

  it('leaves an empty list to what can be done next, and says beside its name where it listens', () => {
    const none = { records: [], bytes: 0, dropped: 0, incomplete: 0 };
    const listening = { url: 'http://127.0.0.1:5780', forwardsTo: undefined };
    assert.equal(listMessage(none, listening, 0), '');
    assert.equal(listDescription(none, listening), 'http://127.0.0.1:5780');
    const forwarding = { ...listening, forwardsTo: 'http://localhost:7071' };
    assert.equal(listDescription(none, forwarding), 'http://127.0.0.1:5780 → http://localhost:7071');
    assert.equal(listDescription(none, undefined), '');
    assert.equal(listDescription({ ...none, records: [success, refused] }, listening), '2');
  });
});

describe('A delivery as text', () => {
  it('masks what may be a key, in documents and in files for sending', () => {
    const http = deliveriesHttpFile([success]);
    assert.match(http, /^POST http:\/\/127\.0\.0\.1:5780\/hook\?code=YOUR_CODE HTTP\/1\.1$/m);
    assert.match(http, /^X-Api-Key: YOUR_X_API_KEY$/m);
    for (const text of [http, deliveryText(success, false), deliveryText(success, true)])
      assert.doesNotMatch(text, new RegExp(CANARY));
  });

  it('is as it came where it is no JSON', () => {
    assert.equal(deliveryText(keptDelivery({ body: '<script>' }), true), '<script>');
  });
});

describe('The public address of the listener', () => {
  it('must be one that Dataverse can call', () => {
    assert.equal(publicAddressRemark('https://abc-5780.euw.devtunnels.ms/'), undefined);
    for (const text of [
      'http://localhost:5780',
      'https://10.0.0.1/',
      'http://example.com/',
      'https://example.com:8443/',
      'x',
    ])
      assert.equal(publicAddressRemark(text)?.severity, 'error', text);
  });
});
