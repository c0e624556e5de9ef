import * as l10n from '@vscode/l10n';
import type { Image, OtherEndpoint, Step, Webhook } from '../../webhooks/model';
import { suggestedStepName, supportsFilteringColumns } from '../../webhooks/stepRules';
import { checkLabel, checkReason, problemCount, severityLabel } from '../texts/checkTexts';
import { oneLine } from '../texts/plainText';
import { failedCount, stepCount } from '../texts/filterTexts';
import { shownUrl } from '../texts/urlText';
import {
  authTypeLabel,
  deploymentLabel,
  imageTypeLabel,
  modeLabel,
  stageLabel,
  stepNameUnder,
  tableLabel,
} from '../texts/webhookTexts';
import { stepsOf, type EnvironmentState } from './environmentState';
import { isFiltered, type ShownRows } from './treeFilter';
import { findingsOf, treeIndex } from './treeIndex';
import type { TooltipLine, TreeItemModel } from './treeItems';
import { rowKey } from './treeKeys';
import { momentText } from '../texts/readerLocale';

/** Steps that a filter left under webhooks which are opened by themselves; more would be a wall. */
const OPENED_STEPS = 50;

/**
 * A webhook: the host, how many steps, and then only what is not as it should be. The rest is in the tooltip.
 * @param shown what a filter left; a webhook is opened when the few steps under it are what was looked for.
 */
export function webhookItem(
  environmentId: string,
  webhook: Webhook,
  state: EnvironmentState,
  shown: ShownRows,
): TreeItemModel {
  const steps = stepsOf(state, webhook.id);
  const left = shown.steps.get(webhook.id)?.length ?? 0;
  const disabled = countDisabled(steps);
  const pending = state.pending.get(webhook.id);
  const opened = isFiltered(shown.view) && shown.stepCount <= OPENED_STEPS;
  return {
    id: rowKey(environmentId, 'webhook', webhook.id),
    label: oneLine(webhook.name),
    description: pending ?? webhookDescription(webhook, state, steps.length, disabled),
    tooltip: () => [
      { label: l10n.t('WebHook'), value: webhook.name },
      ...findingLines(state, webhook.id, webhook.id),
      { label: l10n.t('URL'), value: shownUrl(webhook.url) },
      { label: l10n.t('Authentication'), value: authTypeLabel(webhook.authType) },
      { label: l10n.t('Secret'), value: webhook.hasSecret ? l10n.t('stored') : l10n.t('none stored') },
      {
        label: l10n.t('Steps'),
        value: l10n.t('{count}, {disabled} disabled', { count: steps.length, disabled }),
      },
      ...(webhook.description === '' ? [] : [{ label: l10n.t('Description'), value: webhook.description }]),
      ...(webhook.managed ? [{ label: l10n.t('Managed'), value: l10n.t('yes') }] : []),
      ...changedLine(webhook.modifiedOn),
    ],
    icon: markIcon(state, webhook.id, webhook.id) ?? 'globe',
    contextValue: contextValue(['webhook', editability(webhook), pending === undefined ? undefined : 'busy']),
    expandable: left === 0 ? 'no' : opened ? 'expanded' : 'collapsed',
  };
}

function countDisabled(steps: readonly Step[]): number {
  return steps.reduce((count, { enabled }) => (enabled ? count : count + 1), 0);
}

function webhookDescription(
  webhook: Webhook,
  state: EnvironmentState,
  count: number,
  disabled: number,
): string {
  const failed = state.failures === undefined ? 0 : failedOf(state, stepsOf(state, webhook.id));
  const problems = findingsOf(state).serious(webhook.id);
  // While pages still come, a number would be read as the number.
  const counts = state.complete ? [stepCount(count)] : [];
  return [
    // Asked for and counted, so it stands where it is not cut off.
    ...(failed === 0 || state.failures === undefined ? [] : [failedCount(failed, state.failures)]),
    hostOf(webhook.url),
    ...counts,
    ...(disabled === 0 ? [] : [l10n.t('{count} disabled', { count: disabled })]),
    ...(problems === 0 ? [] : [problemCount(problems)]),
  ].join(', ');
}

function failedOf({ failures }: EnvironmentState, steps: readonly Step[]): number {
  return steps.reduce((sum, step) => sum + (failures?.byStep.get(step.id) ?? 0), 0);
}

