import { isGuid } from '../../base/guid';
import type { Table, Schema } from '../schema/types';
import { ServiceError, badRequest, notImplemented } from '../serviceError';

/** One segment of a path: `contacts(…)` is name `contacts` with argument text `…`. */
export interface Segment {
  readonly name: string;
  /** Text between the parentheses; undefined without parentheses. */
  readonly argument: string | undefined;
}

/** 404 for a segment that means nothing (FACTS 13.2; code general knowledge, UNVERIFIED). */
export function unknownSegment(name: string): ServiceError {
  return new ServiceError(404, '0x80060888', `Resource not found for the segment '${name}'.`);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw badRequest('The request URI has a malformed percent-encoding.', '0x80060888');
  }
}

/**
 * Splits a path into its segments. A slash inside parentheses or quotes does not separate: a reference of an
 * association may be a whole URL.
 */
export function splitPath(path: string): readonly Segment[] {
  const parts: string[] = [];
  let current = '';
  let depth = 0;
  let quoted = false;
  for (const character of path) {
    if (character === "'") quoted = !quoted;
    if (!quoted && character === '(') depth++;
    if (!quoted && character === ')') depth--;
    if (character === '/' && depth === 0 && !quoted) {
      parts.push(current);
      current = '';
    } else current += character;
  }
  parts.push(current);
  if (depth !== 0 || quoted) throw badRequest('Bad Request - Error in query syntax.', '0x80060888');
  return parts.filter((part, index) => part !== '' || index < parts.length - 1).map(parseSegment);
}

function parseSegment(part: string): Segment {
  const text = decode(part);
  const match = /^([^()]*)\((.*)\)$/s.exec(text);
  if (match === null) return { name: text, argument: undefined };
  return { name: match[1] ?? '', argument: match[2] ?? '' };
}

/**
 * The id in a key: `3f6f…`, `contactid=3f6f…`. Braces, quotes and alternate keys are refused, an alias inside a key is
 * not documented (FACTS 16 #2).
 */
export function rowId(table: Table, argument: string): string {
  const text = argument.trim();
  const named = /^([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$/s.exec(text);
  if (named !== null) {
    if (named[1] !== table.key) {
      if (table.columns.some((column) => column.name === named[1])) throw notImplemented('alternate keys');
      throw badRequest(
        `The key property '${named[1] ?? ''}' is not defined on type 'Microsoft.Dynamics.CRM.${table.name}'.`,
        '0x80060888',
      );
    }
    return rowId(table, named[2] ?? '');
  }
  if (text.startsWith('@')) throw badRequest('Bad Request - Error in query syntax.', '0x80060888');
  if (!isGuid(text)) throw badRequest('Bad Request - Error in query syntax.', '0x80060888');
  return text.toLowerCase();
}

/** A row that a text refers to: `/contacts(…)`, `contacts(…)` or a whole URL below the service root. */
export interface RowLink {
  readonly table: Table;
  readonly id: string;
}

/** Reads a reference to a row. Throws 400 for anything else, 404 for a set that does not exist. */
export function parseRowLink(schema: Schema, text: string, serviceRoot: string): RowLink {
  const path = relativePath(text, serviceRoot);
  const [segment, ...rest] = splitPath(path.replace(/^\//, ''));
  if (segment?.argument === undefined || rest.length > 0) {
    throw badRequest(`The reference '${text}' does not identify a row.`, '0x80048d19');
  }
  const table = schema.bySet(segment.name);
  if (table === undefined) throw unknownSegment(segment.name);
  return { table, id: rowId(table, segment.argument) };
}

/** What follows the service root in a URL; relative texts are taken as they are. The host may be another name for this one. */
export function relativePath(url: string, serviceRoot: string): string {
  const own = /^[a-z]+:\/\/[^/]+(\/.*)$/i.exec(serviceRoot)?.[1] ?? '/';
  const path = /^[a-z]+:\/\/[^/]+(\/.*)$/i.exec(url)?.[1] ?? url;
  if (path.startsWith(own)) return path.slice(own.length);
  const anyVersion = /^\/api\/data\/v9\.\d\/(.*)$/s.exec(path);
  return anyVersion?.[1] ?? path;
}
