import type { ContextPair, ContextReference, ContextValue } from '../executionContext';

/** A column as far as a body depends on it. `type` is the metadata's name of it: String, Lookup, Picklist, Money … */
export interface ComposeColumn {
  readonly name: string;
  readonly type: string;
}

/** A table as far as a body depends on it. */
export interface ComposeTable {
  readonly name: string;
  readonly key: string;
  readonly primaryName?: string;
  /** Columns that can be read, companions such as names of lookups left out. In this order they travel. */
  readonly columns: readonly ComposeColumn[];
}

/** The value of a column, with the service's own text for it where it has one. */
export interface Cell {
  readonly value: ContextValue;
  readonly formatted?: string;
}

/** A row, or a part of one, by logical names of columns. */
export type Cells = Readonly<Record<string, Cell>>;

/** A registered image. */
export interface ComposeImage {
  readonly alias: string;
  readonly type: 'pre' | 'post' | 'both';
  /** Empty: all columns. */
  readonly columns: readonly string[];
}

/** The step whose call is composed. */
export interface ComposeStep {
  readonly id: string;
  readonly name: string;
  /** 10 before validation, 20 before, 40 after the main operation. */
  readonly stage: 10 | 20 | 40;
  readonly asynchronous: boolean;
  readonly images: readonly ComposeImage[];
}

/** A user, with the id of the directory. */
interface ComposeUser {
  readonly id: string;
  readonly directoryId: string;
}

/** Who acts, and where. */
export interface ComposeScene {
  readonly organizationId: string;
  /** The unique name, not the one in the address (FACTS 17.5). */
  readonly organizationName: string;
  readonly businessUnitId: string;
  /** Who started the operation. */
  readonly caller: ComposeUser;
  /** As whom the step runs. */
  readonly runAs: ComposeUser;
  readonly userAgent: string;
  readonly depth: number;
  /** Milliseconds since 1970 UTC at which the operation began. */
  readonly startedAt: number;
  readonly correlationId: string;
  readonly requestId: string;
  /** Id of the system job of an asynchronous step. */
  readonly jobId: string;
}

/** One row of a message that is about rows. */
export interface ComposeRow {
  readonly id: string;
  /** The columns the caller sent, in their order, the key left out. */
  readonly sent: Cells;
  /** The row before the operation; empty where there is none. */
  readonly before: Cells;
  /** The row after it; empty where there is none. */
  readonly after: Cells;
  /** The version before, digits only; null where it is not known. */
  readonly rowVersion: string | null;
}

/** What happened. The parameters follow from it (FACTS 17.5). */
export type ComposeOperation =
  | { readonly kind: 'create' | 'update' | 'delete'; readonly table: ComposeTable; readonly row: ComposeRow }
  | {
      readonly kind: 'assign';
      readonly table: ComposeTable;
      readonly row: ComposeRow;
      readonly assignee: ContextReference;
    }
  | {
      readonly kind: 'setState';
      readonly message: 'SetState' | 'SetStateDynamicEntity';
      readonly table: ComposeTable;
      readonly row: ComposeRow;
      readonly state: number;
      readonly status: number;
    }
  | {
      readonly kind: 'associate' | 'disassociate';
      readonly target: ContextReference;
      readonly relationship: string;
      readonly related: readonly ContextReference[];
    }
  | {
      readonly kind: 'createMultiple' | 'updateMultiple';
      readonly table: ComposeTable;
      readonly rows: readonly ComposeRow[];
    }
  /** Any other message: its parameters are what the caller of this module knows of them. */
  | {
      readonly kind: 'other';
      readonly message: string;
      readonly table: ComposeTable | undefined;
      readonly row: ComposeRow | undefined;
      readonly input: readonly ContextPair[];
      readonly output: readonly ContextPair[];
    };
