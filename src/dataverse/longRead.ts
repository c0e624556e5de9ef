import type { Answer, Connection } from './connection';
import type { Headers } from './headers';

/** A GET at an absolute address. */
export interface Read {
  readonly url: string;
  readonly headers: Headers;
  readonly signal: AbortSignal | undefined;
  readonly maxBytes: number | undefined;
}

/** Sends a GET. */
export function sendRead(connection: Connection, read: Read): Promise<Answer> {
  return connection.send({ method: 'GET', ...read, safe: true });
}
