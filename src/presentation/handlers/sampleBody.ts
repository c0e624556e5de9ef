import { composeContext } from '../../delivery/compose/compose';
import type { Cells, ComposeOperation, ComposeRow, ComposeTable } from '../../delivery/compose/model';
import { sampleRow } from '../../delivery/compose/samples';
import { contextReference } from '../../delivery/executionContext';
import { writeContext } from '../../delivery/wire';
import type { HandlerStep } from '../../handlers/model';

/** Ids and moment are the same in every sample, so that a generated file changes only when its step does. */
const id = (number: number): string => `00000000-0000-4000-8000-00000000000${number}`;
const NOW = Date.UTC(2026, 0, 31, 12, 30);
const USER = { id: id(1), directoryId: id(2) };
/** Columns of an update that was not narrowed to some. */
const MOST_CHANGED = 4;
/** Types whose values a sample cannot have: files, images, parties. */
const WITHOUT_SAMPLE: ReadonlySet<string> = new Set(['PartyList', 'File', 'Image', 'ManagedProperty']);

/**
 * A body as the step sends it, with sample values by the types of the columns, as readable JSON. It is made from the
 * metadata alone: no row of the environment is in it.
 */
export function sampleBody(step: HandlerStep): string {
  const context = composeContext(
    operationOf(step),
    { id: id(3), name: step.name, stage: step.stage, asynchronous: step.asynchronous, images: step.images },
    {
      organizationId: id(4),
      organizationName: 'unq00000000000040008000000000000',
      businessUnitId: id(5),
      caller: USER,
      runAs: USER,
      userAgent: '',
      depth: 1,
      startedAt: NOW,
      correlationId: id(6),
      requestId: id(7),
      jobId: id(8),
    },
  );
  return JSON.stringify(JSON.parse(writeContext(context)), undefined, 2);
}

function operationOf(step: HandlerStep): ComposeOperation {
  const { message, table: source } = step;
  const table = source === undefined ? undefined : composeTable(source);
  const row = table === undefined ? undefined : sampleOf(step, table);
  if (table !== undefined && row !== undefined) {
    switch (message) {
      case 'Create':
        return { kind: 'create', table, row: { ...row, before: {} } };
      case 'Update':
        return { kind: 'update', table, row };
      case 'Delete':
        return { kind: 'delete', table, row: { ...row, after: {} } };
      case 'Assign':
        return { kind: 'assign', table, row, assignee: contextReference('systemuser', USER.id) };
      case 'SetState':
      case 'SetStateDynamicEntity':
        return { kind: 'setState', message, table, row, state: 0, status: 1 };
      case 'CreateMultiple':
        return { kind: 'createMultiple', table, rows: [{ ...row, before: {} }] };
      case 'UpdateMultiple':
        return { kind: 'updateMultiple', table, rows: [row] };
    }
  }
  return { kind: 'other', message, table, row, input: [], output: [] };
}

function composeTable(source: NonNullable<HandlerStep['table']>): ComposeTable {
  return {
    name: source.name,
    key: source.key ?? `${source.name}id`,
    columns: source.columns.filter(({ type }) => !WITHOUT_SAMPLE.has(type)),
  };
}

function sampleOf(step: HandlerStep, table: ComposeTable): ComposeRow {
  const choices = Object.fromEntries(
    (step.table?.columns ?? []).map((column) => [column.name, column.choices]),
  );
  const facts = { choices, lookups: {}, userId: USER.id, businessUnitId: id(5), now: NOW };
  const after = sampleRow(table, facts);
  const before = { ...after, ...sampleRow(table, facts, 1) };
  const names = step.filteringColumns.length > 0 ? step.filteringColumns : likely(table);
  return { id: id(9), sent: pick(after, names), before, after, rowVersion: '5948260' };
}

function likely(table: ComposeTable): readonly string[] {
  const names = table.columns.filter(({ type }) => ['String', 'Money', 'Picklist', 'Lookup'].includes(type));
  return names.slice(0, MOST_CHANGED).map(({ name }) => name);
}

function pick(cells: Cells, names: readonly string[]): Cells {
  return Object.fromEntries(
    names.flatMap((name) => {
      const cell = Object.hasOwn(cells, name) ? cells[name] : undefined;
      return cell === undefined ? [] : [[name, cell] as const];
    }),
  );
}
