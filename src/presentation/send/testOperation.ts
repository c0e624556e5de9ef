import { NULL_VALUE, contextReference, type ContextPair } from '../../delivery/executionContext';
import type {
  Cell,
  Cells,
  ComposeOperation,
  ComposeRow,
  ComposeScene,
  ComposeTable,
} from '../../delivery/compose/model';
import { sampleCell, sampleId, sampleRow, type SampleFacts } from '../../delivery/compose/samples';
import type { Column } from '../../dataverse/metadata';
import { customApi, type ApiParameter } from '../../webhooks/deliveryFacts';
import type { TestEnvironment, TestNote, TestPlan } from './testPlan';
import { usualColumns } from './usualColumns';

/** What a body is made from: the plan, its table, and a row with real or sample values. */
export interface Loaded {
  readonly plan: TestPlan;
  readonly table: ComposeTable | undefined;
  readonly columns: readonly Column[];
  readonly facts: SampleFacts;
  readonly row: { readonly id: string; readonly cells: Cells; readonly version: string | null };
  readonly isReal: boolean;
  readonly notes: TestNote[];
}

/** The operation that is told of, and the columns that its caller sent. */
export interface Operated {
  readonly operation: ComposeOperation;
  readonly columns: readonly string[];
}

/** What happened, as the plan wants it, to the row that was loaded. @throws DataverseError, CancelledError */
export async function operationOf(
  environment: TestEnvironment,
  loaded: Loaded,
  scene: ComposeScene,
  signal: AbortSignal,
): Promise<Operated> {
  const { plan, table } = loaded;
  if (plan.message === 'Associate' || plan.message === 'Disassociate') return relation(loaded);
  if (table === undefined) return other(environment, loaded, signal);
  const state = stateOf(loaded);
  const row = existingRow(loaded);
  switch (plan.message) {
    case 'Create':
    case 'CreateMultiple':
      return created(loaded, table, plan.message);
    case 'Update':
    case 'UpdateMultiple':
      return updated(loaded, table, scene, plan.message);
    case 'Delete':
      return { operation: { kind: 'delete', table, row: { ...row, after: {} } }, columns: [] };
    case 'Assign': {
      const owner = loaded.row.cells['ownerid']?.value;
      const assignee =
        owner?.kind === 'entityReference' ? owner : contextReference('systemuser', scene.caller.id);
      noteBefore(loaded);
      return { operation: { kind: 'assign', table, row, assignee }, columns: [] };
    }
    case 'SetState':
    case 'SetStateDynamicEntity':
      noteBefore(loaded);
      return { operation: { kind: 'setState', message: plan.message, table, row, ...state }, columns: [] };
    default:
      return other(environment, loaded, signal);
  }
}

function existingRow({ row }: Loaded): ComposeRow {
  return { id: row.id, sent: {}, before: row.cells, after: row.cells, rowVersion: row.version };
}

function stateOf({ row }: Loaded): { readonly state: number; readonly status: number } {
  const number = (name: string, otherwise: number): number => {
    const value = row.cells[name]?.value;
    return value?.kind === 'optionSet' ? value.value : otherwise;
  };
  return { state: number('statecode', 0), status: number('statuscode', 1) };
}

function noteBefore({ isReal, notes, plan }: Loaded): void {
  if (isReal && plan.step.images.some(({ type }) => type !== 'post')) notes.push('beforeIsNow');
}

function created(loaded: Loaded, table: ComposeTable, message: 'Create' | 'CreateMultiple'): Operated {
  const { plan, columns, row, isReal } = loaded;
  const wanted = plan.columns.length > 0 ? plan.columns : usualColumns('Create', table, columns, isReal);
  const sent = pick(row.cells, wanted, plan.columns.length > 0);
  const made: ComposeRow = { id: row.id, sent, before: {}, after: row.cells, rowVersion: null };
  if (message === 'Create') return { operation: { kind: 'create', table, row: made }, columns: wanted };
  return { operation: { kind: 'createMultiple', table, rows: several(made, isReal) }, columns: wanted };
}

