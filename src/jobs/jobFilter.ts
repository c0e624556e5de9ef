import { CODE_OF_CAUSE, type AskedCause } from './causes';
import type { FetchCondition, FetchFilter } from '../dataverse/fetchXml';
import { daysBefore } from '../base/zonedTime';
import * as odata from '../dataverse/odata';

/** Which jobs are wanted; both languages of a query are written from it. */
export interface JobFilter {
  /** How far back, from now; `custom` is what `from` and `to` say. */
  readonly period: 'hour' | 'day' | 'week' | 'month' | 'all' | 'custom';
  /** Whose days a week and a month are made of, an IANA name; those of this machine where it is missing. */
  readonly timeZone?: string | undefined;
  /** For a `custom` period: `from` is in it, `to` is not. */
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  readonly state: 'failed' | 'waiting' | 'inProgress' | 'canceled' | 'succeeded' | 'all';
  /** Name of the message, such as `Update`; empty for any. */
  readonly message: string;
  /** Logical name of the table; empty for any. */
  readonly table: string;
  /** Signed 32-bit number. */
  readonly errorCode: number | undefined;
  /** Any where it is missing. */
  readonly cause?: AskedCause | undefined;
  /** A GUID; any where it is missing. */
  readonly correlationId?: string | undefined;
  /** In the name, or in the short or the long message; empty for any. */
  readonly text: string;
}

/** All failed jobs there are. */
export const FAILED_JOBS: JobFilter = {
  period: 'all',
  state: 'failed',
  message: '',
  table: '',
  errorCode: undefined,
  text: '',
};

/** `statuscode` of each state (FACTS 10.1). */
const CODES: Readonly<Record<JobFilter['state'], readonly number[]>> = {
  failed: [31],
  waiting: [0, 10],
  inProgress: [20, 21, 22],
  canceled: [32],
  succeeded: [30],
  all: [],
};

const KNOWN_CODES = Object.values(CODE_OF_CAUSE);
const TEXT_COLUMNS = ['name', 'friendlymessage', 'message'];

/** The column that says when: a job that is not completed has no time of completion. */
export function timeColumn(state: JobFilter['state']): 'completedon' | 'createdon' {
  return state === 'failed' || state === 'succeeded' || state === 'canceled' ? 'completedon' : 'createdon';
}

/** The beginning of the period, to whole seconds; days are days of the reader's calendar. Undefined for all time. */
export function periodStart(period: JobFilter['period'], now: Date, timeZone?: string): Date | undefined {
  const from = new Date(now);
  from.setMilliseconds(0);
  switch (period) {
    case 'all':
    case 'custom':
      return undefined;
    case 'hour':
      return new Date(from.getTime() - 3_600_000);
    case 'day':
      return new Date(from.getTime() - 24 * 3_600_000);
    case 'week':
      return daysBefore(from, 7, timeZone);
    case 'month':
      return daysBefore(from, 30, timeZone);
  }
}

/** The bounds of a period on the time column: not before, and before. */
export function filterBounds(
  filter: JobFilter,
  now: Date,
): { readonly from: Date | undefined; readonly to: Date | undefined } {
  return filter.period === 'custom'
    ? { from: filter.from, to: filter.to }
    : { from: periodStart(filter.period, now, filter.timeZone), to: undefined };
}

/**
 * An error code as a person writes it: `0x80050201`, or the signed or unsigned number. Undefined for nothing, NaN for
 * what is no code.
 */
export function errorCodeOf(text: string): number | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  if (!/^(?:0x[0-9a-f]{1,8}|-?\d{1,10})$/i.test(trimmed)) return NaN;
  const number = Number(trimmed);
  return number >= -(2 ** 31) && number < 2 ** 32 ? number | 0 : NaN;
}

/** The conditions of a filter for a Web API query: that of the state first, apart from the rest. */
export function filterExpressions(
  filter: JobFilter,
  now: Date,
): { readonly state: odata.Expression | undefined; readonly rest: readonly odata.Expression[] } {
  const codes = CODES[filter.state];
  const { from, to } = filterBounds(filter, now);
  const text = plainText(filter.text);
  return {
    state: codes.length === 0 ? undefined : odata.anyOf(codes.map((code) => odata.eq('statuscode', code))),
    rest: [
      ...(from === undefined ? [] : [odata.ge(timeColumn(filter.state), from)]),
      ...(to === undefined ? [] : [odata.lt(timeColumn(filter.state), to)]),
      ...equalities(filter).map(([column, value]) => odata.eq(column, value)),
      ...(filter.correlationId === undefined
        ? []
        : [odata.eq('correlationid', odata.guid(filter.correlationId))]),
      ...(filter.cause === 'other'
        ? [
            odata.or(
              odata.eq('errorcode', null),
              odata.allOf(KNOWN_CODES.map((code) => odata.ne('errorcode', code))),
            ),
          ]
        : []),
      ...(text === ''
        ? []
        : [odata.anyOf(TEXT_COLUMNS.map((column) => odata.contains(column, literal(text))))]),
    ],
  };
}

/** The same conditions for FetchXML. */
export function filterConditions(filter: JobFilter, now: Date): ReadonlyArray<FetchCondition | FetchFilter> {
  const codes = CODES[filter.state];
  const { from, to } = filterBounds(filter, now);
  const text = plainText(filter.text);
  const [only] = codes;
  return [
    ...(only === undefined
      ? []
      : codes.length === 1
        ? [{ attribute: 'statuscode', operator: 'eq', value: only }]
        : [{ attribute: 'statuscode', operator: 'in', values: codes }]),
    ...(from === undefined
      ? []
      : [{ attribute: timeColumn(filter.state), operator: 'ge', value: from.toISOString() }]),
    ...(to === undefined
      ? []
      : [{ attribute: timeColumn(filter.state), operator: 'lt', value: to.toISOString() }]),
    ...equalities(filter).map(([attribute, value]) => ({ attribute, operator: 'eq', value })),
    ...(filter.correlationId === undefined
      ? []
      : [{ attribute: 'correlationid', operator: 'eq', value: filter.correlationId }]),
    ...(filter.cause === 'other'
      ? [
          {
            type: 'or' as const,
            conditions: [
              { attribute: 'errorcode', operator: 'null' },
              { attribute: 'errorcode', operator: 'not-in', values: KNOWN_CODES },
            ],
          },
        ]
      : []),
    ...(text === ''
      ? []
      : [
          {
            type: 'or' as const,
            conditions: TEXT_COLUMNS.map((attribute) => ({
              attribute,
              operator: 'like',
              value: `%${literal(text)}%`,
            })),
          },
        ]),
  ];
}

function equalities(filter: JobFilter): ReadonlyArray<readonly [string, string | number]> {
  const [message, table] = [plainText(filter.message), plainText(filter.table).toLowerCase()];
  return [
    ...(message === '' ? [] : [['messagename', message] as const]),
    ...(table === '' ? [] : [['primaryentitytype', table] as const]),
    ...(filter.errorCode === undefined ? [] : [['errorcode', filter.errorCode] as const]),
    ...(filter.cause === undefined || filter.cause === 'other'
      ? []
      : [['errorcode', CODE_OF_CAUSE[filter.cause]] as const]),
  ];
}

/** A text that both languages can carry. */
function plainText(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\uFFFE\uFFFF]+/gu, ' ')
    .trim();
}

/** The wildcards of LIKE stand for themselves, in `contains` too, which is one to the service (UNVERIFIED). */
function literal(text: string): string {
  return text.replace(/[%_[]/g, (wildcard) => `[${wildcard}]`);
}
