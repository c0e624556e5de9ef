import { ServiceError } from '../serviceError';

export { notImplemented } from '../serviceError';

/** 400 of the OData layer. That URL errors carry 0x80060888 follows the example of FACTS 13.3: UNVERIFIED for each text. */
export function odataError(message: string): ServiceError {
  return new ServiceError(400, '0x80060888', message);
}

/** The answer to a property name that the type does not have. */
export function unknownProperty(name: string, table: string): ServiceError {
  return odataError(`Could not find a property named '${name}' on type 'Microsoft.Dynamics.CRM.${table}'.`);
}

/** InvalidFetchXml (FACTS 12). The texts are ours: UNVERIFIED. */
export function invalidFetch(message: string): ServiceError {
  return new ServiceError(400, '0x80040303', message);
}

/** QueryBuilderNoAttribute (FACTS 12). The exact text is UNVERIFIED. */
export function noAttribute(name: string, table: string): ServiceError {
  return new ServiceError(
    400,
    '0x80041103',
    `'${table}' entity doesn't contain attribute with Name = '${name}' and NameMapping = 'Logical'.`,
  );
}

/** More rows than an aggregate may read: 50,000 (FACTS 13.5; the limit and its code are UNVERIFIED). */
export function aggregateLimit(): ServiceError {
  return new ServiceError(
    400,
    '0x8004e023',
    'The maximum record limit is exceeded. Reduce the number of records.',
  );
}
