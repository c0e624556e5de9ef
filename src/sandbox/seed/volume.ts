import type { CellValue, Reference } from '../schema/types';
import { filterId, messageId, seedId } from './ids';
import type { SeedPlan } from './seed';
import type { Seeder } from './seeder';

const reference = (table: string, id: string): Reference => ({ table, id });
const targets = [
  ['Create', 'account'],
  ['Update', 'contact'],
  ['Update', 'account'],
  ['Delete', 'contact'],
  ['Create', 'lead'],
] as const;

/** Codes of FACTS 12 that failed jobs have. */
const failures = [-2147155455, -2147155454, -2147155451];

/** Rows in bulk. Steps are disabled, so that they fire nothing; every tenth job has failed, the others succeeded. */
export function seedVolume(seeder: Seeder, plan: SeedPlan): void {
  for (let index = 0; index < plan.webhooks; index++) seedWebhook(seeder, index);
  for (let index = 0; index < plan.steps; index++) seedStep(seeder, index, Math.max(plan.webhooks, 1));
  for (let index = 0; index < plan.jobs; index++) seedJob(seeder, index, Math.max(plan.steps, 1));
}

const webhookId = (index: number): string => seedId(`bulk webhook ${index.toString()}`);
const stepId = (index: number): string => seedId(`bulk step ${index.toString()}`);
const numbered = (text: string, index: number): string =>
  `${text} ${(index + 1).toString().padStart(6, '0')}`;

function seedWebhook(seeder: Seeder, index: number): void {
  const values = {
    name: numbered('Webhook', index),
    url: `https://hooks.contoso.example/bulk/${(index + 1).toString()}`,
    contract: 8,
    connectionmode: 1,
    authtype: 4 + (index % 3),
    authvalue: index % 3 === 0 ? 'sample-key' : '<settings><setting name="k" value="sample" /></settings>',
  };
  seeder.add('serviceendpoint', webhookId(index), values, 100);
}

function seedStep(seeder: Seeder, index: number, webhooks: number): void {
  const [message, table] = targets[index % targets.length] ?? targets[0];
  const values: Record<string, CellValue> = {
    name: numbered(`${message} of ${table}`, index),
    stage: 40,
    mode: 1,
    rank: 1 + (index % 10),
    supporteddeployment: 0,
    asyncautodelete: index % 2 === 0,
    filteringattributes: message === 'Update' ? 'telephone1' : null,
    eventhandler: reference('serviceendpoint', webhookId(index % webhooks)),
    sdkmessageid: reference('sdkmessage', messageId(message)),
    sdkmessagefilterid: reference('sdkmessagefilter', filterId(message, table)),
    statecode: 1,
    statuscode: 2,
  };
  seeder.add('sdkmessageprocessingstep', stepId(index), values, 90);
}

function seedJob(seeder: Seeder, index: number, steps: number): void {
  const failed = index % 10 === 0;
  const [message, table] = targets[(index % steps) % targets.length] ?? targets[0];
  const days = 30 - (index % 30) - (index % 997) / 1000;
  const time = seeder.daysAgo(days);
  const values: Record<string, CellValue> = {
    name: numbered(`${message} of ${table}`, index % steps),
    operationtype: 1,
    messagename: message,
    primaryentitytype: table,
    owningextensionid: reference('sdkmessageprocessingstep', stepId(index % steps)),
    statecode: 3,
    statuscode: failed ? 31 : 30,
    errorcode: failed ? (failures[(index / 10) % failures.length] ?? null) : null,
    friendlymessage: failed ? 'The delivery failed (made for trying out many rows).' : null,
    retrycount: 0,
    depth: 1,
    sequence: 1000 + index,
    correlationid: seedId(`bulk correlation ${index.toString()}`),
    requestid: seedId(`bulk request ${index.toString()}`),
    startedon: time,
    completedon: time,
    executiontimespan: 0.1,
  };
  seeder.add('asyncoperation', seedId(`bulk job ${index.toString()}`), values, days);
}
