import assert from 'node:assert/strict';
import {
  newWebhook,
  copyName,
  registerWebhookStart,
  registerWebhookWizard,
} from '../../../src/presentation/flows/registerWebhook';
import { BACK } from '../../../src/wizard/ui';
import { runWizard } from '../../../src/wizard/wizard';
import { newWebhookRow } from '../../../src/webhooks/writes';
import { KEEP, pick, ScriptedUser, times, type, typeRefused, type Answer } from '../../fakes/scriptedUser';

const SECRET = 's3cr3t-v4lue';
const OTHER = '0ther-s3cr3t';
const SETTINGS = ['Description', 'Solution', 'Keep the Secret on This Machine', 'Show Request'];
const URL_ANSWER = type('https://hooks.example.com/orders');

interface Options {
  readonly local?: boolean;
  readonly taken?: (name: string) => boolean;
}

async function register(
  answers: readonly Answer[],
  { local = false, taken = () => false }: Options = {},
): Promise<{ row: Readonly<Record<string, unknown>>; user: ScriptedUser }> {
  const wizard = registerWebhookWizard({
    environmentName: 'Test',
    environmentIsLocal: local,
    isNameTaken: (name) => Promise.resolve(taken(name)),
    showRequest: () => Promise.resolve(),
    solutions: () => Promise.resolve([]),
  });
  const user = new ScriptedUser(answers);
  const state = await runWizard(wizard, user, registerWebhookStart, new AbortController().signal);
  user.done();
  const webhook = newWebhook(state);
  assert.ok(webhook !== undefined);
  for (const secret of [SECRET, OTHER]) assert.ok(!user.screen.includes(secret), 'a secret was on screen');
  for (const shown of user.shown) assert.equal(shown.place.title, 'Register WebHook in Test');
  const last = user.shown.at(-1)?.place;
  assert.equal(last?.number, last?.total, 'the last question is the last one counted');
  return { row: newWebhookRow(webhook), user };
}

describe('The name of a copy', () => {
  it('can be taken as it is, whatever the name of the original', () => {
    assert.equal(copyName('Orders'), 'Orders copy');
    assert.equal(copyName('\u202esredrO\r\n'), 'sredrO copy');
    for (const length of [250, 252, 256]) {
      const name = copyName('n'.repeat(length));
      assert.ok(name.length <= 256 && name.endsWith(' copy'), name);
    }
  });
});

