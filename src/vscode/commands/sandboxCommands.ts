import * as vscode from 'vscode';
import { CancelledError } from '../../base/errors';
import { isLoopbackHost } from '../../base/hosts';
import * as odata from '../../dataverse/odata';
import type { Column, Table } from '../../dataverse/metadata';
import { composedColumns } from '../../presentation/send/rowCells';
import { usualColumns } from '../../presentation/send/usualColumns';
import {
  actOfMessage,
  triggeredText,
  triggerStart,
  triggerWizard,
  triggerWrite,
  type TriggerAct,
  type TriggerContext,
  type TriggerTable,
  type TriggerWrite,
} from '../../presentation/send/triggerFlow';
import { isTriggerColumn } from '../../presentation/send/triggerValues';
import type { TreeNode } from '../../presentation/tree/treeItems';
import { findRows } from '../../webhooks/deliveryFacts';
import { runWizard } from '../../wizard/wizard';
import type { Connection } from '../connections';
import { quickInputUi } from '../quickInput';
import type { Services } from './services';
import type { Handlers } from './table';
import { targetEnvironment } from './targets';

type SandboxCommands = Pick<Handlers, 'dataverseWebhooks.triggerChange'>;

/** Commands that make something happen in the sandbox. */
export function sandboxCommands(services: Services): SandboxCommands {
  return { 'dataverseWebhooks.triggerChange': (nodes) => triggerChange(services, nodes) };
}

/** Rows are made up and deleted for a test only where that harms nobody: on servers of this machine. */
function isLocal({ profile }: Connection): boolean {
  return profile.sandbox || isLoopbackHost(new URL(profile.url).hostname);
}

async function triggerChange(services: Services, nodes: readonly TreeNode[]): Promise<void> {
  const connection = await targetEnvironment(services, nodes, isLocal);
  const { profile } = connection;
  if (!isLocal(connection)) {
    services.report.info(
      vscode.l10n.t(
        'Trigger writes rows, so it is for the sandbox and servers of this machine. Change a row of {environment} in its own app.',
        { environment: profile.name },
      ),
    );
    return;
  }
  const [node] = nodes;
  const step = node?.kind === 'step' ? node.step : undefined;
  const known = {
    act: step === undefined ? undefined : actOfMessage(step.message.name),
    table: step?.table,
  };
  const start = known.act === undefined ? triggerStart : { ...triggerStart, ...known };
  const context = triggerContext(services, connection, step?.filteringColumns ?? []);
  const wizard = triggerWizard(context, start);
  const answers = await runWizard(wizard, quickInputUi(profile.name), start, services.lifetime);
  const undone = vscode.l10n.t('Could not trigger the change.');
  await services.report.attempt({ undone, environment: profile }, async () => {
    const write = await triggerWrite(context, answers, services.lifetime);
    if (write === undefined) return;
    await services.tree.withProgress(() => runTrigger(connection, write, services.lifetime));
    services.report.info(triggeredText(write));
  });
}

function triggerContext(
  services: Services,
  connection: Connection,
  filtering: readonly string[],
): TriggerContext {
  const { api, metadata, profile } = connection;
  const table = async (name: string, signal: AbortSignal): Promise<Table> => {
    const found = await metadata.table(name, signal);
    if (found === undefined) throw new CancelledError();
    return found;
  };
  return {
    environmentName: profile.name,
    now: () => Date.now(),
    tables: async (act, signal) =>
      writableTables(await metadata.tables(signal), tablesWithSteps(services, connection, act)),
    rows: async (name, text, signal) => findRows(api, await table(name, signal), text, signal),
    columns: async (act, name, signal) =>
      writableColumns(act, await table(name, signal), await metadata.columns(name, signal), filtering),
    choices: async (name, column, signal) => {
      const known = (await metadata.columns(name, signal)).find((one) => one.logicalName === column.name);
      return known === undefined ? [] : metadata.choices(name, known, signal);
    },
  };
}

function tablesWithSteps(services: Services, { profile }: Connection, act: TriggerAct): ReadonlySet<string> {
  const steps = [...services.states.of(profile.id).steps.values()].flat();
  return new Set(
    steps.flatMap(({ message, table }) =>
      table !== undefined && actOfMessage(message.name) === act ? [table] : [],
    ),
  );
}

/** Tables of the business; those of registration and of jobs have commands of their own. */
const PLATFORM =
  /^(sdkmessage|serviceendpoint|solution|asyncoperation|plugintracelog|organization|systemuser|businessunit|team|publisher|bulkdelete|transactioncurrency)/;

function writableTables(tables: readonly Table[], withSteps: ReadonlySet<string>): readonly TriggerTable[] {
  return tables
    .filter(
      ({ logicalName, entitySetName, isIntersect }) =>
        entitySetName !== undefined && !isIntersect && !PLATFORM.test(logicalName),
    )
    .map(({ logicalName, label }) => ({ name: logicalName, label, hasStep: withSteps.has(logicalName) }));
}

function writableColumns(
  act: TriggerAct,
  table: Table,
  columns: readonly Column[],
  filtering: readonly string[],
): Awaited<ReturnType<TriggerContext['columns']>> {
  const writable = columns.filter(
    (column) =>
      isTriggerColumn(column) &&
      column.attributeOf === undefined &&
      (act === 'create' ? column.isValidForCreate : column.isValidForUpdate),
  );
  const composed = {
    name: table.logicalName,
    key: table.primaryIdColumn ?? '',
    ...(table.primaryNameColumn === undefined ? {} : { primaryName: table.primaryNameColumn }),
    columns: composedColumns(writable),
  };
  const usual = usualColumns(act === 'create' ? 'Create' : 'Update', composed, writable);
  return {
    all: writable.map(({ logicalName, label, type }) => ({ name: logicalName, label, type })),
    usual: filtering.length > 0 ? filtering.slice(0, 1) : usual,
  };
}

async function runTrigger(
  { api, metadata }: Connection,
  write: TriggerWrite,
  signal: AbortSignal,
): Promise<void> {
  const set = (await metadata.table(write.table, signal))?.entitySetName;
  if (set === undefined) return;
  switch (write.act) {
    case 'create':
      await api.create(set, write.body, { signal });
      return;
    case 'update':
      await api.update(odata.row(set, write.row.id), write.body, { signal });
      return;
    case 'delete':
      await api.remove(odata.row(set, write.row.id), { signal });
      return;
  }
}
