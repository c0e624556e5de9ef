import { STRING_PAIR_TYPE, contextReference, type ContextPair } from '../../delivery/executionContext';
import { notImplemented } from '../serviceError';
import type { OperationContext, RowInput } from '../operations';
import type { Reference, StoredRow, Table } from '../schema/types';
import { sharedVariables } from './contexts';
import { NOTHING_WRITTEN, type PipelineEvent, type Written } from './event';
import { changeJob, checkJobDelete } from './jobRules';
import { refuse } from './refusals';
import { checkCustomizable, checkRegistration } from './registrationRules';
import { changeRow, existingRow, insertRow } from './rows';
import { runEvent } from './run';
import { asReference, tableOf, type Services } from './services';
import { addToSolution, removeFromSolutions } from './solutions';
import { contextEntity, entitiesPair, entityPair, formattedPairs, referencePair } from './values';

/** Messages that an update of these columns stands for as well. That their steps fire too is UNVERIFIED (FACTS 17.5 lists their parameters). */
const STATE_COLUMNS = ['statecode', 'statuscode'];

/** Creates a row through the pipeline and returns its id. `bulk`: the steps of CreateMultiple ran already. */
export async function createRow(
  services: Services,
  table: Table,
  input: RowInput,
  context: OperationContext,
  bulk = false,
): Promise<Reference> {
  if (!table.access.create) throw readOnly(table, 'created');
  const id = (input.id ?? services.newId()).toLowerCase();
  const { values } = input;
  const before = services.store.get(table.name, id);
  if (before !== undefined) throw refuse('duplicateRecord', `${table.name} ${id}`, 412);
  const insert = (): Promise<Written> => {
    const after = insertRow(services, table, id, values, context);
    checkRegistration(services, { table: table.name, before: undefined, after, sent: values });
    addToSolution(services, table, id, context);
    return Promise.resolve({
      before: undefined,
      after,
      target: createdTarget(table, id, values, after),
      versionBefore: null,
    });
  };
  const event = createEvent(services, table, id, values, context);
  await runEvent(services, event, undefined, () =>
    bulk ? insert() : single(services, 'CreateMultiple', table, { id, values }, context, insert),
  );
  return { table: table.name, id };
}

/** Changes a row through the pipeline. `bulk`: the steps of UpdateMultiple ran already. */
export async function updateRow(
  services: Services,
  target: Reference,
  values: StoredRow,
  context: OperationContext,
  bulk = false,
): Promise<void> {
  const table = tableOf(services, target.table);
  if (!table.access.update) throw readOnly(table, 'changed');
  const before = existingRow(services, target);
  if (table.name === 'asyncoperation') {
    changeJob(services, target, values, context);
    return;
  }
  const version = services.store.version(target.table, target.id);
  const versionBefore = version === undefined ? null : String(version);
  const change = (): Promise<Written> => {
    const written = changeRow(services, target, values, context);
    const after = existingRow(services, target);
    checkRegistration(services, { table: table.name, before, after, sent: values });
    return Promise.resolve({
      before,
      after,
      target: updatedTarget(table, target.id, values, written),
      versionBefore,
    });
  };
  const events = [
    updateEvent(services, table, target.id, values, context, versionBefore),
    ...specialEvents(services, table, target, before, values, context),
  ];
  const whole = (): Promise<Written> =>
    bulk ? change() : single(services, 'UpdateMultiple', table, { id: target.id, values }, context, change);
  const nested = events.reduceRight<() => Promise<Written>>(
    (core, event) => () => runEvent(services, event, before, core),
    whole,
  );
  await nested();
}

/** Deletes a row through the pipeline, after what depends on it (FACTS 5.4 and the relationships of FACTS 3). */
export async function removeRow(
  services: Services,
  target: Reference,
  context: OperationContext,
): Promise<void> {
  const table = tableOf(services, target.table);
  if (!table.access.delete) throw readOnly(table, 'deleted');
  const before = existingRow(services, target);
  if (table.name === 'asyncoperation') checkJobDelete(before);
  checkCustomizable(before);
  const sent = [referencePair('Target', target)];
  const event: PipelineEvent = {
    ...eventBase(services, context, 'Delete', table, target.id, sent),
    images: { pre: true, post: false },
    primaryNameImage: 'pre',
  };
  await runEvent(services, event, before, async () => {
    await removeDependents(services, table, target, context);
    removeFromSolutions(services, target.id, context);
    context.work.transaction.remove(target.table, target.id);
    return { ...NOTHING_WRITTEN, before };
  });
}

