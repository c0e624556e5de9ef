import { columnKind } from '../columnKinds';
import type { HandlerTable } from '../model';
import { nameTable, type NamedColumn, type NamedTable } from '../names';
import { doubleQuoted, fileText, xmlCommentText } from '../text';

/** The namespace of everything generated. */
const NAMESPACE = 'DataverseWebhook';

/** A class with the table's columns as properties, and an enum for each column with choices. */
export function columnsFile(table: HandlerTable): string {
  const named = nameTable(table);
  return fileText(
    `#nullable enable`,
    `using System;`,
    `using System.Collections.Generic;`,
    `using System.Linq;`,
    '',
    `namespace ${NAMESPACE}`,
    `{`,
    ...named.named.flatMap(choiceType).map(indented),
    ...tableClass(named).map(indented),
    `}`,
  );
}

const indented = (line: string): string => (line === '' ? '' : `    ${line}`);

function choiceType({ choiceType: type, namedChoices, label, name }: NamedColumn): readonly string[] {
  if (type === undefined) return [];
  return [
    `/// <summary>Values of ${xmlCommentText(label)} (${xmlCommentText(name)}) when this was generated.</summary>`,
    `public enum ${type}`,
    `{`,
    ...namedChoices.flatMap((choice) => [
      `    /// <summary>${xmlCommentText(choice.label)}</summary>`,
      `    ${choice.identifier} = ${choice.value},`,
    ]),
    `}`,
    '',
  ];
}

function tableClass({ identifier, name, label, named }: NamedTable): readonly string[] {
  return [
    `/// <summary>`,
    `/// Columns of ${xmlCommentText(label)} (${xmlCommentText(name)}), generated from the metadata. A property is null where the`,
    `/// column was cleared and where it did not come; <c>Entity.Has</c> tells which.`,
    `/// </summary>`,
    `public sealed class ${identifier}`,
    `{`,
    `    public ${identifier}(Entity entity)`,
    `    {`,
    `        Entity = entity;`,
    `    }`,
    '',
    `    /// <summary>The row as it came.</summary>`,
    `    public Entity Entity { get; }`,
    '',
    ...named.flatMap((column) => [
      `    /// <summary>${xmlCommentText(column.label)} (${xmlCommentText(column.name)})</summary>`,
      `    public ${propertyOf(column)}`,
      '',
    ]),
    `    /// <summary>How the values travel, by logical name.</summary>`,
    `    public static readonly IReadOnlyDictionary<string, ColumnKind> Kinds = new Dictionary<string, ColumnKind>(StringComparer.Ordinal)`,
    `    {`,
    ...named.map((column) => `        { ${doubleQuoted(column.name)}, ColumnKind.${kindName(column)} },`),
    `    };`,
    `}`,
  ];
}

function kindName(column: NamedColumn): string {
  const kind = columnKind(column);
  return kind.charAt(0).toUpperCase() + kind.slice(1);
}

/** A property that reads the value in its wire form (FACTS 17.4.5). */
function propertyOf(column: NamedColumn): string {
  const name = doubleQuoted(column.name);
  const read = (type: string, reader: string): string =>
    `${type} ${column.identifier} => Entity.${reader}Of(${name});`;
  const { choiceType: type } = column;
  switch (columnKind(column)) {
    case 'text':
      return read('string?', 'Text');
    case 'guid':
      return read('Guid?', 'Id');
    case 'flag':
      return read('bool?', 'Flag');
    case 'number':
      return read(...numberType(column.type));
    case 'date':
      return read('DateTimeOffset?', 'Date');
    case 'choice':
      if (type === undefined) return read('int?', 'Choice');
      return `${type}? ${column.identifier} => (${type}?)Entity.ChoiceOf(${name});`;
    case 'choices':
      if (type === undefined) return read('IReadOnlyList<int>?', 'Choices');
      return `IReadOnlyList<${type}>? ${column.identifier} => Entity.ChoicesOf(${name})?.Select(value => (${type})value).ToList();`;
    case 'money':
      return read('decimal?', 'Money');
    case 'reference':
      return read('EntityReference?', 'Reference');
    case 'parties':
      return read('IReadOnlyList<Entity>?', 'Parties');
    case 'unknown':
      return `System.Text.Json.JsonElement? ${column.identifier} => Entity.ValueOf(${name});`;
  }
}

function numberType(type: string): readonly [string, string] {
  if (type === 'Integer') return ['int?', 'Whole'];
  if (type === 'BigInt') return ['long?', 'BigWhole'];
  return type === 'Double' ? ['double?', 'Double'] : ['decimal?', 'Decimal'];
}
