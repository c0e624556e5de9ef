import * as vscode from 'vscode';
import { CancelledError } from '../../base/errors';
import { planTouch, touchRow } from '../../webhooks/touchRow';
import type { Step } from '../../webhooks/model';
import { touched, touchImpossible, touchQuestion } from '../../presentation/jobs/touchTexts';
import { DataverseError } from '../../dataverse/errors';
import { rowAddress } from '../../environments/webApplication';
import type { JobLink } from '../../protocol/jobs';
import type { Connection } from '../connections';
import type { FollowedLink } from '../panels/jobsPanels';
import { deleteSteps, duplicateStep } from './stepCommands';
import { replayJob } from './jobReplayCommands';
import type { Services } from './services';
import type { Handlers } from './table';

type LinkCommands = Pick<
  Handlers,
  | 'dataverseWebhooks.revealJobStep'
  | 'dataverseWebhooks.revealJobWebhook'
  | 'dataverseWebhooks.openJobRow'
  | 'dataverseWebhooks.openJob'
  | 'dataverseWebhooks.showCorrelatedJobs'
>;

type LinkedJob = FollowedLink['job'];

/** Commands that go where a job leads to, from the page of a job and from the menu of its row. */
export function jobLinkCommands(services: Services): LinkCommands {
  const active = async (link: JobLink): Promise<void> => services.panels.loaded?.active?.followActive(link);
  return {
    'dataverseWebhooks.revealJobStep': () => active('step'),
    'dataverseWebhooks.revealJobWebhook': () => active('webhook'),
    'dataverseWebhooks.openJobRow': () => active('row'),
    'dataverseWebhooks.openJob': () => active('job'),
    'dataverseWebhooks.showCorrelatedJobs': () => active('correlation'),
  };
}

/** Goes where a link of a job leads to, or does what its page offers. Failures are told. */
export async function followJob(services: Services, followed: FollowedLink): Promise<void> {
  const { profile: environment } = followed.connection;
  await services.report.attempt({ undone: undoneOf(followed.link), environment }, () =>
    follow(services, followed),
  );
}

function undoneOf(link: FollowedLink['link']): string {
  switch (link) {
    case 'replay':
      return vscode.l10n.t('Could not replay the job.');
    case 'touch':
      return vscode.l10n.t('Could not touch the row of the job.');
    case 'register':
      return vscode.l10n.t('Could not register the step of the job anew.');
    default:
      return vscode.l10n.t('Could not follow the link of the job.');
  }
}

async function follow(services: Services, { connection, link, job }: FollowedLink): Promise<void> {
  switch (link) {
    case 'step':
      return revealStep(services, connection, job);
    case 'webhook':
      return revealWebhook(services, connection, job);
    case 'row':
      // Rows of any query come without a job.
      if (job.regarding === undefined)
        services.report.info(
          job.id === ''
            ? vscode.l10n.t('This result does not say which row it is of.')
            : vscode.l10n.t('This job names no row.'),
        );
      else await openRow(services, connection, job.regarding.table, job.regarding.id);
      return;
    case 'job':
      return openRow(services, connection, 'asyncoperation', job.id);
    case 'touch':
      return touch(services, connection, job);
    case 'register':
      return registerAnew(services, connection, job);
    case 'replay':
      return replayJob(services, connection, job.id);
  }
}

async function revealStep(services: Services, connection: Connection, job: LinkedJob): Promise<void> {
  const step = await stepOf(services, connection, job);
  const { profile } = connection;
  const shown = await services.tree.revealStep(profile.id, step.webhookId, step.id);
  if (!shown) tellNotShown(services, step.name);
}

/** The step as it is now; the tree has it, too. */
async function stepOf(
  services: Services,
  connection: Connection,
  { stepId: id }: Pick<LinkedJob, 'stepId'>,
): Promise<Step> {
  const { profile, webhooks } = connection;
  if (id === undefined) {
    services.report.info(vscode.l10n.t('This job belongs to no step.'));
    throw new CancelledError();
  }
  const gone = vscode.l10n.t('The step does not exist any more.');
  const step = await existing(services, gone, () => webhooks.step(id, services.lifetime));
  await loaded(services, connection, step.webhookId, () =>
    (services.states.of(profile.id).steps.get(step.webhookId) ?? []).some((other) => other.id === id),
  );
  return step;
}

