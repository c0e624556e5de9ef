import assert from 'node:assert/strict';
import { readFetchText } from '../../../src/queries/fetchText';
import { unknownNames } from '../../../src/queries/fetchNames';
import { withSchema } from '../../../src/queries/schema';
import {
  MalformedQueryError,
  refuseMalformed,
  withQuery,
  type PastQuery,
} from '../../../src/queries/written';
import { smallSchema } from './schemaFixture';

const never = new AbortController().signal;

describe('The names of a query', () => {
  async function unknown(text: string): Promise<readonly string[]> {
    const problems = await withSchema(smallSchema(), never, (schema) =>
      unknownNames(readFetchText(text), schema),
    );
    return problems.map(({ code, range, details }) =>
      [`${code}: ${text.slice(range.start, range.end)}`, details['close'] ?? ''].join(' -> '),
    );
  }

  it('are looked up in the environment, and what is meant is guessed', async () => {
    assert.deepEqual(await unknown('<fetch><entity name="acount"/></fetch>'), [
      'unknownTable: acount -> account',
    ]);
    assert.deepEqual(
      await unknown('<fetch><entity name="account"><attribute name="nmae"/></entity></fetch>'),
      ['unknownColumn: nmae -> name'],
    );
    assert.deepEqual(
      await unknown('<fetch><entity name="account"><attribute name="statuscodename"/></entity></fetch>'),
      ['labelColumn: statuscodename -> statuscode'],
    );
    assert.deepEqual(await unknown('<fetch><entity name="zzzzzzzz"/></fetch>'), [
      'unknownTable: zzzzzzzz -> ',
    ]);
  });

  it('are those of the table that is meant: of the link, or of the alias', async () => {
    const linked = (inside: string): string =>
      `<fetch><entity name="account"><link-entity name="contact" from="accountid" to="accountid" alias="c">${inside}</link-entity></entity></fetch>`;
    assert.deepEqual(await unknown(linked('<attribute name="fullname"/>')), []);
    assert.deepEqual(await unknown(linked('<attribute name="revenue"/>')), ['unknownColumn: revenue -> ']);
    const named = (alias: string, column: string): string =>
      linked('').replace(
        '<link',
        `<filter><condition entityname="${alias}" attribute="${column}" operator="null"/></filter><link`,
      );
    assert.deepEqual(await unknown(named('c', 'fullname')), []);
    assert.deepEqual(await unknown(named('c', 'name')), ['unknownColumn: name -> ']);
    assert.deepEqual(await unknown(named('d', 'name')), ['unknownAlias: d -> ']);
    assert.deepEqual(
      await unknown(
        '<fetch><entity name="contact"><link-entity name="account" from="id" to="accountid"/></entity></fetch>',
      ),
      ['unknownColumn: id -> '],
    );
  });

  it('fit the operator', async () => {
    const asked = (column: string, operator: string): string =>
      `<fetch><entity name="account"><filter><condition attribute="${column}" operator="${operator}"/></filter></entity></fetch>`;
    assert.deepEqual(await unknown(asked('createdon', 'today')), []);
    assert.deepEqual(await unknown(asked('name', 'today')), ['wrongOperator: today -> ']);
    // A day has no hours (documentation: behavior and format of the date and time column).
    const days = {
      ...smallSchema(),
      dateBehaviors: () => Promise.resolve(new Map([['createdon', 'DateOnly']] as const)),
    };
    const ofDay = async (operator: string): Promise<readonly string[]> =>
      withSchema(days, never, (known) =>
        unknownNames(readFetchText(asked('createdon', operator)), known).map(({ code }) => code),
      );
    for (const operator of ['last-x-hours', 'next-x-hours', 'olderthan-x-hours', 'olderthan-x-minutes'])
      assert.deepEqual(await ofDay(operator), ['wrongOperator'], operator);
    for (const operator of ['last-x-days', 'olderthan-x-weeks', 'today', 'eq'])
      assert.deepEqual(await ofDay(operator), [], operator);
  });

  it('are loaded table by table, only those that the query names', async () => {
    const schema = smallSchema();
    const text = '<fetch><entity name="contact"><attribute name="fullname"/></entity></fetch>';
    await withSchema(schema, never, (known) => unknownNames(readFetchText(text), known));
    assert.deepEqual(schema.asked, ['contact']);
  });

  it('are loaded together where several tables are missing', async () => {
    const schema = smallSchema();
    let together = 0;
    const source = {
      ...schema,
      columns: async (table: string) => {
        together += 1;
        await new Promise((resolve) => setImmediate(resolve));
        assert.equal(together, 2, 'the other table is asked for as well');
        return schema.columns(table);
      },
    };
    const text =
      '<fetch><entity name="contact"><link-entity name="account" from="accountid" to="accountid"/></entity></fetch>';
    assert.deepEqual(
      await withSchema(source, never, (known) => unknownNames(readFetchText(text), known)),
      [],
    );
  });
});

