import * as vscode from 'vscode';
import { CancelledError } from '../../base/errors';
import { DataverseError } from '../../dataverse/errors';
import { rowAddress } from '../../environments/webApplication';
import type { JobLink } from '../../protocol/jobs';
import type { Connection } from '../connections';
import type { FollowedLink } from '../panels/jobsPanels';
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
  services.panels.onFollow((followed) => {
    const undone = vscode.l10n.t('Could not follow the link of the job.');
    void services.report.attempt({ undone, environment: followed.connection.profile }, () =>
      follow(services, followed),
    );
  });
  const active = async (link: JobLink): Promise<void> => services.panels.active?.followActive(link);
  return {
    'dataverseWebhooks.revealJobStep': () => active('step'),
    'dataverseWebhooks.revealJobWebhook': () => active('webhook'),
    'dataverseWebhooks.openJobRow': () => active('row'),
    'dataverseWebhooks.openJob': () => active('job'),
    'dataverseWebhooks.showCorrelatedJobs': () => active('correlation'),
  };
}

async function follow(services: Services, { connection, link, job }: FollowedLink): Promise<void> {
  switch (link) {
    case 'step':
      return revealStep(services, connection, job);
    case 'webhook':
      return revealWebhook(services, connection, job);
    case 'row':
      if (job.regarding === undefined) services.report.info(vscode.l10n.t('This job names no row.'));
      else await openRow(services, connection, job.regarding.table, job.regarding.id);
      return;
    case 'job':
      return openRow(services, connection, 'asyncoperation', job.id);
  }
}

async function revealStep(services: Services, connection: Connection, job: LinkedJob): Promise<void> {
  const { profile, webhooks } = connection;
  const id = job.stepId;
  if (id === undefined) {
    services.report.info(vscode.l10n.t('This job belongs to no step.'));
    return;
  }
  const gone = vscode.l10n.t('The step does not exist any more.');
  const step = await existing(services, gone, () => webhooks.step(id, services.lifetime));
  await loaded(services, connection, step.webhookId, () =>
    (services.states.of(profile.id).steps.get(step.webhookId) ?? []).some((other) => other.id === id),
  );
  const shown = await services.tree.revealStep(profile.id, step.webhookId, id, { focus: true });
  if (!shown) tellNotShown(services, step.name);
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
  const shown = await services.tree.revealWebhook(profile.id, webhook.id, { focus: true });
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
