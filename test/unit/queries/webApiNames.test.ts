import assert from 'node:assert/strict';
import { withSchema } from '../../../src/queries/schema';
import { unknownWebApiNames } from '../../../src/queries/webApiNames';
import { readWebApiText } from '../../../src/queries/webApiText';
import { smallSchema } from './schemaFixture';

const never = new AbortController().signal;

describe('The names of a Web API query', () => {
  async function unknown(text: string): Promise<readonly string[]> {
    const query = readWebApiText(text);
    assert.deepEqual(query.problems, []);
    const problems = await withSchema(smallSchema(), never, (schema) => unknownWebApiNames(query, schema));
    return problems.map(({ code, range, details }) =>
      [`${code}: ${text.slice(range.start, range.end)}`, details['close'] ?? ''].join(' -> '),
    );
  }

  const cases: ReadonlyArray<readonly [string, readonly string[]]> = [
    ['acounts?$select=name', ['unknownSet: acounts -> accounts']],
    ['account?$select=name', ['unknownSet: account -> accounts']],
    ['Accounts', ['unknownSet: Accounts -> accounts']],
    ['zzzzzzzz', ['unknownSet: zzzzzzzz -> ']],
    ['WhoAmI', []],
    ["EntityDefinitions(LogicalName='contact')?$select=SchemaName", []],
    ['accounts?$select=nmae,name,_ownerid_value', ['unknownColumn: nmae -> name']],
    ['accounts?$select=Name', ['unknownColumn: Name -> name']],
    ['accounts?$select=ownerid', ['lookupProperty: ownerid -> _ownerid_value']],
    ['accounts?$select=statuscodename', ['labelColumn: statuscodename -> statuscode']],
    ['accounts?$filter=%20nope%20eq 1', ['unknownColumn: nope -> name']],
    ['accounts?$filter=primarycontactid eq null', []],
    ['accounts?$filter=primarycontactid/fulname eq 1', ['unknownColumn: fulname -> fullname']],
    [
      'accounts?$filter=primarycontacti/fullname eq 1',
      ['unknownNavigation: primarycontacti -> primarycontactid'],
    ],
    [
      "accounts?$filter=contains(nam,'a') or not (revenu gt 1)",
      ['unknownColumn: nam -> name', 'unknownColumn: revenu -> revenue'],
    ],
    [
      "accounts?$filter=contact_account/any(c:c/fulname eq 'x' and name eq 'y')",
      ['unknownColumn: fulname -> fullname'],
    ],
    [
      'accounts?$filter=contact_acount/any(c:c/nonsense eq 1)',
      ['unknownNavigation: contact_acount -> contact_account'],
    ],
    ["accounts?$filter=contact_account/any(c:c/accountid/nme eq 'x')", ['unknownColumn: nme -> name']],
    [
      "accounts?$filter=Microsoft.Dynamics.CRM.Today(PropertyName='creatdon')",
      ["unknownColumn: 'creatdon' -> createdon"],
    ],
    ["accounts?$filter=Microsoft.Dynamics.CRM.EqualUserId(PropertyName='ownerid')", []],
    ["accounts?$filter=Microsoft.Dynamics.CRM.Today(PropertyName='createdon')", []],
    [
      "accounts?$filter=Microsoft.Dynamics.CRM.LastXDays(PropertyName='name',PropertyValue=2) and not Microsoft.Dynamics.CRM.ContainValues(PropertyName='statuscode',PropertyValues=['1'])",
      ["wrongOperator: 'name' -> ", "wrongOperator: 'statuscode' -> "],
    ],
    ["accounts?$filter=Microsoft.Dynamics.CRM.NoSuch(PropertyName='name')", []],
    ['accounts?$orderby=primarycontactid/fullname,nme desc', ['unknownColumn: nme -> name']],
    [
      'accounts?$expand=primarycontactid($select=fulname),nope($select=x)',
      ['unknownColumn: fulname -> fullname', 'unknownNavigation: nope -> '],
    ],
    [
      "accounts?$expand=contact_account($filter=fullnam eq 'x';$expand=accountid($select=nme))",
      ['unknownColumn: fullnam -> fullname', 'unknownColumn: nme -> name'],
    ],
    ['accounts?$expand=*', []],
    [
      'accounts?$apply=filter(nme eq 1)/groupby((statuscod),aggregate(revenu with sum as total))&$orderby=total',
      [
        'unknownColumn: nme -> name',
        'unknownColumn: statuscod -> statuscode',
        'unknownColumn: revenu -> revenue',
      ],
    ],
    [
      'accounts(00000000-0000-0000-0000-000000000001)/contact_account?$select=fulname',
      ['unknownColumn: fulname -> fullname'],
    ],
    ['accounts(00000000-0000-0000-0000-000000000001)/what?$select=fulname', []],
  ];
  for (const [text, found] of cases) {
    it(`are looked up, and what is meant is guessed, in ${text}`, async () => {
      // In the order of the text or not, all of them.
      assert.deepEqual([...(await unknown(text))].sort(), [...found].sort());
    });
  }
});
