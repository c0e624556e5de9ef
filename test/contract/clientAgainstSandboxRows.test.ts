import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { DataverseError } from '../../src/dataverse/errors';
import { writeFetchXml } from '../../src/dataverse/fetchXml';
import * as odata from '../../src/dataverse/odata';
import * as read from '../../src/dataverse/row';
import type { Created, Row } from '../../src/dataverse/webApi';
import { isXmlText } from '../../src/base/xmlText';
import { organizationFacts } from '../../src/environments/organization';
import { rowsOf, usePair } from './pair';

const NOBODY = '11111111-2222-4333-8444-555555555555';
const HOSTILE = [
  "O'Brien",
  "''",
  'a&b=c#d',
  '50 %',
  '100%25',
  '1 + 1',
  'a/b\\c?d@e;f',
  '$filter=1',
  '"quoted" <tag> & {json: [1]}',
  'Привет, мир',
  '漢字かな',
  '😀👩‍👩‍👧',
  'tab\tline\nend',
  '%',
  '%27',
];

/** Text that JSON, a URL and the sandbox can carry. NUL is left out: what the service stores of it nobody has told. */
const texts = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 40 })
  .map((text) => text.replaceAll('\u0000', ''))
  .filter((text) => text.trim() !== '' && text.length <= 100);

async function refusal(promise: Promise<unknown>): Promise<DataverseError> {
  try {
    await promise;
  } catch (error) {
    if (DataverseError.is(error)) return error;
    throw error;
  }
  throw new Error('Nothing was refused');
}

