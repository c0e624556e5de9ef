import assert from 'node:assert/strict';
import { Ajv } from 'ajv';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../scripts/host/paths';
import { Secret } from '../../src/base/secret';
import { DeliveryLog } from '../../src/delivery/log/deliveryLog';
import { listen } from '../../src/delivery/log/listener';
import { createForwarder } from '../../src/delivery/log/sendAgain';
import { generateHandler, handlerDebugging } from '../../src/handlers/handler';
import { HANDLER_KINDS, type HandlerAuth } from '../../src/handlers/model';
import {
  readDebugSettings,
  registerForDebugging,
  sessionAuth,
} from '../../src/presentation/handlers/debugSettings';
import { sampleBody } from '../../src/presentation/handlers/sampleBody';
import { WebhookService } from '../../src/webhooks/webhookService';
import { startHandler, writeHandler } from '../fakes/runningHandler';
import { aContact, AUTHS, registered, SECRET } from './handlerSetup';
import { usePair } from './pair';

const never = new AbortController().signal;

describe('A debug configuration of a generated handler', function () {
  this.timeout(60_000);
  const pair = usePair();

  async function stepOf(type: HandlerAuth['type']) {
    const images = [{ alias: 'Before', type: 'pre', columns: ['lastname'] }] as const;
    const early = await registered(pair, 'http://127.0.0.1:9/', AUTHS[type].auth, {
      images,
      columns: ['lastname'],
    });
    await early.remove();
    return early.step;
  }

  it('is one that the manifest describes, for every kind', async () => {
    const step = await stepOf('httpHeader');
    const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
      contributes: { debuggers: Array<{ configurationAttributes: { launch: object } }> };
    };
    const schema = manifest.contributes.debuggers[0]?.configurationAttributes.launch ?? {};
    const validate = new Ajv({ strict: false }).compile({ ...schema, type: 'object' });
    for (const kind of HANDLER_KINDS)
      for (const configuration of handlerDebugging(
        { kind, step, auth: AUTHS.httpHeader.handler, sampleBody: '' },
        'x',
        '${workspaceFolder}',
      )) {
        assert.ok(validate(configuration), JSON.stringify(validate.errors));
        assert.ok(readDebugSettings(configuration).ok);
      }
  });

  for (const type of ['webhookKey', 'httpHeader', 'httpQueryString'] as const)
    it(`registers the handler in the sandbox with a secret of the session, and the sandbox calls it: ${type}`, async () => {
      const step = await stepOf(type);
      const request = {
        kind: 'node',
        step,
        auth: AUTHS[type].handler,
        sampleBody: sampleBody(step),
      } as const;
      const [configuration] = handlerDebugging(request, 'contact-update', '${workspaceFolder}');
      const reading = readDebugSettings(configuration);
      assert.ok(reading.ok);
      const { auth, env } = sessionAuth(reading.settings, () => new Secret(crypto.randomUUID()));
      const handler = await startHandler(
        await writeHandler(generateHandler(request).files),
        'src/server.ts',
        env,
      );
      const webhooks = new WebhookService(pair.api);
      try {
        const settings = { ...reading.settings, url: handler.url };
        // Twice, as after a session that has left its webhook behind.
        await registerForDebugging(webhooks, settings, auth, never);
        const done = await registerForDebugging(webhooks, settings, auth, never);
        assert.ok('id' in done);
        const id = await aContact(pair);
        await pair.api.update(`contacts(${id})`, { lastname: 'Ray' });
        await handler.printed(new RegExp(`^Update of contact ${id}$`, 'gm'), 1);
        await handler.printed(/^lastname: Ray$/gm, 1);
        const left = (await webhooks.webhooks(never)).filter(({ name }) => name.startsWith('Debugging: '));
        assert.equal(left.length, 1);
        await webhooks.deleteWebhook(done.id, never);
      } finally {
        await handler.stop();
      }
    });

  it('is called through a listener that passes on what arrives, authentication and all', async () => {
    const step = await stepOf('httpQueryString');
    const request = {
      kind: 'node',
      step,
      auth: AUTHS.httpQueryString.handler,
      sampleBody: sampleBody(step),
    } as const;
    const env = { DATAVERSE_WEBHOOK_SECRET: SECRET };
    const handler = await startHandler(
      await writeHandler(generateHandler(request).files),
      'src/server.ts',
      env,
    );
    const log = new DeliveryLog();
    const forwarder = createForwarder();
    const forward = { to: handler.url, answers: true };
    const options = { port: 0, status: 500, delay: 0, body: '', authentication: undefined, forward };
    const listener = await listen(options, log, forwarder);
    try {
      const { remove } = await registered(pair, `${listener.url}/`, AUTHS.httpQueryString.auth);
      const id = await aContact(pair);
      await pair.api.update(`contacts(${id})`, { lastname: 'Forwarded' });
      await handler.printed(new RegExp(`^Update of contact ${id}$`, 'gm'), 1);
      await remove();
    } finally {
      await listener.close();
      forwarder.dispose();
      log.dispose();
      await handler.stop();
    }
  });

  it('is told what is wrong with it', async () => {
    const step = await stepOf('webhookKey');
    const [given] = handlerDebugging(
      { kind: 'node', step, auth: AUTHS.webhookKey.handler, sampleBody: '' },
      'x',
      '.',
    );
    const wrong = (changes: object): string => {
      const reading = readDebugSettings({ ...given, ...changes });
      return reading.ok ? '' : reading.text;
    };
    assert.match(wrong({ with: 'nothing' }), /"with"/);
    assert.match(wrong({ url: 'no address' }), /"url"/);
    assert.match(wrong({ step: undefined }), /"step"/);
    assert.match(wrong({ handler: {} }), /"handler\.type"/);
    const reading = readDebugSettings({ ...given, step: { message: 'Unheard' } });
    assert.ok(reading.ok);
    const { auth } = sessionAuth(reading.settings, () => new Secret('x'));
    const refused = await registerForDebugging(new WebhookService(pair.api), reading.settings, auth, never);
    assert.match('text' in refused ? refused.text : '', /no message "Unheard"/);
  });
});
