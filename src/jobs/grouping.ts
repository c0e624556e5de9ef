import type { Row } from '../dataverse/webApi';
import { causeOf, type Cause } from './causes';
import { timeOfService } from './serviceTime';

const FORMATTED = '@OData.Community.Display.V1.FormattedValue';
const STEP_NAME = `_owningextensionid_value${FORMATTED}`;
const JOINED_WEBHOOK = `step.eventhandler${FORMATTED}`;
const EXPANDED_WEBHOOK = `_eventhandler_value${FORMATTED}`;

/** `statuscode` of a failed job (FACTS 10.1). */
const FAILED = 31;

/** Characters of a message that are compared; what differs behind them is a stack or a body. */
const PATTERN_LENGTH = 300;

/** Failed jobs with the same cause, at the same webhook and step, with the same message but for ids, numbers and dates. */
export interface FailureGroup {
  /** The same for the same group in every run. */
  readonly key: string;
  readonly cause: Cause;
  readonly errorCode: number | undefined;
  readonly webhook: string;
  readonly step: string;
  /** Id of the step; empty where the rows do not say it. */
  readonly stepId: string;
  readonly pattern: string;
  readonly count: number;
  readonly first: Date | undefined;
  readonly last: Date | undefined;
  /** The newest of them: its id and its message as it is. */
  readonly example: { readonly id: string; readonly message: string };
}

/** A span of time and how many jobs failed in it: `from` is in it, `to` is not. */
export interface TimeBin {
  readonly from: Date;
  readonly to: Date;
  readonly count: number;
}

/**
 * A message with what differs from job to job taken out, so that messages of one cause become the same text: addresses'
 * queries, dates, ids, numbers; the HTTP status too, which is in the cause.
 */
