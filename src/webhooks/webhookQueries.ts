import * as odata from '../dataverse/odata';
import { WEBHOOK_CONTRACT } from './model';

const WEBHOOK_COLUMNS = [
  'serviceendpointid',
  'name',
  'description',
  'url',
  'authtype',
  'isauthvalueset',
  'ismanaged',
  'iscustomizable',
  'modifiedon',
  '_createdby_value',
  '_modifiedby_value',
];

/** All webhooks of the environment, by name (FACTS 15.2). */
export function webhooksQuery(): string {
  return odata.query(odata.set('serviceendpoints'), {
    select: WEBHOOK_COLUMNS,
    filter: odata.eq('contract', WEBHOOK_CONTRACT),
    orderby: ['name', 'serviceendpointid'],
  });
}

/** The endpoints of the other contracts, by name; only what the tree shows of them (FACTS 3.1). */
export function otherEndpointsQuery(): string {
  return odata.query(odata.set('serviceendpoints'), {
    select: ['serviceendpointid', 'name', 'contract', 'url', 'namespaceaddress', 'ismanaged'],
    filter: odata.ne('contract', WEBHOOK_CONTRACT),
    orderby: ['name', 'serviceendpointid'],
  });
}

/** Webhooks of a name, for telling that it is taken; comparison ignores case at the service (FACTS 5.3). */
export function webhooksNamedQuery(name: string): string {
  return odata.query(odata.set('serviceendpoints'), {
    select: ['serviceendpointid', 'name'],
    filter: odata.and(odata.eq('contract', WEBHOOK_CONTRACT), odata.eq('name', odata.text(name))),
    top: 1,
  });
}

/** One webhook (FACTS 15.2). */
export function webhookQuery(id: string): string {
  return odata.query(odata.row('serviceendpoints', id), { select: WEBHOOK_COLUMNS });
}

const STEP_COLUMNS = [
  'sdkmessageprocessingstepid',
  'name',
  'description',
  'stage',
  'mode',
  'rank',
  'filteringattributes',
  'asyncautodelete',
  'statecode',
  'supporteddeployment',
  'ismanaged',
  'iscustomizable',
  'modifiedon',
  '_eventhandler_value',
  '_impersonatinguserid_value',
  '_createdby_value',
  '_modifiedby_value',
];

const STEP_EXPANDS: readonly odata.Expand[] = [
  { path: 'sdkmessageid', select: ['name'] },
  { path: 'sdkmessagefilterid', select: ['primaryobjecttypecode', 'secondaryobjecttypecode'] },
  // The name of the user. As an annotation it would bring those of all other columns with it, twice the bytes of a page.
  { path: 'impersonatinguserid', select: ['fullname'] },
  {
    path: 'sdkmessageprocessingstepid_sdkmessageprocessingstepimage',
    select: ['name', 'entityalias', 'imagetype', 'messagepropertyname', 'attributes'],
  },
];

/**
 * The steps of all webhooks with message, table and images, in one request however many webhooks there are. The filter
 * over the navigation follows the documented form; this exact one is UNVERIFIED (FACTS 6.3), so the service falls back
 * to `stepsOfWebhooksQuery` when it is refused.
 */
export function allStepsQuery(): string {
  return stepsQuery(odata.eq('eventhandler_serviceendpoint/contract', WEBHOOK_CONTRACT));
}

/** Webhooks whose steps are asked for in one request: the address stays far below the limit of 32 KB (FACTS 13.4). */
export const WEBHOOKS_PER_STEP_QUERY = 100;

/** The steps of some webhooks (FACTS 15.3). */
export function stepsOfWebhooksQuery(webhookIds: readonly string[]): string {
  return stepsQuery(odata.anyOf(webhookIds.map((id) => odata.eq('_eventhandler_value', odata.guid(id)))));
}

/** One step with message, table and images (FACTS 15.4). */
export function stepQuery(id: string): string {
  return odata.query(odata.row('sdkmessageprocessingsteps', id), {
    select: STEP_COLUMNS,
    expand: STEP_EXPANDS,
  });
}

function stepsQuery(filter: odata.Expression): string {
  return odata.query(odata.set('sdkmessageprocessingsteps'), {
    select: STEP_COLUMNS,
    filter,
    expand: STEP_EXPANDS,
    orderby: ['name', 'sdkmessageprocessingstepid'],
  });
}

/** Names of earlier releases that are no messages to register on (FACTS 7). */
const LEGACY_MESSAGES = ['SetStateDynamicEntity', 'RemoveRelated', 'SetRelated', 'Execute'];

/** The messages on which a step may be registered, by name (FACTS 7). */
export function messagesQuery(): string {
  return odata.query(odata.set('sdkmessages'), {
    select: ['sdkmessageid', 'name'],
    filter: odata.and(
      odata.eq('isprivate', false),
      ...LEGACY_MESSAGES.map((name) => odata.ne('name', name)),
      odata.any(
        'sdkmessageid_sdkmessagefilter',
        (filter) =>
          odata.and(
            odata.eq(filter('iscustomprocessingstepallowed'), true),
            odata.eq(filter('isvisible'), true),
          ),
        's',
      ),
    ),
    orderby: ['name'],
  });
}

/** The tables of a message on which a step may be registered (FACTS 7). */
export function filtersQuery(messageId: string): string {
  return odata.query(odata.set('sdkmessagefilters'), {
    select: ['sdkmessagefilterid', 'primaryobjecttypecode', 'secondaryobjecttypecode'],
    filter: odata.and(
      odata.eq('_sdkmessageid_value', odata.guid(messageId)),
      odata.eq('iscustomprocessingstepallowed', true),
      odata.eq('isvisible', true),
    ),
    orderby: ['primaryobjecttypecode'],
  });
}

/** Most users that one search brings: there can be many thousands. */
const MOST_USERS = 50;

/** Users who are not disabled and whose name, sign-in name or mail address has the text inside, by name. */
export function usersQuery(text: string): string {
  const columns = ['fullname', 'domainname', 'internalemailaddress'];
  const found = text === '' ? undefined : odata.anyOf(columns.map((name) => odata.contains(name, text)));
  return odata.query(odata.set('systemusers'), {
    select: ['systemuserid', ...columns],
    filter: odata.and(odata.eq('isdisabled', false), found),
    orderby: ['fullname'],
    top: MOST_USERS,
  });
}
