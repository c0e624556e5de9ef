import { STRING_PAIR_TYPE, contextReference, type ContextPair } from '../../delivery/executionContext';
import type { OperationContext } from '../operations';
import type { Reference, StoredRow, Table } from '../schema/types';
import { sharedVariables } from './contexts';
import type { PipelineEvent } from './event';
import { asReference, type Services } from './services';
import { contextEntity, entitiesPair, entityPair, formattedPairs, referencePair } from './values';

/** Columns of which an update stands for SetState as well. */
const STATE_COLUMNS = ['statecode', 'statuscode'];

/** The event every message starts from: no row images, the parameters as they were sent. */
export function eventBase(
  services: Services,
  context: OperationContext,
  message: string,
  table: Table | undefined,
  id: string | undefined,
  sent: () => readonly ContextPair[],
): PipelineEvent {
  return {
    message,
    table,
    id,
    context,
    startedAt: services.clock.now(),
    sent,
    columns: undefined,
    shared: sharedVariables(),
    images: { pre: false, post: false },
    primaryNameImage: undefined,
    input: sent,
    output: () => [],
  };
}

/** The event of Create; Target tells after the operation what the platform added (FACTS 18.1). */
export function createEvent(
  services: Services,
  table: Table,
  id: string,
  values: StoredRow,
  context: OperationContext,
): PipelineEvent {
  const sent = (): readonly ContextPair[] => [
    entityPair('Target', contextEntity(table, id, { [table.key]: id, ...values })),
    duplicateDetection(context),
  ];
  return {
    ...eventBase(services, context, 'Create', table, id, sent),
    columns: new Set(Object.keys(values)),
    shared: sharedVariables({ key: 'DefaultsAddedFlag', value: { kind: 'boolean', value: true } }),
    images: { pre: false, post: true },
    primaryNameImage: 'post',
    input: ({ target }, formatted) => {
      const formattedValues = formatted ? formattedPairs(services.store, table, target) : [];
      return [entityPair('Target', contextEntity(table, id, target, { formattedValues }))];
    },
    output: () => [{ key: 'id', value: { kind: 'guid', value: id } }],
  };
}

/** The event of Update (FACTS 18.2). */
export function updateEvent(
  services: Services,
  table: Table,
  id: string,
  values: StoredRow,
  context: OperationContext,
  rowVersion: string | null,
): PipelineEvent {
  const sent = (): readonly ContextPair[] => [
    entityPair('Target', contextEntity(table, id, { [table.key]: id, ...values }, { rowVersion })),
    duplicateDetection(context),
  ];
  const changed: ContextPair = {
    key: 'ChangedEntityTypes',
    value: {
      kind: 'list',
      items: [{ kind: 'keyValuePair', type: STRING_PAIR_TYPE, key: table.name, value: 'Update' }],
    },
  };
  return {
    ...eventBase(services, context, 'Update', table, id, sent),
    columns: new Set(Object.keys(values)),
    shared: sharedVariables(changed),
    images: { pre: true, post: true },
    primaryNameImage: 'post',
    input: (written) => [entityPair('Target', contextEntity(table, id, written.target, { rowVersion }))],
  };
}

/**
 * Assign for a new owner, SetState and its older twin for a state or status. That an update fires their steps too is
 * UNVERIFIED; their parameters are those of FACTS 17.5.
 */
export function specialEvents(
  services: Services,
  table: Table,
  target: Reference,
  before: StoredRow,
  values: StoredRow,
  context: OperationContext,
): readonly PipelineEvent[] {
  const events: PipelineEvent[] = [];
  const owner = asReference(values['ownerid']);
  const images = { pre: true, post: true };
  if (owner !== undefined && owner.id !== asReference(before['ownerid'])?.id) {
    const sent = (): readonly ContextPair[] => [
      referencePair('Target', target),
      referencePair('Assignee', owner),
    ];
    events.push({
      ...eventBase(services, context, 'Assign', table, target.id, sent),
      images,
      primaryNameImage: 'pre',
    });
  }
  if (STATE_COLUMNS.some((column) => values[column] !== undefined)) {
    const state = values['statecode'] ?? before['statecode'];
    const sent = (): readonly ContextPair[] => [
      { key: 'EntityMoniker', value: contextReference(target.table, target.id) },
      { key: 'State', value: { kind: 'optionSet', value: typeof state === 'number' ? state : 0 } },
      // -1 asks for the state's first status, as the message's caller does: general knowledge, UNVERIFIED.
      {
        key: 'Status',
        value: {
          kind: 'optionSet',
          value: typeof values['statuscode'] === 'number' ? values['statuscode'] : -1,
        },
      },
    ];
    for (const message of ['SetState', 'SetStateDynamicEntity']) {
      events.push({ ...eventBase(services, context, message, table, target.id, sent), images });
    }
  }
  return events;
}

