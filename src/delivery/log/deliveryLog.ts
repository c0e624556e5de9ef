import type { Disposable } from '../../base/disposable';
import { Emitter } from '../../base/event';
import type { DeliveryRecord, RecordChange } from './deliveryRecord';
import { withoutEchoes } from './keptParts';

export interface DeliveryLogLimits {
  readonly records: number;
  /** Of bodies, requests and answers together. */
  readonly bytes: number;
}

const DELIVERY_LOG_LIMITS: DeliveryLogLimits = { records: 1_000, bytes: 50 * 1_048_576 };

/** Pinned deliveries take at most this share of the room, so that there always is some for what arrives. */
const PINNED_SHARE = 0.5;

/** What is kept, newest first, and how much went away to make room. */
export interface KeptDeliveries {
  readonly records: readonly DeliveryRecord[];
  readonly bytes: number;
  /** How many were dropped since the log was cleared. */
  readonly dropped: number;
  /** How many requests came in no form that could be kept: broken off, no HTTP, or over too many connections. */
  readonly incomplete: number;
}

/**
 * The deliveries of a window, in memory, limited in number and bytes. Each is kept whole or not at all: when there is no
 * room the oldest that is not pinned goes, and is counted. A pinned one never goes; what cannot be pinned is said.
 */
export class DeliveryLog implements Disposable {
  readonly #limits: DeliveryLogLimits;
  readonly #changed = new Emitter<void>();
  /** Oldest first, as they were added. */
  readonly #records = new Map<string, DeliveryRecord>();
  #bytes = 0;
  #pinned: DeliveryLogLimits = { records: 0, bytes: 0 };
  #dropped = 0;
  #incomplete = 0;
  #kept: readonly DeliveryRecord[] | undefined;

  /** Fires after every change. */
  readonly onDidChange = this.#changed.event;

  constructor(limits: DeliveryLogLimits = DELIVERY_LOG_LIMITS) {
    this.#limits = limits;
  }

  get kept(): KeptDeliveries {
    this.#kept ??= [...this.#records.values()].reverse();
    return {
      records: this.#kept,
      bytes: this.#bytes,
      dropped: this.#dropped,
      incomplete: this.#incomplete,
    };
  }

  find(id: string): DeliveryRecord | undefined {
    return this.#records.get(id);
  }

  /**
   * Keeps a delivery as the newest, or puts another version of a kept one in its place. One that is to be pinned for which
   * there is no room among the pinned is kept without its pin.
   */
  put(record: DeliveryRecord): void {
    const before = this.#records.get(record.id);
    const pinned = record.pinned && (before?.pinned === true || this.#hasRoomForPin(record));
    this.#set({ ...record, pinned }, before);
    this.#makeRoom();
    this.#tell();
  }

  /** Pins deliveries or takes their pins away; gives how many there was no room for among the pinned. */
  pin(ids: readonly string[], pinned: boolean): number {
    let refused = 0;
    for (const id of ids) {
      const record = this.#records.get(id);
      if (record === undefined || record.pinned === pinned) continue;
      if (pinned && !this.#hasRoomForPin(record)) refused += 1;
      else this.#set({ ...record, pinned }, record);
    }
    this.#tell();
    return refused;
  }

  /** Puts deliveries of an earlier window below those that are kept; the oldest go where there is no room for all. */
  restore(records: readonly DeliveryRecord[]): void {
    const now = [...this.#records.values()];
    const known = new Set(this.#records.keys());
    this.#records.clear();
    for (const record of records.toSorted((a, b) => a.at - b.at)) {
      if (known.has(record.id) || this.#records.has(record.id)) continue;
      this.#set({ ...record, pinned: record.pinned && this.#hasRoomForPin(record) }, undefined);
    }
    for (const record of now) this.#records.set(record.id, record);
    this.#makeRoom();
    this.#tell();
  }

  /** Changes a delivery that is still kept; one that was dropped meanwhile stays away. */
  change(id: string, change: RecordChange): void {
    const record = this.#records.get(id);
    if (record !== undefined) this.put({ ...record, ...change });
  }

  remove(ids: readonly string[]): void {
    for (const id of ids) this.#drop(id);
    this.#tell();
  }

  /** Removes all but the pinned ones. */
  clear(): void {
    for (const { id, pinned } of [...this.#records.values()]) if (!pinned) this.#drop(id);
    this.#dropped = 0;
    this.#incomplete = 0;
    this.#tell();
  }

  /** Counts a request that came in no form that could be kept. */
  countIncomplete(): void {
    this.#incomplete += 1;
    this.#tell();
  }

  dispose(): void {
    this.#changed.dispose();
    this.#records.clear();
  }

  #makeRoom(): void {
    if (!this.#isFull()) return;
    for (const { id, pinned } of this.#records.values()) {
      if (pinned) continue;
      this.#drop(id);
      this.#dropped += 1;
      if (!this.#isFull()) return;
    }
    // Only pinned ones are left, of which some have got answers since: their bodies are cut, oldest first.
    for (const record of [...this.#records.values()]) {
      if (!this.#isFull()) return;
      if (record.answer === undefined || record.answer.body === '') continue;
      this.#set({ ...record, answer: { ...record.answer, body: '', bodyCut: true } }, record);
    }
  }

  #set(record: DeliveryRecord, before: DeliveryRecord | undefined): void {
    const { answer, request } = record;
    const isNew = answer !== undefined && answer !== before?.answer;
    const kept = isNew ? { ...record, answer: withoutEchoes(answer, request) } : record;
    this.#records.set(kept.id, kept);
    this.#bytes += sizeOf(kept) - (before === undefined ? 0 : sizeOf(before));
    if (before?.pinned === true) this.#count(before, -1);
    if (kept.pinned) this.#count(kept, 1);
  }

  #count(record: DeliveryRecord, by: 1 | -1): void {
    this.#pinned = {
      records: this.#pinned.records + by,
      bytes: this.#pinned.bytes + by * sizeOf(record),
    };
  }

  #hasRoomForPin(record: DeliveryRecord): boolean {
    const { records, bytes } = this.#limits;
    return (
      this.#pinned.records + 1 <= records * PINNED_SHARE &&
      this.#pinned.bytes + sizeOf(record) <= bytes * PINNED_SHARE
    );
  }

  #isFull(): boolean {
    return this.#records.size > this.#limits.records || this.#bytes > this.#limits.bytes;
  }

  #drop(id: string): void {
    const record = this.#records.get(id);
    if (record === undefined) return;
    this.#records.delete(id);
    this.#bytes -= sizeOf(record);
    if (record.pinned) this.#count(record, -1);
  }

  #tell(): void {
    this.#kept = undefined;
    this.#changed.fire();
  }
}

function sizeOf({ request, answer }: DeliveryRecord): number {
  return request.bodyBytes + (answer === undefined ? 0 : answer.body.length);
}
