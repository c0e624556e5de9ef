import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { parseChallenge } from '../../../src/dataverse/challenge';

const CLAIMS = '{"access_token":{"acrs":{"essential":true,"value":"c1 ы"}}}';

describe('The challenge of a 401', () => {
  it('tells the authority and the resource, quoted or not', () => {
    const expected = {
      authorizationUri: 'https://login.microsoftonline.com/5f0f8e7d/oauth2/authorize?a=b',
      resourceId: 'https://contoso.crm.dynamics.com/',
    };
    assert.deepEqual(
      parseChallenge(
        'Bearer authorization_uri=https://login.microsoftonline.com/5f0f8e7d/oauth2/authorize?a=b, resource_id=https://contoso.crm.dynamics.com/',
      ),
      expected,
    );
    assert.deepEqual(
      parseChallenge(
        'bearer AUTHORIZATION_URI = "https://login.microsoftonline.com/5f0f8e7d/oauth2/authorize?a=b" , resource_id="https://contoso.crm.dynamics.com/",x=1',
      ),
      expected,
    );
  });

  it('finds the Bearer challenge behind others', () => {
    assert.equal(parseChallenge('Basic realm="x", Bearer error="invalid_token"').error, 'invalid_token');
    assert.equal(parseChallenge('Negotiate, Bearer error=x').error, 'x');
  });

  it('decodes claims from base64 and base64url, and takes them as they are', () => {
    const base64 = Buffer.from(CLAIMS).toString('base64');
    const base64url = Buffer.from(CLAIMS).toString('base64url');
    for (const text of [base64, base64url, CLAIMS.replace(/"/g, '\\"')]) {
      assert.equal(
        parseChallenge(`Bearer realm="", claims="${text}", error="insufficient_claims"`).claims,
        CLAIMS,
      );
    }
  });

  it('decodes any claims, whatever characters their base64 has', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
        (value) => {
          const claims = JSON.stringify({ value });
          for (const encoding of ['base64', 'base64url'] as const) {
            const text = Buffer.from(claims).toString(encoding);
            assert.equal(parseChallenge(`Bearer claims="${text}"`).claims, claims);
          }
        },
      ),
    );
  });

  it('takes what is no JSON object for no claims', () => {
    for (const text of [
      '',
      'x',
      '%%%',
      Buffer.from('[1]').toString('base64'),
      Buffer.from('"x"').toString('base64'),
    ]) {
      assert.equal(parseChallenge(`Bearer claims="${text}"`).claims, undefined);
    }
  });

  it('is empty when there is no Bearer challenge', () => {
    for (const header of [undefined, '', 'Basic realm="Bearer"', 'Bearer', 'NotBearer error=x']) {
      assert.deepEqual(parseChallenge(header), {}, header);
    }
  });

  it('gives every value back that a header can carry', () => {
    const value = fc.string({ unit: 'grapheme-ascii', minLength: 1 });
    fc.assert(
      fc.property(value, value, (error, resource) => {
        const quote = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;
        const parsed = parseChallenge(`Bearer error=${quote(error)}, resource_id=${quote(resource)}`);
        assert.deepEqual(parsed, { error, resourceId: resource });
      }),
    );
  });

  it('never throws on hostile headers', () => {
    const piece = fc.constantFrom('Bearer ', 'claims', '=', '"', '\\', ',', ' ', 'x', '{', 'error');
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 50 }).map((pieces) => pieces.join('')),
        (header) => {
          assert.ok(typeof parseChallenge(header) === 'object');
        },
      ),
    );
    const started = performance.now();
    parseChallenge(`Bearer ${'a="\\"'.repeat(50_000)}`);
    assert.ok(performance.now() - started < 2000);
  });
});
