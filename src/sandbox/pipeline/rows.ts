import { changedValues, newRow } from '../newRow';
import type { OperationContext } from '../operations';
import type { CellValue, Column, Reference, StoredRow, Table } from '../schema/types';
import { rowNotFound } from '../serviceError';
import { refuse } from './refusals';
import { asNumber, asReference, asText, authorOf, tableOf, type Services } from './services';

/** The row a write is about. 404 when it is not there. */
export function existingRow(services: Services, target: Reference): StoredRow {
  const row = services.store.get(target.table, target.id);
  if (row === undefined) throw rowNotFound(target.table, target.id);
  return row;
}

/** Inserts a row with everything the platform adds to it, and returns it as it is kept. */
export function insertRow(
  services: Services,
  table: Table,
  id: string,
  values: StoredRow,
  context: OperationContext,
): StoredRow {
  if (services.store.get(table.name, id) !== undefined) {
    throw refuse('duplicateRecord', `${table.name} ${id}`, 412);
  }
  for (const column of table.columns)
    requireValue(table, column, values[column.name] ?? column.initial ?? null);
  const row = newRow(
    table,
    id,
    { ...values, ...stateOf(table, undefined, values) },
    authorOf(services, context),
  );
  context.work.transaction.insert(table.name, {
    ...row,
    ...currencyOf(services, table, row),
    ...behalfOf(table, ['createdonbehalfby', 'modifiedonbehalfby'], context),
    ...ownerUnit(services, row),
    ...yomiName(table, row),
  });
  return existingRow(services, { table: table.name, id });
}

/** Changes a row and returns what was written, the platform's additions included. */
export function changeRow(
  services: Services,
  target: Reference,
  values: StoredRow,
  context: OperationContext,
): StoredRow {
  const table = tableOf(services, target.table);
  const before = existingRow(services, target);
  for (const column of table.columns) {
    if (values[column.name] === null) requireValue(table, column, null);
  }
  const sent = { ...values, ...stateOf(table, before, values) };
  const changes = changedValues(table, before, sent, authorOf(services, context));
  const after = { ...before, ...changes };
  const written: StoredRow = {
    ...changes,
    ...('ownerid' in values ? ownerUnit(services, after) : {}),
    ...currencyOf(services, table, after),
    ...behalfOf(table, ['modifiedonbehalfby'], context),
    ...yomiName(table, after),
  };
  context.work.transaction.change(target.table, target.id, written);
  return written;
}

/** The columns the service itself insists on (FACTS 5.2: the metadata's SystemRequired is not enforced for every caller). */
function requireValue(table: Table, column: Column, value: CellValue): void {
  if (column.enforced === true && (value === null || value === '')) {
    throw refuse('invalidArgument', `The column ${column.name} of ${table.name} needs a value.`);
  }
}

/**
 * State and status belong together: a state alone brings its first status, a status alone must belong to the row's
 * state, both must fit. That the service refuses the rest with this code is UNVERIFIED.
 */
function stateOf(table: Table, before: StoredRow | undefined, values: StoredRow): StoredRow {
  const status = table.columns.find((column) => column.type === 'status');
  const state = table.columns.find((column) => column.type === 'state');
  if (status === undefined || state === undefined) return {};
  if (before !== undefined && values[state.name] === undefined && values[status.name] === undefined)
    return {};
  const current = asNumber(before?.[state.name] ?? state.initial ?? null) ?? 0;
  const wanted = asNumber(values[state.name] ?? null) ?? current;
  const options = status.options?.filter((option) => option.state === wanted) ?? [];
  const initial = options.find((option) => option.value === status.initial) ?? options[0];
  const reason = asNumber(values[status.name] ?? null) ?? initial?.value;
  if (reason === undefined || !options.some((option) => option.value === reason)) {
    throw refuse('stateAndStatus', `${table.name}: state ${wanted}, status ${reason ?? 'none'}.`);
  }
  return { [state.name]: wanted, [status.name]: reason };
}

/** Rows with amounts have a currency, its rate, and the amounts in the base currency: amount divided by rate. */
function currencyOf(services: Services, table: Table, row: StoredRow): StoredRow {
  const amounts = table.columns.filter((column) => column.type === 'money' && row[column.name] !== undefined);
  if (!amounts.some((column) => row[column.name] !== null)) return {};
  const columns = new Set(table.columns.map((column) => column.name));
  const organization = services.store.get('organization', services.organization.id);
  const currency = asReference(row['transactioncurrencyid']) ?? asReference(organization?.['basecurrencyid']);
  const stored = currency === undefined ? undefined : services.store.get(currency.table, currency.id);
  const rate = asNumber(stored?.['exchangerate']) ?? 1;
  const values: Record<string, CellValue> = {};
  for (const { name } of amounts) {
    const amount = asNumber(row[name]);
    if (name.endsWith('_base') || !columns.has(`${name}_base`)) continue;
    values[`${name}_base`] = amount === undefined ? null : Math.round((amount / rate) * 10_000) / 10_000;
  }
  if (columns.has('exchangerate')) values['exchangerate'] = rate;
  if (columns.has('transactioncurrencyid')) values['transactioncurrencyid'] = currency ?? null;
  return values;
}

/** Who really called, when the call was made for another user. */
function behalfOf(table: Table, names: readonly string[], context: OperationContext): StoredRow {
  const caller =
    context.initiatingUserId === context.userId
      ? null
      : { table: 'systemuser', id: context.initiatingUserId };
  const known = names.filter((name) => table.columns.some((column) => column.name === name));
  return Object.fromEntries(known.map((name) => [name, caller]));
}

/** The owner's own business unit, where it is known. */
function ownerUnit(services: Services, row: StoredRow): StoredRow {
  const owner = asReference(row['ownerid']);
  if (owner === undefined || row['owningbusinessunit'] === undefined) return {};
  const unit = asReference(services.store.get(owner.table, owner.id)?.['businessunitid']);
  return unit === undefined ? {} : { owningbusinessunit: unit };
}

/** The phonetic name falls back to the name itself (FACTS 18.2). */
function yomiName(table: Table, row: StoredRow): StoredRow {
  if (!table.columns.some((column) => column.name === 'yomifullname')) return {};
  const words = ['firstname', 'middlename', 'lastname'].flatMap(
    (name) => asText(row[`yomi${name}`]) ?? asText(row[name]) ?? [],
  );
  return { yomifullname: words.length === 0 ? null : words.join(' ') };
}
