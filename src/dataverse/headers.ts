import { DataverseError } from './errors';
import type { ReadOptions, UpdateOptions, WriteOptions } from './webApi';

/** Header names in their documented spelling (FACTS 13.1). */
export type Headers = Readonly<Record<string, string>>;

const COMMON: Headers = {
  Accept: 'application/json',
  'OData-MaxVersion': '4.0',
  'OData-Version': '4.0',
};

const ANNOTATIONS = 'odata.include-annotations="*"';

/** Headers of a GET: fresh, with annotations unless switched off, with a page size where one is wanted. */
export function readHeaders(options: ReadOptions): Headers {
  const preferences: string[] = [];
  if (options.annotations !== false) preferences.push(ANNOTATIONS);
  if (options.pageSize !== undefined)
    preferences.push(`odata.maxpagesize=${checkedPageSize(options.pageSize)}`);
  return { ...COMMON, 'If-None-Match': 'null', ...prefer(preferences) };
}

/** The annotations that paging of FetchXML lives on (FACTS 13.6). */
const PAGING_ANNOTATIONS = [
  'Microsoft.Dynamics.CRM.fetchxmlpagingcookie',
  'Microsoft.Dynamics.CRM.morerecords',
  'Microsoft.Dynamics.CRM.totalrecordcount',
  'Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded',
].join(',');

/** Headers of a FetchXML query: its page size is in the query, and without annotations it could not go on. */
export function fetchHeaders(options: ReadOptions): Headers {
  const preference =
    options.annotations === false ? `odata.include-annotations="${PAGING_ANNOTATIONS}"` : ANNOTATIONS;
  return { ...COMMON, 'If-None-Match': 'null', ...prefer([preference]) };
}

/** Headers of a request that changes something. */
export function writeHeaders(options: WriteOptions & { readonly hasBody: boolean }): Headers {
  return {
    ...COMMON,
    ...(options.hasBody ? { 'Content-Type': 'application/json' } : {}),
    ...prefer(options.returnRow === true ? ['return=representation', ANNOTATIONS] : []),
    ...(options.solution === undefined
      ? {}
      : { 'MSCRM.SolutionUniqueName': checkedHeader(options.solution) }),
  };
}

/** Headers of a PATCH, which with `If-Match` never creates (FACTS 13.2). */
export function updateHeaders(options: UpdateOptions): Headers {
  return { ...writeHeaders({ ...options, hasBody: true }), 'If-Match': checkedHeader(options.etag ?? '*') };
}

/** Headers of a DELETE. */
export function removeHeaders(etag: string | undefined): Headers {
  return { ...COMMON, ...(etag === undefined ? {} : { 'If-Match': checkedHeader(etag) }) };
}

/** Headers of a batch request. */
export function batchHeaders(boundary: string, continueOnError: boolean): Headers {
  return {
    ...COMMON,
    'Content-Type': `multipart/mixed; boundary=${boundary}`,
    ...prefer(continueOnError ? ['odata.continue-on-error'] : []),
  };
}

function prefer(preferences: readonly string[]): Headers {
  return preferences.length === 0 ? {} : { Prefer: preferences.join(',') };
}

/**
 * The size of a page, in rows.
 * @throws DataverseError `invalid` when the service would not take it (FACTS 13.4).
 */
export function checkedPageSize(size: number): number {
  if (Number.isInteger(size) && size >= 1 && size <= 5000) return size;
  throw new DataverseError('invalid', 'A page has 1 to 5000 rows');
}

/** Solution names and etags also stand in the text of a batch, where a line break would start a header of its own. */
function checkedHeader(value: string): string {
  if (!/^[\x20-\x7e]+$/.test(value)) {
    throw new DataverseError('invalid', 'A header value has only visible ASCII characters');
  }
  return value;
}
