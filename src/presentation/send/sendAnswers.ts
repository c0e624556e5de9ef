import type { FoundRow } from '../../webhooks/deliveryFacts';
import type { MessageFilter, MessageRef, Mode, Step, Webhook } from '../../webhooks/model';
import type { Reviewed } from '../../wizard/review';
import type { ColumnChoice } from '../flows/stepAnswers';
import type { TestPlan } from './testPlan';

/** Where the lists of *Send Test Delivery…* come from. */
export interface SendContext {
  readonly webhook: Pick<Webhook, 'id' | 'name' | 'url'>;
  /** The steps of the webhook. */
  readonly steps: readonly Step[];
  readonly messages: (signal: AbortSignal) => Promise<readonly MessageRef[]>;
  readonly filters: (messageId: string, signal: AbortSignal) => Promise<readonly MessageFilter[]>;
  readonly columns: (table: string, signal: AbortSignal) => Promise<readonly ColumnChoice[]>;
  /** At most fifty rows whose name has the text inside. */
  readonly rows: (table: string, text: string, signal: AbortSignal) => Promise<readonly FoundRow[]>;
}

/** Whose values the body has. */
export type TestRow =
  { readonly kind: 'sample' } | { readonly kind: 'row'; readonly id: string; readonly name: string };

/** The answers of *Send Test Delivery…*. */
export interface SendAnswers extends Reviewed {
  /** `null` is another message than that of a step. */
  readonly step: Step | null | undefined;
  readonly message: MessageRef | undefined;
  readonly filters: readonly MessageFilter[] | undefined;
  readonly table: string | undefined;
  readonly mode: Mode;
  readonly row: TestRow | undefined;
  /** Empty: those that a caller would send. */
  readonly columns: readonly string[];
  readonly sizeExceeded: boolean;
  /** Where it is sent. */
  readonly url: string;
}

/** The answers before the first question. @param step the one the command was called on. */
export function sendStart(webhook: Pick<Webhook, 'url'>, step: Step | undefined): SendAnswers {
  return {
    step,
    message: undefined,
    filters: undefined,
    table: undefined,
    mode: 'asynchronous',
    row: undefined,
    columns: [],
    sizeExceeded: false,
    url: webhook.url,
    edits: [],
  };
}

/** The table the body is about; undefined for messages about none. */
export function tableOf(state: SendAnswers): string | undefined {
  const table = chosenStep(state) === undefined ? state.table : chosenStep(state)?.table;
  // Associate and Disassociate are about a pair of rows, which nobody can pick here.
  return /^(Disa|A)ssociate$/.test(messageOf(state)) ? undefined : table;
}

export function chosenStep(state: SendAnswers): Step | undefined {
  return state.step ?? undefined;
}

export function messageOf(state: SendAnswers): string {
  return chosenStep(state)?.message.name ?? state.message?.name ?? '';
}

export function rowId(row: TestRow | undefined): string | undefined {
  return row?.kind === 'row' ? row.id : undefined;
}

/** Messages whose Target holds the columns that were sent. */
export const WITH_COLUMNS: ReadonlySet<string> = new Set([
  'Create',
  'Update',
  'CreateMultiple',
  'UpdateMultiple',
]);

/** A step's own filter is what most callers of it send. */
export function chosenColumns(state: SendAnswers): readonly string[] {
  return state.columns.length > 0 ? state.columns : (chosenStep(state)?.filteringColumns ?? []);
}

/** Stages by the numbers of FACTS 4. */
const STAGES = { preValidation: 10, preOperation: 20, postOperation: 40, internal: 40 } as const;

/** What the answers ask for; undefined while the message is not known. */
export function sendPlan(context: SendContext, state: SendAnswers): TestPlan | undefined {
  const message = messageOf(state);
  const step = chosenStep(state);
  if (message === '') return undefined;
  const common = {
    message,
    table: step === undefined ? state.table : step.table,
    rowId: rowId(state.row),
    columns: WITH_COLUMNS.has(message) ? chosenColumns(state) : [],
    sizeExceeded: state.sizeExceeded,
  };
  if (step !== undefined) return { ...common, step: planStep(step) };
  return {
    ...common,
    step: {
      id: '00000000-0000-0000-0000-000000000000',
      name: [context.webhook.name, ': ', message, ' ', state.table ?? ''].join('').trim(),
      stage: 40,
      asynchronous: state.mode === 'asynchronous',
      images: [],
      runAsUserId: undefined,
    },
  };
}

/** A registered step as far as a body depends on it. */
export function planStep(step: Step): TestPlan['step'] {
  return {
    id: step.id,
    name: step.name,
    stage: STAGES[step.stage],
    asynchronous: step.mode === 'asynchronous',
    images: step.images.map(({ alias, type, columns }) => ({ alias, type, columns })),
    runAsUserId: step.runAsUserId,
  };
}
