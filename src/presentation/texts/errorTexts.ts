import * as l10n from '@vscode/l10n';
import { DataverseError, type DataverseReason, type NetworkKind } from '../../dataverse/errors';
import { privilegeOf } from '../../dataverse/privileges';
import { toError } from '../../base/errors';
import { SignInError } from '../../auth/signInError';
import { EnvironmentGuardError } from '../../environments/guardedApi';
import { ProfileFileError } from '../../environments/profileFile';
import { UndoError } from '../../webhooks/runUndo';
import { SandboxStartError } from '../../environments/sandboxStart';
import { fileReason } from './fileTexts';
import { goneText } from './goneTexts';
import { messageLine, oneLine } from './plainText';
import { signInText } from './signInTexts';

/** What a person can do about an error. The shell turns each into a button. */
export type NextStep = 'retry' | 'signIn' | 'changeAnswers' | 'openLog' | 'copyDetails';

export interface ErrorText {
  /** One or two whole sentences: what was not done, and why. */
  readonly message: string;
  readonly nextSteps: readonly NextStep[];
}

/**
 * Turns an error into what is shown.
 * @param undone a localized sentence naming the action and the object: `Could not register the webhook "Orders".`
 * @param where the environment's name, for reasons that are about reaching it.
 */
export function errorText(error: unknown, undone: string, where: string): ErrorText {
  const reason = reasonText(error, where);
  return { message: messageLine(`${undone} ${reason.message}`), nextSteps: reason.nextSteps };
}

/**
 * The reason alone, for places that name the action already.
 * @param named the environment's name; empty where the place is about none, or does not know which.
 */
export function reasonText(error: unknown, named: string): ErrorText {
  const where = named === '' ? l10n.t('The service') : named;
  if (DataverseError.is(error)) return dataverseReason(error, where);
  if (error instanceof UndoError) {
    const message =
      error.reason === 'webhookHasSteps'
        ? l10n.t('The webhook has steps by now, which would be deleted with it. Use Delete WebHook.')
        : l10n.t('Its secret was not told, and the service does not give it back.');
    return { message, nextSteps: [] };
  }
  if (error instanceof SandboxStartError) return sandboxReason(error);
  if (error instanceof SignInError) return signInText(error, where);
  if (error instanceof ProfileFileError) {
    const message =
      error.reason === 'notJson'
        ? l10n.t('The file is not JSON.')
        : l10n.t('The file is no list of environments that was exported here.');
    return { message, nextSteps: ['retry'] };
  }
  if (error instanceof EnvironmentGuardError) {
    const environment = { environment: where };
    const message =
      error.reason === 'removed'
        ? l10n.t('{environment} was removed here. Add it again to go on.', environment)
        : l10n.t(
            '{environment} is set to read-only here. Use Change Environment to allow writing.',
            environment,
          );
    return { message, nextSteps: [] };
  }
  const file = fileReason(error);
  if (file !== undefined) return { message: file, nextSteps: ['retry', 'openLog'] };
  return { message: unexpectedText(error), nextSteps: ['openLog', 'copyDetails'] };
}

function unexpectedText(error: unknown): string {
  return l10n.t('An error that is not expected here: {message}', {
    message: oneLine(toError(error).message),
  });
}

function sandboxReason(error: SandboxStartError): ErrorText {
  const message = {
    notStarted: l10n.t('The sandbox process could not be started. Its output is in the log.'),
    noAddress: l10n.t('The sandbox process ended before it told its address. Its output is in the log.'),
    timeout: l10n.t('The sandbox process did not tell its address in time. Its output is in the log.'),
  }[error.reason];
  return { message, nextSteps: ['retry', 'openLog'] };
}

const RETRIED: ReadonlySet<DataverseReason> = new Set([
  'throttled',
  'network',
  'timeout',
  'server',
  'badAnswer',
  'redirected',
  // What was refused may be allowed a moment later: a privilege was granted, a lock has gone.
  'forbidden',
  'conflict',
]);

/** Refusals that other answers in a wizard can avoid. */
const CORRECTABLE: ReadonlySet<DataverseReason> = new Set(['invalid', 'conflict', 'notFound', 'tooLarge']);

function dataverseReason(error: DataverseError, where: string): ErrorText {
  const nextSteps: NextStep[] = [];
  if (error.reason === 'unauthorized') nextSteps.push('signIn');
  if (RETRIED.has(error.reason)) nextSteps.push('retry');
  if (CORRECTABLE.has(error.reason)) nextSteps.push('changeAnswers');
  const text = dataverseText(error, where);
  const message = mayBeDone(error)
    ? l10n.t('{reason} It may have been carried out all the same.', { reason: text })
    : text;
  return { message, nextSteps: [...nextSteps, 'openLog', 'copyDetails'] };
}

/** A write that was sent, and of whose answer nothing or only a part came. */
function mayBeDone({ reason, kind, facts }: DataverseError): boolean {
  if (facts.method === undefined || facts.method === 'GET') return false;
  return (
    reason === 'timeout' ||
    (reason === 'network' && (kind === 'reset' || kind === 'cut' || kind === 'timeout'))
  );
}

