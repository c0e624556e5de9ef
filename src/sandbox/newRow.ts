import { randomUUID } from 'node:crypto';
import type { CellValue, Reference, StoredRow, Table } from './schema/types';

/** Who makes or changes a row, and when (milliseconds since 1970). */
export interface Author {
  readonly userId: string;
  readonly businessUnitId: string;
  readonly organizationId: string;
  readonly now: number;
}

/** The "Active" solution, in which unmanaged components live. The id is general knowledge (UNVERIFIED). */
const ACTIVE_SOLUTION_ID = 'fd140aae-4df4-11dd-bd17-0019b9312238';

/** A time as rows keep it: whole seconds, UTC. */
export function timestamp(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/** A new id whose first part grows with time, as ids of the service do. */
export function newId(now: number): string {
  const seconds = Math.floor(now / 1000).toString(16);
  return seconds.padStart(8, '0').slice(-8) + randomUUID().slice(8);
}

interface Known {
  readonly names: ReadonlySet<string>;
  readonly initial: StoredRow;
}

// A table never changes; what every new row asks about it is worked out once.
const known = new WeakMap<Table, Known>();

function knownOf(table: Table): Known {
  const before = known.get(table);
  if (before !== undefined) return before;
  const initial = table.columns.flatMap((column) =>
    column.initial === undefined ? [] : [[column.name, column.initial] as const],
  );
  const made = {
    names: new Set(table.columns.map((column) => column.name)),
    initial: Object.fromEntries(initial),
  };
  known.set(table, made);
  return made;
}

function has(table: Table, column: string): boolean {
  return knownOf(table).names.has(column);
}

/** Only the pairs whose column the table has, and that are not null. */
function existing(table: Table, values: Readonly<Record<string, CellValue>>): StoredRow {
  return Object.fromEntries(
    Object.entries(values).filter(([name, value]) => has(table, name) && value !== null),
  );
}

const referenceTo = (table: string, id: string): Reference => ({ table, id });

function idOf(value: CellValue | undefined): Reference | undefined {
  return typeof value === 'object' && value !== null && 'id' in value ? value : undefined;
}

/** The owner's companions. A team's business unit is not looked up: the author's is taken. */
function ownerColumns(table: Table, owner: Reference, author: Author): StoredRow {
  return {
    ownerid: owner,
    owninguser: owner.table === 'systemuser' ? owner : null,
    owningteam: owner.table === 'team' ? owner : null,
    ...existing(table, { owningbusinessunit: referenceTo('businessunit', author.businessUnitId) }),
  };
}

/** What a solution component has besides what the caller sends. */
function componentColumns(table: Table): StoredRow {
  if (!has(table, 'componentstate')) return {};
  return existing(table, {
    solutionid: ACTIVE_SOLUTION_ID,
    [`${table.key}unique`]: randomUUID(),
    introducedversion: '1.0',
    customizationlevel: 1,
    ismanaged: false,
    overwritetime: '1900-01-01T00:00:00Z',
  });
}

/**
 * A complete row from what the caller sent: initial values of the schema, author and times, owner, derived columns.
 * `id` undefined: a new one is made.
 */
export function newRow(table: Table, id: string | undefined, values: StoredRow, author: Author): StoredRow {
  const user = referenceTo('systemuser', author.userId);
  const now = timestamp(author.now);
  const owner = has(table, 'ownerid') ? ownerColumns(table, idOf(values['ownerid']) ?? user, author) : {};
  const row: StoredRow = {
    ...knownOf(table).initial,
    ...componentColumns(table),
    ...existing(table, {
      createdby: user,
      modifiedby: user,
      createdon: values['overriddencreatedon'] ?? now,
      modifiedon: now,
    }),
    ...organizationColumn(table, author),
    ...values,
    ...owner,
    [table.key]: (id ?? newId(author.now)).toLowerCase(),
  };
  return { ...row, ...derived(table, row) };
}

function organizationColumn(table: Table, author: Author): StoredRow {
  const column = table.columns.find((one) => one.name === 'organizationid');
  if (column === undefined || column.name === table.key) return {};
  const { organizationId } = author;
  return {
    organizationid: column.type === 'lookup' ? referenceTo('organization', organizationId) : organizationId,
  };
}

/** What a change of `before` by `values` comes to: the values with author, time, owner companions and derived columns. */
export function changedValues(table: Table, before: StoredRow, values: StoredRow, author: Author): StoredRow {
  const owner = idOf(values['ownerid']);
  const changes: StoredRow = {
    ...existing(table, {
      modifiedby: referenceTo('systemuser', author.userId),
      modifiedon: timestamp(author.now),
    }),
    ...values,
    ...(owner === undefined ? {} : ownerColumns(table, owner, author)),
  };
  return { ...changes, ...derived(table, { ...before, ...changes }) };
}

function words(...parts: ReadonlyArray<CellValue | undefined>): string | null {
  const text = parts.filter((part): part is string => typeof part === 'string' && part !== '').join(' ');
  return text === '' ? null : text;
}

/** Columns that follow from others of the same row. */
function derived(table: Table, row: StoredRow): StoredRow {
  const isSet = (column: string): boolean => typeof row[column] === 'string' && row[column] !== '';
  const values: Record<string, CellValue> = {};
  if (has(table, 'fullname'))
    values['fullname'] = words(row['firstname'], row['middlename'], row['lastname']);
  if (has(table, 'yomifullname')) {
    values['yomifullname'] = words(row['yomifirstname'], row['yomimiddlename'], row['yomilastname']);
  }
  if (table.name === 'serviceendpoint') {
    values['isauthvalueset'] = isSet('authvalue');
    values['issaskeyset'] = isSet('saskey');
    values['issastokenset'] = isSet('sastoken');
  }
  return { ...values, ...baseAmounts(table, row) };
}

/** Money in the base currency: the sandbox has one currency, so the amounts are equal. */
function baseAmounts(table: Table, row: StoredRow): StoredRow {
  const amounts: Record<string, CellValue> = {};
  for (const column of table.columns) {
    if (column.type !== 'money' || !column.name.endsWith('_base')) continue;
    amounts[column.name] = row[column.name.slice(0, -'_base'.length)] ?? null;
  }
  return amounts;
}
