import { changedValues, newRow } from './newRow';
import type { Author } from './newRow';
import type { OperationContext, Operations, PipelineEnvironment } from './operations';
import type { Reference, StoredRow, Table } from './schema/types';
import { ServiceError, notImplemented, rowNotFound } from './serviceError';

/** Writes straight into the data: defaults and cascades, but no rules, no steps, no jobs. The pipeline is built on the same interface. */
export function createDirectOperations(environment: PipelineEnvironment): Operations {
  const { store, clock, organization } = environment;
  const tableOf = (name: string): Table => {
    const table = store.schema.table(name);
    if (table === undefined) throw new Error(`There is no table ${name}`);
    return table;
  };
  const author = (context: OperationContext): Author => ({
    userId: context.userId,
    businessUnitId: context.businessUnitId,
    organizationId: organization.id,
    now: clock.now(),
  });
  const rowOf = (target: Reference): StoredRow => {
    const row = store.get(target.table, target.id);
    if (row === undefined) throw rowNotFound(target.table, target.id);
    return row;
  };

  const create: Operations['create'] = (name, id, values, context) => {
    const table = tableOf(name);
    const row = newRow(table, id, values, author(context));
    if (id !== undefined && store.get(name, id) !== undefined) {
      return Promise.reject(
        new ServiceError(412, '0x80040237', 'A record with matching key values already exists.'),
      );
    }
    context.work.transaction.insert(name, row);
    const key = row[table.key];
    return Promise.resolve({ table: name, id: typeof key === 'string' ? key : '' });
  };
  const update: Operations['update'] = (target, values, context) => {
    const table = tableOf(target.table);
    const changes = changedValues(table, rowOf(target), values, author(context));
    context.work.transaction.change(target.table, target.id, changes);
    return Promise.resolve();
  };
  const remove: Operations['remove'] = async (target, context) => {
    rowOf(target);
    for (const { table, column, onDelete } of tableOf(target.table).collections) {
      if (onDelete === 'none') continue;
      const key = tableOf(table).key;
      for (const row of [...store.where(table, column, target)]) {
        const id = row[key];
        if (typeof id !== 'string') continue;
        if (onDelete === 'restrict') throw inUse();
        if (onDelete === 'cascade') await remove({ table, id }, context);
        else await update({ table, id }, { [column]: null }, context);
      }
    }
    context.work.transaction.remove(target.table, target.id);
  };
  return {
    create,
    update,
    remove,
    createMultiple: async (table, rows, context) => {
      const made: Reference[] = [];
      for (const { id, values } of rows) made.push(await create(table, id, values, context));
      return made;
    },
    updateMultiple: async (table, rows, context) => {
      for (const { id, values } of rows) if (id !== undefined) await update({ table, id }, values, context);
    },
    associate: (target, relationship, related, context) => {
      link(environment, target, relationship, related, context, true);
      return Promise.resolve();
    },
    disassociate: (target, relationship, related, context) => {
      link(environment, target, relationship, related, context, false);
      return Promise.resolve();
    },
    retrieve: (_target, read) => Promise.resolve(read()),
    knowsAction: () => false,
    execute: ({ name }) => Promise.reject(notImplemented(`the action ${name}`)),
  };
}

function inUse(): ServiceError {
  return new ServiceError(
    405,
    '0x80040227',
    'The object you tried to delete is associated with another object and cannot be deleted.',
  );
}

function link(
  { store }: PipelineEnvironment,
  target: Reference,
  relationship: string,
  related: readonly Reference[],
  { work }: OperationContext,
  present: boolean,
): void {
  const found = store.schema.table(target.table)?.manyToMany.find((one) => one.relationship === relationship);
  if (found === undefined) throw notImplemented(`the relationship ${relationship}`);
  for (const other of related) {
    const row = { [found.ownColumn]: target, [found.otherColumn]: other };
    if (present) work.transaction.link(found.intersect, row);
    else work.transaction.unlink(found.intersect, row);
  }
}
