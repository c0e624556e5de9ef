import { checkWebhooks, type CheckFinding } from '../../webhooks/checks';
import type { Step, Webhook } from '../../webhooks/model';
import type { EnvironmentState } from './environmentState';

/** What is looked up again and again, made once for the rows of a load. */
export interface TreeIndex {
  readonly webhooks: ReadonlyMap<string, Webhook>;
  readonly steps: ReadonlyMap<string, Step>;
  /** What is searched, in lower case, by the id of the row. Nothing of a URL but host and path. */
  readonly texts: ReadonlyMap<string, string>;
  /** Disabled steps by webhook; webhooks without are left out. */
  readonly disabled: ReadonlyMap<string, number>;
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
  const texts = new Map<string, string>();
  const stepsById = new Map<string, Step>();
  const disabled = new Map<string, number>();
  let stepCount = 0;
  for (const webhook of webhooks) {
    texts.set(webhook.id, `${webhook.name}\n${addressText(webhook.url)}`.toLowerCase());
    const own = steps.get(webhook.id) ?? [];
    stepCount += own.length;
    let off = 0;
    for (const step of own) {
      stepsById.set(step.id, step);
      texts.set(step.id, `${step.name}\n${step.message.name}\n${step.table ?? ''}`.toLowerCase());
      if (!step.enabled) off += 1;
    }
    if (off > 0) disabled.set(webhook.id, off);
  }
  return {
    webhooks: new Map(webhooks.map((webhook) => [webhook.id, webhook])),
    steps: stepsById,
    texts,
    disabled,
    stepCount,
  };
}

/** Host and path; a key in the query is found by nobody. */
function addressText(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? '' : `${parsed.host}${parsed.pathname}`;
}

/** What was found in a state, in the order of the tree and by the id of the row it is about. */
export interface Findings {
  readonly all: readonly CheckFinding[];
  readonly byRow: ReadonlyMap<string, readonly CheckFinding[]>;
  /** How many there are under a webhook, its own and its steps', that are more than worth knowing. */
  readonly serious: ReadonlyMap<string, number>;
}

const NOTHING_FOUND: Findings = { all: [], byRow: new Map(), serious: new Map() };

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
  const all = checkWebhooks({ webhooks, steps: state.steps, environmentIsLocal: local, columns });
  const byRow = Map.groupBy(all, ({ webhook, step }) => (step ?? webhook).id);
  const serious = new Map<string, number>();
  for (const { severity, webhook } of all) {
    if (severity !== 'info') serious.set(webhook.id, (serious.get(webhook.id) ?? 0) + 1);
  }
  const findings = { all, byRow, serious };
  found.set(state.steps, { of: { webhooks, columns, local }, findings });
  return findings;
}
