import { fileName } from '../identifiers';
import type { HandlerAuth, HandlerStep } from '../model';
import { nameTable, type NamedTable } from '../names';
import { secretPlaces } from '../secrets';
import { commentText, fileText, singleQuoted } from '../text';
import { kindsName, readerName, property } from './columns';
import { AUTHENTICATION_COMPARISON, READ_BACK_CALLS } from './core.data';

/** Where the types of the table are, without folder and ending. */
export function columnsModule(table: NamedTable): string {
  return `${fileName(table.name, 'table')}Columns`;
}

/** `authentication.ts`: what the webhook's requests must carry (FACTS 5.1). */
export function authenticationFile(auth: HandlerAuth): string {
  const places = secretPlaces(auth);
  const given = (name: string): string =>
    auth.type === 'httpHeader'
      ? `request.header(${singleQuoted(name.toLowerCase())})`
      : `request.query.get(${singleQuoted(name)}) ?? undefined`;
  const what = { webhookKey: 'WebhookKey', httpHeader: 'HttpHeader', httpQueryString: 'HttpQueryString' };
  return fileText(
    `import { createHash, timingSafeEqual } from 'node:crypto';`,
    `import { ConfigurationError } from './failures.ts';`,
    `import type { WebhookRequest } from './webhook.ts';`,
    '',
    `/** Whether a request carries the secret of the webhook (${what[auth.type]}). Secrets come from the environment only. */`,
    `export function isAuthentic(request: WebhookRequest): boolean {`,
    `  // All are compared, so that the time does not tell which of them was right.`,
    `  const results = [`,
    ...places.map(({ name, variable }) => `    isEqual(${given(name)}, secret(${singleQuoted(variable)})),`),
    `  ];`,
    `  return results.every((same) => same);`,
    `}`,
    '',
    `/** @throws ConfigurationError when a secret is not set. */`,
    `export function checkSecrets(): void {`,
    ...places.map(({ variable }) => `  secret(${singleQuoted(variable)});`),
    `}`,
    '',
    AUTHENTICATION_COMPARISON,
  );
}

/** `delivery.ts`: the context with the columns of the step's table. */
export function deliveryFile(step: HandlerStep): string {
  const table = step.table === undefined ? undefined : nameTable(step.table);
  const row = table?.identifier ?? 'Columns';
  const reader = table === undefined ? 'attributesOf' : readerName(table);
  return fileText(
    imports(table),
    '',
    table === undefined
      ? [
          `/** Columns by logical name: the step fires for any table. */`,
          `export type Columns = Readonly<Record<string, unknown>>;`,
          '',
        ]
      : [],
    imagesType(step, table, 'pre'),
    imagesType(step, table, 'post'),
    deliveryType(row),
    '',
    deliveryReader(reader),
    '',
    helpers(reader),
  );
}

function imports(table: NamedTable | undefined): readonly string[] {
  return [
    `import {`,
    ...(table === undefined ? [`  attributesOf,`] : []),
    `  isEntity,`,
    `  isEntityReference,`,
    `  valueOf,`,
    `  type Entity,`,
    `  type EntityReference,`,
    `  type Entry,`,
    `  type Guid,`,
    `  type RemoteExecutionContext,`,
    `} from './executionContext.ts';`,
    ...(table === undefined
      ? []
      : [`import { ${readerName(table)}, type ${table.identifier} } from './${columnsModule(table)}.ts';`]),
    `import { readBack } from './readBack.ts';`,
  ];
}

function imagesType(
  step: HandlerStep,
  table: NamedTable | undefined,
  type: 'pre' | 'post',
): readonly string[] {
  const images = step.images.filter((image) => image.type === type || image.type === 'both');
  const aliases = [...new Map(images.map((image) => [image.alias, image])).values()];
  const name = type === 'pre' ? 'PreImages' : 'PostImages';
  const when = type === 'pre' ? 'before' : 'after';
  const rowType = table?.identifier ?? 'Columns';
  const known = new Set(table?.named.map((column) => column.name));
  return [
    `/** The row as it was ${when} the operation, by the aliases of the step's images. Columns without a value are absent. */`,
    `export interface ${name} {`,
    ...aliases.flatMap(({ alias, columns }) => {
      const picked = [...new Set(columns)].filter((column) => known.has(column)).map(singleQuoted);
      const ofType = picked.length === 0 ? rowType : `Pick<${rowType}, ${picked.join(' | ')}>`;
      return [`  /** ${commentText(alias)} */`, `  readonly ${property(alias)}?: ${ofType};`];
    }),
    `}`,
    '',
  ];
}

