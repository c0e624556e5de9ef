import type { OperationContext, RowInput } from '../operations';
import type { Table } from '../schema/types';
import { badRequest, notImplemented } from '../serviceError';
import type { ApiRequest } from './api';
import type { Host } from './host';
import { isJsonObject } from './cellValues';
import { parseRow } from './payload';

type Result = Readonly<Record<string, unknown>> | undefined;

/** The rows of `Targets`. Each names its type; the service takes one table per call. */
function targets(
  host: Host,
  request: ApiRequest,
  table: Table,
  parameters: Readonly<Record<string, unknown>>,
  message: 'create' | 'update',
): readonly RowInput[] {
  const { Targets: list, ...rest } = parameters;
  const [unknown] = Object.keys(rest).filter((name) => !name.startsWith('@'));
  if (unknown !== undefined)
    throw badRequest(`The parameter '${unknown}' is not a valid parameter.`, '0x80048d19');
  if (!Array.isArray(list) || list.length === 0)
    throw badRequest("The parameter 'Targets' must be a list of rows.", '0x80048d19');
  return list.map((item: unknown): RowInput => {
    if (!isJsonObject(item) || typeof item['@odata.type'] !== 'string') {
      throw badRequest("Each of 'Targets' must be a row with its '@odata.type'.", '0x80048d19');
    }
    if (item['@odata.type'].replace(/^#/, '') !== `Microsoft.Dynamics.CRM.${table.name}`) {
      throw badRequest(
        `All of 'Targets' must be of type 'Microsoft.Dynamics.CRM.${table.name}'.`,
        '0x80048d19',
      );
    }
    const { id, values, singles, many } = parseRow(table, item, {
      reader: host.store,
      serviceRoot: request.serviceRoot,
      message,
    });
    if (singles.length + many.length > 0) throw notImplemented('deep insert in CreateMultiple');
    return { id, values };
  });
}

/** `set/Microsoft.Dynamics.CRM.CreateMultiple` and `…UpdateMultiple`. Undefined when the name is another one. */
export async function callBulk(
  host: Host,
  request: ApiRequest,
  name: string,
  table: Table,
  parameters: Readonly<Record<string, unknown>>,
  context: OperationContext,
): Promise<Result> {
  if (name === 'CreateMultiple') {
    const made = await host.operations.createMultiple(
      table.name,
      targets(host, request, table, parameters, 'create'),
      context,
    );
    return { Ids: made.map(({ id }) => id) };
  }
  const rows = targets(host, request, table, parameters, 'update');
  if (rows.some(({ id }) => id === undefined))
    throw badRequest(`Each of 'Targets' must have its '${table.key}'.`, '0x80048d19');
  await host.operations.updateMultiple(table.name, rows, context);
  return undefined;
}
