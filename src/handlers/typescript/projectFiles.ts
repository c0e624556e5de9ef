import { fileName } from '../identifiers';
import type { GeneratedFile, HandlerAuth, HandlerKind, HandlerRequest } from '../model';
import { secretPlaces } from '../secrets';
import { commentText, fileText, singleQuoted } from '../text';

type TypeScriptKind = Extract<HandlerKind, 'node' | 'express' | 'functionsTypeScript'>;

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

/** `package.json`: dependencies by their major versions, scripts for starting, checking and testing. */
export function packageFile(name: string, kind: TypeScriptKind): GeneratedFile {
  const common = { typescript: '^5.9.0', '@types/node': '^22.0.0' };
  const isFunctions = kind === 'functionsTypeScript';
  const dependencies = {
    node: {},
    express: { express: '^5.1.0' },
    functionsTypeScript: { '@azure/functions': '^4.8.0' },
  }[kind];
  const types = kind === 'express' ? { '@types/express': '^5.0.0' } : {};
  return {
    path: 'package.json',
    text: json({
      name,
      version: '1.0.0',
      private: true,
      type: 'module',
      engines: { node: '>=22.18' },
      ...(isFunctions ? { main: 'dist/src/functions.js' } : {}),
      scripts: {
        ...(isFunctions
          ? { build: 'tsc', start: 'tsc && func start' }
          : { start: 'node --env-file-if-exists=.env src/server.ts' }),
        check: 'tsc --noEmit',
        test: 'node --test "test/**/*.test.ts"',
      },
      ...(Object.keys(dependencies).length === 0 ? {} : { dependencies }),
      devDependencies: { ...common, ...types },
    }),
  };
}

/** `tsconfig.json`: strict; Node runs the sources as they are, only Functions needs JavaScript. */
export function tsconfigFile(kind: TypeScriptKind): GeneratedFile {
  const output =
    kind === 'functionsTypeScript'
      ? { rewriteRelativeImportExtensions: true, outDir: 'dist', rootDir: '.', sourceMap: true }
      : { allowImportingTsExtensions: true, noEmit: true };
  return {
    path: 'tsconfig.json',
    text: json({
      compilerOptions: {
        target: 'es2023',
        lib: ['es2023'],
        module: 'nodenext',
        types: ['node'],
        strict: true,
        noUncheckedIndexedAccess: true,
        exactOptionalPropertyTypes: true,
        noImplicitOverride: true,
        verbatimModuleSyntax: true,
        erasableSyntaxOnly: true,
        skipLibCheck: true,
        ...output,
      },
      include: ['src/**/*.ts', 'test/**/*.ts'],
    }),
  };
}

/** `src/functions.ts`: the adapter for Azure Functions, model v4. */
export function functionsFile(name: string): GeneratedFile {
  return {
    path: 'src/functions.ts',
    text: fileText(
      `import { app, type HttpRequest, type HttpResponseInit } from '@azure/functions';`,
      `import { handleRequest } from './webhook.ts';`,
      '',
      `/** Dataverse proves itself with the secret of the webhook, so no key of Functions is asked for. */`,
      `app.http(${singleQuoted(name)}, {`,
      `  methods: ['GET', 'POST', 'PUT', 'DELETE'],`,
      `  authLevel: 'anonymous',`,
      `  handler: serve,`,
      `});`,
      '',
      `export async function serve(request: HttpRequest): Promise<HttpResponseInit> {`,
      `  const answer = await handleRequest({`,
      `    method: request.method,`,
      `    header: (header) => request.headers.get(header) ?? undefined,`,
      `    query: new URLSearchParams([...request.query.entries()]),`,
      `    body: await request.text(),`,
      `  });`,
      `  return { status: answer.status, headers: { ...answer.headers }, body: answer.body };`,
      `}`,
    ),
  };
}

/** Settings of the Functions host. None of them is a secret. */
export function functionsHostFiles(): readonly GeneratedFile[] {
  return [
    {
      path: 'host.json',
      text: json({
        version: '2.0',
        functionTimeout: '00:01:00',
        extensionBundle: { id: 'Microsoft.Azure.Functions.ExtensionBundle', version: '[4.*, 5.0.0)' },
      }),
    },
    {
      path: 'local.settings.json',
      text: json({
        IsEncrypted: false,
        Values: { FUNCTIONS_WORKER_RUNTIME: 'node', AzureWebJobsStorage: '' },
      }),
    },
  ];
}

