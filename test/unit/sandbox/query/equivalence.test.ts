import assert from 'node:assert/strict';
import fc from 'fast-check';
import { escapeXml } from '../../../../src/base/xmlText';
import { queries } from '../../../../src/sandbox/query';
import type { StoredRow } from '../../../../src/sandbox/schema/types';
import { column, fetchXml, id, odata, request, rowsOf, storeOf, type Row } from './fixture';

/** One condition in both languages. */
interface Both {
  readonly odata: string;
  readonly fetch: string;
}

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const words = fc.constantFrom('', 'a', 'A', 'b', 'ab', "o'b", 'x_y', '50%', 'ä');
const numbers = fc.integer({ min: -2, max: 3 });
const days = fc.integer({ min: 1, max: 9 }).map((day) => `2025-03-0${day}`);

function both(
  odataText: string,
  attribute: string,
  operator: string,
  values: ReadonlyArray<string | number>,
): Both {
  const [only] = values;
  const inner = values.map((value) => `<value>${escapeXml(String(value))}</value>`).join('');
  const fetch =
    values.length === 1 && operator !== 'in' && operator !== 'not-in'
      ? `<condition attribute="${attribute}" operator="${operator}" value="${escapeXml(String(only))}"/>`
      : `<condition attribute="${attribute}" operator="${operator}">${inner}</condition>`;
  return { odata: odataText, fetch };
}

const comparison = fc.constantFrom('eq', 'ne', 'gt', 'ge', 'lt', 'le');
const leaf: fc.Arbitrary<Both> = fc.oneof(
  fc
    .tuple(comparison, words)
    .map(([operator, word]) => both(`lastname ${operator} ${quote(word)}`, 'lastname', operator, [word])),
  fc
    .tuple(comparison, numbers)
    .map(([operator, number]) =>
      both(`numberofchildren ${operator} ${number}`, 'numberofchildren', operator, [number]),
    ),
  fc
    .tuple(comparison, days)
    .map(([operator, day]) =>
      both(`createdon ${operator} ${day}T00:00:00Z`, 'createdon', operator, [`${day}T00:00:00Z`]),
    ),
  words.map((word) => both(`contains(lastname,${quote(word)})`, 'lastname', 'like', [`%${word}%`])),
  words.map((word) => both(`startswith(lastname,${quote(word)})`, 'lastname', 'begins-with', [word])),
  words.map((word) => both(`not endswith(lastname,${quote(word)})`, 'lastname', 'not-end-with', [word])),
  fc
    .array(numbers, { minLength: 1, maxLength: 3 })
    .map((list) => both(`numberofchildren in (${list.join(',')})`, 'numberofchildren', 'in', list)),
  fc
    .array(words, { minLength: 1, maxLength: 3 })
    .map((list) =>
      both(
        `Microsoft.Dynamics.CRM.NotIn(PropertyName='lastname',PropertyValues=[${list.map(quote).join(',')}])`,
        'lastname',
        'not-in',
        list,
      ),
    ),
  fc.constantFrom(
    both('lastname eq null', 'lastname', 'null', []),
    both('_parentcustomerid_value ne null', 'parentcustomerid', 'not-null', []),
  ),
  fc
    .integer({ min: 0, max: 2 })
    .map((number) =>
      both(`_parentcustomerid_value eq ${id(50, number)}`, 'parentcustomerid', 'eq', [id(50, number)]),
    ),
  days.map((day) =>
    both(
      `Microsoft.Dynamics.CRM.OnOrAfter(PropertyName='createdon',PropertyValue='${day}')`,
      'createdon',
      'on-or-after',
      [day],
    ),
  ),
  fc
    .integer({ min: 1, max: 5 })
    .map((count) =>
      both(
        `Microsoft.Dynamics.CRM.LastXDays(PropertyName='createdon',PropertyValue=${count})`,
        'createdon',
        'last-x-days',
        [count],
      ),
    ),
  fc
    .tuple(numbers, numbers)
    .map((range) =>
      both(
        `Microsoft.Dynamics.CRM.Between(PropertyName='numberofchildren',PropertyValues=['${range[0]}','${range[1]}'])`,
        'numberofchildren',
        'between',
        range,
      ),
    ),
);

