/**
 * Holds the text of requests against the names of a published `$metadata` document: sets, properties, navigation
 * properties in every query option, in paths and in bodies. It reads requests on its own; the client's writing
 * functions and the sandbox's parsers are not used.
 */
import { published } from '../unit/sandbox/data/published.data';
import { splitTop } from './splitTop';

/** What is known of a type: `navigations` lead to other tables, undefined where several are possible. */
interface TypeFacts {
  readonly key: string;
  readonly properties: ReadonlySet<string>;
  readonly single: ReadonlyMap<string, string>;
  readonly collections: ReadonlyMap<string, string>;
}

const arrows = (items: readonly string[]): ReadonlyMap<string, string> =>
  new Map(items.map((item) => [item.split('>')[0] ?? '', (item.split('>')[1] ?? '').split('.')[0] ?? '']));

/** Documents of metadata, which the published list of tables does not have; their names are FACTS 13.10 and general knowledge. */
const METADATA: Readonly<Record<string, TypeFacts>> = {
  EntityDefinitions: {
    key: 'MetadataId',
    properties: new Set(
      'MetadataId LogicalName SchemaName EntitySetName DisplayName PrimaryIdAttribute PrimaryNameAttribute ObjectTypeCode IsCustomEntity IsIntersect'.split(
        ' ',
      ),
    ),
    single: new Map(),
    collections: new Map([
      ['Attributes', 'Attributes'],
      ['ManyToOneRelationships', 'Relationships'],
      ['OneToManyRelationships', 'Relationships'],
      ['ManyToManyRelationships', 'Pairs'],
    ]),
  },
  Relationships: {
    key: 'MetadataId',
    properties: new Set(
      'SchemaName ReferencedEntity ReferencedAttribute ReferencedEntityNavigationPropertyName ReferencingEntity ReferencingAttribute ReferencingEntityNavigationPropertyName'.split(
        ' ',
      ),
    ),
    single: new Map(),
    collections: new Map(),
  },
  Pairs: {
    key: 'MetadataId',
    properties: new Set(
      'SchemaName IntersectEntityName Entity1LogicalName Entity2LogicalName Entity1IntersectAttribute Entity2IntersectAttribute Entity1NavigationPropertyName Entity2NavigationPropertyName'.split(
        ' ',
      ),
    ),
    single: new Map(),
    collections: new Map(),
  },
  Attributes: {
    key: 'MetadataId',
    properties: new Set(
      'MetadataId LogicalName SchemaName DisplayName AttributeType AttributeTypeName AttributeOf IsPrimaryId IsPrimaryName IsValidForCreate IsValidForRead IsValidForUpdate DateTimeBehavior'.split(
        ' ',
      ),
    ),
    single: new Map([
      ['OptionSet', 'OptionSet'],
      ['GlobalOptionSet', 'OptionSet'],
    ]),
    collections: new Map(),
  },
  OptionSet: { key: 'MetadataId', properties: new Set(), single: new Map(), collections: new Map() },
};

/** FACTS 3.7 has this navigation, the published list only tables of its own. The columns behind it are general knowledge. */
const OF_JOBS = ['AsyncOperation_BulkDeleteOperation>bulkdeleteoperation'];
const BULK_DELETE_OPERATION: TypeFacts = {
  key: 'bulkdeleteoperationid',
  properties: new Set(
    'name successcount failurecount statecode statuscode _asyncoperationid_value'.split(' '),
  ),
  single: new Map([['asyncoperationid', 'asyncoperation']]),
  collections: new Map(),
};

const types = new Map<string, TypeFacts>([
  ...Object.entries(published).map(([name, facts]): [string, TypeFacts] => [
    name,
    {
      key: facts.key,
      properties: new Set(Object.values(facts.properties).flat()),
      single: arrows(facts.single),
      collections: arrows([...facts.collections, ...(name === 'asyncoperation' ? OF_JOBS : [])]),
    },
  ]),
  ['bulkdeleteoperation', BULK_DELETE_OPERATION],
  ...Object.entries(METADATA),
]);
const sets = new Map<string, string>([
  ...Object.entries(published).map(([name, facts]): [string, string] => [facts.set, name]),
  ['EntityDefinitions', 'EntityDefinitions'],
]);

/** A request below the Web API root. */
export interface RequestText {
  readonly method: string;
  /** Path and query, percent-encoded. */
  readonly path: string;
  readonly body?: string | undefined;
}

/**
 * What is wrong with a request, one phrase each; nothing when all is well. A set that the published list does not have
 * (business tables) is only checked for its encoding.
 */
