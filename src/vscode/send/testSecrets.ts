import * as vscode from 'vscode';
import { Secret } from '../../base/secret';
import type { KeptSecrets } from '../../environments/keptSecrets';
import type { EnvironmentProfile } from '../../environments/profile';
import { secretOf, secretStart, secretWizard } from '../../presentation/send/secretFlow';
import { keptAuthText, parseKeptAuth } from '../../webhooks/keptAuth';
import type { Webhook, WebhookAuth } from '../../webhooks/model';
import { runWizard } from '../../wizard/wizard';
import { quickInputUi } from '../quickInput';

/** Stands for the name of a header or parameter that nobody has told yet. */
const UNKNOWN_NAME = 'YOUR-NAME';

/** The webhook whose secret is wanted. */
export type SecretOwner = Pick<Webhook, 'id' | 'name' | 'url' | 'authType' | 'hasSecret'>;

/** Secrets for test deliveries: those that were kept, and those typed in this window, which stay in memory. */
export class TestSecrets {
  readonly #kept: KeptSecrets;
  readonly #typed = new Map<string, WebhookAuth>();

  constructor(kept: KeptSecrets) {
    this.#kept = kept;
  }

  /**
   * The authentication of a webhook, asked for where nobody knows it.
   * @throws CancelledError when the user leaves the question.
   */
  async of(profile: EnvironmentProfile, webhook: SecretOwner, signal: AbortSignal): Promise<WebhookAuth> {
    const known = await this.known(profile, webhook);
    if (known !== undefined) return known;
    const { authType } = webhook;
    // A webhook without a secret has nothing to send, and what other kinds of endpoints have nobody can type.
    if (!webhook.hasSecret || authType === 'other') return { type: 'webhookKey', key: new Secret('') };
    const start = secretStart({ url: webhook.url, authType });
    const answers = await runWizard(secretWizard(webhook.name), quickInputUi(profile.name), start, signal);
    const auth = secretOf(answers);
    this.#typed.set(keyOf(profile, webhook), auth);
    if (answers.alternative === true) await this.#kept.set(profile.id, webhook.id, keptAuthText(auth));
    return auth;
  }

  /** The authentication as far as it is known; a kept one of another type is not the webhook's any more. */
  async known(profile: EnvironmentProfile, webhook: SecretOwner): Promise<WebhookAuth | undefined> {
    const typed = this.#typed.get(keyOf(profile, webhook));
    if (typed?.type === webhook.authType) return typed;
    const kept = await this.#kept.get(profile.id, webhook.id);
    const auth = kept === undefined ? undefined : parseKeptAuth(kept);
    return auth?.type === webhook.authType ? auth : undefined;
  }

  /** The authentication for a copy with placeholders: as far as it is known, and never asked for. */
  async placeholders(profile: EnvironmentProfile, webhook: SecretOwner): Promise<WebhookAuth> {
    const known = await this.known(profile, webhook);
    if (known !== undefined) return known;
    const { authType, hasSecret } = webhook;
    const value = new Secret(hasSecret ? 'secret' : '');
    if (authType === 'webhookKey' || authType === 'other') return { type: 'webhookKey', key: value };
    // The service tells neither names nor values of the pairs.
    return { type: authType, pairs: hasSecret ? [{ name: UNKNOWN_NAME, value }] : [] };
  }

  /** Forgets a secret that was typed, so that the next delivery asks again. */
  forget(profile: EnvironmentProfile, webhook: Pick<SecretOwner, 'id'>): void {
    this.#typed.delete(keyOf(profile, webhook));
  }
}

function keyOf(profile: EnvironmentProfile, webhook: Pick<SecretOwner, 'id'>): string {
  return `${profile.id}/${webhook.id}`;
}

/** The values of an authentication, for masking what an endpoint echoes. */
export function secretsIn(auth: WebhookAuth): readonly Secret[] {
  return auth.type === 'webhookKey' ? [auth.key] : auth.pairs.map(({ value }) => value);
}

/** Asks for one of several things to do; undefined when the user leaves. */
export async function pickAct<T>(
  title: string,
  acts: ReadonlyArray<{ readonly label: string; readonly detail?: string; readonly value: T }>,
): Promise<T | undefined> {
  const chosen = await vscode.window.showQuickPick(acts, { title });
  return chosen?.value;
}
