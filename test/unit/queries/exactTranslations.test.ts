import assert from 'node:assert/strict';
import { readFetchText } from '../../../src/queries/fetchText';
import { translationOf } from '../../../src/queries/inSchema';
import { withSchema, type SchemaSource } from '../../../src/queries/schema';
import type { WrittenQuery } from '../../../src/queries/written';
import type { Relation } from '../../../src/dataverse/relations';
import { smallSchema } from './schemaFixture';

const ID = '11111111-2222-3333-4444-555555555555';

/** Accounts with a second lookup to contacts, and pairs of accounts and contacts. */
function pairedSchema(): SchemaSource {
  const small = smallSchema();
  const pairs = { schemaName: 'account_contacts', to: 'through', intersect: 'accountcontact' } as const;
  const added: Readonly<Record<string, readonly Relation[]>> = {
    account: [
      {
        ...pairs,
        other: 'contact',
        column: 'accountid',
        otherColumn: 'contactid',
        navigation: 'account_contacts',
      },
      {
        schemaName: 'account_billing',
        to: 'one',
        other: 'contact',
        column: 'billingcontactid',
        otherColumn: 'contactid',
        navigation: 'billingcontactid',
      },
    ],
    contact: [
      {
        ...pairs,
        other: 'account',
        column: 'contactid',
        otherColumn: 'accountid',
        navigation: 'account_contacts',
      },
    ],
  };
  return {
    ...small,
    relations: async (name) => [...(await small.relations(name)), ...(added[name] ?? [])],
  };
}

/** The translation with its notes, decoded, or why there is none. */
async function translated(language: WrittenQuery['language'], text: string): Promise<string> {
  const found = await withSchema(pairedSchema(), new AbortController().signal, (schema) =>
    translationOf({ language, text }, schema),
  );
  if (found.kind === 'none') return found.reasons.map(({ code, subject }) => `${code} ${subject}`).join(', ');
  if (language === 'webApi') assert.deepEqual(readFetchText(found.text).problems, [], text);
  const query = language === 'webApi' ? found.text : decodeURIComponent(found.text);
  return [query, ...found.notes.map(({ code, subject }) => `${code} ${subject}`)].join(' | ');
}

function fetchOf(condition: string): string {
  return `<fetch><entity name="account"><attribute name="name"/><filter><condition ${condition}/></filter></entity></fetch>`;
}

