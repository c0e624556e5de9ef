import * as l10n from '@vscode/l10n';
import type { Disposable } from '../../base/disposable';
import { isCancellation, toError } from '../../base/errors';
import { causeOfText } from '../../jobs/causes';
import type { SyncFailure, SyncFailures, TraceLog, TraceSetting } from '../../jobs/traceLog';
import type { JobsPanelState } from '../../protocol/jobs';
import type { TracedFailure, Traces } from '../../protocol/traces';
import { choicesOf, toldNames } from './choices';
import { stepsOf, type EnvironmentState } from '../tree/environmentState';
import { reasonText } from '../texts/errorTexts';
import { causeText } from '../texts/jobTexts';
import { oneLine } from '../texts/plainText';
import { readerTimes, type ReaderTimes } from '../texts/readerTimes';
import { filterOf } from './panelState';
import { stepNameUnder } from '../texts/webhookTexts';
import { numberText } from '../texts/readerLocale';

/** A synchronous step of a webhook. */
export interface TracedStep {
  readonly id: string;
  readonly name: string;
  readonly webhookId: string;
  readonly webhookName: string;
}

/**
 * The synchronous steps of an environment's webhooks.
 * @throws what kept them from being loaded: that there are none may be said only where they are known.
 */
export function tracedSteps(state: EnvironmentState): readonly TracedStep[] {
  if (!state.complete) throw toError(state.error ?? 'The steps are not loaded');
  const told = toldNames(
    choicesOf(state.webhooks.map(({ id, name, url }) => ({ id, name, url, steps: stepsOf(state, id) }))),
  );
  return state.webhooks.flatMap((webhook) =>
    stepsOf(state, webhook.id)
      .filter(({ mode }) => mode === 'synchronous')
      .map(({ id, name }) => ({
        id,
        name,
        webhookId: webhook.id,
        webhookName: told.get(id)?.webhook ?? webhook.name,
      })),
  );
}

export interface TraceSectionOptions {
  readonly environmentName: string;
  readonly log: Pick<TraceLog, 'setting' | 'failures' | 'switchOn'>;
  /** The synchronous steps of the environment's webhooks. */
  readonly steps: () => Promise<readonly TracedStep[]>;
  /** Shows it; undefined takes it away. */
  readonly show: (traces: Traces | undefined) => void;
  /** Asks before the environment is changed. */
  readonly confirmSwitchOn: () => Promise<boolean>;
  readonly now: () => Date;
  readonly onFailure: (error: unknown) => void;
}

/**
 * The failures of synchronous steps beside the jobs of a report, for the same scope, period and correlation id. Loaded
 * anew when one of these changes; never rejects, the outcome is shown.
 */
export class TraceSection implements Disposable {
  readonly #options: TraceSectionOptions;
  #times: ReaderTimes = readerTimes();
  #asked = '';
  #state: JobsPanelState | undefined;
  #shown: Traces | undefined;
  #rows: readonly SyncFailure[] = [];
  #loading: AbortController | undefined;

  constructor(options: TraceSectionOptions) {
    this.#options = options;
  }

