import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { after, before } from 'mocha';
import { Secret } from '../../src/base/secret';
import type { DataverseClient } from '../../src/dataverse/client';
import { createNodeFetchTransport } from '../../src/dataverse/nodeFetchTransport';
import type { HttpRequest, Transport } from '../../src/dataverse/transport';
import type { Page, Row, TokenProvider } from '../../src/dataverse/webApi';
import type { Sandbox, SandboxOptions } from '../../src/sandbox/sandbox';
import { createTestClient, type TestClient } from '../fakes/dataverseClient';
import { batchedRequests, belowRoot, requestProblems, type RequestText } from '../fakes/requestNames';
import { startRunning, type Running } from './sandboxSetup';

/** The real client and the real sandbox, over sockets. Neither knows that it is watched. */
export interface Pair extends Omit<TestClient, 'client' | 'asked'> {
  readonly api: DataverseClient;
  readonly sandbox: Sandbox;
  /** Requests as the client handed them to its transport. */
  readonly sent: HttpRequest[];
  /** Questions to the token provider after a refusal. */
  readonly refusals: Array<Parameters<TokenProvider['token']>[0]['refused']>;
  /** Below `/sandbox/`. */
  readonly control: Running['control'];
  /** Orders one fault at the control address. */
  fault(effect: object, order?: object): Promise<void>;
  /** Another client of the same sandbox, or of an address in front of it. */
  another(options?: Parameters<typeof createTestClient>[1], origin?: string): TestClient;
}

/**
 * Starts a pair before the tests of a suite and closes it after them. Then every request that was sent is held against
 * the published names and the rules of URLs; tests that send something wrong on purpose name it.
 * @param wrong requests that may break the rules, by what their path contains.
 */
export function usePair(
  options: { readonly sandbox?: Partial<SandboxOptions>; readonly wrong?: RegExp } = {},
): Pair {
  let running: Running | undefined;
  let made: TestClient | undefined;
  const sent: HttpRequest[] = [];
  const refusals: Pair['refusals'] = [];
  const started = (): Running => running ?? fail();
  const client = (): TestClient => made ?? fail();
  const another: Pair['another'] = (more = {}, origin = started().sandbox.url) =>
    createTestClient(origin, {
      transport: watched(sent, more.timeLimit),
      tokens: tokensOf(started(), refusals),
      ...more,
    });
  before(async () => {
    running = await startRunning(options.sandbox);
    made = another();
  });
  after(async () => {
    await running?.close();
    expectLegal(sent, options.wrong);
  });
  return {
    get api() {
      return client().client;
    },
    get sandbox() {
      return started().sandbox;
    },
    get lines() {
      return client().lines;
    },
    get waits() {
      return client().waits;
    },
    get clock() {
      return client().clock;
    },
    sent,
    refusals,
    control: (method, path, body) => started().control(method, path, body),
    fault: async (effect, order = {}) => {
      const { status, text } = await started().control('POST', 'faults', { ...order, effect });
      assert.equal(status, 204, text);
    },
    another,
  };
}

function fail(): never {
  throw new Error('The pair runs only inside of tests');
}

function watched(sent: HttpRequest[], timeLimit: number | undefined): Transport {
  const transport = createNodeFetchTransport(timeLimit === undefined ? {} : { timeLimit });
  return (request) => {
    sent.push(request);
    return transport(request);
  };
}

function tokensOf(running: Running, refusals: Pair['refusals']): TokenProvider {
  return {
    token: ({ refused }) => {
      if (refused !== undefined) refusals.push(refused);
      return Promise.resolve(new Secret(running.sandbox.token.reveal()));
    },
  };
}

/** The requests in their own right, those inside of batches taken out. */
function requestTexts(sent: readonly HttpRequest[]): readonly RequestText[] {
  return sent.flatMap((request) => {
    const path = belowRoot(request.url);
    if (path === '$batch') return batchedRequests(request.body ?? '');
    return [{ method: request.method, path, body: request.body }];
  });
}

/** Fails when a request breaks the rules. `REQUEST_LOG` names a file that keeps the texts, for checks outside of the tests. */
function expectLegal(sent: readonly HttpRequest[], wrong?: RegExp): void {
  const texts = requestTexts(sent).filter(({ path }) => wrong?.test(decodeURIComponent(path)) !== true);
  const file = process.env['REQUEST_LOG'];
  if (file !== undefined) {
    appendFileSync(file, texts.map(({ method, path }) => `${method} ${path}\n`).join(''));
  }
  const broken = texts.flatMap((request) => {
    const problems = requestProblems(request);
    return problems.length === 0 ? [] : [`${request.method} ${request.path}: ${problems.join(', ')}`];
  });
  assert.deepEqual(broken, []);
}

/** All rows of an iterator. */
export async function rowsOf(pages: AsyncIterable<Page>): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for await (const page of pages) rows.push(...page.rows);
  return rows;
}
