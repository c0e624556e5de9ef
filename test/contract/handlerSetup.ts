import assert from 'node:assert/strict';
import { systemClock } from '../../src/base/clock';
import { Secret } from '../../src/base/secret';
import { createMetadata } from '../../src/dataverse/metadata';
import { composeContext } from '../../src/delivery/compose/compose';
import { sampleRow } from '../../src/delivery/compose/samples';
import { writeContext } from '../../src/delivery/wire';
import type { HandlerAuth, HandlerStep } from '../../src/handlers/model';
import { handlerStep } from '../../src/presentation/handlers/handlerFacts';
import type { NewImage, WebhookAuth } from '../../src/webhooks/model';
import { WebhookService } from '../../src/webhooks/webhookService';
import type { Pair } from './pair';

const never = new AbortController().signal;
/** What the webhooks of these tests prove themselves with. */
export const SECRET = 'canary-handler-5ecret';

/** Registers a webhook with one step on Update of contact, and tells it as generated code knows it. */
export async function registered(
  pair: Pair,
  url: string,
  auth: WebhookAuth,
  more: {
    readonly message?: string;
    readonly table?: string;
    readonly images?: ReadonlyArray<Pick<NewImage, 'alias' | 'type' | 'columns'>>;
    readonly columns?: readonly string[];
  } = {},
): Promise<{ readonly step: HandlerStep; readonly remove: () => Promise<void> }> {
  const webhooks = new WebhookService(pair.api);
  const webhookId = await webhooks.registerWebhook(
    { name: `Handler ${crypto.randomUUID()}`, url, auth },
    never,
  );
  const { message: name = 'Update', table = 'contact' } = more;
  const message = (await webhooks.messages(never)).find((found) => found.name === name);
  assert.ok(message);
  const filter = (await webhooks.filters(message.id, never)).find((found) => found.table === table);
  const stepId = await webhooks.registerStep(
    {
      webhookId,
      name: `Handler: ${name} of ${table}`,
      description: '',
      message,
      filter,
      filteringColumns: more.columns ?? [],
      stage: 'postOperation',
      mode: 'asynchronous',
      rank: 1,
      deleteJobOnSuccess: false,
      deployment: 'server',
      runAs: undefined,
    },
    never,
  );
  for (const image of more.images ?? [])
    await webhooks.registerImage(
      { stepId, name: image.alias, messageProperty: 'Target', ...image },
      name,
      never,
    );
  const metadata = createMetadata(pair.api, systemClock);
  const step = await handlerStep(metadata, await webhooks.step(stepId, never), 'Handler', never);
  return { step, remove: () => webhooks.deleteWebhook(webhookId, never) };
}

/** A new contact. */
export async function aContact(pair: Pair): Promise<string> {
  const { id } = await pair.api.create('contacts', { firstname: 'Maria', lastname: 'Campbell' });
  return id;
}

/** A body as the step would send it, from the columns alone. */
export function sampleOf(step: HandlerStep): string {
  const table = {
    name: step.table?.name ?? '',
    key: step.table?.key ?? '',
    columns: (step.table?.columns ?? []).filter(({ type }) => !['PartyList', 'Image', 'File'].includes(type)),
  };
  const ids = { userId: crypto.randomUUID(), businessUnitId: crypto.randomUUID() };
  const cells = sampleRow(table, { choices: {}, lookups: {}, ...ids, now: Date.UTC(2026, 10, 1) });
  const user = { id: ids.userId, directoryId: ids.userId };
  const context = composeContext(
    {
      kind: 'update',
      table,
      row: { id: crypto.randomUUID(), sent: { ...cells }, before: cells, after: cells, rowVersion: '1' },
    },
    { id: crypto.randomUUID(), name: step.name, stage: 40, asynchronous: true, images: step.images },
    {
      organizationId: crypto.randomUUID(),
      organizationName: 'unq',
      businessUnitId: ids.businessUnitId,
      caller: user,
      runAs: user,
      userAgent: '',
      depth: 1,
      startedAt: Date.UTC(2026, 10, 1),
      correlationId: crypto.randomUUID(),
      requestId: crypto.randomUUID(),
      jobId: crypto.randomUUID(),
    },
  );
  return JSON.stringify(JSON.parse(writeContext(context)), undefined, 2);
}

/** The three ways of authentication, as a webhook and as a handler has them. */
export const AUTHS: Readonly<
  Record<HandlerAuth['type'], { readonly auth: WebhookAuth; readonly handler: HandlerAuth }>
> = {
  webhookKey: {
    auth: { type: 'webhookKey', key: new Secret(SECRET) },
    handler: { type: 'webhookKey', names: [] },
  },
  httpHeader: {
    auth: { type: 'httpHeader', pairs: [{ name: 'X-Api-Key', value: new Secret(SECRET) }] },
    handler: { type: 'httpHeader', names: ['X-Api-Key'] },
  },
  httpQueryString: {
    auth: { type: 'httpQueryString', pairs: [{ name: 'my key', value: new Secret(SECRET) }] },
    handler: { type: 'httpQueryString', names: ['my key'] },
  },
};
