/**
 * The listener with its log, or a bare HTTP server that reads a body and answers 200, in a process of its own. Its line
 * is the two origins: where requests go, and where the count of recorded ones, and the milliseconds of work since the
 * question before, are asked for. It ends when its input is
 * closed.
 */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DeliveryLog } from '../../src/delivery/log/deliveryLog';
import { listen } from '../../src/delivery/log/listener';
import { createForwarder } from '../../src/delivery/log/sendAgain';

const [kind] = process.argv.slice(2);
let count = (): number => 0;
let before = process.cpuUsage();

function work(): number {
  const { user, system } = process.cpuUsage(before);
  before = process.cpuUsage();
  return (user + system) / 1_000;
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function start(): Promise<string> {
  if (kind === 'bare') {
    let answered = 0;
    count = () => answered;
    return serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        answered += 1;
        response.writeHead(200);
        response.end();
      });
    });
  }
  const log = new DeliveryLog();
  count = () => log.kept.records.filter(({ outcome }) => outcome === 'success').length + log.kept.dropped;
  const options = { port: 0, status: 200, delay: 0, body: '', authentication: undefined, forward: undefined };
  const { url } = await listen(options, log, createForwarder());
  return url;
}

async function main(): Promise<void> {
  const url = await start();
  const control = await serve((_, response) =>
    response.end(JSON.stringify({ count: count(), work: work() })),
  );
  process.stdout.write(`${url} ${control}\n`);
}

process.stdin
  .on('end', () => process.exit(0))
  .on('close', () => process.exit(0))
  .resume();
void main();
