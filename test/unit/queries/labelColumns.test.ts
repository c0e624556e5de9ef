import assert from 'node:assert/strict';
import { completionsInWebApi } from '../../../src/queries/completeWebApi';
import { namesProblems, translationOf } from '../../../src/queries/inSchema';
import { withSchema, type Schema, type SchemaSource } from '../../../src/queries/schema';
import { smallSchema } from './schemaFixture';

/** Accounts with the companions of their columns, as metadata tells them: some are properties of the Web API, some are not. */
function withCompanions(): SchemaSource {
  const small = smallSchema();
  const added = [
    ['primarycontactidname', 'primarycontactid', 'String'],
    ['primarycontactidyominame', 'primarycontactid', 'String'],
    ['owneridtype', 'ownerid', 'EntityName'],
    ['entityimage_url', 'entityimageid', 'String'],
    ['entityimageid', undefined, 'Uniqueidentifier'],
  ] as const;
  return {
    ...small,
    columns: async (table) => {
      const columns = await small.columns(table);
      const [pattern] = columns.filter(({ logicalName }) => logicalName === 'revenue');
      if (pattern === undefined) return columns;
      const companions = added.map(([logicalName, attributeOf, type]) => ({
        ...pattern,
        logicalName,
        type,
        ...(attributeOf === undefined ? {} : { attributeOf }),
      }));
      return [...columns, ...companions];
    },
  };
}

async function inSchema<T>(work: (schema: Schema) => T): Promise<T> {
  return withSchema(withCompanions(), new AbortController().signal, work);
}

describe('The label of a choice and the name of a lookup', () => {
  const webApi = (text: string): Promise<readonly string[]> =>
    inSchema((schema) =>
      namesProblems({ language: 'webApi', text }, schema).map(
        ({ code, range, details }) =>
          `${code}: ${text.slice(range.start, range.end)} -> ${details['close'] ?? ''}`,
      ),
    );

  it('are no properties of the Web API, and their column is meant', async () => {
    assert.deepEqual(await webApi('accounts?$select=statuscodename,primarycontactidname'), [
      'labelColumn: statuscodename -> statuscode',
      'labelColumn: primarycontactidname -> _primarycontactid_value',
    ]);
    assert.deepEqual(await webApi("accounts?$filter=primarycontactidyominame eq 'a' and owneridtype eq 8"), [
      'labelColumn: primarycontactidyominame -> _primarycontactid_value',
      'labelColumn: owneridtype -> _ownerid_value',
    ]);
    assert.deepEqual(
      await webApi(
        "accounts?$filter=Microsoft.Dynamics.CRM.In(PropertyName='statuscodename',PropertyValues=['a'])",
      ),
      ["labelColumn: 'statuscodename' -> statuscode"],
    );
  });

  it('are not offered for a query of the Web API', async () => {
    const text = 'accounts?$select=';
    const { items } = await inSchema((schema) => completionsInWebApi(text, text.length, schema));
    const offered = items.map(({ label }) => label);
    assert.ok(offered.includes('_primarycontactid_value') && offered.includes('entityimage_url'));
    assert.deepEqual(
      offered.filter((name) => /^(?:statuscodename|primarycontactid.*name|owneridtype)$/.test(name)),
      [],
    );
  });

  it('have no translation', async () => {
    const lost = (language: 'fetchXml' | 'webApi', text: string): Promise<readonly string[]> =>
      inSchema((schema) => {
        const found = translationOf({ language, text }, schema);
        return found.kind === 'exact'
          ? [found.text]
          : found.reasons.map(({ code, subject }) => `${code} ${subject}`);
      });
    for (const name of ['statuscodename', 'primarycontactidname']) {
      const condition = `<filter><condition attribute="${name}" operator="eq" value="a"/></filter>`;
      for (const inner of [`<attribute name="${name}"/>`, condition, `<order attribute="${name}"/>`])
        assert.deepEqual(await lost('fetchXml', `<fetch><entity name="account">${inner}</entity></fetch>`), [
          `columnUnknown ${name}`,
        ]);
      for (const option of [
        `$select=${name}`,
        `$filter=${name} eq 'a'`,
        `$orderby=${name}`,
        `$apply=groupby((${name}))`,
        `$filter=Microsoft.Dynamics.CRM.In(PropertyName='${name}',PropertyValues=['a'])`,
      ])
        assert.deepEqual(await lost('webApi', `accounts?${option}`), [`columnUnknown ${name}`], option);
    }
  });

  it('is something else than the address of a picture, which is a property', async () => {
    assert.deepEqual(await webApi('accounts?$select=entityimage_url'), []);
    assert.match(
      (
        await inSchema((schema) =>
          JSON.stringify(
            translationOf({ language: 'webApi', text: 'accounts?$select=entityimage_url' }, schema),
          ),
        )
      ).replaceAll('\\', ''),
      /<attribute name="entityimage_url" \/>/,
    );
  });
});
