import fc from 'fast-check';

import type {
  CompleteContext,
  ContextEntity,
  ContextImage,
  ContextPair,
  ContextReference,
  ContextValue,
} from '../../../src/delivery/executionContext';
import { isGuid } from '../../../src/base/guid';
import { readDate } from '../../../src/delivery/readValue';

const guid = fc.uuid();
/** Text that does not look like something else on the wire. */
const plainText = fc
  .oneof(fc.string({ unit: 'binary' }), fc.constantFrom('a/b', '"\\/', '<a href="/">', 'é€𝒳', '\u2028\n\t'))
  .filter((text) => !isGuid(text) && readDate(text) === undefined);
const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,12}$/);
const nullable = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(values, { nil: null });
/** Digits as a decimal column has them, which a double does not write the same way. */
const digits = fc
  .tuple(fc.integer({ min: -99_999, max: 99_999 }), fc.integer({ min: 0, max: 9 }))
  .map(([whole, tenth]) => `${whole}.${tenth}0`);

const date: fc.Arbitrary<ContextValue & { kind: 'date' }> = fc
  .tuple(
    fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }),
    fc.constantFrom('', '+0000', '-0700', '+0530'),
  )
  .map(([milliseconds, offset]) => ({ kind: 'date', milliseconds, ...(offset === '' ? {} : { offset }) }));

const { value, entity, pairs, reference } = fc.letrec<{
  value: ContextValue;
  entity: ContextEntity;
  pairs: readonly ContextPair[];
  reference: ContextReference;
}>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constant({ kind: 'null' } as const),
    plainText.map((text) => ({ kind: 'string', value: text }) as const),
    guid.map((id) => ({ kind: 'guid', value: id }) as const),
    fc.boolean().map((flag) => ({ kind: 'boolean', value: flag }) as const),
    fc
      .oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }))
      .filter((number) => String(number) === JSON.stringify(number))
      // JSON text of ours has one zero only.
      .map((number) => ({ kind: 'number', value: number === 0 ? 0 : number }) as const),
    digits.map((text) => ({ kind: 'decimal', digits: text }) as const),
    date,
    fc
      .integer({ min: -1, max: 1_000_000_000 })
      .map((option) => ({ kind: 'optionSet', value: option }) as const),
    fc
      .array(fc.nat(), { minLength: 1, maxLength: 3 })
      .map((values) => ({ kind: 'optionSetCollection', values }) as const),
    digits.map((text) => ({ kind: 'money', digits: text }) as const),
    tie('reference'),
    tie('entity').map((row) => ({ kind: 'entity', entity: row }) as const),
    fc.record({ key: plainText, value: nullable(plainText) }).map(
      (pair) =>
        ({
          kind: 'keyValuePair',
          type: 'KeyValuePairOfstringstring:#System.Collections.Generic',
          ...pair,
        }) as const,
    ),
    fc
      .record({ schemaName: name, primaryEntityRole: nullable(fc.constantFrom(0, 1)) })
      .map((relationship) => ({ kind: 'relationship', ...relationship }) as const),
    fc
      .record({
        entities: fc.array(tie('entity'), { maxLength: 2 }),
        entityName: nullable(name),
        minActiveRowVersion: nullable(fc.constantFrom('-1', '147059705')),
        moreRecords: fc.boolean(),
        pagingCookie: nullable(plainText),
        totalRecordCount: fc.integer({ min: -1, max: 5000 }),
        totalRecordCountLimitExceeded: fc.boolean(),
      })
      .map((collection) => ({ kind: 'entityCollection', collection }) as const),
    fc
      .array(tie('value'), { maxLength: 3 })
      .filter((items) => items.length === 0 || items.some((item) => item.kind !== 'optionSet'))
      .map((items) => ({ kind: 'list', items }) as const),
  ),
  pairs: fc.array(fc.record({ key: name, value: tie('value') }), { maxLength: 4, depthIdentifier: 'pairs' }),
  reference: fc.record({
    kind: fc.constant('entityReference' as const),
    id: guid,
    keyAttributes: fc.constant([]),
    logicalName: name,
    name: nullable(plainText),
    rowVersion: nullable(fc.constantFrom('5948260')),
  }),
  entity: fc.record({
    attributes: tie('pairs'),
    entityState: nullable(fc.constantFrom(0, 1)),
    formattedValues: fc.array(fc.record({ key: name, value: nullable(plainText) }), { maxLength: 3 }),
    id: guid,
    keyAttributes: tie('pairs'),
    logicalName: name,
    relatedEntities: fc.constant([]),
    rowVersion: nullable(fc.constantFrom('5948260')),
  }),
}));

const images: fc.Arbitrary<readonly ContextImage[]> = fc.array(
  fc.record({ key: plainText, entity: nullable(entity) }),
  {
    maxLength: 2,
  },
);

const shallow = fc.record<CompleteContext>({
  businessUnitId: nullable(guid),
  correlationId: nullable(guid),
  depth: nullable(fc.integer({ min: 1, max: 16 })),
  initiatingUserAgent: nullable(plainText),
  initiatingUserAzureActiveDirectoryObjectId: nullable(guid),
  initiatingUserId: nullable(guid),
  inputParameters: nullable(pairs),
  isExecutingOffline: nullable(fc.boolean()),
  isInTransaction: nullable(fc.boolean()),
  isOfflinePlayback: nullable(fc.boolean()),
  isolationMode: nullable(fc.constantFrom(1, 2)),
  messageName: nullable(name),
  mode: nullable(fc.constantFrom(0, 1)),
  operationCreatedOn: nullable(date),
  operationId: nullable(guid),
  organizationId: nullable(guid),
  organizationName: nullable(plainText),
  outputParameters: nullable(pairs),
  owningExtension: nullable(reference),
  parentContext: fc.constant(null),
  postEntityImages: nullable(images),
  preEntityImages: nullable(images),
  primaryEntityId: nullable(guid),
  primaryEntityName: nullable(name),
  requestId: nullable(guid),
  secondaryEntityName: nullable(name),
  sharedVariables: nullable(pairs),
  stage: nullable(fc.constantFrom(10, 20, 40)),
  userAzureActiveDirectoryObjectId: nullable(guid),
  userId: nullable(guid),
});

/** Contexts with every kind of value, with and without a parent. */
export const completeContexts: fc.Arbitrary<CompleteContext> = fc
  .tuple(shallow, nullable(shallow))
  // fast-check's records have no prototype; a clone has the usual one.
  .map(([context, parentContext]) => structuredClone({ ...context, parentContext }));

export { value as contextValues };
