import { DataverseError } from '../dataverse/errors';
import * as odata from '../dataverse/odata';
import type { Row, WebApi } from '../dataverse/webApi';
import { ownId } from './registration';
import { VERSION_MISMATCH } from './runWrites';
import type { Write } from './writes';

/**
 * Whether everything that the writes would do is so already, although the service has refused them: they were sent before,
 * and only the answer was lost. Asked only after a refusal that this explains: a version that is no longer the one that
 * was read, a row that is there or gone. What cannot be read back, such as a secret, does not count as done.
 * @throws CancelledError, or the DataverseError of a row that could not be read.
 */
export async function haveArrived(
  api: Pick<WebApi, 'get'>,
  writes: readonly Write[],
  error: unknown,
  signal: AbortSignal,
): Promise<boolean> {
  if (!isExplained(error) || writes.length === 0) return false;
  for (const write of writes) if (!(await hasArrived(api, write, signal))) return false;
  return true;
}

function isExplained(error: unknown): boolean {
  if (!DataverseError.is(error)) return false;
  return (
    error.code === VERSION_MISMATCH ||
    (error.status !== undefined && (error.reason === 'conflict' || error.reason === 'notFound'))
  );
}

async function hasArrived(api: Pick<WebApi, 'get'>, write: Write, signal: AbortSignal): Promise<boolean> {
  switch (write.method) {
    case 'DELETE':
      return (await rowAt(api, write.path, signal)) === undefined;
    case 'POST': {
      const id = ownId(write);
      return id !== undefined && (await rowAt(api, odata.row(write.path, id), signal)) !== undefined;
    }
    case 'PATCH': {
      const row = await rowAt(api, write.path, signal);
      return (
        row !== undefined && Object.entries(write.body).every(([name, value]) => isHeld(row, name, value))
      );
    }
  }
}

async function rowAt(api: Pick<WebApi, 'get'>, path: string, signal: AbortSignal): Promise<Row | undefined> {
  try {
    return await api.get(path, { signal, annotations: false });
  } catch (error) {
    if (DataverseError.is(error, 'notFound')) return undefined;
    throw error;
  }
}

/** A row holds the value that was written; of a binding it holds the id, in the lookup of the same name (FACTS 3). */
function isHeld(row: Row, name: string, value: unknown): boolean {
  const binding = /^(.+)@odata\.bind$/.exec(name)?.[1];
  if (binding === undefined) return (row[name] ?? null) === value;
  // `eventhandler` is one lookup to several tables, and each binding to it names the table (FACTS 6.2).
  const held = row[`_${binding.replace(/^eventhandler_.+/, 'eventhandler')}_value`] ?? null;
  if (value === null || held === null) return value === held;
  return typeof value === 'string' && typeof held === 'string' && value.endsWith(`(${held})`);
}
