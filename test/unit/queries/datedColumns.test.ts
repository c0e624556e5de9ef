import assert from 'node:assert/strict';
import { withSchema } from '../../../src/queries/schema';
import { translationOf } from '../../../src/queries/inSchema';
import type { WrittenQuery } from '../../../src/queries/written';
import type { SchemaSource } from '../../../src/queries/schema';
import { smallSchema } from './schemaFixture';

/** Accounts with columns of dates of every kind. */
function datedSchema(): SchemaSource {
  const small = smallSchema();
  const added = {
    foundedon: 'DateOnly',
    opensat: 'TimeZoneIndependent',
    closesat: 'TimeZoneIndependent',
  } as const;
  return {
    ...small,
    columns: async (table) => {
      const columns = await small.columns(table);
      const [pattern] = columns.filter(({ logicalName }) => logicalName === 'createdon');
      return pattern === undefined
        ? columns
        : [...columns, ...Object.keys(added).map((logicalName) => ({ ...pattern, logicalName }))];
    },
    dateBehaviors: () => Promise.resolve(new Map([['createdon', 'UserLocal'], ...Object.entries(added)])),
  };
}

/** The translation, decoded, or why there is none. */
async function translated(language: WrittenQuery['language'], text: string): Promise<string> {
  const found = await withSchema(datedSchema(), new AbortController().signal, (schema) =>
    translationOf({ language, text }, schema),
  );
  return found.kind === 'exact'
    ? decodeURIComponent(found.text)
    : found.reasons.map(({ code, subject }) => `${code} ${subject}`).join(', ');
}

function fetchOf(condition: string): string {
  return `<fetch><entity name="account"><attribute name="name"/><filter><condition ${condition}/></filter></entity></fetch>`;
}

describe('A column of dates', () => {
  it('that is a day in every zone is compared with days, in both languages', async () => {
    const path = 'accounts?$select=name&$filter=foundedon ge 2025-03-31';
    assert.equal(
      await translated('fetchXml', fetchOf('attribute="foundedon" operator="ge" value=" 2025-03-31 "')),
      path,
    );
    assert.equal(
      await translated('webApi', path),
      '<fetch><entity name="account"><attribute name="name" /><filter><condition attribute="foundedon" operator="ge" value="2025-03-31" /></filter></entity></fetch>',
    );
  });

  it('that is the same time in every zone is compared with none, but with another such column', async () => {
    for (const value of ['2025-03-31T10:00:00', '2025-03-31T10:00:00Z', '2025-03-31'])
      assert.equal(
        await translated('fetchXml', fetchOf(`attribute="opensat" operator="lt" value="${value}"`)),
        'clockTime opensat',
      );
    assert.equal(
      await translated('webApi', 'accounts?$filter=opensat lt 2025-03-31T10:00:00Z'),
      'clockTime opensat',
    );
    const between =
      "accounts?$filter=Microsoft.Dynamics.CRM.Between(PropertyName='opensat',PropertyValues=['2025-03-31','2025-04-01'])";
    assert.equal(await translated('webApi', between), 'clockTime opensat');
    const columns = 'accounts?$select=name&$filter=opensat lt closesat';
    assert.equal(
      await translated('fetchXml', fetchOf('attribute="opensat" operator="lt" valueof="closesat"')),
      columns,
    );
    assert.match(await translated('webApi', columns), /attribute="opensat" operator="lt" valueof="closesat"/);
    assert.equal(
      await translated('fetchXml', fetchOf('attribute="opensat" operator="this-month"')),
      "accounts?$select=name&$filter=Microsoft.Dynamics.CRM.ThisMonth(PropertyName='opensat')",
    );
  });

  it('that is a moment needs a zone, and is compared with no day and no clock', async () => {
    assert.equal(
      await translated('fetchXml', fetchOf('attribute="createdon" operator="gt" value="2025-03-31"')),
      'zoneless 2025-03-31',
    );
    assert.equal(
      await translated(
        'fetchXml',
        fetchOf('attribute="createdon" operator="gt" value="2025-03-31T10:00:00+02:00"'),
      ),
      'accounts?$select=name&$filter=createdon gt 2025-03-31T08:00:00Z',
    );
    for (const other of ['foundedon', 'opensat']) {
      const condition = fetchOf(`attribute="createdon" operator="gt" valueof="${other}"`);
      assert.equal(await translated('fetchXml', condition), `comparison ${other}`);
      assert.equal(
        await translated('webApi', `accounts?$filter=createdon gt ${other}`),
        `comparison ${other}`,
      );
    }
  });
});
