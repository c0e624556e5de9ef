import * as l10n from '@vscode/l10n';
import * as z from 'zod/mini';
import { Secret } from '../../base/secret';
import { imageProperties } from '../../webhooks/imageRules';
import type { NewStep, WebhookAuth } from '../../webhooks/model';
import type { WebhookService } from '../../webhooks/webhookService';

const Image = z.object({
  alias: z.string(),
  type: z.enum(['pre', 'post', 'both']),
  columns: z._default(z.array(z.string()), []),
});

const Settings = z.object({
  name: z.string(),
  with: z.enum(['sandbox', 'listener']),
  url: z.string(),
  /** Of the listener; 0 takes any free port. */
  port: z._default(z.number().check(z.int(), z.minimum(0), z.maximum(65_535)), 0),
  authentication: z.object({
    type: z.enum(['webhookKey', 'httpHeader', 'httpQueryString']),
    secrets: z.array(z.object({ name: z.string(), variable: z.string() })),
  }),
  step: z.optional(
    z.object({
      message: z.string(),
      table: z.optional(z.string()),
      stage: z._default(z.union([z.literal(10), z.literal(20), z.literal(40)]), 40),
      mode: z._default(z.enum(['synchronous', 'asynchronous']), 'asynchronous'),
      filteringColumns: z._default(z.array(z.string()), []),
      images: z._default(z.array(Image), []),
    }),
  ),
  /** A debug configuration of another type, which starts the handler. */
  handler: z.looseObject({ type: z.string(), request: z._default(z.string(), 'launch') }),
});

/** A debug configuration that starts the sandbox or the listener together with a handler. */
export type DebugSettings = z.infer<typeof Settings>;

export type SettingsReading =
  { readonly ok: true; readonly settings: DebugSettings } | { readonly ok: false; readonly text: string };

/** Reads what stands in `launch.json`; what is wrong is a sentence that names the place. */
export function readDebugSettings(configuration: unknown): SettingsReading {
  const checked = Settings.safeParse(configuration);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    const place = issue?.path.map(String).join('.') ?? '';
    return {
      ok: false,
      text: l10n.t('The debug configuration cannot be used: "{place}" is missing or has a wrong value.', {
        place,
      }),
    };
  }
  const settings = checked.data;
  const url = URL.parse(settings.url);
  if (url?.protocol.startsWith('http') !== true)
    return {
      ok: false,
      text: l10n.t('"url" of the debug configuration is no address that begins with http://.'),
    };
  if (settings.with === 'sandbox' && settings.step === undefined)
    return {
      ok: false,
      text: l10n.t('The debug configuration has no "step": which message of which table calls the handler?'),
    };
  return { ok: true, settings };
}

/** The authentication of a webhook for one session, with values that nobody has to know. */
export function sessionAuth(
  { authentication }: DebugSettings,
  newSecret: () => Secret,
): { readonly auth: WebhookAuth; readonly env: Readonly<Record<string, string>> } {
  const secrets = authentication.secrets.map((place) => ({ ...place, value: newSecret() }));
  const env = Object.fromEntries(secrets.map(({ variable, value }) => [variable, value.reveal()]));
  if (authentication.type === 'webhookKey')
    return { auth: { type: 'webhookKey', key: secrets[0]?.value ?? new Secret('') }, env };
  return { auth: { type: authentication.type, pairs: secrets }, env };
}

/** Webhooks that a debug configuration has left behind go by this name. */
function webhookName({ name }: DebugSettings): string {
  return l10n.t('Debugging: {name}', { name });
}

/**
 * Registers the handler of a debug configuration, in place of what an earlier session has left.
 * @returns the webhook's id, or a sentence about what the environment does not have.
 * @throws DataverseError, CancelledError
 */
export async function registerForDebugging(
  webhooks: WebhookService,
  settings: DebugSettings,
  auth: WebhookAuth,
  signal: AbortSignal,
): Promise<{ readonly id: string } | { readonly text: string }> {
  const { step } = settings;
  if (step === undefined) return { text: '' };
  const message = (await webhooks.messages(signal)).find(({ name }) => name === step.message);
  if (message === undefined)
    return { text: l10n.t('The sandbox has no message "{message}".', { message: step.message }) };
  const filters = step.table === undefined ? [] : await webhooks.filters(message.id, signal);
  const filter = filters.find(({ table }) => table === step.table);
  if (step.table !== undefined && filter === undefined)
    return {
      text: l10n.t('The sandbox takes no step on {message} of {table}.', {
        message: step.message,
        table: step.table,
      }),
    };
  await removeEarlier(webhooks, settings, signal);
  const id = await webhooks.registerWebhook({ name: webhookName(settings), url: settings.url, auth }, signal);
  const stages = { 10: 'preValidation', 20: 'preOperation', 40: 'postOperation' } as const;
  const newStep: NewStep = {
    webhookId: id,
    name: `${settings.name}: ${step.message}`,
    description: '',
    message,
    filter,
    filteringColumns: step.filteringColumns,
    stage: stages[step.stage],
    mode: step.mode,
    rank: 1,
    deleteJobOnSuccess: false,
    deployment: 'server',
    runAs: undefined,
  };
  const stepId = await webhooks.registerStep(newStep, signal);
  for (const image of step.images)
    await webhooks.registerImage(
      { ...image, stepId, name: image.alias, messageProperty: imageProperties(step.message)[0] ?? 'Target' },
      step.message,
      signal,
    );
  return { id };
}

async function removeEarlier(
  webhooks: WebhookService,
  settings: DebugSettings,
  signal: AbortSignal,
): Promise<void> {
  const name = webhookName(settings);
  for (const webhook of await webhooks.webhooks(signal))
    if (webhook.name === name) await webhooks.deleteWebhook(webhook.id, signal);
}
