import type { CellValue, Reference, StoredRow } from '../schema/types';
import type { StoreReader } from '../store';
import { asNumber, asReference, asText, namesOf } from './services';

/** A registered image: which columns of which state, under which alias. */
export interface StepImage {
  readonly alias: string;
  /** 0 pre, 1 post, 2 both (FACTS 4). */
  readonly type: number;
  /** Undefined: all columns. */
  readonly columns: readonly string[] | undefined;
}

/** An enabled step whose handler is a webhook. */
export interface WebhookStep {
  readonly id: string;
  readonly name: string;
  readonly stage: number;
  readonly asynchronous: boolean;
  readonly rank: number;
  /** Undefined: every change fires it. */
  readonly filter: ReadonlySet<string> | undefined;
  readonly endpointId: string;
  /** The user the step runs as; undefined: who called. */
  readonly runAs: string | undefined;
  readonly images: readonly StepImage[];
}

const WEBHOOK_CONTRACT = 8;

/**
 * The webhook steps that a message on a table fires, in the order they run: by stage, then rank (FACTS 6.2). Steps of
 * plug-ins are ignored. `table` is 'none' for messages without one.
 */
export function stepsFor(reader: StoreReader, message: string, table: string): readonly WebhookStep[] {
  const steps: WebhookStep[] = [];
  for (const { sdkmessageid } of reader.where('sdkmessage', 'name', message)) {
    if (typeof sdkmessageid !== 'string') continue;
    const reference = { table: 'sdkmessage', id: sdkmessageid };
    for (const row of reader.where('sdkmessageprocessingstep', 'sdkmessageid', reference)) {
      const step = webhookStep(reader, row);
      if (step !== undefined && appliesTo(reader, row, reference, table)) steps.push(step);
    }
  }
  return steps.sort((a, b) => a.stage - b.stage || a.rank - b.rank);
}

function webhookStep(reader: StoreReader, row: StoredRow): WebhookStep | undefined {
  const id = asText(row['sdkmessageprocessingstepid']);
  const handler = asReference(row['eventhandler']);
  if (id === undefined || row['statecode'] !== 0 || handler?.table !== 'serviceendpoint') return undefined;
  if (reader.get('serviceendpoint', handler.id)?.['contract'] !== WEBHOOK_CONTRACT) return undefined;
  const filter = namesOf(row['filteringattributes']);
  return {
    id,
    name: asText(row['name']) ?? '',
    stage: asNumber(row['stage']) ?? 0,
    asynchronous: row['mode'] === 1,
    rank: asNumber(row['rank']) ?? 0,
    filter: filter === undefined ? undefined : new Set(filter),
    endpointId: handler.id,
    runAs: asReference(row['impersonatinguserid'])?.id,
    images: imagesOf(reader, id),
  };
}

function imagesOf(reader: StoreReader, stepId: string): readonly StepImage[] {
  const owner = { table: 'sdkmessageprocessingstep', id: stepId };
  return [...reader.where('sdkmessageprocessingstepimage', 'sdkmessageprocessingstepid', owner)].map(
    (row) => ({
      alias: asText(row['entityalias']) ?? '',
      type: asNumber(row['imagetype']) ?? 0,
      columns: namesOf(row['attributes']),
    }),
  );
}

/**
 * A step with a filter runs for the filter's table. Without one it runs for every table of the message (FACTS 6.2), of
 * which we take those where a step would be allowed, so that the platform's own tables stay out (UNVERIFIED).
 */
function appliesTo(reader: StoreReader, row: StoredRow, message: Reference, table: string): boolean {
  const filter = asReference(row['sdkmessagefilterid']);
  if (filter !== undefined) {
    return reader.get('sdkmessagefilter', filter.id)?.['primaryobjecttypecode'] === table;
  }
  const filters = [...filtersOf(reader, message)];
  if (filters.length === 0) return true;
  return filters.some((one) => one['primaryobjecttypecode'] === table && allowsSteps(one));
}

/** The filters of a message: the tables it exists for. */
export function filtersOf(reader: StoreReader, message: Reference): Iterable<StoredRow> {
  return reader.where('sdkmessagefilter', 'sdkmessageid', message);
}

/** Whether custom steps are allowed (FACTS 7). */
export function allowsSteps(filter: Readonly<Record<string, CellValue>>): boolean {
  return filter['iscustomprocessingstepallowed'] === true && filter['isvisible'] === true;
}
