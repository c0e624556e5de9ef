import assert from 'node:assert/strict';
import fc from 'fast-check';
import { checkWebhooks, type CheckFinding, type CheckInput } from '../../../src/webhooks/checks';
import { fixesAgain, fixesByStep, fixStep } from '../../../src/webhooks/fixes';
import type { Step, Webhook } from '../../../src/webhooks/model';
import { checkUrl } from '../../../src/webhooks/webhookRules';
import type { Write } from '../../../src/webhooks/writes';
import { sampleStep as step } from '../../fakes/sampleStep';

const webhook: Webhook = {
  id: '00000000-0000-0000-0000-0000000000aa',
  name: 'Orders',
  url: 'https://hooks.example.com/orders',
  description: '',
  authType: 'httpHeader',
  hasSecret: true,
  managed: false,
  customizable: true,
  modifiedOn: undefined,
  etag: 'W/"1"',
};

function check(
  webhooks: readonly Webhook[],
  steps: readonly Step[],
  more: Partial<CheckInput> = {},
): readonly CheckFinding[] {
  return checkWebhooks({
    webhooks,
    steps: Map.groupBy(steps, ({ webhookId }) => webhookId),
    environmentIsLocal: false,
    ...more,
  });
}

const rules = (findings: readonly CheckFinding[]): readonly string[] => findings.map(({ rule }) => rule);
const ofUrl = (url: string, environmentIsLocal = false): readonly string[] =>
  rules(check([{ ...webhook, url }], [step], { environmentIsLocal }));
const ofStep = (change: Partial<Step>, more: Partial<CheckInput> = {}): readonly CheckFinding[] =>
  check([webhook], [{ ...step, ...change }], more);

