import * as vscode from 'vscode';
import { systemClock } from '../base/clock';
import { isCancellation } from '../base/errors';
import { Emitter } from '../base/event';
import { DataverseError } from '../dataverse/errors';
import { errorDetails, errorText, type NextStep } from '../presentation/texts/errorTexts';
import { OpenMessages } from '../presentation/texts/openMessages';
import { messageLine, plainLine } from '../presentation/texts/plainText';
import type { EnvironmentProfile } from '../environments/profile';
import { asAct } from './act';
import type { LogChannel } from './log';

/** What failed, for the person who asked for it. */
export interface Failure {
  readonly error: unknown;
  /** A localized sentence: `Could not register the webhook "Orders".` */
  readonly undone: string;
  /** The environment it is about, where there is one. */
  readonly environment?: EnvironmentProfile | undefined;
  readonly retry?: () => void;
  /** Opens the wizard again with the answers it had. */
  readonly changeAnswers?: () => void;
}

/** What the rest of an act needs could not be had: it ends, and is told in these words. */
class NeedError extends Error {
  readonly what: Needed;

  constructor(what: Needed, cause: unknown) {
    super(what.undone, { cause });
    this.what = what;
  }
}

type Needed = Pick<Failure, 'undone' | 'environment'>;

/** The one door to message boxes. A message box is shown only for the result of something the user just did. */
export class Report {
  readonly #log: LogChannel;
  readonly #signIn: (environment: EnvironmentProfile) => void;
  readonly #open = new OpenMessages();
  readonly #gone = new Emitter<string>();
  /** Fires with the id of an environment where something that somebody acted on does not exist any more. */
  readonly onGone = this.#gone.event;

  constructor(log: LogChannel, signIn: (environment: EnvironmentProfile) => void) {
    this.#log = log;
    this.#signIn = signIn;
  }

  /** Shows an error with its next steps; says nothing for a cancellation. Equal errors give one box while it is open. */
  failure(failure: Failure): void {
    if (isCancellation(failure.error)) return;
    const text = errorText(failure.error, failure.undone, failure.environment?.name ?? '');
    this.#log.error(`${failure.undone}\n${errorDetails(failure.error)}`);
    if (DataverseError.is(failure.error, 'notFound') && failure.environment !== undefined)
      this.#gone.fire(failure.environment.id);
    const steps = text.nextSteps.filter((step) => isPossible(step, failure));
    void this.#ask(text.message, steps, failure);
  }

  /** Does the work; what it throws is shown, with a retry that does the same work again. Resolves undefined then. */
  async attempt<T>(
    what: Pick<Failure, 'undone' | 'environment' | 'changeAnswers'>,
    work: () => Promise<T>,
  ): Promise<T | undefined> {
    try {
      return await asAct(work);
    } catch (error) {
      const told = error instanceof NeedError ? { ...error.what, error: error.cause } : { error };
      this.failure({ ...what, ...told, retry: () => void this.attempt(what, work) });
      return undefined;
    }
  }

  /**
   * Gets what the rest of an act needs, within `attempt`. What it throws ends the act and is shown; a retry does the whole act
   * again, not only this part of it, of which nothing would be seen.
   */
  async need<T>(what: Needed, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw isCancellation(error) ? error : new NeedError(what, error);
    }
  }

  /** Writes a background failure to the log only. */
  background(error: unknown, undone: string): void {
    if (!isCancellation(error)) this.#log.warn(`${undone}\n${errorDetails(error)}`);
  }

  /** Shows in the status bar that a call waits because the service asked for it, for as long as it does. */
  waiting(environmentName: string, milliseconds: number): void {
    const title = vscode.l10n.t('{environment} asks for a pause; going on in {seconds} s', {
      environment: environmentName,
      seconds: Math.ceil(milliseconds / 1000),
    });
    void vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
      systemClock.delay(milliseconds),
    );
  }

  /** Offers one act until it is taken or no longer of use; resolves true when it was taken. */
  async offer(message: string, act: string, ended: AbortSignal): Promise<boolean> {
    const chosen = vscode.window.showInformationMessage(messageLine(message), act);
    const over = new Promise<undefined>((resolve) =>
      ended.addEventListener('abort', () => resolve(undefined), { once: true }),
    );
    return (await Promise.race([chosen, over])) === act;
  }

  /** Tells a result that is visible nowhere else. */
  info(message: string): void {
    void vscode.window.showInformationMessage(messageLine(message));
  }

  /**
   * Asks before something of consequence. Resolves true only when the act itself was chosen; Escape and the close button
   * do nothing. The editor focuses the first button that does not close the dialog, so that Enter is the act: a cancel
   * button of our own (`isCloseAffordance`) is put behind the act wherever it stands.
   */
  async confirm(question: string, detail: string, act: string): Promise<boolean> {
    const answer = await vscode.window.showWarningMessage(plainLine(question), { modal: true, detail }, act);
    return answer === act;
  }

  async #ask(message: string, steps: readonly NextStep[], failure: Failure): Promise<void> {
    const labels = new Map(steps.map((step) => [nextStepLabel(step), step]));
    const chosen = await this.#open.once(message, async () =>
      vscode.window.showErrorMessage(message, ...labels.keys()),
    );
    const step = chosen === undefined ? undefined : labels.get(chosen);
    if (step === undefined) return;
    await this.#take(step, failure);
  }

  async #take(step: NextStep, failure: Failure): Promise<void> {
    switch (step) {
      case 'retry':
        failure.retry?.();
        return;
      case 'signIn':
        if (failure.environment !== undefined) this.#signIn(failure.environment);
        return;
      case 'changeAnswers':
        failure.changeAnswers?.();
        return;
      case 'openLog':
        this.#log.show();
        return;
      case 'copyDetails':
        await vscode.env.clipboard.writeText(`${failure.undone}\n${errorDetails(failure.error)}`);
        return;
    }
  }
}

function isPossible(step: NextStep, failure: Failure): boolean {
  if (step === 'retry') return failure.retry !== undefined;
  if (step === 'changeAnswers') return failure.changeAnswers !== undefined;
  // A sandbox of this window brings its token with it; there is none to type.
  if (step === 'signIn') return failure.environment?.sandbox === false;
  return true;
}

function nextStepLabel(step: NextStep): string {
  switch (step) {
    case 'retry':
      return vscode.l10n.t('Retry');
    case 'signIn':
      return vscode.l10n.t('Sign In');
    case 'changeAnswers':
      return vscode.l10n.t('Change Answers…');
    case 'openLog':
      return vscode.l10n.t('Open Log');
    case 'copyDetails':
      return vscode.l10n.t('Copy Details');
  }
}