  /** The page is there, for the first time or again. */
  ready(state: JobsPanelState, timeZone: string | undefined): void {
    if (timeZone !== undefined) this.#times = readerTimes(timeZone);
    if (this.#shown !== undefined) this.#options.show(this.#shown);
    void this.about(state);
  }

  /** The report is about something else now, or about the same. */
  async about(state: JobsPanelState): Promise<void> {
    const { scope, filter, about } = state;
    const { period, from, to, correlation } = filter ?? {};
    const asked = JSON.stringify([scope.kind, scope.id, period, from, to, correlation, about]);
    if (asked === this.#asked) return;
    this.#asked = asked;
    await this.#load(state);
  }

  /** Reads it anew. */
  async refresh(): Promise<void> {
    if (this.#state !== undefined) await this.#load(this.#state);
  }

  /** Lets the environment keep exceptions from now on, after a yes, and reads anew. @throws what the service refuses with. */
  async switchOn(signal: AbortSignal): Promise<void> {
    if (!(await this.#options.confirmSwitchOn())) return;
    await this.#options.log.switchOn(signal);
    await this.refresh();
  }

  /** A failed call that is shown. */
  failure(id: string): SyncFailure | undefined {
    return this.#rows.find((row) => row.id === id);
  }

  dispose(): void {
    this.#loading?.abort();
  }

  async #load(state: JobsPanelState): Promise<void> {
    this.#state = state;
    this.#loading?.abort();
    const loading = new AbortController();
    this.#loading = loading;
    try {
      const shown = state.about === 'query' ? undefined : await this.#read(state, loading.signal);
      if (!loading.signal.aborted) this.#show(shown);
    } catch (error) {
      if (isCancellation(error) || loading.signal.aborted) return;
      this.#options.onFailure(error);
      this.#show(unreadable(reasonText(error, this.#options.environmentName).message));
    }
  }

  async #read(state: JobsPanelState, signal: AbortSignal): Promise<Traces> {
    const { log, now } = this.#options;
    const steps = (await this.#options.steps()).filter((step) => isIn(state.scope, step));
    if (steps.length === 0) return noStep(state.scope);
    const filter = filterOf(state.filter ?? { ...ANY }, this.#times.zone);
    const ids = steps.map(({ id }) => id);
    const [setting, failures] = await Promise.all([
      log.setting(signal),
      log.failures(ids, filter, now(), signal),
    ]);
    this.#rows = failures.rows;
    return tracesShown(setting, failures, steps, this.#times);
  }

  #show(traces: Traces | undefined): void {
    this.#shown = traces;
    this.#options.show(traces);
  }
}

const ANY = { period: 'all', state: 'failed', message: '', table: '', errorCode: '', text: '' } as const;

function isIn({ kind, id }: JobsPanelState['scope'], step: TracedStep): boolean {
  return kind === 'environment' || id === (kind === 'step' ? step.id : step.webhookId);
}

/** What is shown of the trace log. */
function tracesShown(
  setting: TraceSetting,
  { rows, more }: SyncFailures,
  steps: readonly TracedStep[],
  times: ReaderTimes,
): Traces {
  const names = new Map(steps.map((step) => [step.id, step]));
  return {
    summary: summaryText(setting, rows.length, more),
    notes: notesOf(setting, rows.length),
    canSwitchOn: setting === 'off',
    rows: rows.map((row) => traced(row, names.get(row.stepId), times)),
  };
}

function summaryText(setting: TraceSetting, count: number, more: boolean): string {
  if (count > 0) {
    if (more) return l10n.t('The newest {count} calls that failed; there are more', { count });
    return count === 1 ? l10n.t('1 call failed') : l10n.t('{count} calls failed', { count });
  }
  return setting === 'off'
    ? l10n.t('The trace log is switched off: a synchronous call that fails is kept nowhere.')
    : l10n.t('The trace log has no failed call.');
}

function notesOf(setting: TraceSetting, count: number): string[] {
  const kept = l10n.t('Failures of synchronous steps have no job. The trace log keeps them for 24 hours.');
  if (setting === 'off')
    return [
      kept,
      l10n.t(
        'The trace log is switched on in the System Settings of the environment, tab Customization: set "Enable logging to plug-in trace log" to Exception. It needs the right to change the settings of the organization.',
      ),
    ];
  if (count > 0) return [kept];
  return [
    kept,
    l10n.t(
      'Whether Dataverse writes a row for every webhook, as it does for plug-ins, is not documented: an empty list is no proof.',
    ),
  ];
}

function noStep({ kind }: JobsPanelState['scope']): Traces {
  return {
    summary:
      kind === 'step'
        ? l10n.t('This step is not synchronous: its failures are jobs.')
        : l10n.t('No step is synchronous: all failures are jobs.'),
    notes: [],
    canSwitchOn: false,
    rows: [],
  };
}

function unreadable(reason: string): Traces {
  return {
    summary: l10n.t('The trace log could not be read.'),
    notes: [reason],
    canSwitchOn: false,
    rows: [],
  };
}

/** Characters of an exception that are shown: a column may hold a gigabyte. */
const MOST_TEXT = 100_000;

function traced(row: SyncFailure, step: TracedStep | undefined, times: ReaderTimes): TracedFailure {
  const cause = causeOfText(`${row.exception}\n${row.trace}`);
  const text =
    cause.kind === 'unknown'
      ? {
          cause: l10n.t('The trace names no cause that is known.'),
          remedy: l10n.t('Read the exception below, and the log of the endpoint at the time.'),
        }
      : causeText(cause, undefined);
  const place = [
    step?.webhookName ?? '',
    step === undefined ? row.stepId : stepNameUnder(step.webhookName, step.name),
  ].filter((name) => name !== '');
  return {
    id: row.id,
    time: row.time === undefined ? '' : times.text(row.time),
    utc: row.time?.toISOString() ?? '',
    place: place.map(oneLine).join(' › '),
    ...text,
    lines: linesOf(row),
    exception: [row.exception, row.trace]
      .filter((part) => part !== '')
      .join('\n\n')
      .slice(0, MOST_TEXT),
    correlated: row.correlationId !== '',
  };
}

function linesOf(row: SyncFailure): TracedFailure['lines'] {
  return [
    { label: l10n.t('Message'), value: row.messageName },
    { label: l10n.t('Table'), value: row.table === 'none' ? '' : row.table },
    {
      label: l10n.t('Duration'),
      value: row.duration === undefined ? '' : l10n.t('{count} ms', { count: numberText(row.duration) }),
    },
    { label: l10n.t('Depth'), value: row.depth === undefined ? '' : String(row.depth) },
    { label: l10n.t('Correlation'), value: row.correlationId },
  ].filter(({ value }) => value !== '');
}
