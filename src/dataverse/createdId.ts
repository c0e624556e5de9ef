import { isGuid } from '../base/guid';
import type { Answer } from './connection';
import type { Row } from './webApi';

const GUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;

/**
 * The key between the last parentheses of a row's address (FACTS 13.2): its GUID, or the whole key where there is
 * none, because a row that was made must not be reported as a failure.
 */
export function idInAddress(address: string | undefined): string | undefined {
  const key = /\(([^()]{1,1000})\)$/.exec(address?.trim() ?? '')?.[1];
  return key === undefined ? undefined : (GUID.exec(key)?.[0] ?? key);
}

/**
 * The id of the row that a POST made: out of OData-EntityId, else Location or `@odata.id`, else the primary key in
 * the returned row, whose name is the table's name with `id`.
 */
export function createdId(
  entitySet: string,
  answer: Pick<Answer, 'header'>,
  row: Row | undefined,
): string | undefined {
  const told = idInAddress(answer.header('OData-EntityId')) ?? idInAddress(answer.header('Location'));
  if (told !== undefined || row === undefined) return told;
  const ownAddress = row['@odata.id'];
  return idInAddress(typeof ownAddress === 'string' ? ownAddress : undefined) ?? primaryKey(entitySet, row);
}

function primaryKey(entitySet: string, row: Row): string | undefined {
  for (const [name, value] of Object.entries(row)) {
    // `opportunities` and `opportunityid` have all but the plural's end in common.
    const stem = name.endsWith('id') ? name.slice(0, -3) : '';
    if (stem !== '' && entitySet.startsWith(stem) && entitySet.length - stem.length <= 4) {
      if (typeof value === 'string' && isGuid(value)) return value;
    }
  }
  return undefined;
}
