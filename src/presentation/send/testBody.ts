import { composeContext, EMPTY_ID } from '../../delivery/compose/compose';
import type { ComposeScene, ComposeTable } from '../../delivery/compose/model';
import { sampleRow, type SampleFacts } from '../../delivery/compose/samples';
import { trimContext, writeContext } from '../../delivery/wire';
import { DataverseError } from '../../dataverse/errors';
import type { Column, Metadata, Table } from '../../dataverse/metadata';
import { etag } from '../../dataverse/row';
import type { Row } from '../../dataverse/webApi';
import { deliveryScene, userDirectoryId, wholeRow } from '../../webhooks/deliveryFacts';
import { composedColumns, rowCells } from './rowCells';
import { operationOf, type Loaded } from './testOperation';
import type { TestBody, TestEnvironment, TestNote, TestPlan } from './testPlan';
import { usualColumns } from './usualColumns';

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
