import assert from 'node:assert/strict';
import { XmlElement, parseXml } from '@rgrove/parse-xml';
import { after, before, describe, it } from 'mocha';
import { startRunning } from './sandboxSetup';
import type { Running } from './sandboxSetup';

describe('Metadata of the sandbox', () => {
  let running: Running;
  let ask: Running['ask'];
  before(async () => {
    running = await startRunning();
    ask = running.ask;
  });
  after(() => running.close());

  it('is a well-formed $metadata document whose references all lead somewhere', async () => {
    const { text, headers } = await ask('GET', '$metadata');
    assert.match(headers.get('Content-Type') ?? '', /application\/xml/);
    const types = new Map<string, XmlElement>();
    const walk = (element: XmlElement): void => {
      if (element.name === 'EntityType') types.set(element.attributes['Name'] ?? '', element);
      for (const child of element.children) if (child instanceof XmlElement) walk(child);
    };
    const { root } = parseXml(text);
    assert.ok(root);
    walk(root);
    assert.ok(types.has('sdkmessageprocessingstep'));
    for (const [name, type] of types) {
      const children = type.children.filter((child) => child instanceof XmlElement);
      const properties = new Set(
        children.filter((child) => child.name === 'Property').map((child) => child.attributes['Name']),
      );
      for (const child of children) {
        if (child.name !== 'NavigationProperty') continue;
        const target = /mscrm\.(\w+)/.exec(child.attributes['Type'] ?? '')?.[1] ?? '';
        assert.ok(types.has(target), `${name}.${child.attributes['Name'] ?? ''}`);
        const [constraint] = child.children.filter((one) => one instanceof XmlElement);
        if (constraint !== undefined) assert.ok(properties.has(constraint.attributes['Property']));
      }
    }
  });

  it('lists tables with the selected properties', async () => {
    const { json } = await ask(
      'GET',
      `EntityDefinitions?$select=LogicalName,EntitySetName,PrimaryIdAttribute&$filter=IsCustomEntity eq true`,
    );
    assert.deepEqual(
      (json.value as Array<Record<string, unknown>>).map(({ MetadataId: _id, ...rest }) => rest),
      [{ LogicalName: 'new_project', EntitySetName: 'new_projects', PrimaryIdAttribute: 'new_projectid' }],
    );
  });

  it('tells the columns of a table, with label companions that are no properties', async () => {
    const { json } = await ask(
      'GET',
      `EntityDefinitions(LogicalName='contact')?$select=LogicalName&$expand=Attributes($select=LogicalName,AttributeType,AttributeTypeName,AttributeOf)`,
    );
    const attributes = new Map(
      (json.Attributes as Array<Record<string, unknown>>).map((one) => [one['LogicalName'], one]),
    );
    assert.equal(attributes.get('parentcustomerid')?.['AttributeType'], 'Customer');
    assert.deepEqual(attributes.get('statuscode')?.['AttributeTypeName'], { Value: 'StatusType' });
    assert.equal(attributes.get('statuscodename')?.['AttributeOf'], 'statuscode');
    assert.equal((await ask('GET', 'contacts?$select=statuscodename')).status, 400);
  });

  it('tells the options of a choice through its derived type only', async () => {
    const table = `EntityDefinitions(LogicalName='new_project')`;
    const cast = `${table}/Attributes(LogicalName='new_phase')/Microsoft.Dynamics.CRM.PicklistAttributeMetadata`;
    const { json } = await ask(
      'GET',
      `${cast}?$select=LogicalName&$expand=OptionSet($select=Options),GlobalOptionSet`,
    );
    const options = json.OptionSet.Options as Array<{
      Value: number;
      Label: { UserLocalizedLabel: { Label: string } };
    }>;
    assert.deepEqual(
      options.map((one) => one.Label.UserLocalizedLabel.Label),
      ['Idea', 'Planned', 'Running', 'Done'],
    );
    assert.equal(json.GlobalOptionSet, null);
    const all = await ask(
      'GET',
      `${table}/Attributes/Microsoft.Dynamics.CRM.PicklistAttributeMetadata?$select=LogicalName&$expand=OptionSet`,
    );
    assert.ok((all.json.value as unknown[]).length > 0);
    assert.equal(
      (await ask('GET', `${table}/Attributes(LogicalName='new_phase')?$expand=OptionSet`)).status,
      400,
    );
    assert.equal((await ask('GET', cast.replace('Picklist', 'Money'))).status, 404);
  });

  it('refuses unknown tables and properties, and says what it does not tell', async () => {
    assert.equal((await ask('GET', `EntityDefinitions(LogicalName='nonsense')`)).status, 404);
    const unknown = await ask('GET', 'EntityDefinitions?$select=Nonsense');
    assert.equal(unknown.status, 400);
    assert.match(String(unknown.json.error.message), /Could not find a property named 'Nonsense'/);
    const untold = await ask('GET', 'EntityDefinitions?$select=IsAuditEnabled');
    assert.equal(untold.status, 501);
    assert.match(String(untold.json.error.message), /IsAuditEnabled/);
    assert.equal((await ask('POST', 'EntityDefinitions', { body: {} })).status, 501);
  });

  it('knows no name that only JavaScript objects have', async () => {
    for (const path of [
      "EntityDefinitions(LogicalName='contact')/constructor",
      "EntityDefinitions(LogicalName='contact')/__proto__",
      'EntityDefinitions?$select=constructor',
      'EntityDefinitions?$expand=toString',
      'EntityDefinitions?$filter=constructor eq null',
    ]) {
      const { status, json } = await running.ask('GET', path);
      assert.ok(status === 400 || status === 404, `${path}: ${status}`);
      assert.equal(typeof json.error.message, 'string');
    }
  });
});
