import { NULL_VALUE, contextReference, type ContextPair } from '../../delivery/executionContext';
import { composeContext, EMPTY_ID } from '../../delivery/compose/compose';
import type {
  Cell,
  Cells,
  ComposeImage,
  ComposeOperation,
  ComposeRow,
  ComposeScene,
  ComposeTable,
} from '../../delivery/compose/model';
import { sampleCell, sampleId, sampleRow, type SampleFacts } from '../../delivery/compose/samples';
import { trimContext, writeContext } from '../../delivery/wire';
import { DataverseError } from '../../dataverse/errors';
import type { Column, Metadata, Table } from '../../dataverse/metadata';
import { etag } from '../../dataverse/row';
import type { Row, WebApi } from '../../dataverse/webApi';
import {
  customApi,
  deliveryScene,
  userDirectoryId,
  wholeRow,
  type ApiParameter,
} from '../../webhooks/deliveryFacts';
import { composedColumns, rowCells } from './rowCells';
import { usualColumns } from './usualColumns';

/** Where facts about an environment come from. */
export interface TestEnvironment {
  readonly api: Pick<WebApi, 'get' | 'pages'>;
  readonly metadata: Metadata;
  /** Makes an id for what is new: operation, request, row. */
  readonly newId: () => string;
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
}

/** The call whose body is wanted. */
export interface TestPlan {
  readonly message: string;
  /** Logical name; undefined for messages about no table. */
  readonly table: string | undefined;
  readonly step: {
    readonly id: string;
    readonly name: string;
    readonly stage: 10 | 20 | 40;
    readonly asynchronous: boolean;
    readonly images: readonly ComposeImage[];
    readonly runAsUserId: string | undefined;
  };
  /** The row whose values it has; undefined: sample values. */
  readonly rowId: string | undefined;
  /** Columns that the caller is to have sent; empty: those that a caller would. */
  readonly columns: readonly string[];
  /** The variant of bodies over 256 KB. */
  readonly sizeExceeded: boolean;
  /** The system job that the body stands for, whose ids and time it has then. */
  readonly job?: {
    readonly id: string;
    readonly correlationId: string;
    readonly depth: number | undefined;
    readonly createdOn: Date | undefined;
  };
}

/** What the reader of a body has to know about it. */
export type TestNote =
  /** The values are made up by type. */
  | 'sampleValues'
  /** Images of the state before hold the row as it is now: what it was before is not known. */
  | 'beforeIsNow'
  /** The row is not there (any more): its columns are made up. */
  | 'rowGone'
  /** What this message is called with is not known; its parameters are missing. */
  | 'parametersUnknown'
  /** Parameters of the custom API have sample values. */
  | 'parametersAreSamples'
  /** Relationship and related rows are made up. */
  | 'relationIsSample';

export interface TestBody {
  /** The wire form. */
  readonly text: string;
  readonly notes: readonly TestNote[];
  readonly columns: readonly string[];
}

interface Loaded {
  readonly plan: TestPlan;
  readonly table: ComposeTable | undefined;
  readonly columns: readonly Column[];
  readonly facts: SampleFacts;
  readonly row: { readonly id: string; readonly cells: Cells; readonly version: string | null };
  readonly isReal: boolean;
  readonly notes: TestNote[];
}

/**
 * The body a step would be called with for one of the environment's rows, or for sample values, in the wire form.
 * @throws DataverseError, CancelledError.
 */
export async function testBody(
  environment: TestEnvironment,
  plan: TestPlan,
  signal: AbortSignal,
): Promise<TestBody> {
  const scene = await sceneOf(environment, plan, signal);
  const loaded = await load(environment, plan, scene, signal);
  const { operation, columns } = await operationOf(environment, loaded, scene, signal);
  const context = composeContext(operation, plan.step, scene);
  const text = writeContext(plan.sizeExceeded ? trimContext(context) : context);
  return { text, notes: loaded.notes, columns };
}

async function sceneOf(
  { api, newId, now }: TestEnvironment,
  plan: TestPlan,
  signal: AbortSignal,
): Promise<ComposeScene> {
  const scene = await deliveryScene(api, signal);
  const caller = { id: scene.userId, directoryId: scene.directoryId ?? EMPTY_ID };
  const { runAsUserId } = plan.step;
  const runAs =
    runAsUserId === undefined
      ? caller
      : { id: runAsUserId, directoryId: (await directoryOf(api, runAsUserId, signal)) ?? EMPTY_ID };
  return {
    ...scene,
    caller,
    runAs,
    userAgent: '',
    depth: plan.job?.depth ?? 1,
    startedAt: plan.job?.createdOn?.getTime() ?? now(),
    correlationId: plan.job?.correlationId || newId(),
    requestId: newId(),
    jobId: plan.job?.id ?? newId(),
  };
}