/** Writes the row of a job once more with a value it has, after a yes that names it. */
async function touch(services: Services, connection: Connection, job: LinkedJob): Promise<void> {
  const { api, metadata, profile } = connection;
  const { regarding } = job;
  const step = await stepOf(services, connection, job);
  const { lifetime } = services;
  const gone = vscode.l10n.t('The row of this job does not exist any more.');
  const plan =
    regarding === undefined
      ? undefined
      : await existing(services, gone, async () => {
          const table = await metadata.table(regarding.table, lifetime);
          if (table === undefined) return undefined;
          const columns = await metadata.columns(table.logicalName, lifetime);
          const row = { table, id: regarding.id, columns };
          return { touch: await planTouch(api, row, step.filteringColumns, lifetime) };
        });
  if (plan?.touch === undefined) {
    services.report.info(touchImpossible(step));
    return;
  }
  const { question, detail, act } = touchQuestion(plan.touch, step, profile.name);
  if (!(await services.report.confirm(question, detail, act))) return;
  await touchRow(api, plan.touch, lifetime);
  services.report.info(touched(plan.touch));
}

async function registerAnew(services: Services, connection: Connection, job: LinkedJob): Promise<void> {
  const step = await stepOf(services, connection, job);
  const node = { kind: 'step', environmentId: connection.profile.id, step } as const;
  if (!(await duplicateStep(services, [node]))) return;
  const both = vscode.l10n.t('Both fire, and deliver twice, until one of them is deleted or disabled.');
  const question = vscode.l10n.t('The step was registered anew. Delete the old one, "{name}"?', {
    name: step.name,
  });
  if (await services.report.confirm(question, both, vscode.l10n.t('Delete Old Step')))
    await deleteSteps(services, connection, [step]);
}

async function revealWebhook(services: Services, connection: Connection, job: LinkedJob): Promise<void> {
  const { profile, webhooks } = connection;
  const gone = vscode.l10n.t('The webhook does not exist any more.');
  const webhook = await existing(services, gone, async () => {
    const { webhook: named, stepId } = job;
    if (named !== undefined) return webhooks.webhook(named.id, services.lifetime);
    if (stepId === undefined) return undefined;
    const step = await webhooks.step(stepId, services.lifetime);
    return webhooks.webhook(step.webhookId, services.lifetime);
  });
  await loaded(services, connection, webhook.id, () =>
    services.states.of(profile.id).webhooks.some(({ id }) => id === webhook.id),
  );
  const shown = await services.tree.revealWebhook(profile.id, webhook.id);
  if (!shown) tellNotShown(services, webhook.name);
}

/** Reads something that a job names; where it is gone that is said, and nothing else is done. */
async function existing<T>(services: Services, gone: string, read: () => Promise<T | undefined>): Promise<T> {
  try {
    const found = await services.tree.withProgress(read);
    if (found !== undefined) return found;
  } catch (error) {
    if (!DataverseError.is(error, 'notFound')) throw error;
  }
  services.report.info(gone);
  throw new CancelledError();
}

/** Loads what the tree does not have yet: all of it, or the webhook that came since. */
async function loaded(
  { states, tree }: Services,
  { profile }: Connection,
  webhookId: string,
  has: () => boolean,
): Promise<void> {
  if (!states.of(profile.id).complete) await tree.withProgress(() => states.load(profile.id));
  if (!has()) await tree.refreshBranch(profile.id, [webhookId]);
}

function tellNotShown(services: Services, name: string): void {
  services.report.info(
    vscode.l10n.t('"{name}" exists but could not be shown in the tree. Refresh WebHooks, then try again.', {
      name,
    }),
  );
}

async function openRow(
  services: Services,
  { profile }: Connection,
  table: string,
  id: string,
): Promise<void> {
  const address = rowAddress(profile.url, table, id);
  if (address === undefined) {
    services.report.info(
      vscode.l10n.t('{name} has no web application: only environments on https have one.', {
        name: profile.name,
      }),
    );
    return;
  }
  await vscode.env.openExternal(vscode.Uri.parse(address, true));
}