/** A step: what it fires on, and of the rest only what is unusual. */
export function stepItem(
  environmentId: string,
  step: Step,
  state: EnvironmentState,
  shown: ShownRows,
): TreeItemModel {
  const pending = state.pending.get(step.id);
  const what = firesOn(step);
  const webhook = treeIndex(state).webhooks.get(step.webhookId);
  // In another group than its webhook's, a step says where it calls.
  const where = shown.view.groupBy === 'webhook' || webhook === undefined ? [] : [webhook.name];
  const label = stepNameUnder(webhook?.name ?? '', step.name);
  // A name that says it already says it in English, as it is written to the service.
  const event = { message: step.message.name, table: step.table };
  const says = label === what || step.name === suggestedStepName(webhook?.name ?? '', event);
  const firing = says ? [] : [what];
  return {
    id: rowKey(environmentId, 'step', step.id),
    label: oneLine(label),
    spoken: oneLine(step.name),
    description:
      pending ?? oneLine([...failing(step, state), ...firing, ...where, ...unusual(step, state)].join(', ')),
    tooltip: () => [
      { label: l10n.t('Step'), value: step.name },
      ...findingLines(state, step.id, step.webhookId),
      ...(where.length === 0 ? [] : [{ label: l10n.t('WebHook'), value: where.join('') }]),
      ...stepLines(step, what),
    ],
    icon: step.enabled ? (markIcon(state, step.id, step.webhookId) ?? 'zap') : 'circle-slash',
    contextValue: contextValue([
      'step',
      step.enabled ? 'enabled' : 'disabled',
      step.mode === 'asynchronous' ? 'async' : 'sync',
      editability(step),
      pending === undefined ? undefined : 'busy',
    ]),
    expandable: step.images.length === 0 ? 'no' : 'collapsed',
  };
}

function firesOn(step: Step): string {
  return l10n.t('{message} of {table}', { message: step.message.name, table: tableLabel(step.table) });
}

function failing(step: Step, { failures }: EnvironmentState): readonly string[] {
  const failed = failures?.byStep.get(step.id) ?? 0;
  return failed === 0 || failures === undefined ? [] : [failedCount(failed, failures)];
}

function unusual(step: Step, state: EnvironmentState): readonly string[] {
  const problems = findingsOf(state)
    .ofRow(step.id, step.webhookId)
    .filter(({ severity }) => severity !== 'info').length;
  return [
    ...(step.stage === 'postOperation' ? [] : [stageLabel(step.stage)]),
    ...(step.mode === 'synchronous' ? [l10n.t('synchronous')] : []),
    ...(step.rank === 1 ? [] : [l10n.t('rank {rank}', { rank: step.rank })]),
    ...(step.enabled ? [] : [l10n.t('disabled')]),
    ...(problems === 0 ? [] : [problemCount(problems)]),
  ];
}

function stepLines(step: Step, what: string): readonly TooltipLine[] {
  const { filteringColumns, message } = step;
  const columns = filteringColumns.length === 0 ? l10n.t('all') : filteringColumns.join(', ');
  const filters = filteringColumns.length > 0 || supportsFilteringColumns(message.name);
  return [
    { label: l10n.t('Fires on'), value: what },
    { label: l10n.t('Stage'), value: stageLabel(step.stage) },
    { label: l10n.t('Mode'), value: modeLabel(step.mode) },
    { label: l10n.t('Execution order'), value: String(step.rank) },
    ...(filters ? [{ label: l10n.t('Filtering attributes'), value: columns }] : []),
    ...(step.mode === 'asynchronous'
      ? [
          {
            label: l10n.t('Delete the job when it succeeds'),
            value: step.deleteJobOnSuccess ? l10n.t('yes') : l10n.t('no'),
          },
        ]
      : []),
    { label: l10n.t('State'), value: step.enabled ? l10n.t('enabled') : l10n.t('disabled') },
    { label: l10n.t('Deployment'), value: deploymentLabel(step.deployment) },
    ...(step.runAsUserId === undefined
      ? []
      : [{ label: l10n.t('Runs as'), value: step.runAsUserName ?? step.runAsUserId }]),
    ...(step.description === '' ? [] : [{ label: l10n.t('Description'), value: step.description }]),
    ...(step.managed ? [{ label: l10n.t('Managed'), value: l10n.t('yes') }] : []),
    ...changedLine(step.modifiedOn),
  ];
}

