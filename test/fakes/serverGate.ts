import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A line to a server on loopback that can be cut and mended. */
export interface ServerGate {
  readonly origin: string;
  /** Nobody answers at the address from now on; open connections break. */
  down(): Promise<void>;
  /** The same address answers again. */
  up(): Promise<void>;
  /** The next request that begins like this is carried out, but the connection breaks before its answer. */
  loseAnswer(begins: RegExp): void;
  /** Requests of which the answer was lost. */
  readonly lost: number;
}

/** Opens a gate on a free port in front of a server. */
export async function openServerGate(upstream: string): Promise<ServerGate> {
  const target = new URL(upstream);
  const sockets = new Set<Socket>();
  let losing: RegExp | undefined;
  let lost = 0;
  let port = 0;
  let server: Server | undefined;

  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    return socket;
  };
  const serve = (client: Socket): void => {
    const behind = keep(connect(Number(target.port), target.hostname));
    let isLost = false;
    keep(client).on('data', (chunk) => {
      if (losing?.test(chunk.toString('latin1')) === true) {
        losing = undefined;
        isLost = true;
      }
      behind.write(chunk);
    });
    behind.on('data', (chunk) => {
      if (!isLost) return void client.write(chunk);
      lost += 1;
      client.resetAndDestroy();
      behind.destroy();
    });
    client.on('close', () => behind.destroy());
    behind.on('close', () => client.destroy());
  };
  const up = async (): Promise<void> => {
    const opened = createServer(serve);
    await new Promise<void>((resolve, reject) => {
      opened.once('error', reject);
      opened.listen(port, '127.0.0.1', resolve);
    });
    server = opened;
    port = (opened.address() as AddressInfo).port;
  };
  await up();
  return {
    origin: `http://127.0.0.1:${port}`,
    up,
    down: async () => {
      const closing = server;
      server = undefined;
      const closed = new Promise<void>((resolve) =>
        closing === undefined ? resolve() : closing.close(() => resolve()),
      );
      for (const socket of sockets) socket.resetAndDestroy();
      await closed;
    },
    loseAnswer: (begins) => {
      losing = begins;
    },
    get lost() {
      return lost;
    },
  };
}
