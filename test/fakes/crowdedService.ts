import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How much more there is of everything than a sandbox has. */
export interface Crowd {
  readonly messages: number;
  readonly tables: number;
  readonly columns: number;
}

/** A sandbox with as many messages, tables and columns as the largest environments have. */
export interface CrowdedService {
  readonly origin: string;
  /** Paths of the requests so far, below the Web API root, decoded. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

type Rows = ReadonlyArray<Readonly<Record<string, unknown>>>;

/** A number as it stands in names, so that one name is never a part of another. */
export function crowdNumber(index: number): string {
  return index.toString().padStart(5, '0');
}

function crowdId(kind: number, index: number): string {
  return `00000000-0000-4000-800${kind}-${index.toString(16).padStart(12, '0')}`;
}

/** The id of the filter for the table `crowd_table<number>`. */
export function crowdFilterId(index: number): string {
  return crowdId(2, index);
}

/** Starts a server in front of a sandbox that adds rows to its lists; everything else is the sandbox's own answer. */
export async function startCrowdedService(upstream: string, crowd: Crowd): Promise<CrowdedService> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(decodeURIComponent((request.url ?? '').replace(/^.*\/v9\.\d\//, '')));
    answer(upstream, crowd, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function answer(
  upstream: string,
  crowd: Crowd,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { host: _host, connection: _connection, 'content-length': _length, ...headers } = request.headers;
  // The tables of the crowd are copies of a table that the sandbox has.
  const table = /LogicalName='(crowd_\w+)'/.exec(decodeURIComponent(request.url ?? ''))?.[1];
  const path =
    table === undefined ? request.url : decodeURIComponent(request.url ?? '').replace(table, 'contact');
  const body = Buffer.concat(chunks);
  const told = await fetch(`${upstream}${path ?? ''}`, {
    method: request.method ?? 'GET',
    headers: headers as Record<string, string>,
    ...(body.length === 0 ? {} : { body }),
  });
  const text = await told.text();
  const { 'content-length': _old, 'content-encoding': _encoding, ...kept } = Object.fromEntries(told.headers);
  response.writeHead(told.status, kept);
  response.end(told.ok && request.method === 'GET' ? crowded(request.url ?? '', text, crowd) : text);
}

function crowded(url: string, text: string, crowd: Crowd): string {
  const isMessages = url.includes('/sdkmessages?');
  const isFilters = url.includes('/sdkmessagefilters?');
  const isColumns = /\/EntityDefinitions\(.*Attributes/.test(url);
  if (!isMessages && !isFilters && !isColumns) return text;
  const document = JSON.parse(text) as { value?: Rows; Attributes?: Rows };
  if (isColumns)
    document.Attributes = [...(document.Attributes ?? []), ...columns(document.Attributes ?? [], crowd)];
  else document.value = [...(document.value ?? []), ...(isMessages ? messages(crowd) : filters(crowd))];
  return JSON.stringify(document);
}

function messages(crowd: Crowd): Rows {
  return Array.from({ length: crowd.messages }, (_, index) => ({
    sdkmessageid: crowdId(1, index),
    name: `crowd_Message${crowdNumber(index)}`,
  }));
}

function filters(crowd: Crowd): Rows {
  return Array.from({ length: crowd.tables }, (_, index) => ({
    sdkmessagefilterid: crowdFilterId(index),
    primaryobjecttypecode: `crowd_table${crowdNumber(index)}`,
    secondaryobjecttypecode: 'none',
  }));
}

/** Copies of a text column, with names and labels of their own. */
function columns(existing: Rows, crowd: Crowd): Rows {
  const like = existing.find((column) => column['LogicalName'] === 'firstname');
  return Array.from({ length: crowd.columns }, (_, index) => {
    const name = `crowd_column${crowdNumber(index)}`;
    const Label = `Crowd Column ${crowdNumber(index)}`;
    return { ...like, LogicalName: name, SchemaName: name, DisplayName: { UserLocalizedLabel: { Label } } };
  });
}
