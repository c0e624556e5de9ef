import type { DeliveryHeaders } from './sender';
import {
  NumberText,
  isSourceArray,
  isSourceObject,
  parseSource,
  writeSource,
  type SourceJson,
  type SourceObject,
} from './jsonSource';
import { BODY_LIMIT_BYTES, type WireBody } from './wire';

/**
 * The same JSON on lines of its own, for people: digits of numbers kept, slashes as they are read.
 * @throws SyntaxError for text that is not JSON.
 */
export function readableBody(body: string): string {
  return `${indented(parseSource(body), '')}\n`;
}

const STEP = '  ';

function indented(value: SourceJson, indent: string): string {
  const inner = indent + STEP;
  if (isSourceArray(value)) {
    if (value.length === 0) return '[]';
    return `[\n${value.map((item) => inner + indented(item, inner)).join(',\n')}\n${indent}]`;
  }
  if (isSourceObject(value)) {
    const members = Object.entries(value);
    if (members.length === 0) return '{}';
    const lines = members.map(
      ([name, member]) => `${inner}${JSON.stringify(name)}: ${indented(member, inner)}`,
    );
    return `{\n${lines.join(',\n')}\n${indent}}`;
  }
  return value instanceof NumberText ? value.digits : JSON.stringify(value);
}

/** Why a text cannot be sent as a body. */
export type BodyProblem = 'empty' | 'notJson' | 'notAnObject';

export type BodyReading =
  | { readonly ok: true; readonly body: WireBody; readonly members: BodyMembers }
  | { readonly ok: false; readonly problem: BodyProblem };

/** What the headers of a delivery repeat of its body; undefined where the body does not tell it as text. */
export interface BodyMembers {
  readonly messageName: string | undefined;
  readonly primaryEntityName: string | undefined;
  readonly correlationId: string | undefined;
}

/** The members that are removed from a body that is too large (FACTS 17.6). */
const TRIMMED = ['ParentContext', 'InputParameters', 'PreEntityImages', 'PostEntityImages'];

/**
 * What a person wrote as a body in the form of the wire: without white space, slashes escaped, and everything else as it
 * was written, known or not. Above the limit, or when asked for, four members are left out (FACTS 17.6).
 */
export function bodyFromText(
  text: string,
  sizeExceeded = false,
  limitBytes: number = BODY_LIMIT_BYTES,
): BodyReading {
  const plain = text.replace(/^\uFEFF/, '');
  if (plain.trim() === '') return { ok: false, problem: 'empty' };
  let json: SourceJson;
  try {
    json = parseSource(plain);
  } catch {
    // Also a RangeError for what is nested too deeply for anybody.
    return { ok: false, problem: 'notJson' };
  }
  if (!isSourceObject(json)) return { ok: false, problem: 'notAnObject' };
  return { ok: true, body: wireBodyOf(json, sizeExceeded, limitBytes), members: membersOf(json) };
}

function wireBodyOf(json: SourceObject, sizeExceeded: boolean, limitBytes: number): WireBody {
  const whole = writeSource(json);
  const wholeBytes = Buffer.byteLength(whole);
  const trimmed = sizeExceeded || wholeBytes > limitBytes;
  if (!trimmed) return { text: whole, bytes: wholeBytes, trimmed: false, tooLarge: false };
  const rest = Object.fromEntries(Object.entries(json).filter(([name]) => !TRIMMED.includes(name)));
  const text = writeSource(rest);
  const bytes = Buffer.byteLength(text);
  return { text, bytes, trimmed: true, tooLarge: bytes > limitBytes };
}

function membersOf(json: SourceObject): BodyMembers {
  const text = (name: string): string | undefined => {
    const value = Object.hasOwn(json, name) ? json[name] : undefined;
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  return {
    messageName: text('MessageName'),
    primaryEntityName: text('PrimaryEntityName'),
    correlationId: text('CorrelationId'),
  };
}

/** The headers that go with a body: they say the same as its members (FACTS 17.2). */
export function headersOfBody(members: BodyMembers, organization: string): DeliveryHeaders {
  return {
    organization,
    entityName: headerText(members.primaryEntityName ?? 'none'),
    requestName: headerText(members.messageName ?? ''),
    // Equality with CorrelationId is UNVERIFIED (FACTS 17.2).
    correlationId: headerText(members.correlationId ?? ''),
  };
}

/** What cannot stand in a header would keep the whole request from being sent. */
function headerText(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?');
}
