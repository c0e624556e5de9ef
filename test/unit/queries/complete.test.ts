import assert from 'node:assert/strict';
import fc from 'fast-check';
import { completionsAt, namedAt, type Completions } from '../../../src/queries/complete';
import { withSchema } from '../../../src/queries/schema';
import { smallSchema } from './schemaFixture';

const never = new AbortController().signal;

/** What is offered where `|` stands. */
async function offered(marked: string): Promise<Completions> {
  const offset = marked.indexOf('|');
  const text = marked.replace('|', '');
  return withSchema(smallSchema(), never, (schema) => completionsAt(text, offset, schema));
}

async function labels(marked: string): Promise<readonly string[]> {
  const { items } = await offered(marked);
  return items.toSorted((a, b) => a.rank - b.rank).map(({ label }) => label);
}

/** The text after the first thing that is offered with a label was taken; places to fill in are left out. */
async function taken(marked: string, label: string): Promise<string> {
  const item = (await offered(marked)).items.find((one) => one.label === label) ?? assert.fail(label);
  const text = marked.replace('|', '');
  const insert = item.insert.replace(/\$\{\d:(\w+)\}|\$\d/g, (_, word?: string) => word ?? '');
  return text.slice(0, item.range.start) + insert + text.slice(item.range.end);
}

const inEntity = (inside: string): string => `<fetch><entity name="account">${inside}</entity></fetch>`;