function deliveryType(row: string): readonly string[] {
  return [
    `/** One call of the webhook. */`,
    `export interface Delivery {`,
    `  readonly context: RemoteExecutionContext;`,
    `  readonly message: string;`,
    `  /** Of the row; zeros where the message has none. */`,
    `  readonly rowId: Guid;`,
    `  /**`,
    `   * The columns that were sent, and those that Dataverse set with them. Undefined for messages such as Delete, which`,
    `   * only refer to the row. A column that is absent was not changed.`,
    `   */`,
    `  readonly target?: ${row};`,
    `  /** The row that a message such as Delete refers to. */`,
    `  readonly reference?: EntityReference;`,
    `  readonly preImages: PreImages;`,
    `  readonly postImages: PostImages;`,
    `  /**`,
    `   * The body was above 256 KB and came without its columns and images. \`target\` is the row as it is now, read back`,
    `   * over the Web API, and undefined where it is not there any more.`,
    `   */`,
    `  readonly isReadBack: boolean;`,
    `  /**`,
    `   * The same for both attempts of one delivery. After 502, 503 and 504 Dataverse tries once more, even where the first`,
    `   * attempt did its work: keep the keys of what is done, or do work that may be done twice. Undefined in old bodies.`,
    `   */`,
    `  readonly key: string | undefined;`,
    `}`,
  ];
}

function deliveryReader(reader: string): readonly string[] {
  return [
    `/** Reads a context. Rejects with what \`readBack\` does. */`,
    `export async function deliveryOf(`,
    `  context: RemoteExecutionContext,`,
    `  isTrimmed: boolean,`,
    `  signal: AbortSignal,`,
    `): Promise<Delivery> {`,
    `  const given = valueOf(context.InputParameters, 'Target') ?? valueOf(context.InputParameters, 'EntityMoniker');`,
    `  const entity = isTrimmed ? await readBack(context, signal) : isEntity(given) ? given : undefined;`,
    `  return {`,
    `    context,`,
    `    message: context.MessageName,`,
    `    rowId: context.PrimaryEntityId,`,
    `    ...(entity === undefined ? {} : { target: ${reader}(entity) }),`,
    `    ...(isEntityReference(given) ? { reference: given } : {}),`,
    `    preImages: imagesOf(context.PreEntityImages) as PreImages,`,
    `    postImages: imagesOf(context.PostEntityImages) as PostImages,`,
    `    isReadBack: isTrimmed,`,
    `    key: keyOf(context),`,
    `  };`,
    `}`,
  ];
}

function helpers(reader: string): readonly string[] {
  return [
    `function imagesOf(`,
    `  images: ReadonlyArray<Entry<Entity | null>> | null | undefined,`,
    `): unknown {`,
    `  return Object.fromEntries(`,
    `    (images ?? []).flatMap(({ key, value }) => (isEntity(value) ? [[key, ${reader}(value)] as const] : [])),`,
    `  );`,
    `}`,
    '',
    `function keyOf(context: RemoteExecutionContext): string | undefined {`,
    `  // An asynchronous step has an operation of its own for each delivery.`,
    `  if (context.Mode === 1) return context.OperationId;`,
    `  if (context.RequestId === null) return undefined;`,
    `  return [context.RequestId, context.OwningExtension?.Id ?? '', context.PrimaryEntityId].join('/');`,
    `}`,
  ];
}

