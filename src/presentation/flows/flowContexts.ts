import type { Metadata } from '../../dataverse/metadata';
import type { SolutionService } from '../../webhooks/solutionService';
import type { Image, Step } from '../../webhooks/model';
import type { WebhookService } from '../../webhooks/webhookService';
import type { Write } from '../../webhooks/writes';
import type { ImageFlowContext } from './imageFlow';
import type { ColumnChoice, StepFlowContext } from './stepAnswers';

/** Where the lists of the flows come from. */
export interface FlowSources {
  readonly webhooks: Pick<WebhookService, 'messages' | 'filters' | 'users'>;
  readonly metadata: Pick<Metadata, 'columns'>;
  readonly solutions: Pick<SolutionService, 'solutions'>;
}

type ShowRequest = (writes: readonly Write[]) => Promise<void>;

/** What the flows about steps ask an environment for. */
export function stepFlowContext(
  { webhooks, metadata, solutions }: FlowSources,
  webhook: StepFlowContext['webhook'],
  showRequest: ShowRequest,
): StepFlowContext {
  return {
    webhook,
    messages: (signal) => webhooks.messages(signal),
    filters: (messageId, signal) => webhooks.filters(messageId, signal),
    columns: (table, signal) => columnChoices(metadata, table, 'isValidForUpdate', signal),
    users: (text, signal) => webhooks.users(text, signal),
    solutions: (signal) => solutions.solutions(signal),
    showRequest,
  };
}

/** What the flows about images ask an environment for. */
export function imageFlowContext(
  { metadata }: Pick<FlowSources, 'metadata'>,
  step: Step,
  image: Image | undefined,
  showRequest: ShowRequest,
): ImageFlowContext {
  return {
    step,
    image,
    columns: (table, signal) => columnChoices(metadata, table, 'isValidForRead', signal),
    showRequest,
  };
}

/** The columns that are of use, without those that only go along with another one. */
async function columnChoices(
  metadata: Pick<Metadata, 'columns'>,
  table: string,
  use: 'isValidForRead' | 'isValidForUpdate',
  signal: AbortSignal,
): Promise<readonly ColumnChoice[]> {
  return (await metadata.columns(table, signal))
    .filter((column) => column[use] && column.attributeOf === undefined)
    .map((column) => ({ name: column.logicalName, label: column.label, type: column.type }));
}
