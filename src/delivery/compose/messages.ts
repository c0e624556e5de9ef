import { NULL_VALUE, STRING_PAIR_TYPE, type ContextPair, type ContextValue } from '../executionContext';
import {
  collectionPair,
  composedEntity,
  entityPair,
  formattedPairs,
  isEmptyValue,
  referencePair,
} from './entity';
import type { Cell, Cells, ComposeOperation, ComposeRow, ComposeTable } from './model';

/** What a message says about itself in a context. */
export interface MessageParts {
  readonly message: string;
  /** The table of PrimaryEntityName; undefined for messages about none. */
  readonly table: ComposeTable | undefined;
  /** The row of PrimaryEntityId; undefined for messages about none or several. */
  readonly row: ComposeRow | undefined;
  /** Parameters as the caller sent them: those of the parent context, and of steps before the main operation. */
  readonly sent: readonly ContextPair[];
  /** Parameters after the main operation (FACTS 17.5). */
  readonly input: (asynchronous: boolean) => readonly ContextPair[];
  /** OutputParameters of a synchronous step after the main operation. */
  readonly output: readonly ContextPair[];
  readonly shared: readonly ContextPair[];
  /** Which states of the row there are for images (FACTS 8). */
  readonly images: { readonly pre: boolean; readonly post: boolean };
  /** Where an asynchronous step finds the additional image with the primary name (FACTS 17.5). */
  readonly primaryNameImage: 'pre' | 'post' | undefined;
}

const NO_IMAGES = { pre: false, post: false };
const BOTH_IMAGES = { pre: true, post: true };

/** The parameters, variables and images of an operation. */
export function messageParts(operation: ComposeOperation): MessageParts {
  switch (operation.kind) {
    case 'create':
      return createParts(operation.table, operation.row);
    case 'update':
      return updateParts(operation.table, operation.row);
    case 'delete':
      return {
        ...rowParts('Delete', operation.table, operation.row, [
          referencePair('Target', operation.table.name, operation.row.id),
        ]),
        images: { pre: true, post: false },
        primaryNameImage: 'pre',
      };
    case 'assign':
      return {
        ...rowParts('Assign', operation.table, operation.row, [
          referencePair('Target', operation.table.name, operation.row.id),
          { key: 'Assignee', value: operation.assignee },
        ]),
        images: BOTH_IMAGES,
        primaryNameImage: 'pre',
      };
    case 'setState':
      return {
        ...rowParts(operation.message, operation.table, operation.row, [
          referencePair('EntityMoniker', operation.table.name, operation.row.id),
          { key: 'State', value: { kind: 'optionSet', value: operation.state } },
          { key: 'Status', value: { kind: 'optionSet', value: operation.status } },
        ]),
        images: BOTH_IMAGES,
      };
    case 'associate':
    case 'disassociate':
      return relationParts(operation);
    case 'createMultiple':
    case 'updateMultiple':
      return bulkParts(operation);
    case 'other':
      return {
        ...rowParts(operation.message, operation.table, operation.row, operation.input),
        output: operation.output,
      };
  }
}

function rowParts(
  message: string,
  table: ComposeTable | undefined,
  row: ComposeRow | undefined,
  sent: readonly ContextPair[],
): MessageParts {
  return {
    message,
    table,
    row,
    sent,
    input: () => sent,
    output: [],
    shared: sharedVariables(),
    images: NO_IMAGES,
    primaryNameImage: undefined,
  };
}

function createParts(table: ComposeTable, row: ComposeRow): MessageParts {
  const sent = [entityPair('Target', composedEntity(table, row.id, row.sent)), DUPLICATE_DETECTION];
  const target = createdTarget(table, row);
  return {
    ...rowParts('Create', table, row, sent),
    input: (asynchronous) => {
      const formattedValues = asynchronous ? [] : formattedPairs(table, target);
      return [entityPair('Target', composedEntity(table, row.id, target, { formattedValues }))];
    },
    output: [{ key: 'id', value: { kind: 'guid', value: row.id } }],
    shared: sharedVariables({ key: 'DefaultsAddedFlag', value: { kind: 'boolean', value: true } }),
    images: { pre: false, post: true },
    primaryNameImage: 'post',
  };
}

function updateParts(table: ComposeTable, row: ComposeRow): MessageParts {
  const { rowVersion } = row;
  const sent = [
    entityPair('Target', composedEntity(table, row.id, row.sent, { rowVersion })),
    DUPLICATE_DETECTION,
  ];
  const target = composedEntity(table, row.id, updatedTarget(table, row), { rowVersion });
  const changed: ContextValue = {
    kind: 'list',
    items: [{ kind: 'keyValuePair', type: STRING_PAIR_TYPE, key: table.name, value: 'Update' }],
  };
  return {
    ...rowParts('Update', table, row, sent),
    input: () => [entityPair('Target', target)],
    shared: sharedVariables({ key: 'ChangedEntityTypes', value: changed }),
    images: BOTH_IMAGES,
    primaryNameImage: 'post',
  };
}

