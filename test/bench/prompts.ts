import {
  newWebhook,
  registerWebhookStart,
  registerWebhookWizard,
} from '../../src/presentation/flows/registerWebhook';
import { registerStepWizard } from '../../src/presentation/flows/registerStep';
import { newStep, newStepAnswers } from '../../src/presentation/flows/stepAnswers';
import { runWizard } from '../../src/wizard/wizard';
import { pick, pickMany, ScriptedUser, type } from '../fakes/scriptedUser';
import type { Bench } from './figure';

const never = new AbortController().signal;

/** The questions of *Register WebHook…* whose summary goes on with the first step, everything else as it is offered. */
async function webhookPrompts(): Promise<number> {
  const wizard = registerWebhookWizard({
    environmentName: 'Bench',
    environmentIsLocal: false,
    isNameTaken: () => Promise.resolve(false),
    showRequest: () => Promise.resolve(),
    solutions: () => Promise.resolve([]),
  });
  const user = new ScriptedUser([
    type('Orders'),
    type('https://hooks.example.com/orders'),
    pick('HttpHeader'),
    type('value'),
    pick('Register WebHook and Add a Step'),
  ]);
  const answers = await runWizard(wizard, user, registerWebhookStart, never);
  user.done();
  if (newWebhook(answers) === undefined || answers.alternative !== true) throw new Error('No webhook');
  return user.shown.length;
}

/** The questions of the step: what fires it, then the summary. */
async function stepPrompts(): Promise<number> {
  const context = {
    webhook: { id: 'w', name: 'Orders' },
    messages: () => Promise.resolve([{ id: 'm', name: 'Update' }]),
    filters: () =>
      Promise.resolve(
        ['account', 'contact'].map((table) => ({ id: table, table, secondaryTable: undefined })),
      ),
    columns: () => Promise.resolve([{ name: 'lastname', label: 'Last Name', type: 'String' }]),
    users: () => Promise.resolve([]),
    solutions: () => Promise.resolve([]),
    showRequest: () => Promise.resolve(),
  };
  const user = new ScriptedUser([
    pick('Update'),
    pick('contact'),
    pickMany('Last Name'),
    pick('Register Step'),
  ]);
  const answers = await runWizard(registerStepWizard(context), user, newStepAnswers, never);
  user.done();
  if (newStep(context, answers) === undefined) throw new Error('No step');
  return user.shown.length;
}

/** How many questions lie between the command and a step that fires. */
export const prompts: Bench = {
  name: 'prompts',
  async run() {
    const [webhook, step] = [await webhookPrompts(), await stepPrompts()];
    return [
      {
        name: 'prompts from Register WebHook to a firing step',
        ratio: webhook + step,
        bar: { atMost: 9 },
        note: `${webhook} for the webhook, ${step} for its step, defaults accepted`,
      },
    ];
  },
};
