import * as l10n from '@vscode/l10n';
import { deliverySummary } from '../../delivery/log/keptParts';
import type {
  DeliveryOutcome,
  DeliveryRecord,
  DeliverySource,
  Refusal,
} from '../../delivery/log/deliveryRecord';
import type { KeptDeliveries } from '../../delivery/log/deliveryLog';
import type { DeliveryError } from '../../delivery/sender';
import { oneLine } from '../texts/plainText';
import { readerLocale } from '../texts/readerLocale';

/** What a delivery is about, as a name: `Update contact`. */
export function deliveryName({ request }: DeliveryRecord): string {
  const { message, table } = deliverySummary({ request });
  if (message === undefined && table === undefined)
    return oneLine(`${request.method} ${pathOf(request.url)}`) || l10n.t('Delivery');
  // `none` is what the service writes for messages about no table.
  return oneLine([message, table].filter((part) => part !== undefined && part !== 'none').join(' '));
}

function pathOf(url: string): string {
  return url.replace(/^https?:\/\/[^/]*/i, '') || '/';
}

/** Where a kept delivery comes from. */
export function sourceText(source: DeliverySource): string {
  switch (source) {
    case 'received':
      return l10n.t('received');
    case 'sent':
      return l10n.t('sent');
    case 'forwarded':
      return l10n.t('forwarded');
    case 'replayed':
      return l10n.t('replayed');
    case 'sample':
      return l10n.t('sample');
    case 'opened':
      return l10n.t('from a file');
  }
}

/** What Dataverse would make of the answer, as one word with the status. */
export function outcomeText({ outcome, answer, error, refusal }: DeliveryRecord): string {
  if (refusal !== undefined) return l10n.t('refused {status}', { status: answer?.status ?? '' });
  const status = answer === undefined ? '' : String(answer.status);
  switch (outcome) {
    case 'pending':
      return l10n.t('waiting');
    case 'none':
      return l10n.t('not sent');
    case 'success':
      return l10n.t('success {status}', { status });
    case 'tryAgain':
      return l10n.t('one more attempt {status}', { status });
    case 'failure':
      return error === undefined || error.kind === 'nonSuccess'
        ? l10n.t('failure {status}', { status })
        : l10n.t('failure: {reason}', { reason: shortErrorText(error) });
  }
}

/** The same as a whole sentence. */
export function outcomeSentence(outcome: DeliveryOutcome, attempts: number): string {
  switch (outcome) {
    case 'pending':
      return l10n.t('No answer yet.');
    case 'none':
      return '';
    case 'success':
      return l10n.t('Dataverse counts this as a success: any status from 200 to 299 is one.');
    case 'tryAgain':
      return l10n.t('Dataverse tries exactly once more after 502, 503 and 504, and then gives up.');
    case 'failure':
      return attempts > 1
        ? l10n.t('Dataverse counts this as a failure: the one more attempt failed, too.')
        : l10n.t('Dataverse counts this as a failure and does not try again.');
  }
}

/** Why the listener refused a request, as a sentence. */
export function refusalText(refusal: Refusal): string {
  switch (refusal.reason) {
    case 'missing':
      return l10n.t('Refused: "{name}" was expected and is missing.', { name: refusal.name });
    case 'wrong':
      return l10n.t('Refused: "{name}" has another value than the expected one.', { name: refusal.name });
    case 'loop':
      return l10n.t('Refused: it would be forwarded to the listener itself, again and again.');
    case 'notJson':
      return l10n.t('Refused: the body is not JSON.');
    case 'tooLarge':
      return l10n.t('Refused: the body is larger than 1 MB. Only its start is kept.');
  }
}

