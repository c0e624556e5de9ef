import * as l10n from '@vscode/l10n';
import type { CheckFinding, CheckSeverity } from '../../webhooks/checks';
import { BACK, type PickChoice, type WizardUi } from '../../wizard/ui';
import { checkLabel, checkReason, fixText, severityLabel } from '../texts/checkTexts';

/** What the user decided. */
export interface CheckDecision {
  readonly fix: readonly CheckFinding[];
  /** A finding that only a person can settle: it is shown in the tree. */
  readonly show: CheckFinding | undefined;
}

const RANK = { error: 0, warning: 1, info: 2 } as const satisfies Record<CheckSeverity, number>;

/**
 * The findings webhook by webhook, those with the worst first; within a webhook the worst first too. Of two that are
 * equally bad the one that can be fixed here comes first.
 */
export function orderedFindings(findings: readonly CheckFinding[]): readonly CheckFinding[] {
  const groups = [...Map.groupBy(findings, ({ webhook }) => webhook.id).values()].map((group) =>
    group.toSorted((a, b) => rank(a) - rank(b)),
  );
  return groups.sort((a, b) => rankOf(a) - rankOf(b)).flat();
}

function rankOf([worst]: readonly CheckFinding[]): number {
  return worst === undefined ? Infinity : rank(worst);
}

function rank({ severity, fix }: CheckFinding): number {
  return 2 * RANK[severity] + (fix === undefined ? 1 : 0);
}

/** What the check of an environment is called. */
export function checkTitle(environmentName: string): string {
  return l10n.t('Check WebHooks in {environment}', { environment: environmentName });
}

/**
 * Shows what was found, lets the user tick what to fix, and asks once with everything that will be changed. What has no
 * fix can be ticked too: it is shown in the tree. Rejects with `CancelledError` when the user leaves.
 */
export async function checkFlow(
  ui: WizardUi,
  environmentName: string,
  findings: readonly CheckFinding[],
  signal: AbortSignal,
): Promise<CheckDecision> {
  const title = checkTitle(environmentName);
  const choices = orderedFindings(findings).map(findingChoice);
  let picked: readonly CheckFinding[] = [];
  for (;;) {
    const answer = await ui.pickMany(
      { title, number: 1, total: 2, canGoBack: false },
      { placeholder: placeholder(findings), choices, isPicked: (finding) => picked.includes(finding) },
      signal,
    );
    picked = answer === BACK ? [] : answer;
    const decision = await decide(ui, title, picked, signal);
    if (decision !== BACK) return decision;
  }
}

function placeholder(findings: readonly CheckFinding[]): string {
  const fixable = findings.filter(({ fix }) => fix !== undefined).length;
  return l10n.t('Tick what to fix ({fixable} of {count} can be fixed here)', {
    count: findings.length,
    fixable,
  });
}

function findingChoice(finding: CheckFinding): PickChoice<CheckFinding> {
  const { webhook, step, severity, fix } = finding;
  const how =
    fix === undefined
      ? l10n.t('No fix here; ticked, it is shown in the tree.')
      : l10n.t('Fix: {fix}.', { fix: fixText(fix) });
  return {
    value: finding,
    label: checkLabel(finding),
    // The icon alone says nothing to a screen reader.
    description: [severityLabel(severity), ...(step === undefined ? [] : [step.name])].join(' · '),
    // What can be done stands first, because a long line is cut.
    detail: fix === undefined ? `${checkReason(finding)} ${how}` : `${how} ${checkReason(finding)}`,
    icon: severity,
    group: webhook.name,
  };
}

/** Asks before anything is changed. A change that is chosen is left out. */
async function decide(
  ui: WizardUi,
  title: string,
  picked: readonly CheckFinding[],
  signal: AbortSignal,
): Promise<CheckDecision | typeof BACK> {
  const show = picked.find(({ fix }) => fix === undefined);
  let fix = picked.filter((finding) => finding.fix !== undefined);
  while (fix.length > 0) {
    const act: PickChoice<CheckFinding | 'act'> = {
      value: 'act',
      label:
        fix.length === 1 ? l10n.t('Fix 1 Problem') : l10n.t('Fix {count} Problems', { count: fix.length }),
      detail: l10n.t('A step that somebody has changed meanwhile is left as it is.'),
      icon: 'wrench',
    };
    const answer = await ui.pick(
      { title, number: 2, total: 2, canGoBack: true },
      {
        placeholder: l10n.t('Fix, or choose a change to leave it out'),
        choices: [act, ...fix.map(changeChoice)],
        isCurrent: (value) => value === 'act',
      },
      signal,
    );
    if (answer === BACK) return BACK;
    if (answer === 'act') return { fix, show };
    fix = fix.filter((finding) => finding !== answer);
  }
  return { fix, show };
}

function changeChoice(finding: CheckFinding): PickChoice<CheckFinding | 'act'> {
  return {
    value: finding,
    label: finding.step?.name ?? finding.webhook.name,
    description: finding.fix === undefined ? '' : fixText(finding.fix),
    group: l10n.t('What will be changed'),
  };
}
