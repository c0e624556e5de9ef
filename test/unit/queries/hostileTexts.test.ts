import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readableWebApi } from '../../../src/jobs/queryText';
import { withSchema } from '../../../src/queries/schema';
import { namesProblems, translationOf } from '../../../src/queries/inSchema';
import { completionsAt, namedAt } from '../../../src/queries/complete';
import { completionsInWebApi } from '../../../src/queries/completeWebApi';
import { LONGEST_QUERY } from '../../../src/base/queryLimit';
import { otherTable } from '../../../src/jobs/queryTable';
import { LONGEST_QUERY as SENT_BY_PAGE, QueryParams } from '../../../src/protocol/queries';
import {
  MalformedQueryError,
  problemsOf,
  refuseMalformed,
  type WrittenQuery,
} from '../../../src/queries/written';
import { readFetchText } from '../../../src/queries/fetchText';
import { nodesOf, valueOf } from '../../../src/queries/xmlScan';
import { smallSchema } from './schemaFixture';

const never = new AbortController().signal;
const fetch = (inside: string): string => `<fetch><entity name="account">${inside}</entity></fetch>`;
const query = (text: string): WrittenQuery => ({
  language: /^\uFEFF?</.test(text) ? 'fetchXml' : 'webApi',
  text,
});

describe('A hostile query', () => {
  async function whole(text: string): Promise<{ readonly first: string; readonly translated: string }> {
    const found = await withSchema(smallSchema(), never, (schema) => ({
      names: namesProblems(query(text), schema),
      translation: translationOf(query(text), schema),
    }));
    const [first] = [...problemsOf(query(text)), ...found.names];
    const { translation } = found;
    return {
      first: first === undefined ? '' : `${first.code}@${first.range.start}`,
      translated: translation.kind === 'exact' ? translation.text : '',
    };
  }

  const filters = (depth: number): string =>
    fetch(
      `${'<filter>'.repeat(depth)}<condition attribute="name" operator="null"/>${'</filter>'.repeat(depth)}`,
    );

  it('that is nested without end is marked where it becomes too much, and costs no stack', async () => {
    assert.equal((await whole(filters(50))).first, '');
    assert.match((await whole(filters(300))).first, /^tooDeep@\d+$/);
    assert.match((await whole(filters(5000))).first, /^tooDeep@\d+$/);
    assert.match(
      (await whole(fetch('<link-entity name="contact">'.repeat(3000)))).first,
      /^notWellFormed|^tooDeep/,
    );
    assert.match((await whole(`accounts?$filter=${'('.repeat(5000)}`)).first, /^tooDeep@/);
    assert.equal((await whole(`accounts?$filter=${'not '.repeat(5000)}(name eq 'a')`)).first, '');
    const expand = `${'primarycontactid($expand=accountid($expand='.repeat(200)}x`;
    assert.match((await whole(`accounts?$expand=${expand}`)).first, /^tooDeep@/);
  });

  it('with a document type or entities of its own is not sent', async () => {
    const bomb = '<!DOCTYPE fetch [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>';
    assert.equal((await whole(`${bomb}${fetch('<attribute name="name"/>')}`)).first, 'documentType@0');
    assert.match((await whole(`${bomb}${fetch('<attribute name="&b;"/>')}`)).first, /^notWellFormed@/);
    assert.equal((await whole(fetch('<!-- <!DOCTYPE x> --><attribute name="name"/>'))).first, '');
  });

  it('with a byte order mark, CDATA, comments and references is read as XML is', async () => {
    const same = 'accounts?$select=name';
    assert.equal((await whole(`\uFEFF${fetch('<attribute name="name"/>')}`)).translated, same);
    assert.equal((await whole(fetch('<!-- x --><attribute name="n&#x61;me"/>'))).translated, same);
    const value = fetch(
      '<attribute name="name"/><filter><condition attribute="name" operator="in"><value><![CDATA[a<b]]>&amp;<!-- c -->c</value></condition></filter>',
    );
    assert.match(decodeURIComponent((await whole(value)).translated), /PropertyValues=\["a<b&c"\]/);
    assert.equal((await whole('<FETCH><entity name="account"/></FETCH>')).first, 'noFetch@1');
  });

  it('names each option once, in its own letters', () => {
    const code = (text: string): readonly string[] =>
      problemsOf(query(text)).map((problem) => [problem.code, problem.details['close']].join(' ').trim());
    assert.deepEqual(code('accounts?$select=name&$select=name'), ['doubleOption']);
    assert.deepEqual(code('accounts?$expand=a($select=b;$select=c)'), ['doubleOption']);
    assert.deepEqual(code('accounts?$expand=a($Select=b;FILTER=c)'), [
      'unknownOption $select',
      'unknownOption $filter',
    ]);
    assert.deepEqual(code('accounts?$Select=name'), ['unknownOption $select']);
    assert.deepEqual(code('accounts?TOP=1'), ['unknownOption $top']);
  });

  it('of 20,000 characters is checked and translated at once', async () => {
    const started = performance.now();
    const many = Array.from({ length: 900 }, (_, at) => `name eq 'abcdefghij${at}'`).join(' or ');
    assert.ok(many.length > 20_000);
    assert.notEqual((await whole(`accounts?$filter=${many}`)).translated, '');
    assert.ok(performance.now() - started < 2000);
  });

  const megabytes = (piece: string): string => piece.repeat(Math.ceil(5_000_000 / piece.length));
  const huge: ReadonlyArray<readonly [string, string]> = [
    ['one line', megabytes('a')],
    ['nothing but tags', megabytes('<a>')],
    ['nothing but brackets', megabytes('(')],
    ['zero bytes', megabytes('\0')],
    ['quotes', `accounts?$filter=name eq '${megabytes("''")}'`],
    ['conditions', fetch(`<filter>${megabytes('<condition attribute="name" operator="null"/>')}</filter>`)],
    ['filters in filters', fetch('<filter>'.repeat(300_000) + '</filter>'.repeat(300_000))],
    ['entities', `<!DOCTYPE fetch [${megabytes('<!ENTITY a "&a;">')}]>${fetch('')}`],
    ['alternatives', `accounts?$filter=name eq 'a'${megabytes(" or name eq 'b'")}`],
    ['paths', `accounts?$filter=${megabytes('a/')}b eq 1`],
  ];
  for (const [name, text] of huge) {
    it(`of five megabytes of ${name} is marked where it is too much, not sent, and keeps nobody waiting`, async () => {
      const started = performance.now();
      for (const language of ['fetchXml', 'webApi'] as const) {
        const found = problemsOf({ language, text });
        assert.deepEqual(
          found.map(({ code, range, severity }) => [code, range.start, range.end, severity]),
          [['tooLong', LONGEST_QUERY, text.length, 'malformed']],
        );
        assert.throws(() => refuseMalformed({ language, text }), MalformedQueryError);
      }
      const offered = await withSchema(smallSchema(), never, (schema) => [
        ...completionsAt(text, text.length, schema).items,
        ...completionsInWebApi(text, text.length, schema).items,
        namedAt(text, 20, schema) ?? [],
        ...[translationOf({ language: 'fetchXml', text }, schema), translationOf(query(text), schema)].filter(
          ({ kind }) => kind === 'exact',
        ),
      ]);
      assert.deepEqual(offered.flat(), []);
      otherTable(query(text));
      assert.ok(performance.now() - started < 1000);
    });
  }

  it('is cut by the page where the extension finds it too long', () => {
    assert.equal(SENT_BY_PAGE, LONGEST_QUERY);
    assert.ok(QueryParams.safeParse({ language: 'webApi', text: 'a'.repeat(LONGEST_QUERY + 1) }).success);
    assert.ok(!QueryParams.safeParse({ language: 'webApi', text: 'a'.repeat(LONGEST_QUERY + 2) }).success);
  });

  it('with a control character or half of a character is marked at it in both languages', async () => {
    for (const character of ['\0', '\u0001', '\u001B', '\u007F', '\uD800']) {
      const path = "accounts?$filter=name eq 'a";
      assert.equal((await whole(`${path}${character}b'`)).first, `brokenCharacter@${path.length}`);
      if (character === '\u007F') continue;
      const inside = `<filter><condition attribute="name" operator="eq" value="a`;
      const { first } = await whole(fetch(`${inside}${character}"/></filter>`));
      assert.match(first, /^notWellFormed@/);
      assert.ok(Number(first.split('@')[1]) <= fetch(inside).length);
    }
    assert.equal((await whole("accounts?$filter=name\teq\r\n'a'")).first, '');
  });

  it('keeps every text of a value, whatever it is, from one language to the other and back', async () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom(
        "' or 1 eq 1 or '",
        '"/><condition attribute="x" operator="null"/>',
        '&$top=1',
        '%27',
        '%2527',
        '\u202E',
        'a%0Ab',
        '</fetch>',
        ']]>',
        "''",
        '\\"',
        '#?&+ ',
      ),
    );
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const written = `accounts?$select=name&$filter=name eq '${encodeURIComponent(text.toWellFormed().replaceAll("'", "''"))}'`;
        const wanted = text.toWellFormed();
        const { first, translated } = await whole(written);
        assert.equal(first, '', written);
        // XML has no control characters, and makes blanks of line breaks.
        if (translated === '') {
          assert.match(wanted, /[^\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u);
          return;
        }
        const conditions = [...nodesOf(readFetchText(translated).roots)].filter(
          ({ name }) => name === 'condition',
        );
        assert.deepEqual(
          conditions.map((node) => valueOf(node, 'value')),
          [wanted],
          translated,
        );
        const back = readableWebApi((await whole(translated)).translated);
        assert.equal((await whole(back)).translated, translated, back);
      }),
      { numRuns: 500 },
    );
  });
});
