import type { ComposeImage } from '../../delivery/compose/model';
import type { Metadata } from '../../dataverse/metadata';
import type { WebApi } from '../../dataverse/webApi';

/** Where facts about an environment come from. */
export interface TestEnvironment {
  readonly api: Pick<WebApi, 'get' | 'pages'>;
  readonly metadata: Metadata;
  /** Makes an id for what is new: operation, request, row. */
  readonly newId: () => string;
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
}

/** The call whose body is wanted. */
export interface TestPlan {
  readonly message: string;
  /** Logical name; undefined for messages about no table. */
  readonly table: string | undefined;
  readonly step: {
    readonly id: string;
    readonly name: string;
    readonly stage: 10 | 20 | 40;
    readonly asynchronous: boolean;
    readonly images: readonly ComposeImage[];
    readonly runAsUserId: string | undefined;
  };
  /** The row whose values it has; undefined: sample values. */
  readonly rowId: string | undefined;
  /** Columns that the caller is to have sent; empty: those that a caller would. */
  readonly columns: readonly string[];
  /** The variant of bodies over 256 KB. */
  readonly sizeExceeded: boolean;
  /** The system job that the body stands for, whose ids and time it has then. */
  readonly job?: {
    readonly id: string;
    readonly correlationId: string;
    readonly depth: number | undefined;
    readonly createdOn: Date | undefined;
  };
}

/** What the reader of a body has to know about it. */
export type TestNote =
  /** The values are made up by type. */
  | 'sampleValues'
  /** Images of the state before hold the row as it is now: what it was before is not known. */
  | 'beforeIsNow'
  /** The row is not there (any more): its columns are made up. */
  | 'rowGone'
  /** What this message is called with is not known; its parameters are missing. */
  | 'parametersUnknown'
  /** Parameters of the custom API have sample values. */
  | 'parametersAreSamples'
  /** Relationship and related rows are made up. */
  | 'relationIsSample';

export interface TestBody {
  /** The wire form. */
  readonly text: string;
  readonly notes: readonly TestNote[];
  readonly columns: readonly string[];
}
