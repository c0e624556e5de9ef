import { isLoopbackHost } from '../../base/hosts';
import { DataverseError } from '../../dataverse/errors';
import { conflictWizard, type ConflictAnswer, type Conflict } from '../../presentation/flows/editConflict';
import type { WebhookFlowContext } from '../../presentation/flows/registerWebhook';
import type { FlowHost } from '../../presentation/flows/unfinishedFlows';
import { stepFlowContext } from '../../presentation/flows/flowContexts';
import type { StepFlowContext } from '../../presentation/flows/stepAnswers';
import { requestText } from '../../presentation/texts/requestText';
import { VERSION_MISMATCH } from '../../webhooks/runWrites';
import type { Write } from '../../webhooks/writes';
import { runWizard } from '../../wizard/wizard';
import type { Connection } from '../connections';
import { quickInputUi } from '../quickInput';
import type { Services } from './services';

/** What a flow that writes to an environment needs around it. */
export function flowHost(services: Services, { profile }: Connection): FlowHost {
  const environment = profile;
  return {
    ui: quickInputUi(profile.name),
    unfinished: services.unfinished,
    environmentId: profile.id,
    signal: services.lifetime,
    attempt: async ({ undone, changeAnswers }, work) => {
      const change = (): void => void services.report.attempt({ undone, environment }, changeAnswers);
      const done = await services.report.attempt({ undone, environment, changeAnswers: change }, async () => {
        await work();
        return true;
      });
      return done === true;
    },
  };
}

/** What is left of an act on several things that was done in part. */
export interface LeftOver {
  /** The commands and rows of which a start offers to go on; see `UnfinishedFlows`. */
  readonly keys: readonly string[];
  /** What the command is called. */
  readonly title: string;
  /** A localized sentence that names what could not be done. */
  readonly undone: string;
  /** Why the first of them could not. */
  readonly error: unknown;
  /** Does what is left; tells and keeps what is left of that by itself. */
  readonly again: () => Promise<unknown>;
}

/** Tells what could not be done, and keeps it for another start of the command, which outlives the message. */
export function tellLeft(services: Services, { profile }: Connection, left: LeftOver): void {
  const { keys, title, undone, error, again } = left;
  const goOn = async (): Promise<boolean> => {
    const done = await services.report.attempt({ undone, environment: profile }, async () => {
      forgetLeft(services, profile.id, keys);
      try {
        await again();
      } catch (reason) {
        keep();
        throw reason;
      }
      return true;
    });
    return done === true;
  };
  const keep = (): void => {
    for (const key of keys) services.unfinished.keep(profile.id, key, { title, stopped: undone, goOn });
  };
  keep();
  services.report.failure({ error, undone, environment: profile, retry: () => void goOn() });
}

/** Nothing is left of an act before, because it was done. */
export function forgetLeft(services: Services, environmentId: string, keys: readonly string[]): void {
  for (const key of keys) services.unfinished.forget(environmentId, key);
}

/** Opens what would be sent as text. */
export function showRequest(
  services: Services,
  { profile }: Connection,
): (writes: readonly Write[]) => Promise<void> {
  return (writes) => services.requests.show(requestText(profile.url, writes));
}

/** What the flows about webhooks ask an environment for. */
export function webhookContext(services: Services, connection: Connection): WebhookFlowContext {
  const { profile, webhooks } = connection;
  return {
    environmentName: profile.name,
    environmentIsLocal: isLoopbackHost(new URL(profile.url).hostname),
    isNameTaken: (name, signal) => webhooks.isNameTaken(name, signal),
    showRequest: showRequest(services, connection),
  };
}

/** What the flows about steps ask an environment for. */
export function stepContext(
  services: Services,
  connection: Connection,
  webhook: { readonly id: string; readonly name: string },
): StepFlowContext {
  return stepFlowContext(connection, webhook, showRequest(services, connection));
}

/** The row was changed since it was read (FACTS 13.1). */
export function isVersionConflict(error: unknown): boolean {
  return DataverseError.is(error, 'conflict') && (error.status === 412 || error.code === VERSION_MISMATCH);
}

/** Asks whose values count. Rejects with `CancelledError` when the user leaves. */
export async function askConflict(
  services: Services,
  { profile }: Connection,
  name: string,
  conflict: Conflict,
): Promise<ConflictAnswer | undefined> {
  const wizard = conflictWizard(name, conflict);
  const { answer } = await runWizard(
    wizard,
    quickInputUi(profile.name),
    { answer: undefined },
    services.lifetime,
  );
  return answer;
}
