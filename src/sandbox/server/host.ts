import type { Clock } from '../../base/clock';
import type { Log } from '../../base/log';
import type { Background, Operations, OrganizationFacts } from '../operations';
import type { Queries } from '../queryRequest';
import type { RowLocks } from '../rowLocks';
import type { Schema } from '../schema/types';
import type { Store } from '../store';

/** What answering a request needs. */
export interface Host {
  readonly schema: Schema;
  readonly store: Store;
  readonly operations: Operations;
  readonly background: Background;
  readonly queries: Queries;
  readonly locks: RowLocks;
  readonly clock: Clock;
  readonly organization: OrganizationFacts;
  readonly log: Log;
}
