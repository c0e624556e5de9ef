import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

/**
 * What the proxy does with a tunnel that is asked for.
 * - `pass` opens it · `page` refuses it with a page of HTML, as a company's does for what it does not allow
 * - `signIn` asks for a sign-in to the proxy itself (407)
 */
type ProxyMood = 'pass' | 'page' | 'signIn';

/** A forwarding proxy on loopback behind which every host name is one server of the test. */
export interface ForwardProxy {
  readonly url: string;
  /** `host:port` of every tunnel that was asked for, in order. */
  readonly asked: readonly string[];
  /** How often a tunnel to a host was asked for. */
  count(host: string): number;
  mood: ProxyMood;
  close(): Promise<void>;
}

const PAGE = '<!doctype html><html><body><h1>Blocked by the company</h1></body></html>';

/** Starts a proxy. @param port where the tunnels lead, on 127.0.0.1, whatever host was asked for. */
export async function startForwardProxy(port: number): Promise<ForwardProxy> {
  const asked: string[] = [];
  const open = new Set<Socket>();
  const server = createServer((request, response) => {
    asked.push(request.headers.host ?? '');
    response.writeHead(501).end();
  });
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
  });
  server.on('connect', (request, socket: Socket, head: Buffer) => {
    asked.push(request.url ?? '');
    if (proxy.mood !== 'pass') {
      const status = proxy.mood === 'page' ? '403 Forbidden' : '407 Proxy Authentication Required';
      const challenge = proxy.mood === 'page' ? '' : 'Proxy-Authenticate: Basic realm="company"\r\n';
      socket.end(
        `HTTP/1.1 ${status}\r\n${challenge}Content-Type: text/html\r\nContent-Length: ${PAGE.length}\r\nConnection: close\r\n\r\n${PAGE}`,
      );
      return;
    }
    const far = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      if (head.length > 0) far.write(head);
      far.pipe(socket);
      socket.pipe(far);
    });
    open.add(far);
    far.on('close', () => {
      open.delete(far);
      socket.destroy();
    });
    far.on('error', () => socket.destroy());
    socket.on('close', () => far.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;
  const proxy: ForwardProxy = {
    url: `http://127.0.0.1:${address.port}`,
    asked,
    count: (host) => asked.filter((one) => one.startsWith(`${host}:`)).length,
    mood: 'pass',
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return proxy;
}
