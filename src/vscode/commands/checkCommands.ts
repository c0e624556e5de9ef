import * as vscode from 'vscode';
import { tryAll } from '../../base/tryAll';
import { DataverseError } from '../../dataverse/errors';
import { checkFlow, checkTitle } from '../../presentation/checks/checkFlow';
import { goesOn } from '../../presentation/flows/unfinishedFlows';
import { failedNames } from '../../presentation/texts/failedNames';
import { findingsOf } from '../../presentation/tree/treeIndex';
import type { TreeNode } from '../../presentation/tree/treeItems';
import type { CheckFinding } from '../../webhooks/checks';
import { fixesAgain, fixesByStep, fixStep, type StepFixes } from '../../webhooks/fixes';
import type { Step } from '../../webhooks/model';
import type { Undo } from '../../webhooks/undo';
import type { Connection } from '../connections';
import { quickInputUi } from '../quickInput';
import { flowHost, tellLeft } from './flowParts';
import type { Services } from './services';
import type { Handlers } from './table';
import { targetEnvironment } from './targets';
import { afterChange, stillKept } from './undoing';

type CheckCommands = Pick<Handlers, 'dataverseWebhooks.checkWebhooks'>;

/** Names the command for a start after one that failed. */
const CHECK = 'checkWebhooks';

/** Commands that look for problems before they hurt. */
export function checkCommands(services: Services): CheckCommands {
  return { 'dataverseWebhooks.checkWebhooks': (nodes) => checkWebhooks(services, nodes) };
}

async function checkWebhooks(services: Services, nodes: readonly TreeNode[]): Promise<void> {
  const connection = await targetEnvironment(services, nodes);
  const { profile } = connection;
  if ((await goesOn(flowHost(services, connection), CHECK)) !== undefined) return;
  const undone = vscode.l10n.t('Could not check the webhooks of {environment}.', {
    environment: profile.name,
  });
  const findings = await services.report.need({ undone, environment: profile }, () =>
    services.tree.withProgress(() => look(services, connection, webhooksAmong(nodes))),
  );
  if (findings.length === 0) {
    services.report.info(
      vscode.l10n.t('No problems were found in {environment}.', { environment: profile.name }),
    );
    return;
  }
  const decision = await checkFlow(quickInputUi(profile.name), profile.name, findings, services.lifetime);
  if (decision.fix.length > 0) await fixAll(services, connection, fixesByStep(decision.fix));
  if (decision.show !== undefined) await show(services, profile.id, decision.show);
}

/** The ids of the webhooks the command was called on; undefined means all of the environment. */
function webhooksAmong(nodes: readonly TreeNode[]): ReadonlySet<string> | undefined {
  const ids = nodes.flatMap((node) =>
    node.kind === 'webhook' ? [node.webhook.id] : node.kind === 'step' ? [node.step.webhookId] : [],
  );
  return ids.length === 0 ? undefined : new Set(ids);
}

/** Looks at the rows as they are now, with the columns of the tables that steps name columns of. */
async function look(
  { states, lifetime }: Services,
  { profile, metadata }: Connection,
  webhooks: ReadonlySet<string> | undefined,
): Promise<readonly CheckFinding[]> {
  await states.load(profile.id, true);
  const { phase, error, steps } = states.of(profile.id);
  if (phase === 'failed') throw error;
  const tables = new Set(
    [...steps.values()]
      .flat()
      .flatMap(({ table, filteringColumns }) =>
        table === undefined || filteringColumns.length === 0 ? [] : [table],
      ),
  );
  const columns = new Map<string, ReadonlySet<string>>();
  await Promise.all(
    [...tables].map(async (table) => {
      try {
        const known = await metadata.columns(table, lifetime);
        columns.set(table, new Set(known.map(({ logicalName }) => logicalName)));
      } catch (reason) {
        // The table of a step may be gone, or be one that the metadata does not show: nothing is known of its columns.
        if (!DataverseError.is(reason, 'notFound')) throw reason;
      }
    }),
  );
  states.setColumns(profile.id, columns);
  const all = findingsOf(states.of(profile.id)).all();
  return webhooks === undefined ? all : all.filter(({ webhook }) => webhooks.has(webhook.id));
}

/**
 * Does all that can be done, with one undo for all of it; what could not is told by name.
 * @param earlier what takes back that which a try before this one has done.
 */
async function fixAll(
  services: Services,
  connection: Connection,
  fixes: readonly StepFixes[],
  earlier: readonly Undo[] = [],
): Promise<void> {
  const { profile, webhooks } = connection;
  const ids = fixes.map(({ step }) => step.id);
  const tried = await services.states.whilePending(profile.id, ids, vscode.l10n.t('Fixing…'), () =>
    tryAll(fixes, (fix) => fixStep(fix, (write) => webhooks.write(write, services.lifetime))),
  );
  const repaired = tried.done.map(({ item, value }) => ({ item, ...value }));
  // One that was half done has an undo for that half, and failed all the same.
  const halves = repaired.filter(({ error }) => error !== undefined);
  const left = [...halves, ...tried.failed];
  const undos = [...stillKept(services, connection, earlier), ...repaired.flatMap((repair) => repair.undos)];
  tellFixed(services, connection, undos, halves.length);
  const [first] = left;
  if (first !== undefined) {
    const failed = left.map(({ item, error }) => ({ name: item.step.name, error }));
    const undone = vscode.l10n.t('Could not fix {failed} of {total} steps: {names}.', {
      failed: failed.length,
      total: fixes.length,
      names: failedNames(failed, profile.name),
    });
    // The undo of another try goes back to the step as it was before this one.
    const others = undos.filter(({ about }) => left.every(({ item }) => item.step.id !== about?.id));
    const again = async (): Promise<void> => {
      const read = ({ step }: StepFixes): Promise<Step> => webhooks.step(step.id, services.lifetime);
      const stillLeft = await Promise.all(left.map(async ({ item }) => fixesAgain(item, await read(item))));
      await fixAll(services, connection, stillLeft, others);
    };
    const title = checkTitle(profile.name);
    tellLeft(services, connection, { keys: [CHECK], title, undone, error: first.error, again });
  }
  const changed = new Set(fixes.map(({ step }) => step.webhookId));
  await services.tree.refreshBranch(profile.id, [...changed]);
}

/** @param halves how many of the steps that have an undo are only half repaired. */
function tellFixed(services: Services, connection: Connection, undos: readonly Undo[], halves: number): void {
  const touched = undos.filter(({ needs }) => needs === undefined).length;
  if (touched === 0) return;
  const count = touched - halves;
  const done =
    count === 0
      ? vscode.l10n.t('Some of the fixes were made.')
      : count === 1
        ? vscode.l10n.t('1 step was fixed.')
        : vscode.l10n.t('{count} steps were fixed.', { count });
  const what =
    touched === 1
      ? vscode.l10n.t('fixing of 1 step')
      : vscode.l10n.t('fixing of {count} steps', { count: touched });
  afterChange(services, connection, { done, what, undos });
}

async function show(services: Services, environmentId: string, finding: CheckFinding): Promise<void> {
  const { webhook, step } = finding;
  if (step === undefined) await services.tree.revealWebhook(environmentId, webhook.id);
  else await services.tree.revealStep(environmentId, webhook.id, step.id);
}
