import { CancelledError, throwIfAborted } from '../base/errors';
import { DataverseError } from '../dataverse/errors';
import * as odata from '../dataverse/odata';
import type { Row, WebApi } from '../dataverse/webApi';
import { authTypeValue, formatAuthValue } from './authValue';
import type { MessageFilter, MessageRef, NewStep, NewWebhook, Step, Webhook } from './model';
import { filterOf, messageOf, stepOf, webhookOf } from './rows';
import { stageValue } from './stepValues';
import {
  allStepsQuery,
  filtersQuery,
  messagesQuery,
  stepsOfWebhooksQuery,
  webhooksNamedQuery,
  webhooksQuery,
  WEBHOOKS_PER_STEP_QUERY,
} from './webhookQueries';
import { WEBHOOK_CONTRACT } from './model';

/** Webhooks and their steps of one environment. Every method throws `DataverseError` and `CancelledError`. */
export class WebhookService {
  readonly #api: WebApi;

  constructor(api: WebApi) {
    this.#api = api;
  }

  /** All webhooks, by name. */
  async webhooks(signal: AbortSignal): Promise<readonly Webhook[]> {
    return (await this.#all(webhooksQuery(), signal)).map(webhookOf);
  }

  /** The steps of the given webhooks, with message, table and images. One request where the service takes it. */
  async steps(webhooks: readonly Webhook[], signal: AbortSignal): Promise<readonly Step[]> {
    if (webhooks.length === 0) return [];
    const known = new Set(webhooks.map((webhook) => webhook.id.toLowerCase()));
    const rows = await this.#stepRows(webhooks, signal);
    return rows.map(stepOf).filter((step) => known.has(step.webhookId.toLowerCase()));
  }

  /** True when a webhook of this name exists; case does not matter (FACTS 5.3). */
  async isNameTaken(name: string, signal: AbortSignal): Promise<boolean> {
    return (await this.#all(webhooksNamedQuery(name), signal)).length > 0;
  }

  /** The messages on which a step may be registered, by name. */
  async messages(signal: AbortSignal): Promise<readonly MessageRef[]> {
    return (await this.#all(messagesQuery(), signal)).map(messageOf);
  }

  /** The tables of a message on which a step may be registered. */
  async filters(messageId: string, signal: AbortSignal): Promise<readonly MessageFilter[]> {
    return (await this.#all(filtersQuery(messageId), signal)).map(filterOf);
  }

  /** Registers a webhook (FACTS 15.5) and returns its id. */
  async registerWebhook(webhook: NewWebhook, signal: AbortSignal): Promise<string> {
    const { id } = await this.#api.create(odata.set('serviceendpoints'), newWebhookRow(webhook), { signal });
    return id;
  }

  /** Registers a step (FACTS 15.7) and returns its id. */
  async registerStep(step: NewStep, signal: AbortSignal): Promise<string> {
    const { id } = await this.#api.create(odata.set('sdkmessageprocessingsteps'), newStepRow(step), {
      signal,
    });
    return id;
  }

  /** Enables or disables a step (FACTS 15.9). */
  async setStepEnabled(stepId: string, enabled: boolean, signal: AbortSignal): Promise<void> {
    const state = enabled ? { statecode: 0, statuscode: 1 } : { statecode: 1, statuscode: 2 };
    await this.#api.update(odata.row('sdkmessageprocessingsteps', stepId), state, { signal });
  }

  /** Deletes a step; its images go with it (FACTS 8). */
  async deleteStep(stepId: string, signal: AbortSignal): Promise<void> {
    await this.#api.remove(odata.row('sdkmessageprocessingsteps', stepId), { signal });
  }

  /** Deletes a webhook; its steps and their images go with it (FACTS 5.4). */
  async deleteWebhook(webhookId: string, signal: AbortSignal): Promise<void> {
    await this.#api.remove(odata.row('serviceendpoints', webhookId), { signal });
  }

  async #stepRows(webhooks: readonly Webhook[], signal: AbortSignal): Promise<readonly Row[]> {
    try {
      return await this.#all(allStepsQuery(), signal);
    } catch (error) {
      // The one query for all is UNVERIFIED (FACTS 6.3); a service that refuses it gets the documented form in parts.
      if (!DataverseError.is(error, 'invalid') && !DataverseError.is(error, 'unsupported')) throw error;
      return this.#stepRowsInParts(webhooks, signal);
    }
  }

  async #stepRowsInParts(webhooks: readonly Webhook[], signal: AbortSignal): Promise<readonly Row[]> {
    const rows: Row[] = [];
    for (let start = 0; start < webhooks.length; start += WEBHOOKS_PER_STEP_QUERY) {
      throwIfAborted(signal);
      const ids = webhooks.slice(start, start + WEBHOOKS_PER_STEP_QUERY).map((webhook) => webhook.id);
      rows.push(...(await this.#all(stepsOfWebhooksQuery(ids), signal)));
    }
    return rows;
  }

  async #all(path: string, signal: AbortSignal): Promise<Row[]> {
    const rows: Row[] = [];
    for await (const page of this.#api.pages(path, { signal })) {
      if (signal.aborted) throw new CancelledError();
      for (const row of page.rows) rows.push(row);
    }
    return rows;
  }
}

/** The body of the POST that registers a webhook (FACTS 15.5): the five columns every known tool sends. */
export function newWebhookRow(webhook: NewWebhook): Row {
  return {
    name: webhook.name,
    url: webhook.url,
    contract: WEBHOOK_CONTRACT,
    authtype: authTypeValue(webhook.auth.type),
    // The one place where a stored secret leaves for the service.
    authvalue: formatAuthValue(webhook.auth).reveal(),
    ...(webhook.description === undefined ? {} : { description: webhook.description }),
  };
}

/** The body of the POST that registers a step (FACTS 15.7, 6.2). A webhook takes no configuration. */
export function newStepRow(step: NewStep): Row {
  return {
    name: step.name,
    stage: stageValue(step.stage),
    mode: step.mode === 'asynchronous' ? 1 : 0,
    rank: step.rank,
    supporteddeployment: 0,
    asyncautodelete: step.deleteJobOnSuccess,
    ...(step.description === '' ? {} : { description: step.description }),
    ...(step.filteringColumns.length === 0 ? {} : { filteringattributes: step.filteringColumns.join(',') }),
    'eventhandler_serviceendpoint@odata.bind': odata.bind('serviceendpoints', step.webhookId),
    'sdkmessageid@odata.bind': odata.bind('sdkmessages', step.message.id),
    ...(step.filter === undefined
      ? {}
      : { 'sdkmessagefilterid@odata.bind': odata.bind('sdkmessagefilters', step.filter.id) }),
  };
}
