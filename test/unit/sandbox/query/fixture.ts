import assert from 'node:assert/strict';
import { MemoryStore } from '../../../../src/sandbox/memoryStore';
import { queries } from '../../../../src/sandbox/query';
import type { ReadAnswer, ReadRequest } from '../../../../src/sandbox/queryRequest';
import { createSchema } from '../../../../src/sandbox/schema';
import type { StoredRow } from '../../../../src/sandbox/schema/types';
import { ServiceError } from '../../../../src/sandbox/serviceError';

const schema = createSchema();
export const ROOT = 'https://sandbox.crm.localhost/api/data/v9.2/';
export const NOW = Date.parse('2025-03-05T12:00:00Z');

/** A GUID from a kind and a number, so that failures can be read. */
export function id(kind: number, number: number): string {
  return `${String(kind).padStart(8, '0')}-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

const USER = id(1, 1);
export const UNIT = id(2, 1);
export interface Preferences {
  readonly annotations?: string;
  readonly pageSize?: number;
}

/** Everything there is to know about each value. */
export const ALL: Preferences = { annotations: '*' };

/** A store with the given rows, in one commit. */
export function storeOf(rows: Readonly<Record<string, readonly StoredRow[]>>): MemoryStore {
  const store = new MemoryStore(schema);
  const transaction = store.begin();
  for (const [table, list] of Object.entries(rows)) for (const row of list) transaction.insert(table, row);
  transaction.commit();
  return store;
}

/** Two endpoints, their steps and jobs, a few people. */
export function sampleStore(): MemoryStore {
  const step = (
    number: number,
    endpoint: number,
    message: number,
    filter: number | undefined,
  ): StoredRow => ({
    sdkmessageprocessingstepid: id(20, number),
    name: `Step ${number}`,
    stage: 40,
    mode: number % 2,
    rank: number,
    statecode: 0,
    statuscode: 1,
    eventhandler: { table: 'serviceendpoint', id: id(10, endpoint) },
    sdkmessageid: { table: 'sdkmessage', id: id(30, message) },
    ...(filter === undefined
      ? {}
      : { sdkmessagefilterid: { table: 'sdkmessagefilter', id: id(31, filter) } }),
    iscustomizable: {
      Value: number !== 3,
      CanBeChanged: true,
      ManagedPropertyLogicalName: 'iscustomizableanddeletable',
    },
    createdon: `2025-03-0${number}T10:00:00Z`,
  });
  const job = (number: number, owner: number, statuscode: number): StoredRow => ({
    asyncoperationid: id(40, number),
    name: `Job ${number}`,
    statecode: 3,
    statuscode,
    errorcode: statuscode === 31 ? -2147155455 : null,
    completedon: `2025-03-04T11:0${number}:00Z`,
    owningextensionid: { table: 'sdkmessageprocessingstep', id: id(20, owner) },
  });
  return storeOf({
    businessunit: [{ businessunitid: UNIT, name: 'Root' }],
    systemuser: [
      { systemuserid: USER, fullname: 'Ada Admin', businessunitid: { table: 'businessunit', id: UNIT } },
      { systemuserid: id(1, 2), fullname: 'Bo Builder' },
    ],
    team: [{ teamid: id(3, 1), name: 'Blue' }],
    serviceendpoint: [
      {
        serviceendpointid: id(10, 1),
        name: 'Alpha hook',
        url: 'https://a.example/x?y=1',
        contract: 8,
        authtype: 5,
        authvalue: 'secret',
        isauthvalueset: true,
      },
      { serviceendpointid: id(10, 2), name: 'beta hook', url: 'https://b.example', contract: 8, authtype: 4 },
      { serviceendpointid: id(10, 3), name: 'Queue', contract: 2 },
    ],
    sdkmessage: [
      { sdkmessageid: id(30, 1), name: 'Create', isprivate: false },
      { sdkmessageid: id(30, 2), name: 'Update', isprivate: false },
      { sdkmessageid: id(30, 3), name: 'Internal', isprivate: true },
    ],
    sdkmessagefilter: [
      {
        sdkmessagefilterid: id(31, 1),
        primaryobjecttypecode: 'contact',
        iscustomprocessingstepallowed: true,
        sdkmessageid: { table: 'sdkmessage', id: id(30, 1) },
      },
      {
        sdkmessagefilterid: id(31, 2),
        primaryobjecttypecode: 'account',
        iscustomprocessingstepallowed: true,
        sdkmessageid: { table: 'sdkmessage', id: id(30, 2) },
      },
      {
        sdkmessagefilterid: id(31, 3),
        primaryobjecttypecode: 'none',
        iscustomprocessingstepallowed: false,
        sdkmessageid: { table: 'sdkmessage', id: id(30, 3) },
      },
    ],
    sdkmessageprocessingstep: [
      step(1, 1, 1, 1),
      step(2, 1, 2, 2),
      step(3, 2, 2, undefined),
      step(4, 2, 1, undefined),
    ],
    asyncoperation: [job(1, 1, 31), job(2, 1, 30), job(3, 2, 31), job(4, 3, 31)],
    account: [{ accountid: id(50, 1), name: 'Fabrikam', creditlimit: 1234.5 }],
    contact: [
      {
        contactid: id(51, 1),
        firstname: 'Maria',
        lastname: "O'Brien",
        fullname: "Maria O'Brien",
        numberofchildren: 2,
        familystatuscode: 2,
        birthdate: '1990-03-05',
        createdon: '2025-03-05T11:30:00Z',
        parentcustomerid: { table: 'account', id: id(50, 1) },
        ownerid: { table: 'systemuser', id: USER },
      },
      {
        contactid: id(51, 2),
        firstname: 'john',
        lastname: 'Doe',
        fullname: 'john Doe',
        familystatuscode: 1,
        createdon: '2025-03-01T00:00:00Z',
        parentcustomerid: { table: 'contact', id: id(51, 1) },
        ownerid: { table: 'team', id: id(3, 1) },
      },
      {
        contactid: id(51, 3),
        firstname: 'Zoë',
        lastname: 'Zimmer',
        fullname: 'Zoë Zimmer',
        numberofchildren: 0,
        createdon: '2024-12-31T23:59:59Z',
      },
    ],
    new_project: [
      { new_projectid: id(60, 1), new_name: 'North', new_regions: [1, 2] },
      { new_projectid: id(60, 2), new_name: 'South', new_regions: [3] },
      { new_projectid: id(60, 3), new_name: 'Nowhere' },
    ],
  });
}

export type Row = Readonly<Record<string, unknown>>;

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null;

/** The rows of an answer. */
export function rowsOf(result: ReadAnswer): readonly Row[] {
  const value: unknown = result.body['value'];
  assert.ok(Array.isArray(value) && value.every(isRow));
  return value;
}

/** A read as the server hands it on. `query` is readable: blanks and the like are percent-encoded here. */
export function request(
  store: MemoryStore,
  table: string,
  query: string,
  preferences: Preferences = {},
): ReadRequest {
  const found = schema.table(table);
  assert.ok(found);
  return {
    reader: store,
    table: found,
    query: encodeURI(query).replaceAll('#', '%23').replaceAll('+', '%2B'),
    preferences: { includeAnnotations: preferences.annotations, maxPageSize: preferences.pageSize },
    serviceRoot: ROOT,
    path: found.set,
    userId: USER,
    now: NOW,
  };
}

/** Runs an OData query against an entity set. */
export function odata(
  store: MemoryStore,
  table: string,
  query: string,
  preferences?: Preferences,
): ReadAnswer {
  return queries.collection(request(store, table, query, preferences));
}

/** Runs FetchXML against an entity set. */
export function fetchXml(
  store: MemoryStore,
  table: string,
  xml: string,
  preferences?: Preferences,
): ReadAnswer {
  const query = `fetchXml=${encodeURIComponent(xml)}`;
  return queries.collection({ ...request(store, table, '', preferences), query });
}

/** The values of one property, row by row. */
export function column(result: ReadAnswer, name: string): readonly unknown[] {
  return rowsOf(result).map((row) => row[name]);
}

/** Asserts a refusal with the given status whose message matches. */
export function refuses(run: () => unknown, status: number, message: RegExp, code?: string): void {
  assert.throws(run, (error) => {
    assert.ok(error instanceof ServiceError, String(error));
    assert.equal(error.httpStatus, status, error.message);
    assert.match(error.message, message);
    if (code !== undefined) assert.equal(error.code, code);
    return true;
  });
}
