import assert from 'node:assert/strict';
import fc from 'fast-check';
import { escapeXml } from '../../src/base/xmlText';
import type { Row } from '../../src/dataverse/webApi';
import { fillProjects, LIMIT, RUNS, word } from './projects';
import { useTranslations } from './translations';

describe('Links over a table of pairs, asked of the sandbox', () => {
  const { pair, run, backward } = useTranslations();

  before(async function () {
    this.timeout(60_000);
    await fillProjects(pair);
  });

  const operators = fc.constantFrom('eq', 'ne', 'lt', 'ge');
  const condition = (attribute: string, operator: string, value: string): string =>
    `<filter><condition attribute="${attribute}" operator="${operator}" value="${escapeXml(value)}"/></filter>`;
  const compared = (column: string, operator: string, value: string): string =>
    `${column} ${operator} '${encodeURIComponent(value.replaceAll("'", "''"))}'`;
  const paired = (row: Row, key: string): string => `${String(row['new_projectid'])} ${String(row[key])}`;
  /** The row once for each of its contacts, together with it. */
  const withContacts = (row: Row): readonly Row[] => {
    const list = row['new_project_contact'];
    if (!Array.isArray(list)) assert.fail('no list');
    return list.flatMap((one: unknown) =>
      typeof one === 'object' && one !== null ? [{ ...row, ...one }] : [],
    );
  };

  it('bring a row for each pair, as the rows expanded in the Web API are', async function () {
    this.timeout(LIMIT);
    let hits = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(operators, word),
        fc.option(fc.tuple(operators, word)),
        fc.constantFrom('inner', 'outer'),
        async (own, partner, type) => {
          const inside = partner === null ? '' : condition('firstname', ...partner);
          const fetch = `<fetch><entity name="new_project"><attribute name="new_name"/>${condition('new_name', ...own)}<link-entity name="new_project_contact" from="new_projectid" to="new_projectid" link-type="${type}" intersect="true" alias="p"><link-entity name="contact" from="contactid" to="contactid" link-type="${type}" alias="c"><attribute name="contactid"/><attribute name="firstname"/>${inside}</link-entity></link-entity></entity></fetch>`;
          const rows = (await run('fetchXml', fetch)).map((row) => paired(row, 'c.contactid'));
          const filter = partner === null ? '' : `;$filter=${compared('firstname', ...partner)}`;
          const expanded = await run(
            'webApi',
            `new_projects?$select=new_name&$filter=${compared('new_name', ...own)}&$expand=new_project_contact($select=firstname${filter})`,
          );
          const pairs = expanded.flatMap(withContacts).map((row) => paired(row, 'contactid'));
          // An outer link keeps each pair, and each row without one, whose partner does not fit.
          const wanted = type === 'inner' ? rows : rows.filter((row) => !row.endsWith(' undefined'));
          assert.deepEqual([...wanted].sort(), [...pairs].sort(), fetch);
          hits += wanted.length;
          if (type === 'outer')
            assert.equal(new Set(rows.map((row) => row.split(' ')[0])).size, expanded.length, fetch);
        },
      ),
      { numRuns: RUNS },
    );
    assert.ok(hits > RUNS, `${hits} pairs`);
  });

  const link = (attributes: string, inner = ''): string =>
    `<link-entity name="new_project_contact" from="new_projectid" to="new_projectid" ${attributes}>${inner}</link-entity>`;
  const project = (inner: string, attributes = ''): string =>
    `<fetch${attributes}><entity name="new_project">${inner}</entity></fetch>`;

  it('have the two keys as columns, page by page, and are counted', async () => {
    const shown = '<attribute name="new_projectid"/><attribute name="contactid"/>';
    const all = await run('fetchXml', project(`<attribute name="new_name"/>${link('alias="p"', shown)}`));
    assert.ok(all.every((row) => row['p.new_projectid'] === row['new_projectid']));
    const paged = await run(
      'fetchXml',
      project(`<attribute name="new_name"/>${link('alias="p"', shown)}`, ' count="7"'),
    );
    const keys = (rows: readonly Row[]): readonly string[] => rows.map((row) => paired(row, 'p.contactid'));
    assert.deepEqual(keys(paged), keys(all));
    assert.equal(new Set(keys(all)).size, all.length);
    const [count] = await run(
      'fetchXml',
      project(
        link('alias="p"', '<attribute name="contactid" alias="n" aggregate="countcolumn"/>'),
        ' aggregate="true"',
      ),
    );
    assert.equal(count?.['n'], all.length);
    assert.ok(all.length > 20);
  });

  it('take conditions on a key, lead on from there, and may begin at the other side', async () => {
    const [one] = await run('webApi', 'contacts?$select=firstname&$orderby=firstname desc&$top=1');
    const id = String(one?.['contactid']);
    const of = await run('webApi', `contacts(${id})/new_project_contact?$select=new_name`);
    const byKey = await run(
      'fetchXml',
      project(`<attribute name="new_name"/>${link('', condition('contactid', 'eq', id))}`),
    );
    const ids = (rows: readonly Row[]): readonly string[] =>
      rows.map((row) => String(row['new_projectid'])).sort();
    assert.ok(of.length > 3);
    assert.deepEqual(ids(byKey), ids(of));
    const exists = await run(
      'fetchXml',
      project(link('link-type="exists"', condition('contactid', 'eq', id))),
    );
    assert.deepEqual(ids(exists), ids(of));
    const other = `<fetch><entity name="contact">${condition('contactid', 'eq', id)}<link-entity name="new_project_contact" from="contactid" to="contactid"><link-entity name="new_project" from="new_projectid" to="new_projectid" alias="q"><attribute name="new_projectid"/></link-entity></link-entity></entity></fetch>`;
    assert.deepEqual(
      (await run('fetchXml', other)).map((row) => String(row['q.new_projectid'])).sort(),
      ids(of),
    );
  });

  it('refuse columns that the table of pairs does not have', async () => {
    await assert.rejects(
      run('fetchXml', project(link('alias="p"', '<attribute name="new_name"/>'))),
      /new_name/,
    );
    const found = await backward('new_projects?$expand=new_project_contact($select=firstname)');
    assert.deepEqual(found.kind === 'none' ? found.reasons.map(({ code }) => code) : found.text, [
      'expandMany',
    ]);
  });
});
