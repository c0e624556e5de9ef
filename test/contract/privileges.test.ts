import assert from 'node:assert/strict';
import { Secret } from '../../src/base/secret';
import { countFailedJobs } from '../../src/jobs/failedCounts';
import { FAILED_JOBS } from '../../src/jobs/jobFilter';
import { failedJobsFetchXml, failedJobsPath } from '../../src/jobs/jobQueries';
import { JobService } from '../../src/jobs/jobService';
import { TraceLog } from '../../src/jobs/traceLog';
import { reasonText } from '../../src/presentation/texts/errorTexts';
import { SolutionService } from '../../src/webhooks/solutionService';
import { loadWebhooks } from '../../src/webhooks/webhookLoad';
import { WebhookService } from '../../src/webhooks/webhookService';
import { usePair } from './pair';

const never = new AbortController().signal;
const ID = '8b2c8d22-0d2d-ef11-8e4f-000d3a3b1a01';
const NOW = new Date();

async function drained(pages: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of pages);
}

/** Each part of the product, for a user whose role lacks the privilege for one table (FACTS 9). */
describe('A privilege that is missing', () => {
  const pair = usePair();
  const webhooks = () => new WebhookService(pair.api);
  const jobs = () => new JobService(pair.api, () => Promise.resolve(undefined));
  const steps = Array.from({ length: 200 }, (_, n) => `${ID.slice(0, -4)}${String(1000 + n)}`);
  const scope = { kind: 'webhook', webhookId: ID, stepIds: steps } as const;
  const webhook = {
    name: 'Not allowed',
    url: 'https://hooks.example.com/x',
    auth: { type: 'webhookKey', key: new Secret('k') },
  } as const;

  const parts: ReadonlyArray<readonly [string, string, string, () => Promise<unknown>]> = [
    ['webhooks', 'serviceendpoints', 'prvReadServiceEndpoint', () => loadWebhooks(pair.api, never, () => {})],
    [
      'steps',
      'sdkmessageprocessingsteps?',
      'prvReadSdkMessageProcessingStep',
      () => loadWebhooks(pair.api, never, () => {}),
    ],
    ['messages', 'sdkmessages?', 'prvReadSdkMessage', () => webhooks().messages(never)],
    [
      'tables of a message',
      'sdkmessagefilters',
      'prvReadSdkMessageFilter',
      () => webhooks().filters(ID, never),
    ],
    ['users', 'systemusers', 'prvReadUser', () => webhooks().users('a', never)],
    ['solutions', 'solutions?', 'prvReadSolution', () => new SolutionService(pair.api).solutions(never)],
    [
      'the report',
      'asyncoperations',
      'prvReadAsyncOperation',
      () => drained(jobs().run({ language: 'fetchXml', text: failedJobsFetchXml(scope) }, never)),
    ],
    [
      'the report, with an address so long that it travels in a batch',
      '$batch',
      'prvReadAsyncOperation',
      () => drained(jobs().run({ language: 'webApi', text: failedJobsPath(scope) }, never)),
    ],
    [
      'the counts in the tree',
      'asyncoperations',
      'prvReadAsyncOperation',
      () => countFailedJobs(pair.api, { from: new Date(0), to: NOW }, never),
    ],
    [
      'the trace log',
      'plugintracelogs',
      'prvReadPluginTraceLog',
      () => new TraceLog(pair.api).failures([ID], FAILED_JOBS, NOW, never),
    ],
    [
      'the setting of the trace log',
      'organizations',
      'prvReadOrganization',
      () => new TraceLog(pair.api).setting(never),
    ],
    [
      'registering',
      'serviceendpoints',
      'prvCreateServiceEndpoint',
      () => webhooks().registerWebhook(webhook, never),
    ],
  ];
  for (const [part, contains, privilege, work] of parts)
    it(`is named for ${part}`, async () => {
      const effect = { kind: 'status', status: 403, code: '0x80040220', message: 'Not allowed.' };
      await pair.control('DELETE', 'faults');
      await pair.fault(effect, { contains, times: 0 });
      await assert.rejects(work(), (error) => {
        const { message, nextSteps } = reasonText(error, 'Test');
        assert.equal(message, `It takes the privilege ${privilege}. Test says: Not allowed. (0x80040220)`);
        assert.ok(nextSteps.includes('retry'), 'a privilege may be granted meanwhile');
        return true;
      });
    });
});
