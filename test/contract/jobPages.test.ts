import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { DataverseError } from '../../src/dataverse/errors';
import type { Page, Row } from '../../src/dataverse/webApi';
import { JobService, type JobReading, type QueryText } from '../../src/jobs/jobService';
import { createTestClient } from '../fakes/dataverseClient';
import { json, startScriptedServer, type ScriptedServer } from '../fakes/scriptedServer';

const never = new AbortController().signal;
const MORE = '@Microsoft.Dynamics.CRM.morerecords';

/** As many jobs as one page of a report has, with words that make it longer than what is parsed at a time. */
const jobs = (count: number): readonly Row[] =>
  Array.from({ length: count }, (_, at) => ({
    '@odata.etag': `W/"${at}"`,
    asyncoperationid: `00000000-0000-0000-0000-${String(at).padStart(12, '0')}`,
    friendlymessage: 'The endpoint answered with an error. '.repeat(60),
  }));

describe('Pages of a query of jobs', () => {
  let server: ScriptedServer;
  beforeEach(async () => {
    server = await startScriptedServer();
  });
  afterEach(() => server.close());

  const run = (query: QueryText, reading?: JobReading): AsyncIterable<Page> =>
    new JobService(createTestClient(server.origin).client, () => Promise.resolve('contacts')).run(
      query,
      never,
      reading,
    );
  const webApi = (text: string): QueryText => ({ language: 'webApi', text });

  it('are whole for who looks at the first one only, and in parts for who asks for them', async () => {
    const fetchXml = {
      language: 'fetchXml',
      text: '<fetch><entity name="asyncoperation"/></fetch>',
    } as const;
    for (const query of [webApi('asyncoperations'), fetchXml]) {
      for (const parts of [false, true]) {
        server.answer(json({ value: jobs(50) }));
        const lengths: number[] = [];
        for await (const { rows } of run(query, parts ? { parts } : {})) lengths.push(rows.length);
        if (parts) assert.ok(lengths.length > 1, String(lengths));
        else assert.deepEqual(lengths, [50]);
      }
    }
  });

  it('that the service keeps back without a link are told, and not taken for none', async () => {
    for (const path of [
      'contacts?savedQuery=00000000-0000-0000-0000-000000000001',
      'accounts(00000000-0000-0000-0000-000000000001)/contact_customer_accounts?fetchXml=<fetch/>',
    ]) {
      server.answer(json({ [MORE]: true, value: jobs(2) }));
      let count = 0;
      await assert.rejects(
        async () => {
          for await (const { rows } of run(webApi(path))) count += rows.length;
        },
        (error: unknown) =>
          DataverseError.is(error, 'badAnswer') && error.message.includes('promises more rows'),
      );
      assert.equal(count, 2, 'what has come is shown');
    }
  });

  it('are one where the query wants so many rows and no more', async () => {
    for (const path of [
      'contacts?savedQuery=00000000-0000-0000-0000-000000000001&$top=2',
      'accounts(00000000-0000-0000-0000-000000000001)/contact_customer_accounts?fetchXml=<fetch top="2"/>',
    ]) {
      server.answer(json({ [MORE]: true, value: jobs(2) }));
      const pages: Page[] = [];
      for await (const page of run(webApi(path))) pages.push(page);
      assert.deepEqual(
        pages.map(({ rows, more }) => [rows.length, more]),
        [[2, false]],
      );
    }
  });
});
