import fc from 'fast-check';
import type { HandlerColumn, HandlerImage, HandlerStep, HandlerTable } from '../../src/handlers/model';

/** All types of columns that the metadata names, and one that nobody knows. */
const COLUMN_TYPES = [
  ...[
    'String',
    'Memo',
    'EntityName',
    'Uniqueidentifier',
    'Boolean',
    'Integer',
    'BigInt',
    'Double',
    'Decimal',
  ],
  ...[
    'DateTime',
    'Picklist',
    'State',
    'Status',
    'MultiSelectPicklist',
    'Money',
    'Lookup',
    'Customer',
    'Owner',
  ],
  ...['PartyList', 'Image', 'File', 'ManagedProperty', 'CalendarRules', 'Invented'],
];

/** A step on a table with a column of each type. */
export function plainStep(more: Partial<HandlerStep> = {}): HandlerStep {
  const columns = COLUMN_TYPES.map((type): HandlerColumn => ({
    name: `new_${type.toLowerCase()}`,
    schemaName: `new_${type}`,
    label: `The ${type}`,
    type,
    choices: ['Picklist', 'State', 'Status', 'MultiSelectPicklist'].includes(type)
      ? [
          { value: 1, label: 'First' },
          { value: 2, label: 'Second' },
        ]
      : [],
  }));
  const table: HandlerTable = {
    name: 'new_thing',
    label: 'Thing',
    entitySet: 'new_things',
    key: 'new_uniqueidentifier',
    columns,
  };
  return {
    name: 'Hook: Update of new_thing',
    webhookName: 'Hook',
    message: 'Update',
    table,
    asynchronous: true,
    stage: 40,
    filteringColumns: ['new_string'],
    images: [{ alias: 'PreImage', type: 'pre', columns: ['new_string', 'new_money'] }],
    ...more,
  };
}

/** Texts that have broken code before: what ends comments and strings, reserved words, look-alikes, other scripts. */
const NASTY = [
  ...[
    '*/ process.exit(1) /*',
    '// x',
    '/*',
    "'",
    '"',
    '`',
    '${process.exit(1)}',
    '\\',
    '\\u0022',
    '\r\n',
    '\u2028',
    '\u2029',
  ],
  ...[
    'class',
    'default',
    '__proto__',
    'constructor',
    'toString',
    'prototype',
    'hasOwnProperty',
    'enum',
    'namespace',
  ],
  ...[
    'await',
    'yield',
    'arguments',
    'eval',
    'undefined',
    'NaN',
    'Entity',
    'Guid',
    'Money',
    'System',
    'String',
    'Task',
  ],
  ...[
    'Program',
    'Delivery',
    'Webhook',
    'Has',
    'Kinds',
    'Equals',
    'GetType',
    'value__',
    '@ts-expect-error',
    '@ts-nocheck',
  ],
  ...[
    '*/',
    '<script>',
    '</summary>',
    '&amp;',
    '#nullable disable',
    '#if',
    '1st',
    '9',
    '',
    ' ',
    '_',
    '$',
    '\u0000',
    '\u200b',
  ],
  ...[
    '\u202e',
    'ñandú',
    'Ünïcödé',
    'имя',
    '名前',
    '名 前',
    'ﬁ',
    '𝒳',
    '😀',
    '\ud800',
    'ｆｕｌｌ',
    'İ',
    'ı',
    'ß',
    'SS',
    'ǅ',
    '\u3164',
  ],
  ...[
    'Row',
    'Column',
    'attributesOf',
    'readBack',
    'kinds',
    'Inner "quoted"',
    "it's",
    'a*/b',
    'a/b',
    'a\\',
    'x'.repeat(300),
  ],
];

const text = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(...NASTY), fc.constantFrom(...NASTY)).map((parts) => parts.join('')),
  },
);

const column: fc.Arbitrary<HandlerColumn> = fc.record({
  name: text,
  schemaName: text,
  label: text,
  type: fc.constantFrom(...COLUMN_TYPES),
  choices: fc.array(fc.record({ value: fc.integer(), label: text }), { maxLength: 5 }),
});

const image = (columns: readonly HandlerColumn[]): fc.Arbitrary<HandlerImage> =>
  fc.record({
    alias: text,
    type: fc.constantFrom('pre', 'post', 'both'),
    columns:
      columns.length === 0
        ? fc.constant([])
        : fc.array(fc.constantFrom(...columns.map(({ name }) => name)), { maxLength: 3 }),
  });

/** Steps with whatever names an environment might hold. */
export const anyStep: fc.Arbitrary<HandlerStep> = fc
  .record({
    name: text,
    label: text,
    entitySet: fc.option(text, { nil: undefined }),
    columns: fc.array(column, { maxLength: 8 }),
    withTable: fc.boolean(),
  })
  .chain(({ name, label, entitySet, columns, withTable }) => {
    const table: HandlerTable = { name, label, entitySet, key: columns[0]?.name, columns };
    return fc.record({
      name: text,
      webhookName: text,
      message: text,
      table: fc.constant(withTable ? table : undefined),
      asynchronous: fc.boolean(),
      stage: fc.constantFrom(10, 20, 40),
      filteringColumns: fc.constant(columns.slice(0, 2).map((given) => given.name)),
      images: fc.array(image(columns), { maxLength: 3 }),
    });
  });

/** The same steps in every run. */
export function hostileSteps(count: number): readonly HandlerStep[] {
  return fc.sample(anyStep, { numRuns: count, seed: 4711 });
}
