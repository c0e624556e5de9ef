/** Whose jobs are asked for. */
export type JobScope =
  | { readonly kind: 'environment' }
  | { readonly kind: 'webhook'; readonly webhookId: string; readonly stepIds: readonly string[] }
  | { readonly kind: 'step'; readonly stepId: string };

export type JobState =
  | 'waitingForResources'
  | 'waiting'
  | 'inProgress'
  | 'pausing'
  | 'canceling'
  | 'succeeded'
  | 'failed'
  | 'canceled'
  | 'unknown';

/** A system job of a webhook step, with everything that helps to understand it (FACTS 10.2). */
export interface Job {
  readonly id: string;
  readonly name: string;
  readonly state: JobState;
  /** Signed 32-bit number; undefined when the platform gave none. */
  readonly errorCode: number | undefined;
  /** The platform's text as it is; a stranger's. */
  readonly message: string;
  readonly friendlyMessage: string;
  readonly messageName: string;
  readonly table: string;
  /** Undefined for jobs of no step. */
  readonly stepId?: string;
  readonly stepName: string;
  /** The webhook of the step, where the query has brought it; undefined where the step is gone. */
  readonly webhook?: { readonly id: string; readonly name: string };
  readonly regarding: { readonly id: string; readonly name: string; readonly table: string } | undefined;
  readonly owner: string;
  readonly retryCount: number | undefined;
  readonly depth: number | undefined;
  readonly correlationId: string;
  /** Empty where the row has none. */
  readonly requestId: string;
  /** How long it ran, in seconds; the unit is UNVERIFIED (FACTS 3.7). */
  readonly executionSeconds: number | undefined;
  /** When a job that waits goes on by itself (FACTS 10.1). */
  readonly postponedUntil: Date | undefined;
  readonly modifiedOn: Date | undefined;
  readonly createdOn: Date | undefined;
  readonly startedOn: Date | undefined;
  readonly completedOn: Date | undefined;
}
