import type { Column, Table } from '../../../src/dataverse/metadata';
import { DataverseError } from '../../../src/dataverse/errors';
import type { Row } from '../../../src/dataverse/webApi';
import { Secret } from '../../../src/base/secret';
import type { Image, NewImage, NewStep, Webhook, WebhookAuth } from '../../../src/webhooks/model';

/** What the requests of the extension are written from in tests: rows of each kind, and an answer that suits them all. */
export const ID = '11111111-2222-4333-8444-555555555555';
export const ETAG = 'W/"1"';

/** Answers with whatever any of our requests reads. */
export const ANSWER: Row = {
  UserId: ID,
  OrganizationId: ID,
  BusinessUnitId: ID,
  JobId: ID,
  organizationid: ID,
  statuscode: 30,
  LogicalName: 'contact',
  '@odata.etag': ETAG,
  value: [],
  firstname: 'x',
  Attributes: [],
  ManyToOneRelationships: [],
  OneToManyRelationships: [],
  ManyToManyRelationships: [],
};

export const USERS: Table = {
  logicalName: 'systemuser',
  schemaName: 'SystemUser',
  label: 'User',
  entitySetName: 'systemusers',
  primaryIdColumn: 'systemuserid',
  primaryNameColumn: 'fullname',
  isCustom: false,
  isIntersect: false,
};
export const FIRST_NAME: Column = {
  logicalName: 'firstname',
  schemaName: 'FirstName',
  label: 'First Name',
  type: 'String',
  isPrimaryId: false,
  isPrimaryName: false,
  isValidForCreate: true,
  isValidForRead: true,
  isValidForUpdate: true,
};
export const KEY: WebhookAuth = { type: 'webhookKey', key: new Secret('k') };
export const WEBHOOK: Webhook = {
  id: ID,
  name: 'A',
  url: 'https://hooks.example.com/',
  description: 'd',
  authType: 'webhookKey',
  hasSecret: true,
  managed: false,
  customizable: true,
  modifiedOn: undefined,
  etag: ETAG,
};
export const STEP: NewStep & { readonly id: string } = {
  id: ID,
  webhookId: ID,
  name: 'S',
  description: 'd',
  message: { id: ID, name: 'Update' },
  filter: { id: ID, table: 'contact', secondaryTable: undefined },
  filteringColumns: ['firstname'],
  stage: 'postOperation',
  mode: 'asynchronous',
  rank: 1,
  deleteJobOnSuccess: true,
  deployment: 'server',
  runAs: { id: ID, name: 'Me' },
};
export const BARE: NewStep = {
  ...STEP,
  filter: undefined,
  runAs: undefined,
  filteringColumns: [],
  description: '',
  message: { id: ID.replace('1', '2'), name: 'Create' },
  name: 'T',
  rank: 2,
  mode: 'synchronous',
};
export const IMAGE: Image & NewImage = {
  id: ID,
  stepId: ID,
  name: 'I',
  alias: 'Pre',
  type: 'pre',
  messageProperty: 'Target',
  columns: ['firstname'],
};
export const VERSIONS_REFUSED = new DataverseError('invalid', 'no versions', { code: -2147088243 });
