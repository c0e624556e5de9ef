import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createMetadata } from '../../../src/dataverse/metadata';
import type { Page, ReadOptions, Row } from '../../../src/dataverse/webApi';
import { EagerClock } from '../../fakes/clocks';

function label(text: string | null, ...others: readonly string[]): Row {
  const localized = (value: string): Row => ({ Label: value, LanguageCode: 1033 });
  return {
    LocalizedLabels: [...others, ...(text === null ? [] : [text])].map(localized),
    UserLocalizedLabel: text === null ? null : localized(text),
  };
}

const TABLES: readonly Row[] = [
  {
    LogicalName: 'contact',
    SchemaName: 'Contact',
    EntitySetName: 'contacts',
    DisplayName: label('Kontakt', 'Contact'),
    PrimaryIdAttribute: 'contactid',
    PrimaryNameAttribute: 'fullname',
    ObjectTypeCode: 2,
    IsCustomEntity: false,
    IsIntersect: false,
  },
  {
    LogicalName: 'abc_link',
    SchemaName: 'abc_Link',
    EntitySetName: null,
    DisplayName: label(null),
    IsIntersect: true,
  },
];

const COLUMNS: readonly Row[] = [
  {
    LogicalName: 'preferredcontactmethodcode',
    SchemaName: 'PreferredContactMethodCode',
    DisplayName: label(null, 'Method'),
    AttributeType: 'Picklist',
    AttributeTypeName: { Value: 'PicklistType' },
    AttributeOf: null,
    IsValidForCreate: true,
    IsValidForRead: true,
    IsValidForUpdate: true,
  },
  {
    LogicalName: 'contactid',
    AttributeType: 'Uniqueidentifier',
    IsPrimaryId: true,
    IsValidForRead: true,
  },
  {
    LogicalName: 'tags',
    AttributeType: 'Virtual',
    AttributeTypeName: { Value: 'MultiSelectPicklistType' },
    AttributeOf: 'x',
  },
];

/** Answers from tables of data and writes down what it was asked. */
class FakeApi {
  readonly asked: string[] = [];
  readonly options: ReadOptions[] = [];
  choices: Row = {};

  get(path: string, options: ReadOptions = {}): Promise<Row> {
    this.asked.push(path);
    this.options.push(options);
    return Promise.resolve(
      path.includes('/Attributes(') ? this.choices : { LogicalName: 'contact', Attributes: COLUMNS },
    );
  }

  async *pages(path: string, options: ReadOptions = {}): AsyncGenerator<Page> {
    this.asked.push(path);
    this.options.push(options);
    await Promise.resolve();
    yield { rows: TABLES.slice(0, 1), more: true };
    yield { rows: TABLES.slice(1), more: false };
  }
}

describe('Metadata', () => {
  it('tables come with labels in the user’s language, by name, from one request', async () => {
    const api = new FakeApi();
    const clock = new EagerClock();
    const metadata = createMetadata(api, clock);
    const [tables, contact, nothing] = await Promise.all([
      metadata.tables(),
      metadata.table('contact'),
      metadata.table('x'),
    ]);
    assert.deepEqual(tables, [
      {
        logicalName: 'abc_link',
        schemaName: 'abc_Link',
        label: 'abc_Link',
        isCustom: false,
        isIntersect: true,
      },
      {
        logicalName: 'contact',
        schemaName: 'Contact',
        label: 'Kontakt',
        entitySetName: 'contacts',
        primaryIdColumn: 'contactid',
        primaryNameColumn: 'fullname',
        objectTypeCode: 2,
        isCustom: false,
        isIntersect: false,
      },
    ]);
    assert.equal(contact, tables[1]);
    assert.equal(nothing, undefined);
    assert.deepEqual(api.asked, [
      'EntityDefinitions?$select=LogicalName,SchemaName,EntitySetName,DisplayName,PrimaryIdAttribute,PrimaryNameAttribute,ObjectTypeCode,IsCustomEntity,IsIntersect',
    ]);
    assert.equal(api.options[0]?.annotations, false);
    clock.advance(600_000);
    await metadata.tables();
    assert.equal(api.asked.length, 2);
    metadata.clear();
    await metadata.tables();
    assert.equal(api.asked.length, 3);
  });

  it('columns come with their exact types', async () => {
    const api = new FakeApi();
    const columns = await createMetadata(api, new EagerClock()).columns('contact');
    assert.deepEqual(
      columns.map((column) => [column.logicalName, column.type, column.label, column.attributeOf]),
      [
        ['contactid', 'Uniqueidentifier', 'contactid', undefined],
        ['preferredcontactmethodcode', 'Picklist', 'Method', undefined],
        ['tags', 'MultiSelectPicklist', 'tags', 'x'],
      ],
    );
    assert.deepEqual(
      [columns[0]?.isPrimaryId, columns[0]?.isValidForCreate, columns[1]?.isValidForCreate],
      [true, false, true],
    );
    assert.deepEqual(api.asked, [
      "EntityDefinitions(LogicalName='contact')?$select=LogicalName&$expand=Attributes($select=LogicalName,SchemaName,DisplayName,AttributeType,AttributeTypeName,AttributeOf,IsPrimaryId,IsPrimaryName,IsValidForCreate,IsValidForRead,IsValidForUpdate)",
    ]);
  });

  it('choices come with their labels; columns of other types have none', async () => {
    const api = new FakeApi();
    api.choices = {
      OptionSet: {
        Options: [
          { Value: 1, Label: label('Any') },
          { Value: 2, Label: label(null) },
        ],
      },
    };
    const metadata = createMetadata(api, new EagerClock());
    const [key, method] = await metadata.columns('contact');
    assert.ok(key !== undefined && method !== undefined);
    assert.deepEqual(await metadata.choices('contact', method), [
      { value: 1, label: 'Any' },
      { value: 2, label: '2' },
    ]);
    assert.equal(
      api.asked[1],
      "EntityDefinitions(LogicalName='contact')/Attributes(LogicalName='preferredcontactmethodcode')/Microsoft.Dynamics.CRM.PicklistAttributeMetadata?$select=LogicalName&$expand=OptionSet,GlobalOptionSet",
    );
    assert.deepEqual(await metadata.choices('contact', key), []);
    api.choices = {
      OptionSet: null,
      GlobalOptionSet: {
        FalseOption: { Value: 0, Label: label('No') },
        TrueOption: { Value: 1, Label: label('Yes') },
      },
    };
    const boolean = { ...method, logicalName: 'donotemail', type: 'Boolean' };
    assert.deepEqual(await metadata.choices('contact', boolean), [
      { value: 0, label: 'No' },
      { value: 1, label: 'Yes' },
    ]);
  });
});
