import {
  audit,
  big,
  bool,
  choice,
  choices,
  customer,
  dateonly,
  datetime,
  decimal,
  double,
  each,
  entityName,
  guid,
  int,
  key,
  lookup,
  memo,
  money,
  ownership,
  state,
  status,
  text,
  to,
} from './build';
import type { ColumnSource, ManyToManySource, TableSource } from './build';
import type { Option } from './types';

// Tables of everyday business and administration. Their names and choices are general knowledge, as the published
// material covers only the platform's own tables: UNVERIFIED one by one. Not every column of the real tables is here.

function list(...labels: readonly string[]): readonly Option[] {
  return labels.map((label, index) => ({ value: index + 1, label }));
}

const activeInactive: readonly Option[] = [
  { value: 0, label: 'Active' },
  { value: 1, label: 'Inactive' },
];
const activeInactiveReasons: readonly Option[] = [
  { value: 1, label: 'Active', state: 0 },
  { value: 2, label: 'Inactive', state: 1 },
];

/** Columns nearly every table has. */
function common(versioned = true): readonly ColumnSource[] {
  return [
    int('ImportSequenceNumber', { access: 'CR' }),
    dateonly('OverriddenCreatedOn', { access: 'CR', label: 'Record Created On' }),
    int('TimeZoneRuleVersionNumber', { min: -1 }),
    int('UTCConversionTimeZoneCode', { min: -1 }),
    ...(versioned ? [big('VersionNumber', { access: 'R' })] : []),
  ];
}

function auditOf(base: string): readonly ColumnSource[] {
  return audit({
    createdBy: `lk_${base}_createdby`,
    createdOnBehalfBy: `lk_${base}_createdonbehalfby`,
    modifiedBy: `lk_${base}_modifiedby`,
    modifiedOnBehalfBy: `lk_${base}_modifiedonbehalfby`,
  });
}

function owned(table: string): readonly ColumnSource[] {
  return ownership({
    owner: `owner_${table}s`,
    user: `user_${table}s`,
    team: `team_${table}s`,
    businessUnit: `business_unit_${table}s`,
  });
}

function currency(table: string): readonly ColumnSource[] {
  return [
    lookup('TransactionCurrencyId', [
      to('transactioncurrency', 'transactioncurrencyid', `transactioncurrency_${table}`, 'restrict'),
    ]),
    decimal('ExchangeRate', 10, { access: 'R', min: 0.0000000001 }),
  ];
}

function address(number: number): readonly ColumnSource[] {
  const a = `Address${number.toString()}_`;
  return [
    guid(`${a}AddressId`),
    text(`${a}Name`, 200),
    text(`${a}Line1`, 250, { label: `Address ${number.toString()}: Street 1` }),
    text(`${a}Line2`, 250, { label: `Address ${number.toString()}: Street 2` }),
    text(`${a}Line3`, 250, { label: `Address ${number.toString()}: Street 3` }),
    text(`${a}City`, 80, { label: `Address ${number.toString()}: City` }),
    text(`${a}StateOrProvince`, 50),
    text(`${a}PostalCode`, 20),
    text(`${a}Country`, 80),
    text(`${a}County`, 50),
    text(`${a}Telephone1`, 50),
    text(`${a}PostOfficeBox`, 20),
    double(`${a}Latitude`, 5, { min: -90, max: 90 }),
    double(`${a}Longitude`, 5, { min: -180, max: 180 }),
    memo(`${a}Composite`, 1000, { access: 'R', label: `Address ${number.toString()}` }),
  ];
}

const industries = list(
  'Accounting',
  'Agriculture and Non-petrol Natural Resource Extraction',
  'Broadcasting Printing and Publishing',
  'Brokers',
  'Building Supply Retail',
  'Business Services',
  'Consulting',
  'Consumer Services',
);
const contactMethods = list('Any', 'Email', 'Phone', 'Fax', 'Mail');
const doNot = 'DoNotBulkEMail DoNotEMail DoNotFax DoNotPhone DoNotPostalMail DoNotSendMM';