describe('The client and the sandbox: rows', () => {
  const pair = usePair();
  const create = (values: Row, options = {}): Promise<Created> =>
    pair.api.create('contacts', values, options);

  it('create, read, update and delete a row', async () => {
    const { id } = await create({ firstname: 'Ann', lastname: 'Lee', creditlimit: 10.5 });
    const path = odata.row('contacts', id);
    const select = odata.query(path, { select: ['fullname', 'creditlimit'] });
    const row = await pair.api.get(select);
    assert.equal(read.text(row, 'fullname'), 'Ann Lee');
    assert.equal(read.number(row, 'creditlimit'), 10.5);
    assert.match(read.etag(row) ?? '', /^W\/"\d+"$/);
    assert.equal(await pair.api.update(path, { lastname: 'Wu' }), undefined);
    assert.equal(read.text(await pair.api.get(select), 'fullname'), 'Ann Wu');
    await pair.api.remove(path);
    const gone = await refusal(pair.api.get(select));
    assert.deepEqual([gone.reason, gone.status, gone.hexCode], ['notFound', 404, '0x80040217']);
    assert.match(gone.requestId ?? '', /^[0-9a-f-]{36}$/);
  });

  it('gives the row back where it is asked for, with formatted values and lookup names', async () => {
    const made = await create({ lastname: 'Kim', preferredcontactmethodcode: 2 }, { returnRow: true });
    assert.equal(made.row?.['contactid'], made.id);
    assert.equal(read.text(made.row ?? {}, 'lastname'), 'Kim');
    const changed = await pair.api.update(
      odata.row('contacts', made.id),
      { lastname: 'Cho' },
      { returnRow: true },
    );
    assert.equal(read.text(changed ?? {}, 'lastname'), 'Cho');
    const row = await pair.api.get(
      odata.query(odata.row('contacts', made.id), { select: ['statecode', '_ownerid_value'] }),
    );
    assert.equal(read.formatted(row, 'statecode'), 'Active');
    assert.deepEqual(
      { ...read.lookup(row, 'ownerid'), id: '' },
      { id: '', table: 'systemuser', name: 'Sandbox User', navigation: 'ownerid' },
    );
    const plain = await pair.api.get(odata.query(odata.row('contacts', made.id), { select: ['statecode'] }), {
      annotations: false,
    });
    assert.equal(read.formatted(plain, 'statecode'), undefined);
  });

  it('an update never creates a row', async () => {
    const error = await refusal(pair.api.update(odata.row('contacts', NOBODY), { lastname: 'Nobody' }));
    assert.equal(error.reason, 'notFound');
    assert.equal((await refusal(pair.api.get(odata.row('contacts', NOBODY)))).reason, 'notFound');
    const outcome = await pair.api.batch({
      atomicity: 'each',
      operations: [{ method: 'PATCH', path: odata.row('contacts', NOBODY), body: { lastname: 'Nobody' } }],
    });
    assert.equal(outcome[0]?.ok, false);
    assert.equal((await refusal(pair.api.get(odata.row('contacts', NOBODY)))).reason, 'notFound');
  });

  it('an etag keeps a change from overwriting another one', async () => {
    const { id } = await create({ lastname: 'Etag' });
    const path = odata.row('contacts', id);
    const before = read.etag(await pair.api.get(odata.query(path, { select: ['lastname'] }))) ?? '';
    await pair.api.update(path, { lastname: 'First' }, { etag: before });
    for (const late of [
      pair.api.update(path, { lastname: 'Second' }, { etag: before }),
      pair.api.remove(path, { etag: before }),
    ]) {
      const error = await refusal(late);
      assert.deepEqual([error.reason, error.status], ['conflict', 412]);
    }
    const row = await pair.api.get(odata.query(path, { select: ['lastname'] }));
    assert.equal(read.text(row, 'lastname'), 'First');
    await pair.api.remove(path, { etag: read.etag(row) ?? '' });
  });

  it('sets and takes references, single and many', async () => {
    const contact = await create({ lastname: 'Reference' });
    const account = await pair.api.create('accounts', { name: 'References' });
    const project = await pair.api.create('new_projects', { new_name: 'References' });
    const path = odata.row('accounts', account.id);
    await pair.api.associate(odata.reference(path, 'primarycontactid'), odata.row('contacts', contact.id), {
      single: true,
    });
    const look = odata.query(path, { select: ['_primarycontactid_value'] });
    assert.equal(read.optionalLookup(await pair.api.get(look), 'primarycontactid')?.id, contact.id);
    await pair.api.disassociate(odata.reference(path, 'primarycontactid'));
    assert.equal(read.optionalLookup(await pair.api.get(look), 'primarycontactid'), undefined);

    const many = odata.row('new_projects', project.id);
    await pair.api.associate(odata.property(many, 'new_project_contact'), odata.row('contacts', contact.id));
    const members = odata.query(odata.property(many, 'new_project_contact'), { select: ['lastname'] });
    assert.deepEqual(
      (await rowsOf(pair.api.pages(members))).map((row) => read.text(row, 'lastname')),
      ['Reference'],
    );
    await pair.api.disassociate(odata.reference(many, 'new_project_contact', contact.id));
    assert.deepEqual(await rowsOf(pair.api.pages(members)), []);
    // The rows themselves stay.
    await pair.api.get(odata.row('contacts', contact.id));
  });

  it('calls functions and actions', async () => {
    const who = await pair.api.get(odata.functionCall('WhoAmI'));
    assert.match(read.guid(who, 'OrganizationId'), /^[0-9a-f-]{36}$/);
    const organization = await pair.api.get(
      odata.functionCall('RetrieveCurrentOrganization', {
        AccessType: { operand: "Microsoft.Dynamics.CRM.EndpointAccessType'Default'" },
      }),
    );
    const detail = read.expanded(organization, 'Detail');
    assert.equal(read.guid(detail, 'OrganizationId'), read.guid(who, 'OrganizationId'));
    assert.equal(read.text(detail, 'UniqueName'), 'sandbox');
    const facts = await organizationFacts(pair.api, new AbortController().signal);
    assert.equal(facts.id, read.guid(who, 'OrganizationId'));
    assert.match(facts.version ?? '', /^9\.2\./);
    const { id } = await pair.api.create('serviceendpoints', {
      name: 'Component',
      url: 'https://hooks.contoso.example/component',
      contract: 8,
      authtype: 4,
      authvalue: 'k',
    });
    const solution = (
      await rowsOf(
        pair.api.pages(
          odata.query('solutions', {
            select: ['uniquename'],
            filter: odata.and(odata.eq('ismanaged', false), odata.eq('isvisible', true)),
            top: 1,
          }),
        ),
      )
    )[0];
    const added = await pair.api.action('AddSolutionComponent', {
      ComponentId: id,
      ComponentType: 95,
      SolutionUniqueName: read.text(solution ?? {}, 'uniquename'),
      AddRequiredComponents: false,
    });
    assert.match(read.guid(added, 'id'), /^[0-9a-f-]{36}$/);
    const unknown = await refusal(pair.api.action('NoSuchAction', {}));
    assert.equal(unknown.status, 404);
  });

  it('tells what the service refuses in the service’s own words and code', async () => {
    const error = await refusal(pair.api.get('contacts?$select=nonsense'));
    assert.equal(error.reason, 'invalid');
    assert.match(error.serviceMessage ?? '', /Could not find a property named 'nonsense'/);
    assert.equal((await refusal(pair.api.get('nonsenses'))).reason, 'notFound');
    assert.equal((await refusal(pair.api.action('SendEmail', {}))).reason, 'unsupported');
  });

  describe('hostile text', () => {
    /** Creates a project of this name and finds it again in every way a value can travel. */
    async function roundTrip(text: string): Promise<void> {
      const { id } = await pair.api.create('new_projects', { new_name: text, new_description: text });
      const row = await pair.api.get(
        odata.query(odata.row('new_projects', id), { select: ['new_name', 'new_description'] }),
      );
      assert.equal(row['new_name'], text);
      assert.equal(row['new_description'], text);
      const own = odata.eq('new_projectid', odata.guid(id));
      const searches: Array<Parameters<typeof odata.query>[1]> = [
        { filter: odata.and(own, odata.eq('new_name', text)) },
        // A bracket begins a set of characters in these, as documented for conditions on text.
        ...(text.includes('[')
          ? []
          : [
              { filter: odata.and(own, odata.contains('new_name', text)) },
              {
                filter: odata.and(own, odata.startsWith('new_name', text), odata.endsWith('new_name', text)),
              },
            ]),
        { filter: odata.and(own, odata.eq('new_name', odata.alias('p'))), aliases: { p: text } },
        { filter: odata.and(own, odata.isIn('new_name', [text, 'another'])) },
      ];
      for (const search of searches) {
        const path = odata.query('new_projects', { select: ['new_name'], ...search });
        const found = await rowsOf(pair.api.pages(path));
        assert.deepEqual(
          found.map((one) => one['new_name']),
          [text],
          path,
        );
      }
      if (isXmlText(text)) {
        const xml = writeFetchXml({
          entity: {
            name: 'new_project',
            attributes: ['new_name'],
            filter: {
              conditions: [
                { attribute: 'new_projectid', operator: 'eq', value: id },
                { attribute: 'new_name', operator: 'eq', value: text },
                { attribute: 'new_name', operator: 'in', values: [text] },
              ],
            },
          },
        });
        const found = await rowsOf(pair.api.fetchPages('new_projects', xml));
        assert.deepEqual(
          found.map((one) => one['new_name']),
          [text],
        );
      }
      const [outcome] = await pair.api.batch({
        atomicity: 'each',
        operations: [
          { method: 'PATCH', path: odata.row('new_projects', id), body: { new_code: text.slice(0, 2) } },
        ],
      });
      assert.deepEqual(outcome, { ok: true, id });
    }

    for (const text of HOSTILE) {
      it(`${JSON.stringify(text)} arrives unharmed in bodies, filters, aliases, lists, FetchXML and batches`, () =>
        roundTrip(text));
    }

    it('any well-formed text arrives unharmed', async () => {
      await fc.assert(fc.asyncProperty(texts, roundTrip), { numRuns: 40 });
    }).timeout(30_000);

    it('a key of any text leads to a row or to nothing, never to another request', async () => {
      for (const text of HOSTILE.filter((one) => !/[\n\t]/.test(one))) {
        const path = odata.rowByKey('EntityDefinitions', { LogicalName: text });
        const error = await refusal(pair.api.get(odata.query(path, { select: ['LogicalName'] })));
        assert.equal(error.status, 404, `${text}: ${error.message}`);
      }
      const path = odata.rowByKey('EntityDefinitions', { LogicalName: 'contact' });
      const row = await pair.api.get(odata.query(path, { select: ['LogicalName'] }));
      assert.equal(row['LogicalName'], 'contact');
    });

    it('half of a surrogate pair is refused before it is sent', () => {
      assert.throws(() => odata.eq('new_name', 'a\uD83D'), DataverseError);
    });
  });
});
