import * as vscode from 'vscode';
import { CancelledError } from '../../base/errors';
import { DataverseError } from '../../dataverse/errors';
import { failedJobsPath } from '../../jobs/jobQueries';
import type { Job, JobScope } from '../../jobs/model';
import { jobOf } from '../../jobs/rows';
import { replayChoice, replayPlan } from '../../presentation/send/replay';
import { testBody } from '../../presentation/send/testBody';
import { stepsOf } from '../../presentation/tree/environmentState';
import type { TreeNode } from '../../presentation/tree/treeItems';
import type { Step, Webhook } from '../../webhooks/model';
import type { Connection } from '../connections';
import type { OpenDelivery } from '../send/deliveryDocuments';
import { pickAct } from '../send/testSecrets';
import { attemptSend, testEnvironment } from './sendCommands';
import type { Services } from './services';
import type { Handlers } from './table';
import { pickOne, targetEnvironment } from './targets';

type ReplayCommands = Pick<Handlers, 'dataverseWebhooks.replayJob'>;

/** Failed jobs that are offered, the newest ones. */
const MOST_JOBS = 50;

/** Sends what a failed job could not deliver once more, rebuilt from the row as it is now. */
export function jobReplayCommands(services: Services): ReplayCommands {
  return {
    'dataverseWebhooks.replayJob': async (nodes) => {
      const connection = await targetEnvironment(services, nodes);
      const job = await pickJob(services, connection, scopeOf(services, nodes));
      await replayJob(services, connection, job.id);
    },
  };
}

function scopeOf(services: Services, [node]: readonly TreeNode[]): JobScope {
  if (node?.kind === 'step') return { kind: 'step', stepId: node.step.id };
  if (node?.kind !== 'webhook') return { kind: 'environment' };
  const steps = stepsOf(services.states.of(node.environmentId), node.webhook.id);
  return { kind: 'webhook', webhookId: node.webhook.id, stepIds: steps.map(({ id }) => id) };
}

async function pickJob(services: Services, connection: Connection, scope: JobScope): Promise<Job> {
  const query = { language: 'webApi', text: failedJobsPath(scope) } as const;
  const undone = vscode.l10n.t('Could not load the failed jobs of {environment}.', {
    environment: connection.profile.name,
  });
  const what = { undone, environment: connection.profile };
  const jobs = await services.report.need(what, () =>
    services.tree.withProgress(async () => {
      for await (const page of connection.jobs.run(query, services.lifetime, { rowsPerPage: MOST_JOBS }))
        return page.rows.map(jobOf);
      return [];
    }),
  );
  const none = vscode.l10n.t('{environment} has no failed job for this.', {
    environment: connection.profile.name,
  });
  const choices = jobs.map((value) => ({ value, ...replayChoice(value) }));
  return pickOne(services, vscode.l10n.t('Which failed job?'), choices, none, 'always');
}

/** Rebuilds the body of a job, says that it is rebuilt, and sends it or opens it, as the user wants. */
export async function replayJob(services: Services, connection: Connection, jobId: string): Promise<void> {
  const { profile, api } = connection;
  const { job, step, webhook } = await services.tree.withProgress(() => load(services, connection, jobId));
  const act = await pickAct(vscode.l10n.t('Replay to {name}', { name: webhook.name }), [
    {
      label: vscode.l10n.t('Send Now'),
      detail: vscode.l10n.t('Rebuilt from the row as it is now, not recorded.'),
      value: 'send' as const,
    },
    {
      label: vscode.l10n.t('Open the Body'),
      detail: vscode.l10n.t('As JSON that can be changed; it is sent from there.'),
      value: 'open' as const,
    },
  ]);
  if (act === undefined) throw new CancelledError();
  const plan = replayPlan(job, step);
  const body = await services.tree.withProgress(() =>
    testBody({ ...testEnvironment(connection), api }, plan, services.lifetime),
  );
  const delivery: OpenDelivery = {
    environmentId: profile.id,
    webhook,
    stepId: step.id,
    url: webhook.url,
    asynchronous: true,
    sizeExceeded: false,
    origin: { notes: body.notes, rebuilt: true },
  };
  if (act === 'send') await attemptSend(services, delivery, body.text);
  else await services.sending.documents.show(body.text, delivery);
}

interface Loaded {
  readonly job: Job;
  readonly step: Step;
  readonly webhook: Webhook;
}

async function load(services: Services, { jobs, webhooks }: Connection, jobId: string): Promise<Loaded> {
  const job = await jobs.job(jobId, services.lifetime);
  if (job.stepId === undefined) {
    services.report.info(vscode.l10n.t('This job belongs to no step, so there is no webhook to send to.'));
    throw new CancelledError();
  }
  try {
    const step = await webhooks.step(job.stepId, services.lifetime);
    return { job, step, webhook: await webhooks.webhook(step.webhookId, services.lifetime) };
  } catch (error) {
    if (!DataverseError.is(error, 'notFound')) throw error;
    services.report.info(
      vscode.l10n.t('The step of this job was deleted, so there is no webhook to send to.'),
    );
    throw new CancelledError();
  }
}
