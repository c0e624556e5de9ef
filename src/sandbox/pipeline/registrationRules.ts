import type { StoredRow } from '../schema/types';
import { filteringMessages, imageMatrix } from './imageMatrix.data';
import { notImplemented } from '../serviceError';
import { refuse } from './refusals';
import { asNumber, asReference, asText, managedValue, namesOf, type Services } from './services';
import { allowsSteps, filtersOf } from './steps';

/** A row of a platform table as it would be after a write; `before` is undefined for a new one. */
export interface Proposed {
  readonly table: string;
  readonly before: StoredRow | undefined;
  readonly after: StoredRow;
  /** What the caller sent. */
  readonly sent: StoredRow;
}

/** Refuses registrations the service refuses (FACTS 5 to 9). Other tables have no rules. */
export function checkRegistration(services: Services, proposed: Proposed): void {
  if (proposed.before !== undefined) checkCustomizable(proposed.before);
  switch (proposed.table) {
    case 'serviceendpoint':
      checkEndpoint(proposed.after);
      break;
    case 'sdkmessageprocessingstep':
      checkStep(services, proposed);
      break;
    case 'sdkmessageprocessingstepimage':
      checkImage(services, proposed.after);
      break;
    default:
  }
}

/** A managed component is changed or deleted only where it is customizable (FACTS 9). */
export function checkCustomizable(row: StoredRow): void {
  if (row['ismanaged'] === true && !managedValue(row, 'iscustomizable', true)) {
    throw refuse('notCustomizable', asText(row['name']));
  }
}

const WEBHOOK_CONTRACT = 8;
const WEBHOOK_AUTH_TYPES: ReadonlySet<number> = new Set([4, 5, 6]);

function checkEndpoint(row: StoredRow): void {
  require(row, 'name');
  require(row, 'contract');
  if (row['contract'] !== WEBHOOK_CONTRACT) return;
  const address = asText(row['url']);
  const url = address === undefined ? null : URL.parse(address);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw refuse('invalidArgument', 'The url of a webhook is an absolute http or https address.');
  }
  // A webhook without an authtype cannot be called; that the service refuses it on registration is UNVERIFIED.
  if (!WEBHOOK_AUTH_TYPES.has(asNumber(row['authtype']) ?? 0)) {
    throw refuse('invalidArgument', 'The authtype of a webhook is 4, 5 or 6.');
  }
}

const STAGES: ReadonlySet<number> = new Set([10, 20, 40]);

function checkStep(services: Services, { before, after }: Proposed): void {
  const stage = asNumber(after['stage']) ?? 0;
  if (!STAGES.has(stage) || (before !== undefined && !STAGES.has(asNumber(before['stage']) ?? 0))) {
    throw refuse('onlyPredefinedStages');
  }
  for (const column of ['sdkmessageid', 'eventhandler', 'rank', 'mode']) require(after, column);
  if (after['mode'] === 1 && stage !== 40) {
    throw refuse('invalidArgument', 'An asynchronous step runs in stage 40.');
  }
  checkHandler(services, after);
  checkMessage(services, after);
  checkFilteringAttributes(services, after);
}

/** A webhook takes no configuration (FACTS 6.1, 6.2). */
function checkHandler(services: Services, step: StoredRow): void {
  const handler = asReference(step['eventhandler']);
  if (
    asReference(step['sdkmessageprocessingstepsecureconfigid']) !== undefined &&
    step['supporteddeployment'] !== 0
  ) {
    throw refuse('secureConfigurationOnlyOnServer');
  }
  if (handler?.table !== 'serviceendpoint') return;
  const endpoint = services.store.get('serviceendpoint', handler.id);
  if (endpoint?.['contract'] !== WEBHOOK_CONTRACT) return;
  const configured =
    asText(step['configuration']) !== undefined ||
    asReference(step['sdkmessageprocessingstepsecureconfigid']) !== undefined;
  if (configured) throw refuse('invalidArgument', 'A step of a webhook has no configuration.');
}