/** `readBack.ts`: the row of a body that was too large (FACTS 17.6). */
export function readBackFile(step: HandlerStep): string {
  const table = step.table === undefined ? undefined : nameTable(step.table);
  if (table?.entitySet === undefined) return noReadBackFile();
  return fileText(
    `import {`,
    `  wireDate,`,
    `  type ColumnKind,`,
    `  type Entity,`,
    `  type Entry,`,
    `  type Guid,`,
    `  type RemoteExecutionContext,`,
    `} from './executionContext.ts';`,
    `import { ${kindsName(table)} as kinds } from './${columnsModule(table)}.ts';`,
    `import { ConfigurationError, TemporaryFailure } from './failures.ts';`,
    '',
    `/** The columns that are read back: none means all. */`,
    `const COLUMNS: readonly string[] = [${selected(step, table).map(singleQuoted).join(', ')}];`,
    '',
    `/**`,
    ` * The row of a context whose columns were removed, as it is now; undefined when it is gone. DATAVERSE_URL is the address`,
    ` * of the environment. The correlation id goes along, so that the request can be found beside the operation (that the`,
    ` * service keeps it is not documented).`,
    ` */`,
    `export async function readBack(context: RemoteExecutionContext, signal: AbortSignal): Promise<Entity | undefined> {`,
    `  const url = setting('DATAVERSE_URL').replace(/\\/+$/, '');`,
    `  const id = encodeURIComponent(context.PrimaryEntityId);`,
    `  const path = '/api/data/v9.2/' + encodeURIComponent(${singleQuoted(table.entitySet)}) + '(' + id + ')';`,
    `  const select = COLUMNS.length === 0 ? '' : '?$select=' + COLUMNS.map(encodeURIComponent).join(',');`,
    `  const response = await call(url + path + select, {`,
    `    headers: {`,
    `      accept: 'application/json',`,
    `      authorization: 'Bearer ' + (await accessToken(url, signal)),`,
    `      'odata-version': '4.0',`,
    `      'odata-maxversion': '4.0',`,
    `      prefer: 'odata.include-annotations="*"',`,
    `      'x-ms-correlation-request-id': context.CorrelationId,`,
    `    },`,
    `    signal,`,
    `  });`,
    `  if (response.status === 404) return undefined;`,
    `  if (!response.ok) throw new Error('The row could not be read back: status ' + response.status);`,
    `  const row = (await response.json()) as Readonly<Record<string, unknown>>;`,
    `  return entityOf(row, context.PrimaryEntityId, context.PrimaryEntityName);`,
    `}`,
    '',
    READ_BACK_CALLS,
  );
}

/** A step on any table: which set a row is in, only the metadata of the environment tells. */
function noReadBackFile(): string {
  return fileText(
    `import { ConfigurationError } from './failures.ts';`,
    `import type { Entity, RemoteExecutionContext } from './executionContext.ts';`,
    '',
    `/**`,
    ` * A body above 256 KB comes without its columns. To read the row back, write here from which entity set: the step is not`,
    ` * for one table.`,
    ` */`,
    `export function readBack(context: RemoteExecutionContext, signal: AbortSignal): Promise<Entity | undefined> {`,
    `  signal.throwIfAborted();`,
    `  throw new ConfigurationError('The body of ' + context.PrimaryEntityName + ' was above 256 KB; readBack.ts does not read its row yet.');`,
    `}`,
  );
}

/** The properties of the Web API to ask for: those the step looks at, or all. */
export function selected(step: HandlerStep, table: NamedTable): readonly string[] {
  const every = step.filteringColumns.length === 0 || step.images.some(({ columns }) => columns.length === 0);
  if (every) return [];
  const wanted = new Set([
    table.key,
    ...step.filteringColumns,
    ...step.images.flatMap(({ columns }) => columns),
  ]);
  return table.named
    .filter(({ name }) => wanted.has(name))
    .map(({ name, type }) => (['Lookup', 'Customer', 'Owner'].includes(type) ? `_${name}_value` : name));
}

/** `onDelivery.ts`: the place for the user's own work. */
export function onDeliveryFile(step: HandlerStep): string {
  const table = step.table === undefined ? undefined : nameTable(step.table);
  const isDate = (type: string): boolean => type === 'DateTime';
  const wanted = table?.named.find(({ name, type }) => step.filteringColumns.includes(name) && !isDate(type));
  const [first] = table?.named.filter(({ type }) => ['String', 'Memo'].includes(type)) ?? [];
  const access = [wanted ?? first]
    .map((column) => column?.name)
    .find((name) => name !== undefined && property(name) === name);
  return fileText(
    `import type { Delivery } from './delivery.ts';`,
    '',
    `/**`,
    ` * Your work: called with every delivery of ${commentText(step.name)} that is authentic and complete.`,
    ` *`,
    ` * - Return when it is done, within 50 seconds. Long work belongs into a queue.`,
    ` * - Throw a TemporaryFailure for what may go well a little later: Dataverse makes one more attempt.`,
    ` * - Throw anything else for a failure${step.asynchronous ? ': the system job fails, and nobody tries again.' : ': the operation in Dataverse is rolled back.'}`,
    ` * - The same delivery may come twice; \`delivery.key\` tells (see there).`,
    ` */`,
    `export async function onDelivery(delivery: Delivery, signal: AbortSignal): Promise<void> {`,
    `  signal.throwIfAborted();`,
    `  console.log(delivery.message + ' of ' + delivery.context.PrimaryEntityName + ' ' + delivery.rowId);`,
    ...(access === undefined
      ? []
      : [
          `  if (delivery.target?.${access} !== undefined) console.log('${access}:', delivery.target.${access});`,
        ]),
    `}`,
  );
}