/** `test/webhook.test.ts`: the handler with a sample body, without a server. */
export function testFile({ step, auth }: Pick<HandlerRequest, 'step' | 'auth'>): GeneratedFile {
  const places = secretPlaces(auth);
  return {
    path: 'test/webhook.test.ts',
    text: fileText(
      `import assert from 'node:assert/strict';`,
      `import { randomUUID } from 'node:crypto';`,
      `import { readFileSync } from 'node:fs';`,
      `import { test } from 'node:test';`,
      `import type { Delivery } from '../src/delivery.ts';`,
      `import { TemporaryFailure } from '../src/failures.ts';`,
      `import { handleRequest, type WebhookRequest } from '../src/webhook.ts';`,
      '',
      `// A body as ${commentText(step.name)} sends it, with sample values.`,
      `const sample = readFileSync('test/sample.json', 'utf8');`,
      '',
      ...places.map(({ variable }) => `process.env['${variable}'] = randomUUID();`),
      ...secretsMap(auth),
      '',
      ...requestFunction(auth),
      '',
      ...testsOf(step),
    ),
  };
}

function secretsMap(auth: HandlerAuth): readonly string[] {
  const key = (name: string): string => (auth.type === 'httpHeader' ? name.toLowerCase() : name);
  return [
    `const secrets: ReadonlyMap<string, string> = new Map([`,
    ...secretPlaces(auth).map(
      ({ name, variable }) => `  [${singleQuoted(key(name))}, process.env['${variable}'] ?? ''],`,
    ),
    `]);`,
  ];
}

function requestFunction(auth: HandlerAuth): readonly string[] {
  const type = `name === 'content-type' ? 'application/json; charset=utf-8'`;
  const carrier =
    auth.type === 'httpHeader'
      ? [`    header: (name) => (${type} : given.get(name)),`, `    query: new URLSearchParams(),`]
      : [`    header: (name) => (${type} : undefined),`, `    query: new URLSearchParams([...given]),`];
  return [
    `function request(changes: Partial<WebhookRequest> = {}, given = secrets): WebhookRequest {`,
    `  return {`,
    `    method: 'POST',`,
    ...carrier,
    `    body: sample,`,
    `    ...changes,`,
    `  };`,
    `}`,
  ];
}

function testsOf(step: HandlerRequest['step']): readonly string[] {
  return [
    `test('a delivery of the step is handled', async () => {`,
    `  const deliveries: Delivery[] = [];`,
    `  const answer = await handleRequest(request(), async (delivery) => void deliveries.push(delivery));`,
    `  assert.equal(answer.status, 204);`,
    `  assert.equal(deliveries[0]?.message, ${singleQuoted(step.message)});`,
    ...(step.table === undefined
      ? []
      : [`  assert.equal(deliveries[0]?.context.PrimaryEntityName, ${singleQuoted(step.table.name)});`]),
    `});`,
    '',
    `test('a request without the secret, or with a wrong one, is refused', async () => {`,
    `  const wrong = new Map([...secrets.keys()].map((name) => [name, 'wrong']));`,
    `  for (const given of [new Map<string, string>(), wrong]) {`,
    `    const answer = await handleRequest(request({}, given), async () => assert.fail('it was handled'));`,
    `    assert.equal(answer.status, 401);`,
    `  }`,
    `});`,
    '',
    `test('what no webhook sends is refused', async () => {`,
    `  const status = async (changes: Partial<WebhookRequest>) => (await handleRequest(request(changes))).status;`,
    `  assert.equal(await status({ method: 'GET' }), 405);`,
    `  assert.equal(await status({ body: '{' }), 400);`,
    `  assert.equal(await status({ body: '{"some":"json"}' }), 400);`,
    `});`,
    '',
    `test('a temporary failure asks for one more attempt, any other does not', async () => {`,
    `  const failing = async (error: Error) => (await handleRequest(request(), () => Promise.reject(error))).status;`,
    `  assert.equal(await failing(new TemporaryFailure('busy')), 503);`,
    `  assert.equal(await failing(new Error('broken')), 500);`,
    `});`,
  ];
}

/** What does not go into a repository: secrets above all. */
export function gitignoreFile(): GeneratedFile {
  return {
    path: '.gitignore',
    text: fileText('.env', 'local.settings.json', 'node_modules/', 'dist/', 'bin/', 'obj/'),
  };
}

/** Name of the project: what the step does, for example `contact-update`. */
export function projectName({ table, message }: HandlerRequest['step']): string {
  return fileName(`${table?.name ?? ''} ${message}`, 'webhook-handler');
}
