import assert from 'node:assert/strict';
import fc from 'fast-check';
import { OPERATORS } from '../../../src/queries/fetchLanguage.data';
import { readFetchText } from '../../../src/queries/fetchText';
import { scanXml, nodesOf } from '../../../src/queries/xmlScan';

/** The problems of a text as `code: what is marked`. */
function problems(text: string): readonly string[] {
  return readFetchText(text).problems.map(
    ({ code, range }) => `${code}: ${text.slice(range.start, range.end)}`,
  );
}

const inEntity = (inside: string): string => `<fetch><entity name="account">${inside}</entity></fetch>`;

describe('A FetchXML text', () => {
  it('that is right has no problems', () => {
    assert.deepEqual(
      problems(`<?xml version="1.0"?><!-- all <of> them -->
        <fetch top="5" distinct="true">
          <entity name="account">
            <attribute name="name" />
            <link-entity name="contact" from="parentcustomerid" to="accountid" link-type="outer" alias="c">
              <all-attributes />
            </link-entity>
            <filter type="or">
              <condition attribute="name" operator="like" value="A&amp;B &lt;%" />
              <condition entityname="c" attribute="statuscode" operator="in"><value>1</value><value>2</value></condition>
              <condition attribute="createdon" operator="last-x-days" value="3" />
              <condition attribute="createdon" operator="today" />
              <condition attribute="a" operator="eq" valueof="b" />
            </filter>
            <order attribute="name" descending="true" />
          </entity>
        </fetch>`),
      [],
    );
  });

  it('is marked where it stops being XML', () => {
    assert.deepEqual(problems('<fetch><entity name="a></entity></fetch>').length, 1);
    assert.deepEqual(problems('<fetch><entity name="a"></entty></fetch>'), ['notWellFormed: </entty']);
    assert.deepEqual(problems('<fetch>&nope;</fetch>').length, 1);
    assert.deepEqual(problems('<fetch'), ['notWellFormed: h']);
    for (const text of [
      '<fetch><entity name="a"></entty></fetch>',
      '<fetch',
      'x',
      '<',
      '<fetch>&x',
      '<a b=1/>',
    ])
      assert.equal(readFetchText(text).problems[0]?.severity, 'malformed', text);
  });

  it('has one fetch with one named entity', () => {
    assert.deepEqual(problems('  '), ['empty:   ']);
    assert.deepEqual(problems('<query/>'), ['noFetch: query']);
    assert.deepEqual(problems('<fetch/>'), ['noEntity: fetch']);
    assert.deepEqual(problems('<fetch><entity name="a"/><entity name="b"/></fetch>'), ['noEntity: entity']);
    assert.deepEqual(problems('<fetch><entity name=""/></fetch>'), [
      'noEntity: entity',
      'missingAttribute: name',
    ]);
  });

  it('is marked at every element, attribute and value that the language does not have', () => {
    assert.deepEqual(problems(inEntity('<atribute name="x"/>')), ['unknownElement: atribute']);
    assert.deepEqual(problems(inEntity('<attribute nam="x"/>')), [
      'missingAttribute: attribute',
      'unknownAttribute: nam',
    ]);
    assert.deepEqual(problems(inEntity('<condition attribute="x" operator="null"/>')), [
      'unknownElement: condition',
    ]);
    assert.deepEqual(problems(inEntity('<filter type="xor"/>')), ['unknownValue: xor']);
    assert.deepEqual(problems('<fetch top="many"><entity name="a"/></fetch>'), ['unknownValue: many']);
    assert.deepEqual(problems('<fetch top="3" page="1"><entity name="a"/></fetch>'), ['topWithPaging: 1']);
    const counted = '<fetch top="3" returntotalrecordcount="true"><entity name="a"/></fetch>';
    assert.deepEqual(problems(counted), ['topWithPaging: true']);
    assert.deepEqual(problems(counted.replace('true', '0')), []);
    assert.deepEqual(problems(inEntity('<order/>')), ['missingAttribute: order']);
  });

  it('is marked at an operator that does not exist or has the wrong number of values', () => {
    const one = (text: string): readonly string[] =>
      problems(inEntity(`<filter><condition attribute="x" ${text}</filter>`));
    assert.deepEqual(one('operator="equals" value="1"/>'), ['unknownOperator: equals']);
    assert.deepEqual(one('/>'), ['missingAttribute: condition']);
    assert.deepEqual(one('operator="eq"/>'), ['oneValue: eq']);
    assert.deepEqual(one('operator="eq"><value>1</value><value>2</value></condition>'), ['oneValue: eq']);
    assert.deepEqual(one('operator="in"/>'), ['someValue: in']);
    assert.deepEqual(one('operator="between"><value>1</value></condition>'), ['twoValues: between']);
    assert.deepEqual(one('operator="null"><value>1</value></condition>'), ['noValue: null']);
    assert.deepEqual(one('operator="like" valueof="y"/>'), ['wrongOperator: like']);
    assert.ok(OPERATORS.size > 70);
  });

  it('aggregates only with the mark for it, and then with names for the results', () => {
    assert.deepEqual(problems(inEntity('<attribute name="x" aggregate="sum" alias="s"/>')), [
      'needsAggregate: sum',
    ]);
    const aggregate = inEntity('<attribute name="x" aggregate="sum"/>').replace(
      '<fetch',
      '<fetch aggregate="true"',
    );
    assert.deepEqual(problems(aggregate), ['needsAlias: attribute']);
    const twice = inEntity('<attribute name="x" alias="a"/><attribute name="y" alias="A"/>');
    assert.deepEqual(problems(twice), ['sameAlias: A']);
    const links = inEntity('<link-entity name="b"/>'.repeat(16));
    assert.deepEqual(problems(links), ['tooManyLinks: link-entity']);
  });

  it('of any kind is read without failing, and every mark lies inside of it', () => {
    const pieces = fc.constantFrom(
      ...[
        '<fetch',
        '<entity name="',
        '"',
        "'",
        '/>',
        '>',
        '</entity>',
        '</fetch>',
        '<',
        '&',
        '&#x0;',
        '<!--',
        '-->',
      ],
      ...[
        '<![CDATA[',
        ']]>',
        '<?',
        ' name=',
        '=',
        'condition',
        '\u0000',
        '\ud800',
        ' ',
        '\n',
        'x',
        '<filter>',
        '</',
      ],
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(pieces).map((parts) => parts.join('')),
          fc.string({ unit: 'binary' }),
        ),
        (text) => {
          for (const { range } of readFetchText(text).problems) {
            assert.ok(
              range.start >= 0 && range.start <= range.end && range.end <= text.length,
              JSON.stringify(range),
            );
            assert.ok(range.end > range.start || text === '');
          }
          for (const node of nodesOf(scanXml(text).roots)) {
            assert.equal(text.slice(node.nameRange.start, node.nameRange.end), node.name);
            assert.ok(node.range.end >= node.tagEnd);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('of 100,000 characters of nonsense takes no noticeable time', () => {
    const start = performance.now();
    for (const piece of [
      '<a>',
      '<a b="',
      '</b>',
      '<a',
      '"',
      '<!--',
      '&#x41;',
      '<a b=c ',
      "<x y='\n",
      '<fetch ',
      'a="1" ',
    ])
      readFetchText(piece.repeat(Math.floor(100_000 / piece.length)));
    readFetchText('<a>'.repeat(15_000) + '</b>'.repeat(12_000));
    assert.ok(performance.now() - start < 5000, `${performance.now() - start} ms`);
  });
});
