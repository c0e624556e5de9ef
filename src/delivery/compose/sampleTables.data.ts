import type { ComposeTable } from './model';

/** Columns of two tables that every environment with Dynamics 365 has, one or two of each type; enough for a sample. */
export const SAMPLE_TABLES = {
  account: {
    name: 'account',
    key: 'accountid',
    primaryName: 'name',
    columns: [
      { name: 'name', type: 'String' },
      { name: 'accountnumber', type: 'String' },
      { name: 'industrycode', type: 'Picklist' },
      { name: 'numberofemployees', type: 'Integer' },
      { name: 'creditonhold', type: 'Boolean' },
      { name: 'revenue', type: 'Money' },
      { name: 'revenue_base', type: 'Money' },
      { name: 'exchangerate', type: 'Decimal' },
      { name: 'transactioncurrencyid', type: 'Lookup' },
      { name: 'primarycontactid', type: 'Lookup' },
      { name: 'emailaddress1', type: 'String' },
      { name: 'websiteurl', type: 'String' },
      { name: 'description', type: 'Memo' },
      { name: 'ownerid', type: 'Owner' },
      { name: 'owningbusinessunit', type: 'Lookup' },
      { name: 'statecode', type: 'State' },
      { name: 'statuscode', type: 'Status' },
      { name: 'createdon', type: 'DateTime' },
      { name: 'createdby', type: 'Lookup' },
      { name: 'modifiedon', type: 'DateTime' },
      { name: 'modifiedby', type: 'Lookup' },
    ],
  },
  contact: {
    name: 'contact',
    key: 'contactid',
    primaryName: 'fullname',
    columns: [
      { name: 'firstname', type: 'String' },
      { name: 'lastname', type: 'String' },
      { name: 'fullname', type: 'String' },
      { name: 'jobtitle', type: 'String' },
      { name: 'emailaddress1', type: 'String' },
      { name: 'telephone1', type: 'String' },
      { name: 'birthdate', type: 'DateTime' },
      { name: 'gendercode', type: 'Picklist' },
      { name: 'donotphone', type: 'Boolean' },
      { name: 'creditlimit', type: 'Money' },
      { name: 'parentcustomerid', type: 'Customer' },
      { name: 'ownerid', type: 'Owner' },
      { name: 'statecode', type: 'State' },
      { name: 'statuscode', type: 'Status' },
      { name: 'createdon', type: 'DateTime' },
      { name: 'modifiedon', type: 'DateTime' },
      { name: 'modifiedby', type: 'Lookup' },
      { name: 'modifiedonbehalfby', type: 'Lookup' },
    ],
  },
} as const satisfies Readonly<Record<string, ComposeTable>>;

/** Where their lookups lead. */
export const SAMPLE_LOOKUPS: Readonly<Record<string, string>> = {
  transactioncurrencyid: 'transactioncurrency',
  primarycontactid: 'contact',
  parentcustomerid: 'account',
};

/** First choices of their choice columns, two of each that may change. */
export const SAMPLE_CHOICES = {
  industrycode: [
    { value: 34, label: 'Pharmaceuticals' },
    { value: 1, label: 'Accounting' },
  ],
  creditonhold: [
    { value: 0, label: 'No' },
    { value: 1, label: 'Yes' },
  ],
  gendercode: [
    { value: 2, label: 'Female' },
    { value: 1, label: 'Male' },
  ],
  donotphone: [
    { value: 0, label: 'Allow' },
    { value: 1, label: 'Do Not Allow' },
  ],
  statecode: [{ value: 0, label: 'Active' }],
  statuscode: [{ value: 1, label: 'Active' }],
} as const;
