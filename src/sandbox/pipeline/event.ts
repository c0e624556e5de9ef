import type { ContextPair } from '../../delivery/executionContext';
import type { OperationContext } from '../operations';
import type { StoredRow, Table } from '../schema/types';

/** One message on its way through the stages. */
export interface PipelineEvent {
  readonly message: string;
  /** The table the message is about; undefined for messages without one (`none` on the wire). */
  readonly table: Table | undefined;
  /** The row; undefined for messages about no row or about several. */
  readonly id: string | undefined;
  readonly context: OperationContext;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** The parameters as the caller sent them: InputParameters of the parent context. */
  readonly sent: () => readonly ContextPair[];
  /** Columns in the request, for filtering attributes. Undefined: the message has no such thing. */
  readonly columns: ReadonlySet<string> | undefined;
  readonly shared: readonly ContextPair[];
  /** Which states of the row exist for images (FACTS 8). */
  readonly images: { readonly pre: boolean; readonly post: boolean };
  /** Where an asynchronous step finds the additional image with the primary name (FACTS 17.5). */
  readonly primaryNameImage: 'pre' | 'post' | undefined;
  /** The parameters after the main operation, with or without formatted values. */
  readonly input: (written: Written, formatted: boolean) => readonly ContextPair[];
  /** OutputParameters after the main operation. */
  readonly output: (written: Written) => readonly ContextPair[];
}

/** What the main operation did to the row. */
export interface Written {
  readonly before: StoredRow | undefined;
  readonly after: StoredRow | undefined;
  /** The columns of Target after the operation: those sent and those the platform added. */
  readonly target: StoredRow;
  /** The version of the row before the operation, as RowVersion tells it. */
  readonly versionBefore: string | null;
}

export const NOTHING_WRITTEN: Written = {
  before: undefined,
  after: undefined,
  target: {},
  versionBefore: null,
};
