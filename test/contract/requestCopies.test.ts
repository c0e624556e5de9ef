import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { after, before, describe, it } from 'mocha';
import { Secret } from '../../src/base/secret';
import type { EndpointAuthentication } from '../../src/delivery/authentication';
import {
  CMD_LIMIT,
  cmdWord,
  curlCommand,
  curlConfig,
  httpFile,
  placeholder,
  withPlaceholders,
  withSecrets,
  type CopiedRequest,
} from '../../src/delivery/copies';
import { startReceiver, type ReceivedRequest, type Receiver } from '../../src/delivery/receiver';
import { createSender, type DeliveryRequest, type Sender } from '../../src/delivery/sender';

/** What a hostile hand would type: everything that some shell takes for something else. */
const HOSTILE = [
  ...[
    '"',
    "'",
    '`',
    '\\',
    '$',
    '%',
    '^',
    '&',
    '|',
    '<',
    '>',
    '!',
    '#',
    '~',
    '*',
    '?',
    ';',
    '(',
    ')',
    '{',
    '}',
  ],
  ...[
    '[',
    ']',
    '@',
    '=',
    ' ',
    ',',
    '$(id)',
    '`id`',
    '%PATH%',
    '%PATH:a=b%',
    '"; rm -rf /',
    '\\"',
    "'@",
    '\\\\',
  ],
  ...['{{$guid}}', 'a', '0', '-', '--next'],
];
const ascii = fc.array(fc.constantFrom(...HOSTILE), { maxLength: 8 }).map((parts) => parts.join(''));
/** A value that a header can have: no blank at its ends. */
const headerValue = ascii.map((text) => text.trim()).filter((text) => text !== '');
const name = fc.constantFrom('x-api-key', 'Authorization', "x-'quoted'", 'x-$home', 'x-100%');
const anyText = fc.oneof(ascii, fc.string({ unit: 'binary' }));

const authentication: fc.Arbitrary<EndpointAuthentication> = fc.oneof(
  ascii.map((key): EndpointAuthentication => ({ type: 'webhookKey', key: new Secret(key) })),
  fc.tuple(name, headerValue).map(([header, value]): EndpointAuthentication => ({
    type: 'httpHeader',
    pairs: [{ name: header, value: new Secret(value) }],
  })),
  fc
    .tuple(
      anyText.filter((text) => text !== ''),
      anyText,
    )
    .map(([parameter, value]): EndpointAuthentication => ({
      type: 'httpQueryString',
      pairs: [{ name: parameter, value: new Secret(value) }],
    })),
);

/** Not every machine that runs the tests has the program. */
const hasCurl = spawnSync('curl', ['--version']).status === 0;

