import assert from 'node:assert/strict';
import {
  listenOptions,
  listenStart,
  listenWizard,
  type ListenState,
} from '../../../src/presentation/deliveries/listenFlow';
import { replayStart, replayUrl, replayWizard } from '../../../src/presentation/deliveries/replayFlow';
import { runWizard } from '../../../src/wizard/wizard';
import { pick, ScriptedUser, type, typeRefused, type Answer } from '../../fakes/scriptedUser';

const never = new AbortController().signal;
const KEY = 's3cr3t-k3y';

async function listenWith(
  ...answers: readonly Answer[]
): Promise<{ user: ScriptedUser; state: ListenState }> {
  const user = new ScriptedUser(answers);
  const state = await runWizard(listenWizard(false), user, listenStart, never);
  return { user, state };
}

describe('Start Listening', () => {
  it('starts with one Enter', async () => {
    const { user, state } = await listenWith(pick('Start Listening'));
    assert.equal(user.shown.length, 1);
    assert.deepEqual(listenOptions(state), {
      port: 5780,
      status: 200,
      delay: 0,
      body: '',
      authentication: undefined,
      forward: undefined,
    });
  });

  it('takes another port, status and delay, and says what cannot be', async () => {
    const { state } = await listenWith(
      pick('Port'),
      typeRefused('70000', /0 to 65535/),
      type('0'),
      pick('Status of the answer'),
      typeRefused('abc', /whole number/),
      type('503'),
      pick('Delay of the answer'),
      type('1500'),
      pick('Start Listening'),
    );
    const { port, status, delay } = listenOptions(state);
    assert.deepEqual([port, status, delay], [0, 503, 1500]);
  });

  it('expects authentication that is typed unseen and never shown', async () => {
    const { user, state } = await listenWith(
      pick('Expected authentication'),
      pick('Expect Authentication…'),
      pick('WebhookKey'),
      type(KEY),
      pick('Start Listening'),
    );
    const { authentication } = listenOptions(state);
    assert.ok(authentication?.type === 'webhookKey');
    assert.equal(authentication.key.reveal(), KEY);
    assert.ok(user.questions.includes('Key that a call has to bring as ?code=…'), user.questions.join('\n'));
    assert.equal(
      user.shown
        .flatMap(({ texts }) => texts)
        .join('\n')
        .includes(KEY),
      false,
    );
  });

  it('forwards to an address of this machine, and warns of another one', async () => {
    const { state } = await listenWith(
      pick('Forward to'),
      typeRefused('localhost:7071', /whole address/),
      type('http://localhost:7071/api'),
      pick('Who answers'),
      pick('The Listener'),
      pick('Forward to'),
      type('https://example.com', /not this machine/),
      pick('Start Listening'),
    );
    assert.deepEqual(listenOptions(state).forward, { to: 'https://example.com', answers: false });
  });
});

describe('Replay Deliveries', () => {
  const place = { url: 'http://localhost:7071', label: 'http://localhost:7071', group: 'This machine' };

  it('sends with two answers to a place that is known', async () => {
    const user = new ScriptedUser([pick('http://localhost:7071'), pick('Send')]);
    const wizard = replayWizard({ count: 1, name: 'Update contact', places: [place] });
    const state = await runWizard(wizard, user, replayStart, never);
    assert.deepEqual([replayUrl(state), state.times, state.perSecond], [place.url, 1, undefined]);
    assert.equal(user.shown[0]?.place.title, 'Replay Update contact');
  });

  it('sends many to another address, at a rate, without the keys they came with', async () => {
    const user = new ScriptedUser([
      pick('Another Address…'),
      typeRefused('ftp://x', /whole address/),
      typeRefused('http://me:pw@localhost/', /user and the password/),
      type('http://localhost:1/x'),
      pick('How often'),
      type('3'),
      pick('Rate'),
      pick('5 a second'),
      pick('Authentication'),
      pick('Left Out'),
      pick('Send 6 Deliveries'),
    ]);
    const wizard = replayWizard({ count: 2, name: '', places: [place] });
    const state = await runWizard(wizard, user, replayStart, never);
    assert.deepEqual(
      [replayUrl(state), state.times, state.perSecond, state.withSecrets],
      ['http://localhost:1/x', 3, 5, false],
    );
  });
});
