import { isGuid } from '../../base/guid';
import type { OperationContext } from '../operations';
import type { Reference } from '../schema/types';
import { badRequest, notImplemented, rowNotFound } from '../serviceError';
import type { ApiRequest } from './api';
import { bulkDelete } from './bulkDelete';
import { callingUser } from './context';
import type { ParameterValue } from './functionParameters';
import type { Host } from './host';

type Result = Readonly<Record<string, unknown>> | undefined;

interface ActionInput {
  readonly target: Reference | undefined;
  readonly parameters: Readonly<Record<string, unknown>>;
}

type PlatformFunction = (
  host: Host,
  parameters: ReadonlyMap<string, ParameterValue>,
  request: ApiRequest,
) => Result;

type PlatformAction = (host: Host, input: ActionInput, context: OperationContext) => Promise<Result>;

/** A parameter that must be there and not null. */
function required(parameters: ReadonlyMap<string, ParameterValue>, name: string): string {
  const value = parameters.get(name);
  if (value === undefined || value === null) {
    throw badRequest(`Required parameter '${name}' is missing or null.`, '0x80060888');
  }
  return value;
}

function guidParameter(parameters: ReadonlyMap<string, ParameterValue>, name: string): string {
  const value = required(parameters, name);
  if (!isGuid(value)) throw badRequest(`The parameter '${name}' is not a GUID.`, '0x80060888');
  return value.toLowerCase();
}

const whoAmI: PlatformFunction = (host, _parameters, request) => ({
  BusinessUnitId: host.organization.rootBusinessUnitId,
  UserId: callingUser(host, request),
  OrganizationId: host.organization.id,
});

const retrieveVersion: PlatformFunction = (host) => ({ Version: host.organization.version });

const accessTypes = ['Default', 'Internet', 'Intranet'];

const retrieveCurrentOrganization: PlatformFunction = (host, parameters, request) => {
  const access = required(parameters, 'AccessType').replace(
    /^Microsoft\.Dynamics\.CRM\.EndpointAccessType/,
    '',
  );
  const name = access.replaceAll("'", '');
  if (!accessTypes.includes(name)) {
    throw badRequest(`'${access}' is no value of Microsoft.Dynamics.CRM.EndpointAccessType.`, '0x80060888');
  }
  const web = new URL(request.serviceRoot).origin;
  return {
    Detail: {
      OrganizationId: host.organization.id,
      FriendlyName: host.organization.friendlyName,
      OrganizationVersion: host.organization.version,
      UrlName: host.organization.uniqueName,
      UniqueName: host.organization.uniqueName,
      State: 'Enabled',
      Endpoints: {
        Count: 2,
        IsReadOnly: false,
        Keys: ['WebApplication', 'OrganizationDataService'],
        Values: [`${web}/`, request.serviceRoot],
      },
    },
  };
};

/** Component types the function can be asked about (FACTS 9). */
const componentTables: ReadonlyMap<number, string> = new Map([
  [90, 'plugintype'],
  [91, 'pluginassembly'],
  [92, 'sdkmessageprocessingstep'],
  [93, 'sdkmessageprocessingstepimage'],
  [95, 'serviceendpoint'],
]);

/**
 * What would keep a component from being deleted. Steps go with their endpoint and images with their step (FACTS 5.4),
 * so neither is a dependency: that the service sees it so is UNVERIFIED.
 */
const retrieveDependenciesForDelete: PlatformFunction = (host, parameters, request) => {
  const id = guidParameter(parameters, 'ObjectId');
  const type = Number(required(parameters, 'ComponentType'));
  const table = componentTables.get(type);
  if (table === undefined) throw notImplemented(`dependencies of component type ${type.toString()}`);
  if (host.store.get(table, id) === undefined) throw rowNotFound(table, id);
  const steps =
    type === 90
      ? [...host.store.where('sdkmessageprocessingstep', 'eventhandler', { table: 'plugintype', id })]
      : [];
  return {
    '@odata.context': `${request.serviceRoot}$metadata#dependencies`,
    value: steps.map((step) => ({
      dependentcomponentobjectid: step['sdkmessageprocessingstepid'],
      dependentcomponenttype: 92,
      requiredcomponentobjectid: id,
      requiredcomponenttype: type,
      dependencytype: 2,
    })),
  };
};

export const platformFunctions: ReadonlyMap<string, PlatformFunction> = new Map([
  ['WhoAmI', whoAmI],
  ['RetrieveVersion', retrieveVersion],
  ['RetrieveCurrentOrganization', retrieveCurrentOrganization],
  ['RetrieveDependenciesForDelete', retrieveDependenciesForDelete],
]);

export const platformActions: ReadonlyMap<string, PlatformAction> = new Map([
  ['BulkDelete', (host, { parameters }, context) => Promise.resolve(bulkDelete(host, parameters, context))],
]);
