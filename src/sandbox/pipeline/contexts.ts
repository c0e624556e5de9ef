import type {
  CompleteContext,
  ContextDate,
  ContextImage,
  ContextPair,
  ContextReference,
} from '../../delivery/executionContext';
import { contextReference } from '../../delivery/executionContext';
import type { StoredRow } from '../schema/types';
import type { PipelineEvent, Written } from './event';
import { asText, EMPTY_ID, type Services } from './services';
import type { StepImage, WebhookStep } from './steps';
import { contextEntity } from './values';

/** The stage of the main operation, which the parent context tells (FACTS 17.5). */
const MAIN_OPERATION = 30;
const PRE_IMAGE = 0;
const POST_IMAGE = 1;
/** The id of the internal step that runs the main operation. Only its name is known (FACTS 17.5). */
const MAIN_OPERATION_STEP = 'b7a297bf-0000-4000-8000-000d3a000030';

/** How far the operation is when a step runs. */
export type Progress =
  | { readonly done: false; readonly before: StoredRow | undefined }
  | { readonly done: true; readonly written: Written };

/**
 * The execution context a step is called with (FACTS 17.4, 17.5; the samples of FACTS 18). `jobId` is the id of the
 * system job for an asynchronous step: that OperationId equals it is UNVERIFIED.
 */
export function buildContext(
  services: Services,
  event: PipelineEvent,
  step: WebhookStep,
  progress: Progress,
  jobId: string | undefined,
): CompleteContext {
  const asynchronous = jobId !== undefined;
  const written = progress.done ? progress.written : undefined;
  const own = {
    // Before the main operation a step sees what the caller sent; whether the platform has added columns by then is UNVERIFIED.
    inputParameters: written === undefined ? event.sent() : event.input(written, !asynchronous),
    outputParameters: written === undefined || asynchronous ? [] : event.output(written),
    postEntityImages: postImages(event, step, written, asynchronous),
    preEntityImages: preImages(
      event,
      step,
      written?.before ?? (progress.done ? undefined : progress.before),
      asynchronous,
    ),
  };
  const base = commonMembers(services, event, step, jobId);
  // A PreValidation step runs outside the main operation and has no parent: general knowledge, UNVERIFIED.
  const parent = step.stage === 10 ? null : parentContext(services, event, step, jobId);
  return { ...base, ...own, parentContext: parent, stage: step.stage };
}

type OwnMembers =
  'inputParameters' | 'outputParameters' | 'postEntityImages' | 'preEntityImages' | 'parentContext' | 'stage';

function commonMembers(
  services: Services,
  event: PipelineEvent,
  step: WebhookStep,
  jobId: string | undefined,
): Omit<CompleteContext, OwnMembers> {
  const { context } = event;
  const { organization } = services;
  const userId = step.runAs ?? context.userId;
  const asynchronous = jobId !== undefined;
  return {
    businessUnitId: context.businessUnitId,
    correlationId: context.correlationId,
    depth: context.depth,
    initiatingUserAgent: context.headers['user-agent'] ?? '',
    initiatingUserAzureActiveDirectoryObjectId: directoryId(services, context.initiatingUserId),
    initiatingUserId: context.initiatingUserId,
    isExecutingOffline: false,
    isInTransaction: !asynchronous,
    isOfflinePlayback: false,
    isolationMode: 1,
    messageName: event.message,
    mode: asynchronous ? 1 : 0,
    operationCreatedOn: createdOn(asynchronous ? event.startedAt : services.clock.now(), asynchronous),
    operationId: jobId ?? context.requestId,
    organizationId: organization.id,
    organizationName: organization.uniqueName,
    owningExtension: extension(step.id, asynchronous ? null : step.name),
    primaryEntityId: event.id ?? EMPTY_ID,
    primaryEntityName: event.table?.name ?? 'none',
    requestId: context.requestId,
    secondaryEntityName: 'none',
    sharedVariables: event.shared,
    userAzureActiveDirectoryObjectId: directoryId(services, userId),
    userId,
  };
}

