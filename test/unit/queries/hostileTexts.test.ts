import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readableWebApi } from '../../../src/jobs/queryText';
import { withSchema } from '../../../src/queries/schema';
import { namesProblems, translationOf } from '../../../src/queries/inSchema';
import { problemsOf, type WrittenQuery } from '../../../src/queries/written';
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
      (await whole(fetch('<link-entity name="contact">'.repeat(4000)))).first,
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
    assert.deepEqual(code('accounts?$expand=a($select=b;$select=c)'), ['syntax']);
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