const account: TableSource = {
  schemaName: 'Account',
  set: 'accounts',
  objectTypeCode: 1,
  primaryName: 'name',
  ownership: 'user',
  columns: [
    key('AccountId', { label: 'Account' }),
    text('Name', 160, { required: 'application', label: 'Account Name' }),
    text('AccountNumber', 20),
    choice('AccountCategoryCode', list('Preferred Customer', 'Standard'), { label: 'Category' }),
    choice('AccountRatingCode', list('Default Value'), { label: 'Account Rating', initial: 1 }),
    ...address(1),
    ...address(2),
    choice(
      'CustomerTypeCode',
      list(
        'Competitor',
        'Consultant',
        'Customer',
        'Investor',
        'Partner',
        'Influencer',
        'Press',
        'Prospect',
        'Reseller',
        'Supplier',
        'Vendor',
        'Other',
      ),
      { label: 'Relationship Type' },
    ),
    bool('CreditOnHold', { initial: false, label: 'Credit Hold' }),
    ...money('CreditLimit'),
    memo('Description', 2000),
    ...each((name) => bool(name, { initial: false }), doNot),
    text('EMailAddress1', 100, { label: 'Email' }),
    text('EMailAddress2', 100, { label: 'Email Address 2' }),
    text('EMailAddress3', 100, { label: 'Email Address 3' }),
    text('Fax', 50),
    choice('IndustryCode', industries, { label: 'Industry' }),
    dateonly('LastUsedInCampaign', { access: 'UR' }),
    lookup('MasterId', [to('account', 'masterid', 'account_master_account', 'none')], { access: 'R' }),
    ...money('MarketCap', { label: 'Market Capitalization' }),
    bool('Merged', { access: 'R', initial: false }),
    int('NumberOfEmployees', { min: 0, max: 1000000000 }),
    lookup('ParentAccountId', [to('account', 'parentaccountid', 'account_parent_account')], {
      label: 'Parent Account',
    }),
    choice('PreferredContactMethodCode', contactMethods, {
      initial: 1,
      label: 'Preferred Method of Contact',
    }),
    lookup('PrimaryContactId', [to('contact', 'primarycontactid', 'account_primary_contact')], {
      label: 'Primary Contact',
    }),
    ...money('Revenue', { label: 'Annual Revenue' }),
    text('SIC', 20, { label: 'SIC Code' }),
    text('Telephone1', 50, { label: 'Main Phone' }),
    text('Telephone2', 50, { label: 'Other Phone' }),
    text('TickerSymbol', 10),
    text('WebSiteURL', 200, { label: 'Website' }),
    text('YomiName', 160),
    state(activeInactive),
    status(activeInactiveReasons, { initial: 1 }),
    ...currency('account'),
    ...owned('account'),
    ...auditOf('accountbase'),
    ...common(),
  ],
};

