/**
 * A delivery's body with what differs from run to run replaced by a name: ids by the order in which they first occur
 * or the name they are known by, times and row versions by their form. What is left is compared byte for byte.
 */
export function withoutVolatile(body: string, known: Readonly<Record<string, string>>): string {
  const names = new Map(Object.entries(known).map(([name, id]) => [id.toLowerCase(), name]));
  let count = 0;
  return body
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, (id) => {
      const name = names.get(id.toLowerCase()) ?? `id${(count += 1)}`;
      names.set(id.toLowerCase(), name);
      return `<${name}>`;
    })
    .replace(/\\\/Date\(\d{13}\+0000\)\\\//g, '<date+0000>')
    .replace(/\\\/Date\(\d{13}\)\\\//g, '<date>')
    .replace(/"RowVersion":"\d+"/g, '"RowVersion":"<version>"');
}

const CRM = (type: string): string =>
  `"__type":"${type}:http:\\/\\/schemas.microsoft.com\\/xrm\\/2011\\/Contracts"`;

const REFERENCE_TAIL = '"KeyAttributes":[],"LogicalName":"systemuser","Name":null,"RowVersion":null';

/** What the caller sent: the row's id and the one column that was changed. */
const SENT = '{"key":"contactid","value":"<contact>"},{"key":"lastname","value":"New\\/Name \\"1\\""}';

/** What the platform adds at the top level of an Update (17.5). */
const ADDED = [
  '{"key":"fullname","value":"<first> New\\/Name \\"1\\""}',
  '{"key":"yomifullname","value":"<first> New\\/Name \\"1\\""}',
  '{"key":"modifiedon","value":"<date>"}',
  `{"key":"modifiedby","value":{${CRM('EntityReference')},"Id":"<user>",${REFERENCE_TAIL}}}`,
  '{"key":"modifiedonbehalfby","value":null}',
].join(',');

function target(attributes: string): string {
  return `{"key":"Target","value":{${CRM('Entity')},"Attributes":[${attributes}],"EntityState":null,"FormattedValues":[],"Id":"<contact>","KeyAttributes":[],"LogicalName":"contact","RelatedEntities":[],"RowVersion":"<version>"}}`;
}

function contextText(parts: {
  readonly input: string;
  readonly parent: string;
  readonly post: string;
  readonly stage: number;
}): string {
  return [
    '{"BusinessUnitId":"<businessUnit>","CorrelationId":"<correlation>","Depth":1,"InitiatingUserAgent":"<agent>"',
    '"InitiatingUserAzureActiveDirectoryObjectId":"<directoryUser>","InitiatingUserId":"<user>"',
    `"InputParameters":[${parts.input}]`,
    '"IsExecutingOffline":false,"IsInTransaction":false,"IsOfflinePlayback":false,"IsolationMode":1,"MessageName":"Update","Mode":1',
    '"OperationCreatedOn":"<date+0000>","OperationId":"<job>","OrganizationId":"<organization>","OrganizationName":"sandbox"',
    '"OutputParameters":[],"OwningExtension":{"Id":"<step>","KeyAttributes":[],"LogicalName":"sdkmessageprocessingstep","Name":null,"RowVersion":null}',
    `"ParentContext":${parts.parent},"PostEntityImages":[${parts.post}],"PreEntityImages":[]`,
    '"PrimaryEntityId":"<contact>","PrimaryEntityName":"contact","RequestId":"<request>","SecondaryEntityName":"none"',
    '"SharedVariables":[{"key":"IsAutoTransact","value":true},{"key":"AcceptLang","value":""},{"key":"ChangedEntityTypes","value":[{"__type":"KeyValuePairOfstringstring:#System.Collections.Generic","key":"contact","value":"Update"}]}]',
    `"Stage":${parts.stage},"UserAzureActiveDirectoryObjectId":"<directoryUser>","UserId":"<user>"}`,
  ].join(',');
}

/** The body of an asynchronous Update of a contact's last name, in the wire form of the documentation's samples. */
export function expectedUpdateOfLastName(): string {
  const primaryName =
    '{"key":"AsynchronousStepPrimaryName","value":{"Attributes":[{"key":"fullname","value":"<first> New\\/Name \\"1\\""},{"key":"contactid","value":"<contact>"}],"EntityState":null,"FormattedValues":[],"Id":"<contact>","KeyAttributes":[],"LogicalName":"contact","RelatedEntities":[],"RowVersion":null}}';
  const parent = contextText({
    input: `${target(SENT)},{"key":"SuppressDuplicateDetection","value":false}`,
    parent: 'null',
    post: '',
    stage: 30,
  });
  return contextText({ input: target(`${SENT},${ADDED}`), parent, post: primaryName, stage: 40 });
}
