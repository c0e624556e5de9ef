import type { StoredRow, Table } from '../../schema/types';
import { notImplemented } from '../refusals';
import type { JsonRow } from '../serialize';
import type { Delivery } from './deliver';
import type { CollectionQuery } from './shape';
import type { Syntax } from './syntax';

export interface ApplyRequest extends Delivery {
  readonly table: Table;
  readonly aliases: ReadonlyMap<string, Syntax>;
  readonly options: ReadonlyMap<string, string>;
  readonly rows: Iterable<StoredRow>;
  readonly query: CollectionQuery;
}

export function runApply(_request: ApplyRequest, _text: string): JsonRow {
  throw notImplemented('$apply');
}
