import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readableWebApi } from '../../src/jobs/queryText';
import type { Translation } from '../../src/queries/translation';
import { useTranslations } from './translations';

describe('Linked rows in both languages, asked of the sandbox', () => {
  const { run, forward, backward, same, exact } = useTranslations();

  /** FetchXML takes fifteen links, and what the Web API writes in one condition may need several. */
  const needsMoreLinks = (found: Translation): boolean =>
    found.kind === 'none' && found.reasons.every(({ code }) => code === 'tooManyLinks');

  /** A translation there and back brings what the query brings. */
  async function bothWays(text: string): Promise<number> {
    const isFetch = text.startsWith('<');
    const [there, back] = isFetch ? [forward, backward] : [backward, forward];
    const [language, other] = isFetch ? (['fetchXml', 'webApi'] as const) : (['webApi', 'fetchXml'] as const);
    const shown = (query: string): string => (query.startsWith('<') ? query : readableWebApi(query));
    const one = await run(language, text);
    const translated = shown(await exact(there(text)));
    same(one, await run(other, translated), `${text}\n${translated}`);
    const found = await back(translated);
    if (needsMoreLinks(found)) return one.length;
    const returned = shown(await exact(Promise.resolve(found)));
    same(one, await run(language, returned), `${text}\n${translated}\n${returned}`);
    return one.length;
  }

  const condition = (attribute: string, operator: string, value?: string | number): string =>
    `<condition attribute="${attribute}" operator="${operator}"${value === undefined ? '' : ` value="${value}"`}/>`;
  const ofStep = fc.constantFrom(
    ...[condition('rank', 'ge', 2), condition('rank', 'eq', 1), condition('mode', 'ne', 0)],
    ...[condition('description', 'null'), condition('description', 'ne', 'x'), condition('stage', 'eq', 40)],
    ...[
      condition('name', 'like', '%Update%'),
      condition('name', 'like', 'S%1'),
      condition('sdkmessagefilterid', 'null'),
    ],
  );
  const ofJob = fc.constantFrom(
    ...[
      condition('statuscode', 'eq', 31),
      condition('statuscode', 'eq', 30),
      condition('retrycount', 'gt', 0),
    ],
    ...[condition('errorcode', 'not-null'), condition('friendlymessage', 'like', '%o%')],
  );
  const existence = fc.constantFrom('any', 'not any');
  const grouped = (inner: fc.Arbitrary<string>): fc.Arbitrary<string> =>
    fc
      .tuple(fc.constantFrom('and', 'or'), fc.array(inner, { maxLength: 3 }))
      .map(([type, parts]) =>
        parts.length === 0 ? '' : `<filter type="${type}">${parts.join('')}</filter>`,
      );
  const jobs = fc
    .tuple(existence, grouped(ofJob))
    .map(
      ([type, filter]) =>
        `<link-entity name="asyncoperation" from="owningextensionid" to="sdkmessageprocessingstepid" link-type="${type}">${filter}</link-entity>`,
    );
  const message = fc
    .constantFrom('Update', 'Create', 'Delete')
    .map(
      (name) =>
        `<link-entity name="sdkmessage" from="sdkmessageid" to="sdkmessageid" link-type="any"><filter>${condition('name', 'eq', name)}</filter></link-entity>`,
    );
  const filterOf = fc.constantFrom(
    '<link-entity name="sdkmessagefilter" from="sdkmessagefilterid" to="sdkmessagefilterid" link-type="not any"/>',
    `<link-entity name="sdkmessagefilter" from="sdkmessagefilterid" to="sdkmessagefilterid" link-type="not any"><filter>${condition('primaryobjecttypecode', 'not-null')}</filter></link-entity>`,
  );
  const inStep = fc.oneof({ arbitrary: ofStep, weight: 3 }, jobs, message, filterOf);
  const steps = fc
    .tuple(existence, grouped(inStep))
    .map(
      ([type, filter]) =>
        `<link-entity name="sdkmessageprocessingstep" from="eventhandler" to="serviceendpointid" link-type="${type}">${filter}</link-entity>`,
    );
  const ofEndpoint = fc.constantFrom(
    condition('name', 'ne', 'x'),
    condition('contract', 'eq', 8),
    condition('path', 'null'),
  );

  it('are asked for inside of filters, however deep, from FetchXML to the Web API and back', async function () {
    this.timeout(120_000);
    let hits = 0;
    const filters = grouped(
      fc.oneof({ arbitrary: steps, weight: 3 }, ofEndpoint, grouped(fc.oneof(steps, ofEndpoint))),
    );
    await fc.assert(
      fc.asyncProperty(filters, async (filter) => {
        const text = `<fetch><entity name="serviceendpoint"><attribute name="name"/>${filter}<order attribute="serviceendpointid"/></entity></fetch>`;
        fc.pre((text.match(/<link-entity/g) ?? []).length <= 15);
        hits += await bothWays(text);
      }),
      { numRuns: 100 },
    );
    assert.ok(hits > 60, `${hits} rows in all`);
  });

  const stepTerm = (variable: string): fc.Arbitrary<string> =>
    fc.constantFrom(
      ...[`${variable}/rank ge 2`, `${variable}/description ne 'x'`, `${variable}/description eq null`],
      ...[`startswith(${variable}/name,'S')`, `2 gt ${variable}/rank`, `${variable}/rank in (1,3)`],
      ...[
        `${variable}/sdkmessageid/name eq 'Update'`,
        `${variable}/sdkmessagefilterid/primaryobjecttypecode eq null`,
      ],
      `not (${variable}/sdkmessagefilterid/primaryobjecttypecode eq 'contact')`,
      `${variable}/sdkmessagefilterid eq null`,
      `(${variable}/mode eq 0) eq false`,
      `${variable}/SdkMessageProcessingStep_AsyncOperations/any(j:j/statuscode eq 31 and j/errorcode ne null)`,
      `not ${variable}/SdkMessageProcessingStep_AsyncOperations/any()`,
      `${variable}/SdkMessageProcessingStep_AsyncOperations/all(j:j/statuscode eq 31 or j/errorcode eq 5)`,
    );
  const joined = (inner: fc.Arbitrary<string>): fc.Arbitrary<string> =>
    fc
      .tuple(fc.constantFrom('and', 'or'), fc.boolean(), fc.array(inner, { minLength: 1, maxLength: 3 }))
      .map(([type, negative, parts]) => `${negative ? 'not ' : ''}(${parts.join(` ${type} `)})`);
  const collection = 'serviceendpoint_sdkmessageprocessingstep';
  const endpointTerm = fc.oneof(
    fc
      .tuple(fc.constantFrom('any', 'all'), joined(stepTerm('o')))
      .map(([quantifier, body]) => `${collection}/${quantifier}(o:${body})`),
    fc.constantFrom(`${collection}/any()`, 'contract eq 8', "name ne 'x'"),
  );

  it('are asked for in lambdas, from the Web API to FetchXML and back', async function () {
    this.timeout(120_000);
    let [hits, returned] = [0, 0];
    await fc.assert(
      fc.asyncProperty(
        joined(fc.oneof({ arbitrary: endpointTerm, weight: 3 }, joined(endpointTerm))),
        async (filter) => {
          const text = `serviceendpoints?$select=name&$filter=${filter}&$orderby=serviceendpointid`;
          const one = await run('webApi', text);
          const found = await backward(text);
          if (needsMoreLinks(found)) return;
          const fetch = await exact(Promise.resolve(found));
          same(one, await run('fetchXml', fetch), `${text}\n${fetch}`);
          hits += one.length;
          const back = await forward(fetch);
          // What FetchXML can ask of a lookup that leads nowhere, the Web API cannot.
          if (back.kind === 'none') {
            assert.deepEqual([...new Set(back.reasons.map(({ code }) => code))], ['negatedLink'], fetch);
            return;
          }
          returned += 1;
          same(one, await run('webApi', readableWebApi(back.text)), `${text}\n${fetch}\n${back.text}`);
        },
      ),
      { numRuns: 150 },
    );
    assert.ok(hits > 60 && returned > 60, `${hits} rows, ${returned} there and back`);
  });

  const pairs: ReadonlyArray<readonly [string, string]> = [
    [
      'rows without a partner, by an outer link that found nothing',
      `<fetch><entity name="serviceendpoint"><attribute name="name"/><filter><condition entityname="s" attribute="sdkmessageprocessingstepid" operator="null"/></filter><link-entity name="sdkmessageprocessingstep" from="eventhandler" to="serviceendpointid" link-type="outer" alias="s"><filter>${condition('rank', 'gt', 99)}</filter></link-entity><order attribute="serviceendpointid"/></entity></fetch>`,
    ],
    [
      'rows with a partner, by a link whose repetitions are left out',
      '<fetch distinct="true"><entity name="serviceendpoint"><attribute name="serviceendpointid"/><attribute name="name"/><link-entity name="sdkmessageprocessingstep" from="eventhandler" to="serviceendpointid"/><order attribute="serviceendpointid"/></entity></fetch>',
    ],
    [
      'the different values of columns',
      `<fetch distinct="true" useraworderby="true"><entity name="asyncoperation"><attribute name="statuscode"/><attribute name="messagename"/><filter>${condition('statuscode', 'ne', 30)}</filter><order attribute="statuscode"/><order attribute="messagename" descending="true"/></entity></fetch>`,
    ],
    [
      'a number of values, when it is the only figure',
      '<fetch aggregate="true"><entity name="asyncoperation"><attribute name="errorcode" alias="n" aggregate="countcolumn"/></entity></fetch>',
    ],
    [
      'a number of rows, by their key',
      '<fetch aggregate="true"><entity name="asyncoperation"><attribute name="asyncoperationid" alias="n" aggregate="countcolumn"/><attribute name="depth" alias="d" aggregate="max"/></entity></fetch>',
    ],
    [
      'the different values of a column',
      'sdkmessageprocessingsteps?$apply=filter(stage eq 40)/groupby((rank,mode))&$orderby=rank,mode',
    ],
  ];
  for (const [name, text] of pairs) {
    it(`keep ${name}, both ways`, async () => {
      assert.ok((await bothWays(text)) > 0);
    });
  }

  it('are like a pattern with wildcards inside', async () => {
    const names = (await run('webApi', 'contacts?$select=fullname&$orderby=fullname')).map((row) =>
      String(row['fullname']),
    );
    const [name = ''] = names.filter((one) => /^\w+ \w+$/.test(one));
    const pattern = `${name.slice(0, 1)}%${name.slice(2, 3)}%${name.slice(-1)}`;
    const text = `<fetch><entity name="contact"><attribute name="fullname"/><filter>${condition('fullname', 'like', pattern)}</filter><order attribute="contactid"/></entity></fetch>`;
    const found = await bothWays(text);
    assert.ok(found > 0 && found < names.length, pattern);
  });

  it('are grouped by, under the name that the Web API gives them', async () => {
    const text = `<fetch aggregate="true"><entity name="asyncoperation"><attribute name="asyncoperationid" alias="n" aggregate="count"/><link-entity name="sdkmessageprocessingstep" from="sdkmessageprocessingstepid" to="owningextensionid" alias="s"><attribute name="name" alias="step" groupby="true"/></link-entity></entity></fetch>`;
    const path = readableWebApi(await exact(forward(text)));
    assert.match(path, /groupby\(\(owningextensionid\/name\),aggregate\(\$count as n\)\)/);
    const named = (rows: readonly unknown[], key: string): readonly string[] =>
      rows.map((row) => JSON.stringify([Object(row)[key], Object(row).n])).sort();
    const one = named(await run('fetchXml', text), 'step');
    assert.ok(one.length > 3);
    assert.deepEqual(named(await run('webApi', path), 'sdkmessageprocessingstep_name'), one);
    const back = await exact(backward(path));
    assert.deepEqual(named(await run('fetchXml', back), 'sdkmessageprocessingstep_name'), one);
  });

  const pair = (type: string, inner: string): string =>
    `<fetch><entity name="team"><attribute name="name"/><filter><link-entity name="teammembership" from="teamid" to="teamid" link-type="${type}">${inner}</link-entity></filter><order attribute="teamid"/></entity></fetch>`;
  const user = (name: string): string =>
    `<link-entity name="systemuser" from="systemuserid" to="systemuserid"><filter>${condition('fullname', 'like', name)}</filter></link-entity>`;
  it('are asked for over a table of pairs, both ways', async () => {
    assert.equal(await bothWays(pair('any', '')), 1);
    assert.equal(await bothWays(pair('any', user('%a%'))), 1);
    assert.equal(await bothWays(pair('any', user('%zzz%'))), 0);
    assert.equal(await bothWays(pair('not any', user('%zzz%'))), 1);
    assert.equal(
      await bothWays("teams?$select=name&$filter=teammembership_association/any(u:contains(u/fullname,'a'))"),
      1,
    );
  });

  const ofTeams = (type: string, inner: string, more = ''): string =>
    `<fetch><entity name="team"><attribute name="name"/>${more}<link-entity name="teammembership" from="teamid" to="teamid" link-type="${type}">${inner}</link-entity><order attribute="teamid"/></entity></fetch>`;
  it('are asked for over a table of pairs by a link of the table itself, both ways', async () => {
    assert.equal(
      await exact(forward(ofTeams('exists', ''))),
      'teams?$select=name&$filter=teammembership_association/any()&$orderby=teamid',
    );
    for (const type of ['exists', 'in']) {
      assert.equal(await bothWays(ofTeams(type, '')), 1);
      assert.equal(await bothWays(ofTeams(type, user('%a%'))), 1);
      assert.equal(await bothWays(ofTeams(type, user('%zzz%'))), 0);
      assert.equal(
        await bothWays(ofTeams(type, user('%a%'), `<filter>${condition('name', 'null')}</filter>`)),
        0,
      );
    }
    // Below a link to another table, too.
    const ofUnits = (name: string): string =>
      `<fetch><entity name="businessunit"><attribute name="name"/><link-entity name="team" from="businessunitid" to="businessunitid" alias="t"><attribute name="name"/><link-entity name="teammembership" from="teamid" to="teamid" link-type="exists">${user(name)}</link-entity></link-entity></entity></fetch>`;
    assert.equal((await run('fetchXml', ofUnits('%a%'))).length, 1);
    assert.equal((await run('fetchXml', ofUnits('%zzz%'))).length, 0);
    await assert.rejects(
      run('fetchXml', ofTeams('exists', '<attribute name="teamid"/>')),
      /delivers no columns/,
    );
    await assert.rejects(
      run('fetchXml', ofTeams('in', user('%').replace('<filter>', '<attribute name="fullname"/><filter>'))),
      /delivers no columns/,
    );
  });

  it('of one row are a query of their own', async () => {
    const [step] = await run('webApi', 'sdkmessageprocessingsteps?$select=_eventhandler_value&$top=1');
    const id = String(step?.['_eventhandler_value']);
    const steps = `serviceendpoints(${id})/${collection}?$select=name&$filter=rank ge 1&$orderby=sdkmessageprocessingstepid`;
    assert.ok((await bothWays(steps)) > 0);
    const own = `sdkmessageprocessingsteps(${String(step?.['sdkmessageprocessingstepid'])})/eventhandler_serviceendpoint?$select=name`;
    const rows = await run('webApi', own);
    assert.deepEqual(
      rows.map((row) => row['serviceendpointid']),
      [id],
    );
    same(rows, await run('fetchXml', await exact(backward(own))), own);
    const [team] = await run('webApi', 'teams?$select=name&$top=1');
    const members = `teams(${String(team?.['teamid'])})/teammembership_association?$select=fullname`;
    assert.ok((await bothWays(members)) > 0);
  });

  const job = 'name="asyncoperation" from="owningextensionid" to="sdkmessageprocessingstepid"';
  const step = 'name="sdkmessageprocessingstep" from="sdkmessageprocessingstepid" to="owningextensionid"';
  const ofSteps = (inner: string, attributes = ''): string =>
    `<fetch${attributes}><entity name="sdkmessageprocessingstep"><attribute name="name"/>${inner}</entity></fetch>`;
  const ofJobs = (inner: string, attributes = ''): string =>
    `<fetch${attributes}><entity name="asyncoperation">${inner}</entity></fetch>`;
  const lost: ReadonlyArray<readonly [string, string, readonly string[]]> = [
    [
      'a link that asks for all',
      ofSteps(`<filter><link-entity ${job} link-type="all"/></filter>`),
      ['linkAll'],
    ],
    ['a link that repeats rows', ofSteps(`<link-entity ${job}/>`), ['manyRows']],
    [
      'a link that shows something',
      ofSteps(`<link-entity ${job}><attribute name="name"/></link-entity>`, ' distinct="1"'),
      ['manyRows'],
    ],
    [
      'an outer link that is asked for more than nothing',
      ofSteps(
        `<filter type="or"><condition entityname="j" attribute="asyncoperationid" operator="null"/>${condition('rank', 'eq', 1)}</filter><link-entity ${job} link-type="outer" alias="j"/>`,
      ),
      ['manyRows', 'linkInFilter'],
    ],
    [
      'a condition that may be unknown behind a lookup that must not fit',
      ofJobs(
        `<filter><link-entity ${step} link-type="not any"><filter>${condition('description', 'eq', 'x')}</filter></link-entity></filter>`,
      ),
      ['negatedLink'],
    ],
    [
      'different values of a date',
      ofJobs('<attribute name="createdon"/>', ' distinct="true"'),
      ['dateGrouping'],
    ],
    [
      'different values in the order of another column',
      ofJobs('<attribute name="depth"/><order attribute="name"/>', ' distinct="true"'),
      ['distinct'],
    ],
    [
      'parts of a date',
      ofJobs(
        '<attribute name="createdon" alias="d" groupby="true" dategrouping="day"/>',
        ' aggregate="true"',
      ),
      ['dateGrouping'],
    ],
    [
      'an order by a figure',
      ofJobs(
        '<attribute name="asyncoperationid" alias="n" aggregate="count"/><order alias="n"/>',
        ' aggregate="true"',
      ),
      ['appliedOrder'],
    ],
    [
      'a figure over linked rows',
      ofJobs(
        `<link-entity ${step} alias="s"><attribute name="rank" alias="r" aggregate="max"/></link-entity>`,
        ' aggregate="true"',
      ),
      ['linkAggregate'],
    ],
    [
      'numbers of values beside other figures',
      ofJobs(
        '<attribute name="errorcode" alias="n" aggregate="countcolumn"/><attribute name="depth" alias="d" aggregate="max"/>',
        ' aggregate="true"',
      ),
      ['countColumn'],
    ],
    [
      'a variable of another lambda',
      `serviceendpoints?$filter=${collection}/any(o:o/SdkMessageProcessingStep_AsyncOperations/any(j:o/rank eq 1))`,
      ['lambda'],
    ],
    [
      'a query function in a lambda',
      `serviceendpoints?$filter=${collection}/any(o:Microsoft.Dynamics.CRM.Today(PropertyName='createdon'))`,
      ['linkedFunction'],
    ],
    [
      'a lambda over no collection',
      "asyncoperations?$filter=owningextensionid/any(o:o/name eq 'x')",
      ['lambda'],
    ],
    [
      'an order by a result',
      'asyncoperations?$apply=groupby((statuscode),aggregate($count as n))&$orderby=n desc',
      ['appliedOrder'],
    ],
    ['a path that goes further', 'serviceendpoints(00000000-0000-0000-0000-000000000009)/a/b', ['path']],
    [
      'a navigation property that is none',
      'serviceendpoints(00000000-0000-0000-0000-000000000009)/nope',
      ['noRelation'],
    ],
  ];
  for (const [name, text, codes] of lost) {
    it(`say that there is no counterpart of ${name}`, async () => {
      const found: Translation = await (text.startsWith('<') ? forward(text) : backward(text));
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