export function messagePattern(message: string): string {
  return message
    .slice(0, PATTERN_LENGTH * 2)
    .replace(/\?[^\s"'<>]+/g, '?…')
    .replace(/\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?/g, '…')
    .replace(/\b\d{1,2}[/.]\d{1,2}[/.]\d{4}\b(?:,? \d{1,2}:\d{2}(?::\d{2})?(?: ?[AP]M)?)?/gi, '…')
    .replace(/\{?\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b\}?/gi, '…')
    .replace(/\d+(?:[.,]\d+)*/g, '…')
    .replace(/(?:…[\s,.:-]*){2,}/g, '… ')
    .replace(/\s+/g, ' ')
    .slice(0, PATTERN_LENGTH)
    .trim();
}

interface Growing extends Omit<FailureGroup, 'first' | 'last'> {
  count: number;
  /** Milliseconds since 1970; NaN where no time is known. */
  first: number;
  last: number;
  example: { readonly id: string; readonly message: string };
}

/** The group of words at a step. */
interface Known {
  readonly errorCode: number | undefined;
  readonly webhook: string;
  readonly group: Growing;
}

/** Words whose group is remembered. */
const MOST_KNOWN = 5000;

/** Milliseconds of the slots that times are counted in; bins are made of whole slots. */
const SLOT = 300_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const BIN_LENGTHS = [5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 7 * DAY, 30 * DAY];
const MOST_BINS = 30;

/**
 * Groups the failed jobs of one result while its pages arrive. Rows that are no failed job are not counted. The memory
 * it takes grows with the groups, not with the rows.
 */
export class FailureGrouping {
  readonly #groups = new Map<string, Growing>();
  readonly #slots = new Map<number, { count: number }>();
  /** Neighbours happened at about the same time, with the same words. */
  #lastTime: { readonly written: string; readonly time: number } = { written: '', time: NaN };
  #lastSlot: { readonly at: number; readonly counted: { count: number } } | undefined;
  #lastWords: { readonly message: string; readonly steps: ReadonlyMap<string, Known> } | undefined;
  /** The groups of words that have come, by the words and the step. */
  readonly #known = new Map<string, Map<string, Known>>();
  #knownCount = 0;
  #count = 0;

  /** Failed jobs so far. */
  get count(): number {
    return this.#count;
  }

  /** Takes a row in. The key of its group; undefined when it is no failed job. */
  add(row: Row): string | undefined {
    const id = row['asyncoperationid'];
    if (typeof id !== 'string' || row['statuscode'] !== FAILED) return undefined;
    const message = text(row['friendlymessage']);
    const group = this.#groupOf(row, id, message);
    const time = this.#timeOf(text(row['completedon']) || text(row['createdon']));
    grow(group, time, id, message);
    this.#count += 1;
    if (!Number.isNaN(time)) this.#countIn(Math.floor(time / SLOT));
    return group.key;
  }

  #timeOf(written: string): number {
    if (this.#lastTime.written !== written) this.#lastTime = { written, time: timeOf(written) };
    return this.#lastTime.time;
  }

  #countIn(at: number): void {
    if (this.#lastSlot?.at !== at) {
      let counted = this.#slots.get(at);
      if (counted === undefined) this.#slots.set(at, (counted = { count: 0 }));
      this.#lastSlot = { at, counted };
    }
    this.#lastSlot.counted.count += 1;
  }

  /** The same words come again and again; taking them apart costs more than everything else, so it is done once. */
  #groupOf(row: Row, id: string, message: string): Growing {
    const errorCode = typeof row['errorcode'] === 'number' ? row['errorcode'] : undefined;
    const step = text(row['_owningextensionid_value']);
    const webhook = webhookOf(row);
    const known = this.#stepsOf(message)?.get(step);
    if (known?.errorCode === errorCode && known?.webhook === webhook) return known.group;
    const cause = causeOf({ errorCode, message });
    const pattern = messagePattern(message);
    const key = hash([causeKey(cause), String(errorCode), `${step}|${webhook}`, pattern].join('\u0000'));
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = {
        key,
        cause,
        errorCode,
        pattern,
        webhook,
        count: 0,
        first: NaN,
        last: NaN,
        example: { id, message },
        step: text(row[STEP_NAME]) || text(row['name']),
        stepId: step,
      };
      this.#groups.set(key, group);
    }
    this.#remember(message, step, { errorCode, webhook, group });
    return group;
  }

  /** The steps that have failed with a message. */
  #stepsOf(message: string): ReadonlyMap<string, Known> | undefined {
    if (this.#lastWords?.message === message) return this.#lastWords.steps;
    const steps = this.#known.get(message);
    this.#lastWords = steps === undefined ? undefined : { message, steps };
    return steps;
  }

  #remember(message: string, step: string, known: Known): void {
    if (this.#knownCount >= MOST_KNOWN) {
      this.#known.clear();
      this.#lastWords = undefined;
      this.#knownCount = 0;
    }
    let steps = this.#known.get(message);
    if (steps === undefined) this.#known.set(message, (steps = new Map<string, Known>()));
    if (!steps.has(step)) this.#knownCount += 1;
    steps.set(step, known);
  }

  /** How many groups there are. */
  get groupCount(): number {
    return this.#groups.size;
  }

  /**
   * The groups, the largest first; of equal ones the one that happened last.
   * @param most no more than the first so many: they are asked for with each page
   */
  groups(most = Infinity): readonly FailureGroup[] {
    return [...this.#groups.values()]
      .sort((a, b) => b.count - a.count || (b.last || 0) - (a.last || 0))
      .slice(0, most)
      .map(({ first, last, ...group }) => ({ ...group, first: dateOf(first), last: dateOf(last) }));
  }

  /**
   * How the failures spread over time: at most 31 bins of one length, the first at a full hour or day of the reader.
   * @param midnightBefore the reader's last midnight before a time, in milliseconds
   */
  bins(
    midnightBefore: (time: number) => number = (time) => new Date(time).setHours(0, 0, 0, 0),
  ): readonly TimeBin[] {
    if (this.#slots.size === 0) return [];
    let first = Infinity;
    let last = -Infinity;
    for (const slot of this.#slots.keys()) {
      first = Math.min(first, slot * SLOT);
      last = Math.max(last, slot * SLOT);
    }
    const length =
      BIN_LENGTHS.find((each) => (last - first) / each < MOST_BINS - 1) ??
      Math.ceil((last - first) / (MOST_BINS - 1) / DAY) * DAY;
    const midnight = midnightBefore(first);
    const start = midnight + Math.floor((first - midnight) / length) * length;
    const counts = new Array<number>(Math.floor((last - start) / length) + 1).fill(0);
    for (const [slot, { count }] of this.#slots) {
      const at = Math.floor((slot * SLOT - start) / length);
      counts[at] = (counts[at] ?? 0) + count;
    }
    return counts.map((count, at) => ({
      from: new Date(start + at * length),
      to: new Date(start + (at + 1) * length),
      count,
    }));
  }
}

function grow(group: Growing, time: number, id: string, message: string): void {
  group.count += 1;
  if (Number.isNaN(time)) return;
  if (!(time >= group.first)) group.first = time;
  if (!(time <= group.last)) {
    group.last = time;
    group.example = { id, message };
  }
}

function dateOf(time: number): Date | undefined {
  return Number.isNaN(time) ? undefined : new Date(time);
}

function causeKey(cause: Cause): string {
  return cause.kind === 'httpStatus' ? `${cause.kind}${cause.status}` : cause.kind;
}

/** The columns that `webhookOf` looks at. */
export const WEBHOOK_COLUMNS: readonly string[] = ['webhook.name', JOINED_WEBHOOK, 'owningextensionid'];

/** Name of the webhook where the query has joined or expanded it, else nothing. */
export function webhookOf(row: Row): string {
  const joined = text(row['webhook.name']) || text(row[JOINED_WEBHOOK]);
  if (joined !== '') return joined;
  const step = row['owningextensionid'];
  return isObject(step) ? text(step[EXPANDED_WEBHOOK]) : '';
}

function isObject(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A column's value where it is a text. Called with fixed names, which are looked up in no time where they are written. */
function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Milliseconds since 1970, or NaN. */
function timeOf(written: string): number {
  const time = timeOfService(written);
  return Number.isNaN(time) && written !== '' ? Date.parse(written) : time;
}

/** A short name for a text: 64 bits of two independent FNV-1a sums, which no two groups of a report share by chance. */
function hash(text: string): string {
  let one = 0x811c9dc5;
  let two = 0x01000193;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    one = Math.imul(one ^ unit, 0x01000193);
    two = Math.imul(two ^ (unit + at), 0x85ebca6b);
  }
  return (one >>> 0).toString(36) + (two >>> 0).toString(36);
}
