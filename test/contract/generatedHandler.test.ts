import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { runCommand } from '../../scripts/host/leash';
import { generateHandler } from '../../src/handlers/handler';
import type { HandlerAuth, HandlerKind } from '../../src/handlers/model';
import { startHandler, writeHandler, type RunningHandler } from '../fakes/runningHandler';
import { aContact, AUTHS, registered, sampleOf, SECRET } from './handlerSetup';
import { usePair } from './pair';

/** The place for the user's work, filled with something that shows all it was given. */
const WORK = `import type { Delivery } from './delivery.ts';
import { TemporaryFailure } from './failures.ts';
export async function onDelivery(delivery: Delivery): Promise<void> {
  const { message, rowId, target, preImages, postImages, isReadBack, reference } = delivery;
  const shown = { message, rowId, target, preImages, postImages, isReadBack, reference };
  const short = (key: string, value: unknown) => (typeof value === 'string' && value.length > 999 ? value.length : value);
  console.log('HANDLED ' + JSON.stringify(shown, short));
  if (target?.lastname === 'Busy') throw new TemporaryFailure('busy');
  if (target?.lastname === 'Broken') throw new Error('broken');
}
`;

/** Where no Functions host is: the real adapter and the real HttpRequest of the package, behind a plain server. */
const FUNCTIONS_SERVER = `import { createServer } from 'node:http';
import { HttpRequest } from '@azure/functions';
import { serve } from './functions.ts';
const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const url = new URL(request.url ?? '/', 'http://localhost');
  const answer = await serve(new HttpRequest({
    method: request.method,
    url: url.href,
    headers: request.headers,
    query: Object.fromEntries(url.searchParams),
    body: { bytes: Buffer.concat(chunks) },
  }));
  response.writeHead(answer.status, answer.headers).end(answer.body);
});
server.listen(0, '127.0.0.1', () => console.log('Listening at http://127.0.0.1:' + server.address().port + '/'));
`;

interface Handled {
  readonly message: string;
  readonly rowId: string;
  readonly target?: Readonly<Record<string, unknown>>;
  readonly preImages: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly postImages: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly isReadBack: boolean;
  readonly reference?: { readonly Id: string };
}

/** What was handled, as soon as it is this many. */
async function handledBy(handler: RunningHandler, count: number): Promise<readonly Handled[]> {
  await handler.printed(/^HANDLED .*$/gm, count);
  return [...handler.output().matchAll(/^HANDLED (.*)$/gm)].map(
    ([, text]) => JSON.parse(text ?? '') as Handled,
  );
}

