import type { Column, Metadata } from '../../dataverse/metadata';
import type { HandlerColumn, HandlerStep, HandlerTable } from '../../handlers/model';
import type { Step } from '../../webhooks/model';

/** Types of columns that never stand in a body. */
const NEVER_SENT: ReadonlySet<string> = new Set(['Virtual', 'CalendarRules']);
const CHOICE_TYPES: ReadonlySet<string> = new Set(['Picklist', 'MultiSelectPicklist', 'State', 'Status']);
/** Questions for choices at the same time. */
const AT_ONCE = 4;

/** A step in an internal stage has no deliveries to handle. */
export function isHandled(step: Step): boolean {
  return step.stage !== 'internal';
}

/**
 * The step as generated code needs it: with the columns of its table and their choices.
 * @throws DataverseError, CancelledError
 */
export async function handlerStep(
  metadata: Metadata,
  step: Step,
  webhookName: string,
  signal: AbortSignal,
): Promise<HandlerStep> {
  const stages = { preValidation: 10, preOperation: 20, postOperation: 40, internal: 40 } as const;
  return {
    name: step.name,
    webhookName,
    message: step.message.name,
    table: step.table === undefined ? undefined : await handlerTable(metadata, step.table, signal),
    asynchronous: step.mode === 'asynchronous',
    stage: stages[step.stage],
    filteringColumns: step.filteringColumns,
    images: step.images.map(({ alias, type, columns }) => ({ alias, type, columns })),
  };
}

async function handlerTable(
  metadata: Metadata,
  name: string,
  signal: AbortSignal,
): Promise<HandlerTable | undefined> {
  const table = await metadata.table(name, signal);
  if (table === undefined) return undefined;
  const columns = (await metadata.columns(name, signal)).filter(
    ({ attributeOf, isValidForRead, type }) =>
      attributeOf === undefined && isValidForRead && !NEVER_SENT.has(type),
  );
  return {
    name,
    label: table.label,
    entitySet: table.entitySetName,
    key: table.primaryIdColumn,
    columns: await withChoices(metadata, name, columns, signal),
  };
}

/** A table has up to some dozens of choice columns, and each is a question of its own. */
async function withChoices(
  metadata: Metadata,
  table: string,
  columns: readonly Column[],
  signal: AbortSignal,
): Promise<readonly HandlerColumn[]> {
  const found = new Map<string, HandlerColumn['choices']>();
  const waiting = columns.filter(({ type }) => CHOICE_TYPES.has(type));
  const work = async (): Promise<void> => {
    for (let column = waiting.shift(); column !== undefined; column = waiting.shift())
      found.set(column.logicalName, await metadata.choices(table, column, signal));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return columns.map(({ logicalName, schemaName, label, type }) => ({
    name: logicalName,
    schemaName,
    label,
    type,
    choices: found.get(logicalName) ?? [],
  }));
}