/** Message and table must belong together and allow custom steps (FACTS 7). */
function checkMessage(services: Services, step: StoredRow): void {
  const messageId = asReference(step['sdkmessageid']);
  const message = messageId === undefined ? undefined : services.store.get(messageId.table, messageId.id);
  if (messageId === undefined || message === undefined) throw refuse('objectDoesNotExist', 'sdkmessage', 404);
  if (message['isprivate'] === true) throw refuse('stepNotAllowed', asText(message['name']));
  const filterId = asReference(step['sdkmessagefilterid']);
  if (filterId === undefined) {
    const filters = [...filtersOf(services.store, messageId)];
    if (filters.length > 0 && !filters.some(allowsSteps))
      throw refuse('stepNotAllowed', asText(message['name']));
    return;
  }
  const filter = services.store.get(filterId.table, filterId.id);
  if (filter === undefined) throw refuse('objectDoesNotExist', 'sdkmessagefilter', 404);
  if (asReference(filter['sdkmessageid'])?.id !== messageId.id) {
    throw refuse('invalidArgument', 'The message filter belongs to another message.');
  }
  if (!allowsSteps(filter)) {
    throw refuse(
      'stepNotAllowed',
      `${asText(message['name']) ?? ''} of ${asText(filter['primaryobjecttypecode']) ?? ''}`,
    );
  }
}

function checkFilteringAttributes(services: Services, step: StoredRow): void {
  const names = namesOf(step['filteringattributes']);
  if (names === undefined) return;
  const message = messageName(services, step);
  if (!filteringMessages.has(message)) {
    throw refuse('invalidArgument', `The message ${message} takes no filtering attributes.`);
  }
  checkColumns(services, tableName(services, step), names);
}

function checkImage(services: Services, image: StoredRow): void {
  for (const column of ['entityalias', 'imagetype', 'messagepropertyname', 'sdkmessageprocessingstepid']) {
    require(image, column);
  }
  const stepId = asReference(image['sdkmessageprocessingstepid']);
  const step = stepId === undefined ? undefined : services.store.get(stepId.table, stepId.id);
  if (step === undefined) throw refuse('objectDoesNotExist', 'sdkmessageprocessingstep', 404);
  checkCustomizable(step);
  const message = messageName(services, step);
  const support = imageMatrix[message];
  if (support === undefined) throw refuse('imagesNotSupported', message);
  if (!support.properties.includes((asText(image['messagepropertyname']) ?? '').toLowerCase())) {
    throw refuse('invalidMessageProperty', `${message}: ${asText(image['messagepropertyname']) ?? ''}`);
  }
  const type = asNumber(image['imagetype']);
  const pre = type === 0 || type === 2;
  const post = type === 1 || type === 2;
  if ((pre && !support.pre) || (post && !support.post)) throw refuse('invalidImageType', message);
  if (post && step['stage'] !== 40) throw refuse('postImageNotSupported');
  checkColumns(services, tableName(services, step), namesOf(image['attributes']) ?? []);
  // The shape of images of many rows is UNVERIFIED (FACTS 8); an image that never arrived would be a lie.
  if (message.endsWith('Multiple')) throw notImplemented(`images of ${message}`);
}

/** Columns named by a step or an image exist. Without a table (any table) there is nothing to hold them against. */
function checkColumns(services: Services, table: string | undefined, names: readonly string[]): void {
  if (table === undefined || services.store.schema.table(table) === undefined) return;
  for (const name of names) {
    if (services.store.schema.column(table, name) === undefined) {
      throw refuse('invalidArgument', `The table ${table} has no column ${name}.`);
    }
  }
}

function messageName(services: Services, step: StoredRow): string {
  const id = asReference(step['sdkmessageid']);
  return (id === undefined ? undefined : asText(services.store.get(id.table, id.id)?.['name'])) ?? '';
}

function tableName(services: Services, step: StoredRow): string | undefined {
  const id = asReference(step['sdkmessagefilterid']);
  return id === undefined
    ? undefined
    : asText(services.store.get(id.table, id.id)?.['primaryobjecttypecode']);
}

function require(row: StoredRow, column: string): void {
  const value = row[column];
  if (value === undefined || value === null || value === '') {
    throw refuse('invalidArgument', `The column ${column} needs a value.`);
  }
}
