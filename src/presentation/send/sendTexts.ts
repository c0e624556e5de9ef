import * as l10n from '@vscode/l10n';
import type { BodyProblem } from '../../delivery/bodyDocument';
import type { PostOutcome, RequestFailure } from '../../delivery/post';
import type { DeliveryError, DeliveryResult } from '../../delivery/sender';
import type { Cause } from '../../jobs/causes';
import { causeText } from '../texts/jobTexts';
import type { TestNote } from './testPlan';

/** What came of a delivery, in plain words. */
export interface Verdict {
  readonly kind: 'success' | 'failure' | 'cancelled';
  /** What happened: `Orders answered 200 in 34 ms.` */
  readonly happened: string;
  /** What Dataverse would make of it (FACTS 17.3). */
  readonly meaning: string;
  /** What to do next; empty where nothing is to be done. */
  readonly next: string;
}

/**
 * The verdict on a delivery.
 * @param target name of the webhook, or its address.
 */
export function verdictOf(result: DeliveryResult, target: string, asynchronous: boolean): Verdict {
  const { error } = result;
  if (error?.kind === 'cancelled') {
    return {
      kind: 'cancelled',
      happened: l10n.t('The delivery to {target} was cancelled.', { target }),
      meaning: l10n.t('The endpoint may have received it all the same.'),
      next: '',
    };
  }
  const again = result.attempts.length > 1 ? ` ${secondAttempt(result)}` : '';
  const happened = whatHappened(result, target) + again;
  const web = answeredWithPage(result)
    ? l10n.t(
        'The answer is a web page: look whether a sign-in page or a proxy answers instead of the handler.',
      )
    : '';
  if (error === undefined) {
    return {
      kind: 'success',
      happened,
      meaning: l10n.t('Dataverse would count this as delivered.'),
      next: web,
    };
  }
  const { cause, remedy } = causeText(deliveryCause(error), undefined);
  const told = error.kind === 'nonSuccess' ? happened : `${cause} ${again}`.trim();
  return {
    kind: 'failure',
    happened: told,
    meaning: asynchronous
      ? l10n.t('Dataverse would mark the system job as failed and not try again.')
      : l10n.t('Dataverse would undo the change and show the error to whoever made it.'),
    next: web === '' ? remedy : web,
  };
}

function whatHappened({ attempts }: DeliveryResult, target: string): string {
  const last = attempts.at(-1);
  if (last?.outcome.kind !== 'answered') return l10n.t('{target} did not answer.', { target });
  return l10n.t('{target} answered {status} in {milliseconds} ms.', {
    target,
    status: last.outcome.status,
    milliseconds: Math.round(last.duration),
  });
}

/** Only 502, 503 and 504 are followed by one more attempt (FACTS 17.3). */
function secondAttempt({ attempts }: DeliveryResult): string {
  const [first] = attempts;
  const status = first?.outcome.kind === 'answered' ? first.outcome.status : 0;
  return l10n.t('It was the second attempt: after {status} Dataverse tries once more.', { status });
}

function answeredWithPage({ attempts }: DeliveryResult): boolean {
  const outcome = attempts.at(-1)?.outcome;
  return outcome?.kind === 'answered' && contentType(outcome).startsWith('text/html');
}

function contentType({ headers }: Extract<PostOutcome, { readonly kind: 'answered' }>): string {
  return (
    headers
      .find(([name]) => name.toLowerCase() === 'content-type')?.[1]
      .trim()
      .toLowerCase() ?? ''
  );
}

const FAILURES: Readonly<Record<RequestFailure, Cause['kind']>> = {
  nameNotResolved: 'nameNotResolved',
  refused: 'refused',
  reset: 'reset',
  unreachable: 'noAnswer',
  tls: 'tls',
  invalidResponse: 'noAnswer',
  other: 'noAnswer',
};

/** Why a delivery failed, in the terms of failed jobs. */
function deliveryCause(error: Exclude<DeliveryError, { readonly kind: 'cancelled' }>): Cause {
  switch (error.kind) {
    case 'nonSuccess':
      return { kind: 'httpStatus', status: error.status };
    case 'timeout':
      return { kind: 'timeout' };
    case 'invalidHeaders':
      return { kind: 'invalidHeaders' };
    case 'invalidQueryParameters':
      return { kind: 'invalidQueryParameters' };
    case 'maxSizeExceeded':
      return { kind: 'tooLarge' };
    case 'invalidUrl':
      return { kind: 'noAnswer' };
    case 'requestFailed': {
      const kind = FAILURES[error.failure];
      return kind === 'httpStatus' ? { kind: 'noAnswer' } : { kind };
    }
  }
}

/** Why what is written in an editor cannot be sent. */
export function bodyProblemText(problem: BodyProblem): string {
  switch (problem) {
    case 'empty':
      return l10n.t('The document is empty. Write the body of the delivery as JSON.');
    case 'notJson':
      return l10n.t('The document is not JSON. Look at the places the editor underlines.');
    case 'notAnObject':
      return l10n.t('The body of a delivery is a JSON object; begin it with {brace}.', { brace: '{' });
  }
}

/** What is to be known about a body, one sentence. */
export function noteText(note: TestNote): string {
  switch (note) {
    case 'sampleValues':
      return l10n.t('The values are samples made up by the type of each column.');
    case 'beforeIsNow':
      return l10n.t('Images of the state before hold the row as it is now.');
    case 'rowGone':
      return l10n.t('The row is not there any more.');
    case 'parametersUnknown':
      return l10n.t('Which parameters this message has is not known here; add them.');
    case 'parametersAreSamples':
      return l10n.t('The parameters of the custom API have sample values.');
    case 'relationIsSample':
      return l10n.t('Relationship and related rows are samples.');
  }
}

/** What a body that was rebuilt for a failed job can and cannot tell. */
export function rebuiltText(): string {
  return l10n.t(
    'Rebuilt from the row as it is now, not recorded: the values at the time of the job, and which columns had changed, are not known.',
  );
}

/** Why sending asks first; undefined where it does not. */
export interface SendQuestion {
  readonly question: string;
  readonly detail: string;
}

/**
 * A delivery leaves this machine only to a webhook of the environment, or after a yes; to one of a production environment
 * only after a yes.
 * @param isOwn the address is the one of a webhook of the environment.
 */
export function sendQuestion(delivery: {
  readonly host: string;
  readonly isLoopback: boolean;
  readonly isOwn: boolean;
  readonly production: boolean;
  readonly environment: string;
}): SendQuestion | undefined {
  const { host, isLoopback, isOwn, production, environment } = delivery;
  if (isLoopback) return undefined;
  if (!isOwn) {
    return {
      question: l10n.t('Send the delivery to {host}?', { host }),
      detail: l10n.t(
        'This is no address of a webhook of {environment}. Values of its rows, and the secret if there is one, go there.',
        { environment },
      ),
    };
  }
  if (!production) return undefined;
  return {
    question: l10n.t('Send a test delivery to {host}, which serves production?', { host }),
    detail: l10n.t(
      '{environment} is marked as production. The handler cannot tell a test from a real event.',
      {
        environment,
      },
    ),
  };
}