/** Why there is no answer, in few words. */
export function shortErrorText(error: DeliveryError): string {
  switch (error.kind) {
    case 'nonSuccess':
      return l10n.t('status {status}', { status: error.status });
    case 'timeout':
      return l10n.t('no answer within {seconds} s', { seconds: Math.round(error.milliseconds / 1000) });
    case 'invalidUrl':
      return l10n.t('the address is no http or https URL');
    case 'invalidHeaders':
      return l10n.t('the header "{name}" cannot be sent', { name: error.name });
    case 'invalidQueryParameters':
      return l10n.t('the query parameter "{name}" cannot be sent', { name: error.name });
    case 'maxSizeExceeded':
      return l10n.t('the body is too large');
    case 'cancelled':
      return l10n.t('cancelled');
    case 'requestFailed':
      return failureText(error);
  }
}

function failureText({ failure, code }: Extract<DeliveryError, { readonly kind: 'requestFailed' }>): string {
  switch (failure) {
    case 'nameNotResolved':
      return l10n.t('the host name is not known');
    case 'refused':
      return l10n.t('nothing listens at this address');
    case 'reset':
      return l10n.t('the connection was broken off');
    case 'unreachable':
      return l10n.t('the host cannot be reached');
    case 'tls':
      return l10n.t('no secure connection ({code})', { code });
    case 'invalidResponse':
      return l10n.t('the answer is no HTTP');
    case 'other':
      return l10n.t('the request failed ({code})', { code });
  }
}

/** Made once for a locale: making a format costs a hundred times what using it does. */
let time: Intl.DateTimeFormat | undefined;
let timeLocale: string | undefined;

function timeFormat(): Intl.DateTimeFormat {
  const locale = readerLocale();
  if (time === undefined || timeLocale !== locale) {
    timeLocale = locale;
    time = new Intl.DateTimeFormat(locale, {
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      fractionalSecondDigits: 3,
    });
  }
  return time;
}

/** The time of day, to the millisecond. */
export function timeText(at: number): string {
  return timeFormat().format(at);
}

/** The day of a time. */
export function dayText(at: number): string {
  return new Date(at).toLocaleDateString(readerLocale());
}

function secondsText(seconds: number): string {
  return seconds.toLocaleString(readerLocale(), { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

/** A span of time. */
export function durationText(milliseconds: number): string {
  return milliseconds < 1_000
    ? l10n.t('{count} ms', { count: Math.round(milliseconds) })
    : l10n.t('{count} s', { count: secondsText(milliseconds / 1_000) });
}

/** A listener as the list tells of it. */
interface ListenedAt {
  readonly url: string;
  readonly forwardsTo: string | undefined;
}

/** What stands beside the name of the list: how many there are, or where one that is empty listens. */
export function listDescription({ records }: KeptDeliveries, listening: ListenedAt | undefined): string {
  if (records.length > 0) return String(records.length);
  if (listening === undefined) return '';
  const { url, forwardsTo } = listening;
  return forwardsTo === undefined ? url : `${url} → ${forwardsTo}`;
}

/**
 * What is listened to and what was dropped: the text above the list. Above an empty one the editor would show it in place
 * of what to do next, so a listener is told in the description then.
 */
export function listMessage(kept: KeptDeliveries, listening: ListenedAt | undefined, shown: number): string {
  const lines: string[] = [];
  if (listening !== undefined && kept.records.length > 0) {
    lines.push(l10n.t('Listening at {url}.', { url: listening.url }));
    if (listening.forwardsTo !== undefined)
      lines.push(l10n.t('Forwarding to {url}.', { url: listening.forwardsTo }));
  }
  if (shown < kept.records.length)
    lines.push(
      l10n.t('{shown} of {count} deliveries fit the filter.', { shown, count: kept.records.length }),
    );
  if (kept.dropped > 0)
    lines.push(l10n.t('{count} older deliveries were dropped to make room.', { count: kept.dropped }));
  if (kept.incomplete > 0)
    lines.push(
      l10n.t('{count} requests were no whole HTTP request and are not kept.', { count: kept.incomplete }),
    );
  return lines.join(' ');
}
