import { DataverseError } from '../../src/dataverse/errors';
import * as odata from '../../src/dataverse/odata';
import { guid } from '../../src/dataverse/row';
import type { BatchOutcome, Row, WebApi } from '../../src/dataverse/webApi';
import type { FaultyRelay } from './faultyRelay';

/** What many operations over a bad line came to. All but `operations` and `reported` must be 0. */
export interface SoakResult {
  readonly operations: number;
  /** Reads that gave other rows than there are, or an error. */
  readonly badReads: number;
  /** Writes that were carried out more than once. */
  readonly doubled: number;
  /** Writes that were told as done and are not there. */
  readonly lost: number;
  /** Writes that were told as failed though it is certain that they were done: only an answer that got lost excuses it. */
  readonly wronglyFailed: number;
  /** Writes that were told as failed. */
  readonly reported: number;
}

interface Write {
  readonly label: string;
  readonly ok: boolean;
  /** The answer is not known: it may have happened. */
  readonly unknown: boolean;
}

const STABLE = 60;
const LANES = 8;
const PER_BATCH = 10;

/**
 * Makes `operations` operations, half of them reads, through a client behind a faulty line, several at once.
 * @param clean a client without faults that prepares and verifies; the accounts of before are deleted.
 */
export async function soak(
  client: WebApi,
  clean: WebApi,
  relay: FaultyRelay,
  operations: number,
): Promise<SoakResult> {
  await prepare(clean);
  const writes: Write[] = [];
  let badReads = 0;
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < operations) {
      const number = next;
      next += 1;
      if (number % 2 === 0) badReads += (await readsWell(client, number)) ? 0 : 1;
      else writes.push(...(await write(client, number)));
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return { ...(await verify(clean, relay, writes)), operations, badReads };
}

async function prepare(clean: WebApi): Promise<void> {
  const old: string[] = [];
  for await (const page of clean.pages(odata.query('accounts', { select: ['accountid'] }))) {
    old.push(...page.rows.map((row) => guid(row, 'accountid')));
  }
  await clean.batch({
    atomicity: 'each',
    operations: old.map((id) => ({ method: 'DELETE' as const, path: odata.row('accounts', id) })),
  });
  await clean.batch({
    atomicity: 'all',
    operations: Array.from({ length: STABLE }, (_, index) => ({
      method: 'POST' as const,
      path: 'accounts',
      body: { name: 'Stable', accountnumber: String(index).padStart(3, '0') },
    })),
  });
}

/** A read of many pages, or of one, must give the stable rows and nothing else. */
async function readsWell(client: WebApi, number: number): Promise<boolean> {
  const path = odata.query('accounts', {
    select: ['accountnumber'],
    filter: odata.eq('name', 'Stable'),
    orderby: ['accountnumber'],
  });
  const found: unknown[] = [];
  try {
    for await (const page of client.pages(path, { pageSize: number % 10 === 0 ? 7 : 100 })) {
      for (const row of page.rows) found.push(row['accountnumber']);
    }
  } catch (error) {
    if (DataverseError.is(error)) return false;
    throw error;
  }
  return found.join() === Array.from({ length: STABLE }, (_, index) => String(index).padStart(3, '0')).join();
}

const bodyOf = (label: string): Row => ({ name: 'Soak', accountnumber: label });

/** One create, or now and then a batch of creates; each with a label of its own. */
async function write(client: WebApi, number: number): Promise<readonly Write[]> {
  if (number % 20 !== 1) {
    const label = `W${number}`;
    return [await outcomeOf(label, client.create('accounts', bodyOf(label)))];
  }
  const labels = Array.from({ length: PER_BATCH }, (_, index) => `B${number}-${index}`);
  const atomicity = number % 40 === 1 ? 'all' : 'each';
  try {
    const outcomes = await client.batch({
      atomicity,
      operations: labels.map((label) => ({ method: 'POST', path: 'accounts', body: bodyOf(label) })),
    });
    return outcomes.map((outcome, index) => writeOf(labels[index] ?? '', outcome));
  } catch (error) {
    return labels.map((label) => writeOf(label, { ok: false, error: error as Error }));
  }
}

async function outcomeOf(label: string, call: Promise<unknown>): Promise<Write> {
  try {
    await call;
    return writeOf(label, { ok: true });
  } catch (error) {
    return writeOf(label, { ok: false, error: error as Error });
  }
}

function writeOf(label: string, outcome: BatchOutcome): Write {
  if (outcome.ok) return { label, ok: true, unknown: false };
  if (!DataverseError.is(outcome.error)) throw outcome.error;
  return { label, ok: false, unknown: outcome.error.reason === 'network' };
}

async function verify(
  clean: WebApi,
  relay: FaultyRelay,
  writes: readonly Write[],
): Promise<Omit<SoakResult, 'operations' | 'badReads'>> {
  const path = odata.query('accounts', { select: ['accountnumber'], filter: odata.eq('name', 'Soak') });
  const there = new Map<unknown, number>();
  for await (const page of clean.pages(path)) {
    for (const row of page.rows) there.set(row['accountnumber'], (there.get(row['accountnumber']) ?? 0) + 1);
  }
  const carriedOut = relay.relayed.filter((one) => one.fate === 'pass' || one.fate === 'lost');
  const arrivals = (label: string): number =>
    carriedOut.filter((one) => one.body.includes(`"accountnumber":"${label}"`)).length;
  const counts = writes.map((write) => ({
    ...write,
    rows: there.get(write.label) ?? 0,
    sent: arrivals(write.label),
  }));
  return {
    doubled: counts.filter((write) => write.rows > 1 || write.sent > 1).length,
    lost: counts.filter((write) => write.ok && write.rows !== 1).length,
    wronglyFailed: counts.filter((write) => !write.ok && !write.unknown && write.rows > 0).length,
    reported: counts.filter((write) => !write.ok).length,
  };
}
