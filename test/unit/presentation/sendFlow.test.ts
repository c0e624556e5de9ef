import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { CancelledError } from '../../../src/base/errors';
import { Secret } from '../../../src/base/secret';
import { exchangeText, originTexts } from '../../../src/presentation/send/exchangeText';
import { secretOf, secretStart, secretWizard } from '../../../src/presentation/send/secretFlow';
import {
  sendPlan,
  sendStart,
  type SendAnswers,
  type SendContext,
} from '../../../src/presentation/send/sendAnswers';
import { sendWizard } from '../../../src/presentation/send/sendFlow';
import { sendQuestion, verdictOf, type Verdict } from '../../../src/presentation/send/sendTexts';
import type { DeliveryError, DeliveryResult } from '../../../src/delivery/sender';
import type { Step } from '../../../src/webhooks/model';
import { BACK } from '../../../src/wizard/ui';
import { runWizard } from '../../../src/wizard/wizard';
import {
  CANCEL,
  KEEP,
  pick,
  pickMany,
  ScriptedUser,
  search,
  type,
  typeRefused,
  type Answer,
} from '../../fakes/scriptedUser';
import { CONTACT, CREATE, image, step, UPDATE, webhook } from './editRig';

const never = new AbortController().signal;
const MARIA = '1a7e3d55-7b8e-ef11-ac20-6045bdd1a101';

const context = (steps: readonly Step[]): SendContext => ({
  webhook,
  steps,
  messages: () =>
    Promise.resolve([
      { id: CREATE, name: 'Create' },
      { id: UPDATE, name: 'Update' },
      { id: 'a', name: 'Associate' },
    ]),
  filters: (messageId) =>
    Promise.resolve(messageId === 'a' ? [] : [{ id: CONTACT, table: 'contact', secondaryTable: undefined }]),
  columns: () =>
    Promise.resolve(
      ['firstname', 'lastname'].map((name) => ({ name, label: `Label ${name}`, type: 'String' })),
    ),
  rows: (_table, text) => Promise.resolve('Maria'.includes(text) ? [{ id: MARIA, name: 'Maria' }] : []),
});

async function ask(
  answers: readonly Answer[],
  options: { readonly steps?: readonly Step[]; readonly calledOn?: Step } = {},
): Promise<{ readonly answers: SendAnswers; readonly user: ScriptedUser; readonly context: SendContext }> {
  const user = new ScriptedUser(answers);
  const asked = context(options.steps ?? []);
  const wizard = sendWizard(asked, options.calledOn);
  const given = await runWizard(wizard, user, sendStart(webhook, options.calledOn), never);
  user.done();
  return { answers: given, user, context: asked };
}

