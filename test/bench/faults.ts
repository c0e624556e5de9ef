import { Secret } from '../../src/base/secret';
import { createTestClient } from '../fakes/dataverseClient';
import { seededFates, startFaultyRelay } from '../fakes/faultyRelay';
import { soak } from '../fakes/soak';
import { benchClient, startBenchSandbox } from './bare';
import type { Bench, Figure } from './figure';

const OPERATIONS = 1000;

export const faults: Bench = {
  name: 'faults',
  async run(): Promise<readonly Figure[]> {
    const sandbox = await startBenchSandbox('--empty');
    const relay = await startFaultyRelay(sandbox.url, seededFates(Date.now()));
    try {
      // A clock that does not really wait: counted is what happens, not how long it takes.
      const { client } = createTestClient(relay.origin, {
        tokens: { token: () => Promise.resolve(new Secret(sandbox.token)) },
      });
      const result = await soak(client, benchClient(sandbox.url, sandbox.token), relay, OPERATIONS);
      const { badReads, doubled, lost, wronglyFailed, reported } = result;
      const wrong = badReads + doubled + lost + wronglyFailed;
      const torn = relay.count('reset') + relay.count('lost');
      return [
        {
          name: '1,000 operations, 10 % answered 429, 2 % reset: done right',
          ratio: (OPERATIONS - wrong) / OPERATIONS,
          bar: { atLeast: 1 },
          note: `${relay.count('throttle')} throttled, ${torn} reset of ${relay.relayed.length}; incomplete reads ${badReads}, doubled ${doubled}, lost ${lost}, wrongly failed ${wronglyFailed}, told as failed ${reported}`,
        },
      ];
    } finally {
      await relay.close();
      await sandbox.stop();
    }
  },
};
