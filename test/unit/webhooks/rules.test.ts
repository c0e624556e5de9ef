import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  checkDescription,
  checkRank,
  stagesFor,
  suggestedStepDescription,
  suggestedStepName,
  supportsFilteringColumns,
} from '../../../src/webhooks/stepRules';
import {
  columnList,
  deploymentFromValue,
  imageTypeFromValue,
  stageFromValue,
  stageValue,
} from '../../../src/webhooks/stepValues';
import { checkName, checkUrl, sameName, URL_LIMIT } from '../../../src/webhooks/webhookRules';

const CLOUD = { environmentIsLocal: false };
const LOCAL = { environmentIsLocal: true };

/** `error relative`, `warning loopbackPort`, or `fine`. */
function verdict(url: string, context: Parameters<typeof checkUrl>[1]): string {
  const finding = checkUrl(url, context);
  return finding === undefined ? 'fine' : `${finding.severity} ${finding.reason}`;
}

const longest = `https://h.example.com/${'a'.repeat(URL_LIMIT - 22)}`;

describe('The URL of a webhook', () => {
  // url · for an environment in the cloud · for one on this machine
  const table: ReadonlyArray<readonly [string, string, string]> = [
    ['https://hooks.example.com/orders', 'fine', 'fine'],
    ['HTTPS://Hooks.Example.com', 'fine', 'fine'],
    ['https://hooks.example.com:443/x', 'fine', 'fine'],
    ['https://hooks.example.com/x?code=1', 'fine', 'fine'],
    ['https://bücher.example/ä', 'fine', 'fine'],
    ['https://203.0.113.7/', 'fine', 'fine'],
    ['https://[2001:db8::1]/', 'fine', 'fine'],
    ['http://hooks.example.com/', 'warning notEncrypted', 'warning notEncrypted'],
    ['http://hooks.example.com:80/', 'warning notEncrypted', 'warning notEncrypted'],
    ['http://hooks.example.com:443/', 'error port', 'error port'],
    ['https://hooks.example.com:80/', 'error port', 'error port'],
    ['https://hooks.example.com:8080/', 'error port', 'error port'],
    ['http://[2001:db8::1]:8080/', 'error port', 'error port'],
    ['https://hooks.example.com:0/', 'error port', 'error port'],
    ['http://localhost:7071/api', 'error loopbackUnreachable', 'warning loopbackPort'],
    ['https://127.0.0.1:8443/', 'error loopbackUnreachable', 'warning loopbackPort'],
    ['http://[::1]:7071/', 'error loopbackUnreachable', 'warning loopbackPort'],
    ['http://localhost/', 'error loopbackUnreachable', 'warning loopbackHttp'],
    ['http://127.1/', 'error loopbackUnreachable', 'warning loopbackHttp'],
    ['https://localhost/', 'error loopbackUnreachable', 'fine'],
    ['https://10.1.2.3/x', 'warning privateHost', 'fine'],
    ['http://172.16.0.1/', 'warning privateHost', 'warning notEncrypted'],
    ['https://172.32.0.1/', 'fine', 'fine'],
    ['https://192.168.1.20/', 'warning privateHost', 'fine'],
    ['https://169.254.10.1/', 'warning privateHost', 'fine'],
    ['https://[fd12:3456::1]/', 'warning privateHost', 'fine'],
    ['https://[fe80::1]/', 'warning privateHost', 'fine'],
    ['https://printer.local/', 'warning privateHost', 'fine'],
    ['https://intranet/', 'warning privateHost', 'fine'],
    ['https://10.1.2.3:8443/', 'error port', 'error port'],
    ['', 'error empty', 'error empty'],
    ['  ', 'error empty', 'error empty'],
    [' https://h.example.com', 'error blank', 'error blank'],
    ['https://h.example.com/a b', 'error blank', 'error blank'],
    ['https://h.example.com/a\nb', 'error blank', 'error blank'],
    ['/orders', 'error relative', 'error relative'],
    ['orders', 'error relative', 'error relative'],
    ['//h.example.com/x', 'error relative', 'error relative'],
    ['h.example.com/orders', 'error relative', 'error relative'],
    ['h.example.com:8080/orders', 'error relative', 'error relative'],
    ['localhost:7071', 'error relative', 'error relative'],
    ['ftp://h.example.com/', 'error scheme', 'error scheme'],
    ['mailto:a@example.com', 'error scheme', 'error scheme'],
    ['javascript:alert(1)', 'error scheme', 'error scheme'],
    ['wss://h.example.com', 'error scheme', 'error scheme'],
    ['https:h.example.com', 'error malformed', 'error malformed'],
    ['https:/h.example.com', 'error malformed', 'error malformed'],
    ['https:///h.example.com', 'error malformed', 'error malformed'],
    ['https://', 'error malformed', 'error malformed'],
    ['https://?x', 'error malformed', 'error malformed'],
    ['https://a..%zz/', 'error malformed', 'error malformed'],
    ['https://h.example.com:99999/', 'error malformed', 'error malformed'],
    ['https://[::1', 'error malformed', 'error malformed'],
    ['https://h.example.com/\u0000', 'error malformed', 'error malformed'],
    ['https://h.example.com/\uD800', 'error malformed', 'error malformed'],
    ['https://user:pw@h.example.com/', 'error credentials', 'error credentials'],
    ['https://user@h.example.com/', 'error credentials', 'error credentials'],
    ['https://@h.example.com/', 'error credentials', 'error credentials'],
    ['https://h.example.com/@user', 'fine', 'fine'],
    ['https://h.example.com/#top', 'error fragment', 'error fragment'],
    ['https://h.example.com/#', 'error fragment', 'error fragment'],
    [longest, 'fine', 'fine'],
    [`${longest}a`, 'error tooLong', 'error tooLong'],
  ];
  for (const [url, cloud, local] of table) {
    it(`${JSON.stringify(url.slice(0, 60))} is ${cloud} in the cloud and ${local} on this machine`, () => {
      assert.equal(verdict(url, CLOUD), cloud);
      assert.equal(verdict(url, LOCAL), local);
    });
  }

  it('names what is wrong, so that the text can say it', () => {
    assert.deepEqual(checkUrl('ftp://x', CLOUD)?.details, { scheme: 'ftp' });
    assert.deepEqual(checkUrl('https://x.example:8443', CLOUD)?.details, { port: '8443' });
    assert.deepEqual(checkUrl('http://localhost:71', CLOUD)?.details, { host: 'localhost:71' });
    assert.deepEqual(checkUrl(`${longest}a`, CLOUD)?.details, { length: 2001, limit: 2000 });
  });

  it('with a query is warned of when the authentication adds to it', () => {
    const adds = { ...CLOUD, authAddsQuery: true };
    assert.equal(verdict('https://h.example.com/?a=1', adds), 'warning queryAndKey');
    assert.equal(verdict('https://h.example.com/', adds), 'fine');
  });

  it('is judged without failing whatever is typed, and what passes is absolute http', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.webUrl({ withFragments: true, withQueryParameters: true }),
      fc.string().map((rest) => `https://${rest}`),
    );
    fc.assert(
      fc.property(text, fc.boolean(), (url, environmentIsLocal) => {
        const finding = checkUrl(url, { environmentIsLocal });
        if (finding?.severity === 'error') return;
        const parsed = new URL(url);
        assert.match(parsed.protocol, /^https?:$/);
        assert.equal(`${parsed.username}${parsed.password}${parsed.hash}`, '');
        assert.ok(!/[\s#]/.test(url));
      }),
    );
  });
});