describe('Register WebHook', () => {
  it('with the usual header asks for name, URL, type and value, and ends with a summary', async () => {
    const { row, user } = await register([
      type('Orders'),
      URL_ANSWER,
      pick('HttpHeader'),
      type(SECRET),
      pick('Register WebHook'),
    ]);
    assert.deepEqual(row, {
      name: 'Orders',
      url: 'https://hooks.example.com/orders',
      contract: 8,
      authtype: 5,
      authvalue: `<settings><setting name="x-api-key" value="${SECRET}" /></settings>`,
    });
    assert.deepEqual(
      user.shown.map(({ place }) => `${place.number}/${place.total}`),
      ['1/5', '2/5', '3/5', '4/5', '5/5'],
    );
    const summary = user.shown.at(-1)?.texts.join('\n') ?? '';
    for (const part of [
      'Orders',
      'https://hooks.example.com/orders with HttpHeader',
      'x-api-key',
      'Nothing has been written yet',
    ])
      assert.ok(summary.includes(part), part);
    assert.deepEqual(
      user.shown.map(({ password }) => password),
      [false, false, false, true, false],
    );
  });

  it('with a key asks for the key only', async () => {
    const { row, user } = await register([
      type('Orders'),
      URL_ANSWER,
      pick('WebhookKey'),
      typeRefused('', /Write the key/),
      type(SECRET),
      pick('Register WebHook'),
    ]);
    assert.deepEqual([row['authtype'], row['authvalue']], [4, SECRET]);
    assert.deepEqual(
      user.shown.map(({ place }) => place.total),
      [5, 5, 5, 5, 5],
    );
    assert.deepEqual(user.shown.at(-1)?.labels, [
      'Register WebHook',
      'Register WebHook and Add a Step',
      'Authentication',
      ...SETTINGS,
    ]);
  });

  it('with a query string asks for a parameter, whose name may be any text', async () => {
    const { row } = await register([
      type('Orders'),
      URL_ANSWER,
      pick('HttpQueryString'),
      type('api key'),
      type(SECRET),
      pick('Register WebHook'),
    ]);
    assert.deepEqual(
      [row['authtype'], row['authvalue']],
      [6, `<settings><setting name="api key" value="${SECRET}" /></settings>`],
    );
  });

  it('takes several headers and changes one of them, and tells of a name that is there', async () => {
    const { row, user } = await register([
      type('Orders'),
      URL_ANSWER,
      pick('HttpHeader with Another Name…'),
      type('x-one'),
      type(SECRET),
      pick('Add Another Header…'),
      typeRefused('X-One', /X-One is in the list already/),
      typeRefused('a b', /U\+0020/),
      typeRefused('Host', /set by Dataverse/),
      type('x-two'),
      typeRefused('ü', /ASCII/),
      type(OTHER),
      pick('x-one'),
      typeRefused('x-two', /already/),
      type('x-first'),
      KEEP,
      pick('Register WebHook'),
    ]);
    assert.equal(
      row['authvalue'],
      `<settings><setting name="x-first" value="${SECRET}" /><setting name="x-two" value="${OTHER}" /></settings>`,
    );
    assert.deepEqual(user.shown.at(-1)?.labels, [
      'Register WebHook',
      'Register WebHook and Add a Step',
      'Authentication',
      'x-first',
      'x-two',
      'Add Another Header…',
      ...SETTINGS,
    ]);
  });

  it('takes a header out whose name is emptied, and asks for no value then; the last one stays', async () => {
    const { row, user } = await register([
      type('Orders'),
      URL_ANSWER,
      pick('HttpHeader with Another Name…'),
      type('x-one'),
      type('v'.repeat(1500)),
      pick('Add Another Header…'),
      type('x-two'),
      type(SECRET),
      pick('x-one'),
      type('', /will be taken out/),
      pick('Add Another Header…'),
      // Neither the name nor the length of what was taken out counts any more.
      type('x-one'),
      type('w'.repeat(1500)),
      pick('x-one'),
      type(''),
      pick('x-two'),
      typeRefused('', /Write/),
      type('x-left'),
      KEEP,
      pick('Register WebHook'),
    ]);
    assert.equal(row['authvalue'], `<settings><setting name="x-left" value="${SECRET}" /></settings>`);
    assert.ok(user.shown.at(-1)?.labels.includes('x-left'));
    assert.ok(!user.shown.at(-1)?.labels.includes('x-one'));
  });

  it('refuses more than the column holds, all pairs counted', async () => {
    await register([
      type('Orders'),
      URL_ANSWER,
      pick('HttpHeader with Another Name…'),
      type('x-one'),
      type('v'.repeat(1500)),
      pick('Add Another Header…'),
      type('x-two'),
      typeRefused('v'.repeat(500), /at most 2048/),
      type('v'),
      pick('Register WebHook'),
    ]);
  });

  it('takes a pasted function URL apart and does not ask for the key', async () => {
    const { row, user } = await register([
      type('Orders'),
      type(
        `https://fn.example.net/api/hook?code=${encodeURIComponent(SECRET)}&x=1`,
        /function URL with its key, recognised/,
      ),
      pick('Register WebHook'),
    ]);
    assert.deepEqual(
      [row['url'], row['authtype'], row['authvalue']],
      ['https://fn.example.net/api/hook?x=1', 4, SECRET],
    );
    assert.deepEqual(
      user.shown.map(({ place }) => `${place.number}/${place.total}`),
      ['1/5', '2/5', '3/3'],
    );
  });

  it('takes a pasted curl command apart, and asks again when another URL is typed', async () => {
    const curl = `curl -X POST 'https://hooks.example.com/x' -H 'Content-Type: application/json' -H "x-api-key: ${SECRET}" -d '{}'`;
    const { row } = await register([
      type('Orders'),
      type(curl, /x-api-key goes into HttpHeader/),
      pick('Register WebHook'),
    ]);
    assert.deepEqual(
      [row['url'], row['authtype'], row['authvalue']],
      [
        'https://hooks.example.com/x',
        5,
        `<settings><setting name="x-api-key" value="${SECRET}" /></settings>`,
      ],
    );
    const again = await register([
      type('Orders'),
      type(curl),
      BACK,
      type('https://hooks.example.com/y'),
      pick('WebhookKey'),
      type(OTHER),
      pick('Register WebHook'),
    ]);
    assert.deepEqual([again.row['url'], again.row['authvalue']], ['https://hooks.example.com/y', OTHER]);
    await register([
      type('Orders'),
      typeRefused(`curl https://user:${SECRET}@h.example.com/`, /Remove the user name/),
      type(curl),
      pick('Authentication'),
      pick('HttpHeader'),
      type(OTHER),
      pick('Register WebHook'),
    ]);
  });

  it('refuses a name that is taken, and goes on when the service cannot tell', async () => {
    const rest: readonly Answer[] = [URL_ANSWER, pick('WebhookKey'), type(SECRET), pick('Register WebHook')];
    const { user } = await register(
      [
        typeRefused('Orders', /named "Orders" already/),
        typeRefused('', /Write a name/),
        type('Orders 2'),
        ...rest,
      ],
      {
        taken: (name) => name === 'Orders',
      },
    );
    assert.match(user.remarks.join(), /already/);
    await register([type('Orders'), ...rest], {
      taken: () => {
        throw new Error('down');
      },
    });
  });

  it('warns of what works on this machine only, and refuses it in the cloud', async () => {
    const rest: readonly Answer[] = [pick('WebhookKey'), type(SECRET), pick('Register WebHook')];
    await register([type('Orders'), type('http://localhost:7071/api', /Port 7071 works here/), ...rest], {
      local: true,
    });
    await register([
      type('Orders'),
      typeRefused('http://localhost:7071/api', /public address/),
      typeRefused('https://h.example.com:8443/', /Remove port 8443/),
      type('http://h.example.com/', /unencrypted/),
      ...rest,
    ]);
  });

  it('tells that a key is added to a URL that has a query, and hides the query', async () => {
    const { user } = await register([
      type('Orders'),
      type(`https://h.example.com/x?sig=1`),
      pick('WebhookKey'),
      BACK,
      BACK,
      type('https://h.example.com/x?sig=2', /query string already/),
      KEEP,
      type(SECRET),
      pick('Register WebHook'),
    ]);
    const [first] = user.shown.filter(({ question }) => question.startsWith('How the receiver'));
    assert.equal(first?.texts.filter((text) => text.includes('query string already')).length, 2);
    assert.ok(user.shown.at(-1)?.texts.join().includes('https://h.example.com/x?sig=••• with'));
  });

  it('keeps every answer over going back and forward', async () => {
    const { row, user } = await register([
      type('Orders'),
      URL_ANSWER,
      pick('HttpHeader with Another Name…'),
      type('x-one'),
      type(SECRET),
      ...times(5, BACK),
      ...times(5, KEEP),
      pick('Register WebHook'),
    ]);
    assert.equal(row['authvalue'], `<settings><setting name="x-one" value="${SECRET}" /></settings>`);
    assert.equal(user.shown[10]?.value, 'Orders');
    assert.equal(user.shown[12]?.current, 'HttpHeader with Another Name…');
  });

  it('forgets headers when the type is changed, because parameters follow other rules', async () => {
    const { row, user } = await register([
      type('Orders'),
      URL_ANSWER,
      pick('HttpHeader with Another Name…'),
      type('x-one'),
      type(SECRET),
      ...times(3, BACK),
      pick('HttpQueryString'),
      type('p'),
      type(OTHER),
      pick('Register WebHook'),
    ]);
    assert.equal(row['authvalue'], `<settings><setting name="p" value="${OTHER}" /></settings>`);
    assert.deepEqual(user.shown.at(-1)?.labels.slice(2, 5), [
      'Authentication',
      'p',
      'Add Another Query Parameter…',
    ]);
  });

  it('keeps nothing of a header that was begun and backed out of', async () => {
    const { row } = await register([
      type('Orders'),
      URL_ANSWER,
      pick('HttpHeader with Another Name…'),
      type('x-one'),
      type(SECRET),
      pick('Add Another Header…'),
      type('x-two'),
      BACK,
      BACK,
      pick('Register WebHook'),
    ]);
    assert.equal(row['authvalue'], `<settings><setting name="x-one" value="${SECRET}" /></settings>`);
  });

  it('describes no webhook before the authentication is chosen', () => {
    assert.equal(newWebhook(registerWebhookStart), undefined);
  });
});
