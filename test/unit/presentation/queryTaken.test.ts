import assert from 'node:assert/strict';
import { LONGEST_QUERY } from '../../../src/base/queryLimit';
import { addressOfQuery } from '../../../src/presentation/queries/queryAddress';
import { queryOfFile } from '../../../src/presentation/queries/queryFile';
import { unsentReason } from '../../../src/presentation/queries/unsent';
import type { WrittenQuery } from '../../../src/queries/written';

const TABLE = { label: 'Account', schemaName: 'Account', isCustom: false, isIntersect: false };
const ROOT = 'https://contoso.crm.dynamics.com/api/data/v9.2/';

describe('The address of a query', () => {
  const copied = (query: WrittenQuery, entitySetName?: string): Promise<string> =>
    addressOfQuery(
      query,
      'https://contoso.crm.dynamics.com/',
      {
        table: (logicalName) =>
          Promise.resolve(entitySetName === undefined ? undefined : { ...TABLE, logicalName, entitySetName }),
      },
      AbortSignal.timeout(1000),
    );
  const reason = (query: WrittenQuery): Promise<string | undefined> =>
    copied(query, 'accounts').then(
      () => undefined,
      (error: unknown) => unsentReason(error),
    );

  it('is the one that is asked for, in both languages', async () => {
    const text = '<fetch>\n  <entity name="account" />\n</fetch>';
    const address = new URL(await copied({ language: 'fetchXml', text }, 'accounts'));
    assert.equal(address.href.split('?')[0], `${ROOT}accounts`);
    assert.equal(address.searchParams.get('fetchXml'), text);
    assert.equal(
      await copied({ language: 'webApi', text: "accounts?$select=name\n  &$filter=name eq 'A&B'" }),
      `${ROOT}accounts?$select=name&$filter=name%20eq%20'A%26B'`,
    );
  });

  it('of a text that cannot be read is none, and the reason is said', async () => {
    assert.equal(
      await reason({ language: 'fetchXml', text: '<fetch><entity name="account">' }),
      'This is no XML: Missing end tag for element entity.',
    );
    assert.equal(
      await reason({ language: 'webApi', text: "accounts?$filter=name eq 'x" }),
      "A quote is not closed. Write '' for a quote inside a text.",
    );
    assert.equal(
      await reason({ language: 'fetchXml', text: ' ' }),
      'Write a query, for example asyncoperations?$select=name&$filter=statuscode eq 31.',
    );
    for (const language of ['fetchXml', 'webApi'] as const)
      assert.equal(
        await reason({ language, text: 'a'.repeat(LONGEST_QUERY + 1) }),
        'From here on the query is too long to be sent; 100,000 characters are the most.',
      );
  });

  it('of a table that the environment does not have is none either', async () => {
    await assert.rejects(copied({ language: 'fetchXml', text: '<fetch><entity name="gone" /></fetch>' }), {
      name: 'DataverseError',
      reason: 'notFound',
    });
  });
});

describe('A file with a query', () => {
  const file = (content: string): Parameters<typeof queryOfFile>[0] & { reads: number } => {
    const bytes = Buffer.from(content, 'utf8');
    return {
      name: 'nights/<b>long</b>\n.odata',
      size: bytes.length,
      reads: 0,
      read() {
        this.reads += 1;
        return Promise.resolve(bytes);
      },
    };
  };
  const tooLong =
    'The file nights/<b>long</b> .odata is longer than a query can be: 100,000 characters are the most.';
  const reason = (from: Parameters<typeof queryOfFile>[0]): Promise<string | undefined> =>
    queryOfFile(from).then(
      () => undefined,
      (error: unknown) => unsentReason(error),
    );

  it('is in the language it begins like, without a byte order mark', async () => {
    assert.deepEqual(await queryOfFile(file('\uFEFF  <fetch />')), {
      language: 'fetchXml',
      text: '  <fetch />',
    });
    assert.deepEqual(await queryOfFile(file('accounts')), { language: 'webApi', text: 'accounts' });
  });

  it('that is longer than a query can be is named, with the most there can be', async () => {
    assert.equal(await reason(file('a'.repeat(LONGEST_QUERY + 1))), tooLong);
    assert.equal(await reason(file('a'.repeat(LONGEST_QUERY))), undefined);
    // As many characters, each of three bytes.
    assert.equal(await reason(file('語'.repeat(LONGEST_QUERY))), undefined);
  });

  it('of many megabytes is not even read', async () => {
    const huge = file('語'.repeat(LONGEST_QUERY + 1));
    assert.equal(await reason(huge), tooLong);
    assert.equal(huge.reads, 0);
  });
});