describe('The name of a webhook, step or image', () => {
  const reason = (name: string): string | undefined => checkName(name)?.reason;

  it('is one line of text of at most 256 characters', () => {
    for (const name of ['Orders', 'a'.repeat(256), 'Bestellungen für Müller', '😀', "O'Brien <x> & y"])
      assert.equal(reason(name), undefined, name);
    for (const name of ['', ' ', '\n\t']) assert.equal(reason(name), 'empty');
    for (const name of ['a\nb', 'a\rb', 'a\u2028b']) assert.equal(reason(name), 'lineBreak');
    for (const name of [' a', 'a ', '\u00A0a']) assert.equal(reason(name), 'edgeBlank');
    for (const name of ['a\uD800', 'a\0b', 'a\u001Bb', 'a\uFFFFb']) assert.equal(reason(name), 'notText');
    assert.deepEqual(checkName('a'.repeat(257)), {
      severity: 'error',
      reason: 'tooLong',
      details: { length: 257, limit: 256 },
    });
  });

  it('is the same name in another case', () => {
    assert.equal(sameName('Contoso Hook', 'contoso hook'), true);
    assert.equal(sameName('a', 'b'), false);
  });
});

describe('The rules of a step', () => {
  it('let asynchronous work run after the operation only', () => {
    assert.deepEqual(stagesFor('asynchronous'), ['postOperation']);
    assert.deepEqual(stagesFor('synchronous'), ['preValidation', 'preOperation', 'postOperation']);
  });

  it('offer filtering columns for the messages that have them', () => {
    const filtered = ['Update', 'OnExternalUpdated', 'Create', 'CreateMultiple', 'UpdateMultiple'];
    for (const message of filtered) assert.equal(supportsFilteringColumns(message), true, message);
    for (const message of ['Delete', 'Assign', 'update', '', 'SetState', 'RetrieveMultiple'])
      assert.equal(supportsFilteringColumns(message), false, message);
  });

  it('take a rank that is a whole number of the column', () => {
    for (const rank of ['1', ' 5 ', '0010', '2147483647']) assert.equal(checkRank(rank), undefined, rank);
    for (const rank of ['', 'x', '1.5', '-1', '1e3', '٣', '0x1', '1 2'])
      assert.equal(checkRank(rank)?.reason, 'notWhole', rank);
    for (const rank of ['0', '2147483648', '99999999999999999999'])
      assert.equal(checkRank(rank)?.reason, 'outOfRange', rank);
  });

  it('take a description of at most 256 characters, or none', () => {
    assert.equal(checkDescription(''), undefined);
    assert.equal(checkDescription('two\nlines'), undefined);
    assert.equal(checkDescription('d'.repeat(256)), undefined);
    assert.equal(checkDescription('d'.repeat(257))?.reason, 'tooLong');
    assert.equal(checkDescription('\uD800')?.reason, 'notText');
    assert.equal(checkDescription('a\0')?.reason, 'notText');
  });

  it('suggest the name that the tools of the field give, and a description', () => {
    const named = (message: string, table: string | undefined, withoutTable = false): string =>
      suggestedStepName('Hook', { message, table, withoutTable });
    assert.equal(named('Update', 'contact'), 'Hook: Update of contact');
    assert.equal(named('Update', undefined), 'Hook: Update of any table');
    assert.equal(named('new_CustomApi', undefined, true), 'Hook: new_CustomApi');
    const step = { webhook: 'Hook', message: 'Update', table: 'contact', filteringColumns: ['a', 'b'] };
    assert.equal(suggestedStepDescription(step), 'Update of contact (a, b) calls Hook');
    assert.equal(
      suggestedStepDescription({ ...step, table: undefined, filteringColumns: [] }),
      'Update of any table calls Hook',
    );
  });

  it('suggest only what they would accept, however long the parts are', () => {
    const part = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 300 })
      .filter((text) => checkName(text.slice(0, 200)) === undefined && text.isWellFormed());
    fc.assert(
      fc.property(part, part, fc.array(part, { maxLength: 30 }), (webhook, table, filteringColumns) => {
        const name = suggestedStepName(webhook, { message: 'Update', table });
        assert.ok(name.length <= 256 && name.isWellFormed());
        const text = suggestedStepDescription({ webhook, table, message: 'Update', filteringColumns });
        assert.equal(checkDescription(text), undefined);
      }),
      {
        examples: [
          ['😀'.repeat(128), 'x', ['😀'.repeat(150)]],
          [`a${'😀'.repeat(127)}`, 'y', []],
        ],
      },
    );
  });
});

describe('Values of the option sets', () => {
  it('are those of the facts, and unknown ones do not break anything', () => {
    assert.deepEqual([10, 20, 40].map(stageFromValue), ['preValidation', 'preOperation', 'postOperation']);
    for (const stage of ['preValidation', 'preOperation', 'postOperation'] as const)
      assert.equal(stageFromValue(stageValue(stage)), stage);
    for (const stage of [5, 15, 25, 30, 35, 45, 50, 55, 80, 90, -1])
      assert.equal(stageFromValue(stage), 'internal');
    assert.deepEqual([0, 1, 2, 7].map(deploymentFromValue), ['server', 'outlook', 'both', 'server']);
    assert.deepEqual([0, 1, 2, 7].map(imageTypeFromValue), ['pre', 'post', 'both', 'pre']);
    assert.deepEqual(columnList('a, b,,c ,'), ['a', 'b', 'c']);
    assert.deepEqual(columnList(' '), []);
  });
});
