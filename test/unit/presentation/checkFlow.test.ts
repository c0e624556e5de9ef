import assert from 'node:assert/strict';
import { checkFlow, orderedFindings } from '../../../src/presentation/checks/checkFlow';
import { checkLabel, checkReason } from '../../../src/presentation/texts/checkTexts';
import { checkWebhooks, severityOf, type CheckFinding, type CheckRule } from '../../../src/webhooks/checks';
import { BACK } from '../../../src/wizard/ui';
import { CANCEL, pick, pickMany, ScriptedUser } from '../../fakes/scriptedUser';
import { step, webhook } from './treeRows';

const never = new AbortController().signal;
const found = checkWebhooks({
  webhooks: [webhook, { ...webhook, id: 'w2', name: 'Shipping', url: 'https://h.example.com:81/' }],
  steps: new Map([
    [
      'w1',
      [
        { ...step, name: 'Keeps', deleteJobOnSuccess: false },
        { ...step, id: 's2', name: 'Off', table: 'lead', enabled: false },
      ],
    ],
    ['w2', [{ ...step, id: 's3', webhookId: 'w2', name: 'Wide', filteringColumns: [] }]],
  ]),
  environmentIsLocal: false,
});

const rules = (findings: readonly CheckFinding[]): readonly string[] => findings.map(({ rule }) => rule);

describe('The list of findings', () => {
  it('has the webhook with the worst first, and within it the worst first', () => {
    assert.deepEqual(rules(orderedFindings(found)), ['port', 'noFilter', 'jobsKept', 'disabled']);
  });

  it('has words and a reason for every rule', () => {
    const all: Record<CheckRule, true> = {
      badUrl: true,
      port: true,
      loopback: true,
      privateHost: true,
      http: true,
      noSecret: true,
      noSteps: true,
      disabledManaged: true,
      disabled: true,
      noFilter: true,
      synchronous: true,
      jobsKept: true,
      duplicate: true,
      missingColumns: true,
    };
    const details = { port: '81', host: 'h', original: 'o\u202e', columns: 'a, b', table: 't' };
    const texts = (Object.keys(all) as CheckRule[]).map((rule) => {
      const finding = { rule, severity: severityOf(rule), webhook, step, details, fix: undefined };
      assert.doesNotMatch(checkLabel(finding) + checkReason(finding), /\{|\u202e/, rule);
      assert.match(checkReason(finding), /\.$/, rule);
      return checkLabel(finding);
    });
    assert.equal(new Set(texts).size, texts.length);
  });

  it('asks once with all that will be changed, and gives back what was agreed to', async () => {
    const user = new ScriptedUser([
      pickMany('Keeps its succeeded jobs', 'Disabled', 'Port 81 will never be called'),
      pick('Fix 2 Problems'),
    ]);
    const decision = await checkFlow(user, 'Test', found, never);
    assert.deepEqual([rules(decision.fix), decision.show?.rule], [['jobsKept', 'disabled'], 'port']);
  });

  it('goes back to the list with what was ticked, and leaves out a change that is chosen', async () => {
    const user = new ScriptedUser([
      pickMany('Keeps its succeeded jobs', 'Disabled'),
      BACK,
      pickMany('Keeps its succeeded jobs', 'Disabled'),
      pick('Off'),
      pick('Fix 1 Problem'),
    ]);
    const { fix, show } = await checkFlow(user, 'Test', found, never);
    assert.deepEqual([rules(fix), show], [['jobsKept'], undefined]);
  });

  it('shows what has no fix at once, and changes nothing when the user leaves', async () => {
    const shown = await checkFlow(
      new ScriptedUser([pickMany('Fires on every update')]),
      'Test',
      found,
      never,
    );
    assert.deepEqual([shown.fix, shown.show?.rule], [[], 'noFilter']);
    const leaving = new ScriptedUser([pickMany('Disabled'), CANCEL]);
    await assert.rejects(checkFlow(leaving, 'Test', found, never), { name: 'CancelledError' });
  });
});
