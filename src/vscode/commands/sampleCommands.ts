import * as vscode from 'vscode';
import { CancelledError } from '../../base/errors';
import { sampleDeliveryBody } from '../../delivery/compose/sampleDeliveries';
import type { DeliveryRecord } from '../../delivery/log/deliveryRecord';
import { madeRecord } from '../../delivery/log/madeRecord';
import { sampleChoices, type SampleChoice } from '../../presentation/deliveries/sampleTexts';
import { sendPlan, sendStart } from '../../presentation/send/sendAnswers';
import { sampleWizard } from '../../presentation/send/sendFlow';
import { testBody } from '../../presentation/send/testBody';
import { summaryOf } from '../../delivery/log/keptParts';
import { runWizard } from '../../wizard/wizard';
import type { Connection } from '../connections';
import { quickInputUi } from '../quickInput';
import { replayRecords } from './replayDeliveryCommands';
import { sendContext, testEnvironment } from './sendCommands';
import type { Services } from './services';
import type { Handlers } from './table';
import { pickOne } from './targets';

type SampleCommands = Pick<
  Handlers,
  'dataverseWebhooks.addSampleDelivery' | 'dataverseWebhooks.replaySampleDelivery'
>;

/** Commands about deliveries that are made, not recorded: for trying a handler before anything has happened. */
export function sampleCommands(services: Services): SampleCommands {
  return {
    'dataverseWebhooks.addSampleDelivery': () =>
      withSamples(services, async (records) => {
        for (const record of records) services.deliveries.log.put(record);
        const [first] = records;
        if (first !== undefined) (await services.deliveries.panels.load()).show(first);
      }),
    'dataverseWebhooks.replaySampleDelivery': () =>
      withSamples(services, (records) => replayRecords(services, records)),
  };
}

type UseSamples = (records: readonly DeliveryRecord[]) => Promise<void>;

/** @throws CancelledError when the user leaves */
async function withSamples(services: Services, use: UseSamples): Promise<void> {
  const environments = services.list.profiles.filter(({ id }) => services.connections.of(id) !== undefined);
  const choice = await pickOne<SampleChoice>(
    services,
    vscode.l10n.t('Which sample?'),
    sampleChoices(environments),
    '',
    'always',
  );
  if (choice.kind === 'environment') return fromEnvironment(services, choice.environmentId, use);
  const moment = { newId: () => crypto.randomUUID(), now: Date.now() };
  const records = choice.samples.flatMap((sample) => {
    const { text, correlationId } = sampleDeliveryBody(sample, moment);
    const { sizeExceeded } = sample;
    const facts = { organization: ORGANIZATION, correlationId, sizeExceeded, at: moment.now };
    return madeRecord(text, facts) ?? [];
  });
  await use(records);
}

/** The host that the documentation's samples come from. */
const ORGANIZATION = 'contoso.crm.dynamics.com';

async function fromEnvironment(services: Services, environmentId: string, use: UseSamples): Promise<void> {
  const connection = services.connections.of(environmentId);
  if (connection === undefined) return;
  const { profile } = connection;
  const webhook = { id: '', name: profile.name, url: '' };
  const context = sendContext(services, connection, webhook, []);
  const start = sendStart(webhook, undefined);
  const answers = await runWizard(
    sampleWizard(context),
    quickInputUi(profile.name),
    start,
    services.lifetime,
  );
  const plan = sendPlan(context, answers);
  if (plan === undefined) throw new CancelledError();
  const undone = vscode.l10n.t('Could not make the body of the test delivery.');
  await services.report.attempt({ undone, environment: profile }, async () => {
    const { text } = await services.tree.withProgress(() =>
      testBody(testEnvironment(connection), plan, services.lifetime),
    );
    const made = madeFrom(connection, text, plan.sizeExceeded);
    if (made !== undefined) await use([made]);
  });
}

function madeFrom({ profile }: Connection, text: string, sizeExceeded: boolean): DeliveryRecord | undefined {
  return madeRecord(text, {
    organization: URL.parse(profile.url)?.hostname ?? '',
    correlationId: summaryOf(text).correlationId ?? crypto.randomUUID(),
    sizeExceeded,
    at: Date.now(),
    environmentId: profile.id,
  });
}
