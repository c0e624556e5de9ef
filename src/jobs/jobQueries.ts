import { writeFetchXml, type FetchCondition, type FetchLink } from '../dataverse/fetchXml';
import * as odata from '../dataverse/odata';
import { FAILED_JOBS, filterConditions, filterExpressions, timeColumn, type JobFilter } from './jobFilter';
import type { JobScope } from './model';
import { readableFetchXml } from './queryText';

/** Rows of one page of the report. */
export const JOBS_PER_PAGE = 50;
/**
 * Rows of one page where all of them are wanted. The service gives up to 5000 (FACTS 13.4), but two or three pages are in
 * memory at the same time: with a quarter of them a hundred thousand rows stay within their bounds.
 */
export const JOBS_PER_LARGE_PAGE = 1250;

/** Another order of jobs than the newest first: by a column as the rows have it. */
export interface JobOrder {
  readonly key: string;
  readonly descending: boolean;
}

/** True when the service can put jobs in the order of a column, in both languages of the query. */
export function canOrderBy(key: string): boolean {
  return GRID_COLUMNS.includes(key) || GRID_LOOKUPS.some((name) => key === `_${name}_value`);
}

/** What the grid shows. `message` can hold 100,000 characters and is read for one job only (FACTS 10.2). */
const GRID_COLUMNS = [
  'asyncoperationid',
  'name',
  'statuscode',
  'errorcode',
  'friendlymessage',
  'messagename',
  'primaryentitytype',
  'retrycount',
  'depth',
  'correlationid',
  'createdon',
  'startedon',
  'completedon',
];
const GRID_LOOKUPS = ['ownerid', 'owningextensionid', 'regardingobjectid'];

/**
 * The jobs of a scope that a filter wants, newest first, as the path of a Web API request (FACTS 15.11). Jobs bring
 * their step, which names its webhook.
 */
export function jobsPath(scope: JobScope, filter: JobFilter, now: Date, order?: JobOrder): string {
  const { state, rest } = filterExpressions(filter, now);
  return odata.query(odata.set('asyncoperations'), {
    select: [...GRID_COLUMNS, ...GRID_LOOKUPS.map((name) => `_${name}_value`)],
    filter: odata.allOf([state, scopeFilter(scope, filter), ...rest]),
    expand: [STEP_EXPANDED],
    orderby: [
      order === undefined
        ? { by: timeColumn(filter.state), descending: true }
        : { by: order.key, descending: order.descending },
      'asyncoperationid',
    ],
  });
}

/** The failed jobs of a scope. */
export function failedJobsPath(scope: JobScope): string {
  return jobsPath(scope, FAILED_JOBS, new Date(0));
}

/** The failed jobs of a scope in FetchXML. */
export function failedJobsFetchXml(scope: JobScope): string {
  return jobsFetchXml(scope, FAILED_JOBS, new Date(0));
}

/** Steps that are asked for by their ids; with more, the address would be longer than the service takes (FACTS 13.4). */
const MOST_STEP_IDS = 400;

/** The step with its handler, which is the webhook. */
const STEP_EXPANDED = { path: 'owningextensionid', select: ['_eventhandler_value'] };

/** What one operation has caused is of interest whoever did it: also jobs of plug-ins and workflows. */
function isOfAll(scope: JobScope, { correlationId }: JobFilter): boolean {
  return scope.kind === 'environment' && correlationId !== undefined;
}

function scopeFilter(scope: JobScope, filter: JobFilter): odata.Expression | undefined {
  if (isOfAll(scope, filter)) return undefined;
  switch (scope.kind) {
    case 'step':
      return odata.eq('_owningextensionid_value', odata.guid(scope.stepId));
    case 'webhook':
      // Valid OData but UNVERIFIED on this table (FACTS 15.11), so it is left to where the documented form has no room.
      if (scope.stepIds.length > MOST_STEP_IDS)
        return odata.eq(
          'owningextensionid/eventhandler_serviceendpoint/serviceendpointid',
          odata.guid(scope.webhookId),
        );
      // Without steps there are no jobs; the id of the webhook is the id of no step.
      return odata.anyOf(
        (scope.stepIds.length === 0 ? [scope.webhookId] : scope.stepIds).map((id) =>
          odata.eq('_owningextensionid_value', odata.guid(id)),
        ),
      );
    case 'environment':
      // A path over two navigations is valid OData but UNVERIFIED on this table (FACTS 15.11).
      return odata.eq('owningextensionid/eventhandler_serviceendpoint/contract', 8);
  }
}

