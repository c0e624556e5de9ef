import type { Clock } from '../../base/clock';
import type { Log } from '../../base/log';
import type { Background, Operations, OrganizationFacts } from '../operations';
import type { Queries } from '../queryRequest';
import type { RowLocks } from '../rowLocks';
import type { Schema } from '../schema/types';
import type { Store } from '../store';
import type { BulkDeletions } from './bulkDeletions';

/** What answering a request needs. */
export interface Host {
  readonly schema: Schema;
  readonly store: Store;
  readonly operations: Operations;
  readonly background: Background;
  /** Bulk deletions; they are part of the background. */
  readonly deletions: BulkDeletions;
  readonly queries: Queries;
  readonly locks: RowLocks;
  readonly clock: Clock;
  readonly organization: OrganizationFacts;
  readonly log: Log;
}
