import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of one request. `lost` was carried out, but the connection breaks before its answer. */
export type Fate = 'pass' | 'throttle' | 'reset' | 'lost';

/** A request as the relay saw it, with what became of it. */
interface Relayed {
  readonly method: string;
  readonly target: string;
  readonly body: string;
  readonly fate: Fate;
}

/** A server on loopback between a client and a sandbox that lets some requests go wrong. */
export interface FaultyRelay {
  readonly origin: string;
  readonly relayed: readonly Relayed[];
  count(fate: Fate): number;
  close(): Promise<void>;
}

/**
 * Starts a relay on a free port.
 * @param fateOf decides from the number of the request, from 0; the same numbers give the same run.
 */
export async function startFaultyRelay(
  upstream: string,
  fateOf: (number: number) => Fate,
): Promise<FaultyRelay> {
  const { hostname, port } = new URL(upstream);
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const relayed: Relayed[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('error', () => response.destroy());
    incoming.on('end', () => {
      const body = Buffer.concat(chunks);
      const fate = fateOf(relayed.length);
      const { method = '', url = '' } = incoming;
      relayed.push({ method, target: url, body: body.toString('utf8'), fate });
      if (fate === 'reset') response.socket?.resetAndDestroy();
      else if (fate === 'throttle') throttle(response);
      else forward({ hostname, port, agent }, incoming, body, response, fate);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${address.port}`,
    relayed,
    count: (fate) => relayed.filter((one) => one.fate === fate).length,
    close: async () => {
      agent.destroy();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function throttle(response: ServerResponse): void {
  response.writeHead(429, { 'Content-Type': 'application/json', 'Retry-After': '1' });
  response.end(
    JSON.stringify({ error: { code: '0x80072322', message: 'Number of requests exceeded the limit.' } }),
  );
}

function forward(
  to: { readonly hostname: string; readonly port: string; readonly agent: Agent },
  incoming: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
  fate: Fate,
): void {
  // The headers go as they came, the host among them: the sandbox writes its links for whoever asks.
  const sent = httpRequest(
    { ...to, method: incoming.method, path: incoming.url, headers: incoming.headers },
    (answer) => {
      if (fate === 'lost') {
        answer.resume();
        answer.on('end', () => response.socket?.resetAndDestroy());
        return;
      }
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    },
  );
  sent.on('error', () => response.destroy());
  sent.end(body);
}

/**
 * A repeatable sequence of fates: one of ten is throttled, one of a hundred reset before and one after it was carried
 * out.
 */
export function seededFates(seed: number): (number: number) => Fate {
  let state = seed >>> 0;
  return () => {
    // Numerical Recipes' linear congruential generator; its upper bits are good enough to spread faults.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const share = state / 0x1_0000_0000;
    if (share < 0.1) return 'throttle';
    if (share < 0.11) return 'reset';
    return share < 0.12 ? 'lost' : 'pass';
  };
}
