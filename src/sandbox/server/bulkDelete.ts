import * as z from 'zod/mini';
import { escapeXml } from '../../base/xmlText';
import type { OperationContext } from '../operations';
import type { Table } from '../schema/types';
import { ServiceError, badRequest, notImplemented } from '../serviceError';
import { findRows } from './bulkDeletions';
import type { Host } from './host';

const Condition = z.looseObject({
  AttributeName: z.string(),
  Operator: z.string(),
  EntityName: z.nullish(z.string()),
  Values: z._default(z.array(z.object({ Value: z.string(), Type: z.optional(z.string()) })), []),
});
interface Filter {
  readonly FilterOperator: string;
  readonly Conditions: ReadonlyArray<z.infer<typeof Condition>>;
  readonly Filters: readonly Filter[];
}
const FilterShape: z.ZodMiniType<Filter> = z.looseObject({
  FilterOperator: z._default(z.enum(['And', 'Or']), 'And'),
  Conditions: z._default(z.array(Condition), []),
  get Filters() {
    return z._default(z.array(FilterShape), []);
  },
});
const Query = z.looseObject({
  EntityName: z.string(),
  Criteria: z.optional(FilterShape),
  LinkEntities: z.optional(z.array(z.unknown())),
  TopCount: z.nullish(z.number()),
});
const Recipients = z._default(z.array(z.looseObject({})), []);
const Parameters = z.looseObject({
  QuerySet: z.array(Query).check(z.minLength(1)),
  JobName: z.string().check(z.minLength(1)),
  SendEmailNotification: z.boolean(),
  ToRecipients: Recipients,
  CCRecipients: Recipients,
  RecurrencePattern: z._default(z.string(), ''),
  StartDateTime: z.iso.datetime({ offset: true }),
  RunNow: z.optional(z.boolean()),
});

/** Operators of QueryExpression, by the operators of FetchXML. Names are general knowledge. */
const operators: Readonly<Record<string, string>> = {
  Equal: 'eq',
  NotEqual: 'ne',
  GreaterThan: 'gt',
  GreaterEqual: 'ge',
  LessThan: 'lt',
  LessEqual: 'le',
  Like: 'like',
  NotLike: 'not-like',
  In: 'in',
  NotIn: 'not-in',
  Null: 'null',
  NotNull: 'not-null',
  On: 'on',
  OnOrBefore: 'on-or-before',
  OnOrAfter: 'on-or-after',
  LastXDays: 'last-x-days',
  LastXHours: 'last-x-hours',
  OlderThanXDays: 'olderthan-x-days',
};

/**
 * `BulkDelete` (FACTS 10.3): makes the system job that does it, which is done after the answer, at the earliest at
 * `StartDateTime`. Which parameters may be left out is UNVERIFIED: those that the action's page calls not nullable are
 * asked for.
 */
export function bulkDelete(
  host: Host,
  parameters: Readonly<Record<string, unknown>>,
  context: OperationContext,
): Readonly<Record<string, unknown>> {
  const parsed = Parameters.safeParse(parameters);
  if (!parsed.success) throw badRequest(`BulkDelete: ${z.prettifyError(parsed.error)}`, '0x80048d19');
  const { QuerySet: queries, JobName: name, RecurrencePattern: pattern } = parsed.data;
  if (pattern !== '') throw notImplemented('recurring bulk deletion');
  if (parsed.data.SendEmailNotification) throw notImplemented('the message at the end of a bulk deletion');
  const plans = queries.map((query) => ({ table: tableOf(host, query), fetchXml: fetchXmlOf(query) }));
  // A query that cannot be run is refused at once.
  for (const plan of plans) findRows(host, plan, context.userId, 1);
  const start = parsed.data.RunNow === true ? 0 : Date.parse(parsed.data.StartDateTime);
  return { JobId: host.deletions.begin({ name, plans, start }, context) };
}

function tableOf(host: Host, query: z.infer<typeof Query>): Table {
  const table = host.schema.table(query.EntityName);
  if (table === undefined) {
    throw new ServiceError(
      400,
      '0x80041102',
      `The entity with a name = '${query.EntityName}' was not found.`,
    );
  }
  if ((query.LinkEntities ?? []).length > 0) throw notImplemented('LinkEntities in BulkDelete');
  if (typeof query.TopCount === 'number') throw notImplemented('TopCount in BulkDelete');
  if (!table.access.delete) throw badRequest(`Rows of '${table.name}' cannot be deleted.`, '0x80040800');
  return table;
}

function fetchXmlOf(query: z.infer<typeof Query>): string {
  const filter = query.Criteria === undefined ? '' : filterXml(query.Criteria);
  return `<entity name="${escapeXml(query.EntityName)}">${filter}</entity>`;
}

function filterXml({ FilterOperator: operator, Conditions: conditions, Filters: filters }: Filter): string {
  const inner = [
    ...conditions.map((condition) => {
      const fetchOperator = operators[condition.Operator];
      if (fetchOperator === undefined)
        throw notImplemented(`the condition operator '${condition.Operator}' in BulkDelete`);
      const head = `attribute="${escapeXml(condition.AttributeName)}" operator="${fetchOperator}"`;
      const values = condition.Values.map(({ Value: value }) => value);
      if (fetchOperator === 'in' || fetchOperator === 'not-in') {
        const items = values.map((value) => `<value>${escapeXml(value)}</value>`).join('');
        return `<condition ${head}>${items}</condition>`;
      }
      const [value] = values;
      return `<condition ${head}${value === undefined ? '' : ` value="${escapeXml(value)}"`} />`;
    }),
    ...filters.map(filterXml),
  ];
  return inner.length === 0 ? '' : `<filter type="${operator.toLowerCase()}">${inner.join('')}</filter>`;
}
