import assert from 'node:assert/strict';
import fc from 'fast-check';
import { packedValues, unpackedValue } from '../../../src/jobs/packedValues';

const gap = fc.constantFrom(null, undefined);
const guid = fc.uuid();
/** Every time that the service can write, and some that no calendar has. */
const time = fc
  .tuple(fc.integer({ min: 0, max: 9999 }), ...[13, 32, 25, 61, 61].map((max) => fc.nat(max)))
  .map(([year, ...rest]) => {
    const [month, day, hour, minute, second] = rest.map((each) => String(each).padStart(2, '0'));
    return `${String(year).padStart(4, '0')}-${month}-${day}T${hour}:${minute}:${second}Z`;
  });
const realTime = fc
  .date({ min: new Date('0100-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true })
  .map((date) => `${date.toISOString().slice(0, 19)}Z`);
const other = fc.oneof(
  guid.map((id) => id.toUpperCase()),
  guid.map((id) => id.replaceAll('-', '0')),
  guid.map((id) => `${id.slice(0, 35)}g`),
  fc.string({ minLength: 36, maxLength: 36 }),
  fc.string({ minLength: 20, maxLength: 20 }),
  fc.string(),
  fc.integer(),
  fc.boolean(),
);

describe('Packed values', () => {
  it('are exactly what they were, missing ones too', () => {
    const list = fc.oneof(
      fc.array(fc.oneof(guid, gap)),
      fc.array(fc.oneof(realTime, gap)),
      fc.array(fc.oneof({ arbitrary: guid, weight: 20 }, other)),
      fc.array(fc.oneof({ arbitrary: time, weight: 20 }, other)),
    );
    let packedLists = 0;
    fc.assert(
      fc.property(list, (values) => {
        const packed = packedValues(values);
        if (packed === undefined) return;
        packedLists += 1;
        assert.deepEqual(
          values.map((_, at) => unpackedValue(packed, at)),
          values,
        );
      }),
      { numRuns: 2000 },
    );
    assert.ok(packedLists > 400, String(packedLists));
  });

  it('are all ids, or all times, with gaps or without', () => {
    const id = '8b2c8d22-0d2d-ef11-8e4f-000d3a3b1a01';
    const on = '2024-02-29T23:59:59Z';
    assert.equal(packedValues([id, null, undefined])?.kind, 'guids');
    assert.equal(packedValues([undefined, on, '9999-12-31T00:00:00Z'])?.kind, 'times');
    for (const values of [
      [],
      [null, undefined],
      [id, on],
      [on, id],
      [id, 1],
      [id, id.toUpperCase()],
      [on, '2023-02-29T23:59:59Z'],
      [on, '2025-04-31T00:00:00Z'],
      [on, '0099-01-01T00:00:00Z'],
      [on, '2025-01-01T24:00:00Z'],
      [on, '2025-01-01T10:00:00.000Z'],
      [on, '2025-01-01 10:00:00Z'],
    ])
      assert.equal(packedValues(values), undefined, JSON.stringify(values));
  });
});
