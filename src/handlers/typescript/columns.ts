import { columnKind } from '../columnKinds';
import type { HandlerTable } from '../model';
import { nameTable, type NamedColumn, type NamedTable } from '../names';
import { commentText, fileText, singleQuoted } from '../text';

/** The types of a table's columns as they travel, with the choices by name. `imports` leads to the wire types. */
export function columnsFile(table: HandlerTable, imports: string): string {
  const named = nameTable(table);
  return fileText(
    header(named),
    '',
    `import {`,
    ...['attributesOf', ...['ColumnKind', 'Entity', ...usedTypes(named)].map((type) => `type ${type}`)].map(
      (name) => `  ${name},`,
    ),
    `} from ${singleQuoted(imports)};`,
    '',
    declarations(named),
    '',
    kinds(named),
    '',
    reader(named),
  );
}

/** The same types alone, with the wire types they need, for a project that has a handler already. */
export function typesAlone(table: HandlerTable, wireTypes: string): string {
  const named = nameTable(table);
  return fileText(header(named), '', wireTypes, '', declarations(named));
}

function header({ name, label }: NamedTable): readonly string[] {
  return [
    `/**`,
    ` * Columns of ${commentText(label)} (${commentText(name)}) as a webhook gets them, generated from the metadata. Generate`,
    ` * them again when columns or choices have changed; nothing here is written by hand.`,
    ` */`,
  ];
}

function declarations(table: NamedTable): readonly string[] {
  return [
    ...table.named.flatMap(choiceType),
    `/**`,
    ` * Columns of a row. A delivery has those that were sent or are in an image: one that is absent was not changed, one`,
    ` * that is null was cleared.`,
    ` */`,
    `export interface ${table.identifier} {`,
    ...table.named.flatMap((column) => [
      `  /** ${commentText(column.label)} */`,
      `  readonly ${property(column.name)}?: ${valueType(column)} | null;`,
    ]),
    `}`,
  ];
}

function choiceType({ choiceType: type, namedChoices, label, name }: NamedColumn): readonly string[] {
  if (type === undefined) return [];
  return [
    `/** Values of ${commentText(label)} (${commentText(name)}) when this was generated. */`,
    `export const ${type} = {`,
    ...namedChoices.flatMap((choice) => [
      `  /** ${commentText(choice.label)} */`,
      `  ${choice.identifier}: ${choice.value},`,
    ]),
    `} as const;`,
    namedChoices.length === 0
      ? `export type ${type} = number;`
      : `export type ${type} = (typeof ${type})[keyof typeof ${type}];`,
    '',
  ];
}

/** The type of a column's value as it travels (FACTS 17.4.5). */
function valueType(column: NamedColumn): string {
  switch (columnKind(column)) {
    case 'text':
      return 'string';
    case 'guid':
      return 'Guid';
    case 'flag':
      return 'boolean';
    case 'number':
      return 'number';
    case 'date':
      return 'WireDate';
    case 'choice':
      return `OptionSetValue<${column.choiceType ?? 'number'}>`;
    case 'choices':
      return `ReadonlyArray<OptionSetValue<${column.choiceType ?? 'number'}>>`;
    case 'money':
      return 'Money';
    case 'reference':
      return 'EntityReference';
    case 'parties':
      return 'EntityCollection';
    case 'unknown':
      return 'unknown';
  }
}

/** The wire types the columns need; an import that is not used is an error in a strict project. */
function usedTypes(table: NamedTable): readonly string[] {
  const text = table.named.map(valueType).join(' ');
  const all = ['EntityCollection', 'EntityReference', 'Guid', 'Money', 'OptionSetValue', 'WireDate'];
  return all.filter((type) => new RegExp(`\\b${type}\\b`).test(text));
}

function kinds(table: NamedTable): readonly string[] {
  return [
    `/** How the values travel, by logical name. */`,
    `export const ${kindsName(table)}: ReadonlyMap<string, ColumnKind> = new Map<string, ColumnKind>([`,
    ...table.named.map((column) => `  [${singleQuoted(column.name)}, '${columnKind(column)}'],`),
    `]);`,
  ];
}

function reader({ identifier }: NamedTable): readonly string[] {
  return [
    `/** The columns of a row by name. */`,
    `export function ${readerName({ identifier })}(entity: Entity): ${identifier} {`,
    `  const columns: unknown = attributesOf(entity);`,
    `  return columns as ${identifier};`,
    `}`,
  ];
}

/** Name of the constant that says how the columns of a table travel. */
export function kindsName({ identifier }: Pick<NamedTable, 'identifier'>): string {
  return `kindsOf${identifier}`;
}

/** Name of the function that reads the columns of a table. */
export function readerName({ identifier }: Pick<NamedTable, 'identifier'>): string {
  return `read${identifier}`;
}

/** A property of an interface. */
export function property(name: string): string {
  return /^[a-z_$][\w$]*$/i.test(name) ? name : singleQuoted(name);
}
