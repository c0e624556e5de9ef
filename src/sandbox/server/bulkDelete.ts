import * as z from 'zod/mini';
import { escapeXml } from '../../base/xmlText';
import { newId, timestamp } from '../newRow';
import type { OperationContext } from '../operations';
import type { Table } from '../schema/types';
import { ServiceError, badRequest, notImplemented } from '../serviceError';
import { runUnit } from '../unitOfWork';
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
const Parameters = z.looseObject({
  QuerySet: z.array(Query).check(z.minLength(1)),
  JobName: z.string(),
  RecurrencePattern: z._default(z.string(), ''),
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
 * `BulkDelete` (FACTS 10.3). Online a job does the work later; here it is done before the answer, each row in a
 * transaction of its own, and the job row tells the result. Rows that may not be deleted stay.
 */
export async function bulkDelete(
  host: Host,
  parameters: Readonly<Record<string, unknown>>,
  context: OperationContext,
): Promise<Readonly<Record<string, unknown>>> {
  const parsed = Parameters.safeParse(parameters);
  if (!parsed.success) throw badRequest(`BulkDelete: ${z.prettifyError(parsed.error)}`, '0x80048d19');
  const { QuerySet: queries, JobName: name, RecurrencePattern: pattern } = parsed.data;
  if (pattern !== '') throw notImplemented('recurring bulk deletion');
  const plans = queries.map((query) => ({ table: tableOf(host, query), fetchXml: fetchXmlOf(query) }));
  let failures = 0;
  for (const { table, fetchXml } of plans) failures += await deleteAll(host, table, fetchXml, context);
  return { JobId: recordJob(host, name, failures, context) };
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
  return `<fetch><entity name="${escapeXml(query.EntityName)}">${filter}</entity></fetch>`;
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

/** The ids that the query finds now, at most one page. */
function find(host: Host, table: Table, fetchXml: string, userId: string): readonly string[] {
  const { body } = host.queries.collection({
    reader: host.store,
    table,
    query: `fetchXml=${encodeURIComponent(fetchXml)}`,
    preferences: { includeAnnotations: undefined, maxPageSize: undefined },
    serviceRoot: 'http://127.0.0.1/',
    path: table.set,
    userId,
    now: host.clock.now(),
  });
  const rows: readonly unknown[] = Array.isArray(body['value']) ? body['value'] : [];
  return rows.flatMap((row) => {
    const id: unknown = typeof row === 'object' && row !== null ? Reflect.get(row, table.key) : undefined;
    return typeof id === 'string' ? [id] : [];
  });
}

/** Deletes until a page brings no more rows that go. Returns how many could not be deleted. */
async function deleteAll(
  host: Host,
  table: Table,
  fetchXml: string,
  context: OperationContext,
): Promise<number> {
  for (;;) {
    const ids = find(host, table, fetchXml, context.userId);
    let deleted = 0;
    for (const id of ids) {
      try {
        await runUnit(host.store, (work) =>
          host.operations.remove({ table: table.name, id }, { ...context, work }),
        );
        deleted++;
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
      }
    }
    if (deleted === 0) return ids.length;
  }
}

function recordJob(host: Host, name: string, failures: number, context: OperationContext): string {
  const now = timestamp(host.clock.now());
  const id = newId(host.clock.now());
  const user = { table: 'systemuser', id: context.userId };
  context.work.transaction.insert('asyncoperation', {
    asyncoperationid: id,
    name,
    operationtype: 13,
    statecode: 3,
    statuscode: failures === 0 ? 30 : 31,
    message: failures === 0 ? null : `${failures.toString()} rows could not be deleted.`,
    createdon: now,
    modifiedon: now,
    startedon: now,
    completedon: now,
    createdby: user,
    modifiedby: user,
    ownerid: user,
    owninguser: user,
    owningbusinessunit: { table: 'businessunit', id: context.businessUnitId },
    correlationid: context.correlationId,
    requestid: context.requestId,
    depth: 1,
    retrycount: 0,
  });
  return id;
}