const { filter } = fc.letrec<{ filter: Both }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc
      .tuple(fc.constantFrom('and', 'or'), fc.array(tie('filter'), { minLength: 1, maxLength: 3 }))
      .map(([type, parts]) => ({
        odata: `(${parts.map((part) => part.odata).join(` ${type} `)})`,
        fetch: `<filter type="${type}">${parts.map((part) => part.fetch).join('')}</filter>`,
      })),
  ),
}));

const contact = fc.record({
  lastname: fc.option(words),
  numberofchildren: fc.option(numbers),
  createdon: fc.tuple(days, fc.integer({ min: 10, max: 23 })).map(([day, hour]) => `${day}T${hour}:00:00Z`),
  parentcustomerid: fc.option(
    fc.integer({ min: 0, max: 2 }).map((number) => ({ table: 'account', id: id(50, number) })),
  ),
});
const contacts: fc.Arbitrary<readonly StoredRow[]> = fc
  .array(contact, { maxLength: 12 })
  .map((list) => list.map((row, number) => ({ contactid: id(70, (number * 5) % 13), ...row })));

describe('OData and FetchXML', () => {
  it('return the same rows for the same condition', () => {
    let hits = 0;
    fc.assert(
      fc.property(contacts, filter, (rows, condition) => {
        const store = storeOf({ contact: rows });
        const one = column(
          odata(store, 'contact', `$select=contactid&$filter=${condition.odata}`),
          'contactid',
        );
        const other = column(
          fetchXml(
            store,
            'contact',
            `<fetch><entity name="contact"><attribute name="contactid"/><filter>${condition.fetch}</filter></entity></fetch>`,
          ),
          'contactid',
        );
        assert.deepEqual(one, other);
        hits += one.length;
      }),
      { numRuns: 500 },
    );
    assert.ok(hits > 0);
  });

  it('find through an index what a plain search finds', () => {
    fc.assert(
      fc.property(
        contacts,
        fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 3 }),
        words,
        (rows, owners, word) => {
          const store = storeOf({ contact: rows });
          const indexed = owners.map((owner) => `_parentcustomerid_value eq ${id(50, owner)}`).join(' or ');
          const query = `$select=contactid&$filter=(${indexed}) and lastname ne ${quote(word)}`;
          const wanted = owners.map((owner) => id(50, owner));
          const expected = rows
            .filter(({ parentcustomerid: parent, lastname }) => {
              const fits =
                typeof parent === 'object' && parent !== null && 'id' in parent && wanted.includes(parent.id);
              return fits && typeof lastname === 'string' && lastname.toLowerCase() !== word.toLowerCase();
            })
            .map((row) => row['contactid']);
          assert.deepEqual(column(odata(store, 'contact', query), 'contactid'), expected.sort());
        },
      ),
      { numRuns: 200 },
    );
  });

  it('deliver every row exactly once and in order on pages of any size', () => {
    const keys = fc.subarray(['lastname', 'numberofchildren', 'createdon', '_parentcustomerid_value'], {
      minLength: 0,
    });
    fc.assert(
      fc.property(
        contacts,
        keys,
        fc.boolean(),
        fc.integer({ min: 1, max: 6 }),
        (rows, order, descending, pageSize) => {
          const store = storeOf({
            contact: rows,
            account: [0, 1].map((number) => ({ accountid: id(50, number), name: `N${1 - number}` })),
          });
          const orderBy = order.map((key) => `${key}${descending ? ' desc' : ''}`).join(',');
          const query = `$select=contactid${orderBy === '' ? '' : `&$orderby=${orderBy}`}`;
          const whole = column(odata(store, 'contact', query), 'contactid');
          assert.equal(whole.length, rows.length);
          const paged: Row[] = [];
          let next: string | undefined = encodeURI(query);
          while (next !== undefined) {
            const answer = queries.collection({
              ...request(store, 'contact', '', { pageSize }),
              query: next,
            });
            assert.ok(rowsOf(answer).length <= pageSize);
            paged.push(...rowsOf(answer));
            const link: unknown = answer.body['@odata.nextLink'];
            next = typeof link === 'string' ? link.slice(link.indexOf('?') + 1) : undefined;
          }
          assert.deepEqual(
            paged.map((row) => row['contactid']),
            whole,
          );
        },
      ),
      { numRuns: 200 },
    );
  });
});
