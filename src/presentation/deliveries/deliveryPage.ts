import * as l10n from '@vscode/l10n';
import { deliverySummary } from '../../delivery/log/keptParts';
import { readContext, type ReadProblem } from '../../delivery/readContext';
import type { DeliveryRecord, KeptHeader } from '../../delivery/log/deliveryRecord';
import type { DeliveryPage, DeliveryTexts, NamedValue, ShownAnswer } from '../../protocol/delivery';
import { cutText } from '../../base/text';
import { oneLine } from '../texts/plainText';
import { numberText } from '../texts/readerLocale';
import { contextParts } from './contextParts';
import { readable } from './deliveryText';
import {
  deliveryName,
  durationText,
  outcomeSentence,
  outcomeText,
  refusalText,
  shortErrorText,
  sourceText,
  timeText,
  dayText,
} from './deliveryTexts';

/** Most characters of a body on the page: four times what the service ever sends; an editor shows all of it. */
const MOST_JSON = 1_000_000;
const MASK = '•••';

/**
 * A delivery as its page shows it. No secret is in it: values that may be one are `•••`.
 * @param others records that it came from, or that came from it
 */
export function deliveryPage(record: DeliveryRecord, others: readonly DeliveryRecord[]): DeliveryPage {
  const { request } = record;
  const summary = deliverySummary(record);
  const { context, problems } = readContext(request.body);
  return {
    id: record.id,
    texts: pageTexts(record),
    title: deliveryName(record),
    summary: `${outcomeText(record)} · ${sourceText(record.source)} · ${dayText(record.at)} ${timeText(record.at)}`,
    notes: notesOf(record, problems),
    facts: [
      ...fact(l10n.t('Row'), summary.rowId),
      ...fact(l10n.t('Step'), summary.step?.name ?? summary.step?.id),
      ...fact(l10n.t('WebHook'), record.webhookName),
      ...fact(l10n.t('Correlation'), summary.correlationId),
      ...fact(l10n.t('Size'), l10n.t('{count} bytes', { count: numberText(request.bodyBytes) })),
    ],
    line: `${request.method} ${request.url}`,
    headers: request.headers.map(headerValue),
    parts: context === undefined ? [] : [...contextParts(context)],
    json: cutText(readable(request.body), MOST_JSON),
    ...answerOf(record),
    related: others.map((other) => ({
      id: other.id,
      text: `${sourceText(other.source)}: ${outcomeText(other)} · ${oneLine(other.request.url)} · ${timeText(other.at)}`,
    })),
  };
}

/** The deliveries that belong to one: what it came from, and what came from it. */
export function relatedTo(record: DeliveryRecord, all: readonly DeliveryRecord[]): readonly DeliveryRecord[] {
  return all.filter((other) => other.id === record.of || other.of === record.id).slice(0, 100);
}

function fact(name: string, value: string | undefined): readonly NamedValue[] {
  return value === undefined || value === '' ? [] : [{ name, value }];
}

function headerValue([name, value]: KeptHeader): NamedValue {
  return typeof value === 'string' ? { name, value } : { name, value: MASK, masked: true };
}

function notesOf(record: DeliveryRecord, problems: readonly ReadProblem[]): string[] {
  const { refusal, request, error } = record;
  const summary = deliverySummary(record);
  const notes: string[] = [];
  if (refusal !== undefined) notes.push(refusalText(refusal));
  if (error !== undefined && error.kind !== 'nonSuccess')
    notes.push(l10n.t('No answer: {reason}.', { reason: shortErrorText(error) }));
  if (request.keysLeftOut === true)
    notes.push(l10n.t('Values that may be keys were not kept with it: a replay is sent without them.'));
  if (request.bodyCut) notes.push(l10n.t('Only the start of the body is kept.'));
  if (summary.trimmed)
    notes.push(
      l10n.t('Over 256 KB: parameters, images and parents were left out. Read the row back by its id.'),
    );
  const [first] = problems;
  if (first !== undefined)
    notes.push(
      l10n.t('{count} places are not as documented, the first is {place}: {reason}.', {
        count: problems.length,
        place: first.path === '' ? l10n.t('the whole body') : oneLine(first.path),
        reason: problemText(first),
      }),
    );
  return notes;
}

function problemText({ reason }: ReadProblem): string {
  switch (reason) {
    case 'notJson':
      return l10n.t('it is not JSON');
    case 'notAnObject':
    case 'notAContext':
      return l10n.t('it is no execution context');
    case 'tooDeep':
      return l10n.t('it is nested too deeply');
    case 'wrongType':
      return l10n.t('it has another type');
    case 'unknownMember':
      return l10n.t('the name is not known');
    case 'unknownType':
      return l10n.t('the type is not known');
  }
}

function answerOf(record: DeliveryRecord): { readonly answer?: ShownAnswer } {
  const { answer, outcome, attempts, duration } = record;
  if (answer === undefined) return {};
  const parts = [
    String(answer.status),
    ...(duration === undefined ? [] : [durationText(duration)]),
    ...(attempts > 1 ? [l10n.t('{count} attempts', { count: attempts })] : []),
  ];
  return {
    answer: {
      line: parts.join(' · '),
      meaning: outcomeSentence(outcome, attempts),
      success: outcome === 'success',
      headers: answer.headers.map(headerValue),
      body: readable(answer.body),
    },
  };
}

function pageTexts({ pinned }: DeliveryRecord): DeliveryTexts {
  return {
    acts: {
      replay: l10n.t('Replay…'),
      edit: l10n.t('Edit and Replay…'),
      compare: l10n.t('Compare…'),
      openJson: l10n.t('Open in Editor'),
      pin: pinned ? l10n.t('Unpin') : l10n.t('Pin'),
      export: l10n.t('Export…'),
    },
    actions: l10n.t('What to do with it'),
    request: l10n.t('Request'),
    context: l10n.t('Context'),
    json: l10n.t('JSON'),
    answer: l10n.t('Answer'),
    headers: l10n.t('Headers'),
    related: l10n.t('Forwarded and replayed'),
    copyBody: l10n.t('Copy Body'),
    copyHeaders: l10n.t('Copy Headers'),
    copyAnswer: l10n.t('Copy Answer'),
    masked: l10n.t('hidden, because it may be a key'),
    column: l10n.t('Name'),
    type: l10n.t('Type'),
    before: l10n.t('Before'),
    value: l10n.t('Value'),
    changed: l10n.t('changed'),
    empty: l10n.t('empty'),
    showMore: l10n.t('Show {count} more', { count: '{count}' }),
  };
}
