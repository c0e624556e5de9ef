import { isLoopbackHost, isPrivateHost } from '../base/hosts';
import type { Step, Webhook } from './model';

/** What can be wrong with a webhook or a step, by itself. */
export type CheckRule =
  | 'badUrl'
  | 'port'
  | 'loopback'
  | 'privateHost'
  | 'http'
  | 'noSecret'
  | 'noSteps'
  | 'disabledManaged'
  | 'disabled'
  | 'noFilter'
  | 'synchronous'
  | 'jobsKept'
  | 'duplicate'
  | 'missingColumns';

/** `error`: it does not work. `warning`: it is likely to hurt. `info`: worth knowing. */
export type CheckSeverity = 'error' | 'warning' | 'info';

/** What would repair it. All of them are updates of one step. */
export type CheckFix =
  | { readonly kind: 'enable' }
  | { readonly kind: 'disable' }
  | { readonly kind: 'deleteJobs' }
  | { readonly kind: 'setColumns'; readonly columns: readonly string[] };

/** One thing that was found. Without a step it is about the webhook itself. */
export interface CheckFinding {
  readonly rule: CheckRule;
  readonly severity: CheckSeverity;
  readonly webhook: Webhook;
  readonly step: Step | undefined;
  /** What the sentence about it names: plain data, nothing of a URL but its host and port. */
  readonly details: Readonly<Record<string, string>>;
  readonly fix: CheckFix | undefined;
}

export interface CheckInput {
  readonly webhooks: readonly Webhook[];
  /** By the id of their webhook. */
  readonly steps: ReadonlyMap<string, readonly Step[]>;
  /** The environment runs on this machine: it reaches addresses on this machine, and any port. */
  readonly environmentIsLocal: boolean;
  /** Logical names of the columns of a table, for the tables whose metadata is loaded. */
  readonly columns?: ReadonlyMap<string, ReadonlySet<string>>;
}

const SEVERITY = {
  badUrl: 'error',
  port: 'error',
  loopback: 'error',
  missingColumns: 'error',
  // A name of one's own network may have an address on the internet as well; `checkUrl` of the wizard says the same.
  privateHost: 'warning',
  http: 'warning',
  noSecret: 'warning',
  disabledManaged: 'warning',
  noFilter: 'warning',
  duplicate: 'warning',
  noSteps: 'info',
  disabled: 'info',
  synchronous: 'info',
  jobsKept: 'info',
} as const satisfies Record<CheckRule, CheckSeverity>;

/** How serious a finding of a rule is. */
export function severityOf(rule: CheckRule): CheckSeverity {
  return SEVERITY[rule];
}

/** Everything that was found, webhook by webhook in the given order: first the webhook itself, then its steps. */
export function checkWebhooks(input: CheckInput): readonly CheckFinding[] {
  const check = startCheck(input);
  return input.webhooks.flatMap((webhook) => checkedWebhook(check, webhook));
}

/** A check that goes on webhook by webhook, for a view that shows only some of them. */
export interface Check {
  readonly input: CheckInput;
  readonly byUrl: ReadonlyMap<string, readonly Webhook[]>;
  /** Copies with their originals, by address; for the addresses that were looked at. */
  readonly copies: Map<string, ReadonlyMap<string, Step>>;
}

/** A check of which nothing has been looked at yet. */
export function startCheck(input: CheckInput): Check {
  return { input, byUrl: Map.groupBy(input.webhooks, urlOf), copies: new Map() };
}

function urlOf({ url }: Webhook): string {
  return url;
}

/** What is found about one webhook and its steps. */
export function checkedWebhook(check: Check, webhook: Webhook): readonly CheckFinding[] {
  const { input } = check;
  const findings: CheckFinding[] = [];
  const steps = input.steps.get(webhook.id) ?? [];
  const copies = copiesOf(check, webhook);
  checkWebhook(webhook, steps, input.environmentIsLocal, findings);
  for (const step of steps) checkStep({ webhook, step, input, original: copies.get(step.id) }, findings);
  return findings;
}

function checkWebhook(
  webhook: Webhook,
  steps: readonly Step[],
  local: boolean,
  findings: CheckFinding[],
): void {
  const add = (rule: CheckRule, details: Readonly<Record<string, string>> = {}): void => {
    findings.push({
      rule,
      severity: severityOf(rule),
      webhook,
      step: undefined,
      details,
      fix: undefined,
    });
  };
  checkUrl(webhook.url, local, add);
  // The other authentication types belong to other endpoints; of those nothing is known (FACTS 4).
  if (!webhook.hasSecret && webhook.authType !== 'other') add('noSecret');
  if (steps.length === 0) add('noSteps');
}

