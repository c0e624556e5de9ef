import { randomUUID } from 'node:crypto';
import { isGuid } from '../../base/guid';
import type { OperationContext, UnitOfWork } from '../operations';
import { ServiceError, badRequest, rowNotFound } from '../serviceError';
import type { ApiRequest } from './api';
import type { Host } from './host';

function guidHeader(value: string | undefined): string | undefined {
  return value !== undefined && isGuid(value) ? value.toLowerCase() : undefined;
}

/**
 * The user a request runs as: `CallerObjectId` names an Entra object id, `MSCRMCallerID` a systemuser (FACTS 13.1).
 * How an unknown or a disabled user is refused is UNVERIFIED.
 */
export function callingUser(host: Host, request: ApiRequest): string {
  const objectId = request.headers['callerobjectid'];
  const id = objectId ?? request.headers['mscrmcallerid'];
  if (id === undefined) return host.organization.userId;
  if (!isGuid(id)) throw badRequest(`'${id}' is not a GUID.`, '0x80040203');
  const column = objectId === undefined ? 'systemuserid' : 'azureactivedirectoryobjectid';
  const [user] = host.store.where('systemuser', column, id.toLowerCase());
  const userId = user?.['systemuserid'];
  if (user === undefined || typeof userId !== 'string') throw rowNotFound('systemuser', id);
  if (user['isdisabled'] === true)
    throw new ServiceError(403, '0x80040225', 'The specified user is disabled.');
  return userId;
}

/** What travels with the operations of one request. `work` is the request's own, or the change set's. */
export function operationContext(host: Host, request: ApiRequest, work: UnitOfWork): OperationContext {
  const solution = request.headers['mscrm.solutionuniquename'];
  if (solution !== undefined) {
    const [known] = host.store.where('solution', 'uniquename', solution);
    if (known === undefined) {
      throw new ServiceError(400, '0x8004f002', `The solution unique name '${solution}' does not exist.`);
    }
  }
  return {
    work,
    userId: callingUser(host, request),
    initiatingUserId: host.organization.userId,
    businessUnitId: host.organization.rootBusinessUnitId,
    correlationId: guidHeader(request.headers['x-ms-correlation-request-id']) ?? randomUUID(),
    requestId: guidHeader(request.headers['x-ms-client-request-id']) ?? randomUUID(),
    depth: 1,
    headers: request.headers,
    solutionUniqueName: solution,
    signal: request.signal,
  };
}
