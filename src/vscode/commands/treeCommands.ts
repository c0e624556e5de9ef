import * as vscode from 'vscode';
import { isCancellation } from '../../base/errors';
import { sampleChoices, type QuerySubject } from '../../presentation/queries/sampleChoices';
import {
  filterDetail,
  filterLabel,
  groupLabel,
  matchCount,
  periodLabel,
} from '../../presentation/texts/filterTexts';
import { stepsOf } from '../../presentation/tree/environmentState';
import { wholeTree, type FilterKind, type GroupBy, type TreeView } from '../../presentation/tree/treeFilter';
import type { TreeNode } from '../../presentation/tree/treeItems';
import { BACK, type PickChoice, type Place } from '../../wizard/ui';
import { quickInputUi } from '../quickInput';
import type { Services } from './services';
import type { Handlers } from './table';
import { pickOne, targetEnvironment } from './targets';

type TreeCommands = Pick<
  Handlers,
  | 'dataverseWebhooks.findWebhooks'
  | 'dataverseWebhooks.filterWebhooks'
  | 'dataverseWebhooks.groupWebhooks'
  | 'dataverseWebhooks.clearFilter'
  | 'dataverseWebhooks.copyQuery'
>;

/** Commands about which rows the tree shows, and the queries behind them. */
export function treeCommands(services: Services): TreeCommands {
  const { tree } = services;
  return {
    'dataverseWebhooks.findWebhooks': () => findWebhooks(services),
    'dataverseWebhooks.filterWebhooks': () => filterWebhooks(services),
    'dataverseWebhooks.groupWebhooks': async () => {
      const choices = (['webhook', 'table', 'message'] as const).map((by): PickChoice<GroupBy> => ({
        value: by,
        label: groupLabel(by),
        ...(tree.filter.groupBy === by ? { description: vscode.l10n.t('now') } : {}),
      }));
      const groupBy = await pickOne(services, vscode.l10n.t('By what the tree is grouped'), choices, '');
      tree.setFilter({ ...tree.filter, groupBy });
    },
    'dataverseWebhooks.clearFilter': async () => {
      tree.setFilter({ ...wholeTree, groupBy: tree.filter.groupBy });
      await services.states.want({ user: false, failedHours: undefined });
    },
    'dataverseWebhooks.copyQuery': (nodes) => copyQuery(services, nodes),
  };
}

/** One question that no other follows. */
function onePlace(title: string): Place {
  return { title, number: 1, total: 1, canGoBack: false };
}

/** The tree follows what is typed; leaving with Escape brings back what was shown before. */
async function findWebhooks({ tree, lifetime }: Services): Promise<void> {
  const before = tree.filter;
  const show = (text: string): TreeView => {
    const filter = { ...before, text };
    if (tree.filter.text !== text) tree.setFilter(filter);
    return tree.filter;
  };
  try {
    const answer = await quickInputUi('').input(
      onePlace(vscode.l10n.t('Find WebHooks')),
      {
        prompt: vscode.l10n.t(
          'Words in a name, host, path, message or table. Leave it empty to see everything.',
        ),
        placeholder: vscode.l10n.t('For example: update contact'),
        value: before.text,
        check: (text) => ({ severity: 'info', text: matchCount(tree.countShown(show(text))) }),
      },
      lifetime,
    );
    if (answer === BACK) return;
    show(answer);
    await tree.openShown();
  } catch (error) {
    if (isCancellation(error)) tree.setFilter(before);
    throw error;
  }
}

/** A filter, or failing jobs of a period, which has to be counted. */
interface FilterChoice {
  readonly kind: FilterKind;
  readonly hours?: number;
}

const FILTERS: readonly FilterChoice[] = [
  { kind: 'disabled' },
  { kind: 'synchronous' },
  { kind: 'managed' },
  { kind: 'mine' },
  { kind: 'failing', hours: 24 },
  { kind: 'failing', hours: 24 * 7 },
  { kind: 'failing', hours: 24 * 30 },
];

async function filterWebhooks(services: Services): Promise<void> {
  const { tree, states, lifetime } = services;
  const title = vscode.l10n.t('Filter WebHooks');
  const { failedHours } = states.wanted;
  const answer = await quickInputUi('').pickMany(
    onePlace(title),
    {
      placeholder: vscode.l10n.t('Tick what a row must be; none shows everything'),
      choices: FILTERS.map(filterChoice),
      isPicked: ({ kind, hours }) =>
        tree.filter.kinds.has(kind) && (hours === undefined || hours === failedHours),
    },
    lifetime,
  );
  if (answer === BACK) return;
  const hours = answer.flatMap((choice) => choice.hours ?? []);
  const kinds = new Set(answer.map(({ kind }) => kind));
  const wanted = {
    user: kinds.has('mine'),
    failedHours: hours.length === 0 ? undefined : Math.max(...hours),
  };
  // Where an environment cannot tell, the view says so above its rows; the others are filtered all the same.
  await tree.withProgress(() => states.want(wanted));
  tree.setFilter({ ...tree.filter, kinds });
  await tree.openShown();
}

function filterChoice(choice: FilterChoice): PickChoice<FilterChoice> {
  const period = choice.hours === undefined ? '' : periodLabel(choice.hours);
  return {
    value: choice,
    label: filterLabel(choice.kind),
    ...(period === '' ? {} : { description: vscode.l10n.t('in {period}', { period }) }),
    detail: filterDetail(choice.kind),
  };
}

async function copyQuery(services: Services, nodes: readonly TreeNode[]): Promise<void> {
  const { profile } = await targetEnvironment(services, nodes);
  const choices = sampleChoices(profile.url, subjectOf(services, nodes[0]));
  const text = await pickOne(services, vscode.l10n.t('Which query, in which language?'), choices, '');
  await vscode.env.clipboard.writeText(text);
}

function subjectOf(services: Services, node: TreeNode | undefined): QuerySubject {
  switch (node?.kind) {
    case 'webhook': {
      const steps = stepsOf(services.states.of(node.environmentId), node.webhook.id);
      return { kind: 'webhook', webhookId: node.webhook.id, stepIds: steps.map((step) => step.id) };
    }
    case 'step':
    case 'endpointStep':
      return { kind: 'step', stepId: node.step.id };
    default:
      return { kind: 'environment' };
  }
}
