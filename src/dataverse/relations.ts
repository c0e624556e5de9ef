import * as odata from './odata';
import * as read from './row';
import type { ReadOptions, Row, WebApi } from './webApi';

/** A lookup and what it leads to, or a table of pairs, seen from one of the two tables. */
export interface Relation {
  readonly schemaName: string;
  /**
   * `one`: the table has the lookup and it leads to `other`. `many`: `other` has the lookup and it leads here. `through`:
   * rows of both are paired in the table `intersect`.
   */
  readonly to: 'one' | 'many' | 'through';
  readonly other: string;
  /** Column of the table: the lookup, or the key that it leads to. Of pairs: the column of `intersect` that leads here. */
  readonly column: string;
  /** Column of the other table. Of pairs: the column of `intersect` that leads there. */
  readonly otherColumn: string;
  readonly intersect?: string;
  /** Navigation property of the table; absent where the Web API has none. */
  readonly navigation?: string;
}

const PROPERTIES = [
  'SchemaName',
  'ReferencedEntity',
  'ReferencedAttribute',
  'ReferencedEntityNavigationPropertyName',
  'ReferencingEntity',
  'ReferencingAttribute',
  'ReferencingEntityNavigationPropertyName',
];

const PAIRS = [
  ...['SchemaName', 'IntersectEntityName', 'Entity1LogicalName', 'Entity2LogicalName'],
  ...['Entity1IntersectAttribute', 'Entity2IntersectAttribute'],
  ...['Entity1NavigationPropertyName', 'Entity2NavigationPropertyName'],
];

/**
 * The lookups of a table, the lookups that lead to it, and the tables it is paired with.
 * @throws DataverseError `notFound` for an unknown table.
 */
export async function loadRelations(
  api: Pick<WebApi, 'get'>,
  table: string,
  options: ReadOptions,
): Promise<readonly Relation[]> {
  const path = odata.query(odata.rowByKey(odata.set('EntityDefinitions'), { LogicalName: table }), {
    select: ['LogicalName'],
    expand: [
      { path: 'ManyToOneRelationships', select: PROPERTIES },
      { path: 'OneToManyRelationships', select: PROPERTIES },
      { path: 'ManyToManyRelationships', select: PAIRS },
    ],
  });
  const document = await api.get(path, options);
  return [
    ...read.expandedRows(document, 'ManyToOneRelationships').map((row) => relationOf(row, 'one')),
    ...read.expandedRows(document, 'OneToManyRelationships').map((row) => relationOf(row, 'many')),
    ...read.expandedRows(document, 'ManyToManyRelationships').flatMap((row) => pairsOf(row, table)),
  ];
}

/** A table that is paired with itself is at both ends. */
function pairsOf(row: Row, table: string): readonly Relation[] {
  return ([1, 2] as const).flatMap((own): readonly Relation[] => {
    const other = own === 1 ? 2 : 1;
    if (read.text(row, `Entity${own}LogicalName`) !== table) return [];
    const navigation = read.optionalText(row, `Entity${own}NavigationPropertyName`);
    return [
      {
        to: 'through',
        schemaName: read.text(row, 'SchemaName'),
        intersect: read.text(row, 'IntersectEntityName'),
        other: read.text(row, `Entity${other}LogicalName`),
        column: read.text(row, `Entity${own}IntersectAttribute`),
        otherColumn: read.text(row, `Entity${other}IntersectAttribute`),
        ...(navigation === undefined || navigation === '' ? {} : { navigation }),
      },
    ];
  });
}

function relationOf(row: Row, to: 'one' | 'many'): Relation {
  const [own, other] =
    to === 'one' ? (['Referencing', 'Referenced'] as const) : (['Referenced', 'Referencing'] as const);
  const navigation = read.optionalText(row, `${own}EntityNavigationPropertyName`);
  return {
    to,
    schemaName: read.text(row, 'SchemaName'),
    other: read.text(row, `${other}Entity`),
    column: read.text(row, `${own}Attribute`),
    otherColumn: read.text(row, `${other}Attribute`),
    ...(navigation === undefined || navigation === '' ? {} : { navigation }),
  };
}
