import type { DataverseErrorFacts } from './errors';

/**
 * Tables by their entity sets, as privileges name them. ServiceEndpoint, SdkMessageProcessingStep and SdkMessage are
 * documented; the others follow from the naming rule (UNVERIFIED, FACTS 9).
 */
const TABLES: ReadonlyMap<string, string> = new Map([
  ['serviceendpoints', 'ServiceEndpoint'],
  ['sdkmessageprocessingsteps', 'SdkMessageProcessingStep'],
  ['sdkmessageprocessingstepimages', 'SdkMessageProcessingStepImage'],
  ['sdkmessages', 'SdkMessage'],
  ['sdkmessagefilters', 'SdkMessageFilter'],
  ['asyncoperations', 'AsyncOperation'],
  ['plugintracelogs', 'PluginTraceLog'],
  ['solutions', 'Solution'],
  ['systemusers', 'User'],
  ['organizations', 'Organization'],
]);

const VERBS: ReadonlyMap<string, string> = new Map([
  ['GET', 'Read'],
  ['POST', 'Create'],
  ['PATCH', 'Write'],
  ['DELETE', 'Delete'],
]);

/**
 * The privilege that a request takes in the first place, such as `prvReadAsyncOperation`; rows that it expands or binds
 * take those of their tables too. Undefined for an action, and for a table whose privileges are not known by name.
 */
export function privilegeOf({
  method,
  path = '',
}: Pick<DataverseErrorFacts, 'method' | 'path'>): string | undefined {
  const [resource = ''] = path.split('?');
  const [, set = '', further] = /^(\w+)(?:\([^)]*\))?(\/.*)?$/.exec(resource) ?? [];
  const table = TABLES.get(set);
  const verb = VERBS.get(method ?? '');
  // A navigation property leads to another table.
  if (table === undefined || verb === undefined || further !== undefined) return undefined;
  return `prv${verb}${table}`;
}