/** The event every message starts from: no row images, the parameters as they were sent. */
export function eventBase(
  services: Services,
  context: OperationContext,
  message: string,
  table: Table | undefined,
  id: string | undefined,
  sent: readonly ContextPair[],
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
    input: () => sent,
    output: () => [],
  };
}

function createEvent(
  services: Services,
  table: Table,
  id: string,
  values: StoredRow,
  context: OperationContext,
): PipelineEvent {
  const suppress = duplicateDetection(context);
  const sent = [entityPair('Target', contextEntity(table, id, { [table.key]: id, ...values })), suppress];
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

function updateEvent(
  services: Services,
  table: Table,
  id: string,
  values: StoredRow,
  context: OperationContext,
  rowVersion: string | null,
): PipelineEvent {
  const target = contextEntity(table, id, { [table.key]: id, ...values }, { rowVersion });
  const sent = [entityPair('Target', target), duplicateDetection(context)];
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

/** Assign for a new owner, SetState and its older twin for a state or status. */
function specialEvents(
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
    const sent = [referencePair('Target', target), referencePair('Assignee', owner)];
    events.push({
      ...eventBase(services, context, 'Assign', table, target.id, sent),
      images,
      primaryNameImage: 'pre',
    });
  }
  if (STATE_COLUMNS.some((column) => values[column] !== undefined)) {
    const state = values['statecode'] ?? before['statecode'];
    const sent: readonly ContextPair[] = [
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

/** One row through the steps of its bulk message: standard tables have one pipeline for both (FACTS 7, UNVERIFIED). */
function single(
  services: Services,
  message: 'CreateMultiple' | 'UpdateMultiple',
  table: Table,
  row: { readonly id: string; readonly values: StoredRow },
  context: OperationContext,
  core: () => Promise<Written>,
): Promise<Written> {
  return runEvent(services, bulkEvent(services, message, table, [row], context), undefined, core);
}

/** The event of a bulk message: Targets in, Ids out. */
export function bulkEvent(
  services: Services,
  message: 'CreateMultiple' | 'UpdateMultiple',
  table: Table,
  rows: ReadonlyArray<{ readonly id: string; readonly values: StoredRow }>,
  context: OperationContext,
): PipelineEvent {
  const targets = rows.map(({ id, values }) => contextEntity(table, id, { [table.key]: id, ...values }));
  const base = eventBase(services, context, message, table, undefined, [
    entitiesPair('Targets', table.name, targets),
  ]);
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

function createdTarget(table: Table, id: string, sent: StoredRow, row: StoredRow): StoredRow {
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
function updatedTarget(table: Table, id: string, sent: StoredRow, written: StoredRow): StoredRow {
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

async function removeDependents(
  services: Services,
  table: Table,
  target: Reference,
  context: OperationContext,
): Promise<void> {
  const { store } = services;
  const dependents = table.collections
    .filter(({ onDelete }) => onDelete !== 'none')
    .map((collection) => ({
      ...collection,
      rows: [...store.where(collection.table, collection.column, target)],
      key: tableOf(services, collection.table).key,
    }));
  const blocking = dependents.find(({ onDelete, rows }) => onDelete === 'restrict' && rows.length > 0);
  // Which code the service answers with for which relationship is UNVERIFIED (FACTS 5.4).
  if (blocking !== undefined) throw refuse('cannotDeleteDueToAssociation', blocking.table, 405);
  for (const { table: child, column, key, onDelete, rows } of dependents) {
    for (const row of rows) {
      const id = row[key];
      if (typeof id !== 'string' || store.get(child, id) === undefined) continue;
      if (onDelete === 'cascade') await removeRow(services, { table: child, id }, context);
      if (onDelete === 'removeLink') context.work.transaction.change(child, id, { [column]: null });
    }
  }
}

function readOnly(table: Table, what: string): Error {
  return table.name === 'asyncoperation' || table.name === 'plugintracelog'
    ? refuse('invalidArgument', `Rows of ${table.name} cannot be ${what}.`)
    : notImplemented(`rows of ${table.name} being ${what}`);
}
