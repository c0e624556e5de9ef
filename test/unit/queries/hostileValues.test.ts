import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DataverseError } from '../../../src/dataverse/errors';
import { fetchPath } from '../../../src/dataverse/odata';
import type { WebApi } from '../../../src/dataverse/webApi';
import { FAILED_JOBS } from '../../../src/jobs/jobFilter';
import { jobPath, jobsCountFetchXml, jobsFetchXml, jobsPath } from '../../../src/jobs/jobQueries';
import { failuresPath } from '../../../src/jobs/traceLog';
import { customApi, findRows } from '../../../src/webhooks/deliveryFacts';
import { stepSample, stepsSample } from '../../../src/webhooks/sampleQueries';
import { membershipsQuery } from '../../../src/webhooks/solutionService';
import * as queries from '../../../src/webhooks/webhookQueries';
import * as writes from '../../../src/webhooks/writes';
import { ID, USERS } from './requestSamples';

const NOW = new Date('2025-03-31T10:20:30Z');
const never = new AbortController().signal;
const all = { kind: 'environment' } as const;

/** The path that some work asks for first. */
async function pathOf(work: (api: Pick<WebApi, 'pages'>) => Promise<unknown>): Promise<string> {
  const seen: string[] = [];
  async function* pages(path: string): AsyncIterable<{ rows: []; more: boolean }> {
    seen.push(path);
    await Promise.resolve();
    yield { rows: [], more: false };
  }
  await work({ pages });
  return seen[0] ?? '';
}

/** What of our addresses has a text of somebody's inside. */
const ADDRESSES: Readonly<Record<string, (text: string) => string | Promise<string>>> = {
  'a webhook of a name': (text) => queries.webhooksNamedQuery(text),
  'users by their name': (text) => queries.usersQuery(text),
  'a custom API by its message': (text) => pathOf((api) => customApi(api, text, never)),
  'rows by their name': (text) => pathOf((api) => findRows(api, USERS, text, never)),
  'jobs of a message': (text) => jobsPath(all, { ...FAILED_JOBS, message: text }, NOW),
  'jobs of a table': (text) => jobsPath(all, { ...FAILED_JOBS, table: text }, NOW),
  'jobs with a text': (text) => jobsPath(all, { ...FAILED_JOBS, text }, NOW),
};

/** What of our FetchXML has a text of somebody's inside. */
const FETCHES: Readonly<Record<string, (text: string) => string>> = {
  'jobs of a message': (text) => jobsFetchXml(all, { ...FAILED_JOBS, message: text }, NOW),
  'jobs of a table': (text) => jobsFetchXml(all, { ...FAILED_JOBS, table: text }, NOW),
  'jobs with a text': (text) => jobsFetchXml(all, { ...FAILED_JOBS, text }, NOW),
  'jobs of a step': (stepId) => jobsFetchXml({ kind: 'step', stepId }, FAILED_JOBS, NOW),
  'jobs of a webhook': (webhookId) =>
    jobsFetchXml({ kind: 'webhook', webhookId, stepIds: [] }, FAILED_JOBS, NOW),
  'the number of jobs of a message': (text) => jobsCountFetchXml(all, { ...FAILED_JOBS, message: text }, NOW),
};

/** What of our requests has an id inside. */
const BY_ID: Readonly<Record<string, (id: string) => unknown>> = {
  'a webhook': queries.webhookQuery,
  'a step': queries.stepQuery,
  'steps of webhooks': (id) => queries.stepsOfWebhooksQuery([ID, id]),
  'tables of a message': queries.filtersQuery,
  'solutions of a component': membershipsQuery,
  'a job': jobPath,
  'jobs of a step': (stepId) => jobsPath({ kind: 'step', stepId }, FAILED_JOBS, NOW),
  'jobs of a webhook': (id) => jobsPath({ kind: 'webhook', webhookId: ID, stepIds: [id] }, FAILED_JOBS, NOW),
  'jobs of a correlation': (correlationId) => jobsPath(all, { ...FAILED_JOBS, correlationId }, NOW),
  'failures of steps': (id) => failuresPath([id], FAILED_JOBS, NOW),
  'a step as a sample': stepSample,
  'the steps of a webhook as a sample': stepsSample,
  'deletion of a webhook': writes.deleteWebhookWrite,
  'deletion of a step': writes.deleteStepWrite,
  'deletion of an image': writes.deleteImageWrite,
  'the state of a step': (id) => writes.stepStateWrite(id, true),
};

