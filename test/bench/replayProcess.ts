/**
 * Answers of another server, kept and given again byte for byte: what is measured then is the reading, not the server.
 * Its argument is the origin of the other; it ends when its input is closed.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const [upstream = ''] = process.argv.slice(2);
const kept = new Map<string, Buffer>();
const counted = { requests: 0 };
let origin = '';

async function answerOf(url: string, headers: Record<string, string>): Promise<Buffer> {
  const known = kept.get(url);
  if (known !== undefined) return known;
  const response = await fetch(`${upstream}${url}`, { headers });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const body = Buffer.from((await response.text()).replaceAll(upstream, origin));
  kept.set(url, body);
  return body;
}

const server = createServer((request, response) => {
  const url = request.url ?? '/';
  if (url === '/count') {
    response.end(String(counted.requests));
    counted.requests = 0;
    return;
  }
  counted.requests += 1;
  const { authorization = '', prefer = '' } = request.headers;
  const headers = { authorization, prefer: String(prefer), accept: 'application/json' };
  answerOf(url, headers).then(
    (body) => {
      const type = 'application/json; odata.metadata=minimal';
      response.writeHead(200, { 'Content-Type': type, 'Content-Length': body.length });
      response.end(body);
    },
    (error: unknown) => response.writeHead(502).end(String(error)),
  );
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
