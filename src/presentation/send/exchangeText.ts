import * as l10n from '@vscode/l10n';
import type { CopiedRequest } from '../../delivery/copies';
import type { DeliveryAttempt, DeliveryResult } from '../../delivery/sender';
import type { Secret } from '../../base/secret';
import { readableBody } from '../../delivery/bodyDocument';
import { noteText, rebuiltText, type Verdict } from './sendTexts';
import type { TestNote } from './testPlan';

/** Where a body comes from, beside what was chosen for it. */
export interface BodyOrigin {
  readonly notes: readonly TestNote[];
  /** It stands for the body of a failed job. */
  readonly rebuilt: boolean;
}

/** Sentences about a body, the most important one first. */
export function originTexts({ notes, rebuilt }: BodyOrigin): readonly string[] {
  const own = rebuilt ? notes.filter((note) => note !== 'beforeIsNow') : notes;
  return [...(rebuilt ? [rebuiltText()] : []), ...own.map(noteText)];
}

/** Secrets shorter than this would mask half of an answer. */
const SHORTEST_MASKED = 4;

/**
 * What came of a delivery as text: verdict, each answer with status, time, headers and body, then the request with
 * placeholders. What an endpoint echoes of the secrets is masked.
 */
export function exchangeText(
  request: CopiedRequest,
  result: DeliveryResult,
  verdict: Verdict,
  origin: BodyOrigin,
  secrets: readonly Secret[],
): string {
  const answers = result.attempts.flatMap((attempt, index) => [...attemptLines(attempt, index), '']);
  const text = [
    ...[verdict.happened, verdict.meaning, verdict.next, ...originTexts(origin)]
      .filter((line) => line !== '')
      .map((line) => `# ${line}`),
    '',
    ...answers,
    `### ${l10n.t('Request')}`,
    `POST ${request.url} HTTP/1.1`,
    ...request.headers.map(headerLine),
    '',
    readableBody(request.body).trimEnd(),
    '',
  ].join('\n');
  return masked(text, secrets);
}

function attemptLines({ outcome, duration }: DeliveryAttempt, index: number): readonly string[] {
  const milliseconds = Math.round(duration);
  const head =
    outcome.kind === 'answered'
      ? l10n.t('Attempt {number}: status {status} after {milliseconds} ms', {
          number: index + 1,
          status: outcome.status,
          milliseconds,
        })
      : l10n.t('Attempt {number}: no answer after {milliseconds} ms', { number: index + 1, milliseconds });
  if (outcome.kind !== 'answered') return [`### ${head}`];
  return [
    `### ${head}`,
    `HTTP/1.1 ${outcome.status}`,
    ...outcome.headers.map(headerLine),
    '',
    outcome.body.toString('utf8'),
    ...(outcome.bodyCut ? [`# ${l10n.t('Only the beginning of the answer is kept.')}`] : []),
  ];
}

function headerLine([name, value]: readonly [string, string]): string {
  return `${name}: ${value}`;
}

function masked(text: string, secrets: readonly Secret[]): string {
  return secrets
    .filter(({ length }) => length >= SHORTEST_MASKED)
    .reduce((shown, secret) => shown.replaceAll(secret.reveal(), String(secret)), text);
}
