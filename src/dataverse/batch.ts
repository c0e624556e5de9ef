import { addressOf } from './address';
import {
  BatchFormatError,
  boundaryFor,
  isMultipart,
  parseBatch,
  writeChangeSet,
  writeIndependent,
} from './batchText';
import type { BatchAnswer, BatchRequest } from './batchText';
import type { Answer, Connection } from './connection';
import { idInAddress } from './createdId';
import { errorOfAnswer } from './errorBody';
import { DataverseError, describePath, type DataverseErrorFacts } from './errors';
import { batchHeaders, removeHeaders, updateHeaders, writeHeaders } from './headers';
import { badAnswer } from './json';
import { parseRetryAfter } from './throttle';
import type { Batch, BatchOperation, BatchOutcome, CallOptions } from './webApi';

/** Requests in one batch (FACTS 13.7). */
const MOST_PARTS = 1000;
/** How often operations that the service has put off by its protection limits are sent again. */
const MOST_ROUNDS = 4;

/** What is said of a batch as a whole. */
const BATCH: DataverseErrorFacts = { method: 'POST', path: '$batch' };

/**
 * Runs a batch. Independent operations go in as many requests as they need; a change set is one request.
 * @returns one outcome for each operation, at its index.
 * @throws DataverseError when nothing is known of any operation: the first request failed as a whole, the batch
 *   cannot be written. A later request that fails becomes the outcome of its operations.
 */
export async function runBatch(
  connection: Connection,
  batch: Batch,
  options: CallOptions,
  random: () => number,
): Promise<readonly BatchOutcome[]> {
  if (batch.operations.length === 0) return [];
  const requests = batch.operations.map((operation, index) => requestOf(connection, batch, operation, index));
  const run = new BatchRun(connection, options, random);
  if (batch.atomicity === 'all') return run.changeSet(requests);
  const outcomes: BatchOutcome[] = [];
  for (let at = 0; at < requests.length; at += MOST_PARTS) {
    const chunk = requests.slice(at, at + MOST_PARTS);
    try {
      outcomes.push(...(await run.independent(chunk)));
    } catch (error) {
      // What is known of the earlier operations must not be lost; the later ones were never sent.
      if (at === 0 || !DataverseError.is(error)) throw error;
      outcomes.push(...chunk.map(() => ({ ok: false as const, error })));
      outcomes.push(...requests.slice(at + MOST_PARTS).map((request) => notRun(connection, request, error)));
      break;
    }
  }
  return outcomes;
}

function requestOf(
  connection: Connection,
  batch: Batch,
  operation: BatchOperation,
  index: number,
): BatchRequest {
  if (batch.atomicity === 'all' && index >= MOST_PARTS) {
    throw new DataverseError('tooLarge', `A change set has more than ${MOST_PARTS} operations`);
  }
  const { method, path, solution, etag } = operation;
  const url = urlOf(connection, batch, path, index);
  const origin = solution === undefined ? {} : { solution };
  if (method === 'DELETE') return { method, url, headers: removeHeaders(etag) };
  const version = etag === undefined ? {} : { etag };
  const headers =
    method === 'PATCH'
      ? updateHeaders({ ...origin, ...version })
      : writeHeaders({ ...origin, hasBody: true });
  return { method, url, headers, body: JSON.stringify(operation.body ?? {}) };
}

