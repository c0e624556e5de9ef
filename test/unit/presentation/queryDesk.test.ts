import assert from 'node:assert/strict';
import { QueryDesk } from '../../../src/presentation/queries/queryDesk';
import { queryName } from '../../../src/presentation/queries/queryNames';
import type { QueryChecked } from '../../../src/protocol/queries';
import { webApiPath } from '../../../src/jobs/queryText';
import type { SchemaSource } from '../../../src/queries/schema';
import { smallSchema } from '../queries/schemaFixture';

function deskOf(source: SchemaSource = smallSchema()): {
  readonly desk: QueryDesk;
  readonly told: QueryChecked[];
  readonly failures: unknown[];
} {
  const told: QueryChecked[] = [];
  const failures: unknown[] = [];
  const desk = new QueryDesk(
    source,
    (checked) => told.push(checked),
    (error) => failures.push(error),
  );
  return { desk, told, failures };
}

describe('A query that is checked while it is written', () => {
  it('is marked where it cannot be read, with the line, and nobody is asked', async () => {
    const source = smallSchema();
    const { desk, told } = deskOf(source);
    await desk.check({ language: 'fetchXml', text: '<fetch>\n  <entity name="account">\n</fetch>' }, 7);
    assert.equal(told.length, 1);
    assert.equal(told[0]?.serial, 7);
    const [mark, ...others] = told[0].marks;
    assert.deepEqual(others, []);
    assert.match(mark?.text ?? '', /^Line 3: This is no XML: .+\.$/);
    assert.equal(mark?.malformed, true);
    assert.deepEqual(source.asked, []);
  });

  it('is marked at unknown names, with what was probably meant', async () => {
    const { desk, told } = deskOf();
    await desk.check({ language: 'fetchXml', text: '<fetch><entity name="acount"/></fetch>' }, 1);
    const marks = told.at(-1)?.marks ?? [];
    assert.deepEqual(
      marks.map(({ text, malformed }) => [text, malformed]),
      [['This environment has no table "acount". Did you mean "account"?', false]],
    );
  });

  it('brings its exact translation, laid out, with what is different', async () => {
    const { desk, told } = deskOf();
    const text =
      '<fetch count="10"><entity name="account"><attribute name="name"/><filter><condition attribute="ownerid" operator="eq-userid"/></filter></entity></fetch>';
    await desk.check({ language: 'fetchXml', text }, 1);
    const translation = told.at(-1)?.translation;
    assert.equal(
      translation?.text,
      "accounts?$select=name\n  &$filter=Microsoft.Dynamics.CRM.EqualUserId(PropertyName='ownerid')",
    );
    assert.deepEqual(translation.lines, ['Pages of 10 rows are asked for in a header.']);
    await desk.check({ language: 'webApi', text: translation.text }, 2);
    assert.match(told.at(-1)?.translation?.text ?? '', /^<fetch>\n {2}<entity name="account">\n/);
    assert.ok(webApiPath(translation.text).startsWith('accounts?'));
  });

  it('says everything that does not translate', async () => {
    const { desk, told } = deskOf();
    await desk.check(
      {
        language: 'fetchXml',
        text: '<fetch distinct="true"><entity name="account"><order attribute="statuscode"/></entity></fetch>',
      },
      1,
    );
    const translation = told.at(-1)?.translation;
    assert.equal(translation?.text, undefined);
    assert.equal(translation?.lines.length, 2);
  });

  it('says a mistake once, where it is marked, and what else is in the way of a translation', async () => {
    const { desk, told } = deskOf();
    const attribute = '<attribute name="nam"/>';
    await desk.check(
      { language: 'fetchXml', text: `<fetch><entity name="account">${attribute}</entity></fetch>` },
      1,
    );
    assert.deepEqual(told.at(-1)?.marks.length, 1);
    assert.deepEqual(told.at(-1)?.translation, {
      summary: 'Correct what is marked; then it may translate into Web API.',
      lines: [],
    });
    const page = `<fetch page="2"><entity name="account">${attribute}</entity></fetch>`;
    await desk.check({ language: 'fetchXml', text: page }, 2);
    assert.deepEqual(told.at(-1)?.translation?.lines, ['The Web API cannot begin with a later page.']);
    await desk.check({ language: 'webApi', text: 'accounts?$select=name&$select=name' }, 3);
    assert.deepEqual(told.at(-1)?.translation?.lines, []);
  });

  it('ends the question before, and is silent about an environment that cannot be asked', async () => {
    const { desk, told } = deskOf();
    const first = desk.check({ language: 'webApi', text: 'accounts' }, 1);
    await Promise.all([first, desk.check({ language: 'webApi', text: 'contacts' }, 2)]);
    assert.deepEqual(
      told.filter(({ translation }) => translation !== undefined).map(({ serial }) => serial),
      [2],
    );
    const broken = deskOf({ ...smallSchema(), tables: () => Promise.reject(new Error('No network')) });
    await broken.desk.check({ language: 'webApi', text: 'accounts' }, 3);
    assert.deepEqual(broken.told, [{ serial: 3, marks: [] }]);
    assert.equal(broken.failures.length, 1);
  });
});

describe('The name of a query in a list', () => {
  it('is its table, and what it asks for', () => {
    assert.deepEqual(queryName({ language: 'webApi', text: "accounts?$select=name\n&$filter=name eq 'x'" }), {
      label: 'accounts',
      description: "name eq 'x'",
    });
    const fetch =
      '<fetch><entity name="account"><filter><condition attribute="name" operator="eq" value="x"/></filter></entity></fetch>';
    assert.deepEqual(queryName({ language: 'fetchXml', text: fetch }), {
      label: 'account',
      description: 'name eq x',
    });
    assert.deepEqual(queryName({ language: 'fetchXml', text: '<fetch' }), {
      label: '<fetch',
      description: '',
    });
  });
});
