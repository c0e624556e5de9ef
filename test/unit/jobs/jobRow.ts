const FORMATTED = '@OData.Community.Display.V1.FormattedValue';
const TABLE = '@Microsoft.Dynamics.CRM.lookuplogicalname';

/** The sample answer of FACTS 15.11. */
export const jobRow = {
  asyncoperationid: 'a41e9f0b-e9f8-ef11-bae3-6045bdd1a101',
  name: 'Contoso hook: Update of contact',
  statecode: 3,
  statuscode: 31,
  errorcode: -2147155455,
  friendlymessage: '(text of the platform)',
  messagename: 'Update',
  primaryentitytype: 'contact',
  retrycount: 0,
  depth: 1,
  correlationid: 'd3b2b4f5-66e1-4b57-8d8e-61e5b3f5f002',
  requestid: '84d03007-1111-4222-8333-7b6460bb7a04',
  createdon: '2025-03-04T11:02:07Z',
  startedon: '2025-03-04T11:02:09Z',
  completedon: '2025-03-04T11:02:10Z',
  [`_owningextensionid_value${FORMATTED}`]: 'Contoso hook: Update of contact',
  _owningextensionid_value: '8b2c8d22-0d2d-ef11-8e4f-000d3a3b1a01',
  [`_regardingobjectid_value${FORMATTED}`]: 'Maria Campbell-Ray',
  [`_regardingobjectid_value${TABLE}`]: 'contact',
  _regardingobjectid_value: '1a7e3d55-7b8e-ef11-ac20-6045bdd1a101',
};