/** The rules of FACTS 5.3, applied to what is stored: other tools write what ours refuses. */
function checkUrl(
  text: string,
  local: boolean,
  add: (rule: CheckRule, details?: Readonly<Record<string, string>>) => void,
): void {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    add('badUrl');
    return;
  }
  const { hostname, port, protocol } = url;
  const loopback = isLoopbackHost(hostname);
  if (loopback && local) return;
  if (loopback) {
    add('loopback', { host: hostname });
    return;
  }
  // URL.port is empty for the scheme's own port, which is the only one that is called (FACTS 5.3).
  if (port !== '') add('port', { port });
  if (!local && isPrivateHost(hostname)) add('privateHost', { host: hostname });
  if (protocol === 'http:') add('http');
}

interface StepCase {
  readonly webhook: Webhook;
  readonly step: Step;
  readonly input: CheckInput;
  /** The step that does the same, when this one is the copy. */
  readonly original: Step | undefined;
}

function checkStep(given: StepCase, findings: CheckFinding[]): void {
  const { webhook, step, original } = given;
  const locked = step.managed && !step.customizable;
  const add = (rule: CheckRule, fix?: CheckFix, details: Readonly<Record<string, string>> = {}): void => {
    // A locked step takes no change of its columns (FACTS 9); enabling and disabling works as a rule (UNVERIFIED).
    const possible = !locked || fix?.kind === 'enable' || fix?.kind === 'disable';
    const severity = severityOf(rule);
    findings.push({ rule, severity, webhook, step, details, fix: possible ? fix : undefined });
  };
  checkColumns(given, add);
  if (!step.enabled) {
    add(step.managed ? 'disabledManaged' : 'disabled', { kind: 'enable' });
    // What follows is about what a step does, and a disabled one does nothing.
    return;
  }
  // Filtering attributes are documented for Update (FACTS 6.2); which columns matter only a person knows.
  if (step.message.name === 'Update' && step.filteringColumns.length === 0) add('noFilter');
  if (step.mode === 'synchronous') add('synchronous');
  else if (!step.deleteJobOnSuccess) add('jobsKept', { kind: 'deleteJobs' });
  if (original !== undefined) add('duplicate', { kind: 'disable' }, { original: original.name });
}

function checkColumns(
  { step, input }: StepCase,
  add: (rule: CheckRule, fix: CheckFix | undefined, details: Readonly<Record<string, string>>) => void,
): void {
  const known = step.table === undefined ? undefined : input.columns?.get(step.table);
  if (known === undefined) return;
  const missing = step.filteringColumns.filter((name) => !known.has(name.toLowerCase()));
  if (missing.length === 0) return;
  const columns = step.filteringColumns.filter((name) => known.has(name.toLowerCase()));
  // Without any column the step would fire on every update, which is a decision and no repair.
  const fix = columns.length === 0 ? undefined : ({ kind: 'setColumns', columns } as const);
  add('missingColumns', fix, { columns: missing.join(', '), table: step.table ?? '' });
}

/**
 * Enabled steps that call the same address for the same event as another one, with the one that stays. Looked for among
 * the webhooks of one address at a time: a view shows some of a thousand webhooks.
 */
function copiesOf({ input, byUrl, copies }: Check, webhook: Webhook): ReadonlyMap<string, Step> {
  const { url, authType } = webhook;
  const address = `${authType} ${url}`;
  const known = copies.get(address);
  if (known !== undefined) return known;
  const others = byUrl.get(url)?.filter((other) => other.authType === authType);
  const found = copiesAmong(others ?? [webhook], input);
  copies.set(address, found);
  return found;
}

function copiesAmong(webhooks: readonly Webhook[], input: CheckInput): ReadonlyMap<string, Step> {
  const groups = new Map<string, Step[]>();
  for (const webhook of webhooks) {
    for (const step of input.steps.get(webhook.id) ?? []) {
      if (!step.enabled) continue;
      const key = eventKey(step);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [step]);
      else group.push(step);
    }
  }
  const copies = new Map<string, Step>();
  for (const group of groups.values()) {
    if (group.length === 1) continue;
    const [original, ...rest] = group.toSorted(olderFirst);
    if (original !== undefined) for (const step of rest) copies.set(step.id, original);
  }
  return copies;
}

function eventKey(step: Step): string {
  const { filteringColumns: columns } = step;
  const filter = columns.length < 2 ? (columns[0] ?? '') : columns.toSorted().join(',');
  const event = `${step.message.id} ${step.table ?? ''} ${step.secondaryTable ?? ''} ${filter}`;
  return `${event} ${step.stage} ${step.mode} ${step.deployment} ${step.runAsUserId ?? ''}`;
}

/**
 * The one that stays: a managed one, which comes back with its solution; then the one that runs first; then the one that
 * nobody has written to for longer, which is the original as long as it was left alone since it was copied.
 */
function olderFirst(a: Step, b: Step): number {
  if (a.managed !== b.managed) return a.managed ? -1 : 1;
  return a.rank - b.rank || versionOf(a) - versionOf(b) || (a.id < b.id ? -1 : 1);
}

/** The version of a row; 0 where it is no number. That a later one is larger is UNVERIFIED; the examples show it (FACTS 15). */
function versionOf({ etag }: Step): number {
  return Number(/\d+/.exec(etag ?? '')?.[0] ?? 0);
}
