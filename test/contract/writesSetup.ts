import assert from 'node:assert/strict';
import { Secret } from '../../src/base/secret';
import * as odata from '../../src/dataverse/odata';
import type { Row } from '../../src/dataverse/webApi';
import type { NewStep, Step, Webhook } from '../../src/webhooks/model';
import { WebhookService } from '../../src/webhooks/webhookService';
import type { Pair } from './pair';

export const never = new AbortController().signal;

/** What a write changed of a row by itself: when and by whom, and its version. */
const VOLATILE =
  /^(@odata|modifiedon|modifiedby|_modifiedby|createdon|versionnumber|overwritetime|.*idunique$|.*@)/;

/** Registers webhooks and steps of a pair for tests, and reads rows back as they are stored. */
export class Registrations {
  readonly #pair: Pair;

  constructor(pair: Pair) {
    this.#pair = pair;
  }

  service(): WebhookService {
    return new WebhookService(this.#pair.api);
  }

  async webhook(name: string): Promise<Webhook> {
    const url = `https://hooks.example.com/${encodeURIComponent(name)}`;
    const auth = { type: 'webhookKey', key: new Secret('k') } as const;
    const id = await this.service().registerWebhook({ name, url, auth }, never);
    return this.service().webhook(id, never);
  }

  /** A new asynchronous step on a message and table that the sandbox has. */
  async settings(
    webhookId: string,
    message: string,
    table: string,
    more: Partial<NewStep> = {},
  ): Promise<NewStep> {
    const found = (await this.service().messages(never)).find((one) => one.name === message);
    assert.ok(found);
    const filter = (await this.service().filters(found.id, never)).find((one) => one.table === table);
    assert.ok(filter);
    return {
      webhookId,
      name: `${message} of ${table}`,
      description: 'd',
      message: found,
      filter,
      filteringColumns: message === 'Update' ? ['firstname', 'lastname'] : [],
      stage: 'postOperation',
      mode: 'asynchronous',
      rank: 1,
      deleteJobOnSuccess: true,
      deployment: 'server',
      runAs: undefined,
      ...more,
    };
  }

  async step(of: NewStep): Promise<Step> {
    return this.service().step(await this.service().registerStep(of, never), never);
  }

  /** Every column of a row, without those that each write changes. */
  async fullRow(set: string, id: string): Promise<Row> {
    const row = await this.#pair.api.get(odata.row(set, id), { signal: never });
    return Object.fromEntries(Object.entries(row).filter(([name]) => !VOLATILE.test(name)));
  }
}

export function known<T>(value: T | undefined): T {
  assert.ok(value !== undefined);
  return value;
}
