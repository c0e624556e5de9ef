import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { addressOf, relativeTo, resolveLink, rootOf } from '../../../src/dataverse/address';
import { createdId, idInAddress } from '../../../src/dataverse/createdId';
import { DataverseError } from '../../../src/dataverse/errors';

const root = rootOf('https://contoso.crm.dynamics.com');
const ID = '3f6f1c52-0c2d-ef11-8e4f-000d3a3b1a01';

describe('Addresses', () => {
  it('whatever the path, a request never leaves the Web API of its environment', () => {
    const piece = fc.constantFrom(
      '..',
      '.',
      '/',
      '//',
      '\\',
      '%2e',
      '%2E',
      '%2F',
      'a',
      '?',
      '#',
      '@',
      ':',
      'https:',
      'evil.example',
      ' ',
      '\t',
      '\n',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 10 }).map((pieces) => pieces.join('')),
        (path) => {
          let address: string;
          try {
            address = addressOf(root, path);
          } catch (error) {
            assert.ok(DataverseError.is(error));
            return;
          }
          const url = new URL(address);
          assert.equal(url.origin, root.origin);
          assert.ok(url.pathname.startsWith('/api/data/v9.2/'), address);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('whatever the link, the token stays with its environment', () => {
    const piece = fc.constantFrom(
      'https://',
      'http://',
      '//',
      'contoso.crm.dynamics.com',
      'evil.example',
      '@',
      ':443',
      ':444',
      '/',
      '\\',
      '?',
      '#',
      'javascript:',
      'a',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
        (link) => {
          let address: string;
          try {
            address = resolveLink(root, `${root.url}steps`, link);
          } catch (error) {
            assert.ok(DataverseError.is(error, 'badAnswer'));
            return;
          }
          const url = new URL(address);
          assert.equal(url.origin, root.origin);
          assert.equal(url.username + url.password, '');
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('a link keeps its bytes, a relative one is completed', () => {
    const link = `${root.url}steps?$skiptoken=%3ca%20b='c'%3e`;
    assert.equal(resolveLink(root, `${root.url}x`, link), link);
    assert.equal(addressOf(root, link), link);
    assert.equal(
      resolveLink(root, `${root.url}steps?$top=1`, 'steps?$skiptoken=2'),
      `${root.url}steps?$skiptoken=2`,
    );
  });

  it('are told relative to the root', () => {
    assert.equal(relativeTo(root, `${root.url}steps?x`), 'steps?x');
    assert.equal(relativeTo(root, `${root.origin}/api/other`), '/api/other');
  });
});

describe('The id of a new row', () => {
  const none = { header: () => undefined };

  it('is the last key of its address', () => {
    assert.equal(idInAddress(`https://x/api/data/v9.2/serviceendpoints(${ID})`), ID);
    assert.equal(idInAddress(`https://x/a(${ID.replace('3', '4')})/b(${ID})`), ID);
    assert.equal(idInAddress(`https://x/a(aid=${ID},partitionid='p')`), ID);
    assert.equal(idInAddress('https://x/a(17)'), '17');
    for (const address of [undefined, '', 'https://x/a', `https://x/a(${ID})/b`]) {
      assert.equal(idInAddress(address), undefined);
    }
  });

  it('is else the primary key of the returned row', () => {
    assert.equal(createdId('serviceendpoints', none, { name: 'x', serviceendpointid: ID }), ID);
    assert.equal(createdId('opportunities', none, { opportunityid: ID }), ID);
    assert.equal(createdId('x', none, { '@odata.id': `https://x/x(${ID})` }), ID);
    assert.equal(
      createdId('sdkmessageprocessingstepimages', none, { sdkmessageprocessingstepid: ID }),
      undefined,
    );
    assert.equal(createdId('contacts', none, undefined), undefined);
  });
});