const contact: TableSource = {
  schemaName: 'Contact',
  set: 'contacts',
  objectTypeCode: 2,
  primaryName: 'fullname',
  ownership: 'user',
  columns: [
    key('ContactId', { label: 'Contact' }),
    text('FirstName', 50),
    text('MiddleName', 50),
    text('LastName', 50, { required: 'application' }),
    text('FullName', 160, { access: 'R' }),
    text('NickName', 50),
    text('Salutation', 100),
    text('JobTitle', 100),
    text('Department', 100),
    choice('AccountRoleCode', list('Decision Maker', 'Employee', 'Influencer'), { label: 'Role' }),
    ...address(1),
    ...address(2),
    dateonly('Anniversary'),
    ...money('AnnualIncome'),
    dateonly('BirthDate', { label: 'Birthday' }),
    bool('CreditOnHold', { initial: false, label: 'Credit Hold' }),
    ...money('CreditLimit'),
    choice('CustomerTypeCode', list('Default Value'), { initial: 1 }),
    memo('Description', 2000),
    ...each((name) => bool(name, { initial: false }), doNot),
    text('EMailAddress1', 100, { label: 'Email' }),
    text('EMailAddress2', 100, { label: 'Email Address 2' }),
    text('EMailAddress3', 100, { label: 'Email Address 3' }),
    text('EmployeeId', 50),
    text('ExternalUserIdentifier', 50),
    choice('FamilyStatusCode', list('Single', 'Married', 'Divorced', 'Widowed'), { label: 'Marital Status' }),
    text('Fax', 50),
    choice('GenderCode', list('Male', 'Female')),
    text('GovernmentId', 50),
    lookup('MasterId', [to('contact', 'masterid', 'contact_master_contact', 'none')], { access: 'R' }),
    bool('Merged', { access: 'R', initial: false }),
    text('MobilePhone', 50),
    int('NumberOfChildren', { min: 0, max: 1000000000 }),
    customer(
      'ParentCustomerId',
      [
        to('account', 'parentcustomerid_account', 'contact_customer_accounts'),
        to('contact', 'parentcustomerid_contact', 'contact_customer_contacts'),
      ],
      { label: 'Company Name' },
    ),
    choice('PreferredContactMethodCode', contactMethods, {
      initial: 1,
      label: 'Preferred Method of Contact',
    }),
    text('Telephone1', 50, { label: 'Business Phone' }),
    text('Telephone2', 50, { label: 'Home Phone' }),
    text('WebSiteUrl', 200, { label: 'Website' }),
    text('YomiFirstName', 150),
    text('YomiLastName', 150),
    text('YomiFullName', 450, { access: 'R' }),
    state(activeInactive),
    status(activeInactiveReasons, { initial: 1 }),
    ...currency('contact'),
    ...owned('contact'),
    ...auditOf('contactbase'),
    ...common(),
  ],
};

const lead: TableSource = {
  schemaName: 'Lead',
  set: 'leads',
  objectTypeCode: 4,
  primaryName: 'fullname',
  ownership: 'user',
  columns: [
    key('LeadId', { label: 'Lead' }),
    text('Subject', 300, { required: 'application', label: 'Topic' }),
    text('FirstName', 50),
    text('LastName', 50, { required: 'application' }),
    text('FullName', 160, { access: 'R', label: 'Name' }),
    text('CompanyName', 100),
    text('JobTitle', 100),
    ...address(1),
    ...money('BudgetAmount'),
    memo('Description', 2000),
    text('EMailAddress1', 100, { label: 'Email' }),
    ...money('EstimatedAmount', { label: 'Est. Value' }),
    dateonly('EstimatedCloseDate', { label: 'Est. Close Date' }),
    choice('IndustryCode', industries, { label: 'Industry' }),
    choice('LeadQualityCode', list('Hot', 'Warm', 'Cold'), { initial: 2, label: 'Rating' }),
    choice('LeadSourceCode', list('Advertisement', 'Employee Referral', 'External Referral', 'Partner'), {
      label: 'Lead Source',
    }),
    text('MobilePhone', 50),
    int('NumberOfEmployees', { min: 0, max: 1000000 }),
    lookup('ParentAccountId', [to('account', 'parentaccountid', 'lead_parent_account')]),
    lookup('ParentContactId', [to('contact', 'parentcontactid', 'lead_parent_contact')]),
    customer(
      'CustomerId',
      [
        to('account', 'customerid_account', 'lead_customer_accounts'),
        to('contact', 'customerid_contact', 'lead_customer_contacts'),
      ],
      { access: 'R' },
    ),
    text('Telephone1', 50, { label: 'Business Phone' }),
    text('WebSiteUrl', 200, { label: 'Website' }),
    state([
      { value: 0, label: 'Open' },
      { value: 1, label: 'Qualified' },
      { value: 2, label: 'Disqualified' },
    ]),
    status(
      [
        { value: 1, label: 'New', state: 0 },
        { value: 2, label: 'Contacted', state: 0 },
        { value: 3, label: 'Qualified', state: 1 },
        { value: 4, label: 'Lost', state: 2 },
        { value: 5, label: 'Cannot Contact', state: 2 },
        { value: 6, label: 'No Longer Interested', state: 2 },
        { value: 7, label: 'Canceled', state: 2 },
      ],
      { initial: 1 },
    ),
    ...currency('lead'),
    ...owned('lead'),
    ...auditOf('leadbase'),
    ...common(),
  ],
};

