import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Row } from '../../../src/dataverse/webApi';
import { FailureGrouping, messagePattern } from '../../../src/jobs/grouping';
import { jobRow } from './jobRow';

const OTHER = '8b2c8d22-0d2d-ef11-8e4f-000d3a3b1aff';

function job(at: number, over: Row = {}): Row {
  const completedon = new Date(Date.UTC(2025, 2, 4, 1) + at * 60_000).toISOString().replace('.000', '');
  return {
    ...jobRow,
    asyncoperationid: `job ${at}`,
    completedon,
    friendlymessage: `No answer to request ${1000 + at} at ${completedon}`,
    ...over,
  };
}

describe('The pattern of a message', () => {
  it('has no ids, numbers, dates and query values', () => {
    const one = messagePattern(
      'Row {1A7E3D55-7b8e-ef11-ac20-6045bdd1a101} failed at 2025-03-04T11:02:10.123Z (3/4/2025 11:02 AM), try 3 of 1,000: https://x.example/h?code=abc&n=1',
    );
    const two = messagePattern(
      'Row 8b2c8d22-0d2d-ef11-8e4f-000d3a3b1aff failed at 2026-12-31T00:00:00Z (12/31/2026 1:00 PM), try 12 of 2: https://x.example/h?code=xyz',
    );
    assert.equal(one, two);
    assert.ok(one.startsWith('Row … failed at … (') && one.endsWith('https://x.example/h?…'), one);
  });

  it('keeps what tells messages apart', () => {
    assert.notEqual(messagePattern('Name not resolved'), messagePattern('Connection refused'));
  });

  it('is the same whatever the numbers are, short, and its own pattern', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.uuid(), fc.uuid(), fc.string(), (n, m, a, b, text) => {
        const plain = text.replace(/[\d?]/g, '');
        assert.equal(messagePattern(`${n} x ${a} y ${plain}`), messagePattern(`${m} x ${b} y ${plain}`));
        const pattern = messagePattern(text);
        assert.ok(pattern.length <= 300);
        assert.equal(messagePattern(pattern), pattern);
      }),
    );
  });

  it('of a very long message is found at once', () => {
    const started = performance.now();
    for (const text of [
      '1.'.repeat(50_000),
      '?'.repeat(100_000),
      'a'.repeat(100_000),
      '2025-'.repeat(20_000),
    ])
      assert.ok(messagePattern(text).length <= 300);
    assert.ok(performance.now() - started < 1000);
  });
});

describe('The groups of failed jobs', () => {
  it('have one cause, one step and one message, with count, first, last and the newest as an example', () => {
    const grouping = new FailureGrouping();
    const keys = [job(5), job(9), job(1), job(2, { _owningextensionid_value: OTHER })].map((row) =>
      grouping.add(row),
    );
    assert.equal(new Set(keys.slice(0, 3)).size, 1);
    const [first, second] = grouping.groups();
    assert.equal(first?.key, keys[0]);
    assert.deepEqual(
      [first?.count, first?.first?.toISOString(), first?.last?.toISOString(), first?.example.id],
      [3, '2025-03-04T01:01:00.000Z', '2025-03-04T01:09:00.000Z', 'job 9'],
    );
    assert.equal(second?.count, 1);
    assert.equal(grouping.count, 4);
  });

  it('are told apart by the HTTP status, the code, and the webhook', () => {
    const grouping = new FailureGrouping();
    const messages = ['HttpStatus: 503', 'HttpStatus: 404'].map((friendlymessage) => ({ friendlymessage }));
    const keys = [
      ...messages,
      { ...messages[0], errorcode: -2147155454 },
      { ...messages[0], 'webhook.name': 'B' },
    ].map((over) => grouping.add(job(1, over)));
    assert.equal(new Set(keys).size, 4);
    assert.deepEqual(
      grouping.groups().map(({ cause }) => (cause.kind === 'httpStatus' ? cause.status : cause.kind)),
      [503, 404, 'timeout', 503],
    );
  });

  it('take a time of the first century as that', () => {
    const grouping = new FailureGrouping();
    grouping.add(job(1, { completedon: '0001-01-01T00:00:00Z' }));
    assert.equal(grouping.groups()[0]?.first?.toISOString(), '0001-01-01T00:00:00.000Z');
  });

  it('take failed jobs only, and any row without failing', () => {
    const grouping = new FailureGrouping();
    assert.equal(grouping.add(job(1, { statuscode: 30 })), undefined);
    assert.equal(grouping.add({ contactid: 'x' }), undefined);
    fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (row) => void grouping.add(row)));
    assert.equal(grouping.count, 0);
    assert.notEqual(grouping.add({ asyncoperationid: 'a', statuscode: 31, errorcode: 'odd' }), undefined);
    assert.deepEqual(grouping.bins(), [], 'a job without a time is in no bin');
  });

  it('are the same in whatever pages and order the rows come', () => {
    const rows = fc.array(fc.record({ at: fc.nat(2000), code: fc.constantFrom(-2147155454, -2147155451) }));
    fc.assert(
      fc.property(rows, fc.infiniteStream(fc.nat()), (some, random) => {
        const jobs = some.map(({ at, code }) => job(at, { errorcode: code }));
        const shuffled = jobs
          .map((row) => ({ row, by: random.next().value }))
          .sort((a, b) => a.by - b.by)
          .map(({ row }) => row);
        const facts = (list: readonly Row[]) => {
          const grouping = new FailureGrouping();
          for (const row of list) grouping.add(row);
          const groups = grouping
            .groups()
            .map(({ key, count, first, last }) => [key, count, first?.getTime(), last?.getTime()].join());
          return { groups: groups.sort(), bins: grouping.bins() };
        };
        assert.deepEqual(facts(shuffled), facts(jobs));
      }),
    );
  });
});

describe('The failures over time', () => {
  it('are in bins of one length without gaps that hold every failure once', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3_000_000), { minLength: 1 }), (minutes) => {
        const grouping = new FailureGrouping();
        for (const at of minutes) grouping.add(job(at));
        const bins = grouping.bins();
        assert.ok(bins.length >= 1 && bins.length <= 60, String(bins.length));
        assert.equal(
          bins.reduce((sum, bin) => sum + bin.count, 0),
          minutes.length,
        );
        bins.slice(1).forEach((bin, at) => assert.equal(bin.from.getTime(), bins[at]?.to.getTime()));
        assert.ok((bins[0]?.count ?? 0) > 0 || bins.length > 1);
        for (const at of minutes) {
          const time = Date.UTC(2025, 2, 4, 1) + at * 60_000;
          assert.ok(
            bins.some((bin) => bin.count > 0 && bin.from.getTime() <= time && time < bin.to.getTime()),
          );
        }
      }),
      { numRuns: 50 },
    );
  });
});