export function requestProblems(request: RequestText): readonly string[] {
  const problems = encodingProblems(request.path);
  const [path = '', ...rest] = request.path.split('?');
  if (rest.length > 1) problems.push('a second question mark');
  const found = pathType(path, problems);
  if (found === undefined) return problems;
  const options = (rest[0]?.split('&') ?? []).map((option): readonly [string, string] => {
    const mark = option.indexOf('=');
    return [option.slice(0, mark), decodeURIComponent(option.slice(mark + 1))];
  });
  const apply = options.find(([name]) => name === '$apply')?.[1];
  const results = apply === undefined ? undefined : applied(found, apply, problems);
  for (const [name, value] of options)
    // The results of $apply have names of their own.
    if (name === '$orderby' && results !== undefined) orderProblems(found, value, results, problems);
    else checkOption(found, name, value, problems);
  if (request.method === 'POST' || request.method === 'PATCH') bodyProblems(found, request.body, problems);
  return problems;
}

/** RFC 3986: only its characters, and every `%` begins an escape. */
function encodingProblems(path: string): string[] {
  const problems: string[] = [];
  if (!/^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*$/.test(path))
    problems.push('a character no URI has');
  try {
    decodeURIComponent(path);
  } catch {
    problems.push('escapes that are no UTF-8');
  }
  // A plus sign stands for a blank at many servers; it is always written as an escape.
  if (path.includes('+')) problems.push('a bare plus sign');
  return problems;
}

/** The type a path leads to; undefined for functions, actions, and sets that the list does not have. */
function pathType(path: string, problems: string[]): TypeFacts | undefined {
  const [first = '', ...segments] = path.split('/');
  const set = /^(\w+)(?:\(.*\))?$/s.exec(decodeURIComponent(first))?.[1];
  let type = types.get(sets.get(set ?? '') ?? '');
  if (type === undefined) return undefined;
  for (const segment of segments) {
    const name = segment.replace(/\(.*$/s, '');
    if (name === '$ref' || name === '$count' || name === '$value') continue;
    // Casts and bound operations.
    if (name.includes('.')) return name.endsWith('AttributeMetadata') ? type : undefined;
    const target: string | undefined = type.collections.get(name) ?? type.single.get(name);
    if (target === undefined) {
      if (!type.properties.has(name)) problems.push(`${name} in the path`);
      return undefined;
    }
    const next: TypeFacts | undefined = types.get(target);
    if (next === undefined) return undefined;
    type = next;
  }
  return type;
}

function checkOption(type: TypeFacts, name: string, value: string, problems: string[]): void {
  switch (name) {
    case '$select':
      for (const column of value.split(','))
        if (!type.properties.has(column)) problems.push(`$select ${column}`);
      return;
    case '$orderby':
      for (const item of value.split(',')) {
        checkPath(type, item.replace(/ (asc|desc)$/, ''), new Map(), '$orderby', problems);
      }
      return;
    case '$filter':
      checkFilter(type, value, problems);
      return;
    case '$expand':
      for (const item of splitTop(value, ',')) checkExpand(type, item, problems);
      return;
    case '$top':
    case '$count':
    case '$skiptoken':
    case 'fetchXml':
    case '$apply':
      return;
    default:
      if (!name.startsWith('@')) problems.push(`option ${name}`);
  }
}

/** Holds the steps of `$apply` against the names, and gives the names of their results. */
function applied(type: TypeFacts, apply: string, problems: string[]): ReadonlySet<string> {
  const results = new Set<string>();
  for (const step of splitTop(apply, '/')) {
    const [, kind = '', inner = ''] = /^(\w+)\((.*)\)$/s.exec(step) ?? [];
    if (kind === 'filter') checkFilter(type, inner, problems);
    else if (kind === 'aggregate') checkFigures(type, inner, results, problems);
    else if (kind === 'groupby') {
      const [groups = '', figures] = splitTop(inner, ',');
      for (const path of splitTop(groups.replace(/^\(|\)$/g, ''), ','))
        checkPath(type, path, new Map(), '$apply', problems);
      const aggregate = /^aggregate\((.*)\)$/s.exec(figures ?? '')?.[1];
      if (aggregate !== undefined) checkFigures(type, aggregate, results, problems);
      else if (figures !== undefined) problems.push(`$apply ${figures}`);
    } else problems.push(`$apply ${step}`);
  }
  return results;
}

function checkFigures(type: TypeFacts, figures: string, results: Set<string>, problems: string[]): void {
  for (const figure of splitTop(figures, ',')) {
    const [, path = '', method, alias] = /^(\S+)(?: with (\w+))? as (\w+)$/.exec(figure) ?? [];
    if (path !== '$count') checkPath(type, path, new Map(), '$apply', problems);
    if (alias === undefined || (path === '$count') !== (method === undefined))
      problems.push(`$apply ${figure}`);
    else results.add(alias);
  }
}

function orderProblems(
  type: TypeFacts,
  orderby: string,
  results: ReadonlySet<string>,
  problems: string[],
): void {
  for (const item of orderby.split(',')) {
    const path = item.replace(/ (asc|desc)$/, '');
    if (!results.has(path)) checkPath(type, path, new Map(), '$orderby', problems);
  }
}

function checkExpand(type: TypeFacts, item: string, problems: string[]): void {
  const [, name = '', inner = ''] = /^(\w+)(?:\((.*)\))?$/s.exec(item) ?? [];
  const target = type.single.get(name) ?? type.collections.get(name);
  if (target === undefined) {
    problems.push(`$expand ${item}`);
    return;
  }
  const next = types.get(target);
  if (next === undefined) return;
  for (const option of splitTop(inner, ';').filter((part) => part !== '')) {
    const mark = option.indexOf('=');
    checkOption(next, option.slice(0, mark), option.slice(mark + 1), problems);
  }
}

const TOKEN =
  /'(?:[^']|'')*'|"(?:[^"\\]|\\.)*"|@\w+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|-?\d[\dT:.Z+-]*(?:E[+-]?\d+)?|[A-Za-z_][\w.]*(?:\/[A-Za-z_$][\w.]*)*|[(),:=[\]]|\s+|./giu;
