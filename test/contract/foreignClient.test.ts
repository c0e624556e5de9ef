import assert from 'node:assert/strict';
import { DynamicsWebApi } from 'dynamics-web-api';
import { after, before, describe, it } from 'mocha';
import { startRunning, type Running } from './sandboxSetup';

/** What the tests read of rows. */
type Cells = Readonly<Record<string, unknown>>;

/**
 * The sandbox asked by a client that others wrote against the real service (dynamics-web-api): what it sends must be
 * understood and what it expects must be answered.
 */
describe('A foreign client and the sandbox', () => {
  let running: Running;
  let api: DynamicsWebApi;
  before(async () => {
    running = await startRunning();
    api = new DynamicsWebApi({
      serverUrl: running.sandbox.url,
      dataApi: { version: '9.2' },
      onTokenRefresh: () => Promise.resolve(running.sandbox.token.reveal()),
      propagateErrors: true,
    });
  });
  after(() => running.close());

  async function create(collection: string, data: Cells): Promise<string> {
    return api.create<Cells, string>({ collection, data });
  }

  it('creates, retrieves, updates and deletes', async () => {
    const id = await create('contacts', { firstname: 'Ann', lastname: "O'Brien & Söhne 😀" });
    assert.match(id, /^[0-9a-f-]{36}$/i);
    const key = { collection: 'contacts', key: id };
    const row = await api.retrieve<Cells>({
      ...key,
      select: ['fullname', 'statecode'],
      includeAnnotations: '*',
    });
    assert.equal(row['fullname'], "Ann O'Brien & Söhne 😀");
    assert.equal(row['statecode@OData.Community.Display.V1.FormattedValue'], 'Active');
    await api.update<Cells>({ ...key, data: { lastname: 'Wu' } });
    const changed = await api.update<Cells, Cells>({
      ...key,
      data: { jobtitle: 'Chief' },
      returnRepresentation: true,
    });
    assert.deepEqual([changed['lastname'], changed['jobtitle']], ['Wu', 'Chief']);
    await api.updateSingleProperty({ ...key, fieldValuePair: { jobtitle: 'Boss' } });
    assert.equal((await api.retrieve<Cells>({ ...key, select: ['jobtitle'] }))['jobtitle'], 'Boss');
    await api.deleteRecord(key);
    await assert.rejects(api.retrieve(key), { status: 404 });
  });

  it('upserts, and tells when it may not', async () => {
    const key = { collection: 'accounts', key: '11111111-2222-4333-8444-666666666666' };
    await assert.rejects(api.upsert<Cells>({ ...key, data: { name: 'x' }, ifmatch: '*' }), { status: 404 });
    await api.upsert<Cells>({ ...key, data: { name: 'Upserted' } });
    assert.equal((await api.retrieve<Cells>({ ...key, select: ['name'] }))['name'], 'Upserted');
    await assert.rejects(api.upsert<Cells>({ ...key, data: { name: 'y' }, ifnonematch: '*' }), {
      status: 412,
    });
  });

  it('pages through a table, filters, orders, expands and counts', async () => {
    const all = await api.retrieveAll<Cells>({
      collection: 'accounts',
      select: ['name'],
      maxPageSize: 5,
      orderBy: ['name asc'],
    });
    const names = all.value.map((row) => row['name']);
    assert.equal(new Set(all.value.map((row) => row['accountid'])).size, names.length);
    assert.ok(names.length >= 12 && names.includes('City Power & Light'));
    const some = await api.retrieveMultiple<Cells>({
      collection: 'accounts',
      select: ['name'],
      filter: "name eq 'City Power & Light'",
      expand: [{ property: 'primarycontactid', select: ['fullname'] }],
      count: true,
    });
    assert.equal(some.value.length, 1);
    assert.equal(some.oDataCount, 1);
    const steps = await api.retrieveMultiple<Cells>({
      collection: 'sdkmessageprocessingsteps',
      select: ['name', '_eventhandler_value'],
      filter: 'eventhandler_serviceendpoint/contract eq 8',
      expand: [
        { property: 'sdkmessageid', select: ['name'] },
        {
          property: 'sdkmessageprocessingstepid_sdkmessageprocessingstepimage',
          select: ['name', 'imagetype'],
        },
      ],
      includeAnnotations: '*',
    });
    assert.ok(steps.value.length >= 6);
    assert.equal(await api.count({ collection: 'accounts' }), names.length);
  });

  it('fetches with paging', async () => {
    // Ordered by a column without ampersands: this client forgets to escape them when it gives the cookie back.
    const fetchXml =
      '<fetch count="4" returntotalrecordcount="true"><entity name="account"><attribute name="accountnumber"/><filter><condition attribute="accountnumber" operator="not-null"/></filter><order attribute="accountnumber"/></entity></fetch>';
    const all = await api.fetchAll<Cells>({ collection: 'accounts', fetchXml, includeAnnotations: '*' });
    assert.deepEqual(
      all.value.map((row) => row['accountnumber']),
      Array.from({ length: 12 }, (_, index) => `A-${1001 + index}`),
    );
  });

  it('sends batches, with change sets and references in them', async () => {
    api.startBatch();
    void api.create<Cells>({ collection: 'accounts', data: { name: 'Batched' }, contentId: '1' });
    void api.create<Cells>({
      collection: 'contacts',
      data: { lastname: 'In a batch', 'parentcustomerid_account@odata.bind': '$1' },
    });
    const [account, contact] = await api.executeBatch();
    const row = await api.retrieve<Cells>({
      collection: 'contacts',
      key: String(contact),
      select: ['_parentcustomerid_value'],
    });
    assert.equal(row['_parentcustomerid_value'], account);

    api.startBatch();
    void api.retrieveMultiple<Cells>({ collection: 'accounts', select: ['name'], top: 2 });
    void api.retrieve<Cells>({ collection: 'accounts', key: String(account), select: ['name'] });
    const [many, one] = await api.executeBatch();
    assert.equal(many.value.length, 2);
    assert.equal(one.name, 'Batched');
  });

  it('associates and disassociates', async () => {
    const project = await create('new_projects', { new_name: 'Members' });
    const contact = await create('contacts', { lastname: 'Member' });
    const link = {
      collection: 'new_projects',
      primaryKey: project,
      relationshipName: 'new_project_contact',
      relatedKey: contact,
    };
    const members = async (): Promise<unknown> => {
      const row = await api.retrieve<Cells>({
        collection: 'new_projects',
        key: project,
        select: ['new_name'],
        expand: [{ property: 'new_project_contact', select: ['lastname'] }],
      });
      return (row['new_project_contact'] as readonly Cells[]).map((one) => one['lastname']);
    };
    await api.associate({ ...link, relatedCollection: 'contacts' });
    assert.deepEqual(await members(), ['Member']);
    await api.disassociate(link);
    assert.deepEqual(await members(), []);

    const single = {
      collection: 'contacts',
      primaryKey: contact,
      navigationProperty: 'parentcustomerid_account',
    };
    const account = await create('accounts', { name: 'Parent' });
    await api.associateSingleValued({ ...single, relatedCollection: 'accounts', relatedKey: account });
    const look = { collection: 'contacts', key: contact, select: ['_parentcustomerid_value'] };
    assert.equal((await api.retrieve<Cells>(look))['_parentcustomerid_value'], account);
    await api.disassociateSingleValued(single);
    assert.equal((await api.retrieve<Cells>(look))['_parentcustomerid_value'], null);
  });

  it('calls functions and actions, and reads metadata', async () => {
    const who = await api.callFunction<Cells>('WhoAmI');
    assert.match(String(who['UserId']), /^[0-9a-f-]{36}$/);
    const organization = await api.callFunction<{ readonly Detail: Cells }>({
      name: 'RetrieveCurrentOrganization',
      parameters: { AccessType: "Microsoft.Dynamics.CRM.EndpointAccessType'Default'" },
    });
    assert.equal(organization.Detail['UniqueName'], 'sandbox');
    const table = await api.retrieveEntity<Cells>({
      key: "LogicalName='new_project'",
      select: ['LogicalName', 'EntitySetName'],
    });
    assert.equal(table['EntitySetName'], 'new_projects');
    const columns = await api.retrieveAttributes<Cells>({
      entityKey: "LogicalName='new_project'",
      select: ['LogicalName', 'AttributeType'],
    });
    assert.ok(columns.value.some((column) => column['LogicalName'] === 'new_phase'));
    const endpoint = await create('serviceendpoints', {
      name: 'Foreign',
      url: 'https://hooks.contoso.example/foreign',
      contract: 8,
      authtype: 4,
      authvalue: 'k',
    });
    const solutions = await api.retrieveMultiple<Cells>({
      collection: 'solutions',
      select: ['uniquename'],
      filter: 'ismanaged eq false and isvisible eq true',
    });
    const added = await api.callAction<Cells>({
      actionName: 'AddSolutionComponent',
      action: {
        ComponentId: endpoint,
        ComponentType: 95,
        SolutionUniqueName: solutions.value[0]?.['uniquename'],
        AddRequiredComponents: false,
      },
    });
    assert.match(String(added['id']), /^[0-9a-f-]{36}$/);
  });

  it('reads relationships, and columns by their type', async () => {
    const lookups = await api.retrieveAttributes<Cells>({
      entityKey: "LogicalName='contact'",
      select: ['LogicalName'],
      filter: "AttributeType eq Microsoft.Dynamics.CRM.AttributeTypeCode'Customer'",
    });
    assert.deepEqual(
      lookups.value.map((column) => column['LogicalName']),
      ['parentcustomerid'],
    );
    const oneToMany = await api.retrieveRelationships<Cells>({
      castType: 'Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata',
      select: ['SchemaName', 'ReferencedEntity', 'ReferencingEntityNavigationPropertyName'],
      filter: "ReferencingEntity eq 'sdkmessageprocessingstep' and ReferencedEntity eq 'serviceendpoint'",
    });
    assert.deepEqual(
      oneToMany.value.map((one) => [one['SchemaName'], one['ReferencingEntityNavigationPropertyName']]),
      [['serviceendpoint_sdkmessageprocessingstep', 'eventhandler_serviceendpoint']],
    );
    const all = await api.retrieveRelationships<Cells>({ select: ['SchemaName'] });
    const names = all.value.map((one) => one['SchemaName']);
    assert.equal(new Set(names).size, names.length);
    assert.ok(names.includes('teammembership_association'));
    const one = all.value.find((relationship) => relationship['SchemaName'] === 'teammembership_association');
    const same = await api.retrieveRelationship<Cells>({ key: String(one?.['MetadataId']) });
    assert.equal(same['IntersectEntityName'], 'teammembership');
    await assert.rejects(api.retrieveRelationship({ key: "SchemaName='nonsense'" }), { status: 404 });
  });
});
