import { AppError, isCancellation } from '../base/errors';
import { DataverseError } from '../dataverse/errors';
import * as odata from '../dataverse/odata';
import * as column from '../dataverse/row';
import type { WebApi } from '../dataverse/webApi';
import { haveArrived } from './arrived';
import { SolutionService } from './solutionService';
import type { Undo } from './undo';
import type { Write } from './writes';
import { runWrite, runWrites } from './runWrites';
import { signedInUserId } from './signedInUser';

/** DuplicateRecord, 0x80040237 (FACTS 12). */
const DUPLICATE_RECORD = -2147220937;

/** Why a change cannot be taken back any more, or not yet. */
export class UndoError extends AppError<'webhookHasSteps' | 'secretNeeded'> {
  override readonly name = 'UndoError';
}

/** An undo that did not work. */
export interface FailedUndo {
  readonly undo: Undo;
  readonly error: unknown;
}

type UndoApi = Pick<WebApi, 'create' | 'update' | 'remove' | 'batch' | 'get' | 'action' | 'pages'>;

/**
 * Takes a change of many rows back: all that can be, each as soon as what it needs is there. What needs something that
 * failed fails for the same reason without being tried.
 * @param undos what one needs stands before it; what is not among them is taken to be there.
 * @returns those that failed, in their order, to be run again.
 * @throws CancelledError when the signal is aborted.
 */
export async function runUndos(
  api: UndoApi,
  undos: readonly Undo[],
  signal: AbortSignal,
): Promise<readonly FailedUndo[]> {
  const started = new Map<string, Promise<void>>();
  const running = undos.map((undo) => {
    const needed = (undo.needs ?? []).flatMap((id) => started.get(id) ?? []);
    const own = Promise.all(needed).then(() => runUndo(api, undo, signal));
    if (undo.about !== undefined) started.set(undo.about.id, own);
    return own;
  });
  const outcomes = await Promise.allSettled(running);
  return undos.flatMap((undo, index) => {
    const outcome = outcomes[index];
    if (outcome?.status !== 'rejected') return [];
    const error: unknown = outcome.reason;
    if (isCancellation(error)) throw error;
    return [{ undo, error }];
  });
}

/** The undo to be run again after it failed: one that was sent and got no answer may have been carried out. */
export function afterFailure(undo: Undo, error: unknown): Undo {
  const unanswered = DataverseError.is(error) && error.status === undefined;
  return unanswered && undo.unsure !== true ? { ...undo, unsure: true } : undo;
}

/**
 * Takes a change back.
 * @throws UndoError when a webhook that would be deleted has steps, or one that is to come back has no secret yet; DataverseError for what is refused, also 412 when
 *   somebody changed the row since and it has not the old values again. Of independent writes all are tried before the first refusal is thrown.
 */
export async function runUndo(
  api: Pick<WebApi, 'create' | 'update' | 'remove' | 'batch' | 'get' | 'action' | 'pages'>,
  undo: Undo,
  signal: AbortSignal,
): Promise<void> {
  if (undo.membership !== undefined) {
    const { component, solutions, without = [] } = undo.membership;
    const service = new SolutionService(api);
    // One that is there already is as good, so all of them can be tried again after one was refused.
    await allOf([
      ...solutions.map((solution) => service.add(component, solution, signal)),
      ...without.map((solution) => service.remove(component, solution, signal)),
    ]);
  }
  if (undo.webhook !== undefined)
    throw new UndoError('secretNeeded', 'The secret of the webhook is to be told first');
  if (undo.emptyWebhook !== undefined) await checkEmpty(api, undo.emptyWebhook, signal);
  if (undo.atomicity === 'all') {
    try {
      await runWrites(api, undo.writes, signal);
    } catch (error) {
      // The answer to a try before this one may have been lost.
      if (isThere(undo, error) || isGone(undo, error)) return;
      if (await haveArrived(api, undo.writes, error, signal)) return;
      const secret = await secretAgain(api, undo, error, signal);
      if (secret === undefined) throw error;
      await runWrite(api, secret, signal);
    }
    return;
  }
  await allOf(
    undo.writes.map(async (write) => {
      try {
        await runWrite(api, write, signal);
      } catch (error) {
        if (!(await haveArrived(api, [write], error, signal))) throw error;
      }
    }),
  );
}

function isThere({ again }: Undo, error: unknown): boolean {
  return again === true && DataverseError.is(error) && error.code === DUPLICATE_RECORD;
}

function isGone({ writes }: Undo, error: unknown): boolean {
  return writes.every(({ method }) => method === 'DELETE') && DataverseError.is(error, 'notFound');
}

/**
 * The write of an old secret, to be sent once more after a try without an answer. No row tells which secret it has, so
 * nobody can read whether that try has arrived. But who changed the row last can be read: where that is the signed-in user
 * and the kind of authentication is the old one, the change is taken for that try, and the secret is written once more
 * over the version that was found, so that it is there for certain. Where somebody else came between, the conflict stays.
 * What the same user has rotated meanwhile in another window, to the same kind, cannot be told from the try.
 * @returns undefined where the conflict is one.
 */
async function secretAgain(
  api: Pick<WebApi, 'get'>,
  { writes, unsure }: Undo,
  error: unknown,
  signal: AbortSignal,
): Promise<Write | undefined> {
  const [write] = writes;
  if (unsure !== true || writes.length > 1 || !DataverseError.is(error, 'conflict')) return undefined;
  if (write?.method !== 'PATCH' || write.body['authvalue'] === undefined) return undefined;
  const select = ['modifiedon', 'authtype', '_modifiedby_value'];
  const [row, me] = await Promise.all([
    api.get(odata.query(write.path, { select }), { signal, annotations: false }),
    signedInUserId(api, signal),
  ]);
  const mine = column.optionalGuid(row, '_modifiedby_value') === me;
  const etag = column.etag(row);
  if (!mine || etag === undefined || row['authtype'] !== write.body['authtype']) return undefined;
  return { ...write, etag };
}

/** Waits for all before it throws the first failure. */
async function allOf(work: ReadonlyArray<Promise<unknown>>): Promise<void> {
  for (const outcome of await Promise.allSettled(work))
    if (outcome.status === 'rejected') throw outcome.reason;
}

async function checkEmpty(api: Pick<WebApi, 'get'>, webhookId: string, signal: AbortSignal): Promise<void> {
  const path = odata.query(
    odata.property(odata.row('serviceendpoints', webhookId), 'serviceendpoint_sdkmessageprocessingstep'),
    { select: ['sdkmessageprocessingstepid'], top: 1 },
  );
  const { value } = await api.get(path, { signal });
  if (Array.isArray(value) && value.length > 0)
    throw new UndoError('webhookHasSteps', 'The webhook has steps, which would be deleted with it');
}
