import assert from 'node:assert/strict';
import { DataverseError } from '../../../src/dataverse/errors';
import type { SyncFailure, TraceSetting } from '../../../src/jobs/traceLog';
import { jobsPanelState, writtenPanelState } from '../../../src/presentation/jobs/panelState';
import { tracedSteps, TraceSection, type TracedStep } from '../../../src/presentation/jobs/traceSection';
import { loadFailed, unloadedEnvironment } from '../../../src/presentation/tree/environmentState';
import { ToTracePage, type Traces } from '../../../src/protocol/traces';

const [S1, S2, W1, W2, ASYNC] = [1, 2, 3, 4, 5].map((at) => `00000000-0000-4000-8000-00000000000${at}`);
const STEPS: readonly TracedStep[] = [
  { id: S1 ?? '', name: 'Orders', webhookId: W1 ?? '', webhookName: 'ERP' },
  { id: S2 ?? '', name: 'Others', webhookId: W2 ?? '', webhookName: 'CRM' },
];
const FAILURE: SyncFailure = {
  id: 't1',
  time: new Date('2025-03-04T11:02:10Z'),
  stepId: S1 ?? '',
  messageName: 'Create',
  table: 'account',
  exception: 'The endpoint answered the webhook with status 503.\nAttempt 1',
  trace: '',
  correlationId: 'c1',
  duration: 1234,
  depth: 1,
};
const never = new AbortController().signal;

function section(over: {
  setting?: TraceSetting;
  rows?: readonly SyncFailure[];
  error?: Error;
  yes?: boolean;
}): { traces: TraceSection; shown: Array<Traces | undefined>; asked: string[][]; switched: () => number } {
  const shown: Array<Traces | undefined> = [];
  const asked: string[][] = [];
  let setting = over.setting ?? 'exceptions';
  let switched = 0;
  const traces = new TraceSection({
    environmentName: 'Test',
    log: {
      setting: () => Promise.resolve(setting),
      failures: (ids) => {
        asked.push([...ids]);
        if (over.error !== undefined) return Promise.reject(over.error);
        return Promise.resolve({ rows: over.rows ?? [], more: false });
      },
      switchOn: () => {
        switched += 1;
        setting = 'exceptions';
        return Promise.resolve();
      },
    },
    steps: () => Promise.resolve(STEPS),
    show: (params) => {
      assert.equal(ToTracePage.traces.params.safeParse(params).success, true);
      shown.push(params);
    },
    confirmSwitchOn: () => Promise.resolve(over.yes ?? true),
    now: () => new Date(),
    onFailure: () => undefined,
  });
  return { traces, shown, asked, switched: () => switched };
}

const environment = jobsPanelState('e', { kind: 'environment' }, 'Test');

describe('The synchronous steps of an environment', () => {
  it('are not said to be none where the steps could not be loaded', () => {
    const error = new DataverseError('forbidden', '', { status: 403 });
    assert.throws(() => tracedSteps(loadFailed(unloadedEnvironment, error)), error);
    assert.throws(() => tracedSteps(unloadedEnvironment), /not loaded/);
    assert.deepEqual(tracedSteps({ ...unloadedEnvironment, complete: true }), []);
    const before = loadFailed({ ...unloadedEnvironment, complete: true }, error);
    assert.deepEqual(tracedSteps(before), [], 'what was known before is as good');
  });
});

describe('The failures of synchronous steps beside the report', () => {
  it('tell time, place, cause, remedy, exception, duration and correlation of each', async () => {
    const { traces, shown } = section({ rows: [FAILURE] });
    await traces.about(environment);
    const [row] = shown[0]?.rows ?? [];
    assert.equal(shown[0]?.summary, '1 call failed');
    assert.equal(shown[0].canSwitchOn, false);
    assert.equal(row?.place, 'ERP › Orders');
    assert.equal(row.utc, '2025-03-04T11:02:10.000Z');
    assert.equal(row.cause, 'The endpoint answered with status 503.');
    assert.match(row.remedy, /overloaded/);
    assert.equal(row.exception, FAILURE.exception);
    assert.deepEqual(
      row.lines.map(({ value }) => value),
      ['Create', 'account', '1,234 ms', '1', 'c1'],
    );
    assert.equal(traces.failure('t1')?.correlationId, 'c1');
  });

  it('are those of the scope: all, one webhook, one step', async () => {
    const { traces, asked, shown } = section({});
    await traces.about(environment);
    await traces.about(jobsPanelState('e', { kind: 'webhook', webhookId: W2 ?? '', stepIds: [] }, 'CRM'));
    await traces.about(jobsPanelState('e', { kind: 'step', stepId: S1 ?? '' }, 'Orders'));
    await traces.about(jobsPanelState('e', { kind: 'step', stepId: ASYNC ?? '' }, 'x'));
    assert.deepEqual(asked, [[S1, S2], [S2], [S1]]);
    assert.match(shown.at(-1)?.summary ?? '', /not synchronous/);
  });

  it('are asked for once, and again when the report is about something else or refreshed', async () => {
    const { traces, asked } = section({});
    await traces.about(environment);
    await traces.about({ ...environment, language: 'webApi' });
    assert.equal(asked.length, 1);
    await traces.refresh();
    const filter = { ...(environment.filter ?? assert.fail()), period: 'day' as const };
    await traces.about({ ...environment, filter });
    assert.equal(asked.length, 3);
  });

  it('are not asked for by a query of somebody', async () => {
    const { traces, asked, shown } = section({});
    await traces.about(
      writtenPanelState({ id: 'e', name: 'Test' }, { language: 'webApi', text: 'contacts' }),
    );
    assert.deepEqual([asked, shown], [[], [undefined]]);
  });

  it('say how to switch the trace log on where it is off, and that it is switched on after a yes only', async () => {
    const off = section({ setting: 'off', yes: false });
    await off.traces.about(environment);
    assert.match(off.shown[0]?.summary ?? '', /switched off/);
    assert.match(off.shown[0]?.notes.join(' ') ?? '', /System Settings[^]*Exception/);
    assert.equal(off.shown[0]?.canSwitchOn, true);
    await off.traces.switchOn(never);
    assert.equal(off.switched(), 0);
    const on = section({ setting: 'off' });
    await on.traces.about(environment);
    await on.traces.switchOn(never);
    assert.equal(on.switched(), 1);
    assert.equal(on.shown.at(-1)?.canSwitchOn, false);
  });

  it('do not take an empty list for a proof', async () => {
    const { traces, shown } = section({});
    await traces.about(environment);
    assert.equal(shown[0]?.summary, 'The trace log has no failed call.');
    assert.match(shown[0].notes.join(' '), /no proof/);
  });

  it('say why they could not be read', async () => {
    const { traces, shown } = section({ error: new DataverseError('network', 'x', { kind: 'reset' }) });
    await traces.about(environment);
    assert.deepEqual(
      [shown[0]?.summary, shown[0]?.notes],
      ['The trace log could not be read.', ['Test closed the connection.']],
    );
  });

  it('name no cause where the text has none, and cut what is far too long', async () => {
    const { traces, shown } = section({ rows: [{ ...FAILURE, exception: 'x'.repeat(500_000) }] });
    await traces.about(environment);
    const [row] = shown[0]?.rows ?? [];
    assert.equal(row?.cause, 'The trace names no cause that is known.');
    assert.equal(row.exception.length, 100_000);
  });
});