/** A user who is gone, or whom the signed-in one may not see, is no reason to send nothing. */
async function directoryOf(
  api: TestEnvironment['api'],
  userId: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    return await userDirectoryId(api, userId, signal);
  } catch (error) {
    if (DataverseError.is(error, 'notFound') || DataverseError.is(error, 'forbidden')) return undefined;
    throw error;
  }
}

async function load(
  environment: TestEnvironment,
  plan: TestPlan,
  scene: ComposeScene,
  signal: AbortSignal,
): Promise<Loaded> {
  const { metadata, newId } = environment;
  const notes: TestNote[] = [];
  const source = plan.table === undefined ? undefined : await metadata.table(plan.table, signal);
  const columns = source === undefined ? [] : await metadata.columns(source.logicalName, signal);
  const table = source === undefined ? undefined : composeTable(source, columns);
  const facts: SampleFacts = {
    choices: {},
    lookups: lookupsOf(columns),
    userId: scene.caller.id,
    businessUnitId: scene.businessUnitId,
    now: scene.startedAt,
  };
  const base = { plan, table, columns, facts, notes };
  if (source !== undefined && table !== undefined && plan.rowId !== undefined) {
    const row = await wholeRow(environment.api, source, plan.rowId, signal);
    if (row !== undefined) {
      const cells = rowCells(table.columns, row);
      return { ...base, isReal: true, row: { id: plan.rowId, cells, version: versionOf(row) } };
    }
    notes.push('rowGone');
  }
  if (table !== undefined) notes.push('sampleValues');
  const withChoices = { ...facts, choices: await choicesOf(metadata, base, signal) };
  const cells = table === undefined ? {} : sampleRow(table, withChoices);
  const id = plan.rowId ?? newId();
  return { ...base, facts: withChoices, isReal: false, row: { id, cells, version: null } };
}

function composeTable(source: Table, columns: readonly Column[]): ComposeTable {
  const { logicalName: name, primaryNameColumn } = source;
  return {
    name,
    key: source.primaryIdColumn ?? `${name}id`,
    ...(primaryNameColumn === undefined ? {} : { primaryName: primaryNameColumn }),
    columns: composedColumns(columns),
  };
}

/** The etag holds the version of the row: `W/"5948260"`. */
function versionOf(row: Row): string | null {
  return /^W\/"(\d+)"$/.exec(etag(row) ?? '')?.[1] ?? null;
}

/** Where lookups lead whose table is known by their type or name. */
function lookupsOf(columns: readonly Column[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    columns.flatMap(({ logicalName, type }) => {
      if (logicalName === 'transactioncurrencyid') return [[logicalName, 'transactioncurrency']];
      if (type === 'Customer') return [[logicalName, 'account']];
      return type === 'Owner' ? [[logicalName, 'systemuser']] : [];
    }),
  );
}

/** Choice columns whose labels are asked for; every one is a question to the service. */
const MOST_CHOICES = 20;
const CHOICE_TYPES: ReadonlySet<string> = new Set([
  ...['Picklist', 'MultiSelectPicklist', 'State', 'Status', 'Boolean'],
]);

/** The choices of the columns that will be seen. Without them the body has the usual numbers. */
async function choicesOf(
  metadata: Metadata,
  { plan, table, columns }: Pick<Loaded, 'plan' | 'table' | 'columns'>,
  signal: AbortSignal,
): Promise<SampleFacts['choices']> {
  if (table === undefined) return {};
  const seen = new Set([
    ...['statecode', 'statuscode'],
    ...plan.columns,
    ...usualColumns(plan.message, table, columns),
    ...plan.step.images.flatMap((image) => image.columns),
  ]);
  const wanted = columns
    .filter(({ logicalName, type }) => seen.has(logicalName) && CHOICE_TYPES.has(type))
    .slice(0, MOST_CHOICES);
  const entries = await Promise.all(
    wanted.map(async (column) => {
      const choices = await metadata.choices(table.name, column, signal).catch((error: unknown) => {
        if (DataverseError.is(error)) return [];
        throw error;
      });
      return [column.logicalName, choices] as const;
    }),
  );
  return Object.fromEntries(entries);
}

interface Operated {
  readonly operation: ComposeOperation;
  readonly columns: readonly string[];
}

async function operationOf(
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
