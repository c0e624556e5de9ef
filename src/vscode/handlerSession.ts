import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { Secret } from '../base/secret';
import { listen } from '../delivery/log/listener';
import {
  registerForDebugging,
  sessionAuth,
  type DebugSettings,
} from '../presentation/handlers/debugSettings';
import type { Services } from './commands/services';
import { quickInputUi } from './quickInput';
import { SANDBOX_ID } from './sandboxEnvironment';

/** What was started for a session: what the handler must know, and how it ends. */
export interface HandlerSession {
  /** Where the sandbox or the listener is. */
  readonly address: string;
  readonly env: Readonly<Record<string, string>>;
  readonly end: () => Promise<void>;
}

/** Starts the sandbox and registers the handler there, with a secret of the session; undefined where it could not be. */
export async function withSandbox(
  services: Services,
  settings: DebugSettings,
  signal: AbortSignal,
): Promise<HandlerSession | undefined> {
  await services.sandbox.start(signal);
  const connection = services.connections.of(SANDBOX_ID);
  if (connection === undefined) return undefined;
  const { auth, env } = sessionAuth(settings, () => new Secret(randomBytes(24).toString('hex')));
  const registered = await registerForDebugging(connection.webhooks, settings, auth, signal);
  if ('text' in registered) {
    services.report.info(registered.text);
    return undefined;
  }
  void services.tree.refresh([SANDBOX_ID]);
  const token = await services.list.token(connection.profile);
  return {
    address: connection.profile.url,
    env: { ...env, DATAVERSE_URL: connection.profile.url, DATAVERSE_TOKEN: token?.reveal() ?? '' },
    // A sandbox that is gone meanwhile has taken the webhook along.
    end: async () => {
      const now = services.connections.of(SANDBOX_ID);
      if (now === undefined) return;
      await now.webhooks.deleteWebhook(registered.id, services.lifetime);
      await services.tree.refresh([SANDBOX_ID]);
    },
  };
}

/** Starts a listener that passes on what arrives; the secret of the webhook that sends it is asked for. */
export async function withListener(
  services: Services,
  settings: DebugSettings,
  signal: AbortSignal,
): Promise<HandlerSession> {
  const env = await askedSecrets(settings, signal);
  const { log, listening } = services.deliveries;
  const forward = { to: settings.url, answers: true };
  const options = {
    port: settings.port,
    status: 200,
    delay: 0,
    body: '',
    authentication: undefined,
    forward,
  };
  const listener = await listen(options, log, listening.forwarder);
  return {
    address: listener.url,
    env,
    end: () => listener.close(),
  };
}

/** The secrets that the handler compares with: those of the webhook that sends, which only the user knows. */
async function askedSecrets(
  { name, authentication, handler }: DebugSettings,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  const own = environmentOf(handler);
  const missing = authentication.secrets.filter(
    ({ variable }) => own[variable] === undefined && process.env[variable] === undefined,
  );
  const env: Record<string, string> = {};
  for (const [index, { variable }] of missing.entries()) {
    const place = { title: name, number: index + 1, total: missing.length, canGoBack: false };
    const prompt = vscode.l10n.t('Secret of the webhook for {variable}; it is kept for this session only', {
      variable,
    });
    const answer = await quickInputUi('').input(
      place,
      { prompt, value: '', password: true, check: () => undefined },
      signal,
    );
    if (typeof answer === 'string') env[variable] = answer;
  }
  return env;
}

/** The environment variables that a handler's own configuration names. */
export function environmentOf(handler: DebugSettings['handler']): Readonly<Record<string, unknown>> {
  const own: unknown = handler['env'];
  return typeof own === 'object' && own !== null ? { ...own } : {};
}
