import { checkedWebhook, startCheck, type CheckFinding } from '../../webhooks/checks';
import type { Step, Webhook } from '../../webhooks/model';
import type { EnvironmentState } from './environmentState';

/** What is looked up again and again, made once for the rows of a load; what only some need, when it is first needed. */
export interface TreeIndex {
  readonly webhooks: ReadonlyMap<string, Webhook>;
  readonly steps: () => ReadonlyMap<string, Step>;
  /** What is searched, in lower case, by the id of the row. Nothing of a URL but host and path. */
  readonly texts: () => ReadonlyMap<string, string>;
  readonly stepCount: number;
}

const indexes = new WeakMap<EnvironmentState['steps'], { webhooks: readonly Webhook[]; index: TreeIndex }>();

/** The index of the rows of a state; the same one as long as the rows are the same. */
export function treeIndex(state: EnvironmentState): TreeIndex {
  const known = indexes.get(state.steps);
  if (known?.webhooks === state.webhooks) return known.index;
  const index = makeIndex(state.webhooks, state.steps);
  indexes.set(state.steps, { webhooks: state.webhooks, index });
  return index;
}

function makeIndex(webhooks: readonly Webhook[], steps: EnvironmentState['steps']): TreeIndex {
  let stepCount = 0;
  const byId = new Map<string, Webhook>();
  for (const webhook of webhooks) {
    stepCount += steps.get(webhook.id)?.length ?? 0;
    byId.set(webhook.id, webhook);
  }
  return {
    webhooks: byId,
    steps: once(() => stepsById(webhooks, steps)),
    texts: once(() => searchTexts(webhooks, steps)),
    stepCount,
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function stepsById(
  webhooks: readonly Webhook[],
  steps: EnvironmentState['steps'],
): ReadonlyMap<string, Step> {
  const byId = new Map<string, Step>();
  for (const { id } of webhooks) for (const step of steps.get(id) ?? []) byId.set(step.id, step);
  return byId;
}

function searchTexts(
  webhooks: readonly Webhook[],
  steps: EnvironmentState['steps'],
): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const webhook of webhooks) {
    texts.set(webhook.id, `${webhook.name}\n${addressText(webhook.url)}`.toLowerCase());
    for (const step of steps.get(webhook.id) ?? []) {
      texts.set(step.id, `${step.name}\n${step.message.name}\n${step.table ?? ''}`.toLowerCase());
    }
  }
  return texts;
}

/** Host and path; a key in the query is found by nobody. */
function addressText(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? '' : `${parsed.host}${parsed.pathname}`;
}

/** What is found in a state, looked for when it is asked for. */
export interface Findings {
  /** Everything, in the order of the tree. */
  all(): readonly CheckFinding[];
  /** What is about a row itself. @param webhookId the row's own id, or that of a step's webhook. */
  ofRow(id: string, webhookId: string): readonly CheckFinding[];
  /** How many there are under a webhook, its own and its steps', that are more than worth knowing. */
  serious(webhookId: string): number;
}

const NOTHING: readonly CheckFinding[] = [];
const NOTHING_FOUND: Findings = { all: () => NOTHING, ofRow: () => NOTHING, serious: () => 0 };

const found = new WeakMap<
  EnvironmentState['steps'],
  { readonly of: Pick<EnvironmentState, 'webhooks' | 'columns' | 'local'>; readonly findings: Findings }
>();

/** The findings of a state; none while its first load is still bringing rows, because a missing step is no finding. */
export function findingsOf(state: EnvironmentState): Findings {
  if (!state.complete) return NOTHING_FOUND;
  const known = found.get(state.steps);
  const { webhooks, columns, local } = state;
  if (known?.of.webhooks === webhooks && known.of.columns === columns && known.of.local === local) {
    return known.findings;
  }
  const findings = makeFindings(state);
  found.set(state.steps, { of: { webhooks, columns, local }, findings });
  return findings;
}

function makeFindings(state: EnvironmentState): Findings {
  const { webhooks, steps, columns, local } = state;
  const check = once(() => startCheck({ webhooks, steps, environmentIsLocal: local, columns }));
  const known = new Map<string, readonly CheckFinding[]>();
  const under = (webhook: Webhook | undefined): readonly CheckFinding[] => {
    if (webhook === undefined) return NOTHING;
    const findings = known.get(webhook.id) ?? checkedWebhook(check(), webhook);
    known.set(webhook.id, findings);
    return findings;
  };
  const byId = (id: string): Webhook | undefined => treeIndex(state).webhooks.get(id);
  return {
    all: () => webhooks.flatMap(under),
    ofRow: (id, webhookId) =>
      under(byId(webhookId)).filter(({ webhook, step }) => (step ?? webhook).id === id),
    serious: (webhookId) => under(byId(webhookId)).filter(({ severity }) => severity !== 'info').length,
  };
}
