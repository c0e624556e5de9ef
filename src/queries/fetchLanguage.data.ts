/** What FetchXML consists of, as the service documents it: elements, attributes, operators. */

/** What the value of an attribute is. */
export type ValueKind =
  | 'text'
  | 'boolean'
  | 'number'
  | 'table'
  | 'column'
  | 'linkedColumn'
  | 'parentColumn'
  | 'source'
  | 'alias'
  | 'operator'
  | 'value'
  | readonly string[];

export interface ElementRule {
  readonly attributes: Readonly<Record<string, ValueKind>>;
  readonly required: readonly string[];
  readonly children: readonly string[];
}

const AGGREGATES = ['count', 'countcolumn', 'sum', 'avg', 'min', 'max'];
const DATE_GROUPINGS = ['day', 'week', 'month', 'quarter', 'year', 'fiscal-period', 'fiscal-year'];
const LINK_TYPES = [
  ...['inner', 'outer', 'exists', 'in', 'any', 'not any', 'all', 'not all'],
  ...['natural', 'matchfirstrowusingcrossapply'],
];
const INSIDE_ENTITY = ['attribute', 'all-attributes', 'no-attrs', 'order', 'filter', 'link-entity'];

export const ELEMENTS: Readonly<Record<string, ElementRule>> = {
  fetch: {
    attributes: {
      top: 'number',
      count: 'number',
      page: 'number',
      'paging-cookie': 'text',
      returntotalrecordcount: 'boolean',
      distinct: 'boolean',
      aggregate: 'boolean',
      aggregatelimit: 'number',
      useraworderby: 'boolean',
      'no-lock': 'boolean',
      latematerialize: 'boolean',
      options: 'text',
      datasource: ['retained'],
      version: 'text',
      mapping: ['logical', 'internal'],
      'output-format': 'text',
      'utc-offset': 'text',
      'min-active-row-version': 'boolean',
    },
    required: [],
    children: ['entity'],
  },
  entity: {
    attributes: { name: 'table', enableprefiltering: 'boolean', prefilterparametername: 'text' },
    required: ['name'],
    children: INSIDE_ENTITY,
  },
  'link-entity': {
    attributes: {
      name: 'table',
      from: 'linkedColumn',
      to: 'parentColumn',
      alias: 'alias',
      'link-type': LINK_TYPES,
      intersect: 'boolean',
      visible: 'boolean',
      enableprefiltering: 'boolean',
      prefilterparametername: 'text',
    },
    required: ['name'],
    children: INSIDE_ENTITY,
  },
  attribute: {
    attributes: {
      name: 'column',
      alias: 'alias',
      aggregate: AGGREGATES,
      groupby: 'boolean',
      dategrouping: DATE_GROUPINGS,
      usertimezone: 'boolean',
      distinct: 'boolean',
      rowaggregate: ['CountChildren'],
      build: 'text',
      addedby: 'text',
    },
    required: ['name'],
    children: [],
  },
  'all-attributes': { attributes: {}, required: [], children: [] },
  'no-attrs': { attributes: {}, required: [], children: [] },
  order: {
    attributes: { attribute: 'column', alias: 'alias', descending: 'boolean', entityname: 'source' },
    required: [],
    children: [],
  },
  filter: {
    attributes: {
      type: ['and', 'or'],
      isquickfindfields: 'boolean',
      overridequickfindrecordlimitenabled: 'boolean',
      overridequickfindrecordlimitdisabled: 'boolean',
      hint: ['union'],
    },
    required: [],
    children: ['condition', 'filter', 'link-entity'],
  },
  condition: {
    attributes: {
      attribute: 'column',
      operator: 'operator',
      value: 'value',
      valueof: 'column',
      entityname: 'source',
      column: 'text',
      aggregate: AGGREGATES,
      rowaggregate: ['CountChildren'],
      alias: 'alias',
      uiname: 'text',
      uitype: 'text',
      uihidden: ['0', '1'],
    },
    required: ['attribute', 'operator'],
    children: ['value'],
  },
  value: { attributes: { uiname: 'text', uitype: 'text' }, required: [], children: [] },
};

/** How many values an operator takes, and of which columns it can be asked. */
export interface OperatorRule {
  readonly values: 'none' | 'one' | 'many' | 'two';
  readonly of: 'any' | 'text' | 'date' | 'choices' | 'lookup';
}

function operators(
  values: OperatorRule['values'],
  of: OperatorRule['of'],
  names: string,
): ReadonlyArray<readonly [string, OperatorRule]> {
  return names.split(' ').map((name) => [name, { values, of }]);
}

export const OPERATORS: ReadonlyMap<string, OperatorRule> = new Map([
  ...operators('one', 'any', 'eq ne neq lt le gt ge'),
  ...operators('none', 'any', 'null not-null'),
  ...operators('many', 'any', 'in not-in'),
  ...operators('two', 'any', 'between not-between'),
  ...operators('one', 'any', 'like not-like begins-with not-begin-with ends-with not-end-with'),
  ...operators('many', 'choices', 'contain-values not-contain-values'),
  ...operators('one', 'date', 'on on-or-before on-or-after'),
  ...operators('none', 'date', 'yesterday today tomorrow last-seven-days next-seven-days'),
  ...operators('none', 'date', 'last-week this-week next-week last-month this-month next-month'),
  ...operators('none', 'date', 'last-year this-year next-year'),
  ...operators('one', 'date', 'last-x-hours last-x-days last-x-weeks last-x-months last-x-years'),
  ...operators('one', 'date', 'next-x-hours next-x-days next-x-weeks next-x-months next-x-years'),
  ...operators('one', 'date', 'olderthan-x-minutes olderthan-x-hours olderthan-x-days'),
  ...operators('one', 'date', 'olderthan-x-weeks olderthan-x-months olderthan-x-years'),
  ...operators('none', 'date', 'this-fiscal-year this-fiscal-period next-fiscal-year next-fiscal-period'),
  ...operators('none', 'date', 'last-fiscal-year last-fiscal-period'),
  ...operators('one', 'date', 'last-x-fiscal-years last-x-fiscal-periods'),
  ...operators('one', 'date', 'next-x-fiscal-years next-x-fiscal-periods'),
  ...operators('one', 'date', 'in-fiscal-year in-fiscal-period'),
  ...operators('two', 'date', 'in-fiscal-period-and-year'),
  ...operators('two', 'date', 'in-or-before-fiscal-period-and-year in-or-after-fiscal-period-and-year'),
  ...operators('none', 'any', 'eq-userid ne-userid eq-businessid ne-businessid'),
  ...operators('none', 'any', 'eq-userteams eq-useroruserteams eq-useroruserhierarchy'),
  ...operators('none', 'any', 'eq-useroruserhierarchyandteams eq-userlanguage'),
  ...operators('one', 'any', 'above eq-or-above under eq-or-under not-under'),
]);

/** Operators that can compare with another column. */
export const COLUMN_OPERATORS: ReadonlySet<string> = new Set(['eq', 'ne', 'neq', 'lt', 'le', 'gt', 'ge']);
