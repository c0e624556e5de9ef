import { writeFetchXml, type FetchCondition, type FetchLink } from '../dataverse/fetchXml';
import * as odata from '../dataverse/odata';
import { FAILED_JOBS, filterConditions, filterExpressions, timeColumn, type JobFilter } from './jobFilter';
import type { JobScope } from './model';
import { readableFetchXml } from './queryText';

/** Rows of one page of the report. */
export const JOBS_PER_PAGE = 50;

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
 * The jobs of a scope that a filter wants, newest first, as the path of a Web API request (FACTS 15.11). Jobs of an
 * environment bring their step, which names its webhook.
 */
export function jobsPath(scope: JobScope, filter: JobFilter, now: Date, order?: JobOrder): string {
  const { state, rest } = filterExpressions(filter, now);
  const ofScope = scopeFilter(scope);
  return odata.query(odata.set('asyncoperations'), {
    select: [...GRID_COLUMNS, ...GRID_LOOKUPS.map((name) => `_${name}_value`)],
    filter: state === undefined ? odata.and(ofScope, ...rest) : odata.and(state, ofScope, ...rest),
    ...(scope.kind === 'environment'
      ? { expand: [{ path: 'owningextensionid', select: ['_eventhandler_value'] }] }
      : {}),
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

function scopeFilter(scope: JobScope): odata.Expression {
  switch (scope.kind) {
    case 'step':
      return odata.eq('_owningextensionid_value', odata.guid(scope.stepId));
    case 'webhook':
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
  const step: FetchCondition[] =
    scope.kind === 'step' ? [{ attribute: 'owningextensionid', operator: 'eq', value: scope.stepId }] : [];
  return readableFetchXml(
    writeFetchXml({
      page: 1,
      count: JOBS_PER_PAGE,
      returnTotalRecordCount: true,
      entity: {
        name: 'asyncoperation',
        attributes: [...GRID_COLUMNS, ...GRID_LOOKUPS],
        filter: { conditions: [...filterConditions(filter, now), ...step] },
        links: scopeLinks(scope),
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

function scopeLinks(scope: JobScope): readonly FetchLink[] {
  if (scope.kind === 'step') return [];
  const step = {
    name: 'sdkmessageprocessingstep',
    from: 'sdkmessageprocessingstepid',
    to: 'owningextensionid',
    type: 'inner',
    alias: 'step',
  } as const;
  if (scope.kind === 'webhook') {
    return [
      {
        ...step,
        filter: { conditions: [{ attribute: 'eventhandler', operator: 'eq', value: scope.webhookId }] },
      },
    ];
  }
  const webhook: FetchLink = {
    name: 'serviceendpoint',
    from: 'serviceendpointid',
    to: 'eventhandler',
    type: 'inner',
    alias: 'webhook',
    attributes: ['name'],
    filter: { conditions: [{ attribute: 'contract', operator: 'eq', value: 8 }] },
  };
  return [{ ...step, links: [webhook] }];
}

/** Everything about one job (FACTS 10.2, 15.11). */
export function jobPath(id: string): string {
  return odata.query(odata.row('asyncoperations', id), {
    select: [...GRID_COLUMNS, 'message', ...GRID_LOOKUPS.map((name) => `_${name}_value`)],
  });
}
