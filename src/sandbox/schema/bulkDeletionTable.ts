import { bool, datetime, int, key, lookup, memo, state, status, text, to } from './build';
import type { TableSource } from './build';
import { asyncStatecode, asyncStatuscode } from './webhookOptions';

/**
 * What a bulk deletion has done: a companion of its system job (FACTS 3.7, navigation `AsyncOperation_BulkDeleteOperation`).
 * Its columns are general knowledge: UNVERIFIED.
 */
export const bulkDeleteOperation: TableSource = {
  schemaName: 'BulkDeleteOperation',
  set: 'bulkdeleteoperations',
  label: 'Bulk Delete Operation',
  collectionLabel: 'Bulk Delete Operations',
  objectTypeCode: 4424,
  primaryName: 'name',
  access: { create: false, update: false },
  ownership: 'none',
  columns: [
    key('BulkDeleteOperationId', { access: 'R' }),
    lookup(
      'AsyncOperationId',
      [to('asyncoperation', 'asyncoperationid', 'AsyncOperation_BulkDeleteOperation', 'cascade')],
      { access: 'R' },
    ),
    int('FailureCount', { access: 'R' }),
    int('SuccessCount', { access: 'R' }),
    bool('IsRecurring', { access: 'R', initial: false }),
    text('Name', 256, { access: 'R' }),
    datetime('NextRun', { access: 'R' }),
    memo('OrderedQuerySetXml', 1073741823, { access: 'R' }),
    int('ProcessingQEIndex', { access: 'R' }),
    datetime('CreatedOn', { access: 'R' }),
    datetime('ModifiedOn', { access: 'R' }),
    state(asyncStatecode),
    status(asyncStatuscode, { access: 'R', initial: 0 }),
  ],
};
