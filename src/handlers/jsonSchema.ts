import { columnKind } from './columnKinds';
import type { HandlerColumn, HandlerStep, HandlerTable } from './model';
import { oneLine } from './text';

/** A JSON Schema, draft 2020-12. */
export type Schema = Readonly<Record<string, unknown>>;

const GUID: Schema = {
  type: 'string',
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
};
const DATE: Schema = { type: 'string', pattern: '^/Date\\(-?[0-9]+([+-][0-9]{4})?\\)/$' };
const TEXT: Schema = { type: 'string' };
const TEXT_OR_NULL: Schema = { type: ['string', 'null'] };
const ref = (name: string): Schema => ({ $ref: `#/$defs/${name}` });
const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] });

/**
 * The schema of the bodies a step sends: the members of the context, and the values of the table's columns wherever a row
 * of it stands. Columns and members that the schema does not know are allowed: an environment gets new ones at any time.
 * Members above 256 KB are removed, whether null or absent is UNVERIFIED (FACTS 17.6): both are valid.
 */
export function deliverySchema(step: HandlerStep): Schema {
  const { table } = step;
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: oneLine(step.name),
    description: oneLine(
      `${step.message} ${table === undefined ? '' : `of ${table.name}`}, as the webhook is called`,
    ),
    $ref: '#/$defs/context',
    properties: {
      MessageName: { const: step.message },
      ...(table === undefined ? {} : { PrimaryEntityName: { const: table.name } }),
      Mode: { const: step.asynchronous ? 1 : 0 },
    },
    $defs: definitions(table),
  };
}

function definitions(table: HandlerTable | undefined): Readonly<Record<string, Schema>> {
  return {
    context: contextSchema(),
    guid: GUID,
    date: DATE,
    pairs: { type: 'array', items: pair(ref('value')) },
    value: valueSchema(),
    entity: entitySchema(table),
    entityReference: rowSchema({ Name: TEXT_OR_NULL }),
    optionSetValue: {
      type: 'object',
      required: ['Value'],
      properties: { __type: TEXT, Value: { type: 'integer' } },
    },
    money: { type: 'object', required: ['Value'], properties: { __type: TEXT, Value: { type: 'number' } } },
    entityCollection: {
      type: 'object',
      required: ['Entities'],
      properties: { Entities: { type: 'array', items: ref('entity') } },
    },
    ...(table === undefined ? {} : { columns: columnsSchema(table) }),
  };
}

function pair(value: Schema): Schema {
  return { type: 'object', required: ['key', 'value'], properties: { key: TEXT, value } };
}

/** A value whose type only its shape tells. */
function valueSchema(): Schema {
  return {
    if: { type: 'object', required: ['Attributes'] },
    then: ref('entity'),
    else: { if: { type: 'object', required: ['LogicalName', 'Id'] }, then: ref('entityReference') },
  };
}

function rowSchema(properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema {
  return {
    type: 'object',
    required: ['Id', 'LogicalName', ...required],
    properties: {
      __type: TEXT,
      Id: GUID,
      KeyAttributes: ref('pairs'),
      LogicalName: TEXT,
      RowVersion: TEXT_OR_NULL,
      ...properties,
    },
  };
}

function entitySchema(table: HandlerTable | undefined): Schema {
  const row = rowSchema(
    {
      Attributes: ref('pairs'),
      EntityState: { type: ['integer', 'null'] },
      FormattedValues: { type: 'array', items: pair(TEXT_OR_NULL) },
      RelatedEntities: ref('pairs'),
    },
    ['Attributes'],
  );
  if (table === undefined) return row;
  return {
    allOf: [
      row,
      {
        if: { required: ['LogicalName'], properties: { LogicalName: { const: table.name } } },
        then: { properties: { Attributes: ref('columns') } },
      },
    ],
  };
}

/** Each pair of a dictionary of columns, by its key. */
function columnsSchema(table: HandlerTable): Schema {
  const seen = new Set<string>();
  const columns = table.columns.filter(({ name }) => !seen.has(name) && seen.add(name));
  if (columns.length === 0) return { type: 'array' };
  return {
    type: 'array',
    items: {
      allOf: columns.map((column) => ({
        if: { required: ['key'], properties: { key: { const: column.name } } },
        then: { properties: { value: orNull(columnSchema(column)) } },
      })),
    },
  };
}

/** The schema of a column's value (FACTS 17.4.5). */
function columnSchema(column: HandlerColumn): Schema {
  const title = oneLine(column.label);
  const titled = (schema: Schema): Schema => ({ title, ...schema });
  switch (columnKind(column)) {
    case 'text':
      return titled(TEXT);
    case 'guid':
      return titled(ref('guid'));
    case 'flag':
      return titled({ type: 'boolean' });
    case 'number':
      return titled({ type: ['Integer', 'BigInt'].includes(column.type) ? 'integer' : 'number' });
    case 'date':
      return titled(ref('date'));
    case 'choice':
      return titled(choiceSchema(column));
    case 'choices':
      return titled({ type: 'array', items: choiceSchema(column) });
    case 'money':
      return titled(ref('money'));
    case 'reference':
      return titled(ref('entityReference'));
    case 'parties':
      return titled(ref('entityCollection'));
    case 'unknown':
      return titled({});
  }
}

/** The known choices are a description, not a limit: a new choice must not make deliveries invalid. */
function choiceSchema({ choices }: HandlerColumn): Schema {
  if (choices.length === 0) return ref('optionSetValue');
  const known = choices.map(({ value, label }) => `${value} ${oneLine(label)}`).join('; ');
  return { $ref: '#/$defs/optionSetValue', description: `When this was generated: ${known}` };
}

/** The 30 members (FACTS 17.4.1); those of newer environments and those that a large body loses are not required. */
function contextSchema(): Schema {
  const images: Schema = { type: ['array', 'null'], items: pair(orNull(ref('entity'))) };
  const pairsOrNull = orNull(ref('pairs'));
  const guidOrNull = orNull(ref('guid'));
  const flag: Schema = { type: 'boolean' };
  const whole: Schema = { type: 'integer' };
  const always: Readonly<Record<string, Schema>> = {
    BusinessUnitId: ref('guid'),
    CorrelationId: ref('guid'),
    Depth: { type: 'integer', minimum: 1 },
    InitiatingUserId: ref('guid'),
    IsExecutingOffline: flag,
    IsInTransaction: flag,
    IsOfflinePlayback: flag,
    IsolationMode: whole,
    MessageName: TEXT,
    Mode: { enum: [0, 1] },
    OperationCreatedOn: ref('date'),
    OperationId: ref('guid'),
    OrganizationId: ref('guid'),
    OrganizationName: TEXT,
    OutputParameters: ref('pairs'),
    OwningExtension: orNull(ref('entityReference')),
    PrimaryEntityId: ref('guid'),
    PrimaryEntityName: TEXT,
    RequestId: guidOrNull,
    SecondaryEntityName: TEXT_OR_NULL,
    SharedVariables: ref('pairs'),
    Stage: whole,
    UserId: ref('guid'),
  };
  const sometimes: Readonly<Record<string, Schema>> = {
    InitiatingUserAgent: TEXT_OR_NULL,
    InitiatingUserAzureActiveDirectoryObjectId: guidOrNull,
    InputParameters: pairsOrNull,
    ParentContext: orNull(ref('context')),
    PostEntityImages: images,
    PreEntityImages: images,
    UserAzureActiveDirectoryObjectId: guidOrNull,
  };
  return { type: 'object', required: Object.keys(always), properties: { ...always, ...sometimes } };
}
