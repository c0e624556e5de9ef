import { contextReference, type CompleteContext } from '../executionContext';
import { trimContext, writeContext } from '../wire';
import { composeContext } from './compose';
import type { Cells, ComposeImage, ComposeOperation, ComposeRow, ComposeScene, ComposeTable } from './model';
import { SAMPLE_CHOICES, SAMPLE_LOOKUPS, SAMPLE_TABLES } from './sampleTables.data';
import { sampleId, sampleRow } from './samples';

/** A delivery that can be made without any environment: each kind of body that a handler has to deal with. */
export interface SampleDelivery {
  readonly message: 'Create' | 'Update' | 'Delete' | 'Assign' | 'Associate';
  readonly table: keyof typeof SAMPLE_TABLES;
  readonly asynchronous: boolean;
  /** With a pre-image and a post-image. */
  readonly images: boolean;
  /** The variant of bodies over 256 KB (FACTS 17.6). */
  readonly sizeExceeded: boolean;
}

const plain = { asynchronous: true, images: false, sizeExceeded: false } as const;

/** The samples that come with the product, the commonest first. */
export const SAMPLE_DELIVERIES: readonly SampleDelivery[] = [
  { ...plain, message: 'Update', table: 'contact', images: true },
  { ...plain, message: 'Create', table: 'account', asynchronous: false },
  { ...plain, message: 'Delete', table: 'contact', images: true },
  { ...plain, message: 'Assign', table: 'account' },
  { ...plain, message: 'Associate', table: 'account' },
  { ...plain, message: 'Update', table: 'contact', images: true, sizeExceeded: true },
];

/** What differs from one making of a sample to the next. */
export interface SampleMoment {
  /** Makes the ids of operation, request and correlation. */
  readonly newId: () => string;
  /** Milliseconds since 1970 UTC. */
  readonly now: number;
}

/** The body of a sample in the wire form, with the correlation that its header has, too. */
export function sampleDeliveryBody(
  sample: SampleDelivery,
  { newId, now }: SampleMoment,
): { readonly text: string; readonly correlationId: string } {
  const user = { id: sampleId('user'), directoryId: sampleId('directory user') };
  const scene: ComposeScene = {
    organizationId: sampleId('organization'),
    organizationName: 'contoso',
    businessUnitId: sampleId('business unit'),
    caller: user,
    runAs: user,
    userAgent: '',
    depth: 1,
    startedAt: now,
    correlationId: newId(),
    requestId: newId(),
    jobId: newId(),
  };
  const { table: name, message, asynchronous, images, sizeExceeded } = sample;
  const step = {
    id: sampleId('step'),
    name: `Sample: ${message} of ${name}`,
    stage: 40,
    asynchronous,
    images: images ? IMAGES : [],
  } as const;
  const context: CompleteContext = composeContext(operationOf(sample, scene), step, scene);
  return {
    text: writeContext(sizeExceeded ? trimContext(context) : context),
    correlationId: scene.correlationId,
  };
}

const IMAGES: readonly ComposeImage[] = [
  { alias: 'before', type: 'pre', columns: [] },
  { alias: 'after', type: 'post', columns: [] },
];

/** Columns that the caller changes. */
const CHANGED = ['lastname', 'jobtitle', 'gendercode', 'creditlimit'];
/** Columns that the platform fills at a creation, besides those that every table has. */
const NOT_SENT: ReadonlySet<string> = new Set([
  ...['createdon', 'createdby', 'modifiedon', 'modifiedby', 'ownerid', 'owningbusinessunit', 'statecode'],
  ...['statuscode', 'exchangerate', 'revenue_base'],
]);

function operationOf(sample: SampleDelivery, scene: ComposeScene): ComposeOperation {
  const table: ComposeTable = SAMPLE_TABLES[sample.table];
  const id = sampleId(table.name);
  const facts = {
    choices: SAMPLE_CHOICES,
    lookups: SAMPLE_LOOKUPS,
    userId: scene.caller.id,
    businessUnitId: scene.businessUnitId,
    now: scene.startedAt,
  };
  const after = sampleRow(table, facts);
  const before = { ...after, ...only(sampleRow(table, facts, 1), (name) => CHANGED.includes(name)) };
  const row: ComposeRow = { id, sent: {}, before, after, rowVersion: '5948260' };
  switch (sample.message) {
    case 'Create': {
      const sent = only(after, (name) => !NOT_SENT.has(name));
      return { kind: 'create', table, row: { ...row, sent, before: {}, rowVersion: null } };
    }
    case 'Update':
      return {
        kind: 'update',
        table,
        row: { ...row, sent: only(after, (name) => CHANGED.includes(name)) },
      };
    case 'Delete':
      return { kind: 'delete', table, row: { ...row, after: {} } };
    case 'Assign':
      return {
        kind: 'assign',
        table,
        row,
        assignee: contextReference('systemuser', sampleId('new owner')),
      };
    case 'Associate':
      return {
        kind: 'associate',
        target: contextReference(table.name, id),
        relationship: 'contact_customer_accounts',
        related: [contextReference('contact', sampleId('contact'))],
      };
  }
}

function only(cells: Cells, wanted: (name: string) => boolean): Cells {
  return Object.fromEntries(Object.entries(cells).filter(([name]) => wanted(name)));
}