const opportunity: TableSource = {
  schemaName: 'Opportunity',
  set: 'opportunities',
  collectionLabel: 'Opportunities',
  objectTypeCode: 3,
  primaryName: 'name',
  ownership: 'user',
  columns: [
    key('OpportunityId', { label: 'Opportunity' }),
    text('Name', 300, { required: 'application', label: 'Topic' }),
    dateonly('ActualCloseDate'),
    ...money('ActualValue', { label: 'Actual Revenue' }),
    ...money('BudgetAmount'),
    int('CloseProbability', { min: 0, max: 100, label: 'Probability' }),
    customer(
      'CustomerId',
      [
        to('account', 'customerid_account', 'opportunity_customer_accounts', 'cascade'),
        to('contact', 'customerid_contact', 'opportunity_customer_contacts', 'cascade'),
      ],
      { label: 'Potential Customer' },
    ),
    memo('Description', 2000),
    dateonly('EstimatedCloseDate', { label: 'Est. Close Date' }),
    ...money('EstimatedValue', { label: 'Est. Revenue' }),
    choice('OpportunityRatingCode', list('Hot', 'Warm', 'Cold'), { initial: 2, label: 'Rating' }),
    lookup('OriginatingLeadId', [to('lead', 'originatingleadid', 'opportunity_originating_lead')]),
    lookup('ParentAccountId', [to('account', 'parentaccountid', 'opportunity_parent_account')], {
      label: 'Account',
    }),
    lookup('ParentContactId', [to('contact', 'parentcontactid', 'opportunity_parent_contact')], {
      label: 'Contact',
    }),
    text('StepName', 200, { label: 'Pipeline Phase' }),
    ...money('TotalAmount'),
    state([
      { value: 0, label: 'Open' },
      { value: 1, label: 'Won' },
      { value: 2, label: 'Lost' },
    ]),
    status(
      [
        { value: 1, label: 'In Progress', state: 0 },
        { value: 2, label: 'On Hold', state: 0 },
        { value: 3, label: 'Won', state: 1 },
        { value: 4, label: 'Canceled', state: 2 },
        { value: 5, label: 'Out-Sold', state: 2 },
      ],
      { initial: 1 },
    ),
    ...currency('opportunity'),
    ...ownership({
      owner: 'owner_opportunitys',
      user: 'opportunity_owning_user',
      team: 'team_opportunities',
      businessUnit: 'business_unit_opportunities',
    }),
    ...auditOf('opportunitybase'),
    ...common(),
  ],
};

