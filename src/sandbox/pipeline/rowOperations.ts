import { notImplemented } from '../serviceError';
import type { OperationContext, RowInput } from '../operations';
import type { Reference, StoredRow, Table } from '../schema/types';
import { NOTHING_WRITTEN, type PipelineEvent, type Written } from './event';
import { changeJob, checkJobDelete } from './jobRules';
import { refuse } from './refusals';
import { checkCustomizable, checkRegistration } from './registrationRules';
import { changeRow, existingRow, insertRow } from './rows';
import { runEvent } from './run';
import {
  bulkEvent,
  createdTarget,
  createEvent,
  eventBase,
  specialEvents,
  updatedTarget,
  updateEvent,
} from './rowEvents';
import { tableOf, type Services } from './services';
import { addToSolution, removeFromSolutions } from './solutions';
import { referencePair } from './values';

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
    ...eventBase(services, context, 'Delete', table, target.id, () => sent),
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
