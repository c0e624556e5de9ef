import fc from 'fast-check';
import { readableWebApi } from '../../src/jobs/queryText';
import { RUNS, LIMIT, PHASES, Tally, word, pieces, number, moment, day, guid, several } from './projects';
import { useProjectTranslations } from './translations';

describe('Web API queries on columns and links of all kinds, asked of the sandbox', () => {
  const { run, forward, backward, same } = useProjectTranslations();

  const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
  const literal = (column: string): fc.Arbitrary<string> => {
    if (/name|new_code|description|url/.test(column)) return word.map(quoted);
    if (column === 'new_startson' || column === 'createdon')
      return moment.filter((text) => text.includes('T') && text.length > 17);
    if (column === 'new_dueon') return day;
    if (column === 'new_isbillable') return fc.constantFrom('true', 'false');
    if (column.startsWith('_') || column.endsWith('id')) return guid.map((text) => text.replace(/[{}]/g, ''));
    if (/phase|statuscode/.test(column)) return fc.constantFrom('0', '1', ...PHASES.map(String));
    return number.map((text) => text.trim().replace('+', ''));
  };
  const comparedWith = (columns: readonly string[], prefix = ''): fc.Arbitrary<string> =>
    fc.constantFrom(...columns).chain((column) => {
      const inOrder = !/billable|^_|id$/.test(column);
      const operator = fc.constantFrom(...(inOrder ? ['eq', 'ne', 'lt', 'le', 'gt', 'ge'] : ['eq', 'ne']));
      return fc.oneof(
        {
          weight: 4,
          arbitrary: fc
            .tuple(operator, literal(column))
            .map(([how, value]) => `${prefix}${column} ${how} ${value}`),
        },
        fc
          .tuple(fc.constantFrom('eq', 'ne'), fc.boolean())
          .map(([how, turned]) =>
            turned ? `null ${how} ${prefix}${column}` : `${prefix}${column} ${how} null`,
          ),
        fc.tuple(operator, literal(column)).map(([how, value]) => `${value} ${how} ${prefix}${column}`),
        several(literal(column)).map((list) => `${prefix}${column} in (${list.join(',')})`),
      );
    });
  const textCall = (columns: readonly string[], prefix = ''): fc.Arbitrary<string> =>
    fc
      .tuple(fc.constantFrom('contains', 'startswith', 'endswith'), fc.constantFrom(...columns), pieces)
      .map(([call, column, text]) => `${call}(${prefix}${column},${quoted(text)})`);
  const OWN = [
    ...[
      'new_name',
      'new_code',
      'new_description',
      'new_headcount',
      'new_externalnumber',
      'new_progress',
      'new_risk',
    ],
    ...[
      'new_budget',
      'new_isbillable',
      'new_startson',
      'new_dueon',
      'new_phase',
      'new_trackingid',
      'statuscode',
    ],
    ...['_new_accountid_value', '_new_parentprojectid_value', '_new_customerid_value', '_ownerid_value'],
  ];
  const listCall = fc.oneof(
    fc
      .tuple(fc.constantFrom('In', 'NotIn'), fc.constantFrom('new_name', 'new_code'), several(word))
      .map(
        ([call, column, list]) =>
          `Microsoft.Dynamics.CRM.${call}(PropertyName='${column}',PropertyValues=[${list.map((text) => quoted(text)).join(',')}])`,
      ),
    fc
      .tuple(fc.constantFrom('Between', 'NotBetween'), number, number)
      .map(
        ([call, low, high]) =>
          `Microsoft.Dynamics.CRM.${call}(PropertyName='new_headcount',PropertyValues=['${low.trim()}','${high.trim()}'])`,
      ),
    fc
      .tuple(fc.constantFrom('ContainValues', 'DoesNotContainValues'), several(fc.constantFrom(...PHASES)))
      .map(
        ([call, list]) =>
          `Microsoft.Dynamics.CRM.${call}(PropertyName='new_regions',PropertyValues=[${list.map((value) => `'${value}'`).join(',')}])`,
      ),
    fc
      .tuple(
        fc.constantFrom('On', 'OnOrAfter', 'OnOrBefore'),
        fc.constantFrom('new_startson', 'new_dueon'),
        day,
      )
      .map(
        ([call, column, value]) =>
          `Microsoft.Dynamics.CRM.${call}(PropertyName='${column}',PropertyValue='${value}')`,
      ),
  );
  const childTerm = fc.oneof(
    comparedWith(OWN, 'c/'),
    textCall(['new_name', 'new_code'], 'c/'),
    comparedWith(['name', 'websiteurl'], 'c/new_AccountId/'),
    fc.constantFrom(
      'c/new_AccountId eq null',
      'c/new_AccountId ne null',
      'c/new_isbillable',
      'c/new_new_project_new_project/any()',
    ),
  );
  const joined = (inner: fc.Arbitrary<string>): fc.Arbitrary<string> =>
    fc
      .tuple(fc.constantFrom('and', 'or'), fc.boolean(), fc.array(inner, { minLength: 1, maxLength: 3 }))
      .map(([type, negative, parts]) => `${negative ? 'not ' : ''}(${parts.join(` ${type} `)})`);
  const lambda = fc.oneof(
    fc
      .tuple(fc.constantFrom('any', 'all'), joined(childTerm))
      .map(([quantifier, body]) => `new_new_project_new_project/${quantifier}(c:${body})`),
    fc
      .tuple(
        fc.constantFrom('any', 'all'),
        joined(fc.oneof(comparedWith(['firstname', 'lastname'], 'k/'), textCall(['firstname'], 'k/'))),
      )
      .map(([quantifier, body]) => `new_project_contact/${quantifier}(k:${body})`),
    fc.constantFrom('new_new_project_new_project/any()', 'new_project_contact/any()'),
  );
  const term = fc.oneof(
    { weight: 6, arbitrary: comparedWith(OWN) },
    { weight: 2, arbitrary: textCall(['new_name', 'new_code', 'new_description']) },
    { weight: 2, arbitrary: comparedWith(['name', 'websiteurl'], 'new_AccountId/') },
    comparedWith(['new_name', 'new_headcount', '_new_accountid_value'], 'new_ParentProjectId/'),
    textCall(['name'], 'new_ParentProjectId/new_AccountId/'),
    listCall,
    lambda,
    fc.constantFrom(
      ...[
        'new_isbillable',
        'new_AccountId eq null',
        'null ne new_AccountId',
        'new_name eq @text',
        '@text ne new_code',
      ],
      ...[
        'new_name eq new_code',
        'new_progress gt new_risk',
        '(new_headcount eq 1) eq false',
        '(new_code eq null) eq true',
      ],
      ...[
        'new_CustomerId_contact/firstname ne null',
        'new_headcount in (@number,2)',
        'new_startson eq @nothing',
        'new_startson lt createdon',
      ],
    ),
  );
  const { expression } = fc.letrec<{ expression: string }>((tie) => ({
    expression: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      term,
      joined(tie('expression')),
      tie('expression').map((inner) => `not (${inner})`),
    ),
  }));

  it('bring the same rows, from the Web API to FetchXML and back', async function () {
    this.timeout(LIMIT);
    const tally = new Tally();
    const rest = fc.constantFrom(
      ...[
        '$orderby=new_projectid',
        '$orderby=new_name desc,new_projectid',
        '$orderby=new_phase,new_projectid&$top=6',
      ],
      '$expand=new_AccountId($select=name),new_ParentProjectId($select=new_code)&$orderby=new_AccountId/name desc,new_projectid',
    );
    await fc.assert(
      fc.asyncProperty(expression, rest, async (filtered, options) => {
        const text = `new_projects?$select=new_name,new_startson&$filter=${filtered.replaceAll('%', '%25').replace(/[\t\n]/g, encodeURIComponent)}&${options}&@text='x[a-c]y'&@number=3`;
        const rows = await run('webApi', text);
        const there = tally.text(await backward(text));
        if (there === undefined) return;
        same(rows, await run('fetchXml', there), `${text}\n${there}`);
        tally.there += 1;
        tally.rows += rows.length;
        const back = tally.text(await forward(there));
        if (back === undefined) return;
        const written = readableWebApi(back);
        same(rows, await run('webApi', written), `${text}\n${there}\n${written}`);
        tally.back += 1;
      }),
      { numRuns: RUNS },
    );
    tally.expectEnough();
  });
});
