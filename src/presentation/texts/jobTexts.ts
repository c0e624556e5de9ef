import * as l10n from '@vscode/l10n';
import { toHexCode } from '../../dataverse/errors';
import type { Cause } from '../../jobs/causes';
import type { JobState } from '../../jobs/model';
import type { QueryTextError } from '../../jobs/queryText';
import { oneLine } from './plainText';

/** Why a delivery failed and what to do, in plain words. */
export interface CauseText {
  readonly cause: string;
  readonly remedy: string;
}

/** @param errorCode shown where the cause is not known. */
export function causeText(cause: Cause, errorCode: number | undefined): CauseText {
  switch (cause.kind) {
    case 'httpStatus':
      return {
        cause: l10n.t('The endpoint answered with status {status}.', { status: cause.status }),
        remedy: statusRemedy(cause.status),
      };
    case 'httpStatusUnknown':
      return {
        cause: l10n.t('The endpoint answered with a status that is no success.'),
        remedy: statusRemedy(0),
      };
    case 'unknown':
      return {
        cause:
          errorCode === undefined
            ? l10n.t('The job names no error code.')
            : l10n.t('The error code {code} is not one of webhooks.', { code: toHexCode(errorCode) }),
        remedy: l10n.t('Read the message below. A plug-in or the platform itself may have failed.'),
      };
    default:
      return { cause: connectionCause(cause.kind), remedy: connectionRemedy(cause.kind) };
  }
}

function statusRemedy(status: number): string {
  if (status === 401 || status === 403) {
    return l10n.t(
      'The endpoint refuses the authentication. Compare the authentication type and its values with what the endpoint expects.',
    );
  }
  if (status === 404 || status === 405 || status === 410) {
    return l10n.t('Check the path of the URL and that the endpoint accepts POST there.');
  }
  if (status === 413)
    return l10n.t(
      'The endpoint does not accept a body of this size. Use fewer image columns or raise its limit.',
    );
  if (status >= 300 && status < 400) {
    return l10n.t('Register the address the endpoint redirects to. Redirects are not known to be followed.');
  }
  if (status === 429 || status === 502 || status === 503 || status === 504) {
    return l10n.t(
      'The endpoint or its gateway was overloaded or not running. Scale it, or let it accept the event and work later.',
    );
  }
  if (status >= 500)
    return l10n.t(
      'The endpoint failed while it worked on the event. Look into its own log at the time of the job.',
    );
  return l10n.t(
    'Look into the log of the endpoint at the time of the job. Only a status from 200 to 299 is a success.',
  );
}

type ConnectionKind = Exclude<Cause['kind'], 'httpStatus' | 'httpStatusUnknown' | 'unknown'>;

function connectionCause(kind: ConnectionKind): string {
  switch (kind) {
    case 'timeout':
      return l10n.t('The endpoint did not answer within 60 seconds.');
    case 'invalidHeaders':
      return l10n.t('The stored headers of the webhook cannot be read.');
    case 'invalidQueryParameters':
      return l10n.t('The stored query parameters of the webhook cannot be read.');
    case 'nameNotResolved':
      return l10n.t('The host name of the endpoint is not known.');
    case 'refused':
      return l10n.t('Nothing listens at the address of the endpoint.');
    case 'reset':
      return l10n.t('The endpoint closed the connection before it answered.');
    case 'tls':
      return l10n.t('No encrypted connection could be made to the endpoint.');
    case 'port':
      return l10n.t('The address of the endpoint has a port that webhooks are not sent to.');
    case 'noAnswer':
      return l10n.t('The request could not be delivered: no answer came.');
    case 'postDisabled':
      return l10n.t(
        'Calls to webhooks are switched off for this environment, or not allowed to this address.',
      );
    case 'tooLarge':
      return l10n.t('The body is larger than 256 KB, also without images and parameters.');
    case 'stepDisabled':
      // The published text of the code says so; that it happens to webhook steps is UNVERIFIED (FACTS 6.2).
      return l10n.t('The platform has disabled the step and says that another one replaces it.');
  }
}

