import assert from 'node:assert/strict';
import { rowAddress } from '../../../src/environments/webApplication';

const ID = 'a41e9f0b-e9f8-ef11-bae3-6045bdd1a101';

describe('The address of a row in the web application', () => {
  it('names table and id as parameters of main.aspx', () => {
    assert.equal(
      rowAddress('https://contoso.crm.dynamics.com', 'account', ID),
      `https://contoso.crm.dynamics.com/main.aspx?etn=account&pagetype=entityrecord&id=${ID}`,
    );
  });

  it('does not exist for what has no web application: http, and this machine', () => {
    assert.equal(rowAddress('http://127.0.0.1:5000', 'account', ID), undefined);
    assert.equal(rowAddress('https://localhost:5000', 'account', ID), undefined);
  });

  it('takes neither a table nor an id that could be anything else', () => {
    for (const table of ['', 'a&b=c', 'account/../x', '<b>', 'account '])
      assert.equal(rowAddress('https://contoso.crm.dynamics.com', table, ID), undefined, table);
    assert.equal(rowAddress('https://contoso.crm.dynamics.com', 'account', `${ID}&x=1`), undefined);
  });
});
