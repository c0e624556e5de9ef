import { DataverseError } from '../dataverse/errors';
import * as odata from '../dataverse/odata';
import * as column from '../dataverse/row';
import type { BatchOperation, WebApi } from '../dataverse/webApi';
import type { Write } from './writes';

/** What is known of the row after a write. */
export interface Written {
  readonly id?: string;
  readonly etag?: string;
}

/** ConcurrencyVersionMismatch, 0x80060882 (FACTS 12). */
export const VERSION_MISMATCH = -2147088254;
/** OptimisticConcurrencyNotEnabled, 0x8006088D (FACTS 12). */
const NO_VERSION_CHECK = -2147088243;

function isVersionCheckRefused(error: unknown): boolean {
  return DataverseError.is(error) && error.code === NO_VERSION_CHECK;
}

/**
 * Sends a change of a row in the version that was read. Not every table takes an etag in `If-Match`: metadata that others
 * have published say that steps do and endpoints do not. Where it is refused, nothing was done; then the row is read
 * once more and changed only while it is still the one that was read.
 */
async function sendVersioned<T>(
  api: Pick<WebApi, 'get'>,
  { path, etag }: { readonly path: string; readonly etag?: string },
  signal: AbortSignal,
  send: (version: { readonly etag?: string }) => Promise<T>,
): Promise<T> {
  if (etag === undefined) return send({});
  try {
    return await send({ etag });
  } catch (error) {
    if (!isVersionCheckRefused(error)) throw error;
    await requireVersion(api, path, etag, signal);
    return send({});
  }
}

/** @throws DataverseError `conflict` when a row is no longer in the version that was read. */
async function requireVersion(
  api: Pick<WebApi, 'get'>,
  path: string,
  etag: string,
  signal: AbortSignal,
): Promise<void> {
  const row = await api.get(odata.query(path, { select: ['modifiedon'] }), { signal, annotations: false });
  const current = column.etag(row);
  if (current === undefined || current === etag) return;
  throw new DataverseError('conflict', `${path} was changed since it was read`, {
    path,
    code: VERSION_MISMATCH,
  });
}

/** Sends one write. A change asks for the row, because its new etag is what an undo must name. */
export async function runWrite(
  api: Pick<WebApi, 'create' | 'update' | 'remove' | 'get'>,
  write: Write,
  signal: AbortSignal,
): Promise<Written> {
  switch (write.method) {
    case 'POST': {
      const solution = write.solution === undefined ? {} : { solution: write.solution };
      const { id } = await api.create(write.path, write.body, { signal, ...solution });
      return { id };
    }
    case 'PATCH': {
      const row = await sendVersioned(api, write, signal, (version) =>
        api.update(write.path, write.body, { signal, returnRow: true, ...version }),
      );
      const fresh = row === undefined ? undefined : column.etag(row);
      return fresh === undefined ? {} : { etag: fresh };
    }
    case 'DELETE': {
      await sendVersioned(api, write, signal, (version) => api.remove(write.path, { signal, ...version }));
      return {};
    }
  }
}

/**
 * Sends several writes as one change set: all of them take place or none, each in the version that it names. One alone
 * is sent as itself. Where a table takes no etag, nothing was done; its rows are then read once more (`sendVersioned`).
 * @throws the error of the write that was refused.
 */
export async function runWrites(
  api: Pick<WebApi, 'create' | 'update' | 'remove' | 'batch' | 'get'>,
  writes: readonly Write[],
  signal: AbortSignal,
): Promise<readonly Written[]> {
  const [only] = writes;
  if (only !== undefined && writes.length === 1) return [await runWrite(api, only, signal)];
  const outcomes = await api.batch({ atomicity: 'all', operations: writes.map(operationOf) }, { signal });
  const failures = outcomes.flatMap((outcome, at) => (outcome.ok ? [] : [{ error: outcome.error, at }]));
  const cause = failures.find(({ error }) => !DataverseError.is(error, 'notRun')) ?? failures[0];
  if (cause === undefined) {
    return outcomes.map((outcome) => (outcome.ok && outcome.id !== undefined ? { id: outcome.id } : {}));
  }
  const refused = isVersionCheckRefused(cause.error) ? setOf(writes[cause.at]) : undefined;
  const unversioned = writes.map((write) => (setOf(write) === refused ? withoutVersion(write) : write));
  const dropped = writes.filter((write, at) => write !== unversioned[at]);
  if (refused === undefined || dropped.length === 0) throw cause.error;
  for (const write of dropped) await requireVersion(api, write.path, versionOf(write) ?? '', signal);
  return runWrites(api, unversioned, signal);
}

/** The entity set of a write; undefined when its path refers to another operation. */
function setOf(write: Write | undefined): string | undefined {
  return write === undefined ? undefined : /^\w+/.exec(write.path)?.[0];
}

function versionOf(write: Write): string | undefined {
  return write.method === 'POST' ? undefined : write.etag;
}

function withoutVersion(write: Write): Write {
  if (versionOf(write) === undefined || write.method === 'POST') return write;
  const { etag: _etag, ...bare } = write;
  return bare;
}

function operationOf(write: Write): BatchOperation {
  const etag = versionOf(write);
  const version = etag === undefined ? {} : { etag };
  if (write.method === 'DELETE') return { method: 'DELETE', path: write.path, ...version };
  const solution =
    write.method === 'POST' && write.solution !== undefined ? { solution: write.solution } : {};
  return { method: write.method, path: write.path, body: write.body, ...solution, ...version };
}
