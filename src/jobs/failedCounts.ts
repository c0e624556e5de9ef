import { writeFetchXml } from '../dataverse/fetchXml';
import * as column from '../dataverse/row';
import type { WebApi } from '../dataverse/webApi';
import { AGGREGATE_LIMIT, askInParts } from './aggregateLimit';

/** How many jobs of each step have failed in a period. */
export interface FailedCounts {
  readonly from: Date;
  readonly to: Date;
  /** By the id of the step; steps without failed jobs are left out. */
  readonly byStep: ReadonlyMap<string, number>;
  readonly total: number;
  /** False when there were more in some hour than the service counts: the numbers are the least there are. */
  readonly exact: boolean;
}

/** `statuscode` of a failed job (FACTS 10.1). */
const FAILED = 31;

/** Failed jobs of webhook steps by step, completed in a period: `from` is in it, `to` is not (FACTS 10.2, 13.5). */
export function failedCountsFetchXml(from: Date, to: Date): string {
  return writeFetchXml({
    aggregate: true,
    entity: {
      name: 'asyncoperation',
      attributes: [
        { name: 'asyncoperationid', alias: 'failed', aggregate: 'count' },
        { name: 'owningextensionid', alias: 'step', groupBy: true },
      ],
      filter: {
        conditions: [
          { attribute: 'statuscode', operator: 'eq', value: FAILED },
          { attribute: 'completedon', operator: 'ge', value: from.toISOString() },
          { attribute: 'completedon', operator: 'lt', value: to.toISOString() },
        ],
      },
      links: [
        {
          name: 'sdkmessageprocessingstep',
          from: 'sdkmessageprocessingstepid',
          to: 'owningextensionid',
          type: 'inner',
          alias: 'registered',
          links: [
            {
              name: 'serviceendpoint',
              from: 'serviceendpointid',
              to: 'eventhandler',
              type: 'inner',
              alias: 'webhook',
              filter: { conditions: [{ attribute: 'contract', operator: 'eq', value: 8 }] },
            },
          ],
        },
      ],
    },
  });
}

/**
 * Counts the failed jobs of all webhook steps with one aggregate. Where there are more than 50,000 the service refuses
 * to count; then the period is halved, down to an hour, and the parts are added.
 * @throws DataverseError, CancelledError.
 */
export async function countFailedJobs(
  api: Pick<WebApi, 'fetchPages'>,
  period: { readonly from: Date; readonly to: Date },
  signal: AbortSignal,
): Promise<FailedCounts> {
  const ask = (from: Date, to: Date): ReturnType<typeof countPart> => countPart(api, from, to, signal);
  const { answers, exact } = await askInParts(period, ask, signal);
  const byStep = new Map<string, number>();
  for (const [step, count] of answers.flat()) byStep.set(step, (byStep.get(step) ?? 0) + count);
  const total = [...byStep.values()].reduce((sum, count) => sum + count, exact ? 0 : AGGREGATE_LIMIT);
  return { ...period, byStep, total, exact };
}

async function countPart(
  api: Pick<WebApi, 'fetchPages'>,
  from: Date,
  to: Date,
  signal: AbortSignal,
): Promise<ReadonlyArray<readonly [string, number]>> {
  const counts: Array<readonly [string, number]> = [];
  for await (const page of api.fetchPages('asyncoperations', failedCountsFetchXml(from, to), { signal })) {
    for (const row of page.rows) {
      const step = column.optionalGuid(row, 'step');
      if (step !== undefined) counts.push([step, column.optionalInteger(row, 'failed') ?? 0]);
    }
  }
  return counts;
}
