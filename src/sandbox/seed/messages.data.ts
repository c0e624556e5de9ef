/** A message with the tables it can be registered for. */
export interface MessageSeed {
  readonly name: string;
  /** Tables with a filter; 'none' is a filter without a table. */
  readonly tables: readonly string[];
  /** Filters on which a custom step is refused: all of them ('all'), or those of some tables. */
  readonly refused?: readonly string[] | 'all';
  readonly isPrivate?: boolean;
  readonly isAction?: boolean;
}

const owned = [
  'account',
  'contact',
  'lead',
  'opportunity',
  'incident',
  'task',
  'email',
  'queue',
  'new_project',
];
const unowned = ['systemuser', 'team', 'businessunit', 'transactioncurrency'];
const rows = [...owned, ...unowned];
const platform = [
  'asyncoperation',
  'organization',
  'plugintype',
  'pluginassembly',
  'publisher',
  'sdkmessageprocessingstep',
  'sdkmessageprocessingstepimage',
  'serviceendpoint',
  'solution',
];
const bulk = ['account', 'contact', 'lead', 'opportunity', 'incident', 'task', 'new_project'];

/**
 * Messages and where steps are allowed. Names are the platform's; which combinations really refuse custom steps is
 * UNVERIFIED, those of the platform's own tables stand for the kind.
 */
export const messageSeeds: readonly MessageSeed[] = [
  { name: 'Create', tables: [...rows, ...platform], refused: platform },
  {
    name: 'Update',
    tables: [...rows, ...platform],
    refused: platform.filter((name) => name !== 'organization'),
  },
  { name: 'Delete', tables: [...rows, ...platform], refused: platform },
  { name: 'Retrieve', tables: [...rows, 'activityparty'], refused: ['activityparty'] },
  { name: 'RetrieveMultiple', tables: [...rows, 'activityparty'], refused: ['activityparty'] },
  { name: 'CreateMultiple', tables: bulk },
  { name: 'UpdateMultiple', tables: bulk },
  { name: 'DeleteMultiple', tables: [] },
  { name: 'Upsert', tables: owned, refused: 'all' },
  { name: 'UpsertMultiple', tables: bulk, refused: 'all' },
  { name: 'Assign', tables: owned },
  { name: 'SetState', tables: [...owned, 'transactioncurrency'] },
  { name: 'SetStateDynamicEntity', tables: [...owned, 'transactioncurrency'] },
  { name: 'GrantAccess', tables: owned },
  { name: 'ModifyAccess', tables: owned },
  { name: 'RevokeAccess', tables: owned },
  { name: 'RetrievePrincipalAccess', tables: owned },
  { name: 'RetrieveSharedPrincipalsAndAccess', tables: owned },
  { name: 'Associate', tables: ['none'] },
  { name: 'Disassociate', tables: ['none'] },
  { name: 'SetRelated', tables: [] },
  { name: 'RemoveRelated', tables: [] },
  { name: 'Execute', tables: [] },
  { name: 'Merge', tables: ['account', 'contact', 'lead', 'incident'] },
  { name: 'Send', tables: ['email'] },
  { name: 'DeliverIncoming', tables: ['email'] },
  { name: 'DeliverPromote', tables: ['email'] },
  { name: 'Route', tables: ['queue'] },
  { name: 'AddMembers', tables: ['team'] },
  { name: 'RemoveMembers', tables: ['team'] },
  { name: 'AddToQueue', tables: ['queue'] },
  { name: 'QualifyLead', tables: ['lead'] },
  { name: 'Win', tables: ['opportunity'] },
  { name: 'Lose', tables: ['opportunity'] },
  { name: 'Close', tables: ['incident'] },
  { name: 'ExecuteWorkflow', tables: ['workflow'] },
  { name: 'BulkDelete', tables: ['none'], refused: 'all' },
  { name: 'ExportSolution', tables: ['none'] },
  { name: 'ImportSolution', tables: ['none'], refused: 'all' },
  { name: 'Publish', tables: ['none'] },
  { name: 'PublishAll', tables: ['none'] },
  { name: 'WhoAmI', tables: ['none'], refused: 'all' },
  { name: 'BulkOperationStatusClose', tables: ['none'], refused: 'all', isPrivate: true },
  { name: 'ProcessOneMemberBulkOperation', tables: ['none'], refused: 'all', isPrivate: true },
  { name: 'new_ApproveProject', tables: ['new_project'], isAction: true },
];
