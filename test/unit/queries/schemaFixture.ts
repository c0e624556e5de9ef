import type { Column, Table } from '../../../src/dataverse/metadata';
import type { Relation } from '../../../src/dataverse/relations';
import type { SchemaSource } from '../../../src/queries/schema';

function column(logicalName: string, type: string, over: Partial<Column> = {}): Column {
  return {
    logicalName,
    type,
    schemaName: logicalName,
    label: `Label of ${logicalName}`,
    isPrimaryId: false,
    isPrimaryName: false,
    isValidForCreate: true,
    isValidForRead: true,
    isValidForUpdate: true,
    ...over,
  };
}

function table(logicalName: string, entitySetName: string, label: string): Table {
  return {
    logicalName,
    entitySetName,
    label,
    schemaName: logicalName,
    isCustom: false,
    isIntersect: false,
    primaryIdColumn: `${logicalName}id`,
    primaryNameColumn: 'name',
  };
}

const COLUMNS: Readonly<Record<string, readonly Column[]>> = {
  account: [
    column('accountid', 'Uniqueidentifier', { isPrimaryId: true }),
    column('name', 'String', { isPrimaryName: true }),
    column('revenue', 'Money'),
    column('statuscode', 'Status'),
    column('statuscodename', 'Virtual', { attributeOf: 'statuscode' }),
    column('createdon', 'DateTime'),
    column('ownerid', 'Owner'),
    column('primarycontactid', 'Lookup'),
  ],
  contact: [
    column('contactid', 'Uniqueidentifier', { isPrimaryId: true }),
    column('fullname', 'String', { isPrimaryName: true }),
    column('accountid', 'Lookup'),
  ],
};

const RELATIONS: Readonly<Record<string, readonly Relation[]>> = {
  account: [
    {
      schemaName: 'account_primary_contact',
      to: 'one',
      other: 'contact',
      column: 'primarycontactid',
      otherColumn: 'contactid',
      navigation: 'primarycontactid',
    },
    {
      schemaName: 'contact_account',
      to: 'many',
      other: 'contact',
      column: 'accountid',
      otherColumn: 'accountid',
      navigation: 'contact_account',
    },
  ],
  contact: [
    {
      schemaName: 'contact_account',
      to: 'one',
      other: 'account',
      column: 'accountid',
      otherColumn: 'accountid',
      navigation: 'accountid',
    },
  ],
};

/** Accounts and contacts, each with a lookup to the other. Counts what is asked for. */
export function smallSchema(): SchemaSource & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    tables: () =>
      Promise.resolve([table('account', 'accounts', 'Account'), table('contact', 'contacts', 'Contact')]),
    columns: (name) => {
      asked.push(name);
      return Promise.resolve(COLUMNS[name] ?? []);
    },
    dateBehaviors: () => Promise.resolve(new Map()),
    relations: (name) => Promise.resolve(RELATIONS[name] ?? []),
  };
}
