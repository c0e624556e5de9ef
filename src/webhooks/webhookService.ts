import { CancelledError } from '../base/errors';
import { DataverseError } from '../dataverse/errors';
import type { Row, WebApi } from '../dataverse/webApi';
import { imageProperties } from './imageRules';
import type {
  Image,
  MessageFilter,
  MessageRef,
  NewImage,
  NewStep,
  NewWebhook,
  Step,
  User,
  Webhook,
} from './model';
import { runRegistration } from './registration';
import { filterOf, messageOf, stepOf, userOf, webhookOf } from './rows';
import { runUndo, runUndos, type FailedUndo } from './runUndo';
import type { Undo } from './undo';
import {
  filtersQuery,
  messagesQuery,
  stepQuery,
  stepsOfWebhooksQuery,
  usersQuery,
  webhookQuery,
  webhooksNamedQuery,
  webhooksQuery,
} from './webhookQueries';
import { runWrite, runWrites, type Written } from './runWrites';
import {
  deleteStepWrite,
  deleteWebhookWrite,
  registerImageWrite,
  registerWebhookWrite,
  stepStateWrite,
  stepWithImagesWrites,
  type Write,
} from './writes';

/** SdkInvalidMessagePropertyName, 0x8004416B (FACTS 12). */
const INVALID_MESSAGE_PROPERTY = -2147204757;

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

  /** One webhook as it is now. */
  async webhook(webhookId: string, signal: AbortSignal): Promise<Webhook> {
    return webhookOf(await this.#api.get(webhookQuery(webhookId), { signal }));
  }

  /** One step as it is now, with its images. */
  async step(stepId: string, signal: AbortSignal): Promise<Step> {
    return stepOf(await this.#api.get(stepQuery(stepId), { signal }));
  }

  /** The steps of a webhook as they are now, those of others and managed ones too. */
  async stepsOf(webhookId: string, signal: AbortSignal): Promise<readonly Step[]> {
    return (await this.#all(stepsOfWebhooksQuery([webhookId]), signal)).map(stepOf);
  }

  /** At most fifty users who are not disabled and whose name, sign-in name or mail address has the text inside. */
  async users(text: string, signal: AbortSignal): Promise<readonly User[]> {
    return (await this.#all(usersQuery(text), signal)).map(userOf);
  }

  /** Registers a webhook (FACTS 15.5) and returns its id. */
  async registerWebhook(webhook: NewWebhook, signal: AbortSignal): Promise<string> {
    return this.register([registerWebhookWrite(webhook)], signal);
  }

  /** Registers a step (FACTS 15.7), with images where there are some, and returns its id. */
  async registerStep(step: NewStep, signal: AbortSignal, images: readonly Image[] = []): Promise<string> {
    return this.register(stepWithImagesWrites(step, images), signal);
  }

  /** Sends the writes that register one row, all or nothing, and returns its id; see `runRegistration`. */
  register(writes: readonly Write[], signal: AbortSignal): Promise<string> {
    return runRegistration(this.#api, writes, signal);
  }

  /**
   * Registers an image (FACTS 15.8) and returns its id. On Create, where the sources disagree about the property, the
   * other one is tried when the first is refused.
   */
  async registerImage(image: NewImage, message: string, signal: AbortSignal): Promise<string> {
    const others =
      message === 'Create'
        ? imageProperties(message).filter((property) => property !== image.messageProperty)
        : [];
    try {
      return await this.register([registerImageWrite(image)], signal);
    } catch (error) {
      const [other] = others;
      const refused = DataverseError.is(error) && error.code === INVALID_MESSAGE_PROPERTY;
      if (!refused || other === undefined) throw error;
      return this.register([registerImageWrite({ ...image, messageProperty: other })], signal);
    }
  }

  /** Enables or disables a step (FACTS 15.9). */
  async setStepEnabled(stepId: string, enabled: boolean, signal: AbortSignal): Promise<Written> {
    return this.write(stepStateWrite(stepId, enabled), signal);
  }

  /** Deletes a step; its images go with it (FACTS 8). */
  async deleteStep(stepId: string, signal: AbortSignal): Promise<void> {
    await this.write(deleteStepWrite(stepId), signal);
  }

  /** Deletes a webhook; its steps and their images go with it (FACTS 5.4). */
  async deleteWebhook(webhookId: string, signal: AbortSignal): Promise<void> {
    await this.write(deleteWebhookWrite(webhookId), signal);
  }

  /** Sends one write. */
  write(write: Write, signal: AbortSignal): Promise<Written> {
    return runWrite(this.#api, write, signal);
  }

  /** Sends writes of which all take place or none. */
  writeAll(writes: readonly Write[], signal: AbortSignal): Promise<readonly Written[]> {
    return runWrites(this.#api, writes, signal);
  }

  /** Takes a change back. Throws `UndoError` where it cannot be. */
  undo(undo: Undo, signal: AbortSignal): Promise<void> {
    return runUndo(this.#api, undo, signal);
  }

  /** Takes a change of many rows back, as far as it can be, and gives what could not. */
  undoAll(undos: readonly Undo[], signal: AbortSignal): Promise<readonly FailedUndo[]> {
    return runUndos(this.#api, undos, signal);
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