/** The context of the main operation: the parameters as the caller sent them (FACTS 17.5). */
function parentContext(
  services: Services,
  event: PipelineEvent,
  step: WebhookStep,
  jobId: string | undefined,
): CompleteContext {
  const asynchronous = jobId !== undefined;
  return {
    ...commonMembers(services, event, step, jobId),
    inputParameters: event.sent(),
    operationCreatedOn: createdOn(event.startedAt, asynchronous),
    outputParameters: [],
    owningExtension: asynchronous
      ? extension(step.id, null)
      : extension(MAIN_OPERATION_STEP, 'ObjectModel Implementation'),
    parentContext: null,
    postEntityImages: [],
    preEntityImages: [],
    stage: MAIN_OPERATION,
  };
}

function extension(id: string, name: string | null): ContextReference {
  return contextReference('sdkmessageprocessingstep', id, name);
}

/** Milliseconds without an offset, or whole seconds with one (FACTS 17.5). */
function createdOn(milliseconds: number, asynchronous: boolean): ContextDate {
  if (!asynchronous) return { kind: 'date', milliseconds: Math.trunc(milliseconds) };
  return { kind: 'date', milliseconds: Math.floor(milliseconds / 1000) * 1000, offset: '+0000' };
}

function directoryId(services: Services, userId: string): string {
  return asText(services.store.get('systemuser', userId)?.['azureactivedirectoryobjectid']) ?? EMPTY_ID;
}

function preImages(
  event: PipelineEvent,
  step: WebhookStep,
  before: StoredRow | undefined,
  asynchronous: boolean,
): readonly ContextImage[] {
  if (before === undefined) return [];
  const wanted = event.images.pre ? step.images.filter((image) => image.type !== POST_IMAGE) : [];
  const named = asynchronous && event.primaryNameImage === 'pre';
  return [...registered(event, wanted, before), ...(named ? primaryName(event, before) : [])];
}

function postImages(
  event: PipelineEvent,
  step: WebhookStep,
  written: Written | undefined,
  asynchronous: boolean,
): readonly ContextImage[] {
  const after = written?.after;
  if (after === undefined) return [];
  // A post-image exists only after the main operation (FACTS 8).
  const wanted =
    event.images.post && step.stage === 40 ? step.images.filter((image) => image.type !== PRE_IMAGE) : [];
  const named = asynchronous && event.primaryNameImage === 'post';
  return [...registered(event, wanted, after), ...(named ? primaryName(event, after) : [])];
}

/**
 * The images of a step. The primary key comes first; a column without a value is absent (FACTS 8, UNVERIFIED). Whether
 * their formatted values are filled is UNVERIFIED (FACTS 18.2): empty here.
 */
function registered(
  event: PipelineEvent,
  images: readonly StepImage[],
  row: StoredRow,
): readonly ContextImage[] {
  const { table, id } = event;
  if (table === undefined || id === undefined) return [];
  const all = table.columns.map((column) => column.name);
  return images.map((image) => {
    const names = [table.key, ...(image.columns ?? all).filter((name) => name !== table.key)];
    return { key: image.alias, entity: contextEntity(table, id, pick(row, names)) };
  });
}

/** The additional image of an asynchronous step: primary name, if there is one, and primary key (FACTS 17.5). */
function primaryName(event: PipelineEvent, row: StoredRow): readonly ContextImage[] {
  const { table, id } = event;
  if (table === undefined || id === undefined) return [];
  const names = table.primaryName === undefined ? [table.key] : [table.primaryName, table.key];
  return [{ key: 'AsynchronousStepPrimaryName', entity: contextEntity(table, id, pick(row, names)) }];
}

function pick(row: StoredRow, names: readonly string[]): StoredRow {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = row[name];
      return value === undefined || value === null ? [] : [[name, value]];
    }),
  );
}

/** The variables every operation shares with its steps; all but the first are optional for a reader (FACTS 17.5). */
export function sharedVariables(...more: readonly ContextPair[]): readonly ContextPair[] {
  return [
    { key: 'IsAutoTransact', value: { kind: 'boolean', value: true } },
    { key: 'AcceptLang', value: { kind: 'string', value: '' } },
    ...more,
  ];
}
