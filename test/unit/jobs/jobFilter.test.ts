import assert from 'node:assert/strict';
import { errorCodeOf, FAILED_JOBS, periodStart } from '../../../src/jobs/jobFilter';
import { jobsFetchXml, jobsPath } from '../../../src/jobs/jobQueries';
import { unknownNames } from '../webhooks/publishedNames';

const NOW = new Date('2025-03-31T10:20:30.456Z');
const filter = {
  ...FAILED_JOBS,
  ...({ period: 'day', state: 'waiting' } as const),
  message: 'Update',
  table: ' Contact',
  errorCode: -2147155455,
  text: "50% of O'Brien & <Co>\n",
};

describe('A filter of jobs', () => {
  it('is written as conditions of the Web API, escaped, times in UTC', () => {
    const path = jobsPath({ kind: 'environment' }, filter, NOW);
    const options = new URLSearchParams(path.slice(path.indexOf('?')));
    const text = "'50[%] of O''Brien & <Co>'";
    assert.equal(
      options.get('$filter'),
      '(statuscode eq 0 or statuscode eq 10) and owningextensionid/eventhandler_serviceendpoint/contract eq 8' +
        " and createdon ge 2025-03-30T10:20:30Z and messagename eq 'Update' and primaryentitytype eq 'contact'" +
        ` and errorcode eq -2147155455 and (contains(name,${text}) or contains(friendlymessage,${text}) or contains(message,${text}))`,
    );
    assert.equal(options.get('$orderby'), 'createdon desc,asyncoperationid');
    assert.deepEqual(unknownNames(path), []);
  });

  it('is written as conditions of FetchXML, escaped', () => {
    const text = jobsFetchXml({ kind: 'environment' }, filter, NOW);
    for (const part of [
      '<condition attribute="statuscode" operator="in">',
      '<condition attribute="createdon" operator="ge" value="2025-03-30T10:20:30.000Z" />',
      '<condition attribute="primaryentitytype" operator="eq" value="contact" />',
      '<filter type="or">',
      'operator="like" value="%50[%] of O&apos;Brien &amp; &lt;Co&gt;%" />',
    ])
      assert.ok(
        text.replace(/&#39;/g, '&apos;').replace("O'B", 'O&apos;B').includes(part),
        `${part}\n${text}`,
      );
  });

  it('counts days by the calendar of the reader and hours by the clock', () => {
    assert.equal(periodStart('all', NOW), undefined);
    assert.equal(periodStart('hour', NOW)?.toISOString(), '2025-03-31T09:20:30.000Z');
    const week = periodStart('week', NOW) ?? assert.fail();
    const expected = new Date(NOW);
    expected.setDate(expected.getDate() - 7);
    assert.equal(week.getDate(), expected.getDate());
    assert.deepEqual([week.getHours(), week.getMinutes()], [NOW.getHours(), NOW.getMinutes()]);
  });

  it('takes an error code in every usual form, and nothing else', () => {
    for (const text of ['0x80050201', ' 0X80050201 ', '-2147155455', '2147811841'])
      assert.equal(errorCodeOf(text), -2147155455, text);
    assert.equal(errorCodeOf(' '), undefined);
    for (const text of ['x', '0x', '0x123456789', '9999999999', '1.5', '1 or 1 eq 1'])
      assert.ok(Number.isNaN(errorCodeOf(text)), text);
  });
});
