import assert from 'node:assert/strict';
import { headingsOf } from '../../../src/queries/resultHeadings';
import { withSchema } from '../../../src/queries/schema';
import type { WrittenQuery } from '../../../src/queries/written';
import { smallSchema } from './schemaFixture';

/** What the columns of a result are called, by their keys: `label`, or `label / table / link`. */
async function headings(
  language: WrittenQuery['language'],
  text: string,
  keys: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  const found = await withSchema(smallSchema(), new AbortController().signal, (schema) =>
    headingsOf({ language, text }, keys, schema),
  );
  const texts = [...found].map(([key, { label, link }]): [string, string] => [
    key,
    link === undefined ? label : [label, link.table, link.name].join(' / '),
  ]);
  return Object.fromEntries(texts);
}

describe('The headings of a result', () => {
  it('are what the environment calls the columns of the table, lookups too', async () => {
    const expected = { name: 'Label of name', _ownerid_value: 'Label of ownerid' };
    const keys = ['name', '_ownerid_value', '@odata.etag', 'constructor'];
    assert.deepEqual(await headings('fetchXml', '<fetch><entity name="account"/></fetch>', keys), expected);
    assert.deepEqual(await headings('webApi', 'accounts', keys), expected);
    assert.deepEqual(await headings('webApi', 'contacts(x)/accountid?$select=name', keys), expected);
  });

  it('leave a name that the query has given', async () => {
    const fetch = `<fetch aggregate="true"><entity name="account"><attribute name="revenue" alias="name" aggregate="sum"/>
      <link-entity name="contact" from="contactid" to="primarycontactid" alias="c"><attribute name="fullname" alias="who"/></link-entity></entity></fetch>`;
    assert.deepEqual(await headings('fetchXml', fetch, ['name', 'who', 'c.who', 'c.fullname']), {
      'c.fullname': 'Label of fullname / Contact / c',
    });
    const apply = 'accounts?$apply=groupby((statuscode),aggregate(revenue with sum as name))';
    assert.deepEqual(await headings('webApi', apply, ['name', 'statuscode']), {
      statuscode: 'Label of statuscode',
    });
  });

  it('say of linked columns which table they are of, and by which alias or way', async () => {
    const fetch = `<fetch><entity name="account"><link-entity name="contact" from="contactid" to="primarycontactid">
      <attribute name="fullname"/><link-entity name="account" from="accountid" to="accountid" alias="parent"/></link-entity></entity></fetch>`;
    const keys = ['contact1.fullname', 'parent.name', 'parent.primarycontactid', 'else.name'];
    assert.deepEqual(await headings('fetchXml', fetch, keys), {
      'contact1.fullname': 'Label of fullname / Contact / contact1',
      'parent.name': 'Label of name / Account / parent',
      'parent.primarycontactid': 'Label of primarycontactid / Account / parent',
    });
    const expand = 'accounts?$expand=primarycontactid($expand=accountid($select=name)),contact_account';
    const ways = [
      'primarycontactid.accountid.name',
      'primarycontactid.fullname',
      'contact_account',
      'x.name',
    ];
    assert.deepEqual(await headings('webApi', expand, ways), {
      'primarycontactid.accountid.name': 'Label of name / Account / primarycontactid.accountid',
      'primarycontactid.fullname': 'Label of fullname / Contact / primarycontactid',
      contact_account: 'Contact',
    });
  });

  it('are none for what cannot be read or is not there', async () => {
    assert.deepEqual(await headings('fetchXml', '<fetch', ['name']), {});
    assert.deepEqual(await headings('fetchXml', '<fetch><entity name="nothing"/></fetch>', ['name']), {});
    assert.deepEqual(await headings('webApi', 'nothing?$select=name', ['name']), {});
    const inPath = 'accounts?fetchXml=<fetch><entity name="account"/></fetch>';
    assert.deepEqual(await headings('webApi', inPath, ['name']), { name: 'Label of name' });
  });
});
