import { isRow } from '../dataverse/json';
import * as column from '../dataverse/row';
import type { Row } from '../dataverse/webApi';
import { authTypeFromValue } from './authValue';
import type { Image, MessageFilter, MessageRef, OtherEndpoint, Step, User, Webhook } from './model';
import { columnList, deploymentFromValue, imageTypeFromValue, stageFromValue } from './stepValues';

/** What the service writes where a filter is bound to no table (FACTS 3.6). */
const NO_TABLE = 'none';

/** A `serviceendpoint` row as a webhook (FACTS 3.1, 15.2). */
export function webhookOf(row: Row): Webhook {
  return {
    id: column.guid(row, 'serviceendpointid'),
    name: column.optionalText(row, 'name') ?? '',
    url: column.optionalText(row, 'url') ?? '',
    description: column.optionalText(row, 'description') ?? '',
    authType: authTypeFromValue(column.optionalInteger(row, 'authtype')),
    hasSecret: column.optionalBoolean(row, 'isauthvalueset') ?? false,
    managed: column.optionalBoolean(row, 'ismanaged') ?? false,
    customizable: column.optionalManaged(row, 'iscustomizable')?.value ?? true,
    modifiedOn: column.optionalText(row, 'modifiedon'),
    etag: column.optionalText(row, '@odata.etag'),
    touchedBy: touchedBy(
      column.optionalGuid(row, '_createdby_value'),
      column.optionalGuid(row, '_modifiedby_value'),
    ),
  };
}

/** A `serviceendpoint` row of another contract (FACTS 3.1, 4). */
export function otherEndpointOf(row: Row): OtherEndpoint {
  const contract = column.optionalInteger(row, 'contract') ?? 0;
  return {
    id: column.guid(row, 'serviceendpointid'),
    name: column.optionalText(row, 'name') ?? '',
    contract,
    contractLabel: column.formatted(row, 'contract') ?? String(contract),
    address: column.optionalText(row, 'url') ?? column.optionalText(row, 'namespaceaddress') ?? '',
    managed: column.optionalBoolean(row, 'ismanaged') ?? false,
  };
}

const NOBODY: readonly string[] = [];

/** Without the names, which nobody shows: there are ten thousand rows of these. */
function touchedBy(created: string | undefined, modified: string | undefined): readonly string[] {
  if (created === undefined) return modified === undefined ? NOBODY : [modified];
  return modified === undefined || modified === created ? [created] : [created, modified];
}

/** A `sdkmessageprocessingstep` row with its expanded message, filter, user and images (FACTS 3.2, 15.3). */
export function stepOf(row: Row): Step {
  return stepReader()(row);
}

/**
 * Reads the steps of one load. Written for ten thousand of them: columns are read by names written out, and what many
 * steps have in common (webhook, message, table, who touched them) is checked, made and held once.
 */
export function stepReader(): (row: Row) => Step {
  const shared: Shared = {
    webhookId: webhookIdReader(),
    message: messageReader(),
    filter: filterReader(),
    people: peopleReader(),
    columns: columnsReader(),
  };
  return (row) => readStep(row, shared);
}

/** Readers that give the very same value for what they have read before. */
interface Shared {
  readonly webhookId: (value: unknown) => string;
  readonly message: (row: Row) => MessageRef;
  readonly filter: (row: Row) => MessageFilter;
  readonly people: (created: unknown, modified: unknown) => readonly string[];
  readonly columns: (value: unknown) => readonly string[];
}

function webhookIdReader(): Shared['webhookId'] {
  const known = new Map<unknown, string>();
  return (value) => {
    let id = known.get(value);
    if (id === undefined) {
      id = column.valueGuid(value, '_eventhandler_value') ?? '';
      known.set(value, id);
    }
    return id;
  };
}

/** Steps come by name, and most are named by message and table, so that neighbours share these. */
function messageReader(): Shared['message'] {
  const known = new Map<unknown, MessageRef>();
  let last: MessageRef | undefined;
  return (row) => {
    const id = row['sdkmessageid'];
    const name = row['name'];
    if (last !== undefined && last.id === id && last.name === name) return last;
    const before = known.get(id);
    const message = before !== undefined && before.name === name ? before : messageOf(row);
    known.set(id, message);
    return (last = message);
  };
}

function filterReader(): Shared['filter'] {
  let last: { readonly row: Row; readonly filter: MessageFilter } | undefined;
  return (row) => {
    if (last !== undefined && isSameFilter(last.row, row)) return last.filter;
    const filter = filterOf(row);
    last = { row, filter };
    return filter;
  };
}

function isSameFilter(one: Row, other: Row): boolean {
  return (
    one['sdkmessagefilterid'] === other['sdkmessagefilterid'] &&
    one['primaryobjecttypecode'] === other['primaryobjecttypecode'] &&
    one['secondaryobjecttypecode'] === other['secondaryobjecttypecode']
  );
}

/** Most rows were touched by the same people as the row before. */
function peopleReader(): Shared['people'] {
  let people = NOBODY;
  let [creator, changer]: readonly unknown[] = [];
  return (created, modified) => {
    if (created === creator && modified === changer) return people;
    people = touchedBy(
      column.valueGuid(created, '_createdby_value'),
      column.valueGuid(modified, '_modifiedby_value'),
    );
    [creator, changer] = [created, modified];
    return people;
  };
}

