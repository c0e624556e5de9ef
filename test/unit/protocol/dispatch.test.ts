import assert from 'node:assert/strict';
import { format } from 'node:util';
import fc from 'fast-check';
import * as z from 'zod/mini';
import { FromJobsPage, JobsPanelState } from '../../../src/protocol/jobs';
import { dispatch, message, type Handlers } from '../../../src/protocol/message';

type Params = {
  [K in keyof typeof FromJobsPage]: (typeof FromJobsPage)[K] extends { params: { _zod: { output: infer P } } }
    ? P
    : never;
};

function recorder(): { handlers: Handlers<Params>; calls: Array<[string, unknown]> } {
  const calls: Array<[string, unknown]> = [];
  const to = (name: string) => (params: unknown) => void calls.push([name, params]);
  // One handler for every message of the api, whatever there is.
  const handlers = Object.fromEntries(Object.keys(FromJobsPage).map((name) => [name, to(name)]));
  return { calls, handlers: handlers as unknown as Handlers<Params> };
}

describe('A message of a page', () => {
  it('reaches the handler of its method with what was agreed and nothing more', () => {
    const { handlers, calls } = recorder();
    const sent = { method: 'jobs/run', params: { language: 'webApi', text: 'x', hostile: true }, extra: 1 };
    assert.equal(dispatch<Params>(FromJobsPage, handlers, sent), 'handled');
    assert.equal(dispatch<Params>(FromJobsPage, handlers, { method: 'jobs/cancel', params: {} }), 'handled');
    assert.deepEqual(calls, [
      ['run', { language: 'webApi', text: 'x' }],
      ['cancel', {}],
    ]);
  });

  it('may say that there is none: on the wire, as JSON, its payload is left out then', () => {
    const api = { details: message('details', z.optional(z.string())) };
    const heard: unknown[] = [];
    const wire: unknown = JSON.parse(JSON.stringify({ method: 'details', params: undefined }));
    assert.equal(dispatch(api, { details: (params) => heard.push(params) }, wire), 'handled');
    assert.deepEqual(heard, [undefined]);
  });

  it('is told apart: broken envelope or payload from a method nobody has', () => {
    const { handlers, calls } = recorder();
    const result = (received: unknown): string => dispatch<Params>(FromJobsPage, handlers, received);
    for (const received of [
      undefined,
      null,
      'jobs/run',
      [],
      {},
      { params: {} },
      { method: 5, params: {} },
      { method: 'jobs/run' },
      { method: 'jobs/run', params: null },
      { method: 'jobs/run', params: { language: 'sql', text: '' } },
      { method: 'jobs/run', params: { language: 'webApi', text: 5 } },
      { method: 'jobs/run', params: { language: 'webApi', text: 'x'.repeat(100_002) } },
      { method: 'jobs/open', params: {} },
    ])
      assert.equal(result(received), 'malformed', format('%j', received).slice(0, 80));
    for (const method of ['', 'jobs/runs', 'run', 'constructor', '__proto__', 'toString'])
      assert.equal(result({ method, params: {} }), 'unknown', method);
    assert.deepEqual(calls, []);
  });

  it('never makes the dispatcher fail, whatever it is', () => {
    const { handlers } = recorder();
    const methods = Object.values(FromJobsPage).map(({ method }) => method);
    const received = fc.oneof(
      fc.anything(),
      fc.jsonValue(),
      fc.record({ method: fc.oneof(fc.constantFrom(...methods), fc.string()), params: fc.anything() }),
    );
    fc.assert(
      fc.property(received, (message) => {
        assert.ok(
          ['handled', 'malformed', 'unknown'].includes(dispatch<Params>(FromJobsPage, handlers, message)),
        );
      }),
      { numRuns: 500 },
    );
  });
});

describe('The state of a panel that comes back after a reload', () => {
  it('is checked before it is believed', () => {
    const state = {
      environmentId: 'e',
      scope: { kind: 'step', id: 'i', name: 'n' },
      language: 'fetchXml',
      queries: { fetchXml: 'f', webApi: 'w' },
    };
    assert.equal(JobsPanelState.safeParse(state).success, true);
    for (const broken of [
      null,
      {},
      { ...state, scope: { ...state.scope, kind: 'x' } },
      { ...state, queries: {} },
    ])
      assert.equal(JobsPanelState.safeParse(broken).success, false);
    fc.assert(fc.property(fc.anything(), (value) => void JobsPanelState.safeParse(value)));
  });
});
