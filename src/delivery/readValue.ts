import { isGuid } from '../base/guid';
import {
  NULL_VALUE,
  type ContextCollection,
  type ContextDate,
  type ContextEntity,
  type ContextPair,
  type ContextReference,
  type ContextValue,
  type FormattedPair,
} from './executionContext';
import {
  isSourceArray,
  isSourceObject,
  NumberText,
  writeSource,
  type SourceJson,
  type SourceObject,
} from './jsonSource';

/** Something in a body that is not as documented. `path` names the place, such as `InputParameters[0].value.Attributes`. */
export interface ReadProblem {
  readonly path: string;
  readonly reason:
    'notJson' | 'notAnObject' | 'notAContext' | 'tooDeep' | 'wrongType' | 'unknownMember' | 'unknownType';
}

/** Where the reader is, and where it writes what it finds. */
export interface Found {
  readonly path: string;
  readonly problems: ReadProblem[];
  readonly depth?: number;
}

/** Rows hold collections that hold rows. No documented body comes near this. */
const MAX_DEPTH = 64;

/** A dictionary, which travels as an array of key and value. Undefined, with a problem, for anything else. */
export function readPairs(value: SourceJson, at: Found): readonly ContextPair[] | undefined {
  if (!isSourceArray(value)) {
    note(at, 'wrongType');
    return undefined;
  }
  const pairs: ContextPair[] = [];
  for (const [index, item] of value.entries()) {
    const key = isSourceObject(item) ? item['key'] : undefined;
    if (!isSourceObject(item) || typeof key !== 'string') note(below(at, `[${index}]`), 'wrongType');
    else pairs.push({ key, value: readValue(item['value'] ?? null, below(at, `[${index}].value`)) });
  }
  return pairs;
}

/** One value. What it is follows from `__type`, else from its shape; what no rule knows becomes `unknown`, with a problem. */
function readValue(value: SourceJson, at: Found): ContextValue {
  if (value === null) return NULL_VALUE;
  if (typeof value === 'boolean') return { kind: 'boolean', value };
  if (typeof value === 'number') return { kind: 'number', value };
  if (value instanceof NumberText) return { kind: 'decimal', digits: value.digits };
  if (typeof value === 'string') {
    return readDate(value) ?? (isGuid(value) ? { kind: 'guid', value } : { kind: 'string', value });
  }
  if ((at.depth ?? 0) > MAX_DEPTH) return unknown(value, at, 'tooDeep');
  if (isSourceArray(value)) return readList(value, at);
  if (!isSourceObject(value)) return unknown(value, at, 'wrongType');
  return readTyped(value, at) ?? unknown(value, at, 'unknownType');
}

/** `/Date(ms)/` with or without an offset. JSON has already undone the escaped slashes. Undefined for any other text. */
export function readDate(text: string): ContextDate | undefined {
  const match = /^\/Date\((-?\d{1,16})([+-]\d{4})?\)\/$/.exec(text);
  if (match === null) return undefined;
  const milliseconds = Number(match[1]);
  const offset = match[2];
  return { kind: 'date', milliseconds, ...(offset === undefined ? {} : { offset }) };
}

/** A reference to a row, with or without `__type`. Missing members are taken as empty, wrong ones are told. */
export function readReference(value: SourceObject, at: Found): ContextReference {
  return {
    kind: 'entityReference',
    id: text(value, 'Id', at) ?? '',
    keyAttributes: dictionary(value, 'KeyAttributes', at),
    logicalName: text(value, 'LogicalName', at) ?? '',
    name: text(value, 'Name', at),
    rowVersion: text(value, 'RowVersion', at),
  };
}

/** A row, with or without `__type`. */
export function readEntity(value: SourceObject, at: Found): ContextEntity {
  return {
    attributes: dictionary(value, 'Attributes', at),
    entityState: number(value, 'EntityState', at),
    formattedValues: formattedValues(value, at),
    id: text(value, 'Id', at) ?? '',
    keyAttributes: dictionary(value, 'KeyAttributes', at),
    logicalName: text(value, 'LogicalName', at) ?? '',
    relatedEntities: dictionary(value, 'RelatedEntities', at),
    rowVersion: text(value, 'RowVersion', at),
  };
}

function readList(value: readonly SourceJson[], at: Found): ContextValue {
  const items = value.map((item, index) => readValue(item, below(at, `[${index}]`)));
  const choices = items.flatMap((item) => (item.kind === 'optionSet' ? [item.value] : []));
  return choices.length > 0 && choices.length === items.length
    ? { kind: 'optionSetCollection', values: choices }
    : { kind: 'list', items };
}

