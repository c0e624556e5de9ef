import { DataverseError } from '../../dataverse/errors';
import { readFetchXml } from '../../dataverse/fetchXmlText';
import type { Metadata } from '../../dataverse/metadata';
import { fetchPath } from '../../dataverse/odata';
import { webApiPath } from '../../jobs/queryText';
import { refuseMalformed, type WrittenQuery } from '../../queries/written';

/**
 * The whole address of a query, as it would be asked for.
 * @param url of the environment
 * @throws MalformedQueryError, DataverseError
 */
export async function addressOfQuery(
  query: WrittenQuery,
  url: string,
  metadata: Pick<Metadata, 'table'>,
  signal: AbortSignal,
): Promise<string> {
  refuseMalformed(query);
  const root = `${new URL(url).origin}/api/data/v9.2/`;
  if (query.language === 'webApi') return root + webApiPath(query.text);
  const { entityName } = readFetchXml(query.text);
  const table = await metadata.table(entityName, signal);
  if (table?.entitySetName === undefined)
    throw new DataverseError('notFound', `There is no table ${entityName}`);
  return root + fetchPath(table.entitySetName, query.text);
}
