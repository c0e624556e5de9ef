import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TestCertificate } from './certificates';

/** The hosts of a cloud on one port of loopback, over HTTPS: what the names lead to is told apart by the Host header. */
export interface CloudFront {
  readonly port: number;
  /** `host path`, with the query, in order. */
  readonly seen: readonly string[];
  /** Answers instead of the hosts, until it is taken away. */
  intercept: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  close(): Promise<void>;
}

/** Answers a request to a host. */
export type HostHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** Starts the front. @param hosts handlers by host name; other names are answered with 404. */
export async function startCloudFront(
  tls: TestCertificate,
  hosts: Readonly<Record<string, HostHandler>>,
): Promise<CloudFront> {
  const seen: string[] = [];
  const server = createServer({ cert: tls.certificate, key: tls.key }, (request, response) => {
    const host = request.headers.host ?? '';
    seen.push(`${host} ${request.url ?? ''}`);
    if (front.intercept?.(request, response) === true) return;
    const handler = hosts[host];
    if (handler === undefined) response.writeHead(404).end();
    else handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const front: CloudFront = {
    port: (server.address() as AddressInfo).port,
    seen,
    intercept: undefined,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return front;
}

/** Hands requests to a server on this machine, whose address its answers do not show. */
export function behind(upstream: string, shown: string): HostHandler {
  const { hostname, port, host } = new URL(upstream);
  return (request, response) => {
    const headers = { ...request.headers, host, 'accept-encoding': 'identity' };
    const onward = httpRequest(
      { hostname, port, method: request.method, path: request.url, headers },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          const body = Buffer.concat(chunks).toString('utf8').replaceAll(upstream, shown);
          const { 'content-length': _length, 'transfer-encoding': _coding, ...kept } = answer.headers;
          response.writeHead(answer.statusCode ?? 502, kept).end(body);
        });
      },
    );
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  };
}

/** Answers with a JSON document. */
export function answering(document: () => unknown, token: string): HostHandler {
  return (request, response) => {
    const known = request.headers.authorization === `Bearer ${token}`;
    response.writeHead(known ? 200 : 401, { 'Content-Type': 'application/json' });
    response.end(known ? JSON.stringify(document()) : '{}');
  };
}
