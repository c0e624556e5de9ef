import { Secret } from '../../src/base/secret';
import * as odata from '../../src/dataverse/odata';
import type { NewStep } from '../../src/webhooks/model';
import { WebhookService } from '../../src/webhooks/webhookService';
import { startReceiver } from '../../src/delivery/receiver';
import type { DataverseClient } from '../../src/dataverse/client';
import { bareFetch, benchClient, startBenchSandbox, startPeer } from './bare';
import { median, time, type Bench, type Figure } from './figure';

const DELIVERIES = 1000;
const ROUNDS = 5;
const never = new AbortController().signal;

/** Deliveries a second as the receiver saw them, from its first to its last. */
async function rateSeenBy(origin: string): Promise<number> {
  const { count, first, last } = JSON.parse(await bareFetch(`${origin}/hooks`, { method: 'DELETE' })) as {
    readonly count: number;
    readonly first: number;
    readonly last: number;
  };
  if (count !== DELIVERIES) throw new Error(`${count} webhooks came instead of ${DELIVERIES}`);
  return ((count - 1) * 1000) / (last - first);
}

/** Registers a webhook with an asynchronous step on the creation of contacts; gives its id. */
async function register(client: DataverseClient, url: string): Promise<string> {
  const service = new WebhookService(client);
  const webhookId = await service.registerWebhook(
    { name: `Bench ${url}`, url, auth: { type: 'webhookKey', key: new Secret('key') } },
    never,
  );
  const message = (await service.messages(never)).find((one) => one.name === 'Create');
  const filter = (await service.filters(message?.id ?? '', never)).find((one) => one.table === 'contact');
  if (message === undefined || filter === undefined)
    throw new Error('The sandbox knows no creation of contacts');
  const step: NewStep = {
    webhookId,
    name: 'Bench',
    description: '',
    message,
    filter,
    filteringColumns: [],
    stage: 'postOperation',
    mode: 'asynchronous',
    rank: 1,
    deleteJobOnSuccess: true,
    deployment: 'server',
    runAs: undefined,
  };
  await service.registerStep(step, never);
  return webhookId;
}

async function createContacts(client: DataverseClient, count: number): Promise<void> {
  await client.batch({
    atomicity: 'all',
    operations: Array.from({ length: count }, (_, index) => ({
      method: 'POST' as const,
      path: odata.set('contacts'),
      body: { firstname: 'Bench', lastname: String(index) },
    })),
  });
}

/** The body of one delivery, so that the bare loop sends as many bytes. */
async function sampleBody(client: DataverseClient, idle: () => Promise<unknown>): Promise<string> {
  const receiver = await startReceiver();
  try {
    const webhook = await register(client, receiver.url);
    await createContacts(client, 1);
    await idle();
    const [request] = receiver.requests();
    if (request === undefined) throw new Error('Nothing was delivered');
    await new WebhookService(client).deleteWebhook(webhook, never);
    return request.body.toString('utf8');
  } finally {
    await receiver.close();
  }
}

export const deliveries: Bench = {
  name: 'deliveries',
  async run(): Promise<readonly Figure[]> {
    const peer = await startPeer();
    const sandbox = await startBenchSandbox('--empty');
    try {
      const client = benchClient(sandbox.url, sandbox.token);
      const idle = (): Promise<unknown> =>
        bareFetch(`${sandbox.url}/sandbox/idle`, {
          method: 'POST',
          headers: { Authorization: `Bearer ${sandbox.token}` },
        });
      const body = await sampleBody(client, idle);
      await register(client, `${peer.line}/hook`);
      const rates = { sandbox: [] as number[], bare: [] as number[] };
      let whole = 0;
      for (let round = -1; round < ROUNDS; round += 1) {
        whole = await time(async () => {
          await createContacts(client, DELIVERIES);
          await idle();
        });
        const measured = await rateSeenBy(peer.line);
        for (let count = 0; count < DELIVERIES; count += 1) {
          await bareFetch(`${peer.line}/hook`, {
            method: 'POST',
            body,
            headers: {
              'Content-Type': 'application/json; charset=utf-8',
              'Content-Length': String(Buffer.byteLength(body)),
            },
          });
        }
        const bare = await rateSeenBy(peer.line);
        if (round < 0) continue;
        rates.sandbox.push(measured);
        rates.bare.push(bare);
      }
      const [measured, bare] = [median(rates.sandbox), median(rates.bare)];
      return [
        {
          name: 'webhooks a second from the sandbox',
          ratio: measured / bare,
          bar: { atLeast: 0.5 },
          note: `${measured.toFixed(0)} a second, bare POST loop ${bare.toFixed(0)}; ${DELIVERIES} creates and deliveries in ${whole.toFixed(0)} ms`,
        },
      ];
    } finally {
      await sandbox.stop();
      await peer.stop();
    }
  },
};
