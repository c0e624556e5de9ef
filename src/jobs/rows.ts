import * as column from '../dataverse/row';
import type { Row } from '../dataverse/webApi';
import type { Job, JobState } from './model';

/** An `asyncoperation` row (FACTS 10.2, 15.11). */
export function jobOf(row: Row): Job {
  const regarding = column.optionalLookup(row, 'regardingobjectid');
  const step = column.optionalLookup(row, 'owningextensionid');
  return {
    id: column.guid(row, 'asyncoperationid'),
    name: column.optionalText(row, 'name') ?? '',
    state: jobState(column.optionalInteger(row, 'statuscode')),
    errorCode: column.optionalInteger(row, 'errorcode'),
    message: column.optionalText(row, 'message') ?? '',
    friendlyMessage: column.optionalText(row, 'friendlymessage') ?? '',
    messageName: column.optionalText(row, 'messagename') ?? '',
    table: column.optionalText(row, 'primaryentitytype') ?? '',
    ...(step === undefined ? {} : { stepId: step.id }),
    stepName: step?.name ?? '',
    ...webhookOf(row),
    regarding:
      regarding === undefined
        ? undefined
        : { id: regarding.id, name: regarding.name ?? '', table: regarding.table ?? '' },
    owner: column.optionalLookup(row, 'ownerid')?.name ?? '',
    retryCount: column.optionalInteger(row, 'retrycount'),
    depth: column.optionalInteger(row, 'depth'),
    correlationId: column.optionalGuid(row, 'correlationid') ?? '',
    requestId: column.optionalGuid(row, 'requestid') ?? '',
    executionSeconds: column.optionalNumber(row, 'executiontimespan'),
    postponedUntil: column.optionalDate(row, 'postponeuntil'),
    modifiedOn: column.optionalDate(row, 'modifiedon'),
    createdOn: column.optionalDate(row, 'createdon'),
    startedOn: column.optionalDate(row, 'startedon'),
    completedOn: column.optionalDate(row, 'completedon'),
  };
}

/** The handler of a step is a webhook or a plug-in type (FACTS 3.2). */
function webhookOf(row: Row): Pick<Job, 'webhook'> {
  const step = column.optionalExpanded(row, 'owningextensionid');
  const handler = step === undefined ? undefined : column.optionalLookup(step, 'eventhandler');
  if (handler === undefined || (handler.table ?? 'serviceendpoint') !== 'serviceendpoint') return {};
  return { webhook: { id: handler.id, name: handler.name ?? '' } };
}

const STATES: ReadonlyMap<number, JobState> = new Map([
  [0, 'waitingForResources'],
  [10, 'waiting'],
  [20, 'inProgress'],
  [21, 'pausing'],
  [22, 'canceling'],
  [30, 'succeeded'],
  [31, 'failed'],
  [32, 'canceled'],
]);

/** The state of a job from its `statuscode` (FACTS 10.1). */
export function jobState(value: number | undefined): JobState {
  return (value === undefined ? undefined : STATES.get(value)) ?? 'unknown';
}
