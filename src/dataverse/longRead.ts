import { readParts } from './batch';
import { boundaryFor, isMultipart, writeIndependent } from './batchText';
import type { Answer, Connection } from './connection';
import { DataverseError } from './errors';
import { batchHeaders, type Headers } from './headers';

/** A GET at an absolute address. */
export interface Read {
  readonly url: string;
  readonly headers: Headers;
  readonly signal: AbortSignal | undefined;
  readonly maxBytes: number | undefined;
  /** The body is wanted as it is. It comes as text only where it is part of a batch. */
  readonly asBytes: boolean;
}

/**
 * Longest address that is sent as it is, in characters. The service takes 32 KB (FACTS 13.4), but proxies and other
 * servers on the way often take no more than 8 KB of request line and 16 KB of headers, token included.
 */
const LONGEST_URL = 8000;
/** Longest address inside a batch (FACTS 13.4). */
const LONGEST_BATCHED_URL = 64 * 1024;

/** Sends a GET; one whose address is too long for a request line travels inside a batch. */
export function sendRead(connection: Connection, read: Read): Promise<Answer> {
  const { url, headers, signal, maxBytes } = read;
  if (url.length <= LONGEST_URL) return connection.send({ method: 'GET', ...read, safe: true });
  const label = { method: 'GET', url };
  const facts = connection.factsOf(label);
  if (url.length > LONGEST_BATCHED_URL) {
    throw new DataverseError('tooLarge', 'The query is longer than the service takes', facts);
  }
  const request = { method: 'GET', url, headers };
  const boundary = boundaryFor([request], 0);
  return connection.send({
    method: 'POST',
    url: `${connection.root.url}$batch`,
    headers: batchHeaders(boundary, false),
    body: writeIndependent([request], boundary),
    signal,
    maxBytes,
    // The one part is a GET, so the batch may be repeated like one.
    safe: true,
    label,
    unwrap: (answer) => {
      if (!isMultipart(answer.header('Content-Type'))) return answer;
      const [part] = readParts(answer, facts);
      if (part === undefined)
        throw new DataverseError('badAnswer', 'The batch has no answer for its query', facts);
      return part;
    },
  });
}
