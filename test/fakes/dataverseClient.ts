import type { Clock } from '../../src/base/clock';
import type { Log } from '../../src/base/log';
import { Secret } from '../../src/base/secret';
import { DataverseClient } from '../../src/dataverse/client';
import type { ClientOptions, WaitReason } from '../../src/dataverse/connection';
import { createNodeFetchTransport } from '../../src/dataverse/nodeFetchTransport';
import type { TokenProvider } from '../../src/dataverse/webApi';
import { EagerClock } from './clocks';

/** A client for a scripted server, with everything that it says and asks. */
export interface TestClient {
  readonly client: DataverseClient;
  readonly lines: string[];
  readonly waits: Array<readonly [number, WaitReason]>;
  readonly clock: EagerClock;
  /** What the token provider was asked. */
  readonly asked: Array<Parameters<TokenProvider['token']>[0]>;
}

/** The text of the `n`th token; it must not be seen anywhere but in the header. */
export function tokenText(n: number): string {
  return `t0k3n-${n}-s3cr3t`;
}

/** A client over real sockets, on a clock that does not really wait. */
export function createTestClient(
  origin: string,
  options: Partial<Omit<ClientOptions, 'clock'>> & {
    readonly clock?: Clock;
    readonly timeLimit?: number;
  } = {},
): TestClient {
  const { timeLimit, ...rest } = options;
  const lines: string[] = [];
  const waits: Array<readonly [number, WaitReason]> = [];
  const asked: TestClient['asked'] = [];
  const clock = new EagerClock();
  const write = (message: string): void => void lines.push(message);
  const log: Log = { debug: write, info: write, warn: write, error: write };
  const tokens: TokenProvider = {
    token: (question) => {
      asked.push(question);
      return Promise.resolve(new Secret(tokenText(asked.length)));
    },
  };
  const client = new DataverseClient({
    environmentUrl: origin,
    transport: createNodeFetchTransport(timeLimit === undefined ? {} : { timeLimit }),
    tokens,
    clock,
    log,
    random: () => 0,
    onWait: (milliseconds, reason) => waits.push([milliseconds, reason]),
    ...rest,
  });
  return { client, lines, waits, clock, asked };
}
