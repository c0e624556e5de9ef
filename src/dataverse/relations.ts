import * as odata from './odata';
import * as read from './row';
import type { ReadOptions, Row, WebApi } from './webApi';

/** A lookup and what it leads to, seen from one of its two tables. */
export interface Relation {
  readonly schemaName: string;
  /** `one`: the table has the lookup and it leads to `other`. `many`: `other` has the lookup and it leads here. */
  readonly to: 'one' | 'many';
  readonly other: string;
  /** Column of the table: the lookup, or the key that it leads to. */
  readonly column: string;
  /** Column of the other table. */
  readonly otherColumn: string;
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

/**
 * The lookups of a table and the lookups that lead to it.
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
    ],
  });
  const document = await api.get(path, options);
  return [
    ...read.expandedRows(document, 'ManyToOneRelationships').map((row) => relationOf(row, 'one')),
    ...read.expandedRows(document, 'OneToManyRelationships').map((row) => relationOf(row, 'many')),
  ];
}

function relationOf(row: Row, to: Relation['to']): Relation {
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
