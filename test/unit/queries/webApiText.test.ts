import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readWebApiText } from '../../../src/queries/webApiText';

/** The problems of a text as `code: what is marked`. */
function problems(text: string): readonly string[] {
  return readWebApiText(text).problems.map(
    ({ code, range }) => `${code}: ${text.slice(range.start, range.end)}`,
  );
}

describe('A Web API query', () => {
  it('that is right has no problems, on one line or several, encoded or not', () => {
    for (const text of [
      'accounts',
      'accounts(00000000-0000-0000-0000-000000000001)/contact_customer_accounts?$select=name',
      "accounts?$select=name,_ownerid_value\n  &$filter=name eq 'A & B? it''s' and (revenue gt -1.5e3\n  or not contains(name,'x'))\n  &$orderby=name desc, createdon",
      'accounts?$filter=name%20eq%20%27100%25%27&$top=3&$count=true',
      'accounts?$expand=primarycontactid($select=fullname;$expand=owninguser),x($filter=a/b eq null;$top=1)',
      "accounts?$filter=Microsoft.Dynamics.CRM.In(PropertyName='name',PropertyValues=[\"a'b\",'c'])",
      "accounts?$filter=contact_customer_accounts/any(o:o/lastname eq 'x' and o/statecode in (0,1)) and x/any()",
      'accounts?$apply=filter(statecode eq 0)/groupby((a,b),aggregate($count as n,revenue with sum as s))&$orderby=n',
      'accounts?$filter=createdon ge @from and id eq 00000000-0000-0000-0000-000000000001&@from=2025-01-01T00:00:00Z',
      'accounts?fetchXml=<fetch><entity name="account"/></fetch>',
      'WhoAmI()',
      "a?$filter=revenue add 1 gt cost mul 2 and length(name) eq 3 and x has Ns.Color'Red' and d lt duration'PT1H'&$orderby=length(name) desc",
      'a?$apply=groupby((rollup($all,b)),aggregate($count as n))',
      'a?$apply=groupby((year(createdon)))/topcount(2,n)',
      'a?$apply=groupby((name),aggregate(contact_account/$count as n))',
      'accounts(accountnumber=\'A 1 & \\ "B" #2\')?$select=name',
      'GetThem(Names=["a b"])',
      "systemusers(x)/Ns.RetrievePrincipalAccess(Target=@t)?@t={'@odata.id':'accounts(1)?&'}",
      'F(Targets=@t)?@t=[ {"@odata.id":"accounts(1)"} ]',
    ])
      assert.deepEqual(problems(text), [], text);
  });

  it('is marked where it cannot be read', () => {
    assert.deepEqual(problems(' '), ['empty:  ']);
    assert.deepEqual(problems('https://x.example/api?a'), ['wholeAddress: https://x.example/api?a']);
    assert.deepEqual(problems("accounts?$filter=name eq 'it"), ["oddQuote: '"]);
    assert.deepEqual(problems('accounts?$top=1?$select=name'), ['secondQuestionMark: ?']);
    assert.deepEqual(problems('accounts?$filter=name eq'), ['syntax: q']);
    assert.deepEqual(problems('accounts?$filter=(a eq 1'), ['syntax: 1']);
    assert.deepEqual(problems('accounts?$filter=a eq 1) and b'), ['syntax: )']);
    assert.deepEqual(problems('accounts?$filter=a = 1'), ['syntax: =']);
    assert.deepEqual(problems('accounts?$filter=a eq %FF'), ['brokenEscape: %FF']);
    assert.deepEqual(problems('accounts?$top=many'), ['syntax: many']);
    assert.deepEqual(problems('accounts?$select'), ['syntax: $select']);
    assert.deepEqual(problems('accounts?$expand=x($skip=1'), ['syntax: 1']);
    assert.deepEqual(problems('accounts?$expand=x(a eq 1)'), ['syntax: eq']);
    assert.deepEqual(problems('F(T=@t)?@t={"a":1'), ['syntax: {"a":1']);
    assert.deepEqual(problems('?='), ['syntax: ?', 'syntax: =']);
    assert.deepEqual(problems('acc ounts?$top=1'), ['syntax: acc ounts']);
    assert.deepEqual(problems('accounts?$filter=a eq \ud800'), ['brokenCharacter: \ud800']);
    assert.deepEqual(problems(`accounts?$filter=${'('.repeat(200)}a`), ['tooDeep: (']);
  });

  it('is marked at options that the service does not take, and is sent all the same', () => {
    const { problems: found } = readWebApiText('accounts?$skip=3&select=name&$top=1&$top=2');
    assert.deepEqual(
      found.map(({ code, severity, details }) => [code, severity, details['name'], details['close']]),
      [
        ['unknownOption', 'wrong', '$skip', ''],
        ['unknownOption', 'wrong', 'select', '$select'],
        ['doubleOption', 'wrong', '$top', undefined],
      ],
    );
    const inside =
      "accounts?$expand=x($levels=2;$filter=a eq ')';$search=(a;b);$select=y;$select=z),w($skip=1)";
    assert.deepEqual(problems(inside), [
      'unknownOption: $levels',
      'unknownOption: $search',
      'doubleOption: $select',
      'unknownOption: $skip',
    ]);
    assert.ok(readWebApiText(inside).problems.every(({ severity }) => severity === 'wrong'));
  });

  it('of any kind is read without failing, and every mark lies inside of it', () => {
    const pieces = fc.constantFrom(
      ...[
        'accounts',
        '?',
        '&',
        '$filter=',
        '$select=',
        '$expand=',
        '$apply=',
        '$orderby=',
        'a',
        ' eq ',
        ' and ',
        '(',
      ],
      ...[
        ')',
        "'",
        '"',
        '[',
        ']',
        '%27',
        '%',
        '%FF',
        '/any(',
        'o:',
        'not ',
        ' in ',
        ',',
        ';',
        '@p',
        '=',
        '1',
        '\n',
      ],
      ...['groupby((', 'aggregate(', ' with sum as ', 'filter(', '\ud800', 'ü', '2025-01-01', '$count', '*'],
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(pieces).map((parts) => parts.join('')),
          fc.string({ unit: 'binary' }),
        ),
        (text) => {
          for (const { range } of readWebApiText(text).problems) {
            assert.ok(range.start >= 0 && range.end <= text.length, JSON.stringify(range));
            assert.ok(range.end > range.start || text === '');
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('of 100,000 characters of nonsense takes no noticeable time', () => {
    const start = performance.now();
    for (const piece of [
      '(',
      'a eq 1 and ',
      "''",
      "'",
      '"',
      '[',
      'not ',
      'x/',
      'f(',
      '%41',
      '%FF',
      'a,',
      ' ',
      '\n ',
      'x($expand=',
    ])
      readWebApiText(`a?$filter=${piece.repeat(Math.floor(99_000 / piece.length))}`);
    readWebApiText(`a?$expand=${'x($expand='.repeat(10_000)}`);
    assert.ok(performance.now() - start < 5000, `${performance.now() - start} ms`);
  });
});