function connectionRemedy(kind: ConnectionKind): string {
  switch (kind) {
    case 'timeout':
      return l10n.t('Answer first and work afterwards, for example through a queue.');
    case 'invalidHeaders':
    case 'invalidQueryParameters':
      return l10n.t(
        'Set the authentication of the webhook again. Another tool may have written it in the wrong form.',
      );
    case 'nameNotResolved':
      return l10n.t('Check the host name in the URL of the webhook, and that it is public.');
    case 'refused':
      return l10n.t('Start the endpoint, or correct the address in the URL of the webhook.');
    case 'reset':
    case 'noAnswer':
      return l10n.t(
        'Check that the endpoint runs, is public, and listens on port 443 for https or 80 for http.',
      );
    case 'port':
      return l10n.t('Use port 443 for https or 80 for http in the URL of the webhook.');
    case 'tls':
      return l10n.t('Give the endpoint a certificate of a public authority for its host name, valid today.');
    case 'postDisabled':
      return l10n.t('Ask the administrator of the environment.');
    case 'tooLarge':
      return l10n.t('Use images with fewer columns; the receiver can read the row back by its id.');
    case 'stepDisabled':
      return l10n.t('Look for the step that replaces it before you enable this one again.');
  }
}

/**
 * How it stands with a job that has not failed (FACTS 10.1).
 * @param until when a postponed one goes on, as the reader's time
 */
export function standingText(
  state: Exclude<JobState, 'failed' | 'unknown'>,
  until: string | undefined,
): CauseText {
  switch (state) {
    case 'succeeded':
      return { cause: l10n.t('The job succeeded.'), remedy: '' };
    case 'canceled':
      return {
        cause: l10n.t('The job was canceled before it ended.'),
        remedy: l10n.t('A canceled job does not go on.'),
      };
    case 'waiting':
      return {
        cause: l10n.t('The job waits.'),
        remedy:
          until === undefined
            ? l10n.t('It goes on when it is resumed.')
            : l10n.t('It goes on by itself at {time}, or before when it is resumed.', { time: until }),
      };
    case 'waitingForResources':
      return { cause: l10n.t('The job has not begun.'), remedy: l10n.t('The platform begins it by itself.') };
    case 'inProgress':
    case 'pausing':
    case 'canceling':
      return { cause: l10n.t('The job is being run.'), remedy: '' };
  }
}

/** Name of a job's state, as the platform writes it. */
export function jobStateLabel(state: JobState): string {
  switch (state) {
    case 'waitingForResources':
      return l10n.t('Waiting for resources');
    case 'waiting':
      return l10n.t('Waiting');
    case 'inProgress':
      return l10n.t('In progress');
    case 'pausing':
      return l10n.t('Pausing');
    case 'canceling':
      return l10n.t('Canceling');
    case 'succeeded':
      return l10n.t('Succeeded');
    case 'failed':
      return l10n.t('Failed');
    case 'canceled':
      return l10n.t('Canceled');
    case 'unknown':
      return l10n.t('Unknown');
  }
}

/** Why a query is not sent, and what to write instead. */
export function queryTextProblem(error: QueryTextError): string {
  switch (error.reason) {
    case 'noTable':
      return l10n.t('There is no table "{table}". Write its logical name into <entity name="…">.', {
        table: oneLine(String(error.details['table'] ?? '')),
      });
    case 'notXml':
      return l10n.t('The FetchXML cannot be read: {message}', {
        message: String(error.details['message'] ?? ''),
      });
  }
}

/** What is wrong with the code that a filter has. */
export function errorCodeProblem(text: string): string {
  return l10n.t('"{text}" is no error code. Write one such as 0x80050201 or -2147155455.', {
    text: oneLine(text),
  });
}

/** Column headings of the job table; any other column shows its own name. */
export function jobColumnLabel(column: string): string {
  switch (column) {
    case 'completedon':
      return l10n.t('Completed');
    case 'createdon':
      return l10n.t('Created');
    case 'startedon':
      return l10n.t('Started');
    case 'name':
      return l10n.t('Name');
    case 'statuscode':
      return l10n.t('Status');
    case 'errorcode':
      return l10n.t('Error Code');
    case 'friendlymessage':
      return l10n.t('Error');
    case 'messagename':
      return l10n.t('Message');
    case 'primaryentitytype':
      return l10n.t('Table');
    case 'retrycount':
      return l10n.t('Retries');
    case 'depth':
      return l10n.t('Depth');
    case 'correlationid':
      return l10n.t('Correlation');
    case '_owningextensionid_value':
      return l10n.t('Step');
    case 'webhook':
      return l10n.t('Webhook');
    case '_regardingobjectid_value':
      return l10n.t('Row');
    case '_ownerid_value':
      return l10n.t('Owner');
    default:
      return column;
  }
}
