import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { WebApi } from '../../src/dataverse/webApi';
import { seededFates, startFaultyRelay } from '../fakes/faultyRelay';
import { soak } from '../fakes/soak';
import { usePair } from './pair';

const OPERATIONS = 1000;

describe('A thousand operations over a bad line', () => {
  const pair = usePair({ sandbox: { seeds: { samples: false, webhooks: 0, steps: 0, jobs: 0 } } });

  it('with 10 % answered 429 and 2 % reset: every read is complete, no write is done twice or lost', async () => {
    const relay = await startFaultyRelay(pair.sandbox.url, seededFates(20_250_304));
    try {
      const { client, clock } = pair.another({}, relay.origin);
      const result = await soak(client, pair.api, relay, OPERATIONS);
      const { reported, ...counts } = result;
      assert.deepEqual(counts, {
        operations: OPERATIONS,
        badReads: 0,
        doubled: 0,
        lost: 0,
        wronglyFailed: 0,
      });
      // The faults did happen: of each kind about as many as wanted.
      const share = (fate: 'throttle' | 'reset' | 'lost'): number => relay.count(fate) / relay.relayed.length;
      assert.ok(share('throttle') > 0.08 && share('throttle') < 0.12, String(share('throttle')));
      assert.ok(share('reset') + share('lost') > 0.012, String(share('reset') + share('lost')));
      assert.ok(reported > 0 && reported < 100, String(reported));
      assert.ok(clock.delays.length > 0);
    } finally {
      await relay.close();
    }
  }).timeout(60_000);

  it('notices a client that sends a write again after its answer got lost', async () => {
    let number = 0;
    const relay = await startFaultyRelay(pair.sandbox.url, () => (++number % 10 === 0 ? 'lost' : 'pass'));
    try {
      const { client } = pair.another({}, relay.origin);
      const hasty: WebApi = {
        get: (path, options) => client.get(path, options),
        pages: (path, options) => client.pages(path, options),
        fetchPages: (set, text, options) => client.fetchPages(set, text, options),
        create: (set, body, options) =>
          client.create(set, body, options).catch(() => client.create(set, body, options)),
        update: (path, body, options) => client.update(path, body, options),
        remove: (path, options) => client.remove(path, options),
        associate: (path, target, options) => client.associate(path, target, options),
        disassociate: (path, options) => client.disassociate(path, options),
        action: (path, parameters, options) => client.action(path, parameters, options),
        batch: (batch, options) => client.batch(batch, options),
      };
      assert.ok((await soak(hasty, pair.api, relay, 200)).doubled > 0);
    } finally {
      await relay.close();
    }
  }).timeout(60_000);
});
