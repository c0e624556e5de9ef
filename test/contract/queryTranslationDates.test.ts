import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readableWebApi } from '../../src/jobs/queryText';
import type { Translation } from '../../src/queries/translation';
import { useTranslations } from './translations';

const DAY = 86_400_000;

/** Days around today, so that the periods that are counted from now have some. */
function dayAt(days: number): string {
  return new Date(Date.now() + days * DAY).toISOString().slice(0, 10);
}

describe('Days and moments in both languages, asked of the sandbox', () => {
  const { pair, schema, none, run, forward, backward, same, exact } = useTranslations();

  before(async () => {
    for (let at = 0; at < 24; at += 1)
      await pair.api.create('contacts', {
        lastname: `Born ${at}`,
        ...(at % 6 === 5 ? {} : { birthdate: dayAt(at * 30 - 500) }),
        ...(at % 4 === 3 ? {} : { anniversary: dayAt(at % 3 === 0 ? at * 30 - 500 : at - 12) }),
      });
  });

  const days = fc.integer({ min: -20, max: 10 }).map((at) => dayAt(at * 30 - 20));
  const moments = fc.integer({ min: -3, max: 3 }).map((at) => new Date(Date.now() + at * DAY).toISOString());
  const columns = fc.constantFrom('birthdate', 'anniversary');
  const values = (list: readonly string[]): string => list.map((value) => `<value>${value}</value>`).join('');
  const leaf = fc.oneof(
    fc
      .tuple(columns, fc.constantFrom('eq', 'ne', 'neq', 'lt', 'le', 'gt', 'ge'), days)
      .map(
        ([column, operator, day]) =>
          `<condition attribute="${column}" operator="${operator}" value="${day}"/>`,
      ),
    fc
      .tuple(columns, fc.constantFrom('in', 'not-in'), fc.array(days, { minLength: 1, maxLength: 4 }))
      .map(
        ([column, operator, list]) =>
          `<condition attribute="${column}" operator="${operator}">${values(list)}</condition>`,
      ),
    fc
      .tuple(columns, fc.constantFrom('between', 'not-between'), days, days)
      .map(
        ([column, operator, low, high]) =>
          `<condition attribute="${column}" operator="${operator}">${values([low, high].sort())}</condition>`,
      ),
    fc
      .tuple(columns, fc.constantFrom('on', 'on-or-after', 'on-or-before'), days)
      .map(
        ([column, operator, day]) =>
          `<condition attribute="${column}" operator="${operator}" value="${day}"/>`,
      ),
    fc
      .tuple(
        columns,
        fc.constantFrom('last-x-months', 'next-x-days', 'olderthan-x-weeks'),
        fc.integer({ min: 1, max: 9 }),
      )
      .map(
        ([column, operator, count]) =>
          `<condition attribute="${column}" operator="${operator}" value="${count}"/>`,
      ),
    fc
      .tuple(columns, fc.constantFrom('null', 'not-null', 'this-year', 'last-month', 'next-seven-days'))
      .map(([column, operator]) => `<condition attribute="${column}" operator="${operator}"/>`),
    fc
      .tuple(fc.constantFrom('eq', 'ne', 'lt', 'ge'))
      .map(([operator]) => `<condition attribute="birthdate" operator="${operator}" valueof="anniversary"/>`),
    fc
      .tuple(fc.constantFrom('lt', 'ge'), moments)
      .map(
        ([operator, moment]) => `<condition attribute="createdon" operator="${operator}" value="${moment}"/>`,
      ),
  );
  const filters = fc
    .tuple(fc.constantFrom('and', 'or'), fc.array(leaf, { minLength: 1, maxLength: 3 }))
    .map(([type, list]) => `<filter type="${type}">${list.join('')}</filter>`);

  it('bring the same rows, from FetchXML to the Web API and back', async function () {
    this.timeout(120_000);
    let hits = 0;
    await fc.assert(
      fc.asyncProperty(filters, async (filter) => {
        const text = `<fetch><entity name="contact"><attribute name="birthdate"/><attribute name="anniversary"/><attribute name="createdon"/>${filter}<order attribute="birthdate"/><order attribute="contactid"/></entity></fetch>`;
        const written = readableWebApi(await exact(forward(text)));
        const one = await run('fetchXml', text);
        same(one, await run('webApi', written), `${text}\n${written}`);
        const back = await exact(backward(written));
        same(one, await run('fetchXml', back), `${text}\n${written}\n${back}`);
        hits += one.length;
      }),
      { numRuns: 100 },
    );
    assert.ok(hits > 300, `${hits} rows in all`);
  });

  const terms = fc.oneof(
    fc
      .tuple(columns, fc.constantFrom('eq', 'ne', 'lt', 'le', 'gt', 'ge'), days)
      .map(([column, operator, day]) => `${column} ${operator} ${day}`),
    fc
      .tuple(columns, fc.array(days, { minLength: 1, maxLength: 3 }))
      .map(([column, list]) => `${column} in (${list.join(',')})`),
    fc
      .tuple(columns, days, days)
      .map(
        ([column, low, high]) =>
          `Microsoft.Dynamics.CRM.Between(PropertyName='${column}',PropertyValues=['${low}','${high}'])`,
      ),
    fc.tuple(columns, days).map(([column, day]) => `${day} lt ${column}`),
    fc.constantFrom('birthdate le anniversary', 'birthdate eq null', 'not (anniversary ne null)'),
    moments.map((moment) => `createdon le ${moment}`),
  );
  const expressions = fc
    .tuple(fc.constantFrom(' and ', ' or '), fc.array(terms, { minLength: 1, maxLength: 3 }), fc.boolean())
    .map(([type, list, not]) =>
      not && !list.join('').includes('Between') ? `not (${list.join(type)})` : list.join(type),
    );

  it('bring the same rows, from the Web API to FetchXML and back', async function () {
    this.timeout(120_000);
    let hits = 0;
    await fc.assert(
      fc.asyncProperty(expressions, async (filter) => {
        const text = `contacts?$select=birthdate,anniversary,createdon&$filter=${filter}&$orderby=anniversary desc,contactid`;
        const fetch = await exact(backward(text));
        const one = await run('webApi', text);
        same(one, await run('fetchXml', fetch), `${text}\n${fetch}`);
        const back = readableWebApi(await exact(forward(fetch)));
        same(one, await run('webApi', back), `${text}\n${fetch}\n${back}`);
        hits += one.length;
      }),
      { numRuns: 100 },
    );
    assert.ok(hits > 300, `${hits} rows in all`);
  });

  it('are told apart by what the environment says of each column', async () => {
    const behaviors = await schema().dateBehaviors('contact', none);
    assert.deepEqual(
      ['birthdate', 'createdon', 'lastname'].map((column) => behaviors.get(column)),
      ['DateOnly', 'UserLocal', undefined],
    );
    await assert.rejects(schema().dateBehaviors('nothing', none));
  });

  const codes = (found: Translation): readonly string[] =>
    found.kind === 'none' ? found.reasons.map(({ code, subject }) => `${code} ${subject}`) : [found.text];
  const condition = (attribute: string, value: string): string =>
    `<fetch><entity name="contact"><filter><condition attribute="${attribute}" operator="eq" value="${value}"/></filter></entity></fetch>`;

  it('do not translate where the other language would read them otherwise', async () => {
    assert.deepEqual(codes(await forward(condition('birthdate', '2000-01-01T00:00:00Z'))), [
      'dayOnly 2000-01-01T00:00:00Z',
    ]);
    assert.deepEqual(codes(await forward(condition('birthdate', '2000-02-31'))), ['dayOnly 2000-02-31']);
    assert.deepEqual(codes(await forward(condition('createdon', '2000-01-01'))), ['zoneless 2000-01-01']);
    assert.deepEqual(codes(await backward('contacts?$filter=birthdate gt 2000-01-01T00:00:00Z')), [
      'dayOnly 2000-01-01T00:00:00Z',
    ]);
    assert.deepEqual(codes(await backward('contacts?$filter=createdon gt 2000-01-01')), [
      'zoneless 2000-01-01',
    ]);
    assert.deepEqual(codes(await backward('contacts?$filter=birthdate gt createdon')), [
      'comparison createdon',
    ]);
    const inTimes =
      "contacts?$filter=Microsoft.Dynamics.CRM.In(PropertyName='birthdate',PropertyValues=['2000-01-01','2000-01-02T10:00:00Z'])";
    assert.deepEqual(codes(await backward(inTimes)), ['dayOnly 2000-01-01, 2000-01-02T10:00:00Z']);
  });
});
