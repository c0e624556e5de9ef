import assert from 'node:assert/strict';
import { readTaskSettings } from '../../../src/presentation/handlers/taskSettings';
import { manifest } from '../../manifest/manifest';

const SANDBOX = {
  type: 'dataverseWebhooks',
  with: 'sandbox',
  url: 'http://127.0.0.1:7071/',
  authentication: { type: 'httpHeader', secrets: [{ name: 'x-api-key', variable: 'WEBHOOK_KEY' }] },
  step: { message: 'Update', table: 'contact' },
  command: 'npm start',
};

describe('A task of tasks.json', () => {
  it('starts a listener or a sandbox alone', () => {
    for (const kind of ['listener', 'sandbox'])
      assert.deepEqual(readTaskSettings({ with: kind, port: 7000 }, 'x'), {
        ok: true,
        settings: { with: kind, port: 7000, handler: undefined, command: undefined, cwd: undefined },
      });
  });

  it('describes a handler as a debug configuration does, by the name of the task', () => {
    const reading = readTaskSettings(SANDBOX, 'Orders');
    assert.ok(reading.ok);
    const { handler, command } = reading.settings;
    assert.deepEqual(
      [handler?.name, handler?.url, handler?.step?.mode, command],
      ['Orders', 'http://127.0.0.1:7071/', 'asynchronous', 'npm start'],
    );
  });

  it('needs no secret where the webhook has none', () => {
    const reading = readTaskSettings({ with: 'listener', url: 'http://localhost:1/' }, 'x');
    assert.deepEqual(reading.ok && reading.settings.handler?.authentication, {
      type: 'webhookKey',
      secrets: [],
    });
  });

  it('says what is wrong with it, by its place', () => {
    const text = (definition: unknown): string => {
      const reading = readTaskSettings(definition, 'x');
      return reading.ok ? '' : reading.text;
    };
    assert.match(text({}), /"with"/);
    assert.match(text({ with: 'listener', port: 70_000 }), /"port"/);
    assert.match(text({ with: 'listener', command: 'x' }), /"url"/);
    assert.match(text({ ...SANDBOX, url: 'ftp://x' }), /http/);
    assert.match(text({ ...SANDBOX, step: undefined }), /"step"/);
  });

  it('has only members that the manifest describes, and a matcher that waits for the lines it prints', () => {
    const { taskDefinitions, problemMatchers } = manifest.contributes;
    const [task] = taskDefinitions;
    assert.equal(task?.type, SANDBOX.type);
    for (const name of Object.keys(SANDBOX)) assert.ok(name === 'type' || name in task.properties, name);
    const [matcher] = problemMatchers;
    assert.match('[dataverse-webhooks] starting', new RegExp(matcher?.background.beginsPattern ?? '^$'));
    assert.match('[dataverse-webhooks] ready http://x', new RegExp(matcher?.background.endsPattern ?? '^$'));
  });
});
