import { randomBytes } from 'node:crypto';

import type { Clock } from '../../base/clock';
import type { AuthenticationReading } from '../../delivery/authentication';
import type { Sender } from '../../delivery/sender';
import type { OperationContext, PipelineEnvironment } from '../operations';
import { timestamp, type Author } from '../newRow';
import type { CellValue, Reference, StoredRow, Table } from '../schema/types';
import type { DepthMemory } from './loops';

/** What every part of the pipeline works with. */
export interface Services extends PipelineEnvironment {
  readonly sender: Sender;
  /** Makes an id for a new row. */
  readonly newId: () => string;
  /** Tells the queue of jobs what has been committed. */
  readonly jobs: JobQueue;
  /** Knows which operations called webhooks. */
  readonly depths: DepthMemory;
  /** What the authentication columns of endpoint rows mean. Rows never change, so a reading holds as long as its row. */
  readonly authentications: WeakMap<StoredRow, AuthenticationReading>;
  /** Numbers jobs in the order of their making. */
  readonly nextSequence: () => number;
}

/** Where committed jobs go. */
export interface JobQueue {
  /** A job is Ready. */
  release(id: string): void;
  /** A job was canceled, paused or postponed while it may be running. */
  withdraw(id: string): void;
  /** A job waits until a time. */
  postpone(id: string, until: number): void;
}

export const EMPTY_ID = '00000000-0000-0000-0000-000000000000';

/** Now, as rows keep it. */
export function nowText(services: { readonly clock: Clock }): string {
  return timestamp(services.clock.now());
}

/** Who a new or changed row is by. */
export function authorOf(services: Services, context: OperationContext): Author {
  return {
    userId: context.userId,
    businessUnitId: context.businessUnitId,
    organizationId: services.organization.id,
    now: services.clock.now(),
  };
}

/** The table of that name. Names come from rows and requests that were checked before. */
export function tableOf(services: Services, name: string): Table {
  const table = services.store.schema.table(name);
  if (table === undefined) throw new Error(`There is no table ${name}`);
  return table;
}

/** A cell as a reference, or undefined. */
export function asReference(value: CellValue | undefined): Reference | undefined {
  return typeof value === 'object' && value !== null && 'id' in value ? value : undefined;
}

export function asText(value: CellValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function asNumber(value: CellValue | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** The value of a managed property such as `iscustomizable`; `fallback` when the row has none. */
export function managedValue(row: StoredRow, column: string, fallback: boolean): boolean {
  const value = row[column];
  return typeof value === 'object' && value !== null && 'Value' in value ? value.Value : fallback;
}

/** A list of logical names as steps and images keep it: comma separated. Undefined when there is none. */
export function namesOf(value: CellValue | undefined): readonly string[] | undefined {
  const names = (asText(value) ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  return names.length === 0 ? undefined : names;
}

/**
 * Ids that grow with time and end alike, as the service's do (`…-…-ef11-…-000d3a…` in FACTS 18): a time-based UUID with
 * the bytes of its time in the order in which the database sorts them.
 */
export function sequentialIds(clock: Clock): () => string {
  const tail = Buffer.concat([randomBytes(2), Buffer.from('6045bd', 'hex'), randomBytes(3)]);
  tail[0] = 0x80 | ((tail[0] ?? 0) & 0x3f);
  const tailText = `${tail.toString('hex', 0, 2)}-${tail.toString('hex', 2)}`;
  let last = 0n;
  return () => {
    // 100 ns since 1582-10-15, as UUIDs of version 1 count.
    const now = BigInt(Math.trunc(clock.now())) * 10_000n + 122_192_928_000_000_000n;
    last = now > last ? now : last + 1n;
    const bytes = Buffer.alloc(8);
    bytes.writeUInt32LE(Number(last & 0xffff_ffffn), 0);
    bytes.writeUInt16LE(Number((last >> 32n) & 0xffffn), 4);
    bytes.writeUInt16LE(Number(0x1000n | ((last >> 48n) & 0x0fffn)), 6);
    return [
      bytes.toString('hex', 0, 4),
      bytes.toString('hex', 4, 6),
      bytes.toString('hex', 6, 8),
      tailText,
    ].join('-');
  };
}

/** Numbers that grow with time, across restarts too: a thousand for every millisecond. */
export function growingNumbers(clock: Clock): () => number {
  let last = 0;
  return () => {
    last = Math.max(last + 1, Math.trunc(clock.now()) * 1000);
    return last;
  };
}