describe('A translation', () => {
  it('is none of a list without values, for which FetchXML has no condition', async () => {
    for (const text of ['accounts?$filter=name in []', 'accounts?$filter=name in @p&@p=[]'])
      assert.equal(await translated('webApi', text), 'value []', text);
  });

  it('is none of a number with an exponent, which FetchXML is not known to read', async () => {
    for (const number of ['1e5', '1E5', '1.5e-7'])
      assert.equal(await translated('webApi', `accounts?$filter=revenue gt ${number}`), `value ${number}`);
  });

  it('makes no other time of a time that there is not, or of one that is finer than a thousandth', async () => {
    const lost = [
      '2025-02-31T00:00:00Z',
      '2025-02-01T24:00:00Z',
      '2025-02-01T00:00:00.1234567Z',
      '2025-02-01T10:60:00Z',
    ];
    for (const time of lost)
      assert.equal(
        await translated('fetchXml', fetchOf(`attribute="createdon" operator="gt" value="${time}"`)),
        `value ${time}`,
      );
    assert.equal(
      await translated(
        'fetchXml',
        fetchOf('attribute="createdon" operator="gt" value="2025-02-01 00:00:00.1230000+01:00"'),
      ),
      'accounts?$select=name&$filter=createdon gt 2025-01-31T23:00:00.123Z',
    );
  });

  it('of the rows that a row is paired with goes over the table of pairs', async () => {
    assert.equal(
      await translated('webApi', `accounts(${ID})/account_contacts?$select=fullname`),
      '<fetch><entity name="contact"><attribute name="fullname" /><filter>' +
        '<link-entity name="accountcontact" from="contactid" to="contactid" link-type="any">' +
        '<link-entity name="account" from="accountid" to="accountid" link-type="inner"><filter>' +
        `<condition attribute="accountid" operator="eq" value="${ID}" />` +
        '</filter></link-entity></link-entity></filter></entity></fetch>',
    );
  });

  it('gives each result and each link a name of its own', async () => {
    const count = (name: string): string =>
      `accounts?$apply=groupby((primarycontactid/fullname),aggregate($count as ${name}))`;
    assert.match(await translated('webApi', count('n')), /alias="n".*alias="primarycontactid"/);
    assert.match(
      await translated('webApi', count('primarycontactid')),
      /alias="primarycontactid" aggregate="count".*<link-entity [^>]*alias="primarycontactid2"/,
    );
    assert.equal(
      await translated('webApi', count('contact_fullname')),
      'linkAggregate primarycontactid/fullname',
    );
    assert.equal(
      await translated(
        'webApi',
        'accounts?$apply=groupby((primarycontactid/fullname,billingcontactid/fullname),aggregate($count as n))',
      ),
      'linkAggregate billingcontactid/fullname',
    );
  });

  it('writes ids of a list without the braces that FetchXML takes, as it does one id', async () => {
    const values = `<value>{${ID}}</value><value> ${ID} </value>`;
    for (const column of ['ownerid', 'accountid'])
      assert.equal(
        await translated(
          'fetchXml',
          fetchOf(`attribute="${column}" operator="in"`).replace(
            '/></filter>',
            `>${values}</condition></filter>`,
          ),
        ),
        `accounts?$select=name&$filter=Microsoft.Dynamics.CRM.In(PropertyName='${column}',PropertyValues=["${ID}","${ID}"])`,
      );
    const under = fetchOf(`attribute="accountid" operator="under" value="{${ID}}"`);
    assert.equal(
      await translated('fetchXml', under),
      `accounts?$select=name&$filter=Microsoft.Dynamics.CRM.Under(PropertyName='accountid',PropertyValue='${ID}')`,
    );
  });

  it('that there is none of says why by a piece of the query', async () => {
    assert.equal(await translated('webApi', 'accounts?$top=0'), 'option $top');
    assert.equal(await translated('webApi', "accounts?$filter=name eq 'a%01'"), 'value a\u0001');
    assert.equal(await translated('webApi', "accounts?$filter=startswith(name,'%01')"), 'value \u0001');
    assert.equal(
      await translated(
        'webApi',
        "accounts?$filter=Microsoft.Dynamics.CRM.In(PropertyName='name',PropertyValues=['b','%01'])",
      ),
      'value \u0001',
    );
    const many = Array.from({ length: 16 }, (_, at) => `contact_account/any(c:c/fullname eq '${at}')`);
    assert.equal(await translated('webApi', `accounts?$filter=${many.join(' or ')}`), 'tooManyLinks 15');
    assert.equal(await translated('webApi', 'accounts?$apply=aggregate($count as größe)'), 'name größe');
    const figure = (alias: string): string =>
      `<fetch aggregate="true"><entity name="account"><attribute name="accountid" aggregate="count" alias="${alias}"/></entity></fetch>`;
    assert.equal(await translated('fetchXml', figure('how many')), 'name how many');
    assert.equal(await translated('fetchXml', figure('n')), 'accounts?$apply=aggregate($count as n)');
    const late = '9999-12-31T23:59:59-14:00';
    assert.equal(
      await translated('fetchXml', fetchOf(`attribute="createdon" operator="lt" value="${late}"`)),
      `value ${late}`,
    );
  });

  it('leaves out the total of the first rows, which FetchXML does not count', async () => {
    assert.equal(
      await translated('webApi', 'accounts?$select=name&$top=5&$count=true'),
      '<fetch top="5"><entity name="account"><attribute name="name" /></entity></fetch> | leftOut $count',
    );
    assert.match(
      await translated('webApi', 'accounts?$count=true'),
      /^<fetch returntotalrecordcount="true">/,
    );
  });
});