describe('Send Test Delivery', () => {
  it('on a step asks for the row only, and takes step, images and filter as they are', async () => {
    const calledOn = { ...step, images: [image], runAsUserId: 'u' };
    const {
      answers,
      user,
      context: asked,
    } = await ask([search('Mar', 'Maria'), pick('Open the Body')], { calledOn });
    assert.deepEqual(
      user.shown.map(({ place }) => `${place.number}/${place.total}`),
      ['1/2', '2/2'],
    );
    assert.equal(answers.alternative, false);
    assert.deepEqual(sendPlan(asked, answers), {
      message: 'Update',
      table: 'contact',
      rowId: MARIA,
      columns: ['firstname'],
      sizeExceeded: false,
      step: {
        id: step.id,
        name: step.name,
        stage: 40,
        asynchronous: true,
        images: [{ alias: 'PreImage', type: 'pre', columns: ['firstname'] }],
        runAsUserId: 'u',
      },
    });
    assert.ok(!user.screen.includes('sig=1'), 'keys in the address are hidden');
  });

  it('on a webhook offers its steps, and another message as if a step on it were registered', async () => {
    const { answers, context: asked } = await ask(
      [
        pick('Another Message…'),
        pick('Create'),
        pick('contact'),
        pick('Sample Values'),
        pick('Execution Mode'),
        pick('Synchronous'),
        pick('Send Now'),
      ],
      { steps: [step] },
    );
    assert.equal(answers.alternative, true);
    const plan = sendPlan(asked, answers);
    assert.deepEqual(
      [plan?.message, plan?.table, plan?.rowId, plan?.columns, plan?.step.asynchronous],
      ['Create', 'contact', undefined, [], false],
    );
  });

  it('on a webhook without steps begins with the message, and asks for no table where there is none', async () => {
    const { user, answers, context: asked } = await ask([pick('Associate'), pick('Open the Body')]);
    assert.equal(user.shown.length, 2);
    assert.equal(sendPlan(asked, answers)?.table, undefined);
  });

  it('changes row, columns, size and address in the review', async () => {
    const { answers, context: asked } = await ask(
      [
        pick('Sample Values'),
        pick('Row'),
        search('', 'Maria'),
        pick('Columns'),
        pickMany('lastname'),
        pick('Size'),
        pick('Over 256 KB: four members are missing'),
        pick('Address'),
        typeRefused('localhost:1', /not a URL/),
        type('http://localhost:1/hooks'),
        pick('Open the Body'),
      ],
      { calledOn: step },
    );
    const plan = sendPlan(asked, answers);
    assert.deepEqual([plan?.rowId, plan?.columns, plan?.sizeExceeded], [MARIA, ['lastname'], true]);
    assert.equal(answers.url, 'http://localhost:1/hooks');
  });

  it('keeps earlier answers on the way back, and forgets what depended on a changed one', async () => {
    const { answers } = await ask(
      [pick(step.name), search('', 'Maria'), BACK, BACK, KEEP, KEEP, pick('Open the Body')],
      { steps: [step] },
    );
    assert.equal(answers.row?.kind, 'row');
    const other = { ...step, id: 'other', name: 'Other step', table: 'account' };
    const changed = await ask(
      [
        pick(step.name),
        search('', 'Maria'),
        BACK,
        BACK,
        pick('Other step'),
        pick('Sample Values'),
        pick('Open the Body'),
      ],
      { steps: [step, other] },
    );
    assert.equal(changed.answers.row?.kind, 'sample');
  });

  it('can be left at every question without anything being done', async () => {
    const answers: readonly Answer[] = [
      pick('Another Message…'),
      pick('Create'),
      pick('contact'),
      pick('Sample Values'),
    ];
    for (let count = 0; count <= answers.length; count += 1) {
      await assert.rejects(ask([...answers.slice(0, count), CANCEL], { steps: [step] }), CancelledError);
    }
  });
});

describe('The secret of a test delivery', () => {
  it('is asked for by the type that the service tells, and never shown', async () => {
    const user = new ScriptedUser([
      type('x-api-key'),
      type('t0p-secret'),
      pick('Use and Keep on This Machine'),
    ]);
    const start = secretStart({ url: webhook.url, authType: 'httpHeader' });
    const answers = await runWizard(secretWizard('Orders'), user, start, never);
    user.done();
    const auth = secretOf(answers);
    assert.ok(auth.type === 'httpHeader');
    assert.equal(auth.pairs[0]?.value.reveal(), 't0p-secret');
    assert.equal(answers.alternative, true);
    assert.ok(!user.screen.includes('t0p-secret'));
    assert.deepEqual(user.questions.slice(0, 2), [
      'Name of the header that the webhook sends. Dataverse does not give it back.',
      'Value of x-api-key that the webhook sends',
    ]);
  });

  it('of a key is one question, and is kept only when that is chosen', async () => {
    const user = new ScriptedUser([type('k3y'), pick('Use Until the Window Is Closed')]);
    const start = secretStart({ url: webhook.url, authType: 'webhookKey' });
    const answers = await runWizard(secretWizard('Orders'), user, start, never);
    assert.deepEqual([secretOf(answers).type, answers.alternative], ['webhookKey', false]);
  });
});

const answered = (status: number, type = 'text/plain', body = ''): DeliveryResult['attempts'][number] => ({
  startedAt: 0,
  duration: 33.6,
  outcome: {
    kind: 'answered',
    status,
    headers: [['Content-Type', type]],
    body: Buffer.from(body),
    bodyCut: false,
  },
});
const failed = (error: DeliveryError): DeliveryResult => ({
  attempts:
    error.kind === 'timeout' || error.kind === 'requestFailed'
      ? [{ startedAt: 0, duration: 5, outcome: error }]
      : [],
  error,
});
const told = ({ happened, meaning, next }: Verdict): string => [happened, meaning, next].join(' | ');