/** The event of a bulk message: Targets in, Ids out. */
export function bulkEvent(
  services: Services,
  message: 'CreateMultiple' | 'UpdateMultiple',
  table: Table,
  rows: ReadonlyArray<{ readonly id: string; readonly values: StoredRow }>,
  context: OperationContext,
): PipelineEvent {
  const sent = (): readonly ContextPair[] => {
    const targets = rows.map(({ id, values }) => contextEntity(table, id, { [table.key]: id, ...values }));
    return [entitiesPair('Targets', table.name, targets)];
  };
  const base = eventBase(services, context, message, table, undefined, sent);
  const columns = new Set(rows.flatMap(({ values }) => Object.keys(values)));
  if (message === 'UpdateMultiple') return { ...base, columns };
  const ids: ContextPair = {
    key: 'Ids',
    value: { kind: 'list', items: rows.map(({ id }) => ({ kind: 'guid', value: id })) },
  };
  return { ...base, columns, output: () => [ids] };
}

function duplicateDetection(context: OperationContext): ContextPair {
  const value = context.headers['mscrm.suppressduplicatedetection'] === 'true';
  return { key: 'SuppressDuplicateDetection', value: { kind: 'boolean', value } };
}

/** What the platform adds to Target of Create, where the table has it: the columns of FACTS 18.1. */
const CREATE_ADDS = [
  ...[
    'exchangerate',
    'transactioncurrencyid',
    'fullname',
    'yomifullname',
    'statecode',
    'statuscode',
    'ownerid',
  ],
  ...['owninguser', 'owningteam', 'owningbusinessunit', 'createdby', 'createdon', 'modifiedby', 'modifiedon'],
];

/** Target of Create: what was sent, with base amounts, and what the platform added, as the row has it (FACTS 18.1). */
export function createdTarget(table: Table, id: string, sent: StoredRow, row: StoredRow): StoredRow {
  const target: Record<string, StoredRow[string]> = { [table.key]: id };
  for (const name of Object.keys(sent)) {
    target[name] = sent[name] ?? null;
    const base = row[`${name}_base`];
    if (base !== undefined) target[`${name}_base`] = base;
  }
  for (const name of CREATE_ADDS) {
    const value = row[name];
    if (value !== undefined) target[name] = value;
  }
  if (table.columns.some((column) => column.name === 'modifiedonbehalfby')) {
    target['modifiedonbehalfby'] = row['modifiedonbehalfby'] ?? null;
  }
  return target;
}

/** Target of Update: what was sent, what follows from it, and who changed it when (FACTS 18.2). */
export function updatedTarget(table: Table, id: string, sent: StoredRow, written: StoredRow): StoredRow {
  const names = Object.keys(sent);
  const amounts = names.flatMap((name) => (written[`${name}_base`] === undefined ? [] : [`${name}_base`]));
  const follows = [
    ...(names.some((name) => /^(yomi)?(first|middle|last)name$/.test(name))
      ? ['fullname', 'yomifullname']
      : []),
    ...(amounts.length > 0 ? [...amounts, 'exchangerate', 'transactioncurrencyid'] : []),
    ...(STATE_COLUMNS.some((name) => name in sent) ? STATE_COLUMNS : []),
    ...('ownerid' in sent ? ['owninguser', 'owningteam', 'owningbusinessunit'] : []),
    ...['modifiedon', 'modifiedby', 'modifiedonbehalfby'],
  ];
  const target: Record<string, StoredRow[string]> = { [table.key]: id, ...sent };
  for (const name of follows) {
    const value = written[name];
    if (value !== undefined) target[name] = value;
  }
  return target;
}