describe('The check of webhooks', () => {
  it('finds nothing about a webhook and a step that are as they should be', () => {
    assert.deepEqual(check([webhook], [step]), []);
  });

  it('names a port that will never be called, http, and what is no URL', () => {
    assert.deepEqual(ofUrl('https://h.example.com:8443/x'), ['port']);
    assert.deepEqual(ofUrl('http://h.example.com:443/x'), ['port', 'http']);
    assert.deepEqual(ofUrl('http://h.example.com/x'), ['http']);
    for (const url of ['', 'h.example.com/x', 'ftp://h.example.com/', 'https://'])
      assert.deepEqual(ofUrl(url), ['badUrl'], url);
    for (const url of ['https://h.example.com:443/x', 'https://h.example.com/?a=b'])
      assert.deepEqual(ofUrl(url), [], url);
  });

  it('names hosts that the cloud cannot reach, once, and only where the environment is in the cloud', () => {
    const hosts = [
      ['localhost:7071', 'loopback'],
      ['127.0.0.1', 'loopback'],
      ['[::1]:80', 'loopback'],
      ['10.1.2.3', 'privateHost'],
      ['172.16.0.1', 'privateHost'],
      ['172.31.255.1', 'privateHost'],
      ['192.168.1.1', 'privateHost'],
      ['169.254.1.1', 'privateHost'],
      ['100.64.0.1', 'privateHost'],
      ['[fd00::1]', 'privateHost'],
      ['[fe80::1]', 'privateHost'],
      ['[::ffff:10.0.0.1]', 'privateHost'],
      ['buildserver', 'privateHost'],
      ['orders.corp.internal', 'privateHost'],
      ['printer.local', 'privateHost'],
    ] as const;
    for (const [host, rule] of hosts) assert.deepEqual(ofUrl(`https://${host}/x`), [rule], host);
    assert.deepEqual(ofUrl('http://192.168.1.1:8080/x'), ['port', 'privateHost', 'http']);
    assert.deepEqual(ofUrl('http://localhost:7071/x', true), []);
    assert.deepEqual(ofUrl('https://192.168.1.1/x', true), []);
    for (const host of [
      '172.32.0.1',
      '11.0.0.1',
      '100.128.0.1',
      '192.169.0.1',
      '[2001:db8::1]',
      'internal.example.com',
    ])
      assert.deepEqual(ofUrl(`https://${host}/x`), [], host);
  });

  it('takes an address as seriously as the question for it does', () => {
    const urls = [
      'https://h.example.com/x',
      'http://h.example.com/x',
      'https://h.example.com:8443/x',
      'https://10.1.2.3/x',
      'http://192.168.1.1:8080/x',
      'https://buildserver/x',
      'https://orders.corp.internal/x',
      'https://localhost/x',
      'http://127.0.0.1:7071/x',
      'ftp://h.example.com/x',
      'h.example.com/x',
    ];
    for (const url of urls) {
      const asked = checkUrl(url, { environmentIsLocal: false })?.severity;
      const severities = check([{ ...webhook, url }], [step]).map(({ severity }) => severity);
      const found = severities.includes('error') ? 'error' : severities[0];
      assert.equal(found, asked, url);
    }
  });

  it('names a webhook without a secret and one without steps', () => {
    assert.deepEqual(rules(check([{ ...webhook, hasSecret: false }], [step])), ['noSecret']);
    assert.deepEqual(rules(check([webhook], [])), ['noSteps']);
  });

  it('offers to enable what is disabled, and says nothing else about what does not fire', () => {
    const off = { enabled: false, filteringColumns: [], mode: 'synchronous' } as const;
    const [plain] = ofStep(off);
    assert.deepEqual([plain?.rule, plain?.severity, plain?.fix], ['disabled', 'info', { kind: 'enable' }]);
    const [managed] = ofStep({ ...off, managed: true, customizable: false });
    assert.deepEqual(
      [managed?.rule, managed?.severity, managed?.fix],
      ['disabledManaged', 'warning', { kind: 'enable' }],
    );
    assert.deepEqual(rules(ofStep(off)), ['disabled']);
  });

  it('names Update without filtering attributes, and no other message', () => {
    assert.deepEqual(rules(ofStep({ filteringColumns: [] })), ['noFilter']);
    assert.deepEqual(rules(ofStep({ filteringColumns: [], message: { id: 'c', name: 'Create' } })), []);
  });

  it('names synchronous steps, and asynchronous ones that keep their jobs', () => {
    assert.deepEqual(rules(ofStep({ mode: 'synchronous', deleteJobOnSuccess: false })), ['synchronous']);
    const [kept] = ofStep({ deleteJobOnSuccess: false });
    assert.deepEqual([kept?.rule, kept?.fix], ['jobsKept', { kind: 'deleteJobs' }]);
    const [locked] = ofStep({ deleteJobOnSuccess: false, managed: true, customizable: false });
    assert.deepEqual([locked?.rule, locked?.fix], ['jobsKept', undefined]);
  });

  it('names filtering attributes that do not exist, where the columns of the table are known', () => {
    const columns = new Map([['contact', new Set(['firstname', 'lastname'])]]);
    assert.deepEqual(ofStep({ filteringColumns: ['firstname', 'gone'] }), []);
    const [some] = ofStep({ filteringColumns: ['FirstName', 'gone', 'went'] }, { columns });
    assert.deepEqual(
      [some?.rule, some?.details, some?.fix],
      [
        'missingColumns',
        { columns: 'gone, went', table: 'contact' },
        { kind: 'setColumns', columns: ['FirstName'] },
      ],
    );
    // Without any column left the step would fire on every update.
    assert.equal(ofStep({ filteringColumns: ['gone'] }, { columns })[0]?.fix, undefined);
    assert.deepEqual(ofStep({ filteringColumns: ['x'], table: 'account' }, { columns }), []);
  });

  it('names the copy of two steps that do the same, keeping the managed or the first one', () => {
    const copy = { ...step, id: 's0', name: 'Copy', rank: 2 };
    const copies = (steps: readonly Step[]): ReadonlyArray<string | undefined> =>
      check([webhook], steps)
        .filter(({ rule }) => rule === 'duplicate')
        .map((finding) => finding.step?.id);
    assert.deepEqual(copies([copy, step]), ['s0']);
    assert.deepEqual(copies([{ ...copy, managed: true }, step]), [step.id]);
    // Of the same rank, the one that has been left alone for longer stays, whatever its id.
    const young = { ...copy, rank: step.rank, etag: 'W/"10"' };
    assert.deepEqual(copies([young, { ...step, etag: 'W/"9"' }]), ['s0']);
    assert.deepEqual(
      copies([
        { ...young, id: '0' },
        { ...step, etag: 'W/"9"' },
      ]),
      ['0'],
    );
    const [finding] = check([webhook], [copy, step]);
    assert.deepEqual([finding?.details, finding?.fix], [{ original: step.name }, { kind: 'disable' }]);
    const same: Step = { ...copy, filteringColumns: ['b', 'a'] };
    assert.deepEqual(copies([{ ...step, filteringColumns: ['a', 'b'] }, same]), ['s0']);
    const differing: ReadonlyArray<Partial<Step>> = [
      { enabled: false },
      { table: 'account' },
      { message: { id: 'other', name: 'Create' } },
      { mode: 'synchronous' },
      { stage: 'preOperation' },
      { filteringColumns: ['lastname'] },
      { runAsUserId: 'u' },
    ];
    for (const change of differing)
      assert.deepEqual(copies([step, { ...copy, ...change }]), [], JSON.stringify(change));
  });

  it('sees the same call through two webhooks with one address, and not with two', () => {
    const second = { ...webhook, id: 'w2' };
    const other = { ...step, id: 's2', webhookId: 'w2' };
    assert.deepEqual(rules(check([webhook, second], [step, other])), ['duplicate']);
    assert.deepEqual(
      rules(check([webhook, { ...second, url: 'https://other.example.com/' }], [step, other])),
      [],
    );
  });

  it('never repeats a query, a path or a password of a URL in what it found', () => {
    const secret = fc.stringMatching(/^[a-z0-9]{8,12}Z$/);
    fc.assert(
      fc.property(secret, fc.constantFrom('localhost', '10.0.0.1', 'h.example.com:81'), (value, host) => {
        const url = `http://u:${value}@${host}/${value}?code=${value}#${value}`;
        const details = check([{ ...webhook, url }], [step]).map((finding) => finding.details);
        assert.ok(!JSON.stringify(details).includes(value));
      }),
    );
  });
});