function columnsReader(): Shared['columns'] {
  let last: unknown = null;
  let columns = NO_COLUMNS;
  return (value) => {
    if (value === last) return columns;
    columns = columnList(column.valueText(value, 'filteringattributes') ?? '');
    last = value;
    return columns;
  };
}

function readStep(row: Row, shared: Shared): Step {
  const id = column.valueKey(row['sdkmessageprocessingstepid'], 'sdkmessageprocessingstepid');
  const filterRow = column.valueRow(row['sdkmessagefilterid'], 'sdkmessagefilterid');
  const filter = filterRow === undefined ? undefined : shared.filter(filterRow);
  const runAs = column.valueRow(row['impersonatinguserid'], 'impersonatinguserid');
  const message = column.valueRow(row['sdkmessageid'], 'sdkmessageid');
  return {
    id,
    webhookId: shared.webhookId(row['_eventhandler_value']),
    name: column.valueText(row['name'], 'name') ?? '',
    description: column.valueText(row['description'], 'description') ?? '',
    message: shared.message(message ?? column.expanded(row, 'sdkmessageid')),
    filterId: filter?.id,
    table: filter?.table,
    secondaryTable: filter?.secondaryTable,
    stage: stageFromValue(column.valueRequiredInteger(row['stage'], 'stage')),
    mode: column.valueRequiredInteger(row['mode'], 'mode') === 1 ? 'asynchronous' : 'synchronous',
    rank: column.valueInteger(row['rank'], 'rank') ?? 1,
    filteringColumns: shared.columns(row['filteringattributes']),
    deleteJobOnSuccess: column.valueBoolean(row['asyncautodelete'], 'asyncautodelete') ?? false,
    enabled: column.valueRequiredInteger(row['statecode'], 'statecode') === 0,
    deployment: deploymentFromValue(
      column.valueInteger(row['supporteddeployment'], 'supporteddeployment') ?? 0,
    ),
    runAsUserId: column.valueGuid(row['_impersonatinguserid_value'], '_impersonatinguserid_value'),
    runAsUserName: runAs === undefined ? undefined : column.valueText(runAs['fullname'], 'fullname'),
    managed: column.valueBoolean(row['ismanaged'], 'ismanaged') ?? false,
    customizable: isCustomizable(row),
    modifiedOn: column.valueText(row['modifiedon'], 'modifiedon'),
    etag: column.valueText(row['@odata.etag'], '@odata.etag'),
    images: imagesOf(row, id),
    touchedBy: shared.people(row['_createdby_value'], row['_modifiedby_value']),
  };
}

function isCustomizable(row: Row): boolean {
  const value = row['iscustomizable'];
  if (isRow(value) && typeof value['Value'] === 'boolean') return value['Value'];
  return column.optionalManaged(row, 'iscustomizable')?.value ?? true;
}

const IMAGES = 'sdkmessageprocessingstepid_sdkmessageprocessingstepimage';
const NO_COLUMNS: readonly string[] = [];
const NO_IMAGES: readonly Image[] = [];

function imagesOf(row: Row, stepId: string): readonly Image[] {
  const rows = column.valueRows(row['sdkmessageprocessingstepid_sdkmessageprocessingstepimage'], IMAGES);
  if (rows === undefined || rows.length === 0) return NO_IMAGES;
  return column.expandedRows(row, IMAGES).map((image) => imageOf(image, stepId));
}

/** A `sdkmessageprocessingstepimage` row (FACTS 3.3). */
export function imageOf(row: Row, stepId: string): Image {
  return {
    id: column.valueKey(row['sdkmessageprocessingstepimageid'], 'sdkmessageprocessingstepimageid'),
    stepId,
    name: column.valueText(row['name'], 'name') ?? '',
    alias: column.valueText(row['entityalias'], 'entityalias') ?? '',
    type: imageTypeFromValue(column.valueInteger(row['imagetype'], 'imagetype') ?? 0),
    messageProperty: column.valueText(row['messagepropertyname'], 'messagepropertyname') ?? '',
    columns: columnList(column.valueText(row['attributes'], 'attributes') ?? ''),
  };
}

/** A `systemuser` row. */
export function userOf(row: Row): User {
  return {
    id: column.guid(row, 'systemuserid'),
    name: column.optionalText(row, 'fullname') ?? '',
    domainName: column.optionalText(row, 'domainname') ?? '',
    mail: column.optionalText(row, 'internalemailaddress') ?? '',
  };
}

/** A `sdkmessage` row (FACTS 3.5). */
export function messageOf(row: Row): MessageRef {
  return { id: column.guid(row, 'sdkmessageid'), name: column.text(row, 'name') };
}

/** A `sdkmessagefilter` row (FACTS 3.6). */
export function filterOf(row: Row): MessageFilter {
  return {
    id: column.valueKey(row['sdkmessagefilterid'], 'sdkmessagefilterid'),
    table: tableOf(row['primaryobjecttypecode'], 'primaryobjecttypecode'),
    secondaryTable: tableOf(row['secondaryobjecttypecode'], 'secondaryobjecttypecode'),
  };
}

function tableOf(value: unknown, name: string): string | undefined {
  const table = column.valueText(value, name) ?? '';
  return table === '' || table === NO_TABLE ? undefined : table;
}