describe('A query that was written', () => {
  it('is refused with its place when it cannot be read, and passes when it is only wrong', () => {
    assert.throws(
      () => refuseMalformed({ language: 'webApi', text: 'accounts?$filter=(' }),
      (error) => error instanceof MalformedQueryError && error.problem.range.start === 17,
    );
    refuseMalformed({ language: 'webApi', text: 'accounts?$skip=1' });
    refuseMalformed({ language: 'fetchXml', text: '<fetch nope="1"><entity name="x"><y/></entity></fetch>' });
  });

  it('is kept in the history once, the newest first, within limits, and never with a secret', () => {
    let history: readonly PastQuery[] = [];
    const add = (text: string, time: number): void => {
      history = withQuery(history, { language: 'webApi', text, time });
    };
    for (let time = 0; time < 40; time += 1) add(`accounts?$top=${time + 1}`, time);
    assert.equal(history.length, 30);
    add('accounts?$top=20 ', 99);
    assert.deepEqual(
      [history[0]?.time, history.filter(({ text }) => text.trim() === 'accounts?$top=20').length],
      [99, 1],
    );
    const before = history;
    for (const column of [
      ...['authvalue', 'saskey', 'sastoken', 'secureconfig', 'secureconfiguration'],
      ...['new_password', 'new_apppasswordhint', 'clientsecret', 'new_Secret_value'],
    ])
      add(`serviceendpoints?$filter=${column} eq 'x'`, 100);
    add(' ', 101);
    add('x'.repeat(30_000), 102);
    assert.equal(history, before);
    const harmless = [
      'serviceendpoints?$filter=isauthvalueset eq true and issaskeyset eq false and saskeyname ne null',
      'sdkmessageprocessingsteps?$filter=_sdkmessageprocessingstepsecureconfigid_value ne null',
      "contacts?$filter=jobtitle eq 'secretary'",
    ];
    for (const text of harmless) {
      add(text, 200);
      assert.equal(history[0]?.text, text);
    }
  });
});

describe('A query in the wrong language', () => {
  it('is marked at its beginning and not sent, whatever it says', () => {
    const marked = (language: 'fetchXml' | 'webApi', text: string): string => {
      try {
        refuseMalformed({ language, text });
        return 'sent';
      } catch (error) {
        if (!(error instanceof MalformedQueryError)) throw error;
        const { code, range } = error.problem;
        return `${code}: ${text.slice(range.start, range.end)}`;
      }
    };
    for (const text of ['accounts?$select=name', '\n accounts(1)/x', 'accounts', 'accounts/$count'])
      assert.equal(marked('fetchXml', text), 'isWebApi: accounts');
    assert.match(marked('fetchXml', 'accounts <fetch/>'), /^notWellFormed/);
    assert.equal(marked('webApi', ' <fetch top="1">'), 'isFetchXml: <fetch');
    assert.equal(marked('webApi', '<'), 'isFetchXml: <');
  });
});