function dataverseText(error: DataverseError, where: string): string {
  if (error.status === 407) {
    return l10n.t(
      'The proxy on the way to {environment} wants a sign-in (407). Check the setting "http.proxy".',
      { environment: where },
    );
  }
  const gone = goneText(error, where);
  if (gone !== undefined) return gone;
  switch (error.reason) {
    case 'network':
      return networkText(error.kind ?? 'other', where);
    case 'timeout':
      return l10n.t('{environment} did not answer in time.', { environment: where });
    case 'unauthorized':
      return l10n.t('{environment} does not accept the sign-in (401). Sign in again.', {
        environment: where,
      });
    case 'throttled':
      return l10n.t(
        '{environment} asks for a pause because too many requests were sent (429). Try again later.',
        {
          environment: where,
        },
      );
    case 'badAnswer':
      // The answer was read as one of the Web API's: no proxy is in between, and what is odd about it helps who reports it.
      if (error.status === undefined)
        return l10n.t('{environment} sent an answer that cannot be used: {message}.', {
          environment: where,
          message: oneLine(error.message),
        });
      return l10n.t(
        '{environment} answered something that is not a Dataverse answer. A proxy or sign-in page may be in between.',
        {
          environment: where,
        },
      );
    case 'redirected':
      return l10n.t('{environment} points to another address, which is not followed with your sign-in.', {
        environment: where,
      });
    case 'tooLarge':
      return l10n.t('The request or the answer is larger than allowed.');
    case 'notRun':
      return l10n.t('It was not run because another part of the same request was refused.');
    case 'forbidden':
    case 'notFound':
    case 'conflict':
    case 'invalid':
    case 'unsupported':
    case 'server':
      // Refused before it was sent: nobody has answered.
      if (error.status === undefined && error.serviceMessage === undefined) return unexpectedText(error);
      return error.reason === 'forbidden' ? forbiddenText(error, where) : refusalText(error, where);
  }
}

function networkText(kind: NetworkKind, where: string): string {
  const environment = { environment: where };
  switch (kind) {
    case 'refused':
      return l10n.t('Nothing answers at the address of {environment}. Is it running?', environment);
    case 'nameNotFound':
      return l10n.t(
        'The host name of {environment} is not known. Check the address and the network.',
        environment,
      );
    case 'tls':
      return l10n.t('The certificate of {environment} is not trusted.', environment);
    case 'timeout':
      return l10n.t('{environment} did not answer in time.', environment);
    case 'reset':
      return l10n.t('{environment} closed the connection.', environment);
    case 'cut':
      return l10n.t('The answer of {environment} ended before it was complete.', environment);
    case 'other':
      return l10n.t('{environment} could not be reached.', environment);
  }
}

/** The service's own words with its code, or what the status means where it said nothing. */
function refusalText(error: DataverseError, where: string): string {
  const said = oneLine(error.serviceMessage ?? '');
  if (error.facts.page === true) return pageText(error, said, where);
  if (said !== '') {
    return error.hexCode === undefined
      ? l10n.t('{environment} says: {message}', { environment: where, message: said })
      : l10n.t('{environment} says: {message} ({code})', {
          environment: where,
          message: said,
          code: error.hexCode,
        });
  }
  switch (error.reason) {
    case 'forbidden':
      return l10n.t('You do not have the privilege for it in {environment}.', { environment: where });
    case 'notFound':
      return l10n.t('It does not exist in {environment} any more.', { environment: where });
    case 'conflict':
      return l10n.t('Somebody else changed it in {environment} meanwhile. Refresh and try again.', {
        environment: where,
      });
    case 'unsupported':
      return l10n.t('{environment} does not offer this operation.', { environment: where });
    default:
      return l10n.t('{environment} answered with status {status} and no explanation.', {
        environment: where,
        status: error.status ?? 0,
      });
  }
}

/** PrivilegeDenied and PrincipalPrivilegeDenied (FACTS 12). */
const PRIVILEGE_CODES: ReadonlySet<number | undefined> = new Set([-2147220960, -2147220943]);

/**
 * A refusal with the privilege it takes, where the service has not said which. It stands first: in a list the end is cut
 * off. Of what is refused for another reason, by a firewall for one, nothing is added.
 */
function forbiddenText(error: DataverseError, where: string): string {
  const refusal = refusalText(error, where);
  const { facts, code, serviceMessage = '' } = error;
  const saidNothing = code === undefined && serviceMessage === '';
  const privilege = saidNothing || PRIVILEGE_CODES.has(code) ? privilegeOf(facts) : undefined;
  if (privilege === undefined || facts.page === true || /\bprv[A-Z]/.test(serviceMessage)) return refusal;
  const takes = l10n.t('It takes the privilege {privilege}.', { privilege });
  return serviceMessage === '' ? `${refusal} ${takes}` : `${takes} ${refusal}`;
}

/** A page is not the service's word, and must not look like it. */
function pageText(error: DataverseError, said: string, where: string): string {
  const status = error.status ?? 0;
  return said === ''
    ? l10n.t(
        'A web page came instead of an answer of {environment} ({status}). A proxy or gateway may be in between.',
        { environment: where, status },
      )
    : l10n.t(
        'A web page came instead of an answer of {environment} ({status}), saying "{message}". A proxy or gateway may be in between.',
        { environment: where, status, message: said },
      );
}

/** Everything known about an error, for the clipboard and the log. Holds no secret: errors carry none. */
export function errorDetails(error: unknown): string {
  if (!DataverseError.is(error)) {
    const other = toError(error);
    return other.stack ?? other.message;
  }
  const facts = Object.entries(error.details)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${String(value)}`);
  return [`${error.name} (${error.reason}): ${error.message}`, ...facts].join('\n');
}
