import * as l10n from '@vscode/l10n';
import type {
  ContextEntity,
  ContextPair,
  ContextValue,
  ExecutionContext,
} from '../../delivery/executionContext';
import { writeValue } from '../../delivery/wire';
import type { ContextPart, NamedValue, ValueRow } from '../../protocol/delivery';
import { cutText } from '../../base/text';
import { momentText } from '../texts/readerLocale';

/** Most rows that a page gets; a body of 256 KB may hold more, and they are in the JSON. */
const MOST_ROWS = 4_000;
/** Most characters of one value; the whole one is in the JSON. */
const MOST_CHARACTERS = 4_000;

/** Counts down what a page may still get. */
interface Room {
  rows: number;
}

/** A context as parts of a page: what changed first, who and where, images, parents. */
export function contextParts(context: ExecutionContext): readonly ContextPart[] {
  const room = { rows: MOST_ROWS };
  const parts = partsOf(context, room, 0);
  return room.rows > 0
    ? parts
    : [...parts, part(l10n.t('More'), { lines: [line(l10n.t('Rest'), l10n.t('is in the JSON below'))] })];
}

function partsOf(context: ExecutionContext, room: Room, level: number): readonly ContextPart[] {
  const images = context.preEntityImages ?? [];
  const before = images.find(({ entity }) => entity !== null)?.entity ?? undefined;
  const input = context.inputParameters ?? [];
  const target = input.find(({ key }) => key === 'Target');
  const others = input.filter((pair) => pair !== target);
  return [
    ...(target === undefined ? [] : [targetPart(target.value, before, room, level === 0)]),
    ...pairsPart(l10n.t('Input parameters'), others, room),
    ...imagesPart(l10n.t('Pre-images'), images, room),
    ...imagesPart(l10n.t('Post-images'), context.postEntityImages ?? [], room),
    ...pairsPart(l10n.t('Output parameters'), context.outputParameters ?? [], room),
    ...pairsPart(l10n.t('Shared variables'), context.sharedVariables ?? [], room),
    part(l10n.t('Operation'), { lines: operationLines(context), open: level === 0 }),
    ...(context.parentContext === undefined || context.parentContext === null
      ? []
      : [parentPart(context.parentContext, room, level)]),
  ];
}

function parentPart(parent: ExecutionContext, room: Room, level: number): ContextPart {
  const name = [parent.messageName, parent.primaryEntityName].filter(
    (text) => text !== null && text !== undefined,
  );
  const title = l10n.t('Caused by {name}', { name: name.join(' ') });
  return part(title, { parts: room.rows <= 0 ? [] : partsOf(parent, room, level + 1) });
}

function targetPart(
  value: ContextValue,
  before: ContextEntity | undefined,
  room: Room,
  open: boolean,
): ContextPart {
  if (value.kind === 'entity')
    return {
      ...entityPart(l10n.t('Target: {name}', { name: value.entity.logicalName }), value.entity, room, before),
      open,
    };
  return part(l10n.t('Target'), { lines: [line(kindText(value), valueText(value))], open });
}

/** A row: its columns as a table, against those of the row before where there is one. */
function entityPart(title: string, entity: ContextEntity, room: Room, before?: ContextEntity): ContextPart {
  const labels = new Map(entity.formattedValues.map(({ key, value }) => [key, value ?? '']));
  const labelsBefore = new Map(before?.formattedValues.map(({ key, value }) => [key, value ?? '']));
  const old = new Map(before?.attributes.map(({ key, value }) => [key, value]));
  const { rows, parts } = rowsOf(entity.attributes, room, labels);
  const compared = rows.map((row): ValueRow => {
    const was = old.get(row.name);
    if (before === undefined || was === undefined) return row;
    const value = entity.attributes.find(({ key }) => key === row.name)?.value;
    const changed = value !== undefined && !sameValue(was, value);
    return { ...row, before: shown(was, labelsBefore.get(row.name)), changed };
  });
  return part(title, {
    lines: [
      line('Id', entity.id),
      ...(entity.rowVersion === null ? [] : [line('RowVersion', entity.rowVersion)]),
    ],
    rows: compared,
    compares: before !== undefined,
    parts: [
      ...parts,
      ...pairsPart('KeyAttributes', entity.keyAttributes, room),
      ...pairsPart('RelatedEntities', entity.relatedEntities, room),
    ],
  });
}

/** A date is the same moment with and without the zone of the server. */
function sameValue(a: ContextValue, b: ContextValue): boolean {
  if (a.kind === 'date' && b.kind === 'date') return a.milliseconds === b.milliseconds;
  if (a.kind === 'entityReference' && b.kind === 'entityReference')
    return a.id === b.id && a.logicalName === b.logicalName;
  return writeValue(a) === writeValue(b);
}

function imagesPart(
  title: string,
  images: ReadonlyArray<{ readonly key: string; readonly entity: ContextEntity | null }>,
  room: Room,
): readonly ContextPart[] {
  if (images.length === 0) return [];
  const parts = images.map(({ key, entity }) =>
    entity === null
      ? part(key, { lines: [line(l10n.t('Row'), l10n.t('empty'))] })
      : entityPart(`${key}: ${entity.logicalName}`, entity, room),
  );
  return [part(title, { parts })];
}

function pairsPart(title: string, pairs: readonly ContextPair[], room: Room): readonly ContextPart[] {
  if (pairs.length === 0) return [];
  const { rows, parts } = rowsOf(pairs, room, new Map());
  return [part(title, { rows, parts })];
}

