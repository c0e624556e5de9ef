import assert from 'node:assert/strict';
import { column, fetchXml, sampleStore } from './fixture';

describe('Links inside of FetchXML filters', () => {
  const store = sampleStore();
  const people = (inner: string): readonly unknown[] =>
    column(
      fetchXml(
        store,
        'contact',
        `<fetch><entity name="contact"><attribute name="lastname"/><filter>${inner}</filter><order attribute="lastname"/></entity></fetch>`,
      ),
      'lastname',
    );

  it('asks inside of a filter whether there are linked rows, along a lookup and against it', () => {
    const any = (type: string, inner = ''): string =>
      `<link-entity name="contact" from="parentcustomerid" to="contactid" link-type="${type}">${inner}</link-entity>`;
    const to = (type: string, inner = ''): string =>
      `<link-entity name="account" from="accountid" to="parentcustomerid" link-type="${type}">${inner}</link-entity>`;
    const named = (name: string): string =>
      `<filter><condition attribute="lastname" operator="eq" value="${name}"/></filter>`;
    assert.deepEqual(people(any('any')), ["O'Brien"]);
    assert.deepEqual(people(any('not any')), ['Doe', 'Zimmer']);
    assert.deepEqual(people(any('any', named('Doe'))), ["O'Brien"]);
    assert.deepEqual(people(any('any', named('Zimmer'))), []);
    assert.deepEqual(people(to('any')), ["O'Brien"]);
    assert.deepEqual(people(to('not any')), ['Doe', 'Zimmer']);
    // A row for which the condition is unknown is none that fulfils it.
    const unknown = '<filter><condition attribute="creditlimit" operator="ne" value="1"/></filter>';
    assert.deepEqual(people(to('any', unknown)), ["O'Brien"]);
    const wide = `<filter type="or">${to('any')}<condition attribute="lastname" operator="eq" value="Doe"/></filter>`;
    assert.deepEqual(people(wide), ['Doe', "O'Brien"]);
    assert.deepEqual(people(any('any', `<filter>${any('any')}</filter>`)), []);
    assert.deepEqual(people(any('any', any('exists').replace('parentcustomerid', 'contactid'))), ["O'Brien"]);
  });
});
