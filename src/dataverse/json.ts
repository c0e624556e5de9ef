import type { Answer } from './connection';
import { requestIdOf } from './errorBody';
import { DataverseError, type DataverseErrorFacts } from './errors';
import type { Row } from './webApi';

/** True for a JSON object. */
export function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The JSON object of an answer with success; an empty row for 204.
 * @throws DataverseError `badAnswer` for anything else: a proxy's page with status 200, JSON that ends in the middle.
 */
export function rowOf(answer: Answer, facts: DataverseErrorFacts): Row {
  if (answer.text === '' && answer.status === 204) return {};
  const type = answer.header('Content-Type') ?? '';
  // Without a type the text itself decides; a page of a gateway always names its type or begins with `<`.
  if (type !== '' && !/[/+]json\b/i.test(type))
    throw badAnswer(answer, facts, `is ${shortType(type)}, not JSON`);
  let value: unknown;
  try {
    // A byte order mark is no JSON, but some servers begin with it.
    value = JSON.parse(answer.text.replace(/^\uFEFF/, ''));
  } catch {
    throw badAnswer(answer, facts, 'is broken JSON');
  }
  if (!isRow(value)) throw badAnswer(answer, facts, 'is no JSON object');
  return value;
}

/**
 * What `/$count` and `/$value` are answered with, a bare text, as the answer to a property: the number or the text as
 * `value` (documentation: count rows). Undefined for any other request or answer.
 */
export function rawValueOf(path: string, answer: Answer): Row | undefined {
  const [, segment] = /\/\$(count|value)(?:\?|$)/.exec(path) ?? [];
  if (segment === undefined || !/^\s*text\/plain\b/i.test(answer.header('Content-Type') ?? ''))
    return undefined;
  const text = answer.text.replace(/^\uFEFF/, '');
  return { value: segment === 'count' && /^\d{1,15}$/.test(text) ? Number(text) : text };
}

/** The rows of a collection answer. */
export function rowsOf(body: Row, answer: Answer, facts: DataverseErrorFacts): readonly Row[] {
  const value = body['value'];
  if (!Array.isArray(value)) throw badAnswer(answer, facts, 'is no collection');
  if (!value.every(isRow)) throw badAnswer(answer, facts, 'has a row that is no JSON object');
  return value;
}

/** An answer that the Web API would not give. */
export function badAnswer(answer: Answer, facts: DataverseErrorFacts, what: string): DataverseError {
  const requestId = requestIdOf(answer);
  return new DataverseError('badAnswer', `The answer to ${facts.method ?? ''} ${facts.path ?? ''} ${what}`, {
    ...facts,
    status: answer.status,
    ...(requestId === undefined ? {} : { requestId }),
  });
}

function shortType(type: string): string {
  return /^[\w.+-]+\/[\w.+-]+/.exec(type)?.[0] ?? 'of no type';
}