describe('A copied request', () => {
  let receiver: Receiver;
  let sender: Sender;

  before(async () => {
    receiver = await startReceiver();
    sender = createSender();
  });

  after(async () => {
    sender.dispose();
    await receiver.close();
  });

  const deliveryOf = (
    auth: EndpointAuthentication,
    query: string,
    texts: readonly string[],
  ): DeliveryRequest => {
    const text = JSON.stringify({ MessageName: 'Update', InputParameters: texts }).replaceAll('/', '\\/');
    return {
      url: `${receiver.url}/hooks/a b?q=${encodeURIComponent(query)}`,
      authentication: auth,
      headers: {
        organization: 'contoso.crm.dynamics.com',
        entityName: 'contact',
        requestName: 'Update',
        correlationId: 'c2a1a3f4-55d0-4a46-9c7d-50d4a2f4f001',
      },
      body: { text, bytes: Buffer.byteLength(text), trimmed: false, tooLarge: false },
    };
  };
  const delivery = fc
    .tuple(
      authentication,
      anyText.filter((text) => text.isWellFormed()),
      fc.array(anyText, { maxLength: 3 }),
    )
    .map((parts) => deliveryOf(...parts))
    .filter((request) => withSecrets(request) !== undefined);

  async function next(send: () => Promise<unknown>): Promise<ReceivedRequest> {
    const before = receiver.requests().at(-1)?.number ?? 0;
    await send();
    // It was answered, so it is there.
    const request = receiver.requests().at(-1);
    assert.equal(request?.number, before + 1);
    return request;
  }

  /** What the receiver of a webhook sees of a request; what curl adds of its own stays out. */
  const seen = ({ method, target, headers, body }: ReceivedRequest, wanted: CopiedRequest): unknown => {
    const names = wanted.headers.map(([header]) => header.toLowerCase());
    return {
      method,
      target,
      headers: headers
        .map(([header, value]) => [header.toLowerCase(), value] as const)
        .filter(([header]) => names.includes(header))
        .sort(([a], [b]) => a.localeCompare(b)),
      body: body.toString('utf8'),
    };
  };

  async function run(command: string, args: readonly string[], input?: string): Promise<void> {
    const child = spawn(command, args, { stdio: ['pipe', 'ignore', 'pipe'] });
    const errors: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    child.stdin.end(input);
    const code = await new Promise((resolve) => child.on('close', resolve));
    assert.equal(code, 0, Buffer.concat(errors).toString('utf8'));
  }

  it('pasted into bash sends with curl what the service would send, whatever it holds', async function () {
    if (!hasCurl) this.skip();
    await fc.assert(
      fc.asyncProperty(delivery, async (request) => {
        const copy = withSecrets(request);
        assert.ok(copy);
        const sent = await next(() => sender.send(request));
        const command = `${curlCommand(copy, 'bash')} --silent`;
        const pasted = await next(() => run('bash', ['-c', command]));
        assert.deepEqual(seen(pasted, copy), seen(sent, copy));
      }),
      { numRuns: 40 },
    );
  }).timeout(60_000);

  it('as the configuration that PowerShell gives to curl sends the same, and no line of it can end the quotes', async function () {
    if (!hasCurl) this.skip();
    await fc.assert(
      fc.asyncProperty(delivery, async (request) => {
        const copy = withSecrets(request);
        assert.ok(copy);
        const sent = await next(() => sender.send(request));
        const command = curlCommand(copy, 'powershell').split('\n');
        assert.equal(command[1], "@'");
        assert.equal(command.at(-1), "'@ | curl.exe --config -");
        const config = command.slice(2, -1);
        for (const line of config) assert.match(line, /^[a-z]/);
        const pasted = await next(() =>
          run('curl', ['--silent', '--config', '-'], `${config.join('\r\n')}\r\n`),
        );
        assert.deepEqual(seen(pasted, copy), seen(sent, copy));
      }),
      { numRuns: 40 },
    );
  }).timeout(60_000);

  it('in the words of the Command Prompt reaches the program as it is', () => {
    fc.assert(
      fc.property(fc.array(anyText.filter(isOneLine), { minLength: 1, maxLength: 4 }), (texts) => {
        const line = texts.map(cmdWord).join(' ');
        assert.deepEqual(programArguments(promptLine(line)), texts);
      }),
      { numRuns: 1000 },
    );
  });

  it('has a placeholder for every secret until somebody asks for them', () => {
    const canary = 'c4nary/+ "\'$';
    const auths: readonly EndpointAuthentication[] = [
      { type: 'webhookKey', key: new Secret(canary) },
      { type: 'httpHeader', pairs: [{ name: 'x-api-key', value: new Secret(canary) }] },
      { type: 'httpQueryString', pairs: [{ name: 'api key', value: new Secret(canary) }] },
    ];
    for (const auth of auths) {
      const request = {
        ...deliveryOf(auth, 'c4nary', []),
        url: 'https://me:c4nary@example.com/h?code=c4nary#c4nary',
      };
      const copy = withPlaceholders(request);
      assert.ok(copy);
      const texts = [
        ...(['bash', 'powershell', 'cmd'] as const).map((shell) => curlCommand(copy, shell)),
        httpFile(copy, 'Update'),
        curlConfig(copy),
      ];
      for (const text of texts) assert.ok(!text.includes('c4nary'), text);
      assert.ok(
        texts.every((text) => text.includes(placeholder('code'))),
        texts.join('\n'),
      );
      const open = withSecrets(request);
      assert.ok(open);
      assert.ok(httpFile(open, 'Update').includes('c4nary'));
    }
  });

  it('as an .http file is the request with its body on one line, without variables of the client', () => {
    const auth: EndpointAuthentication = {
      type: 'httpHeader',
      pairs: [{ name: 'x-api-key', value: new Secret('k') }],
    };
    const copy = withPlaceholders({
      ...deliveryOf(auth, '', ['{{$processEnv HOME}}']),
      url: 'https://example.com/hooks',
    });
    assert.ok(copy);
    assert.equal(
      httpFile(copy, 'Update of\n### contact'),
      [
        '### Update of ### contact',
        'POST https://example.com/hooks HTTP/1.1',
        'Content-Type: application/json; charset=utf-8',
        'x-ms-dynamics-organization: contoso.crm.dynamics.com',
        'x-ms-dynamics-entity-name: contact',
        'x-ms-dynamics-request-name: Update',
        'x-ms-correlation-request-id: c2a1a3f4-55d0-4a46-9c7d-50d4a2f4f001',
        'x-api-key: YOUR_X_API_KEY',
        '',
        '{"MessageName":"Update","InputParameters":["{\\u007b$processEnv HOME}}"]}',
        '',
      ].join('\n'),
    );
  });

  it('of a small body fits into a line of the Command Prompt', () => {
    const auth: EndpointAuthentication = { type: 'webhookKey', key: new Secret('k') };
    const copy = withPlaceholders(deliveryOf(auth, '', ['x']));
    assert.ok(copy);
    assert.ok(curlCommand(copy, 'cmd').length < CMD_LIMIT);
  });
});

