import type { OrganizationFacts } from '../operations';
import type { Store, Transaction } from '../store';
import { seedSampleRows } from './sampleRows';
import { Seeder } from './seeder';
import { seedSystemRows } from './systemRows';
import { seedVolume } from './volume';

/** What a new sandbox holds besides the system rows. */
export interface SeedPlan {
  readonly samples: boolean;
  /** Rows made in bulk, for trying how a program copes with many. */
  readonly webhooks: number;
  readonly steps: number;
  readonly jobs: number;
}

/** Fills an empty store. `now` in milliseconds since 1970. */
export function seed(
  store: Store,
  transaction: Transaction,
  organization: OrganizationFacts,
  now: number,
  plan: SeedPlan,
): void {
  const seeder = new Seeder(store, transaction, now);
  seedSystemRows(seeder, organization);
  if (plan.samples) seedSampleRows(seeder);
  seedVolume(seeder, plan);
}
