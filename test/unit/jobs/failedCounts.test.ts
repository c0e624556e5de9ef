import assert from 'node:assert/strict';
import { DataverseError } from '../../../src/dataverse/errors';
import type { Row } from '../../../src/dataverse/webApi';
import { countFailedJobs, failedCountsFetchXml } from '../../../src/jobs/failedCounts';
import { FakeWebApi } from '../../fakes/fakeWebApi';

const never = new AbortController().signal;
const HOUR = 3_600_000;
const STEP = '8b2c8d22-0d2d-ef11-8e4f-000d3a3b1a01';
const from = new Date(Date.UTC(2025, 2, 1));

/** A service that has a failed job of one step each minute, and counts at most so many in a request. */
function service(limit: number, error = tooMany()): FakeWebApi {
  return new FakeWebApi({
    fetchPages: (_set, xml): readonly Row[] => {
      const [start, end] = [...xml.matchAll(/value="(\d{4}-[^"]+Z)"/g)].map(([, text]) =>
        Date.parse(text ?? ''),
      );
      const count = Math.floor(((end ?? 0) - (start ?? 0)) / 60_000);
      if (count > limit) throw error;
      return count === 0 ? [] : [{ step: STEP, failed: count }];
    },
  });
}

function tooMany(code = -2147164125, serviceMessage = 'x'): DataverseError {
  return new DataverseError('invalid', 'refused', { status: 400, code, serviceMessage });
}

describe('Counting failed jobs', () => {
  it('asks once, for webhook steps only, by step, in a period', async () => {
    const api = service(50_000);
    const to = new Date(from.getTime() + 24 * HOUR);
    const counts = await countFailedJobs(api, { from, to }, never);
    assert.deepEqual([...counts.byStep, counts.total, counts.exact], [[STEP, 1440], 1440, true]);
    assert.equal(api.calls.length, 1);
    const xml = failedCountsFetchXml(from, to);
    assert.match(xml, /<fetch aggregate="true"><entity name="asyncoperation">/);
    assert.match(xml, /attribute="statuscode" operator="eq" value="31"/);
    assert.match(xml, /attribute="completedon" operator="ge" value="2025-03-01T00:00:00\.000Z"/);
    assert.match(xml, /name="owningextensionid" alias="step" groupby="true"/);
    assert.match(xml, /attribute="contract" operator="eq" value="8"/);
  });

  it('halves the period where the service refuses to count so many, and adds up the same', async () => {
    const inside = new DataverseError('server', 'failed', { status: 500, code: -2147164125 });
    for (const error of [tooMany(), tooMany(1, 'The maximum record limit is exceeded.'), inside]) {
      const api = service(200, error);
      const counts = await countFailedJobs(api, { from, to: new Date(from.getTime() + 24 * HOUR) }, never);
      assert.deepEqual([counts.byStep.get(STEP), counts.total, counts.exact], [1440, 1440, true]);
      assert.ok(api.calls.length > 8 && api.calls.length < 32, String(api.calls.length));
    }
  });

  it('says that it is not exact when even an hour holds too many, and ends', async () => {
    const api = service(10);
    const counts = await countFailedJobs(api, { from, to: new Date(from.getTime() + 4 * HOUR) }, never);
    assert.equal(counts.exact, false);
    assert.ok(counts.total >= 50_000);
    assert.ok(api.calls.length < 16);
  });

  it('does not divide what was refused for another reason', async () => {
    const api = service(0, new DataverseError('forbidden', 'no'));
    await assert.rejects(countFailedJobs(api, { from, to: new Date(from.getTime() + HOUR) }, never), {
      reason: 'forbidden',
    });
    assert.equal(api.calls.length, 1);
  });

  it('stops when it is cancelled', async () => {
    const abort = new AbortController();
    abort.abort();
    const api = service(0);
    await assert.rejects(countFailedJobs(api, { from, to: new Date(from.getTime() + HOUR) }, abort.signal), {
      name: 'CancelledError',
    });
    assert.deepEqual(api.calls, []);
  });
});