/** A body has no line breaks of its own, and no program takes a zero. */
const isOneLine = (text: string): boolean => !/[\r\n\0]/.test(text) && text.isWellFormed();

/**
 * What the Command Prompt makes of a typed line: first variables between percent signs, where they are defined (others
 * stay), then carets and quotes. An own reading of its rules; there is no such prompt here.
 */
function promptLine(line: string): string {
  const defined = new Map([
    ['PATH', 'C:\\Windows'],
    ['id', 'oops'],
  ]);
  const expanded = line.replace(
    /%([^%:]+)(:[^%]*)?%/g,
    (whole, variable: string) => defined.get(variable) ?? whole,
  );
  let text = '';
  let quoted = false;
  for (let index = 0; index < expanded.length; index += 1) {
    const character = expanded[index] ?? '';
    if (character === '^' && !quoted) {
      index += 1;
      text += expanded[index] ?? '';
      continue;
    }
    if (character === '"') quoted = !quoted;
    if (!quoted && '&|<>()'.includes(character)) throw new Error(`A bare ${character} in ${line}`);
    text += character;
  }
  return text;
}

/** How a Windows program takes its command line apart: quotes, and backslashes before them. */
function programArguments(line: string): readonly string[] {
  const found: string[] = [];
  let current: string | undefined;
  let quoted = false;
  for (let index = 0; index < line.length;) {
    const backslashes = /^\\*/.exec(line.slice(index))?.[0].length ?? 0;
    const mark = line[index + backslashes];
    if (mark === '"') {
      current = (current ?? '') + '\\'.repeat(Math.floor(backslashes / 2));
      if (backslashes % 2 === 1) current += '"';
      else quoted = !quoted;
      index += backslashes + 1;
    } else if (backslashes > 0) {
      current = (current ?? '') + '\\'.repeat(backslashes);
      index += backslashes;
    } else if (!quoted && (mark === ' ' || mark === '\t')) {
      if (current !== undefined) found.push(current);
      current = undefined;
      index += 1;
    } else {
      current = (current ?? '') + (mark ?? '');
      index += 1;
    }
  }
  if (current !== undefined) found.push(current);
  return found;
}
