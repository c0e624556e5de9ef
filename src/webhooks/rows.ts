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
    modifiedOn: column.optionalDate(row, 'modifiedon'),
    etag: column.optionalText(row, '@odata.etag'),
    touchedBy: touchedBy(row),
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
function touchedBy(row: Row): readonly string[] {
  const created = column.optionalGuid(row, '_createdby_value');
  const modified = column.optionalGuid(row, '_modifiedby_value');
  if (created === undefined) return modified === undefined ? NOBODY : [modified];
  return modified === undefined || modified === created ? [created] : [created, modified];
}

/** A `sdkmessageprocessingstep` row with its expanded message, filter and images (FACTS 3.2, 15.3). */
export function stepOf(row: Row): Step {
  const id = column.guid(row, 'sdkmessageprocessingstepid');
  const filter = column.optionalExpanded(row, 'sdkmessagefilterid');
  const runAs = column.optionalLookup(row, 'impersonatinguserid');
  return {
    id,
    webhookId: column.optionalGuid(row, '_eventhandler_value') ?? '',
    name: column.optionalText(row, 'name') ?? '',
    description: column.optionalText(row, 'description') ?? '',
    message: messageOf(column.expanded(row, 'sdkmessageid')),
    filterId: filter === undefined ? undefined : column.guid(filter, 'sdkmessagefilterid'),
    table: filter === undefined ? undefined : tableOf(filter, 'primaryobjecttypecode'),
    secondaryTable: filter === undefined ? undefined : tableOf(filter, 'secondaryobjecttypecode'),
    stage: stageFromValue(column.integer(row, 'stage')),
    mode: column.integer(row, 'mode') === 1 ? 'asynchronous' : 'synchronous',
    rank: column.optionalInteger(row, 'rank') ?? 1,
    filteringColumns: columnList(column.optionalText(row, 'filteringattributes') ?? ''),
    deleteJobOnSuccess: column.optionalBoolean(row, 'asyncautodelete') ?? false,
    enabled: column.integer(row, 'statecode') === 0,
    deployment: deploymentFromValue(column.optionalInteger(row, 'supporteddeployment') ?? 0),
    runAsUserId: runAs?.id,
    runAsUserName: runAs?.name,
    managed: column.optionalBoolean(row, 'ismanaged') ?? false,
    customizable: column.optionalManaged(row, 'iscustomizable')?.value ?? true,
    modifiedOn: column.optionalDate(row, 'modifiedon'),
    etag: column.optionalText(row, '@odata.etag'),
    images: imagesOf(row, id),
    touchedBy: touchedBy(row),
  };
}

function imagesOf(row: Row, stepId: string): readonly Image[] {
  const navigation = 'sdkmessageprocessingstepid_sdkmessageprocessingstepimage';
  return row[navigation] === undefined
    ? []
    : column.expandedRows(row, navigation).map((image) => imageOf(image, stepId));
}

/** A `sdkmessageprocessingstepimage` row (FACTS 3.3). */
export function imageOf(row: Row, stepId: string): Image {
  return {
    id: column.guid(row, 'sdkmessageprocessingstepimageid'),
    stepId,
    name: column.optionalText(row, 'name') ?? '',
    alias: column.optionalText(row, 'entityalias') ?? '',
    type: imageTypeFromValue(column.optionalInteger(row, 'imagetype') ?? 0),
    messageProperty: column.optionalText(row, 'messagepropertyname') ?? '',
    columns: columnList(column.optionalText(row, 'attributes') ?? ''),
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
    id: column.guid(row, 'sdkmessagefilterid'),
    table: tableOf(row, 'primaryobjecttypecode'),
    secondaryTable: tableOf(row, 'secondaryobjecttypecode'),
  };
}

function tableOf(row: Row, name: string): string | undefined {
  const table = column.optionalText(row, name) ?? '';
  return table === '' || table === NO_TABLE ? undefined : table;
}
