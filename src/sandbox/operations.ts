import type { Clock } from '../base/clock';
import type { Log } from '../base/log';
import type { Reference, StoredRow } from './schema/types';
import type { Store, Transaction } from './store';

/**
 * What must happen as a whole. The server begins one per request, or one per change set; everything a write does
 * goes through `transaction`. Other requests may interleave while a write awaits something: a row that an open unit
 * has touched cannot be touched by another one (the store refuses with a `ServiceError`).
 */
export interface UnitOfWork {
  readonly transaction: Transaction;
  /** Runs after the commit, in order: the place to release asynchronous work. Not run when the work is rolled back. */
  afterCommit(callback: () => void): void;
  /** Runs after a rollback. */
  afterRollback(callback: () => void): void;
}

/** Who asks for what, and the ids that travel with it into the execution context. */
export interface OperationContext {
  readonly work: UnitOfWork;
  /** The user the work runs as. */
  readonly userId: string;
  /** The user who called; differs from `userId` when impersonating (`CallerObjectId`, `MSCRMCallerID`). */
  readonly initiatingUserId: string;
  readonly businessUnitId: string;
  readonly correlationId: string;
  readonly requestId: string;
  /** 1 for a request of a client. */
  readonly depth: number;
  /** Request headers, names in lower case. Those that matter to a write: `mscrm.*` and `x-ms-*`. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** `MSCRM.SolutionUniqueName`, when the caller sent it. */
  readonly solutionUniqueName: string | undefined;
  /** Aborted when the client has gone or the sandbox is stopping. */
  readonly signal: AbortSignal;
}

/** A row for a bulk message: the id may be missing on create. */
export interface RowInput {
  readonly id: string | undefined;
  readonly values: StoredRow;
}

/** An action or custom API with its parameters as they came: parsed JSON, checked by who implements it. */
export interface ActionCall {
  readonly name: string;
  /** The row a bound action is called on. */
  readonly target: Reference | undefined;
  /** The table an action bound to a collection is called on. */
  readonly table: string | undefined;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** A JSON answer without `@odata.context`; undefined is answered 204. */
export type ActionResult = Readonly<Record<string, unknown>> | undefined;

/**
 * Everything that happens on a write: platform rules, the event pipeline, jobs. `values` have been parsed and checked
 * against the schema by the server: known columns that are valid for the message, right type, length and option;
 * bindings are references whose target exists. Each throws `ServiceError` for a refusal; the server then rolls back.
 */
export interface Operations {
  /** Returns the new row's reference. */
  create(
    table: string,
    id: string | undefined,
    values: StoredRow,
    context: OperationContext,
  ): Promise<Reference>;
  update(target: Reference, values: StoredRow, context: OperationContext): Promise<void>;
  remove(target: Reference, context: OperationContext): Promise<void>;
  createMultiple(
    table: string,
    rows: readonly RowInput[],
    context: OperationContext,
  ): Promise<readonly Reference[]>;
  updateMultiple(table: string, rows: readonly RowInput[], context: OperationContext): Promise<void>;
  /** `relationship` is the schema name of the many-to-many or one-to-many relationship. */
  associate(
    target: Reference,
    relationship: string,
    related: readonly Reference[],
    context: OperationContext,
  ): Promise<void>;
  disassociate(
    target: Reference,
    relationship: string,
    related: readonly Reference[],
    context: OperationContext,
  ): Promise<void>;
  /** Runs the steps around a read: `read` is called once and its answer is passed through. `target.id` is undefined for RetrieveMultiple. */
  retrieve<T>(
    target: { readonly table: string; readonly id: string | undefined },
    read: () => T,
    context: OperationContext,
  ): Promise<T>;
  /** True when `execute` knows an action of this name. The server answers 404 or 501 for others. */
  knowsAction(name: string): boolean;
  execute(call: ActionCall, context: OperationContext): Promise<ActionResult>;
}

/** Work that goes on after the answer: jobs that wait, run, or are postponed. */
export interface Background {
  /** How many jobs are ready or running now; postponed ones (waiting for a later time) are not counted. */
  pending(): number;
  /** Resolves when `pending()` is 0. */
  idle(signal: AbortSignal): Promise<void>;
  /** Takes up jobs that the data holds as ready or locked: called once after start. */
  start(): void;
  /** Stops; what runs is abandoned and taken up again at the next start. */
  dispose(): Promise<void>;
}

/** What a pipeline is made from. */
export interface PipelineEnvironment {
  readonly store: Store;
  /** The sandbox's clock: real time plus the offset set at the control address. */
  readonly clock: Clock;
  readonly log: Log;
  readonly organization: OrganizationFacts;
  /** Ports that are delivered to. Online only 80 and 443 (FACTS 5.3); a local trial uses any (FACTS 17.7). */
  readonly allowedPorts: ReadonlySet<number> | 'any';
  /** Milliseconds an endpoint has to answer. Left out: 60 s as online (FACTS 17.3). */
  readonly deliveryTimeout?: number;
  /** Runs a unit of work outside a request: commits when `body` resolves, rolls back and rethrows when it rejects. */
  run<T>(body: (work: UnitOfWork) => Promise<T>): Promise<T>;
}

/** What the organization tells about itself, as it travels in the execution context and in headers. */
export interface OrganizationFacts {
  readonly id: string;
  readonly uniqueName: string;
  readonly friendlyName: string;
  /** Host name that appears in payloads (`--organization-host`), such as `sandbox.crm.localhost`. */
  readonly host: string;
  readonly version: string;
  readonly rootBusinessUnitId: string;
  /** The user who calls when a request does not impersonate. */
  readonly userId: string;
}

export interface Pipeline {
  readonly operations: Operations;
  readonly background: Background;
}

/** Exported by `src/sandbox/pipeline/index.ts` as `createPipeline`. */
export type CreatePipeline = (environment: PipelineEnvironment) => Pipeline;
