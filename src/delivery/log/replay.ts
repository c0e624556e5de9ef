import { systemClock, type Clock } from '../../base/clock';
import { CancelledError, isCancellation } from '../../base/errors';
import { Secret } from '../../base/secret';
import { applyAuthentication, type EndpointAuthentication } from '../authentication';
import type { DeliveryLog } from './deliveryLog';
import { NOT_KEPT, type DeliveryRecord, type KeptRequest } from './deliveryRecord';
import { pendingRecord, resultParts } from './keepDelivery';
import { maskedAddress } from './keptParts';
import { forwardAddress, type Forwarder } from './sendAgain';

/** Where deliveries are sent again. */
export interface ReplayTarget {
  /** A complete address, or only a host: the path of each delivery is kept then. */
  readonly url: string;
  /** What proves who calls, in place of what the delivery had; `kept` sends what it had, `none` leaves it out. */
  readonly authentication: EndpointAuthentication | 'kept' | 'none';
  /** The webhook it is the address of. */
  readonly webhookName?: string;
}

export interface ReplayPlan {
  readonly records: readonly DeliveryRecord[];
  readonly target: ReplayTarget;
  /** How often each is sent. */
  readonly times: number;
  /** How many are begun in a second; undefined: one after the other, each when the one before was answered. */
  readonly perSecond: number | undefined;
}

/** How far a replay has come. */
export interface ReplayProgress {
  readonly total: number;
  readonly done: number;
  readonly succeeded: number;
}

/** Most deliveries of a replay that wait for an answer at a time. */
const MOST_AT_A_TIME = 64;

/** Where one delivery goes. Undefined when the address is none for http or https. */
function replayAddress(url: string, request: KeptRequest): URL | undefined {
  const base = URL.parse(url);
  if (base === null || !/^https?:$/.test(base.protocol)) return undefined;
  if (base.pathname === '/' && base.search === '') return forwardAddress(url, request.target.reveal());
  // The keys that came in the query belong to the address that it came to; a query of its own stays as it is.
  const query = request.target.reveal().split(/\?(.*)/s, 2)[1];
  if (base.search === '' && query !== undefined) base.search = `?${query}`;
  base.hash = '';
  return base;
}

/**
 * Sends kept deliveries again and keeps each as a record of its own. Resolves with what was done also when the signal
 * ends it; what is on its way then is given up.
 */
export async function replayAll(
  plan: ReplayPlan,
  parts: { readonly log: DeliveryLog; readonly forwarder: Forwarder; readonly clock?: Clock },
  signal: AbortSignal,
  onProgress: (progress: ReplayProgress) => void = () => undefined,
): Promise<ReplayProgress> {
  const clock = parts.clock ?? systemClock;
  const all = Array.from({ length: plan.times }, () => plan.records).flat();
  let progress: ReplayProgress = { total: all.length, done: 0, succeeded: 0 };
  const open = new Set<Promise<void>>();
  const sendOne = async (record: DeliveryRecord): Promise<void> => {
    const success = await replayOne(record, plan.target, parts, signal);
    progress = {
      ...progress,
      done: progress.done + 1,
      succeeded: progress.succeeded + (success ? 1 : 0),
    };
    onProgress(progress);
  };
  const started = clock.now();
  try {
    for (const [index, record] of all.entries()) {
      if (signal.aborted) break;
      if (plan.perSecond === undefined) {
        await sendOne(record);
        continue;
      }
      // By the time that has passed, not from one to the next, so that the rate is kept whatever a timer costs.
      const due = started + (index * 1_000) / plan.perSecond - clock.now();
      if (due > 0) await clock.delay(due, signal);
      while (open.size >= MOST_AT_A_TIME) await Promise.race(open);
      const sending = sendOne(record).finally(() => open.delete(sending));
      open.add(sending);
    }
  } catch (error) {
    if (!isCancellation(error)) throw error;
  }
  await Promise.all(open);
  return progress;
}

/** True when the answer was a success. */
async function replayOne(
  record: DeliveryRecord,
  target: ReplayTarget,
  { log, forwarder }: { readonly log: DeliveryLog; readonly forwarder: Forwarder },
  signal: AbortSignal,
): Promise<boolean> {
  const prepared = prepare(record.request, target);
  if (prepared === undefined) throw new CancelledError();
  const { to, request } = prepared;
  const kept = pendingRecord(request, {
    source: 'replayed',
    at: Date.now(),
    of: record.id,
    environmentId: record.environmentId,
    webhookName: target.webhookName,
  });
  log.put(kept);
  const parts = resultParts(
    await forwarder.send(request, to, { withSecrets: target.authentication !== 'none' }, signal),
  );
  log.change(kept.id, parts);
  return parts.outcome === 'success';
}

function prepare(
  request: KeptRequest,
  { url, authentication }: ReplayTarget,
): { readonly to: URL; readonly request: KeptRequest } | undefined {
  if (authentication === 'kept') {
    const to = replayAddress(url, request);
    const headers = request.headers.filter(([, value]) => value !== NOT_KEPT);
    return to === undefined ? undefined : { to, request: at(request, to, headers) };
  }
  const bare = { ...request, target: new Secret(request.target.reveal().split('?', 1)[0] ?? '/') };
  const to = replayAddress(url, bare);
  if (to === undefined) return undefined;
  const plain = request.headers.filter(([, value]) => typeof value === 'string');
  if (authentication === 'none') return { to, request: at(request, to, plain) };
  const applied = applyAuthentication(to, authentication);
  if (!applied.ok) return undefined;
  const own = applied.headers.map(([name, value]) => [name, new Secret(value)] as const);
  return { to: applied.url, request: at(request, applied.url, [...plain, ...own]) };
}

function at(request: KeptRequest, to: URL, headers: KeptRequest['headers']): KeptRequest {
  return {
    ...request,
    headers,
    url: maskedAddress(to.href),
    target: new Secret(`${to.pathname}${to.search}`),
  };
}
