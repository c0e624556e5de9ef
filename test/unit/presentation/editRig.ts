import assert from 'node:assert/strict';
import type { StepFlowContext } from '../../../src/presentation/flows/stepAnswers';
import { answersOf, newStep } from '../../../src/presentation/flows/stepAnswers';
import { stepWizard } from '../../../src/presentation/flows/registerStep';
import type { Image, NewStep, Step, Webhook } from '../../../src/webhooks/model';
import { settingsOf } from '../../../src/webhooks/writes';
import { runWizard, type Wizard } from '../../../src/wizard/wizard';
import { ScriptedUser, type Answer } from '../../fakes/scriptedUser';
import { sampleStep } from '../../fakes/sampleStep';

export const WEBHOOK_ID = '3f6f1c52-0c2d-ef11-8e4f-000d3a3b1a01';
export const STEP_ID = '8b2c8d22-0d2d-ef11-8e4f-000d3a3b1a01';
export const UPDATE = '20bebb1b-ea3e-db11-86a7-000a3a5473e8';
export const CREATE = '9ebdbb1b-ea3e-db11-86a7-000a3a5473e8';
export const CONTACT = '77c2bb1b-ea3e-db11-86a7-000a3a5473e8';
const ACCOUNT = 'c2c5bb1b-ea3e-db11-86a7-000a3a5473e8';
const IMAGE_ID = '2e6f0a11-0e2d-ef11-8e4f-000d3a3b1a01';
export const SECRET = 's3cr3t-v4lue';

export const webhook: Webhook = {
  id: WEBHOOK_ID,
  name: 'Orders',
  url: 'https://h.example.com/x?sig=1',
  description: '',
  authType: 'webhookKey',
  hasSecret: true,
  managed: false,
  customizable: true,
  modifiedOn: undefined,
  etag: 'W/"1"',
};

export const image: Image = {
  id: IMAGE_ID,
  stepId: STEP_ID,
  name: 'PreImage',
  alias: 'PreImage',
  type: 'pre',
  messageProperty: 'Target',
  columns: ['firstname'],
};

export const step: Step = {
  ...sampleStep,
  id: STEP_ID,
  webhookId: WEBHOOK_ID,
  description: 'mine',
  message: { id: UPDATE, name: 'Update' },
  filterId: CONTACT,
  images: [image],
};

export function known<T>(value: T | undefined): T {
  assert.ok(value !== undefined);
  return value;
}

export const before: NewStep = known(settingsOf(step));

export const context: StepFlowContext = {
  webhook: { id: WEBHOOK_ID, name: 'Orders' },
  messages: () =>
    Promise.resolve([
      { id: UPDATE, name: 'Update' },
      { id: CREATE, name: 'Create' },
    ]),
  filters: (message) =>
    Promise.resolve([
      { id: message === UPDATE ? CONTACT : ACCOUNT, table: 'contact', secondaryTable: undefined },
      { id: message === UPDATE ? ACCOUNT : CONTACT, table: 'account', secondaryTable: undefined },
    ]),
  columns: (table) =>
    Promise.resolve(
      ['firstname', 'lastname'].map((name) => ({ name, label: `${name} of ${table}`, type: 'String' })),
    ),
  users: () => Promise.resolve([]),
  solutions: () => Promise.resolve([]),
  showRequest: () => Promise.resolve(),
};

export async function ask<S>(
  wizard: Wizard<S>,
  start: S,
  answers: readonly Answer[],
): Promise<{ state: S; user: ScriptedUser }> {
  const user = new ScriptedUser(answers);
  const state = await runWizard(wizard, user, start, new AbortController().signal);
  user.done();
  return { state, user };
}

export async function edit(answers: readonly Answer[]): Promise<{ after: NewStep; user: ScriptedUser }> {
  const wizard = stepWizard(context, { kind: 'edit', step, before });
  const { state, user } = await ask(wizard, answersOf(context, before), answers);
  return { after: known(newStep(context, state)), user };
}
