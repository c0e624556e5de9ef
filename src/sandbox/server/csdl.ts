import { escapeXml } from '../../base/xmlText';
import { EDM_TYPES } from '../schema/edmTypes';
import type { Column, Schema, Table } from '../schema/types';

/** Attributes as XML text. */
function attributes(values: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(values)
    .flatMap(([name, value]) => (value === undefined ? [] : [` ${name}="${escapeXml(value)}"`]))
    .join('');
}

function property(column: Column): string {
  const name = column.targets === undefined ? column.name : `_${column.name}_value`;
  const type = EDM_TYPES[column.type].replace('Microsoft.Dynamics.CRM.', 'mscrm.');
  const isText = type === 'Edm.String';
  const scale = type === 'Edm.Decimal' ? 'Variable' : undefined;
  return `<Property${attributes({ Name: name, Type: type, Unicode: isText ? 'false' : undefined, Scale: scale })} />`;
}

function singleNavigations(schema: Schema, column: Column): readonly string[] {
  const byName = new Map<string, readonly string[]>();
  for (const { navigation, table } of column.targets ?? []) {
    byName.set(navigation, [...(byName.get(navigation) ?? []), table]);
  }
  return [...byName].map(([name, tables]) => {
    const [only] = tables;
    // An owner is a user or a team: the abstract type stands for both.
    const type = tables.length === 1 && only !== undefined ? only : 'principal';
    const key = type === 'principal' ? 'ownerid' : (schema.table(type)?.key ?? '');
    const partner = column.targets?.find((target) => target.navigation === name)?.relationship;
    const constraint = attributes({ Property: `_${column.name}_value`, ReferencedProperty: key });
    const head = attributes({ Name: name, Type: `mscrm.${type}`, Nullable: 'false', Partner: partner });
    return `<NavigationProperty${head}><ReferentialConstraint${constraint} /></NavigationProperty>`;
  });
}

function collectionNavigations(schema: Schema, table: Table): readonly string[] {
  const single = table.collections.map((one) => {
    const partner = schema
      .column(one.table, one.column)
      ?.targets?.find((target) => target.table === table.name)?.navigation;
    const head = attributes({ Name: one.name, Type: `Collection(mscrm.${one.table})`, Partner: partner });
    return `<NavigationProperty${head} />`;
  });
  const many = table.manyToMany.map((one) => {
    const head = attributes({
      Name: one.name,
      Type: `Collection(mscrm.${one.table})`,
      Partner: one.relationship,
    });
    return `<NavigationProperty${head} />`;
  });
  return [...single, ...many];
}

function entityType(schema: Schema, table: Table): string {
  const base =
    table.name === 'systemuser' || table.name === 'team' ? 'mscrm.principal' : 'mscrm.crmbaseentity';
  return [
    `<EntityType${attributes({ Name: table.name, BaseType: base })}>`,
    `<Key><PropertyRef${attributes({ Name: table.key })} /></Key>`,
    ...table.columns.map(property),
    ...table.columns.flatMap((column) => singleNavigations(schema, column)),
    ...collectionNavigations(schema, table),
    '</EntityType>',
  ].join('\n');
}

const operations = `<ComplexType Name="BooleanManagedProperty"><Property Name="Value" Type="Edm.Boolean" /><Property Name="CanBeChanged" Type="Edm.Boolean" /><Property Name="ManagedPropertyLogicalName" Type="Edm.String" Unicode="false" /></ComplexType>
<ComplexType Name="WhoAmIResponse"><Property Name="BusinessUnitId" Type="Edm.Guid" /><Property Name="UserId" Type="Edm.Guid" /><Property Name="OrganizationId" Type="Edm.Guid" /></ComplexType>
<Function Name="WhoAmI"><ReturnType Type="mscrm.WhoAmIResponse" Nullable="false" /></Function>
<ComplexType Name="RetrieveVersionResponse"><Property Name="Version" Type="Edm.String" Unicode="false" /></ComplexType>
<Function Name="RetrieveVersion"><ReturnType Type="mscrm.RetrieveVersionResponse" Nullable="false" /></Function>
<ComplexType Name="AddSolutionComponentResponse"><Property Name="id" Type="Edm.Guid" /></ComplexType>
<Action Name="AddSolutionComponent"><Parameter Name="ComponentId" Type="Edm.Guid" Nullable="false" /><Parameter Name="ComponentType" Type="Edm.Int32" Nullable="false" /><Parameter Name="SolutionUniqueName" Type="Edm.String" Nullable="false" Unicode="false" /><Parameter Name="AddRequiredComponents" Type="Edm.Boolean" Nullable="false" /><Parameter Name="DoNotIncludeSubcomponents" Type="Edm.Boolean" /><Parameter Name="IncludedComponentSettingsValues" Type="Collection(Edm.String)" Unicode="false" /><ReturnType Type="mscrm.AddSolutionComponentResponse" Nullable="false" /></Action>
<Action Name="TriggerServiceEndpointCheck" IsBound="true"><Parameter Name="entity" Type="mscrm.serviceendpoint" Nullable="false" /></Action>`;

function entitySet(table: Table): string {
  return `<EntitySet${attributes({ Name: table.set, EntityType: `Microsoft.Dynamics.CRM.${table.name}` })} />`;
}

/** The `$metadata` document: CSDL of OData 4.0 with the tables, columns and navigations of the sandbox. */
export function schemaDocument(schema: Schema): string {
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<edmx:Edmx xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx" Version="4.0">',
    '<edmx:DataServices>',
    '<Schema xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace="Microsoft.Dynamics.CRM" Alias="mscrm">',
    '<EntityType Name="crmbaseentity" Abstract="true" />',
    '<EntityType Name="principal" BaseType="mscrm.crmbaseentity" Abstract="true"><Property Name="ownerid" Type="Edm.Guid" /></EntityType>',
    ...schema.tables.map((table) => entityType(schema, table)),
    operations,
    '<EntityContainer Name="System">',
    ...schema.tables.map(entitySet),
    '<FunctionImport Name="WhoAmI" Function="Microsoft.Dynamics.CRM.WhoAmI" />',
    '<FunctionImport Name="RetrieveVersion" Function="Microsoft.Dynamics.CRM.RetrieveVersion" />',
    '<ActionImport Name="AddSolutionComponent" Action="Microsoft.Dynamics.CRM.AddSolutionComponent" />',
    '</EntityContainer>',
    '</Schema>',
    '</edmx:DataServices>',
    '</edmx:Edmx>',
    '',
  ].join('\n');
}
