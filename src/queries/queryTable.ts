import type { Table } from '../dataverse/metadata';
import { isSet, readFetchText } from './fetchText';
import { resourceOf } from './webApiPath';
import { readWebApiText } from './webApiText';
import type { WrittenQuery } from './written';
import { valueOf } from './xmlScan';

/** The table whose rows a query brings; undefined where they are rows of none, such as groups, or where it does not say. */
export function tableOfQuery({ language, text }: WrittenQuery, tables: readonly Table[]): Table | undefined {
  if (language === 'fetchXml') {
    const { fetch, entity } = readFetchText(text);
    if (fetch === undefined || entity === undefined || isSet(fetch, 'aggregate')) return undefined;
    return tables.find(({ logicalName }) => logicalName === valueOf(entity, 'name'));
  }
  const { path, options, other } = readWebApiText(text);
  const carried = other.get('fetchXml');
  if (carried !== undefined) return tableOfQuery({ language: 'fetchXml', text: carried }, tables);
  const resource = resourceOf(path);
  if (resource === undefined || resource.navigation !== undefined || options.apply !== undefined)
    return undefined;
  return tables.find(({ entitySetName }) => entitySetName === resource.set);
}
