import assert from 'node:assert/strict';
import fc from 'fast-check';
import { escapeXml } from '../../src/base/xmlText';
import { readableWebApi } from '../../src/jobs/queryText';
import { readFetchText } from '../../src/queries/fetchText';
import { unknownNames } from '../../src/queries/fetchNames';
import { withSchema } from '../../src/queries/schema';
import type { Translation } from '../../src/queries/translation';
import { useTranslations } from './translations';

describe('A query and its translation, asked of the sandbox', () => {
  const { schema, none, run, forward, backward, same, exact } = useTranslations();

  const words = fc.constantFrom('', 'a', 'Order', 'o%e', '_', "O'Br", '<&>"', 'ü', 'x [y]', '%', '100%25');
  const condition = (attribute: string, operator: string, values: readonly string[]): string =>
    values.length === 1 && !/in$|between/.test(operator)
      ? `<condition attribute="${attribute}" operator="${operator}" value="${escapeXml(values[0] ?? '')}"/>`
      : `<condition attribute="${attribute}" operator="${operator}">${values.map((value) => `<value>${escapeXml(value)}</value>`).join('')}</condition>`;
  const some = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
    fc.array(values, { minLength: 1, maxLength: 3 });
  const numbers = fc.integer({ min: 0, max: 33 }).map(String);
  const moments = fc
    .integer({ min: -40, max: 2 })
    .map((days) => new Date(Date.now() + days * 86_400_000).toISOString());
  const comparisons = fc.constantFrom('eq', 'ne', 'neq', 'lt', 'le', 'gt', 'ge');
  const leaf = fc.oneof(
    fc.tuple(comparisons, words).map(([operator, word]) => condition('name', operator, [word])),
    fc.tuple(comparisons, numbers).map(([operator, number]) => condition('statuscode', operator, [number])),
    fc.tuple(comparisons, numbers).map(([operator, number]) => condition('retrycount', operator, [number])),
    fc.tuple(comparisons, moments).map(([operator, moment]) => condition('completedon', operator, [moment])),
    fc
      .tuple(fc.constantFrom('begins-with', 'not-begin-with', 'ends-with', 'not-end-with'), words)
      .map(([operator, word]) => condition('friendlymessage', operator, [word])),
    fc
      .tuple(fc.constantFrom('like', 'not-like'), words)
      .map(([operator, word]) => condition('name', operator, [`%${word}%`])),
    fc
      .tuple(fc.constantFrom('in', 'not-in'), some(numbers))
      .map(([operator, list]) => condition('statuscode', operator, list)),
    fc
      .tuple(fc.constantFrom('in', 'not-in'), some(words))
      .map(([operator, list]) => condition('messagename', operator, list)),
    fc
      .tuple(fc.constantFrom('between', 'not-between'), numbers, numbers)
      .map(([operator, low, high]) => condition('statuscode', operator, [low, high])),
    fc
      .tuple(
        fc.constantFrom('null', 'not-null'),
        fc.constantFrom('errorcode', 'owningextensionid', 'regardingobjectid'),
      )
      .map(([operator, column]) => condition(column, operator, [])),
    fc
      .tuple(
        fc.constantFrom('last-x-days', 'olderthan-x-hours', 'last-x-weeks', 'olderthan-x-minutes'),
        fc.integer({ min: 1, max: 60 }),
      )
      .map(([operator, count]) => condition('createdon', operator, [String(count)])),
    fc
      .constantFrom('today', 'this-month', 'last-seven-days', 'last-year')
      .map((operator) => condition('createdon', operator, [])),
    fc.constantFrom('eq-userid', 'ne-userid').map((operator) => condition('ownerid', operator, [])),
    moments.map((moment) => condition('createdon', 'on-or-after', [moment.slice(0, 10)])),
  );
  const { filter } = fc.letrec<{ filter: string }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      leaf,
      fc
        .tuple(fc.constantFrom('and', 'or'), fc.array(tie('filter'), { maxLength: 3 }))
        .map(([type, parts]) => `<filter type="${type}">${parts.join('')}</filter>`),
    ),
  }));
  const links = fc.constantFrom(
    '',
    '',
    '<link-entity name="sdkmessageprocessingstep" from="sdkmessageprocessingstepid" to="owningextensionid" link-type="outer" alias="s"><attribute name="rank"/><attribute name="mode"/></link-entity>',
    '<link-entity name="sdkmessageprocessingstep" from="sdkmessageprocessingstepid" to="owningextensionid" alias="s"><attribute name="description"/><filter type="or"><condition attribute="rank" operator="ge" value="1"/><condition attribute="description" operator="not-in"><value>x</value><value>y</value></condition><condition attribute="stage" operator="between"><value>10</value><value>40</value></condition></filter><link-entity name="serviceendpoint" from="serviceendpointid" to="eventhandler" alias="w"><attribute name="url"/><filter><condition attribute="contract" operator="in"><value>8</value><value>7</value></condition></filter></link-entity></link-entity>',
  );
  const orders = fc.constantFrom(
    '',
    '<order attribute="completedon" descending="true"/>',
    '<order attribute="name"/><order attribute="errorcode" descending="1"/>',
    '<order attribute="owningextensionid"/>',
  );
  const fetches = fc
    .record({
      filter,
      links,
      orders,
      top: fc.constantFrom('', '', ' top="7"', ' count="50"', ' returntotalrecordcount="true"'),
    })
    .map(({ filter: inside, links: linked, orders: ordered, top }) => {
      // The key makes the order a total one, so that rows can be compared by their place.
      const own =
        '<attribute name="name"/><attribute name="statuscode"/><attribute name="ownerid"/><attribute name="completedon"/>';
      return `<fetch${top}><entity name="asyncoperation">${own}<filter>${inside}</filter>${linked}${ordered}<order attribute="asyncoperationid"/></entity></fetch>`;
    });

  it('brings the same rows in the same order, from FetchXML to the Web API and back', async function () {
    this.timeout(120_000);
    let hits = 0;
    await fc.assert(
      fc.asyncProperty(fetches, async (text) => {
        assert.deepEqual(
          await withSchema(schema(), none, (known) => unknownNames(readFetchText(text), known)),
          [],
        );
        const path = await exact(forward(text));
        const written = readableWebApi(path);
        const one = await run('fetchXml', text);
        same(one, await run('webApi', written), `${text}\n${written}`);
        const back = await exact(backward(written));
        same(one, await run('fetchXml', back), `${text}\n${written}\n${back}`);
        hits += one.length;
      }),
      { numRuns: 120 },
    );
    assert.ok(hits > 500, `${hits} rows in all`);
  });

  const quoted = words.map((word) => `'${word.replaceAll("'", "''")}'`);
  const plain = fc.constantFrom('eq', 'ne', 'lt', 'le', 'gt', 'ge');
  const term = fc.oneof(
    fc.tuple(plain, quoted).map(([operator, word]) => `name ${operator} ${word}`),
    fc.tuple(plain, numbers).map(([operator, number]) => `${number} ${operator} statuscode`),
    fc.tuple(plain, moments).map(([operator, moment]) => `completedon ${operator} ${moment}`),
    fc.tuple(plain, numbers).map(([operator, number]) => `owningextensionid/rank ${operator} ${number}`),
    fc
      .tuple(
        fc.constantFrom('contains', 'startswith', 'endswith'),
        fc.constantFrom('name', 'owningextensionid/name'),
        quoted,
      )
      .map(([name, column, word]) => `${name}(${column},${word})`),
    some(numbers).map((list) => `statuscode in (${list.join(',')})`),
    some(quoted).map(
      (list) => `Microsoft.Dynamics.CRM.NotIn(PropertyName='messagename',PropertyValues=[${list.join(',')}])`,
    ),
    fc.constantFrom(
      'errorcode eq null',
      '_owningextensionid_value ne null',
      'owningextensionid eq null',
      'statuscode eq @code',
      'createdon le completedon',
      "Microsoft.Dynamics.CRM.LastXDays(PropertyName='createdon',PropertyValue=9)",
      'owningextensionid/eventhandler_serviceendpoint/contract eq 8',
      "_ownerid_value eq null or contains(friendlymessage,'o')",
      'not (statuscode eq 31 and retrycount gt 0)',
    ),
  );
  const { expression } = fc.letrec<{ expression: string }>((tie) => ({
    expression: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      term,
      tie('expression').map((inner) => (inner.startsWith('not') ? inner : `not (${inner})`)),
      fc
        .tuple(fc.constantFrom('and', 'or'), fc.array(tie('expression'), { minLength: 2, maxLength: 3 }))
        .map(([type, parts]) => `(${parts.join(` ${type} `)})`),
    ),
  }));
  /** Functions that have no opposite cannot be negated in FetchXML. */
  const untranslated = (found: Translation): boolean =>
    found.kind === 'none' &&
    found.reasons.every(({ code, subject }) => code === 'function' && subject.startsWith('not '));

  it('brings the same rows in the same order, from the Web API to FetchXML and back', async function () {
    this.timeout(120_000);
    let [hits, translated] = [0, 0];
    const options = fc.constantFrom(
      ...['&$orderby=asyncoperationid', '&$orderby=statuscode desc,asyncoperationid&$top=9&$count=true'],
      '&$expand=owningextensionid($select=rank;$expand=eventhandler_serviceendpoint($select=url))&$orderby=owningextensionid/name,asyncoperationid',
    );
    await fc.assert(
      fc.asyncProperty(expression, options, async (filtered, rest) => {
        const text = `asyncoperations?$select=name,statuscode,_ownerid_value\n  &$filter=${filtered.replaceAll('%', '%25')}\n  ${rest}\n  &@code=31`;
        const found = await backward(text);
        if (untranslated(found)) return;
        const fetch = await exact(Promise.resolve(found));
        const one = await run('webApi', text);
        same(one, await run('fetchXml', fetch), `${text}\n${fetch}`);
        const back = readableWebApi(await exact(forward(fetch)));
        same(one, await run('webApi', back), `${text}\n${fetch}\n${back}`);
        hits += one.length;
        translated += 1;
      }),
      { numRuns: 150 },
    );
    assert.ok(hits > 500 && translated > 50, `${hits} rows of ${translated} queries`);
  });

  const pairs: ReadonlyArray<readonly [string, string]> = [
    [
      'existence of linked rows',
      '<fetch><entity name="serviceendpoint"><attribute name="name"/><order attribute="serviceendpointid"/><link-entity name="sdkmessageprocessingstep" from="eventhandler" to="serviceendpointid" link-type="exists"><filter><condition attribute="rank" operator="ge" value="1"/></filter></link-entity></entity></fetch>',
    ],
    [
      'figures for groups',
      '<fetch aggregate="true" useraworderby="true"><entity name="asyncoperation"><attribute name="statuscode" alias="statuscode" groupby="true"/><attribute name="asyncoperationid" alias="n" aggregate="count"/><attribute name="depth" alias="d" aggregate="avg"/><attribute name="messagename" alias="m" aggregate="countcolumn" distinct="true"/><attribute name="completedon" alias="last" aggregate="max"/><filter><condition attribute="createdon" operator="last-x-years" value="2"/></filter><order alias="statuscode" descending="true"/></entity></fetch>',
    ],
    [
      'a figure for all rows',
      '<fetch aggregate="true"><entity name="sdkmessageprocessingstep"><attribute name="rank" alias="s" aggregate="sum"/></entity></fetch>',
    ],
    [
      'all columns',
      '<fetch top="3"><entity name="serviceendpoint"><all-attributes/><order attribute="serviceendpointid"/></entity></fetch>',
    ],
    ['no column', '<fetch><entity name="contact"><order attribute="contactid"/></entity></fetch>'],
    [
      'a choice in the order of its numbers',
      '<fetch useraworderby="1"><entity name="asyncoperation"><attribute name="statuscode"/><order attribute="statuscode"/><order attribute="asyncoperationid"/></entity></fetch>',
    ],
  ];
  for (const [name, text] of pairs) {
    it(`keeps ${name}, both ways`, async () => {
      const written = readableWebApi(await exact(forward(text)));
      const one = await run('fetchXml', text);
      assert.ok(one.length > 0);
      same(one, await run('webApi', written), written);
      same(one, await run('fetchXml', await exact(backward(written))), written);
    });
  }

  it('takes the FetchXML out of an address that carries one', async () => {
    const fetch = '<fetch top="2"><entity name="contact"><attribute name="lastname"/></entity></fetch>';
    assert.equal(await exact(backward(`contacts?fetchXml=${encodeURIComponent(fetch)}`)), fetch);
    assert.equal(await exact(backward(`contacts?fetchXml=${fetch}`)), fetch);
  });

  it('runs the FetchXML of such an address page by page, as any other', async () => {
    const all = await run('webApi', 'contacts?$select=lastname');
    const fetch = '<fetch count="5"><entity name="contact"><attribute name="lastname"/></entity></fetch>';
    assert.ok(all.length > 10);
    for (const text of [fetch, encodeURIComponent(fetch), fetch.replaceAll('"', "'")]) {
      const found = await run('webApi', `contacts?fetchXml=${text}`);
      assert.deepEqual(
        found.map(({ contactid }) => contactid).sort(),
        all.map(({ contactid }) => contactid).sort(),
      );
    }
    const first = fetch.replace('count="5"', 'top="3"');
    assert.equal((await run('webApi', `contacts?fetchXml=${first}`)).length, 3);
    await assert.rejects(run('webApi', 'contacts?fetchXml=<fetch>'), { reason: 'notXml' });
  });

  it('runs what brings one row, or what a function answers, as rows of one page', async () => {
    const [contact] = await run('webApi', 'contacts?$select=lastname&$top=1');
    const id = String(contact?.['contactid']);
    const one = await run('webApi', `contacts(${id})?$select=lastname`);
    assert.deepEqual(
      one.map((row) => row['lastname']),
      [contact?.['lastname']],
    );
    const fetch = await exact(backward(`contacts(${id})?$select=lastname`));
    same(one, await run('fetchXml', fetch), fetch);
    assert.deepEqual(await run('webApi', `contacts(${id})/lastname/$value`), [
      { value: contact?.['lastname'] },
    ]);
    const all = await run('webApi', 'contacts?$select=contactid');
    assert.deepEqual(await run('webApi', 'contacts/$count'), [{ value: all.length }]);
    const some = await run('webApi', "contacts/$count?$filter=lastname eq 'Nobody at all'");
    assert.deepEqual(some, [{ value: 0 }]);
    const [who] = await run('webApi', 'WhoAmI');
    assert.match(String(who?.['UserId']), /^[0-9a-f-]{36}$/);
    await assert.rejects(run('webApi', 'contacts(00000000-0000-0000-0000-000000000009)'));
  });

  const lost: ReadonlyArray<readonly [string, readonly string[]]> = [
    ['<fetch page="3"><entity name="contact"/></fetch>', ['pageNumber']],
    ['<fetch distinct="true"><entity name="contact"/></fetch>', ['distinct']],
    ['<fetch><entity name="contakt"/></fetch>', ['tableUnknown']],
    [
      '<fetch><entity name="contact"><attribute name="nope"/><attribute name="statuscodename"/></entity></fetch>',
      ['columnUnknown', 'columnUnknown'],
    ],
    ['<fetch><entity name="contact"><order attribute="statuscode"/></entity></fetch>', ['labelOrder']],
    [
      '<fetch><entity name="contact"><link-entity name="contact" from="parentcustomerid" to="contactid"/></entity></fetch>',
      ['manyRows'],
    ],
    [
      '<fetch><entity name="contact"><filter><condition attribute="createdon" operator="ge" value="2025-01-01"/></filter></entity></fetch>',
      ['zoneless'],
    ],
    [
      '<fetch><entity name="contact"><filter><condition attribute="lastname" operator="like" value="a_b"/></filter></entity></fetch>',
      ['pattern'],
    ],
    [
      '<fetch><entity name="contact"><filter><condition attribute="lastname" operator="equal" value="a"/></filter></entity></fetch>',
      ['malformed'],
    ],
    ['contacts?$apply=groupby((statuscode))/topcount(2,x)', ['apply']],
    ['contacts(1)?$select=lastname', ['path']],
    ['accounts/x?$select=name', ['path']],
    ['contacts?$filter=createdon gt 2025-01-01', ['zoneless']],
    ["contacts?$filter=tolower(lastname) eq 'a'", ['comparison']],
    ['contacts?$expand=contact_parent_contacts($select=lastname)&$skiptoken=x', ['option']],
    ["contacts?$filter=lastname eq 'a", ['malformed']],
  ];
  for (const [text, codes] of lost) {
    it(`says what does not translate in ${text}`, async () => {
      const found = await (text.startsWith('<') ? forward(text) : backward(text));
      const reasons = found.kind === 'none' ? found.reasons : assert.fail(found.text);
      assert.deepEqual(
        reasons.map(({ code }) => code),
        codes,
        JSON.stringify(reasons),
      );
      for (const { range } of reasons) assert.ok(range.start < range.end && range.end <= text.length);
    });
  }
});
