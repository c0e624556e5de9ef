import type { ContextImage, ExecutionContext } from './executionContext';
import { isSourceArray, isSourceObject, parseSource, type SourceJson, type SourceObject } from './jsonSource';
import {
  note,
  readDate,
  readEntity,
  readPairs,
  readReference,
  type Found,
  type ReadProblem,
} from './readValue';

export type { ReadProblem } from './readValue';

/** What could be made of a body. With `context` undefined the body is not an execution context at all. */
export interface ContextReading {
  readonly context: ExecutionContext | undefined;
  /** What was not as documented, in the order it was met. The context holds everything else. */
  readonly problems: readonly ReadProblem[];
}

/** Contexts nest by `ParentContext`; deeper than any depth the service allows is refused, so that no body exhausts the stack. */
const MAX_PARENTS = 64;

/**
 * Reads the body of a webhook request in every published variant: dates with or without offset, slashes escaped or
 * not, members null or absent, `__type` or none, trimmed bodies (FACTS 17.4 to 17.6). Never throws: what a stranger
 * sent is told as problems.
 */
export function readContext(body: string): ContextReading {
  const problems: ReadProblem[] = [];
  let json: SourceJson;
  try {
    json = parseSource(body.charCodeAt(0) === 0xfeff ? body.slice(1) : body);
  } catch (error) {
    problems.push({ path: '', reason: error instanceof RangeError ? 'tooDeep' : 'notJson' });
    return { context: undefined, problems };
  }
  if (!isSourceObject(json)) {
    problems.push({ path: '', reason: 'notAnObject' });
    return { context: undefined, problems };
  }
  if (!Object.keys(json).some((name) => MEMBERS.has(name))) {
    problems.push({ path: '', reason: 'notAContext' });
    return { context: undefined, problems };
  }
  const context = readObject(json, { path: '', problems }, 0);
  return { context, problems };
}

function readObject(json: SourceObject, found: Found, parents: number): ExecutionContext {
  const member = <T>(
    name: string,
    read: (value: SourceJson, at: Found) => T | undefined,
  ): T | null | undefined => {
    if (!Object.hasOwn(json, name)) return undefined;
    const value = json[name];
    if (value === undefined || value === null) return null;
    return read(value, {
      path: found.path === '' ? name : `${found.path}.${name}`,
      problems: found.problems,
    });
  };
  for (const name of Object.keys(json)) {
    if (!MEMBERS.has(name))
      found.problems.push({
        path: `${found.path}${found.path === '' ? '' : '.'}${name}`,
        reason: 'unknownMember',
      });
  }
  return present({
    businessUnitId: member('BusinessUnitId', text),
    correlationId: member('CorrelationId', text),
    depth: member('Depth', whole),
    initiatingUserAgent: member('InitiatingUserAgent', text),
    initiatingUserAzureActiveDirectoryObjectId: member('InitiatingUserAzureActiveDirectoryObjectId', text),
    initiatingUserId: member('InitiatingUserId', text),
    inputParameters: member('InputParameters', readPairs),
    isExecutingOffline: member('IsExecutingOffline', flag),
    isInTransaction: member('IsInTransaction', flag),
    isOfflinePlayback: member('IsOfflinePlayback', flag),
    isolationMode: member('IsolationMode', whole),
    messageName: member('MessageName', text),
    mode: member('Mode', whole),
    operationCreatedOn: member('OperationCreatedOn', moment),
    operationId: member('OperationId', text),
    organizationId: member('OrganizationId', text),
    organizationName: member('OrganizationName', text),
    outputParameters: member('OutputParameters', readPairs),
    owningExtension: member('OwningExtension', reference),
    parentContext: member('ParentContext', (value, at) => parent(value, at, parents + 1)),
    postEntityImages: member('PostEntityImages', images),
    preEntityImages: member('PreEntityImages', images),
    primaryEntityId: member('PrimaryEntityId', text),
    primaryEntityName: member('PrimaryEntityName', text),
    requestId: member('RequestId', text),
    secondaryEntityName: member('SecondaryEntityName', text),
    sharedVariables: member('SharedVariables', readPairs),
    stage: member('Stage', whole),
    userAzureActiveDirectoryObjectId: member('UserAzureActiveDirectoryObjectId', text),
    userId: member('UserId', text),
  });
}

const MEMBERS: ReadonlySet<string> = new Set([
  ...[
    'BusinessUnitId',
    'CorrelationId',
    'Depth',
    'InitiatingUserAgent',
    'InitiatingUserAzureActiveDirectoryObjectId',
  ],
  ...['InitiatingUserId', 'InputParameters', 'IsExecutingOffline', 'IsInTransaction', 'IsOfflinePlayback'],
  ...['IsolationMode', 'MessageName', 'Mode', 'OperationCreatedOn', 'OperationId', 'OrganizationId'],
  ...['OrganizationName', 'OutputParameters', 'OwningExtension', 'ParentContext', 'PostEntityImages'],
  ...['PreEntityImages', 'PrimaryEntityId', 'PrimaryEntityName', 'RequestId', 'SecondaryEntityName'],
  ...['SharedVariables', 'Stage', 'UserAzureActiveDirectoryObjectId', 'UserId'],
]);

type Optional<T> = { [K in keyof T]?: T[K] | undefined };

/** Leaves out the members that were absent, so that absent and null stay two things. */
function present(members: Optional<ExecutionContext>): ExecutionContext {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries);
}

const text = only((value) => (typeof value === 'string' ? value : undefined));
const whole = only((value) => (typeof value === 'number' ? value : undefined));
const flag = only((value) => (typeof value === 'boolean' ? value : undefined));
const moment = only((value) => (typeof value === 'string' ? readDate(value) : undefined));
const reference = only((value, at) => (isSourceObject(value) ? readReference(value, at) : undefined));

/** A reader that notes what it cannot take. */
function only<T>(
  take: (value: SourceJson, at: Found) => T | undefined,
): (value: SourceJson, at: Found) => T | undefined {
  return (value, at) => {
    const taken = take(value, at);
    if (taken === undefined) note(at, 'wrongType');
    return taken;
  };
}

function parent(value: SourceJson, at: Found, parents: number): ExecutionContext | undefined {
  if (isSourceObject(value) && parents <= MAX_PARENTS) return readObject(value, at, parents);
  note(at, isSourceObject(value) ? 'tooDeep' : 'wrongType');
  return undefined;
}

function images(value: SourceJson, at: Found): readonly ContextImage[] | undefined {
  if (!isSourceArray(value)) {
    note(at, 'wrongType');
    return undefined;
  }
  const result: ContextImage[] = [];
  for (const [index, item] of value.entries()) {
    const here = { path: `${at.path}[${index}]`, problems: at.problems };
    const key = isSourceObject(item) ? item['key'] : undefined;
    const image = isSourceObject(item) ? (item['value'] ?? null) : undefined;
    if (typeof key !== 'string' || image === undefined) note(here, 'wrongType');
    else if (image === null) result.push({ key, entity: null });
    else if (isSourceObject(image))
      result.push({ key, entity: readEntity(image, { ...here, path: `${here.path}.value` }) });
    else note(here, 'wrongType');
  }
  return result;
}