/** In lower case, as tables are asked for; no signs of a pattern, which a search takes for something else than letters. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "'",
        "''",
        '"',
        '&',
        '#',
        '?',
        '/',
        '<',
        '>',
        ')',
        '(',
        '$',
        '%27',
        '%',
        '+',
        '\\',
        '=',
      ),
      fc.constantFrom("' or 1 eq 1", '&$top=1', '"/><all-attributes', ']]>', '&lt;', '&#39;', '\u202e'),
      fc.constantFrom('é', '𝄞', '字', ';', ',', ':', '@p1', 'null', 'true'),
      fc.string({ maxLength: 4 }),
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((parts) => `x${parts.join('')}x`.toLowerCase())
  // eslint-disable-next-line no-control-regex -- these are refused, which another test shows
  .filter((text) => text.isWellFormed() && !/[\u0000-\u001f\u007f*_[\]%\ufffe\uffff]/.test(text));

const LITERAL = /'(?:[^']|'')*'/g;

describe('Values from outside', () => {
  for (const [name, addressOf] of Object.entries(ADDRESSES)) {
    it(`stay inside their literal of an address: ${name}`, async () => {
      const skeleton = decodeURIComponent(await addressOf('plain')).replaceAll(LITERAL, "''");
      await fc.assert(
        fc.asyncProperty(hostile, async (text) => {
          const address = await addressOf(text);
          assert.match(address, /^[!-~]*$/);
          // Before it is decoded nothing of the text may part the address.
          assert.equal(address.split(/[&?#]/).length, (await addressOf('plain')).split(/[&?#]/).length);
          const decoded = decodeURIComponent(address);
          assert.equal(decoded.replaceAll(LITERAL, "''"), skeleton);
          const literals = (decoded.match(LITERAL) ?? []).map((literal) =>
            literal.slice(1, -1).replaceAll("''", "'"),
          );
          assert.ok(literals.includes(text), `${JSON.stringify(text)} is not among ${literals.join(' ')}`);
        }),
      );
    });
  }

  for (const [name, fetchXmlOf] of Object.entries(FETCHES)) {
    it(`stay inside their attribute of FetchXML: ${name}`, () => {
      const ATTRIBUTE = /"[^"<]*"/g;
      const skeleton = fetchXmlOf('plain').replaceAll(ATTRIBUTE, '""');
      fc.assert(
        fc.property(hostile, (text) => {
          const fetchXml = fetchXmlOf(text);
          assert.equal(fetchXml.replaceAll(ATTRIBUTE, '""'), skeleton);
          const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
          assert.ok(fetchXml.replaceAll('&apos;', "'").includes(escaped.replaceAll('"', '&quot;')), fetchXml);
          // As a parameter of an address nothing of it parts that either.
          assert.match(fetchPath('asyncoperations', fetchXml), /^asyncoperations\?fetchXml=[!-~]*$/);
          assert.equal(fetchPath('asyncoperations', fetchXml).split(/[&?#]/).length, 2);
        }),
      );
    });
  }

  for (const [name, request] of Object.entries(BY_ID)) {
    it(`are refused where an id is wanted and they are none: ${name}`, () => {
      const nearly = fc.constantFrom(
        ...['', ` ${ID}`, `${ID})`, `{${ID}}`, `${ID} or true`, ID.slice(1), ID.replaceAll('-', '')],
      );
      request(ID);
      fc.assert(
        fc.property(fc.oneof(hostile, nearly), (id) => {
          assert.throws(
            () => request(id),
            (error) => DataverseError.is(error, 'invalid'),
          );
        }),
      );
    });
  }
});