const WORDS = new Set('and or not eq ne gt ge lt le in null true false'.split(' '));
const FUNCTIONS = new Set('contains startswith endswith'.split(' '));

/** Every path in a filter must lead over single-valued navigations to a property; lambdas bind their variable. */
function checkFilter(type: TypeFacts, filter: string, problems: string[]): void {
  const tokens = (filter.match(TOKEN) ?? []).filter((token) => token.trim() !== '');
  const variables = new Map<string, TypeFacts | undefined>();
  tokens.forEach((token, at) => {
    const next = tokens[at + 1];
    if (!/^[A-Za-z_]/.test(token) || /^[0-9a-f]{8}-/i.test(token) || WORDS.has(token)) return;
    if (next === '(' && (FUNCTIONS.has(token) || token.startsWith('Microsoft.Dynamics.CRM.'))) return;
    if (next === '(' && /\/(any|all)$/.test(token)) {
      const target = collectionOf(type, token.replace(/\/(any|all)$/, ''), problems);
      const variable = tokens[at + 2];
      if (variable !== undefined && variable !== ')') variables.set(variable, target);
      return;
    }
    if (next === ':' && variables.has(token)) return;
    if (next === '=') {
      const named = /^'(.*)'$/.exec(tokens[at + 2] ?? '')?.[1];
      // Query functions name a lookup by its logical name.
      const lookup = `_${named ?? ''}_value`;
      const property = type.properties.has(lookup) ? lookup : (named ?? '');
      if (token === 'PropertyName') checkPath(type, property, variables, 'PropertyName', problems);
      return;
    }
    checkPath(type, token, variables, '$filter', problems);
  });
}

function collectionOf(type: TypeFacts, path: string, problems: string[]): TypeFacts | undefined {
  const target = type.collections.get(path);
  if (target === undefined) problems.push(`$filter ${path}`);
  return types.get(target ?? '');
}

function checkPath(
  type: TypeFacts,
  path: string,
  variables: ReadonlyMap<string, TypeFacts | undefined>,
  where: string,
  problems: string[],
): void {
  let names = path.split('/');
  let current: TypeFacts | undefined = type;
  const [first = ''] = names;
  if (variables.has(first)) {
    current = variables.get(first);
    names = names.slice(1);
  }
  for (const [at, name] of names.entries()) {
    if (current === undefined) return;
    if (at === names.length - 1) {
      if (!current.properties.has(name)) problems.push(`${where} ${path}`);
      return;
    }
    const target: string | undefined = current.single.get(name);
    if (target === undefined) {
      problems.push(`${where} ${path}`);
      return;
    }
    current = types.get(target);
  }
}

/** Columns as properties, references as `navigation@odata.bind` with the address of a row of the right table. */
function bodyProblems(type: TypeFacts, body: string | undefined, problems: string[]): void {
  if (body === undefined || body === '') return;
  for (const [name, value] of Object.entries(JSON.parse(body) as Readonly<Record<string, unknown>>)) {
    if (name === '@odata.id' || type.properties.has(name)) continue;
    const navigation = /^(\w+)@odata\.bind$/.exec(name)?.[1] ?? '';
    const target = type.single.get(navigation);
    const set = /^\/(\w+)\([0-9a-f-]{36}\)$/.exec(String(value))?.[1];
    if (target === undefined) problems.push(`${name} in the body`);
    else if (sets.has(set ?? '') && sets.get(set ?? '') !== target)
      problems.push(`${name} binds ${String(value)}`);
  }
}

/** The requests inside a `$batch` body. */
export function batchedRequests(body: string): readonly RequestText[] {
  return body.split(/^--[^\r\n]+\r?$/m).flatMap((part) => {
    const match = /\r?\n(GET|POST|PATCH|PUT|DELETE) (\S+) HTTP\/1\.1\r?\n[\s\S]*?\r?\n\r?\n([\s\S]*)$/.exec(
      part,
    );
    if (match === null) return [];
    const [, method = '', url = '', content = ''] = match;
    return [{ method, path: belowRoot(url), body: content.trim() }];
  });
}

/** What stands behind `/api/data/v9.2/`. */
export function belowRoot(url: string): string {
  return url.replace(/^(?:https?:\/\/[^/]+)?\/api\/data\/v9\.[0-9]\//, '');
}
