import type { Author } from '../newRow';
import { newRow, timestamp } from '../newRow';
import type { StoredRow } from '../schema/types';
import type { Store, Transaction } from '../store';
import { ids } from './ids';

/** Writes seed rows; their times lie in the past, counted back from `now` (milliseconds since 1970). */
export class Seeder {
  readonly store: Store;
  readonly transaction: Transaction;
  readonly now: number;

  constructor(store: Store, transaction: Transaction, now: number) {
    this.store = store;
    this.transaction = transaction;
    this.now = now;
  }

  /** `days` ago, as a row's time. */
  daysAgo(days: number): string {
    return timestamp(this.now - days * 86400000);
  }

  /** Inserts a row with the defaults of its table, made `days` ago by `userId`. */
  add(table: string, id: string, values: StoredRow, days = 30, userId: string = ids.user): void {
    const known = this.store.schema.table(table);
    if (known === undefined) throw new Error(`There is no table ${table}`);
    const author: Author = {
      userId,
      businessUnitId: ids.businessUnit,
      organizationId: ids.organization,
      now: this.now - days * 86400000,
    };
    this.transaction.insert(table, newRow(known, id, values, author));
  }
}
