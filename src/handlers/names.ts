import { columnKind } from './columnKinds';
import { pascalCase, Scope } from './identifiers';
import type { HandlerChoice, HandlerColumn, HandlerTable } from './model';

/** A choice with the name its value has in generated code. */
interface NamedChoice extends HandlerChoice {
  readonly identifier: string;
}

/** A column with the names it has in generated code. */
export interface NamedColumn extends HandlerColumn {
  /** In PascalCase, unique in its table. */
  readonly identifier: string;
  /** Name of the type of its values; undefined for columns without choices. */
  readonly choiceType: string | undefined;
  readonly namedChoices: readonly NamedChoice[];
}

/** A table with the names it has in generated code. */
export interface NamedTable extends HandlerTable {
  readonly identifier: string;
  readonly named: readonly NamedColumn[];
}

/** Names that generated code has already: a table called Entity must not take them. */
const OWN_NAMES = [
  ...[
    'Entity',
    'EntityReference',
    'EntityCollection',
    'Entry',
    'Guid',
    'Money',
    'OptionSetValue',
    'WireDate',
  ],
  ...['RemoteExecutionContext', 'Delivery', 'Webhook', 'WebhookRequest', 'WebhookResponse', 'Authentication'],
  ...[
    'ReadBack',
    'OnDelivery',
    'Program',
    'Deliveries',
    'Image',
    'Column',
    'ColumnKind',
    'Row',
    'WebhookFunction',
  ],
  // Of the languages and their libraries.
  ...[
    'Array',
    'Boolean',
    'Buffer',
    'Convert',
    'Date',
    'DateTime',
    'DateTimeOffset',
    'Enum',
    'Error',
    'Exception',
  ],
  ...[
    'Function',
    'Headers',
    'JSON',
    'JsonElement',
    'List',
    'Map',
    'Math',
    'Number',
    'Object',
    'Partial',
    'Pick',
  ],
  ...[
    'Promise',
    'Proxy',
    'Record',
    'Required',
    'Readonly',
    'Omit',
    'Exclude',
    'Extract',
    'NonNullable',
    'Request',
  ],
  ...[
    'Response',
    'Set',
    'String',
    'Symbol',
    'System',
    'Task',
    'URL',
    'Uri',
    'Environment',
    'Microsoft',
    'Xunit',
  ],
  ...[
    'Encoding',
    'HttpClient',
    'HttpMethod',
    'CancellationToken',
    'Path',
    'File',
    'Console',
    'Nullable',
    'Type',
  ],
  ...[
    'Attribute',
    'Action',
    'Func',
    'Tuple',
    'Version',
    'Random',
    'Lazy',
    'Timer',
    'Stream',
    'Host',
    'Results',
  ],
  ...[
    'WebApplication',
    'HttpContext',
    'HttpRequest',
    'JsonDocument',
    'JsonException',
    'StringBuilder',
    'SHA256',
  ],
  ...[
    'TemporaryFailureException',
    'CryptographicOperations',
    'WebhookTests',
    'Assert',
    'Fact',
    'AbortSignal',
  ],
  ...[
    'StringComparer',
    'Regex',
    'Enumerable',
    'Json',
    'Dictionary',
    'IReadOnlyList',
    'IReadOnlyDictionary',
    'IEnumerable',
  ],
  ...[
    'KeyValuePair',
    'CultureInfo',
    'DateTimeStyles',
    'Timeout',
    'TimeSpan',
    'ConfigurationException',
    'JsonSerializer',
  ],
  ...[
    'CancellationTokenSource',
    'HttpResponseMessage',
    'HttpRequestMessage',
    'HttpRequestException',
    'UriPartial',
  ],
  ...[
    'FormUrlEncodedContent',
    'JsonValueKind',
    'ArgumentOutOfRangeException',
    'OperationCanceledException',
    'Linq',
  ],
  ...[
    'RegexOptions',
    'TemporaryFailure',
    'ConfigurationError',
    'PreImages',
    'PostImages',
    'DataverseWebhook',
  ],
  ...['WireDates', 'Columns', 'Kinds'],
];

/** Members that a class of C# has already, and names that its members use. */
const MEMBER_NAMES = [
  ...[
    'Equals',
    'GetHashCode',
    'GetType',
    'MemberwiseClone',
    'ReferenceEquals',
    'ToString',
    'Finalize',
    'System',
  ],
  ...['Entity', 'Has', 'From', 'Id', 'LogicalName', 'Kinds', 'ColumnKind', 'StringComparer'],
];

/**
 * Names a table and what is in it. The columns are those of the metadata, each once, in its order; the choices of a
 * column are unique by value, because a name for the same value twice says nothing.
 */
export function nameTable(table: HandlerTable): NamedTable {
  const types = new Scope(OWN_NAMES);
  const identifier = types.add(pascalCase(table.name, 'Table'));
  const members = new Scope([...MEMBER_NAMES, identifier]);
  const seen = new Set<string>();
  const named = table.columns.flatMap((column): readonly NamedColumn[] => {
    if (seen.has(column.name)) return [];
    seen.add(column.name);
    const own = members.add(pascalCase(column.schemaName, pascalCase(column.name, 'Column')));
    const isChoice = ['choice', 'choices'].includes(columnKind(column)) && column.choices.length > 0;
    const choiceType = isChoice ? types.add(`${identifier}${own}`) : undefined;
    const namedChoices = choiceType === undefined ? [] : nameChoices(column.choices, choiceType);
    return [{ ...column, identifier: own, choiceType, namedChoices }];
  });
  return { ...table, identifier, named };
}

function nameChoices(choices: readonly HandlerChoice[], choiceType: string): readonly NamedChoice[] {
  const scope = new Scope([choiceType]);
  const seen = new Set<number>();
  return choices.flatMap((choice) => {
    if (seen.has(choice.value) || !isInt32(choice.value)) return [];
    seen.add(choice.value);
    const fallback = `Value${String(choice.value).replace('-', 'Minus')}`;
    return [{ ...choice, identifier: scope.add(pascalCase(choice.label, fallback)) }];
  });
}

/** Values of choices are 32-bit whole numbers. */
function isInt32(value: number): boolean {
  return Number.isInteger(value) && value >= -0x8000_0000 && value <= 0x7fff_ffff;
}
