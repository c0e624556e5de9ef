import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as l10n from '@vscode/l10n';
import { Secret } from '../../../src/base/secret';
import { DataverseError, type DataverseReason } from '../../../src/dataverse/errors';
import { pendingRecord } from '../../../src/delivery/log/keepDelivery';
import { deliveryItem } from '../../../src/presentation/deliveries/deliveryItems';
import { deliveryPage } from '../../../src/presentation/deliveries/deliveryPage';
import { registerWebhookStart, registerWebhookWizard } from '../../../src/presentation/flows/registerWebhook';
import { jobsTexts } from '../../../src/presentation/jobs/jobsTexts';
import { errorText } from '../../../src/presentation/texts/errorTexts';
import { loadFailed, unloadedEnvironment } from '../../../src/presentation/tree/environmentState';
import { runWizard } from '../../../src/wizard/wizard';
import { PSEUDO, pseudo } from '../../fakes/pseudoLanguage';
import { CANCEL, ScriptedUser, type } from '../../fakes/scriptedUser';
import { environmentNode, image, item, stepItem, webhookNode } from './treeRows';

/** The strings of the extension in a language that marks every one of them. */
function pseudoBundle(): Record<string, string> {
  const bundle = JSON.parse(readFileSync('l10n/bundle.l10n.json', 'utf8')) as Record<string, string>;
  return Object.fromEntries(Object.keys(bundle).map((text) => [text, pseudo(text)]));
}

function assertTranslated(texts: readonly string[]): void {
  assert.ok(texts.length > 0);
  for (const text of texts) assert.ok(text.includes(PSEUDO), text);
}

/** Every text in a value. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

describe('In another language', () => {
  before(() => l10n.config({ contents: pseudoBundle() }));
  after(() => l10n.config({ contents: {} }));

  it('every word of the job report and of the page of a delivery is translated', () => {
    // The names of the two languages of queries are the same everywhere.
    assertTranslated(textsIn(jobsTexts()));
    const record = pendingRecord(
      {
        method: 'POST',
        url: 'http://127.0.0.1:7/',
        target: new Secret('/'),
        headers: [],
        body: '{"MessageName":"Update"}',
        bodyBytes: 24,
        bodyCut: true,
      },
      { source: 'received', at: 0 },
    );
    const page = deliveryPage(record, []);
    assertTranslated([...textsIn(page.texts), ...page.notes, ...page.facts.map(({ name }) => name)]);
    assertTranslated([deliveryItem(record).description]);
  });

  it('rows of the tree say their state and the labels of their tooltips translated, and names as they are', () => {
    const nodes = [item(environmentNode), item(webhookNode), stepItem({ enabled: false })];
    const picture = item({ kind: 'image', environmentId: 'e', image });
    for (const { tooltip } of [...nodes, picture]) assertTranslated(tooltip().map(({ label }) => label));
    assert.equal(nodes[1]?.label, 'Orders');
    assertTranslated([stepItem({ enabled: false }).description]);
    const failed = loadFailed(unloadedEnvironment, new DataverseError('network', 'x', { kind: 'refused' }));
    const problem = item({ kind: 'problem', environmentId: 'e', error: failed.error }, failed);
    assertTranslated([problem.label]);
  });

  it('errors give reason and next steps translated', () => {
    const reasons: readonly DataverseReason[] = [
      ...(['throttled', 'unauthorized', 'forbidden', 'notFound', 'conflict', 'network', 'timeout'] as const),
      ...(['unsupported', 'badAnswer', 'redirected', 'tooLarge', 'notRun'] as const),
    ];
    for (const reason of reasons) {
      const { message } = errorText(new DataverseError(reason, 'log only'), '', 'Test');
      assertTranslated([message]);
    }
  });

  it('questions are asked with translated titles, prompts and choices', async () => {
    const wizard = registerWebhookWizard({
      environmentName: 'Test',
      environmentIsLocal: false,
      isNameTaken: () => Promise.resolve(false),
      showRequest: () => Promise.resolve(),
      solutions: () => Promise.resolve([]),
    });
    const user = new ScriptedUser([type('Orders'), type('https://hooks.example.com/orders'), CANCEL]);
    await assert.rejects(runWizard(wizard, user, registerWebhookStart, new AbortController().signal));
    assert.equal(user.shown.length, 3);
    for (const { place, question } of user.shown) assertTranslated([place.title, question]);
  });
});