/** Plain values become rows, rows within become parts of their own. */
function rowsOf(
  pairs: readonly ContextPair[],
  room: Room,
  labels: ReadonlyMap<string, string>,
): { readonly rows: readonly ValueRow[]; readonly parts: readonly ContextPart[] } {
  const rows: ValueRow[] = [];
  const parts: ContextPart[] = [];
  for (const { key, value } of pairs) {
    if (room.rows <= 0) break;
    room.rows -= 1;
    const title = titleOf(value);
    rows.push({
      name: key,
      type: kindText(value),
      value: shown(value, labels.get(key)),
      ...(title === undefined ? {} : { title }),
    });
    if (value.kind === 'entity')
      parts.push(entityPart(`${key}: ${value.entity.logicalName}`, value.entity, room));
    if (value.kind === 'entityCollection') {
      const entities = value.collection.entities.map((entity, index) =>
        entityPart(`${key}[${index}]: ${entity.logicalName}`, entity, room),
      );
      parts.push(part(key, { parts: entities }));
    }
  }
  return { rows, parts };
}

function operationLines(context: ExecutionContext): readonly NamedValue[] {
  const entries: ReadonlyArray<readonly [string, unknown]> = [
    ['MessageName', context.messageName],
    ['PrimaryEntityName', context.primaryEntityName],
    ['PrimaryEntityId', context.primaryEntityId],
    [
      'Mode',
      context.mode === 0
        ? l10n.t('0 (synchronous)')
        : context.mode === 1
          ? l10n.t('1 (asynchronous)')
          : context.mode,
    ],
    ['Stage', context.stage],
    ['Depth', context.depth],
    ['UserId', context.userId],
    ['InitiatingUserId', context.initiatingUserId],
    ['InitiatingUserAgent', context.initiatingUserAgent],
    ['BusinessUnitId', context.businessUnitId],
    ['OrganizationName', context.organizationName],
    ['OrganizationId', context.organizationId],
    ['OwningExtension', ownerText(context)],
    [
      'OperationCreatedOn',
      context.operationCreatedOn === undefined || context.operationCreatedOn === null
        ? undefined
        : dateText(context.operationCreatedOn.milliseconds),
    ],
    ['OperationId', context.operationId],
    ['RequestId', context.requestId],
    ['CorrelationId', context.correlationId],
    ['IsInTransaction', context.isInTransaction],
  ];
  return entries.flatMap(([name, value]) =>
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? [line(name, String(value))]
      : [],
  );
}

function ownerText({ owningExtension: owner }: ExecutionContext): string | undefined {
  if (owner === undefined || owner === null) return undefined;
  return owner.name === null ? `${owner.logicalName} ${owner.id}` : `${owner.name} (${owner.id})`;
}

function shown(value: ContextValue, label: string | undefined): string {
  const text = valueText(value);
  return label === undefined || label === '' || label === text ? text : `${text} (${label})`;
}

/** A value in one line of text. */
function valueText(value: ContextValue): string {
  switch (value.kind) {
    case 'null':
      return '';
    case 'string':
    case 'guid':
      return cutText(value.value, MOST_CHARACTERS);
    case 'boolean':
    case 'number':
    case 'optionSet':
      return String(value.value);
    case 'decimal':
    case 'money':
      return value.digits;
    case 'date':
      return dateText(value.milliseconds);
    case 'optionSetCollection':
      return value.values.join(', ');
    case 'entityReference':
      return value.name === null
        ? `${value.logicalName} ${value.id}`
        : `${value.name} (${value.logicalName} ${value.id})`;
    case 'entity':
      return value.entity.id;
    case 'entityCollection':
      return l10n.t('{count} rows', { count: value.collection.entities.length });
    case 'relationship':
      return value.schemaName;
    case 'keyValuePair':
      return `${value.key}: ${value.value ?? ''}`;
    case 'list':
      return cutText(value.items.map(valueText).join(', '), MOST_CHARACTERS);
    case 'unknown':
      return cutText(value.json, MOST_CHARACTERS);
  }
}

/** A moment in the zone of this machine; one that no calendar holds stays a number. */
function dateText(milliseconds: number): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? String(milliseconds) : momentText(date);
}

function titleOf(value: ContextValue): string | undefined {
  if (value.kind !== 'date') return undefined;
  const date = new Date(value.milliseconds);
  return Number.isNaN(date.getTime()) ? undefined : `${date.toISOString()} ${value.offset ?? ''}`.trim();
}

/** The type of a value, in the words of the maker of tables. */
function kindText(value: ContextValue): string {
  switch (value.kind) {
    case 'null':
      return l10n.t('empty');
    case 'string':
      return l10n.t('text');
    case 'guid':
      return l10n.t('id');
    case 'boolean':
      return l10n.t('yes or no');
    case 'number':
      return l10n.t('number');
    case 'decimal':
      return l10n.t('decimal');
    case 'date':
      return l10n.t('date and time');
    case 'optionSet':
      return l10n.t('choice');
    case 'optionSetCollection':
      return l10n.t('choices');
    case 'money':
      return l10n.t('currency');
    case 'entityReference':
      return l10n.t('lookup');
    case 'entity':
      return l10n.t('row');
    case 'entityCollection':
      return l10n.t('rows');
    case 'relationship':
      return l10n.t('relationship');
    case 'keyValuePair':
      return l10n.t('pair');
    case 'list':
      return l10n.t('list');
    case 'unknown':
      return l10n.t('unknown');
  }
}

function line(name: string, value: string): NamedValue {
  return { name, value };
}

function part(title: string, members: Partial<Omit<ContextPart, 'title'>>): ContextPart {
  return { title, open: false, lines: [], rows: [], compares: false, parts: [], ...members };
}