function readTyped(value: SourceObject, at: Found): ContextValue | undefined {
  const type = value['__type'];
  switch (typeof type === 'string' ? typeName(type) : shapeOf(value)) {
    case 'OptionSetValue': {
      const option = value['Value'];
      return typeof option === 'number' ? { kind: 'optionSet', value: option } : undefined;
    }
    case 'Money': {
      const amount = value['Value'];
      if (amount instanceof NumberText) return { kind: 'money', digits: amount.digits };
      return typeof amount === 'number' ? { kind: 'money', digits: String(amount) } : undefined;
    }
    case 'EntityReference':
      return readReference(value, at);
    case 'Entity':
      return { kind: 'entity', entity: readEntity(value, at) };
    case 'EntityCollection':
      return { kind: 'entityCollection', collection: readCollection(value, at) };
    case 'Relationship': {
      const schemaName = value['SchemaName'];
      if (typeof schemaName !== 'string') return undefined;
      return { kind: 'relationship', schemaName, primaryEntityRole: number(value, 'PrimaryEntityRole', at) };
    }
    case 'KeyValuePair': {
      const key = value['key'];
      if (typeof key !== 'string' || typeof type !== 'string') return undefined;
      return { kind: 'keyValuePair', type, key, value: text(value, 'value', at) };
    }
    default:
      return undefined;
  }
}

/** `Entity:http://…` is an Entity, `KeyValuePairOfstringstring:#…` a pair. */
function typeName(type: string): string {
  const name = type.split(':', 1)[0] ?? '';
  return name.startsWith('KeyValuePairOf') ? 'KeyValuePair' : name;
}

/** What an object without `__type` is. A whole number alone may be a choice or an amount; a choice is more usual. */
function shapeOf(value: SourceObject): string | undefined {
  if ('Attributes' in value) return 'Entity';
  if ('Entities' in value) return 'EntityCollection';
  if ('LogicalName' in value && 'Id' in value) return 'EntityReference';
  if ('SchemaName' in value) return 'Relationship';
  if ('Value' in value && Object.keys(value).length === 1) {
    return typeof value['Value'] === 'number' && Number.isInteger(value['Value'])
      ? 'OptionSetValue'
      : 'Money';
  }
  return undefined;
}

function readCollection(value: SourceObject, at: Found): ContextCollection {
  const entities = value['Entities'] ?? [];
  const here = below(at, '.Entities');
  return {
    entities: isSourceArray(entities)
      ? entities.flatMap((item, index) => {
          const place = below(here, `[${index}]`);
          return isSourceObject(item) ? [readEntity(item, place)] : wrong(place, []);
        })
      : wrong(here, []),
    entityName: text(value, 'EntityName', at),
    minActiveRowVersion: text(value, 'MinActiveRowVersion', at),
    moreRecords: flag(value, 'MoreRecords', at),
    pagingCookie: text(value, 'PagingCookie', at),
    totalRecordCount: number(value, 'TotalRecordCount', at) ?? -1,
    totalRecordCountLimitExceeded: flag(value, 'TotalRecordCountLimitExceeded', at),
  };
}

function formattedValues(value: SourceObject, at: Found): readonly FormattedPair[] {
  return dictionary(value, 'FormattedValues', at).map((pair) => ({
    key: pair.key,
    value: formattedText(pair.value),
  }));
}

/** A formatted value is text; one that looks like an id or a date was read as such, and is text again here. */
function formattedText(value: ContextValue): string | null {
  if (value.kind === 'string' || value.kind === 'guid') return value.value;
  if (value.kind === 'date') return `/Date(${value.milliseconds}${value.offset ?? ''})/`;
  return null;
}

function dictionary(value: SourceObject, name: string, at: Found): readonly ContextPair[] {
  const member = value[name];
  return member === undefined || member === null ? [] : (readPairs(member, below(at, `.${name}`)) ?? []);
}

function text(value: SourceObject, name: string, at: Found): string | null {
  const member = value[name];
  if (member === undefined || member === null) return null;
  return typeof member === 'string' ? member : wrong(below(at, `.${name}`), null);
}

function number(value: SourceObject, name: string, at: Found): number | null {
  const member = value[name];
  if (member === undefined || member === null) return null;
  return typeof member === 'number' ? member : wrong(below(at, `.${name}`), null);
}

function flag(value: SourceObject, name: string, at: Found): boolean {
  const member = value[name];
  if (member === undefined || member === null) return false;
  return typeof member === 'boolean' ? member : wrong(below(at, `.${name}`), false);
}

function unknown(value: SourceJson, at: Found, reason: ReadProblem['reason']): ContextValue {
  note(at, reason);
  return { kind: 'unknown', json: writeSource(value) };
}

/** Notes a problem at a place. */
export function note(at: Found, reason: ReadProblem['reason']): void {
  at.problems.push({ path: at.path, reason });
}

/** Notes a value of the wrong type and goes on with `instead`. */
function wrong<T>(at: Found, instead: T): T {
  note(at, 'wrongType');
  return instead;
}

function below(at: Found, step: string): Found {
  return { path: at.path + step, problems: at.problems, depth: (at.depth ?? 0) + 1 };
}
