import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came over the wire. */
interface SeenRequest {
  readonly method: string;
  /** Path and query, byte for byte. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What a scripted server does with one request. */
export type Script = (request: SeenRequest, response: ServerResponse) => void;

/** An HTTP server on loopback that does what a test tells it and remembers what it was asked. */
export interface ScriptedServer {
  readonly origin: string;
  readonly seen: readonly SeenRequest[];
  /** What the next requests get, in their order; the last one stays. */
  answer(...scripts: readonly Script[]): void;
  close(): Promise<void>;
}

/** Starts a server on 127.0.0.1 at a free port. */
export async function startScriptedServer(): Promise<ScriptedServer> {
  const seen: SeenRequest[] = [];
  let scripts: Script[] = [];
  const server: Server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const request = {
        method: incoming.method ?? '',
        url: incoming.url ?? '',
        headers: incoming.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      };
      seen.push(request);
      const script = scripts.length > 1 ? scripts.shift() : scripts[0];
      if (script === undefined) response.writeHead(501).end();
      else script(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    seen,
    answer: (...next) => {
      scripts = [...next];
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** An answer with a JSON body. */
export function json(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Script {
  return (_request, response) => {
    response.writeHead(status, { 'Content-Type': 'application/json; odata.metadata=minimal', ...headers });
    response.end(JSON.stringify(body));
  };
}

/** An answer with any body. */
export function raw(status: number, headers: Readonly<Record<string, string>>, body = ''): Script {
  return (_request, response) => {
    response.writeHead(status, headers);
    response.end(body);
  };
}

/** No answer at all; the request stays open until somebody gives up. */
export const hang: Script = () => undefined;

/** The connection is torn down before an answer. */
export const reset: Script = (_request, response) => {
  response.socket?.resetAndDestroy();
};

/** Announces more bytes than come before the connection ends. */
export const cut: Script = (_request, response) => {
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '1000' });
  response.write('{"value":[');
  setImmediate(() => response.socket?.destroy());
};

/** A chunked body whose last chunk never comes. */
export const cutChunked: Script = (_request, response) => {
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.write('{"value":[]}');
  setImmediate(() => response.socket?.destroy());
};
