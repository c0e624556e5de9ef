import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../base/disposable';
import { Emitter } from '../../base/event';
import { Secret } from '../../base/secret';
import type { DeliveryLog } from '../../delivery/log/deliveryLog';
import type { Listener } from '../../delivery/log/listener';
import { createForwarder, type Forwarder } from '../../delivery/log/sendAgain';
import type { SecretStore } from '../../environments/environmentList';
import { answersOfAuth, authOf } from '../../presentation/flows/authQuestions';
import { listenOptions, listenStart, type ListenState } from '../../presentation/deliveries/listenFlow';
import { keptAuthText, parseKeptAuth } from '../../webhooks/keptAuth';
import { setContextKey } from '../contextKeys';

const SETTINGS_KEY = 'listener';
const SECRET_KEY = 'listener/authentication';

/** The listener of this window, and the settings it had last: in the workspace's state, the secret in the secret store. */
export class Listening implements Disposable {
  readonly forwarder: Forwarder = createForwarder();
  readonly #log: DeliveryLog;
  readonly #memento: vscode.Memento;
  readonly #secrets: SecretStore;
  readonly #store = new DisposableStore();
  readonly #changed = this.#store.add(new Emitter<void>());
  readonly #item: vscode.StatusBarItem;
  #listener: Listener | undefined;

  /** Fires when the listener begins, ends or is changed. */
  readonly onDidChange = this.#changed.event;

  constructor(log: DeliveryLog, memento: vscode.Memento, secrets: SecretStore) {
    this.#log = log;
    this.#memento = memento;
    this.#secrets = secrets;
    this.#item = this.#store.add(
      vscode.window.createStatusBarItem('dataverseWebhooks.listener', vscode.StatusBarAlignment.Left),
    );
    this.#item.name = vscode.l10n.t('Webhook listener');
    this.#show();
  }

  get current(): Listener | undefined {
    return this.#listener;
  }

  /** The answers of last time, or the usual ones. */
  async answers(): Promise<ListenState> {
    const kept = readSettings(this.#memento.get<unknown>(SETTINGS_KEY));
    const text = kept.expects === true ? await this.#secrets.get(SECRET_KEY) : undefined;
    const auth = text === undefined ? undefined : parseKeptAuth(new Secret(text));
    return {
      ...listenStart,
      ...kept,
      ...(auth === undefined ? { expects: false } : { ...answersOfAuth(auth), expects: true }),
    };
  }

  /**
   * Begins to listen, or changes what is answered where it has begun.
   * @throws the system's error when the port cannot be had
   */
  async apply(answers: ListenState): Promise<Listener> {
    const options = listenOptions(answers);
    const { listen } = await import('../later');
    if (this.#listener === undefined) this.#listener = await listen(options, this.#log, this.forwarder);
    else this.#listener.change(options);
    this.#show();
    await this.#keep(answers);
    return this.#listener;
  }

  async stop(): Promise<void> {
    const listener = this.#listener;
    this.#listener = undefined;
    this.#show();
    await listener?.close();
  }

  dispose(): void {
    void this.#listener?.close();
    this.forwarder.dispose();
    this.#store.dispose();
  }

  async #keep(answers: ListenState): Promise<void> {
    const { port, status, delay, body, expects, forwardTo, forwardAnswers } = answers;
    // An address may hold a key; such a one is asked for again.
    const plainForward = URL.parse(forwardTo)?.search === '' ? forwardTo : '';
    const kept = { port, status, delay, body, expects, forwardTo: plainForward, forwardAnswers };
    await this.#memento.update(SETTINGS_KEY, kept);
    const auth = expects ? authOf(answers) : undefined;
    if (auth === undefined) await this.#secrets.delete(SECRET_KEY);
    else await this.#secrets.set(SECRET_KEY, keptAuthText(auth).reveal());
  }

  #show(): void {
    const listener = this.#listener;
    setContextKey('dataverseWebhooks.listening', listener !== undefined);
    if (listener === undefined) this.#item.hide();
    else {
      this.#item.text = `$(broadcast) ${listener.port}`;
      this.#item.tooltip = vscode.l10n.t('Listening for webhooks at {url}. Click to show the deliveries.', {
        url: listener.url,
      });
      this.#item.accessibilityInformation = {
        label: vscode.l10n.t('Listening for webhooks on port {port}', { port: listener.port }),
      };
      this.#item.command = 'dataverseWebhooks.deliveries.focus';
      this.#item.show();
    }
    this.#changed.fire();
  }
}

/** What was kept, as far as it is of the right kind. */
function readSettings(value: unknown): Partial<ListenState> {
  if (typeof value !== 'object' || value === null) return {};
  const entries = Object.entries(value).filter(
    ([name, kept]) => name in listenStart && typeof kept === typeof KINDS[name],
  );
  return Object.fromEntries(entries);
}

const KINDS: Readonly<Record<string, unknown>> = {
  port: 0,
  status: 0,
  delay: 0,
  body: '',
  expects: false,
  forwardTo: '',
  forwardAnswers: false,
};