function urlOf(connection: Connection, batch: Batch, path: string, index: number): string {
  const reference = /^\$(\d{1,4})(?=\/|$)/.exec(path);
  if (reference === null) return addressOf(connection.root, path);
  const target = Number(reference[1]);
  if (batch.atomicity !== 'all' || target < 1 || target > index || /[\s#\\]/.test(path)) {
    throw new DataverseError('invalid', 'A reference leads to no earlier operation of its change set');
  }
  return path;
}

/** Sends the requests of one batch and assigns the answers. */
class BatchRun {
  readonly #connection: Connection;
  readonly #options: CallOptions;
  readonly #random: () => number;

  constructor(connection: Connection, options: CallOptions, random: () => number) {
    this.#connection = connection;
    this.#options = options;
    this.#random = random;
  }

  async changeSet(requests: readonly BatchRequest[]): Promise<readonly BatchOutcome[]> {
    const boundary = boundaryFor(requests, this.#random());
    const answers = await this.#send(boundary, writeChangeSet(requests, boundary), false);
    const failed = answers.find((answer) => answer.status >= 400);
    if (failed !== undefined) return this.#rolledBack(requests, failed);
    const areNamed = answers.some((answer) => answer.contentId !== undefined);
    return requests.map((request, index) => {
      const id = String(index + 1);
      const own = areNamed ? answers.find((answer) => answer.contentId === id) : answers[index];
      return this.#outcome(request, own);
    });
  }

  /** A failed change set answers with a single error; nothing of it happened (FACTS 13.7). */
  #rolledBack(requests: readonly BatchRequest[], failed: BatchAnswer): readonly BatchOutcome[] {
    const culprit = failed.contentId === undefined ? -1 : Number(failed.contentId) - 1;
    const known = requests[culprit];
    const error = this.#errorOf(known, failed);
    return requests.map((request, index) =>
      known === undefined || index === culprit
        ? { ok: false, error }
        : notRun(this.#connection, request, error),
    );
  }

  /** Operations that were put off by the protection limits were not run, so they are sent again. */
  async independent(requests: readonly BatchRequest[]): Promise<readonly BatchOutcome[]> {
    const outcomes = [...(await this.#once(requests))];
    for (let round = 1; round < MOST_ROUNDS; round += 1) {
      const putOff = [...outcomes.keys()].filter((index) => isThrottled(outcomes[index]));
      if (putOff.length === 0) break;
      this.#connection.holdBack(longestWait(putOff.map((index) => outcomes[index])));
      const again = requests.filter((_, index) => putOff.includes(index));
      try {
        const answers = await this.#once(again);
        putOff.forEach((index, position) => {
          const answer = answers[position];
          if (answer !== undefined) outcomes[index] = answer;
        });
      } catch (error) {
        if (!DataverseError.is(error)) throw error;
        for (const index of putOff) outcomes[index] = { ok: false, error };
        break;
      }
    }
    return outcomes;
  }

  async #once(requests: readonly BatchRequest[]): Promise<readonly BatchOutcome[]> {
    const boundary = boundaryFor(requests, this.#random());
    const answers = await this.#send(boundary, writeIndependent(requests, boundary), true);
    const last = answers.at(-1);
    const stopped = answers.length < requests.length && last !== undefined && last.status >= 400;
    return requests.map((request, index) => {
      const answer = answers[index];
      if (answer === undefined && stopped) {
        return notRun(this.#connection, request, this.#errorOf(requests[answers.length - 1], last));
      }
      return this.#outcome(request, answer);
    });
  }

  async #send(boundary: string, body: string, continueOnError: boolean): Promise<readonly BatchAnswer[]> {
    const answer = await this.#connection.send({
      method: 'POST',
      url: `${this.#connection.root.url}$batch`,
      headers: batchHeaders(boundary, continueOnError),
      body,
      signal: this.#options.signal,
      safe: false,
      unwrap: acceptMultipart,
    });
    return readParts(answer, BATCH);
  }

  #outcome(request: BatchRequest, answer: BatchAnswer | undefined): BatchOutcome {
    const facts = factsOf(this.#connection, request);
    if (answer === undefined) {
      return {
        ok: false,
        error: new DataverseError('badAnswer', 'The batch has no answer for this operation', facts),
      };
    }
    if (answer.status >= 300) return { ok: false, error: this.#errorOf(request, answer) };
    const id = idInAddress(answer.header('OData-EntityId')) ?? idInAddress(answer.header('Location'));
    return id === undefined ? { ok: true } : { ok: true, id };
  }

  #errorOf(request: BatchRequest | undefined, answer: BatchAnswer): DataverseError {
    const facts = request === undefined ? BATCH : factsOf(this.#connection, request);
    const retryAfter = parseRetryAfter(
      answer.header('Retry-After'),
      this.#connection.now,
      answer.header('Date'),
    );
    return errorOfAnswer(answer, { ...facts, ...(retryAfter === undefined ? {} : { retryAfter }) });
  }
}

/**
 * The parts of a batch's answer.
 * @throws DataverseError `badAnswer` when it is no batch.
 */
export function readParts(answer: Answer, facts: DataverseErrorFacts): readonly BatchAnswer[] {
  try {
    return parseBatch(answer.header('Content-Type'), answer.text);
  } catch (error) {
    if (error instanceof BatchFormatError) throw badAnswer(answer, facts, 'is no batch answer');
    throw error;
  }
}

/** A batch that stopped at a failure answers 400 with the results so far (FACTS 13.7): a result like any other. */
function acceptMultipart(answer: Answer): Answer {
  return isMultipart(answer.header('Content-Type')) ? { ...answer, status: 200 } : answer;
}

function factsOf(connection: Connection, request: BatchRequest): DataverseErrorFacts {
  const path = request.url.startsWith('$') ? request.url : connection.describe(request.url);
  return { method: request.method, path: describePath(path) };
}

function notRun(connection: Connection, request: BatchRequest, cause: DataverseError): BatchOutcome {
  const facts = factsOf(connection, request);
  const message = `${facts.method ?? ''} ${facts.path ?? ''} was not run: ${cause.message}`;
  return { ok: false, error: new DataverseError('notRun', message, facts, cause) };
}

function isThrottled(outcome: BatchOutcome | undefined): boolean {
  // The status, not only the code: it alone says for certain that the operation was not run.
  return outcome?.ok === false && DataverseError.is(outcome.error) && outcome.error.status === 429;
}

function longestWait(outcomes: ReadonlyArray<BatchOutcome | undefined>): number | undefined {
  const waits = outcomes.flatMap((outcome) =>
    outcome?.ok === false && DataverseError.is(outcome.error) ? [outcome.error.retryAfter ?? 0] : [],
  );
  const longest = Math.max(0, ...waits);
  return longest === 0 ? undefined : longest;
}
