import { addressOf, rootOf, type Root } from '../../dataverse/address';
import { writeChangeSet, type BatchRequest } from '../../dataverse/batchText';
import {
  batchHeaders,
  removeHeaders,
  updateHeaders,
  writeHeaders,
  type Headers,
} from '../../dataverse/headers';
import type { Row } from '../../dataverse/webApi';
import type { Write } from '../../webhooks/writes';
import { shownUrl } from './urlText';

const MASK = '•••';
const BOUNDARY = 'batch_1';

/**
 * The Web API call that writes would be sent as: method, address, headers and body, several of them as one change set.
 * The secret of a webhook, keys in its URL and the token are masked.
 */
export function requestText(environmentUrl: string, writes: readonly Write[]): string {
  const root = rootOf(environmentUrl);
  const requests = writes.map((write) => requestOf(root, write));
  const [only] = requests;
  const request =
    only !== undefined && requests.length === 1
      ? only
      : {
          method: 'POST',
          url: addressOf(root, '$batch'),
          headers: batchHeaders(BOUNDARY, false),
          body: writeChangeSet(requests.map(compact), BOUNDARY).replaceAll('\r\n', '\n'),
        };
  const headers = Object.entries({ Authorization: `Bearer ${MASK}`, ...request.headers });
  return [
    `${request.method} ${request.url} HTTP/1.1`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    '',
    ...(request.body === undefined ? [] : [request.body]),
    '',
  ].join('\n');
}

function requestOf(root: Root, write: Write): BatchRequest {
  const url = addressOf(root, write.path);
  if (write.method === 'DELETE') return { method: 'DELETE', url, headers: removeHeaders(write.etag) };
  return {
    method: write.method,
    url,
    headers: headersOf(write),
    body: JSON.stringify(masked(write.body), undefined, 2),
  };
}

function headersOf(write: Exclude<Write, { method: 'DELETE' }>): Headers {
  if (write.method === 'PATCH')
    return updateHeaders({ returnRow: true, ...(write.etag === undefined ? {} : { etag: write.etag }) });
  return writeHeaders({
    hasBody: true,
    ...(write.solution === undefined ? {} : { solution: write.solution }),
  });
}

/** In a batch a body stands on one line, as it is sent. */
function compact(request: BatchRequest): BatchRequest {
  return request.body === undefined
    ? request
    : { ...request, body: JSON.stringify(JSON.parse(request.body)) };
}

function masked(body: Row): Row {
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => {
      if (name === 'authvalue') return [name, MASK];
      return [name, name === 'url' && typeof value === 'string' ? shownUrl(value) : value];
    }),
  );
}