/** The same rows in FetchXML, in a form to read and change (FACTS 15.12). */
export function jobsFetchXml(scope: JobScope, filter: JobFilter, now: Date, order?: JobOrder): string {
  return readableFetchXml(
    writeFetchXml({
      page: 1,
      count: JOBS_PER_PAGE,
      returnTotalRecordCount: true,
      entity: {
        name: 'asyncoperation',
        attributes: [...GRID_COLUMNS, ...GRID_LOOKUPS],
        filter: { conditions: conditionsOf(scope, filter, now) },
        links: scopeLinks(scope, filter),
        orders: [
          order === undefined
            ? { attribute: timeColumn(filter.state), descending: true }
            : { attribute: order.key.replace(/^_(.+)_value$/, '$1'), descending: order.descending },
          'asyncoperationid',
        ],
      },
    }),
  );
}

/** How many jobs of a scope a filter wants, as `jobs`. */
export function jobsCountFetchXml(scope: JobScope, filter: JobFilter, now: Date): string {
  return writeFetchXml({
    aggregate: true,
    entity: {
      name: 'asyncoperation',
      attributes: [{ name: 'asyncoperationid', alias: 'jobs', aggregate: 'count' }],
      filter: { conditions: conditionsOf(scope, filter, now) },
      // An aggregate brings no columns of its own; a link that restricts nothing would only cost.
      links: scopeLinks(scope, filter).flatMap(withoutColumns),
    },
  });
}

function withoutColumns(link: FetchLink): readonly FetchLink[] {
  if (link.type === 'outer') return [];
  const { attributes: _, links = [], ...rest } = link;
  return [{ ...rest, links: links.flatMap(withoutColumns) }];
}

function conditionsOf(scope: JobScope, filter: JobFilter, now: Date): ReturnType<typeof filterConditions> {
  const step: FetchCondition[] =
    scope.kind === 'step' ? [{ attribute: 'owningextensionid', operator: 'eq', value: scope.stepId }] : [];
  return [...filterConditions(filter, now), ...step];
}

/** The step and its webhook; inner joins where they decide which jobs are wanted. */
function scopeLinks(scope: JobScope, filter: JobFilter): readonly FetchLink[] {
  const restricts = scope.kind === 'environment' && !isOfAll(scope, filter);
  const webhook: FetchLink = {
    name: 'serviceendpoint',
    from: 'serviceendpointid',
    to: 'eventhandler',
    type: restricts ? 'inner' : 'outer',
    alias: 'webhook',
    attributes: ['name'],
    ...(restricts ? { filter: { conditions: [{ attribute: 'contract', operator: 'eq', value: 8 }] } } : {}),
  };
  const step: FetchLink = {
    name: 'sdkmessageprocessingstep',
    from: 'sdkmessageprocessingstepid',
    to: 'owningextensionid',
    type: restricts || scope.kind === 'webhook' ? 'inner' : 'outer',
    alias: 'step',
    ...(scope.kind === 'webhook'
      ? {
          filter: { conditions: [{ attribute: 'eventhandler', operator: 'eq', value: scope.webhookId }] },
        }
      : {}),
    links: [webhook],
  };
  return [step];
}

/** What is only shown of one job. */
const DETAIL_COLUMNS = ['message', 'requestid', 'executiontimespan', 'postponeuntil', 'modifiedon'];

/** Everything about one job (FACTS 10.2, 15.11). */
export function jobPath(id: string): string {
  return odata.query(odata.row('asyncoperations', id), {
    select: [...GRID_COLUMNS, ...DETAIL_COLUMNS, ...GRID_LOOKUPS.map((name) => `_${name}_value`)],
    expand: [STEP_EXPANDED],
  });
}
