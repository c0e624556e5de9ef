import type { ContextPair } from '../../delivery/executionContext';
import { contextReference } from '../../delivery/executionContext';
import type { OperationContext } from '../operations';
import type { ManyToMany, Reference, StoredRow } from '../schema/types';
import { badRequest } from '../serviceError';
import { NOTHING_WRITTEN, type PipelineEvent } from './event';
import { refuse } from './refusals';
import { eventBase } from './rowEvents';
import { updateRow } from './rowOperations';
import { existingRow } from './rows';
import { runEvent } from './run';
import { asReference, tableOf, type Services } from './services';

/** How a relationship is kept: as links of two rows, or as a lookup on one side. */
type Kept =
  | { readonly kind: 'links'; readonly many: ManyToMany }
  /** The lookup is on the related rows. */
  | { readonly kind: 'theirLookup'; readonly table: string; readonly column: string }
  /** The lookup is on the target itself. */
  | { readonly kind: 'ownLookup'; readonly column: string };

/** Links rows, through the steps of Associate. */
export async function associate(
  services: Services,
  target: Reference,
  relationship: string,
  related: readonly Reference[],
  context: OperationContext,
): Promise<void> {
  const kept = keptAs(services, target.table, relationship);
  existingRow(services, target);
  for (const one of related) existingRow(services, one);
  const event = relationEvent(services, 'Associate', target, relationship, related, context);
  await runEvent(services, event, undefined, async () => {
    for (const one of related) {
      if (kept.kind === 'links') link(services, kept.many, target, one, context);
      else if (kept.kind === 'ownLookup') await updateRow(services, target, { [kept.column]: one }, context);
      else await updateRow(services, one, { [kept.column]: target }, context);
    }
    return NOTHING_WRITTEN;
  });
}

/** Takes links away, through the steps of Disassociate. What is not linked stays so. */
export async function disassociate(
  services: Services,
  target: Reference,
  relationship: string,
  related: readonly Reference[],
  context: OperationContext,
): Promise<void> {
  const kept = keptAs(services, target.table, relationship);
  existingRow(services, target);
  const event = relationEvent(services, 'Disassociate', target, relationship, related, context);
  await runEvent(services, event, undefined, async () => {
    for (const one of related) {
      if (kept.kind === 'links')
        context.work.transaction.unlink(kept.many.intersect, linkRow(kept.many, target, one));
      else if (kept.kind === 'ownLookup') await clear(services, target, kept.column, one, context);
      else await clear(services, one, kept.column, target, context);
    }
    return NOTHING_WRITTEN;
  });
}

function keptAs(services: Services, tableName: string, relationship: string): Kept {
  const table = tableOf(services, tableName);
  const many = table.manyToMany.find((one) => one.relationship === relationship);
  if (many !== undefined) return { kind: 'links', many };
  for (const column of table.columns) {
    const own = column.targets?.some(
      (one) => one.relationship === relationship || one.navigation === relationship,
    );
    if (own === true) return { kind: 'ownLookup', column: column.name };
  }
  for (const other of services.store.schema.tables) {
    for (const column of other.columns) {
      const points = column.targets?.some(
        (one) => one.table === tableName && one.relationship === relationship,
      );
      if (points === true) return { kind: 'theirLookup', table: other.name, column: column.name };
    }
  }
  const collection = table.collections.find((one) => one.name === relationship);
  if (collection !== undefined)
    return { kind: 'theirLookup', table: collection.table, column: collection.column };
  throw badRequest(`The table ${tableName} has no relationship ${relationship}.`);
}

function link(
  services: Services,
  many: ManyToMany,
  target: Reference,
  one: Reference,
  context: OperationContext,
): void {
  for (const linked of services.store.linked(many.intersect, many.ownColumn, target.id)) {
    if (linked.id === one.id) throw refuse('duplicateRecord', many.relationship, 412);
  }
  context.work.transaction.link(many.intersect, linkRow(many, target, one));
}

function linkRow(many: ManyToMany, target: Reference, one: Reference): StoredRow {
  return { [many.ownColumn]: target, [many.otherColumn]: one };
}

async function clear(
  services: Services,
  row: Reference,
  column: string,
  linked: Reference,
  context: OperationContext,
): Promise<void> {
  if (asReference(existingRow(services, row)[column])?.id !== linked.id) return;
  await updateRow(services, row, { [column]: null }, context);
}

/** The messages have no primary table, and the JSON of two of their parameters is UNVERIFIED (FACTS 17.5). */
function relationEvent(
  services: Services,
  message: 'Associate' | 'Disassociate',
  target: Reference,
  relationship: string,
  related: readonly Reference[],
  context: OperationContext,
): PipelineEvent {
  const sent: readonly ContextPair[] = [
    { key: 'Target', value: contextReference(target.table, target.id) },
    {
      key: 'Relationship',
      value: { kind: 'relationship', schemaName: relationship, primaryEntityRole: null },
    },
    {
      key: 'RelatedEntities',
      value: { kind: 'list', items: related.map((one) => contextReference(one.table, one.id)) },
    },
  ];
  return eventBase(services, context, message, undefined, undefined, () => sent);
}