/** An image of a step. */
export function imageItem(environmentId: string, image: Image, state: EnvironmentState): TreeItemModel {
  const columns = image.columns.length === 0 ? l10n.t('all') : image.columns.join(', ');
  const step = treeIndex(state).steps().get(image.stepId);
  return {
    id: rowKey(environmentId, 'image', image.id),
    label: oneLine(image.alias),
    description: state.pending.get(image.id) ?? imageTypeLabel(image.type),
    tooltip: () => [
      { label: l10n.t('Image'), value: image.name },
      { label: l10n.t('Alias'), value: image.alias },
      { label: l10n.t('Type'), value: imageTypeLabel(image.type) },
      { label: l10n.t('Message property'), value: image.messageProperty },
      { label: l10n.t('Columns'), value: columns },
    ],
    icon: 'file-media',
    contextValue: contextValue(['image', step === undefined ? 'locked' : editability(step)]),
    expandable: 'no',
  };
}

/** An endpoint that is no webhook: shown so that nothing is missed, and never changed. */
export function endpointItem(
  environmentId: string,
  endpoint: OtherEndpoint,
  state: EnvironmentState,
): TreeItemModel {
  const steps = stepsOf(state, endpoint.id);
  return {
    id: rowKey(environmentId, 'endpoint', endpoint.id),
    label: oneLine(endpoint.name),
    description: oneLine([endpoint.contractLabel, l10n.t('read-only')].join(', ')),
    tooltip: () => [
      { label: l10n.t('Endpoint'), value: endpoint.name },
      { label: l10n.t('Contract'), value: endpoint.contractLabel },
      { label: l10n.t('Address'), value: shownUrl(endpoint.address) },
      { label: l10n.t('Steps'), value: String(steps.length) },
      ...(endpoint.managed ? [{ label: l10n.t('Managed'), value: l10n.t('yes') }] : []),
    ],
    icon: 'lock',
    contextValue: contextValue(['endpoint']),
    expandable: steps.length === 0 ? 'no' : 'collapsed',
  };
}

/** A step of an endpoint that is no webhook. */
export function endpointStepItem(environmentId: string, step: Step): TreeItemModel {
  const what = firesOn(step);
  return {
    id: rowKey(environmentId, 'endpointStep', step.id),
    label: oneLine(step.name),
    description: oneLine([what, ...(step.enabled ? [] : [l10n.t('disabled')])].join(', ')),
    tooltip: () => [{ label: l10n.t('Step'), value: step.name }, ...stepLines(step, what)],
    icon: step.enabled ? 'zap' : 'circle-slash',
    contextValue: contextValue(['endpointStep']),
    expandable: 'no',
  };
}

/**
 * The grammar that the manifest's `viewItem` expressions match: the kind, then what is true of the row, in this order.
 * `environment[+sandbox]`, `webhook+(editable|locked)[+busy]`, `step+(enabled|disabled)+(async|sync)+(editable|locked)[+busy]`,
 * `image`, `group`, `endpoint`, `endpointStep`, `more`, `problem`.
 */
export function contextValue(parts: ReadonlyArray<string | undefined>): string {
  return parts.filter((part) => part !== undefined).join('+');
}

/** The icon of the worst that was found about a row; what is only worth knowing changes no icon. */
function markIcon(state: EnvironmentState, id: string, webhookId: string): 'error' | 'warning' | undefined {
  const severities = findingsOf(state)
    .ofRow(id, webhookId)
    .map(({ severity }) => severity);
  if (severities.includes('error')) return 'error';
  return severities.includes('warning') ? 'warning' : undefined;
}

function findingLines(state: EnvironmentState, id: string, webhookId: string): readonly TooltipLine[] {
  return findingsOf(state)
    .ofRow(id, webhookId)
    .map((finding) => ({
      label: severityLabel(finding.severity),
      value: `${checkLabel(finding)}. ${checkReason(finding)}`,
    }));
}

function editability(row: {
  readonly managed: boolean;
  readonly customizable: boolean;
}): 'editable' | 'locked' {
  return row.managed && !row.customizable ? 'locked' : 'editable';
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? oneLine(shownUrl(url));
}

function changedLine(modifiedOn: string | undefined): readonly TooltipLine[] {
  if (modifiedOn === undefined) return [];
  const moment = new Date(modifiedOn);
  const value = Number.isNaN(moment.getTime()) ? oneLine(modifiedOn) : momentText(moment);
  return [{ label: l10n.t('Changed'), value }];
}
