import assert from 'node:assert/strict';
import { choicesOf, toldNames } from '../../../src/presentation/jobs/choices';

describe('The webhooks and steps that a report can be narrowed to', () => {
  const webhook = (id: string, name: string, url: string, ...steps: string[]) => ({
    id,
    name,
    url,
    steps: steps.map((step) => ({ id: `${id}-${step}`, name: step })),
  });

  it('have their names, where each is there once', () => {
    const { webhooks, steps } = choicesOf([
      webhook('a', 'ERP', 'https://erp.example.com/', 'Orders'),
      webhook('b', 'Loyalty', 'https://erp.example.com/', 'Points'),
    ]);
    assert.deepEqual(
      webhooks.map(({ name }) => name),
      ['ERP', 'Loyalty'],
    );
    assert.deepEqual(steps[1], { id: 'b-Points', name: 'Points', webhookId: 'b' });
  });

  it('are told apart where two have one name: by their hosts, their addresses, or else their ids', () => {
    const { webhooks, steps } = choicesOf([
      webhook('a', 'ERP', 'https://one.example.com/hook?code=s3cr3t', 'Orders'),
      webhook('b', 'erp', 'https://two.example.com/hook', 'Orders'),
      webhook('c', 'CRM', 'https://two.example.com/a', 'Contacts', 'Contacts'),
      webhook('d', 'CRM', 'https://two.example.com/b'),
      webhook('e', 'Twin', 'https://two.example.com/b'),
      webhook('f', 'Twin', 'https://two.example.com/b'),
    ]);
    assert.deepEqual(
      webhooks.map(({ name }) => name),
      [
        ...['ERP (one.example.com)', 'erp (two.example.com)'],
        ...['CRM (https://two.example.com/a)', 'CRM (https://two.example.com/b)', 'Twin (e)', 'Twin (f)'],
      ],
    );
    assert.deepEqual(
      steps.slice(0, 2).map(({ name }) => name),
      ['ERP (one.example.com) › Orders', 'erp (two.example.com) › Orders'],
    );
    assert.deepEqual(
      steps.map(({ told }) => told?.place),
      [
        ...['ERP (one.example.com) › Orders', 'erp (two.example.com) › Orders'],
        ...['CRM (https://two.example.com/a) c-Contacts › Contacts'],
        ...['CRM (https://two.example.com/a) c-Contacts › Contacts'],
      ],
    );
    assert.equal(toldNames({ webhooks, steps }).get('b-Orders')?.webhook, 'erp (two.example.com)');
  });

  it('need nothing more than their names where those are one step each', () => {
    const { steps } = choicesOf([
      webhook('a', 'ERP', 'https://one.example.com/', 'Orders', 'Rows'),
      webhook('b', 'CRM', 'https://one.example.com/', 'Orders'),
    ]);
    assert.deepEqual(
      steps.map(({ told }) => told),
      [undefined, undefined, undefined],
    );
  });
});