describe('Completion of FetchXML', () => {
  it('offers the elements that may stand at a place, with and without the bracket', async () => {
    assert.deepEqual(await labels('|'), ['fetch']);
    assert.deepEqual(await labels('<|'), ['fetch']);
    assert.deepEqual(await labels('<fetch>|</fetch>'), ['entity']);
    assert.ok((await labels(inEntity('|'))).includes('filter'));
    assert.deepEqual(await labels(inEntity('<filter>|</filter>')), [
      'condition',
      'filter',
      'link-entity',
      'link-entity contact',
      'link-entity contact',
    ]);
    assert.equal(await taken(inEntity('<att|'), 'attribute'), inEntity('<attribute name="" />'));
    assert.equal(await taken(inEntity('|'), 'order'), inEntity('<order attribute="" />'));
    assert.equal(await taken(inEntity('<att| name="x"/>'), 'attribute'), inEntity('<attribute name="x"/>'));
  });

  it('offers a link for every lookup of the table and to it, filled in', async () => {
    const { items } = await offered(inEntity('<|'));
    const links = items.filter(({ label }) => label === 'link-entity contact');
    assert.deepEqual(
      links.map(({ detail }) => detail),
      ['primarycontactid → contact.contactid', 'contact.accountid → accountid'],
    );
    assert.match(
      links[1]?.insert ?? '',
      /^link-entity name="contact" from="accountid" to="accountid" alias=/,
    );
  });

  it('offers attributes that are not there yet', async () => {
    assert.deepEqual(await labels(inEntity('<order attribute="name" |/>')), [
      'alias',
      'descending',
      'entityname',
    ]);
    assert.equal(await taken(inEntity('<order de|/>'), 'descending'), inEntity('<order descending=""/>'));
    assert.equal(await taken(inEntity('<order at|="x"/>'), 'attribute'), inEntity('<order attribute="x"/>'));
  });

  it('sets an attribute apart from the value before it', async () => {
    assert.equal(await taken('<fetch top="5"|/>', 'count'), '<fetch top="5" count=""/>');
    assert.equal(await taken('<fetch top="5" |/>', 'count'), '<fetch top="5" count=""/>');
    assert.equal(await taken("<fetch top='5'|", 'count'), '<fetch top=\'5\' count=""');
  });

  it('offers tables, and the columns of the table that is meant', async () => {
    assert.deepEqual(await labels('<fetch><entity name="|"/></fetch>'), ['account', 'contact']);
    const columns = await labels(inEntity('<attribute name="|" />'));
    assert.equal(columns[0], 'name');
    assert.ok(columns.includes('revenue') && !columns.includes('statuscodename'));
    assert.ok(
      (await labels(inEntity('<link-entity name="contact"><attribute name="|'))).includes('fullname'),
    );
    assert.equal(
      await taken(inEntity('<attribute name="re|x" />'), 'revenue'),
      inEntity('<attribute name="revenue" />'),
    );
    const { items } = await offered(inEntity('<attribute name="|" />'));
    assert.equal(items.find(({ label }) => label === 'revenue')?.detail, 'Label of revenue · Money');
  });

  it('offers what joins two tables first', async () => {
    assert.deepEqual((await labels(inEntity('<link-entity name="contact" from="|"'))).slice(0, 2), [
      'contactid',
      'accountid',
    ]);
    assert.deepEqual((await labels(inEntity('<link-entity name="contact" to="|"'))).slice(0, 2), [
      'accountid',
      'primarycontactid',
    ]);
  });

  it('offers the operators that fit the column, and the choices of a column as values', async () => {
    const operators = (column: string): Promise<readonly string[]> =>
      labels(inEntity(`<filter><condition attribute="${column}" operator="|"/></filter>`));
    assert.ok((await operators('createdon')).includes('last-x-days'));
    assert.ok(!(await operators('createdon')).includes('like'));
    assert.ok((await operators('name')).includes('like'));
    assert.ok(!(await operators('name')).includes('today'));
    assert.ok((await operators('ownerid')).includes('eq-userid'));
    assert.ok((await operators('nope')).length > 70);
    for (const text of ['operator="eq" value="|"/>', 'operator="in"><value>|</value></condition>']) {
      const { choicesOf } = await offered(
        inEntity(`<filter><condition attribute="statuscode" ${text}</filter>`),
      );
      assert.deepEqual([choicesOf?.table, choicesOf?.column.logicalName], ['account', 'statuscode']);
    }
  });

  it('offers values, aliases and links by their names', async () => {
    assert.deepEqual(await labels('<fetch distinct="|"/>'), ['true', 'false']);
    assert.deepEqual(await labels(inEntity('<filter type="|"/>')), ['and', 'or']);
    const linked = '<link-entity name="contact" alias="c"/><filter><condition entityname="|"/></filter>';
    assert.deepEqual(await labels(inEntity(linked)), ['c']);
    const through = linked.replace('entityname="|"', 'entityname="c" attribute="|"');
    assert.ok((await labels(inEntity(through))).includes('fullname'));
    const figures = '<attribute name="name" alias="n" groupby="true"/><order alias="|"/>';
    assert.deepEqual(await labels(inEntity(figures)), ['n']);
  });

  it('offers nothing inside of comments, end tags and texts', async () => {
    assert.deepEqual(await labels('<!-- | -->'), []);
    assert.deepEqual(await labels('<fetch></fe|tch>'), []);
    assert.deepEqual(await labels('<fetch top="|"/>'), []);
  });

  it('offers nothing for names that every object of the language it is written in has', async () => {
    for (const name of ['__proto__', 'constructor', 'toString']) {
      assert.deepEqual(await labels(`<fetch ${name}="|">`), []);
      assert.deepEqual(await labels(`<${name}>|</${name}>`), []);
      assert.deepEqual(await labels(`<${name} |/>`), []);
    }
  });

  it('never fails, and replaces only what is there', async () => {
    const pieces = fc.constantFrom(
      ...[
        '<fetch',
        '<entity name="account"',
        '>',
        '/>',
        '"',
        ' ',
        '<link-entity name="contact"',
        '<condition attribute="',
      ],
      ...['</entity>', '<', '=', 'name', '<filter>', '<!--', '-->', '<value>', '</value>', 'operator="', "'"],
    );
    await withSchema(smallSchema(), never, (schema) => {
      fc.assert(
        fc.property(fc.array(pieces), fc.nat(200), (parts, at) => {
          const text = parts.join('');
          const offset = Math.min(at, text.length);
          for (const { range } of completionsAt(text, offset, schema).items)
            assert.ok(range.start <= offset && offset <= range.end && range.end <= text.length);
          namedAt(text, offset, schema);
        }),
        { numRuns: 1000 },
      );
    });
  });
});

describe('A name in FetchXML', () => {
  it('is that of a table, a column or an operator', async () => {
    const text = inEntity(
      '<attribute name="revenue"/><filter><condition attribute="name" operator="like" value="x"/></filter>',
    );
    const at = (word: string) =>
      withSchema(smallSchema(), never, (schema) => namedAt(text, text.indexOf(word) + 1, schema));
    assert.deepEqual((await at('account'))?.kind, 'table');
    const column = await at('revenue');
    assert.ok(column?.kind === 'column' && column.column.type === 'Money');
    assert.deepEqual((await at('like'))?.kind, 'operator');
    assert.equal(await at('x"'), undefined);
  });
});
