import * as l10n from '@vscode/l10n';
import type { Disposable } from '../../base/disposable';
import { isCancellation } from '../../base/errors';
import type { EnvironmentList } from '../../environments/environmentList';
import type { Reviewed } from '../../wizard/review';
import { BACK, LeftUnanswered, type WizardUi } from '../../wizard/ui';
import { runWizard, SUMMARY, type Progress, type Wizard, type WizardOptions } from '../../wizard/wizard';

/** A flow that did not come to its end through no fault of its answers. */
export interface UnfinishedFlow {
  readonly title: string;
  /** A localized sentence: `Could not register the step "Orders".` */
  readonly stopped: string;
  /** Opens it where it stopped. True when it came to its end. */
  readonly goOn: () => Promise<boolean>;
}

/**
 * The answers of flows that have failed, so that they outlive the message that told so. In memory only, because secrets
 * are among them; gone with the window, with the environment, and as soon as the flow comes to its end.
 */
export class UnfinishedFlows implements Disposable {
  readonly #flows = new Map<string, ReadonlyMap<string, UnfinishedFlow>>();
  readonly #listening: Disposable;

  constructor(list: Pick<EnvironmentList, 'onDidChange' | 'find'>) {
    this.#listening = list.onDidChange(() => {
      for (const id of this.#flows.keys()) if (list.find(id) === undefined) this.#flows.delete(id);
    });
  }

  /** @param key names the command and the row it is about; a flow of the same key is replaced. */
  keep(environmentId: string, key: string, flow: UnfinishedFlow): void {
    const others = this.#flows.get(environmentId) ?? [];
    this.#flows.set(environmentId, new Map([...others, [key, flow]]));
  }

  of(environmentId: string, key: string): UnfinishedFlow | undefined {
    return this.#flows.get(environmentId)?.get(key);
  }

  forget(environmentId: string, key: string): void {
    const others = [...(this.#flows.get(environmentId) ?? [])].filter(([other]) => other !== key);
    this.#flows.set(environmentId, new Map(others));
  }

  dispose(): void {
    this.#flows.clear();
    this.#listening.dispose();
  }
}

/** What a flow that writes needs around it. */
export interface FlowHost {
  readonly ui: WizardUi;
  readonly unfinished: UnfinishedFlows;
  readonly environmentId: string;
  readonly signal: AbortSignal;
  /** Does the work. A failure is told with the ways to try again and to change the answers; false then. */
  readonly attempt: (
    what: { readonly undone: string; readonly changeAnswers: () => Promise<unknown> },
    work: () => Promise<void>,
  ) => Promise<boolean>;
}

/** What is written for the answers of a flow. */
export interface FlowAct {
  /** A localized sentence for its failure. */
  readonly undone: string;
  readonly work: () => Promise<void>;
  /** What follows when it is written; the flow is at its end by then, whatever comes of this. */
  readonly after?: () => Promise<void>;
}

/** Questions that end with something being written. */
export interface WritingFlow<S extends Reviewed> {
  /** Names the command and the row it is about, for `UnfinishedFlows`. */
  readonly key: string;
  readonly wizard: Wizard<S>;
  /** Undefined where the answers change nothing. */
  readonly act: (answers: S) => FlowAct | undefined;
}

/**
 * Asks the questions of a flow and does what they come to. The answers of a flow that fails are kept, also those of one
 * that is left at a list which could not be loaded: the next start of the same flow offers them, see `goesOn`. A
 * cancelled one keeps nothing new.
 * @returns true when something was written.
 */
export async function runFlow<S extends Reviewed>(
  host: FlowHost,
  flow: WritingFlow<S>,
  start: S,
  at?: WizardOptions<S>['at'],
): Promise<boolean> {
  const { unfinished, environmentId } = host;
  const answers = await ask(host, flow, start, at);
  const act = flow.act(answers);
  if (act === undefined) return false;
  const goOn = (): Promise<boolean> => runFlow(host, flow, { ...answers, edits: [] }, SUMMARY);
  return host.attempt({ undone: act.undone, changeAnswers: goOn }, async () => {
    try {
      await act.work();
    } catch (error) {
      if (!isCancellation(error))
        unfinished.keep(environmentId, flow.key, { title: flow.wizard.title, stopped: act.undone, goOn });
      throw error;
    }
    unfinished.forget(environmentId, flow.key);
    await act.after?.();
  });
}

async function ask<S extends Reviewed>(
  host: FlowHost,
  flow: WritingFlow<S>,
  start: S,
  at: WizardOptions<S>['at'],
): Promise<S> {
  const { ui, unfinished, environmentId, signal } = host;
  let last: Progress<S> | undefined;
  try {
    return await runWizard(flow.wizard, ui, start, signal, {
      ...(at === undefined ? {} : { at }),
      onAsk: (progress) => (last = progress),
    });
  } catch (error) {
    const before = unfinished.of(environmentId, flow.key);
    if (
      last !== undefined &&
      (error instanceof LeftUnanswered || (before !== undefined && at !== undefined))
    ) {
      const { state, at: question } = last;
      unfinished.keep(environmentId, flow.key, {
        title: flow.wizard.title,
        stopped: before?.stopped ?? l10n.t('It was left at a question whose answers could not be loaded.'),
        goOn: () => runFlow(host, flow, state, question),
      });
    }
    throw error;
  }
}

/**
 * Offers to go on with the answers of a start before that did not come to its end.
 * @returns what came of it; undefined where there is none, or a new beginning was chosen, which forgets them.
 */
export async function goesOn(
  { ui, unfinished, environmentId, signal }: Omit<FlowHost, 'attempt'>,
  key: string,
): Promise<boolean | undefined> {
  const flow = unfinished.of(environmentId, key);
  if (flow === undefined) return undefined;
  const place = { title: flow.title, number: 1, total: 1, canGoBack: false };
  const answer = await ui.pick<'goOn' | 'anew'>(
    place,
    {
      placeholder: l10n.t('The answers given before are still here'),
      choices: [
        {
          value: 'goOn',
          icon: 'debug-continue',
          label: l10n.t('Go On Where It Stopped'),
          detail: flow.stopped,
        },
        {
          value: 'anew',
          icon: 'clear-all',
          label: l10n.t('Begin Anew'),
          detail: l10n.t('Forgets these answers.'),
        },
      ],
    },
    signal,
  );
  if (answer === BACK) return undefined;
  if (answer === 'goOn') return flow.goOn();
  unfinished.forget(environmentId, key);
  return undefined;
}