describe('A fix', () => {
  async function writes(findings: readonly CheckFinding[]): Promise<readonly Write[]> {
    const sent: Write[] = [];
    for (const fix of fixesByStep(findings))
      await fixStep(fix, (write) => {
        sent.push(write);
        return Promise.resolve({ etag: `W/"after ${sent.length}"` });
      });
    return sent;
  }

  it('is one PATCH of what it changes, with the etag the step was read with', async () => {
    assert.deepEqual(await writes(ofStep({ deleteJobOnSuccess: false })), [
      {
        method: 'PATCH',
        path: `sdkmessageprocessingsteps(${step.id})`,
        body: { asyncautodelete: true },
        etag: 'W/"7"',
      },
    ]);
  });

  it('of several findings about one step writes columns once, then the state with the new etag', async () => {
    const columns = new Map([['contact', new Set(['firstname'])]]);
    const findings = [
      ...ofStep({ filteringColumns: ['firstname', 'gone'], deleteJobOnSuccess: false }, { columns }),
      ...ofStep({ enabled: false }),
    ];
    const sent = await writes(findings);
    assert.deepEqual(
      sent.map((write) => [
        write.method === 'DELETE' ? {} : write.body,
        write.method === 'POST' ? '' : write.etag,
      ]),
      [
        [{ asyncautodelete: true, filteringattributes: 'firstname' }, 'W/"7"'],
        [{ statecode: 0, statuscode: 1 }, 'W/"after 1"'],
      ],
    );
  });

  it('is tried again on the step as it is now, unless somebody else changed the columns it is about', () => {
    const columns = new Map([['contact', new Set(['firstname'])]]);
    const found = ofStep({ filteringColumns: ['firstname', 'gone'] }, { columns });
    const [fixes] = fixesByStep(found);
    assert.ok(fixes !== undefined);
    const now = (filteringColumns: readonly string[]) => ({ ...fixes.step, filteringColumns, etag: 'W/"9"' });
    for (const ours of [['firstname', 'gone'], ['firstname']])
      assert.equal(fixesAgain(fixes, now(ours)).step.etag, 'W/"9"');
    assert.equal(fixesAgain(fixes, now(['lastname'])), fixes);
  });

  it('is nothing for findings without one', async () => {
    assert.deepEqual(
      await writes(check([{ ...webhook, hasSecret: false }], [{ ...step, filteringColumns: [] }])),
      [],
    );
  });
});