describe('The verdict on a delivery', () => {
  it('says status, time and what Dataverse would make of it', () => {
    const success = verdictOf({ attempts: [answered(204)], error: undefined }, 'Orders', true);
    assert.equal(
      told(success),
      'Orders answered 204 in 34 ms. | Dataverse would count this as delivered. | ',
    );
    const failure = { attempts: [answered(500)], error: { kind: 'nonSuccess', status: 500 } } as const;
    assert.match(
      told(verdictOf(failure, 'Orders', true)),
      /answered 500 .* mark the system job as failed and not try again/,
    );
    assert.match(told(verdictOf(failure, 'Orders', false)), /undo the change and show the error/);
  });

  it('tells the second attempt after 503', () => {
    const result = { attempts: [answered(503), answered(200)], error: undefined };
    assert.match(
      verdictOf(result, 'Orders', true).happened,
      /answered 200 .* second attempt: after 503 Dataverse tries once more/,
    );
  });

  it('tells in plain words, with a next step, why nothing came back', () => {
    const reason = (error: DeliveryError): string => told(verdictOf(failed(error), 'Orders', true));
    assert.match(
      reason({ kind: 'requestFailed', failure: 'refused', code: 'ECONNREFUSED' }),
      /Nothing listens at the address/,
    );
    assert.match(
      reason({ kind: 'requestFailed', failure: 'nameNotResolved', code: 'ENOTFOUND' }),
      /host name of the endpoint is not known/,
    );
    assert.match(
      reason({ kind: 'requestFailed', failure: 'tls', code: 'CERT_HAS_EXPIRED' }),
      /No encrypted connection/,
    );
    assert.match(reason({ kind: 'timeout', milliseconds: 60_000 }), /did not answer within 60 seconds/);
    assert.match(reason({ kind: 'maxSizeExceeded', bytes: 300_000 }), /larger than 256 KB/);
    for (const failure of ['reset', 'unreachable', 'invalidResponse', 'other'] as const)
      assert.match(reason({ kind: 'requestFailed', failure, code: 'E' }), /\| \S.*\.$/);
  });

  it('suspects a sign-in page where a web page answers, also with 200', () => {
    const page = answered(200, 'text/html; charset=utf-8');
    assert.match(verdictOf({ attempts: [page], error: undefined }, 'Orders', true).next, /web page/);
  });

  it('makes no failure of a cancellation', () => {
    assert.equal(verdictOf({ attempts: [], error: { kind: 'cancelled' } }, 'Orders', true).kind, 'cancelled');
  });
});

describe('Sending asks first', () => {
  const delivery = {
    host: 'h.example.com',
    isLoopback: false,
    isOwn: true,
    production: false,
    environment: 'Contoso',
  };

  it('when the address is no webhook of the environment, and in production', () => {
    assert.equal(sendQuestion(delivery), undefined);
    assert.match(
      sendQuestion({ ...delivery, isOwn: false })?.detail ?? '',
      /no address of a webhook of Contoso/,
    );
    assert.match(sendQuestion({ ...delivery, production: true })?.question ?? '', /which serves production/);
  });

  it('never for an address of this machine', () => {
    const local = { ...delivery, isLoopback: true, isOwn: false, production: true };
    assert.equal(sendQuestion(local), undefined);
  });
});

describe('What is shown of a delivery', () => {
  const verdict = verdictOf({ attempts: [answered(200)], error: undefined }, 'Orders', true);
  const request = {
    url: 'https://h.example.com/',
    headers: [['x-api-key', 'YOUR_X_API_KEY']],
    body: '{"Depth":1}',
  } as const;

  it('is the verdict, the request with placeholders and each answer, the secret masked where it is echoed', () => {
    const attempts = [answered(503), answered(200, 'text/plain', 'You sent t0p-secret')];
    const text = exchangeText(
      request,
      { attempts, error: undefined },
      verdict,
      { notes: ['sampleValues'], rebuilt: false },
      [new Secret('t0p-secret'), new Secret('')],
    );
    assert.equal(
      text,
      [
        '# Orders answered 200 in 34 ms.',
        '# Dataverse would count this as delivered.',
        '# The values are samples made up by the type of each column.',
        '',
        '### Attempt 1: status 503 after 34 ms',
        'HTTP/1.1 503',
        'Content-Type: text/plain',
        '',
        '',
        '',
        '### Attempt 2: status 200 after 34 ms',
        'HTTP/1.1 200',
        'Content-Type: text/plain',
        '',
        'You sent •••',
        '',
        '### Request',
        'POST https://h.example.com/ HTTP/1.1',
        'x-api-key: YOUR_X_API_KEY',
        '',
        '{',
        '  "Depth": 1',
        '}',
        '',
      ].join('\n'),
    );
  });

  it('says of a body that was rebuilt that it is none that was recorded', () => {
    const [first, ...more] = originTexts({ notes: ['beforeIsNow', 'rowGone'], rebuilt: true });
    assert.match(first ?? '', /^Rebuilt from the row as it is now, not recorded/);
    assert.deepEqual(more, ['The row is not there any more.']);
  });
});