function updated(
  loaded: Loaded,
  table: ComposeTable,
  scene: ComposeScene,
  message: 'Update' | 'UpdateMultiple',
): Operated {
  const { plan, columns, row, isReal, facts } = loaded;
  const wanted =
    plan.columns.length > 0 ? plan.columns : usualColumns('Update', table, columns, isReal, row.cells);
  const changed: ComposeRow = {
    id: row.id,
    sent: pick(row.cells, wanted, true),
    before: isReal ? row.cells : { ...row.cells, ...pick(sampleRow(table, facts, 1), wanted, true) },
    after: { ...row.cells, ...touched(table, scene) },
    rowVersion: row.version,
  };
  noteBefore(loaded);
  if (message === 'Update') return { operation: { kind: 'update', table, row: changed }, columns: wanted };
  return { operation: { kind: 'updateMultiple', table, rows: several(changed, isReal) }, columns: wanted };
}

/** A message about several rows has at least two of them, where they are made up. */
function several(row: ComposeRow, isReal: boolean): readonly ComposeRow[] {
  return isReal ? [row] : [row, { ...row, id: sampleId(row.id) }];
}

/** Who changed the row when: now, by the caller. */
function touched(table: ComposeTable, scene: ComposeScene): Cells {
  const cells: Record<string, Cell> = {};
  const milliseconds = Math.floor(scene.startedAt / 1000) * 1000;
  for (const { name } of table.columns) {
    if (name === 'modifiedon') cells[name] = { value: { kind: 'date', milliseconds } };
    if (name === 'modifiedby') cells[name] = { value: contextReference('systemuser', scene.runAs.id) };
  }
  return cells;
}

/** @param withEmpty a column without a value travels as null: the caller cleared it. */
function pick(cells: Cells, names: readonly string[], withEmpty: boolean): Cells {
  return Object.fromEntries(
    names.flatMap((name) => {
      const cell = cells[name] ?? { value: NULL_VALUE };
      return withEmpty || cell.value.kind !== 'null' ? [[name, cell] as const] : [];
    }),
  );
}

function relation({ plan, row, notes, table }: Loaded): Operated {
  notes.push('relationIsSample');
  const target = contextReference(table?.name ?? 'account', row.id);
  return {
    operation: {
      kind: plan.message === 'Associate' ? 'associate' : 'disassociate',
      target,
      relationship: 'contact_customer_accounts',
      related: [contextReference('contact', sampleId('contact'))],
    },
    columns: [],
  };
}

/** A custom API or another message: Target where it is about a row, and the parameters its metadata tells. */
async function other({ api }: TestEnvironment, loaded: Loaded, signal: AbortSignal): Promise<Operated> {
  const { plan, table, row, notes } = loaded;
  const found = await customApi(api, plan.message, signal);
  if (found === undefined) notes.push('parametersUnknown');
  else if (found.parameters.length > 0) notes.push('parametersAreSamples');
  const target: readonly ContextPair[] =
    table === undefined ? [] : [{ key: 'Target', value: contextReference(table.name, row.id) }];
  const parameters = (found?.parameters ?? []).map((parameter) => parameterPair(parameter, loaded));
  const operation: ComposeOperation = {
    kind: 'other',
    message: plan.message,
    table,
    row: table === undefined ? undefined : existingRow(loaded),
    input: [...target, ...parameters],
    // What the message answers is not known before it ran.
    output: [],
  };
  return { operation, columns: [] };
}

/** Types of columns that stand for the types of a custom API's parameters (values of the choice: UNVERIFIED). */
const PARAMETER_TYPES: Readonly<Record<number, string>> = {
  0: 'Boolean',
  1: 'DateTime',
  2: 'Decimal',
  6: 'Double',
  7: 'Integer',
  8: 'Money',
  9: 'Picklist',
  10: 'String',
  12: 'Uniqueidentifier',
};
const REFERENCE_TYPE = 5;
const TEXTS_TYPE = 11;

function parameterPair({ name, type, table }: ApiParameter, { facts }: Loaded): ContextPair {
  if (type === REFERENCE_TYPE)
    return { key: name, value: contextReference(table ?? 'account', sampleId(name)) };
  if (type === TEXTS_TYPE)
    return { key: name, value: { kind: 'list', items: [{ kind: 'string', value: `Sample ${name}` }] } };
  const sample = sampleCell({ name, type: PARAMETER_TYPES[type] ?? '' }, facts);
  return { key: name, value: sample?.value ?? NULL_VALUE };
}
