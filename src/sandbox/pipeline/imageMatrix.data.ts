/** Which images a message supports, and under which property names (FACTS 8). */
export interface ImageSupport {
  /** In lower case. */
  readonly properties: readonly string[];
  readonly pre: boolean;
  readonly post: boolean;
}

/**
 * FACTS 8. Of these only Create, Update and Delete are documented in full; the rest is UNVERIFIED. For Create the
 * sources disagree between Id and Target (UNVERIFIED): the sandbox takes both.
 */
export const imageMatrix: Readonly<Record<string, ImageSupport>> = {
  Create: { properties: ['id', 'target'], pre: false, post: true },
  Update: { properties: ['target'], pre: true, post: true },
  Delete: { properties: ['target'], pre: true, post: false },
  CreateMultiple: { properties: ['ids'], pre: false, post: true },
  UpdateMultiple: { properties: ['targets'], pre: true, post: true },
  Assign: { properties: ['target'], pre: true, post: true },
  SetState: { properties: ['entitymoniker'], pre: true, post: true },
  SetStateDynamicEntity: { properties: ['entitymoniker'], pre: true, post: true },
  Merge: { properties: ['target', 'subordinateid'], pre: true, post: true },
  Route: { properties: ['target'], pre: true, post: true },
  Send: { properties: ['emailid', 'faxid', 'templateid'], pre: true, post: true },
  DeliverIncoming: { properties: ['emailid'], pre: true, post: true },
  DeliverPromote: { properties: ['emailid'], pre: true, post: true },
  ExecuteWorkflow: { properties: ['target'], pre: true, post: true },
};

/** Messages that take filtering attributes: two are documented, the others are offered by a tool (FACTS 6.2). */
export const filteringMessages: ReadonlySet<string> = new Set([
  'Update',
  'OnExternalUpdated',
  'Create',
  'CreateMultiple',
  'UpdateMultiple',
]);
