/**
 * The other side of the bench, a process of its own so that its work is not counted: canned pages of rows, a place to
 * put a text and get it back, and an endpoint for webhooks that counts. It ends when its input is closed.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

let origin = '';
let kept: Buffer = Buffer.alloc(0);
const hooks = { count: 0, first: 0, last: 0 };

/** A page of rows as the service writes failed jobs: a dozen columns with their annotations. */
function page(number: number, pages: number, rows: number, all?: string): Buffer {
  const value = Array.from({ length: rows }, (_, index) => row(number * rows + index));
  const size = all === undefined ? `pages=${pages}&rows=${rows}` : `all=${all}`;
  const next =
    number + 1 < pages
      ? {
          '@odata.nextLink': `${origin}/api/data/v9.2/asyncoperations?$select=name&page=${number + 1}&${size}`,
        }
      : {};
  return Buffer.from(
    JSON.stringify({ '@odata.context': `${origin}/api/data/v9.2/$metadata#asyncoperations`, value, ...next }),
  );
}

function row(number: number): object {
  const id = `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
  const formatted = '@OData.Community.Display.V1.FormattedValue';
  return {
    '@odata.etag': `W/"${1_000_000 + number}"`,
    asyncoperationid: id,
    name: `Update of contact ${number}`,
    statuscode: 31,
    [`statuscode${formatted}`]: 'Failed',
    errorcode: -2147155455,
    [`errorcode${formatted}`]: '-2,147,155,455',
    friendlymessage: 'The webhook call failed because the http request received non-success httpStatus code.',
    messagename: 'Update',
    primaryentitytype: 'contact',
    retrycount: 0,
    createdon: '2025-03-04T10:00:12Z',
    [`createdon${formatted}`]: '3/4/2025 10:00 AM',
    completedon: '2025-03-04T10:00:13Z',
    _owningextensionid_value: `00000000-0000-4000-9000-${String(number % 500).padStart(12, '0')}`,
    [`_owningextensionid_value${formatted}`]: 'Order intake: Update of contact',
    '_owningextensionid_value@Microsoft.Dynamics.CRM.lookuplogicalname': 'sdkmessageprocessingstep',
  };
}

const pages = new Map<string, Buffer>();

function answer(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
  const url = new URL(request.url ?? '/', origin);
  const json = (content: Buffer): void => {
    response.writeHead(200, {
      'Content-Type': 'application/json; odata.metadata=minimal',
      'Content-Length': content.length,
    });
    response.end(content);
  };
  if (url.pathname === '/hook') {
    hooks.count += 1;
    hooks.last = performance.now();
    if (hooks.count === 1) hooks.first = hooks.last;
    response.writeHead(200, { 'Content-Length': 0 }).end();
  } else if (url.pathname === '/hooks') {
    json(Buffer.from(JSON.stringify(hooks)));
    if (request.method === 'DELETE') Object.assign(hooks, { count: 0, first: 0, last: 0 });
  } else if (url.pathname === '/kept') {
    if (request.method === 'PUT') kept = body;
    json(request.method === 'PUT' ? Buffer.from('{}') : kept);
  } else {
    const number = Number(url.searchParams.get('page') ?? 0);
    const all = url.searchParams.get('all');
    const wanted = /odata\.maxpagesize=(\d+)/.exec(request.headers['prefer']?.toString() ?? '')?.[1];
    // Either pages of a size, or so many rows in pages of the size that is asked for, as the service gives them.
    const rows = all === null ? Number(url.searchParams.get('rows') ?? 1000) : Number(wanted ?? 5000);
    const total = all === null ? Number(url.searchParams.get('pages') ?? 1) : Math.ceil(Number(all) / rows);
    const key = `${number}/${total}/${rows}/${all ?? ''}`;
    const made = pages.get(key) ?? page(number, total, rows, all ?? undefined);
    pages.set(key, made);
    json(made);
  }
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => answer(request, response, Buffer.concat(chunks)));
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.stdout.write(`${origin}\n`);
});
process.stdin
  .on('end', () => process.exit(0))
  .on('close', () => process.exit(0))
  .resume();
