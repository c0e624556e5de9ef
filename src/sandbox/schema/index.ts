import { buildSchema } from './build';
import { bulkDeleteOperation } from './bulkDeletionTable';
import { businessTables, manyToMany } from './businessTables';
import { platformTables } from './platformTables';
import type { Schema } from './types';
import { webhookTables } from './webhookTables';

/** The schema of the sandbox: every table it knows. Built once per process, it is immutable. */
export function createSchema(): Schema {
  return buildSchema(
    [...webhookTables, bulkDeleteOperation, ...platformTables, ...businessTables],
    manyToMany,
  );
}
