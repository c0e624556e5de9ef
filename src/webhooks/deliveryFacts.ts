import { DataverseError } from '../dataverse/errors';
import type { Table } from '../dataverse/metadata';
import * as odata from '../dataverse/odata';
import * as column from '../dataverse/row';
import type { Row, WebApi } from '../dataverse/webApi';

/** Who is signed in and where, as a webhook is told. Ids are lower case GUIDs. */
export interface DeliveryScene {
  readonly userId: string;
  /** Id of the user in the directory; undefined where it is not told. */
  readonly directoryId: string | undefined;
  readonly businessUnitId: string;
  readonly organizationId: string;
  /** The unique name (FACTS 17.5). */
  readonly organizationName: string;
}

/** The facts about user and organization that stand in every body (FACTS 15.1, 17.5). */
export async function deliveryScene(api: Pick<WebApi, 'get'>, signal: AbortSignal): Promise<DeliveryScene> {
  const who = await api.get('WhoAmI', { signal });
  const userId = column.guid(who, 'UserId');
  const organizationId = column.guid(who, 'OrganizationId');
  const [directoryId, organization] = await Promise.all([
    userDirectoryId(api, userId, signal),
    // That `name` holds the unique name is general knowledge, UNVERIFIED.
    api.get(odata.query(odata.row('organizations', organizationId), { select: ['name'] }), { signal }),
  ]);
  return {
    userId,
    directoryId,
    businessUnitId: column.guid(who, 'BusinessUnitId'),
    organizationId,
    organizationName: column.optionalText(organization, 'name') ?? '',
  };
}

/** Id of a user in the directory; undefined for users that have none, and where the column cannot be read. */
export async function userDirectoryId(
  api: Pick<WebApi, 'get'>,
  userId: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const path = odata.query(odata.row('systemusers', userId), { select: ['azureactivedirectoryobjectid'] });
  return column.optionalGuid(await api.get(path, { signal }), 'azureactivedirectoryobjectid');
}

/** A row as a search for one shows it. */
export interface FoundRow {
  readonly id: string;
  /** Its primary name; empty where it has none. */
  readonly name: string;
}

/** Most rows that one search brings. */
const MOST_ROWS = 50;

/** At most fifty rows of a table whose primary name has the text inside. An id finds its row. */
export async function findRows(
  api: Pick<WebApi, 'pages'>,
  table: Table,
  text: string,
  signal: AbortSignal,
): Promise<readonly FoundRow[]> {
  const { entitySetName, primaryIdColumn: key, primaryNameColumn: name } = table;
  if (entitySetName === undefined || key === undefined) return [];
  const filter = rowFilter(key, name, text.trim());
  const path = odata.query(odata.set(entitySetName), {
    select: name === undefined ? [key] : [key, name],
    ...(filter === undefined ? {} : { filter }),
    orderby: name === undefined ? [key] : [name, key],
    top: MOST_ROWS,
  });
  const found: FoundRow[] = [];
  for await (const page of api.pages(path, { signal })) {
    for (const row of page.rows) {
      const shown = name === undefined ? undefined : column.optionalText(row, name);
      found.push({ id: column.guid(row, key), name: shown ?? '' });
    }
  }
  return found;
}

function rowFilter(key: string, name: string | undefined, text: string): odata.Expression | undefined {
  if (text === '') return undefined;
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return odata.eq(key, odata.guid(text));
  return name === undefined ? undefined : odata.contains(name, text);
}

/**
 * A row with all its columns and the service's texts for them; undefined when it is not there (any more).
 * @throws DataverseError for everything else.
 */
export async function wholeRow(
  api: Pick<WebApi, 'get'>,
  table: Table,
  id: string,
  signal: AbortSignal,
): Promise<Row | undefined> {
  if (table.entitySetName === undefined) return undefined;
  try {
    return await api.get(odata.row(table.entitySetName, id), { signal, annotations: true });
  } catch (error) {
    if (DataverseError.is(error, 'notFound')) return undefined;
    throw error;
  }
}

/** A request parameter of a custom API. */
export interface ApiParameter {
  readonly name: string;
  /** Value of the column `type`: 0 Boolean, 1 DateTime, 2 Decimal, 3 Entity … 12 Guid (general knowledge, UNVERIFIED). */
  readonly type: number;
  readonly optional: boolean;
  /** Logical name of the table of an Entity or EntityReference. */
  readonly table: string | undefined;
}

/** A custom API as far as its metadata tells. */
export interface CustomApi {
  readonly parameters: readonly ApiParameter[];
}

/**
 * The request parameters of a custom API, by its message's name; undefined where the message is none, or where the
 * environment does not tell. Names of tables, columns and relationship are general knowledge, UNVERIFIED.
 */
export async function customApi(
  api: Pick<WebApi, 'pages'>,
  message: string,
  signal: AbortSignal,
): Promise<CustomApi | undefined> {
  const path = odata.query(odata.set('customapis'), {
    select: ['uniquename'],
    filter: odata.eq('uniquename', odata.text(message)),
    expand: [
      {
        path: 'CustomAPIRequestParameters',
        select: ['uniquename', 'type', 'isoptional', 'logicalentityname'],
      },
    ],
  });
  try {
    for await (const page of api.pages(path, { signal })) {
      const [row] = page.rows;
      if (row === undefined) return undefined;
      return { parameters: column.expandedRows(row, 'CustomAPIRequestParameters').map(parameterOf) };
    }
    return undefined;
  } catch (error) {
    // Not every environment has the table, and nobody needs it to send a test.
    if (DataverseError.is(error) && error.reason !== 'network') return undefined;
    throw error;
  }
}

function parameterOf(row: Row): ApiParameter {
  return {
    name: column.text(row, 'uniquename'),
    type: column.integer(row, 'type'),
    optional: column.optionalBoolean(row, 'isoptional') ?? false,
    table: column.optionalText(row, 'logicalentityname'),
  };
}