const incident: TableSource = {
  schemaName: 'Incident',
  set: 'incidents',
  label: 'Case',
  objectTypeCode: 112,
  primaryName: 'title',
  ownership: 'user',
  columns: [
    key('IncidentId', { label: 'Case' }),
    text('Title', 200, { required: 'application', label: 'Case Title' }),
    text('TicketNumber', 100, { access: 'CR', label: 'Case Number' }),
    choice('CaseOriginCode', list('Phone', 'Email', 'Web'), { label: 'Origin' }),
    choice('CaseTypeCode', list('Question', 'Problem', 'Request'), { label: 'Case Type' }),
    customer(
      'CustomerId',
      [
        to('account', 'customerid_account', 'incident_customer_accounts', 'cascade'),
        to('contact', 'customerid_contact', 'incident_customer_contacts', 'cascade'),
      ],
      { required: 'system', enforced: true, label: 'Customer' },
    ),
    memo('Description', 2000),
    datetime('EscalatedOn', { access: 'R' }),
    datetime('FollowupBy'),
    bool('IsEscalated', { initial: false }),
    lookup('ParentCaseId', [to('incident', 'parentcaseid', 'incident_parent_incident')]),
    lookup('PrimaryContactId', [to('contact', 'primarycontactid', 'contact_as_primary_contact')]),
    choice('PriorityCode', list('High', 'Normal', 'Low'), { initial: 2, label: 'Priority' }),
    choice('SeverityCode', list('Default Value'), { initial: 1 }),
    state([
      { value: 0, label: 'Active' },
      { value: 1, label: 'Resolved' },
      { value: 2, label: 'Canceled' },
    ]),
    status(
      [
        { value: 1, label: 'In Progress', state: 0 },
        { value: 2, label: 'On Hold', state: 0 },
        { value: 3, label: 'Waiting for Details', state: 0 },
        { value: 4, label: 'Researching', state: 0 },
        { value: 5, label: 'Problem Solved', state: 1 },
        { value: 1000, label: 'Information Provided', state: 1 },
        { value: 6, label: 'Canceled', state: 2 },
        { value: 2000, label: 'Merged', state: 2 },
      ],
      { initial: 1 },
    ),
    ...currency('incident'),
    ...ownership({
      owner: 'owner_incidents',
      user: 'system_user_incidents',
      team: 'team_incidents',
      businessUnit: 'business_unit_incidents',
    }),
    ...auditOf('incidentbase'),
    ...common(),
  ],
};

/** Columns of every activity. `table` is the schema name of the activity's own table. */
function activity(table: string, initialReason: number, reasons: readonly Option[]): readonly ColumnSource[] {
  const lower = table.toLowerCase();
  const plural = `${table}s`;
  return [
    text('Subject', 200, { required: table === 'Task' ? 'application' : 'none' }),
    memo('Description', 1073741823),
    dateonly('SortDate'),
    entityName('ActivityTypeCode', { access: 'R', label: 'Activity Type', initial: lower }),
    int('ActualDurationMinutes', { min: 0 }),
    datetime('ActualEnd', { access: 'UR' }),
    datetime('ActualStart'),
    bool('IsBilled', { initial: false }),
    bool('IsRegularActivity', { access: 'R', initial: true }),
    bool('IsWorkflowCreated', { access: 'CR', initial: false }),
    choice(
      'PriorityCode',
      [
        { value: 0, label: 'Low' },
        { value: 1, label: 'Normal' },
        { value: 2, label: 'High' },
      ],
      { initial: 1, label: 'Priority' },
    ),
    lookup(
      'RegardingObjectId',
      ['Account', 'Contact', 'Incident', 'Lead', 'new_project', 'Opportunity'].map((regarded) =>
        to(
          regarded.toLowerCase(),
          `regardingobjectid_${regarded.toLowerCase()}_${lower}`,
          `${regarded}_${plural}`,
        ),
      ),
      { label: 'Regarding' },
    ),
    int('ScheduledDurationMinutes', { access: 'R', min: 0 }),
    datetime('ScheduledEnd', { label: 'Due Date' }),
    datetime('ScheduledStart', { label: 'Start Date' }),
    state([
      { value: 0, label: 'Open' },
      { value: 1, label: 'Completed' },
      { value: 2, label: 'Canceled' },
    ]),
    status(reasons, { initial: initialReason }),
    ...currency(lower),
    ...ownership({
      owner: `owner_${lower}s`,
      user: `user_${lower}`,
      team: `team_${lower}`,
      businessUnit: `business_unit_${lower}_activities`,
    }),
    ...auditOf(lower),
    ...common(),
  ];
}

const task: TableSource = {
  schemaName: 'Task',
  set: 'tasks',
  objectTypeCode: 4212,
  primaryName: 'subject',
  ownership: 'user',
  columns: [
    key('ActivityId', { label: 'Task' }),
    text('Category', 250),
    text('Subcategory', 250),
    int('PercentComplete', { min: 0, max: 100 }),
    ...activity('Task', 2, [
      { value: 2, label: 'Not Started', state: 0 },
      { value: 3, label: 'In Progress', state: 0 },
      { value: 4, label: 'Waiting on someone else', state: 0 },
      { value: 7, label: 'Deferred', state: 0 },
      { value: 5, label: 'Completed', state: 1 },
      { value: 6, label: 'Canceled', state: 2 },
    ]),
  ],
};

