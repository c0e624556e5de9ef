import assert from 'node:assert/strict';
import { tableOfQuery } from '../../../src/queries/queryTable';
import { smallSchema } from './schemaFixture';

describe('The table whose rows a query brings', () => {
  const cases: ReadonlyArray<readonly [string, string | undefined]> = [
    ['accounts?$select=name', 'account'],
    ['accounts(00000000-0000-0000-0000-000000000001)', 'account'],
    ['accounts(00000000-0000-0000-0000-000000000001)/contact_account', undefined],
    ['accounts?$apply=groupby((name))', undefined],
    ['nothings', undefined],
    ['WhoAmI', undefined],
    ['', undefined],
    ['<fetch><entity name="contact"/></fetch>', 'contact'],
    ['<fetch aggregate="1"><entity name="contact"/></fetch>', undefined],
    ['<fetch><entity name="nothing"/></fetch>', undefined],
    ['<fetch', undefined],
    ['contacts?fetchXml=<fetch><entity name="contact"/></fetch>', 'contact'],
    ['contacts?fetchXml=<fetch aggregate="true"><entity name="contact"/></fetch>', undefined],
  ];
  for (const [text, name] of cases)
    it(`is ${name ?? 'none'} for ${text === '' ? 'nothing' : text}`, async () => {
      const tables = await smallSchema().tables();
      const language = text.startsWith('<') ? 'fetchXml' : 'webApi';
      assert.equal(tableOfQuery({ language, text }, tables)?.logicalName, name);
    });
});
