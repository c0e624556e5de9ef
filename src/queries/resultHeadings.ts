import type { Column } from '../dataverse/metadata';
import { columnOfProperty } from './columnNames';
import { readFetchText, sourcesOf } from './fetchText';
import { tableOf } from './fetchNames';
import type { Schema, TableSchema } from './schema';
import { navigated, startOf } from './webApiNames';
import { readWebApiText } from './webApiText';
import type { WrittenQuery } from './written';
import { attributeOf, childrenOf, valueOf, type XmlNode } from './xmlScan';

/** What the environment calls a column of a result. */
export interface ResultHeading {
  readonly label: string;
  /** For a column of a linked table: what the table is called, and the alias or the way it is linked by. */
  readonly link?: { readonly table: string; readonly name: string };
}

/**
 * What the environment calls the columns of a result, by their keys in its rows; what a query has named itself, and what
 * is not known, is not in it. Keys of linked rows are `alias.column` in FetchXML (FACTS 13.5), and
 * `navigation.column` for expanded rows.
 */
export function headingsOf(
  { language, text }: WrittenQuery,
  keys: readonly string[],
  schema: Schema,
): ReadonlyMap<string, ResultHeading> {
  const found = new Map<string, ResultHeading>();
  const name = language === 'fetchXml' ? fetchNamer(text, schema) : webApiNamer(text, schema);
  for (const key of keys) {
    const heading = name(key);
    if (heading !== undefined) found.set(key, heading);
  }
  return found;
}

type Namer = (key: string) => ResultHeading | undefined;

function fetchNamer(text: string, schema: Schema): Namer {
  const { fetch, entity } = readFetchText(text);
  if (fetch === undefined || entity === undefined) return () => undefined;
  const sources = sourcesOf(fetch);
  const aliases = new Set(
    sources
      .flatMap((source) => childrenOf(source, 'attribute'))
      .flatMap((node) => valueOf(node, 'alias') ?? []),
  );
  return (key) => {
    if (aliases.has(key)) return undefined;
    const dot = key.indexOf('.');
    if (dot < 0) return ownHeading([tableOf(schema, entity)], key);
    const alias = key.slice(0, dot);
    const column = key.slice(dot + 1);
    const link = linkOf(sources, alias);
    return aliases.has(column) || link === undefined
      ? undefined
      : linkedHeading([tableOf(schema, link)], column, alias);
  };
}

/** The link behind an alias. One without gets its table's name and a number (which one is UNVERIFIED). */
function linkOf(sources: readonly XmlNode[], alias: string): XmlNode | undefined {
  const links = sources.filter(({ name }) => name === 'link-entity');
  return (
    links.find((link) => valueOf(link, 'alias') === alias) ??
    links.find(
      (link) =>
        attributeOf(link, 'alias') === undefined && valueOf(link, 'name') === alias.replace(/\d+$/, ''),
    )
  );
}

function webApiNamer(text: string, schema: Schema): Namer {
  const { path, options, other } = readWebApiText(text);
  const fetchXml = other.get('fetchXml');
  if (fetchXml !== undefined) return fetchNamer(fetchXml, schema);
  const start = startOf(schema, path) ?? [];
  const aliases = new Set(options.apply?.aggregate.map(({ as }) => as));
  return (key) => {
    if (aliases.has(key)) return undefined;
    const segments = key.split('.');
    const column = segments.pop() ?? '';
    let tables = start;
    for (const segment of segments) tables = navigated(schema, tables, segment) ?? [];
    if (segments.length > 0) return linkedHeading(tables, column, segments.join('.'));
    return ownHeading(tables, column) ?? collectionHeading(schema, tables, column);
  };
}

type Tables = ReadonlyArray<TableSchema | undefined>;

function ownHeading(tables: Tables, name: string): ResultHeading | undefined {
  const label = columnIn(tables, name)?.column.label;
  return label === undefined ? undefined : { label };
}

function linkedHeading(tables: Tables, name: string, link: string): ResultHeading | undefined {
  const found = columnIn(tables, name);
  if (found === undefined) return undefined;
  return { label: found.column.label, link: { table: found.table.table.label, name: link } };
}

/** Many expanded rows are one column, which is called as their table. */
function collectionHeading(
  schema: Schema,
  tables: readonly TableSchema[],
  navigation: string,
): ResultHeading | undefined {
  const label = navigated(schema, tables, navigation)?.[0]?.table.label;
  return label === undefined ? undefined : { label };
}

/** The column of a name, in the first table that has one: a lookup may lead to several. */
function columnIn(
  tables: Tables,
  name: string,
): { readonly table: TableSchema; readonly column: Column } | undefined {
  for (const table of tables) {
    // Linked lookups have their logical name in the rows of FetchXML.
    const column =
      table === undefined ? undefined : (columnOfProperty(table, name) ?? table.columns.get(name));
    if (table !== undefined && column !== undefined) return { table, column };
  }
  return undefined;
}