const email: TableSource = {
  schemaName: 'Email',
  set: 'emails',
  collectionLabel: 'Email Messages',
  objectTypeCode: 4202,
  primaryName: 'subject',
  ownership: 'user',
  columns: [
    key('ActivityId', { label: 'Email Message' }),
    int('AttachmentCount', { access: 'R', min: 0, initial: 0 }),
    int('DeliveryAttempts', { access: 'UR', min: 0, max: 1000000000, initial: 0 }),
    bool('DirectionCode', { initial: true, label: 'Direction' }),
    text('MessageId', 320),
    text('MimeType', 256),
    bool('ReadReceiptRequested', { initial: false }),
    text('Sender', 250),
    datetime('SentOn', { access: 'UR' }),
    text('SubmittedBy', 250),
    text('ToRecipients', 500),
    text('TrackingToken', 50),
    ...activity('Email', 1, [
      { value: 1, label: 'Draft', state: 0 },
      { value: 8, label: 'Failed', state: 0 },
      { value: 2, label: 'Completed', state: 1 },
      { value: 3, label: 'Sent', state: 1 },
      { value: 4, label: 'Received', state: 1 },
      { value: 6, label: 'Pending Send', state: 1 },
      { value: 7, label: 'Sending', state: 1 },
      { value: 5, label: 'Canceled', state: 2 },
    ]),
  ],
};

const activityParty: TableSource = {
  schemaName: 'ActivityParty',
  set: 'activityparties',
  label: 'Activity Party',
  collectionLabel: 'Activity Parties',
  objectTypeCode: 135,
  primaryName: 'partyidname',
  ownership: 'none',
  access: { create: false, update: false, delete: false },
  columns: [
    key('ActivityPartyId'),
    lookup('ActivityId', [
      to('email', 'activityid_email', 'email_activity_parties', 'cascade'),
      to('task', 'activityid_task', 'task_activity_parties', 'cascade'),
    ]),
    text('AddressUsed', 320),
    bool('DoNotEmail', { access: 'R', initial: false }),
    double('Effort', 5, { min: 0, max: 1000000000 }),
    choice(
      'ParticipationTypeMask',
      list(
        'Sender',
        'To Recipient',
        'CC Recipient',
        'BCC Recipient',
        'Required attendee',
        'Optional attendee',
        'Organizer',
        'Regarding',
        'Owner',
        'Resource',
        'Customer',
      ),
    ),
    lookup('PartyId', [
      to('account', 'partyid_account', 'account_activity_parties'),
      to('contact', 'partyid_contact', 'contact_activity_parties'),
      to('lead', 'partyid_lead', 'lead_activity_parties'),
      to('queue', 'partyid_queue', 'queue_activity_parties'),
      to('systemuser', 'partyid_systemuser', 'system_user_activity_parties'),
      to('team', 'partyid_team', 'team_activity_parties'),
    ]),
    text('PartyIdName', 400, { access: 'R' }),
    big('VersionNumber', { access: 'R' }),
  ],
};

const team: TableSource = {
  schemaName: 'Team',
  set: 'teams',
  objectTypeCode: 9,
  primaryName: 'name',
  ownership: 'none',
  columns: [
    key('TeamId', { label: 'Team' }),
    text('Name', 160, { required: 'system', enforced: true, label: 'Team Name' }),
    lookup(
      'AdministratorId',
      [to('systemuser', 'administratorid', 'lk_teambase_administratorid', 'restrict')],
      {
        required: 'system',
      },
    ),
    lookup('BusinessUnitId', [to('businessunit', 'businessunitid', 'business_unit_teams', 'restrict')], {
      required: 'system',
    }),
    memo('Description', 2000),
    text('EMailAddress', 100, { label: 'Email' }),
    bool('IsDefault', { access: 'R', initial: false }),
    lookup('QueueId', [to('queue', 'queueid', 'queue_team')]),
    choice(
      'TeamType',
      [
        { value: 0, label: 'Owner' },
        { value: 1, label: 'Access' },
        { value: 2, label: 'Security Group' },
        { value: 3, label: 'Office Group' },
      ],
      { access: 'CR', initial: 0 },
    ),
    guid('OrganizationId', { access: 'R' }),
    ...currency('team'),
    ...auditOf('teambase'),
    ...common(),
  ],
};

