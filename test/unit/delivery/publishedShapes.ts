/**
 * Bodies in the three published shapes: the documentation's of 2017 (27 members, no request id, offset of the server's
 * zone), one of 2024 (30 members, row version, user agent), one with a pre-image that holds parties and formatted
 * values. Structure and order are the published ones; names and values are invented.
 */
const TYPE = (name: string): string => `${name}:http://schemas.microsoft.com/xrm/2011/Contracts`;
const id = (number: number): string => `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;

const reference = (logicalName: string, number: number, name: string | null = null): object => ({
  Id: id(number),
  KeyAttributes: [],
  LogicalName: logicalName,
  Name: name,
  RowVersion: null,
});
const typedReference = (logicalName: string, number: number, name: string | null = null): object => ({
  __type: TYPE('EntityReference'),
  ...reference(logicalName, number, name),
});
const choice = (value: number): object => ({ __type: TYPE('OptionSetValue'), Value: value });
const pair = (key: string, value: unknown): object => ({ key, value });
const entity = (
  logicalName: string,
  number: number,
  attributes: readonly object[],
  formattedValues: readonly object[] = [],
  rowVersion: string | null = null,
): object => ({
  Attributes: attributes,
  EntityState: null,
  FormattedValues: formattedValues,
  Id: id(number),
  KeyAttributes: [],
  LogicalName: logicalName,
  RelatedEntities: [],
  RowVersion: rowVersion,
});
const typedEntity = (...values: Parameters<typeof entity>): object => ({
  __type: TYPE('Entity'),
  ...entity(...values),
});
const wire = (value: object): string => JSON.stringify(value).replaceAll('/', '\\/');

interface Shape {
  readonly agent: object;
  readonly azureInitiating: object;
  readonly azure: object;
  readonly input: readonly object[];
  readonly operationCreatedOn: string;
  readonly parent: object | null;
  readonly post: readonly object[];
  readonly pre: readonly object[];
  readonly table: string;
  readonly requestId: string | null;
  readonly shared: readonly object[];
  readonly stage: number;
}

const context = (shape: Shape): object => ({
  BusinessUnitId: id(1),
  CorrelationId: id(2),
  Depth: 1,
  ...shape.agent,
  ...shape.azureInitiating,
  InitiatingUserId: id(3),
  InputParameters: shape.input,
  IsExecutingOffline: false,
  IsInTransaction: false,
  IsOfflinePlayback: false,
  IsolationMode: 1,
  MessageName: 'Update',
  Mode: 1,
  OperationCreatedOn: shape.operationCreatedOn,
  OperationId: id(4),
  OrganizationId: id(5),
  OrganizationName: 'unq0005',
  OutputParameters: [],
  OwningExtension: reference('sdkmessageprocessingstep', 6),
  ParentContext: shape.parent,
  PostEntityImages: shape.post,
  PreEntityImages: shape.pre,
  PrimaryEntityId: id(7),
  PrimaryEntityName: shape.table,
  RequestId: shape.requestId,
  SecondaryEntityName: 'none',
  SharedVariables: shape.shared,
  Stage: shape.stage,
  ...shape.azure,
  UserId: id(3),
});

const withParent = (shape: Shape, parent: Partial<Shape>): object =>
  context({ ...shape, parent: context({ ...shape, post: [], pre: [], stage: 30, ...parent }) });

const older: Shape = {
  agent: {},
  azureInitiating: {},
  azure: {},
  input: [
    pair(
      'Target',
      typedEntity('contact', 7, [
        pair('firstname', 'Ada'),
        pair('contactid', id(7)),
        pair('fullname', 'Ada Lovelace'),
        pair('modifiedon', '/Date(1506384247000)/'),
        pair('modifiedby', typedReference('systemuser', 3)),
        pair('modifiedonbehalfby', null),
      ]),
    ),
  ],
  operationCreatedOn: '/Date(1506409448000-0700)/',
  parent: null,
  post: [
    pair(
      'AsynchronousStepPrimaryName',
      entity('contact', 7, [pair('fullname', 'Ada Lovelace'), pair('contactid', id(7))]),
    ),
  ],
  pre: [],
  table: 'contact',
  requestId: null,
  shared: [],
  stage: 40,
};

/** The shape of 2017. */
export const olderUpdate: string = wire(
  withParent(older, {
    input: [
      pair('Target', typedEntity('contact', 7, [pair('firstname', 'Ada'), pair('contactid', id(7))])),
      pair('SuppressDuplicateDetection', false),
    ],
    shared: [
      pair(
        'ChangedEntityTypes',
        ['feedback', 'contact'].map((key) => ({
          __type: 'KeyValuePairOfstringstring:#System.Collections.Generic',
          key,
          value: 'Update',
        })),
      ),
    ],
  }),
);

const presence: Shape = {
  agent: { InitiatingUserAgent: 'Some.Service (DataverseSvcClient:1.1.0.11)' },
  azureInitiating: { InitiatingUserAzureActiveDirectoryObjectId: id(8) },
  azure: { UserAzureActiveDirectoryObjectId: id(8) },
  input: [
    pair(
      'Target',
      typedEntity(
        'msdyn_agentstatus',
        7,
        [
          pair('msdyn_isagentloggedin', true),
          pair('msdyn_currentpresenceid', typedReference('msdyn_presence', 9)),
          pair('msdyn_availableunitscapacity', 100),
          pair('modifiedonbehalfby', null),
          pair('timezoneruleversionnumber', 4),
        ],
        [],
        '5948260',
      ),
    ),
  ],
  operationCreatedOn: '/Date(1722582039000+0000)/',
  parent: null,
  post: [
    pair('AsynchronousStepPrimaryName', entity('msdyn_agentstatus', 7, [pair('msdyn_agentstatusid', id(7))])),
  ],
  pre: [],
  table: 'msdyn_agentstatus',
  requestId: id(10),
  shared: [pair('IsAutoTransact', true), pair('AcceptLang', '')],
  stage: 40,
};

/** The shape of 2024. */
export const presenceUpdate: string = wire(withParent(presence, {}));

const party = (number: number, mask: number, label: string): object =>
  entity(
    'activityparty',
    number,
    [
      pair('participationtypemask', choice(mask)),
      pair('donotfax', false),
      pair('scheduledend', '/Date(1724701394000)/'),
      pair('partyid', typedReference('contact', number + 100, 'Some Body')),
      pair('activitypartyid', id(number)),
    ],
    [pair('participationtypemask', label), pair('scheduledend', '2024-08-26T22:43:14+03:00')],
    '147059705',
  );
const parties = (...entities: readonly object[]): object => ({
  __type: TYPE('EntityCollection'),
  Entities: entities,
  EntityName: 'activityparty',
  MinActiveRowVersion: '-1',
  MoreRecords: false,
  PagingCookie: null,
  TotalRecordCount: -1,
  TotalRecordCountLimitExceeded: false,
});

/** The shape with a registered pre-image, parties, formatted values, and SetState as the parent. */
export const partyUpdate: string = wire(
  withParent(
    {
      ...older,
      azureInitiating: { InitiatingUserAzureActiveDirectoryObjectId: id(0) },
      azure: { UserAzureActiveDirectoryObjectId: id(0) },
      input: [
        pair(
          'Target',
          typedEntity('new_visit', 7, [
            pair('activityid', id(7)),
            pair('statecode', choice(3)),
            pair('statuscode', choice(4)),
          ]),
        ),
        pair('parentExecutionId', id(11)),
      ],
      pre: [
        pair(
          'Image',
          entity(
            'new_visit',
            7,
            [
              pair('statecode', choice(0)),
              pair('from', parties(party(20, 1, 'Sender'))),
              pair('to', parties(party(21, 2, 'To Recipient'), party(22, 2, 'To Recipient'))),
              pair('regardingobjectid', typedReference('new_other', 23, 'Other')),
            ],
            [pair('statecode', 'Open'), pair('regardingobjectid', 'Other')],
          ),
        ),
      ],
      table: 'new_visit',
      requestId: id(12),
      shared: [pair('IsAutoTransact', true)],
    },
    {
      input: [
        pair('EntityMoniker', typedReference('new_visit', 7)),
        pair('State', choice(3)),
        pair('Status', choice(4)),
      ],
    },
  ),
);
