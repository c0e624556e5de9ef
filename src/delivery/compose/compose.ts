import {
  contextReference,
  type CompleteContext,
  type ContextDate,
  type ContextImage,
  type ContextPair,
} from '../executionContext';
import { entityOf, isEmptyValue } from './entity';
import { messageParts, type MessageParts } from './messages';
import type { Cells, ComposeImage, ComposeOperation, ComposeScene, ComposeStep } from './model';

/** The id of nothing, as the service writes it. */
export const EMPTY_ID = '00000000-0000-0000-0000-000000000000';

/** The stage of the main operation, which the parent context tells (FACTS 17.5). */
const MAIN_OPERATION = 30;
/** The id of the internal step that runs the main operation. Only its name is known (FACTS 17.5). */
const MAIN_OPERATION_STEP = 'b7a297bf-0000-4000-8000-000d3a000030';

/**
 * The execution context that a step would be called with for an operation (FACTS 17.4, 17.5, the samples of FACTS 18),
 * all 30 members. Pure: ids and times come with the scene.
 */
export function composeContext(
  operation: ComposeOperation,
  step: ComposeStep,
  scene: ComposeScene,
): CompleteContext {
  const parts = messageParts(operation);
  const done = step.stage === 40;
  return {
    ...commonMembers(parts, step, scene),
    // Whether the platform has added columns to Target before the main operation is UNVERIFIED.
    inputParameters: done ? parts.input(step.asynchronous) : parts.sent,
    outputParameters: done && !step.asynchronous ? parts.output : [],
    // A PreValidation step runs outside the main operation and has no parent: general knowledge, UNVERIFIED.
    parentContext: step.stage === 10 ? null : parentContext(parts, step, scene),
    postEntityImages: done ? postImages(parts, step) : [],
    preEntityImages: preImages(parts, step),
    stage: step.stage,
  };
}

type OwnMembers =
  'inputParameters' | 'outputParameters' | 'postEntityImages' | 'preEntityImages' | 'parentContext' | 'stage';

function commonMembers(
  parts: MessageParts,
  step: ComposeStep,
  scene: ComposeScene,
): Omit<CompleteContext, OwnMembers> {
  const { asynchronous } = step;
  return {
    businessUnitId: scene.businessUnitId,
    correlationId: scene.correlationId,
    depth: scene.depth,
    initiatingUserAgent: scene.userAgent,
    initiatingUserAzureActiveDirectoryObjectId: scene.caller.directoryId,
    initiatingUserId: scene.caller.id,
    isExecutingOffline: false,
    isInTransaction: !asynchronous,
    isOfflinePlayback: false,
    isolationMode: 1,
    messageName: parts.message,
    mode: asynchronous ? 1 : 0,
    operationCreatedOn: createdOn(scene.startedAt, asynchronous),
    // That it is the id of the system job is UNVERIFIED (FACTS 17.5).
    operationId: asynchronous ? scene.jobId : scene.requestId,
    organizationId: scene.organizationId,
    organizationName: scene.organizationName,
    owningExtension: contextReference(STEP_TABLE, step.id, asynchronous ? null : step.name),
    primaryEntityId: parts.row?.id ?? EMPTY_ID,
    primaryEntityName: parts.table?.name ?? 'none',
    requestId: scene.requestId,
    secondaryEntityName: 'none',
    sharedVariables: parts.shared,
    userAzureActiveDirectoryObjectId: scene.runAs.directoryId,
    userId: scene.runAs.id,
  };
}

const STEP_TABLE = 'sdkmessageprocessingstep';

/** The context of the main operation, with the parameters as the caller sent them (FACTS 17.5). */
function parentContext(parts: MessageParts, step: ComposeStep, scene: ComposeScene): CompleteContext {
  return {
    ...commonMembers(parts, step, scene),
    inputParameters: parts.sent,
    outputParameters: [],
    owningExtension: step.asynchronous
      ? contextReference(STEP_TABLE, step.id)
      : contextReference(STEP_TABLE, MAIN_OPERATION_STEP, 'ObjectModel Implementation'),
    parentContext: null,
    postEntityImages: [],
    preEntityImages: [],
    stage: MAIN_OPERATION,
  };
}

/** Milliseconds without an offset, or whole seconds with one (FACTS 17.5). */
function createdOn(milliseconds: number, asynchronous: boolean): ContextDate {
  if (!asynchronous) return { kind: 'date', milliseconds: Math.trunc(milliseconds) };
  return { kind: 'date', milliseconds: Math.floor(milliseconds / 1000) * 1000, offset: '+0000' };
}

function preImages(parts: MessageParts, step: ComposeStep): readonly ContextImage[] {
  const before = parts.row?.before ?? {};
  const exists = Object.keys(before).length > 0;
  const wanted = parts.images.pre && exists ? step.images.filter(({ type }) => type !== 'post') : [];
  const named = step.asynchronous && parts.primaryNameImage === 'pre';
  return [...registered(parts, wanted, before), ...(named ? primaryName(parts, before) : [])];
}

/** A post-image exists only after the main operation (FACTS 8). */
function postImages(parts: MessageParts, step: ComposeStep): readonly ContextImage[] {
  const after = parts.row?.after ?? {};
  const wanted = parts.images.post ? step.images.filter(({ type }) => type !== 'pre') : [];
  const named = step.asynchronous && parts.primaryNameImage === 'post';
  return [...registered(parts, wanted, after), ...(named ? primaryName(parts, after) : [])];
}

/**
 * The registered images: the key first, columns without a value absent (FACTS 8, UNVERIFIED). Whether their formatted
 * values are filled is UNVERIFIED (FACTS 18.2): empty here.
 */
function registered(
  { table, row }: MessageParts,
  images: readonly ComposeImage[],
  cells: Cells,
): readonly ContextImage[] {
  if (table === undefined || row === undefined) return [];
  const all = table.columns.map(({ name }) => name);
  return images.map(({ alias, columns }) => {
    const names = (columns.length === 0 ? all : columns).filter((name) => name !== table.key);
    const key: ContextPair = { key: table.key, value: { kind: 'guid', value: row.id } };
    return { key: alias, entity: entityOf(table, row.id, [key, ...filled(cells, names)]) };
  });
}

/** The additional image of an asynchronous step: primary name, if there is one, and primary key (FACTS 17.5). */
function primaryName({ table, row }: MessageParts, cells: Cells): readonly ContextImage[] {
  if (table === undefined || row === undefined) return [];
  const names = table.primaryName === undefined ? [] : [table.primaryName];
  const key: ContextPair = { key: table.key, value: { kind: 'guid', value: row.id } };
  return [
    { key: 'AsynchronousStepPrimaryName', entity: entityOf(table, row.id, [...filled(cells, names), key]) },
  ];
}

function filled(cells: Cells, names: readonly string[]): readonly ContextPair[] {
  return names.flatMap((key) => {
    const value = cells[key]?.value;
    return value === undefined || isEmptyValue(value) ? [] : [{ key, value }];
  });
}
