import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Completions } from '../../../src/queries/complete';
import { completionsInWebApi } from '../../../src/queries/completeWebApi';
import { withSchema } from '../../../src/queries/schema';
import { smallSchema } from './schemaFixture';

const never = new AbortController().signal;

/** What is offered where `|` stands. */
async function offered(marked: string): Promise<Completions> {
  const offset = marked.indexOf('|');
  const text = marked.replace('|', '');
  return withSchema(smallSchema(), never, (schema) => completionsInWebApi(text, offset, schema));
}

async function labels(marked: string): Promise<readonly string[]> {
  const { items } = await offered(marked);
  return items.map(({ label }) => label).filter((label) => !label.startsWith('Microsoft.'));
}

/** The text after the first thing that is offered with a label was taken. */
async function taken(marked: string, label: string): Promise<string> {
  const item = (await offered(marked)).items.find((one) => one.label === label) ?? assert.fail(label);
  const text = marked.replace('|', '');
  return text.slice(0, item.range.start) + item.insert + text.slice(item.range.end);
}

const OF_ACCOUNT = [
  'accountid',
  'name',
  'revenue',
  'statuscode',
  'createdon',
  '_ownerid_value',
  '_primarycontactid_value',
];
const OF_CONTACT = ['contactid', 'fullname', '_accountid_value'];
const LEADING = ['primarycontactid', 'contact_account'];
const STARTS = ['contains(', 'startswith(', 'endswith(', 'not '];

describe('Completion of Web API queries', () => {
  const cases: ReadonlyArray<readonly [string, readonly string[]]> = [
    ['|', ['accounts', 'contacts']],
    ['acc|', ['accounts', 'contacts']],
    ['accounts(00000000-0000-0000-0000-000000000001)/|', LEADING],
    ['accounts?|', ['$select=', '$filter=', '$orderby=', '$expand=', '$top=', '$count=', '$apply=']],
    ['accounts?$select=name&$f|', ['$filter=', '$orderby=', '$expand=', '$top=', '$count=', '$apply=']],
    [
      "accounts?$expand=primarycontactid($select=fullname)&$top=1&|&$filter=contains(name,'$count=')",
      ['$select=', '$orderby=', '$count=', '$apply='],
    ],
    [
      'accounts?$expand=primarycontactid($select=fullname;|)&$filter=a',
      ['$filter=', '$orderby=', '$expand=', '$top=', '$count='],
    ],
    ['accounts?$select=|', OF_ACCOUNT],
    ['accounts?$select=name,\n  re|', OF_ACCOUNT],
    ['nope?$select=|', []],
    ['accounts?$count=|', ['true', 'false']],
    ['accounts?$orderby=name |', ['desc', 'asc']],
    ['accounts?$orderby=primarycontactid/|', [...OF_CONTACT, 'accountid']],
    ['accounts?$expand=|', LEADING],
    [
      'accounts?$expand=primarycontactid(|',
      ['$select=', '$filter=', '$orderby=', '$expand=', '$top=', '$count='],
    ],
    ['accounts?$expand=primarycontactid($select=|', OF_CONTACT],
    ['accounts?$expand=contact_account($select=fullname;$expand=accountid($select=name,|', OF_ACCOUNT],
    ['accounts?$expand=contact_account($select=fullname),|', LEADING],
    ['accounts?$filter=|', [...OF_ACCOUNT, ...LEADING, ...STARTS]],
    ['accounts?$filter=revenue |', ['eq', 'ne', 'gt', 'ge', 'lt', 'le']],
    ['accounts?$filter=_ownerid_value |', ['eq', 'ne']],
    ['accounts?$filter=revenue gt |', ['null']],
    ['accounts?$filter=revenue gt 1 |', ['and', 'or']],
    ['accounts?$filter=revenue gt 1 and |', [...OF_ACCOUNT, ...LEADING, ...STARTS]],
    ['accounts?$filter=contact_account/|', ['any(', 'all(']],
    ['accounts?$filter=contact_account/any(c:c/|', [...OF_CONTACT, 'accountid']],
    ["accounts?$filter=contains(name,'|", []],
    [
      "accounts?$filter=Microsoft.Dynamics.CRM.Today(PropertyName='|",
      ['accountid', 'name', 'revenue', 'statuscode', 'createdon', 'ownerid', 'primarycontactid'],
    ],
    ['accounts?$apply=|', ['filter(', 'groupby((', 'aggregate(']],
    ['accounts?$apply=groupby((|', [...OF_ACCOUNT, ...LEADING]],
    ['accounts?$apply=filter(statuscode |', ['eq', 'ne', 'gt', 'ge', 'lt', 'le']],
    ['accounts?$apply=groupby((statuscode),aggregate(|', ['$count', ...OF_ACCOUNT, ...LEADING]],
    ['accounts?$apply=aggregate(revenue with |', ['sum', 'average', 'min', 'max']],
    ['accounts?$apply=aggregate(revenue with sum |', ['as']],
  ];
  for (const [text, found] of cases)
    it(`offers what can stand at the place in ${text}`, async () =>
      assert.deepEqual(await labels(text), found));

  it('replaces the word that was begun, and writes functions with their parameters', async () => {
    assert.equal(await taken('acc|ou?$top=1', 'accounts'), 'accounts?$top=1');
    assert.equal(await taken('accounts?$sel|', '$select='), 'accounts?$select=');
    assert.equal(
      await taken('accounts?$filter=Mic|', 'Microsoft.Dynamics.CRM.LastXDays'),
      "accounts?$filter=Microsoft.Dynamics.CRM.LastXDays(PropertyName='',PropertyValue=)",
    );
  });

  it('offers the choices of a column that is compared', async () => {
    const { choicesOf } = await offered('accounts?$filter=statuscode eq |');
    assert.equal(choicesOf?.column.logicalName, 'statuscode');
  });

  it('offers something or nothing at any place of any text, in time that follows its length', async function () {
    this.timeout(20_000);
    const piece = fc.constantFrom(
      ...[
        'accounts',
        '?',
        '&',
        '$filter=',
        '$expand=',
        '(',
        ')',
        "'",
        '"',
        '/',
        ',',
        ';',
        'any(c:',
        'c/',
        ' eq ',
        'name',
        '\n',
        '%',
        'ü',
      ],
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 30 }), fc.nat(60), async (pieces, at) => {
        const text = pieces.join('');
        const offset = Math.min(at, text.length);
        const { items } = await withSchema(smallSchema(), never, (schema) =>
          completionsInWebApi(text, offset, schema),
        );
        for (const { range } of items)
          assert.ok(range.start <= offset && offset <= range.end && range.end <= text.length);
      }),
      { numRuns: 300 },
    );
  });

  it('takes time that follows the length of the text, whatever is repeated in it', async function () {
    this.timeout(20_000);
    const repeated = [
      'contact_account/any(c:c/',
      'a/',
      'a/any(o:',
      'primarycontactid($expand=',
      'a ',
      '(',
      'a(b;',
      "'",
    ];
    for (const option of ['$filter', '$expand', '$orderby', '$apply'])
      for (const piece of repeated) {
        const started = performance.now();
        await offered(`accounts?${option}=${piece.repeat(Math.floor(90_000 / piece.length))}|`);
        assert.ok(performance.now() - started < 5000, `${option} ${piece}`);
      }
  });
});
