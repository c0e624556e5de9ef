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
    id: column.valueKey(row['serviceendpointid'], 'serviceendpointid'),
    name: column.valueText(row['name'], 'name') ?? '',
    url: column.valueText(row['url'], 'url') ?? '',
    description: column.valueText(row['description'], 'description') ?? '',
    authType: authTypeFromValue(column.valueInteger(row['authtype'], 'authtype')),
    hasSecret: column.valueBoolean(row['isauthvalueset'], 'isauthvalueset') ?? false,
    managed: column.valueBoolean(row['ismanaged'], 'ismanaged') ?? false,
    customizable: isCustomizable(row),
    modifiedOn: column.valueText(row['modifiedon'], 'modifiedon'),
    etag: column.valueText(row['@odata.etag'], '@odata.etag'),
    touchedBy: touchedBy(
      column.valueGuid(row['_createdby_value'], '_createdby_value'),
      column.valueGuid(row['_modifiedby_value'], '_modifiedby_value'),
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
const NO_COLUMNS: readonly string[] = [];

/** Without the names, which nobody shows: there are ten thousand rows of these. */
function touchedBy(created: string | undefined, modified: string | undefined): readonly string[] {
  if (created === undefined) return modified === undefined ? NOBODY : [modified];
  return modified === undefined || modified === created ? [created] : [created, modified];
}

/** A `sdkmessageprocessingstep` row with its expanded message, filter, user and images (FACTS 3.2, 15.3). */
export function stepOf(row: Row): Step {
  return readStep(row, nothingShared());
}

/**
 * What the steps of one load have in common: webhook, message, table, who touched them. It is checked, made and held
 * once for ten thousand of them. Plain data, because what is made anew for each load and has code of its own, closures
 * or methods, the engine translates anew for each load, too.
 */
export interface SharedValues {
  readonly webhookIds: Map<unknown, string>;
  readonly messages: Map<unknown, MessageRef>;
  message: MessageRef | undefined;
  filterRow: Row | undefined;
  filter: MessageFilter | undefined;
  createdBy: unknown;
  modifiedBy: unknown;
  people: readonly string[];
  columnText: unknown;
  columns: readonly string[];
}

/** For the first step of a load. */
export function nothingShared(): SharedValues {
  return {
    webhookIds: new Map(),
    messages: new Map(),
    message: undefined,
    filterRow: undefined,
    filter: undefined,
    createdBy: undefined,
    modifiedBy: undefined,
    people: NOBODY,
    columnText: null,
    columns: NO_COLUMNS,
  };
}

function webhookIdOf(value: unknown, { webhookIds }: SharedValues): string {
  const known = webhookIds.get(value);
  if (known !== undefined) return known;
  const id = column.valueGuid(value, '_eventhandler_value') ?? '';
  webhookIds.set(value, id);
  return id;
}

/** Steps come by name, and most are named by message and table, so that neighbours share these. */
function sharedMessage(row: Row, shared: SharedValues): MessageRef {
  const id = row['sdkmessageid'];
  const name = row['name'];
  const last = shared.message;
  if (last !== undefined && last.id === id && last.name === name) return last;
  const before = shared.messages.get(id);
  const message = before !== undefined && before.name === name ? before : messageOf(row);
  shared.messages.set(id, message);
  return (shared.message = message);
}

function sharedFilter(row: Row, shared: SharedValues): MessageFilter {
  const { filterRow, filter } = shared;
  if (filterRow !== undefined && filter !== undefined && isSameFilter(filterRow, row)) return filter;
  shared.filterRow = row;
  return (shared.filter = filterOf(row));
}

function isSameFilter(one: Row, other: Row): boolean {
  return (
    one['sdkmessagefilterid'] === other['sdkmessagefilterid'] &&
    one['primaryobjecttypecode'] === other['primaryobjecttypecode'] &&
    one['secondaryobjecttypecode'] === other['secondaryobjecttypecode']
  );
}

/** Most rows were touched by the same people as the row before. */
function sharedPeople(created: unknown, modified: unknown, shared: SharedValues): readonly string[] {
  if (created === shared.createdBy && modified === shared.modifiedBy) return shared.people;
  const people = touchedBy(
    column.valueGuid(created, '_createdby_value'),
    column.valueGuid(modified, '_modifiedby_value'),
  );
  shared.createdBy = created;
  shared.modifiedBy = modified;
  return (shared.people = people);
}

function sharedColumns(value: unknown, shared: SharedValues): readonly string[] {
  if (value === shared.columnText) return shared.columns;
  const columns = columnList(column.valueText(value, 'filteringattributes') ?? '');
  shared.columnText = value;
  return (shared.columns = columns);
}

/** Steps of a load of many. */
export function stepsOf(rows: readonly Row[], shared: SharedValues): readonly Step[] {
  const steps: Step[] = [];
  for (const row of rows) steps.push(readStep(row, shared));
  return steps;
}

/** Columns are read by names written out, which costs a tenth of what a name in a variable does. */
function readStep(row: Row, shared: SharedValues): Step {
  const id = column.valueKey(row['sdkmessageprocessingstepid'], 'sdkmessageprocessingstepid');
  const filterRow = column.valueRow(row['sdkmessagefilterid'], 'sdkmessagefilterid');
  const filter = filterRow === undefined ? undefined : sharedFilter(filterRow, shared);
  const runAs = column.valueRow(row['impersonatinguserid'], 'impersonatinguserid');
  const message = column.valueRow(row['sdkmessageid'], 'sdkmessageid');
  return {
    id,
    webhookId: webhookIdOf(row['_eventhandler_value'], shared),
    name: column.valueText(row['name'], 'name') ?? '',
    description: column.valueText(row['description'], 'description') ?? '',
    message: sharedMessage(message ?? column.expanded(row, 'sdkmessageid'), shared),
    filterId: filter?.id,
    table: filter?.table,
    secondaryTable: filter?.secondaryTable,
    stage: stageFromValue(column.valueRequiredInteger(row['stage'], 'stage')),
    mode: column.valueRequiredInteger(row['mode'], 'mode') === 1 ? 'asynchronous' : 'synchronous',
    rank: column.valueInteger(row['rank'], 'rank') ?? 1,
    filteringColumns: sharedColumns(row['filteringattributes'], shared),
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
    touchedBy: sharedPeople(row['_createdby_value'], row['_modifiedby_value'], shared),
  };
}

function isCustomizable(row: Row): boolean {
  const value = row['iscustomizable'];
  if (isRow(value) && typeof value['Value'] === 'boolean') return value['Value'];
  return column.optionalManaged(row, 'iscustomizable')?.value ?? true;
}

const IMAGES = 'sdkmessageprocessingstepid_sdkmessageprocessingstepimage';
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