describe('A generated TypeScript handler handles real deliveries of the sandbox', function () {
  this.timeout(60_000);
  const pair = usePair();

  /** Waits until the sandbox has delivered everything. */
  const idle = async (): Promise<void> => {
    const { text } = await pair.control('POST', 'idle', { timeoutSeconds: 30 });
    assert.match(text, /"pending":0/);
  };

  /** Generates, starts, registers; a URL that answers is needed first, so the port comes from a webhook that is changed. */
  async function running(
    kind: HandlerKind,
    type: HandlerAuth['type'],
    test: (handler: RunningHandler) => Promise<void>,
    more: Parameters<typeof registered>[3] = {},
  ): Promise<void> {
    const { auth, handler: handlerAuth } = AUTHS[type];
    // Its address is known when it runs, and what it is generated from when the step is there.
    const early = await registered(pair, 'http://127.0.0.1:9/', auth, more);
    await early.remove();
    const generated = generateHandler({
      kind,
      auth: handlerAuth,
      step: early.step,
      sampleBody: sampleOf(early.step),
    });
    const files = generated.files.map((file) =>
      file.path === generated.mainFile ? { ...file, text: WORK } : file,
    );
    const isFunctions = kind === 'functionsTypeScript';
    const folder = await writeHandler(
      isFunctions ? [...files, { path: 'src/host.ts', text: FUNCTIONS_SERVER }] : files,
    );
    const handler = await startHandler(folder, isFunctions ? 'src/host.ts' : 'src/server.ts', {
      DATAVERSE_WEBHOOK_SECRET: SECRET,
      DATAVERSE_URL: pair.sandbox.url,
      DATAVERSE_TOKEN: pair.sandbox.token.reveal(),
    });
    try {
      const { remove } = await registered(pair, handler.url, auth, more);
      try {
        await test(handler);
      } finally {
        await remove();
      }
    } finally {
      await handler.stop();
    }
  }

  for (const kind of ['node', 'express', 'functionsTypeScript'] as const)
    for (const type of kind === 'node'
      ? (['webhookKey', 'httpHeader', 'httpQueryString'] as const)
      : (['httpHeader'] as const))
      it(`${kind} with ${type}: typed target and images of an update`, () =>
        running(
          kind,
          type,
          async (handler) => {
            const id = await aContact(pair);
            await pair.api.update(`contacts(${id})`, { lastname: 'Ray', preferredcontactmethodcode: 2 });
            await idle();
            const [handled, ...others] = await handledBy(handler, 1);
            assert.deepEqual(others, [], handler.output());
            assert.equal(handled?.message, 'Update');
            assert.equal(handled.rowId, id);
            assert.equal(handled.target?.['lastname'], 'Ray');
            assert.deepEqual(handled.target['preferredcontactmethodcode'], {
              __type: 'OptionSetValue:http://schemas.microsoft.com/xrm/2011/Contracts',
              Value: 2,
            });
            assert.equal(handled.preImages['Before']?.['lastname'], 'Campbell');
            assert.equal(handled.postImages['After']?.['lastname'], 'Ray');
            assert.equal(handled.isReadBack, false);
            const refused = await fetch(handler.url, {
              method: 'POST',
              headers: { 'content-type': 'application/json' },
              body: '{}',
            });
            assert.equal(refused.status, 401);
          },
          {
            images: [
              { alias: 'Before', type: 'pre', columns: ['lastname'] },
              { alias: 'After', type: 'post', columns: [] },
            ],
          },
        ));

  it('reads the row back when the body came without its columns', () =>
    running(
      'node',
      'webhookKey',
      async (handler) => {
        const contact = await aContact(pair);
        const { id } = await pair.api.create('tasks', { subject: 'Small' });
        await pair.api.update(`tasks(${id})`, {
          subject: 'Large',
          description: 'x'.repeat(300_000),
          scheduledend: '2026-02-03T04:05:06Z',
          'regardingobjectid_contact_task@odata.bind': `/contacts(${contact})`,
        });
        await idle();
        const [handled] = await handledBy(handler, 1);
        assert.equal(handled?.isReadBack, true, handler.output());
        const { target } = handled;
        assert.equal(target?.['subject'], 'Large');
        assert.equal(target['description'], 300_000);
        assert.equal(target['scheduledend'], `/Date(${Date.UTC(2026, 1, 3, 4, 5, 6)})/`);
        assert.deepEqual(target['statecode'], { Value: 0 });
        const regarding = {
          Id: contact,
          KeyAttributes: [],
          LogicalName: 'contact',
          Name: null,
          RowVersion: null,
        };
        assert.deepEqual(target['regardingobjectid'], regarding);
      },
      { table: 'task' },
    ));

  it('answers so that a temporary failure brings one more attempt, and any other none', () =>
    running('node', 'httpHeader', async (handler) => {
      const id = await aContact(pair);
      await pair.api.update(`contacts(${id})`, { lastname: 'Busy' });
      await idle();
      await handledBy(handler, 2);
      await pair.api.update(`contacts(${id})`, { lastname: 'Broken' });
      await idle();
      const names = (await handledBy(handler, 3)).map(({ target }) => target?.['lastname']);
      assert.deepEqual(names, ['Busy', 'Busy', 'Broken']);
    }));

  it('tells the row of a delete by its reference', () =>
    running(
      'node',
      'webhookKey',
      async (handler) => {
        const id = await aContact(pair);
        await pair.api.remove(`contacts(${id})`);
        await idle();
        const [handled] = await handledBy(handler, 1);
        assert.equal(handled?.reference?.Id, id, handler.output());
        assert.equal(handled.target, undefined);
      },
      { message: 'Delete' },
    ));

  it('does not start without its secret, and says which variable is missing', async () => {
    const early = await registered(pair, 'http://127.0.0.1:9/', AUTHS.httpHeader.auth);
    await early.remove();
    for (const kind of ['node', 'express'] as const) {
      const { files } = generateHandler({
        kind,
        auth: AUTHS.httpHeader.handler,
        step: early.step,
        sampleBody: '{}',
      });
      const folder = await writeHandler(files);
      await assert.rejects(
        startHandler(folder, 'src/server.ts', { DATAVERSE_WEBHOOK_SECRET: '' }),
        /Set DATAVERSE_WEBHOOK_SECRET/,
      );
    }
  });

  it('passes the tests that are generated with it, with the sample body', async () => {
    for (const type of ['webhookKey', 'httpHeader', 'httpQueryString'] as const) {
      const early = await registered(pair, 'http://127.0.0.1:9/', AUTHS[type].auth);
      await early.remove();
      const { files } = generateHandler({
        kind: 'node',
        auth: AUTHS[type].handler,
        step: early.step,
        sampleBody: sampleOf(early.step),
      });
      const folder = await writeHandler(files);
      try {
        const { code, output } = await runCommand(
          process.execPath,
          ['--test', '--test-reporter=tap', 'test/webhook.test.ts'],
          {
            cwd: folder,
          },
        );
        assert.equal(code, 0, output);
        assert.match(output, /# pass 4/);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    }
  });
});