/** No primary table, and the JSON of two of the parameters is UNVERIFIED (FACTS 17.5). */
function relationParts(
  operation: Extract<ComposeOperation, { readonly kind: 'associate' | 'disassociate' }>,
): MessageParts {
  const message = operation.kind === 'associate' ? 'Associate' : 'Disassociate';
  return rowParts(message, undefined, undefined, [
    { key: 'Target', value: operation.target },
    {
      key: 'Relationship',
      value: { kind: 'relationship', schemaName: operation.relationship, primaryEntityRole: null },
    },
    { key: 'RelatedEntities', value: { kind: 'list', items: operation.related } },
  ]);
}

/** Targets in, Ids out (names by FACTS 8; the JSON of both is UNVERIFIED, FACTS 17.4.5). */
function bulkParts(
  operation: Extract<ComposeOperation, { readonly kind: 'createMultiple' | 'updateMultiple' }>,
): MessageParts {
  const { table, rows, kind } = operation;
  const entities = rows.map((row) => composedEntity(table, row.id, row.sent));
  const message = kind === 'createMultiple' ? 'CreateMultiple' : 'UpdateMultiple';
  const parts = rowParts(message, table, undefined, [collectionPair('Targets', table.name, entities)]);
  if (kind === 'updateMultiple') return parts;
  const ids: ContextValue = { kind: 'list', items: rows.map(({ id }) => ({ kind: 'guid', value: id })) };
  return { ...parts, output: [{ key: 'Ids', value: ids }] };
}

const DUPLICATE_DETECTION: ContextPair = {
  key: 'SuppressDuplicateDetection',
  value: { kind: 'boolean', value: false },
};

/** The variables of every operation; all but the first are optional for a reader (FACTS 17.5). */
function sharedVariables(...more: readonly ContextPair[]): readonly ContextPair[] {
  return [
    { key: 'IsAutoTransact', value: { kind: 'boolean', value: true } },
    { key: 'AcceptLang', value: { kind: 'string', value: '' } },
    ...more,
  ];
}

/** What the platform adds to Target of Create where the table has it, in the order of FACTS 18.1. */
const CREATE_ADDS = [
  ...['exchangerate', 'transactioncurrencyid', 'fullname', 'yomifullname', 'statecode', 'statuscode'],
  ...['ownerid', 'owninguser', 'owningteam', 'owningbusinessunit'],
  ...['createdby', 'createdon', 'modifiedby', 'modifiedon'],
];

/** True for a column of Target that the platform fills, so that no caller of Create sends it. */
export function isAddedAtCreate(name: string): boolean {
  return CREATE_ADDS.includes(name) || name === 'modifiedonbehalfby' || name.endsWith('_base');
}

function createdTarget(table: ComposeTable, { sent, after }: ComposeRow): Cells {
  const target: Record<string, Cell> = {};
  for (const [name, cell] of Object.entries(sent)) {
    target[name] = cell;
    const base = after[`${name}_base`];
    if (base !== undefined && !isEmptyValue(base.value)) target[`${name}_base`] = base;
  }
  for (const name of CREATE_ADDS) {
    const cell = after[name];
    if (cell !== undefined && !isEmptyValue(cell.value)) target[name] = cell;
  }
  return { ...target, ...onBehalf(table, after) };
}

const NAME_PART = /^(yomi)?(first|middle|last)name$/;

/** What was sent, what follows from it, and who changed it when (FACTS 17.5, 18.2). */
function updatedTarget(table: ComposeTable, { sent, after }: ComposeRow): Cells {
  const names = Object.keys(sent);
  const amounts = names.map((name) => `${name}_base`).filter((name) => after[name] !== undefined);
  const follows = [
    ...(names.some((name) => NAME_PART.test(name)) ? ['fullname', 'yomifullname'] : []),
    ...(amounts.length > 0 ? [...amounts, 'exchangerate', 'transactioncurrencyid'] : []),
    ...('statecode' in sent || 'statuscode' in sent ? ['statecode', 'statuscode'] : []),
    ...('ownerid' in sent ? ['owninguser', 'owningteam', 'owningbusinessunit'] : []),
    ...['modifiedon', 'modifiedby'],
  ];
  const target: Record<string, Cell> = { ...sent };
  for (const name of follows) {
    const cell = after[name];
    if (cell !== undefined) target[name] = cell;
  }
  return { ...target, ...onBehalf(table, after) };
}

function onBehalf(table: ComposeTable, after: Cells): Cells {
  const name = 'modifiedonbehalfby';
  if (!table.columns.some((column) => column.name === name)) return {};
  return { [name]: after[name] ?? { value: NULL_VALUE } };
}