const businessUnit: TableSource = {
  schemaName: 'BusinessUnit',
  set: 'businessunits',
  label: 'Business Unit',
  objectTypeCode: 10,
  primaryName: 'name',
  ownership: 'none',
  columns: [
    key('BusinessUnitId', { label: 'Business Unit' }),
    text('Name', 160, { required: 'system', enforced: true }),
    ...address(1),
    text('CostCenter', 100),
    memo('Description', 2000),
    text('DivisionName', 100, { label: 'Division' }),
    text('EMailAddress', 100, { label: 'Email' }),
    bool('IsDisabled', { initial: false }),
    lookup('OrganizationId', [to('organization', 'organizationid', 'organization_business_units', 'none')], {
      access: 'R',
    }),
    lookup(
      'ParentBusinessUnitId',
      [to('businessunit', 'parentbusinessunitid', 'business_unit_parent_business_unit', 'restrict')],
      { label: 'Parent Business' },
    ),
    text('WebSiteUrl', 200, { label: 'Website' }),
    ...currency('businessunit'),
    ...auditOf('businessunitbase'),
    ...common(),
  ],
};

const queue: TableSource = {
  schemaName: 'Queue',
  set: 'queues',
  objectTypeCode: 2020,
  primaryName: 'name',
  ownership: 'user',
  columns: [
    key('QueueId', { label: 'Queue' }),
    text('Name', 200, { required: 'application' }),
    memo('Description', 2000),
    text('EMailAddress', 100, { label: 'Incoming Email' }),
    choice(
      'QueueViewType',
      [
        { value: 0, label: 'Public' },
        { value: 1, label: 'Private' },
      ],
      { initial: 0, label: 'Type' },
    ),
    state(activeInactive),
    status(activeInactiveReasons, { initial: 1 }),
    ...currency('queue'),
    ...owned('queue'),
    ...auditOf('queuebase'),
    ...common(),
  ],
};

const transactionCurrency: TableSource = {
  schemaName: 'TransactionCurrency',
  set: 'transactioncurrencies',
  label: 'Currency',
  collectionLabel: 'Currencies',
  objectTypeCode: 9105,
  primaryName: 'currencyname',
  ownership: 'organization',
  columns: [
    key('TransactionCurrencyId', { label: 'Transaction Currency' }),
    text('CurrencyName', 100, { required: 'system', enforced: true }),
    int('CurrencyPrecision', { min: 0, max: 4, required: 'system' }),
    text('CurrencySymbol', 13, { required: 'system', enforced: true }),
    decimal('ExchangeRate', 10, { min: 0.0000000001, required: 'system' }),
    text('ISOCurrencyCode', 5, { access: 'CR', required: 'system', enforced: true, label: 'Currency Code' }),
    lookup(
      'OrganizationId',
      [to('organization', 'organizationid', 'organization_transactioncurrencies', 'none')],
      {
        access: 'R',
      },
    ),
    state(activeInactive),
    status(activeInactiveReasons, { initial: 1 }),
    ...auditOf('transactioncurrencybase'),
    ...common(),
  ],
};

/** A customizer's table that has a column of every type. */
const project: TableSource = {
  schemaName: 'new_project',
  set: 'new_projects',
  label: 'Project',
  objectTypeCode: 10101,
  primaryName: 'new_name',
  ownership: 'user',
  custom: true,
  columns: [
    key('new_projectId', { label: 'Project' }),
    text('new_name', 100, { required: 'application' }),
    text('new_Code', 20),
    memo('new_Description', 4000),
    int('new_Headcount', { min: 0, max: 100000 }),
    big('new_ExternalNumber'),
    decimal('new_Progress', 2, { min: 0, max: 100 }),
    double('new_Risk', 3, { min: 0, max: 1 }),
    ...money('new_Budget'),
    bool('new_IsBillable', { initial: true, label: 'Billable' }),
    datetime('new_StartsOn'),
    dateonly('new_DueOn'),
    choice(
      'new_Phase',
      [
        { value: 100000000, label: 'Idea' },
        { value: 100000001, label: 'Planned' },
        { value: 100000002, label: 'Running' },
        { value: 100000003, label: 'Done' },
      ],
      { initial: 100000000 },
    ),
    choices('new_Regions', [
      { value: 100000000, label: 'North' },
      { value: 100000001, label: 'East' },
      { value: 100000002, label: 'South' },
      { value: 100000003, label: 'West' },
    ]),
    guid('new_TrackingId'),
    lookup('new_AccountId', [to('account', 'new_AccountId', 'new_account_new_project')], {
      label: 'Account',
    }),
    lookup('new_ParentProjectId', [to('new_project', 'new_ParentProjectId', 'new_new_project_new_project')], {
      label: 'Parent Project',
    }),
    customer(
      'new_CustomerId',
      [
        to('account', 'new_CustomerId_account', 'new_project_new_CustomerId_account'),
        to('contact', 'new_CustomerId_contact', 'new_project_new_CustomerId_contact'),
      ],
      { label: 'Customer' },
    ),
    state(activeInactive),
    status(activeInactiveReasons, { initial: 1 }),
    ...currency('new_project'),
    ...ownership({
      owner: 'owner_new_project',
      user: 'user_new_project',
      team: 'team_new_project',
      businessUnit: 'business_unit_new_project',
    }),
    ...auditOf('new_project'),
    ...common(),
  ],
};

/** Targets of columns of the webhook tables: their rows are never made here, so the key and the name will do. */
function placeholder(schemaName: string, set: string, label: string, objectTypeCode: number): TableSource {
  return {
    schemaName,
    set,
    label,
    objectTypeCode,
    primaryName: 'name',
    ownership: 'organization',
    access: { create: false, update: false, delete: false },
    columns: [key(`${schemaName}Id`), text('Name', 256)],
  };
}

export const businessTables: readonly TableSource[] = [
  account,
  contact,
  lead,
  opportunity,
  incident,
  task,
  email,
  activityParty,
  team,
  businessUnit,
  queue,
  transactionCurrency,
  project,
  placeholder('Workflow', 'workflows', 'Process', 4703),
  placeholder('KeyVaultReference', 'keyvaultreferences', 'Key Vault Reference', 10060),
  placeholder('FxExpression', 'fxexpressions', 'FxExpression', 10061),
  placeholder('PowerfxRule', 'powerfxrules', 'Power Fx Rule', 10062),
];

export const manyToMany: readonly ManyToManySource[] = [
  {
    relationship: 'teammembership_association',
    intersect: 'teammembership',
    one: { table: 'team', column: 'teamid' },
    other: { table: 'systemuser', column: 'systemuserid' },
  },
  {
    relationship: 'queuemembership_association',
    intersect: 'queuemembership',
    one: { table: 'queue', column: 'queueid' },
    other: { table: 'systemuser', column: 'systemuserid' },
  },
  {
    relationship: 'accountleads_association',
    intersect: 'accountleads',
    one: { table: 'account', column: 'accountid' },
    other: { table: 'lead', column: 'leadid' },
  },
  {
    relationship: 'contactleads_association',
    intersect: 'contactleads',
    one: { table: 'contact', column: 'contactid' },
    other: { table: 'lead', column: 'leadid' },
  },
  {
    relationship: 'new_project_contact',
    intersect: 'new_project_contact',
    one: { table: 'new_project', column: 'new_projectid' },
    other: { table: 'contact', column: 'contactid' },
  },
];
