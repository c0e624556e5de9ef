import assert from 'node:assert/strict';
import { SAMPLE_DELIVERIES, sampleDeliveryBody } from '../../../src/delivery/compose/sampleDeliveries';
import { TRIMMED_MEMBERS } from '../../../src/delivery/executionContext';
import { deliverySummary } from '../../../src/delivery/log/keptParts';
import { madeRecord } from '../../../src/delivery/log/madeRecord';
import { readContext } from '../../../src/delivery/readContext';
import { writeContext } from '../../../src/delivery/wire';
import { outcomeText, sourceText } from '../../../src/presentation/deliveries/deliveryTexts';
import { sampleChoices } from '../../../src/presentation/deliveries/sampleTexts';

describe('The samples that come with the product', () => {
  let count = 0;
  const moment = {
    newId: () => `00000000-0000-4000-8000-${String((count += 1)).padStart(12, '0')}`,
    now: Date.UTC(2026, 0, 31, 12, 30),
  };
  const made = SAMPLE_DELIVERIES.map((sample) => ({ sample, ...sampleDeliveryBody(sample, moment) }));

  it('are bodies as the service writes them: the reader finds nothing strange, and writes them again byte for byte', () => {
    for (const { text, sample } of made) {
      const { context, problems } = readContext(text);
      assert.ok(context !== undefined, sample.message);
      assert.deepEqual(problems, [], sample.message);
      assert.equal(writeContext(context), text);
    }
  });

  it('have every kind of body that a handler meets', () => {
    const [update, create, deleted, , associate, large] = made.map(({ text }) => readContext(text).context);
    assert.deepEqual([update?.mode, create?.mode], [1, 0]);
    const target = create?.inputParameters?.find(({ key }) => key === 'Target')?.value;
    assert.ok(target?.kind === 'entity');
    const kinds = new Set(target.entity.attributes.map(({ value }) => value.kind));
    for (const kind of [
      'guid',
      'string',
      'optionSet',
      'number',
      'boolean',
      'money',
      'entityReference',
      'date',
    ])
      assert.ok(
        [...kinds].some((one) => one === kind),
        kind,
      );
    assert.deepEqual(
      update?.preEntityImages?.map(({ key }) => key),
      ['before'],
    );
    const [before] = update.preEntityImages;
    const [after] = update.postEntityImages ?? [];
    const lastname = (image: typeof before): unknown =>
      image?.entity?.attributes.find(({ key }) => key === 'lastname')?.value;
    assert.notDeepEqual(lastname(before), lastname(after));
    assert.ok(deleted?.postEntityImages?.length === 0);
    assert.ok(associate?.inputParameters?.some(({ key }) => key === 'Relationship'));
    for (const member of TRIMMED_MEMBERS)
      assert.ok(large?.[member] === null || large?.[member] === undefined);
  });

  it('are kept like other deliveries, with the documented headers, and say that they were not sent', () => {
    for (const { text, correlationId, sample } of made) {
      const record = madeRecord(text, {
        organization: 'contoso.crm.dynamics.com',
        correlationId,
        sizeExceeded: sample.sizeExceeded,
        at: 1,
      });
      assert.ok(record !== undefined);
      const headers = new Map(record.request.headers);
      assert.equal(headers.get('x-ms-dynamics-request-name'), sample.message);
      assert.equal(headers.get('x-ms-correlation-request-id'), deliverySummary(record).correlationId);
      assert.equal(headers.has('x-ms-dynamics-msg-size-exceeded'), sample.sizeExceeded);
      assert.deepEqual([sourceText(record.source), outcomeText(record)], ['sample', 'not sent']);
    }
  });

  it('are offered by message and table, with those of every environment', () => {
    const labels = sampleChoices([{ id: 'e', name: 'Contoso' }]).map(({ label }) => label);
    assert.deepEqual(labels.slice(0, 2), ['Update contact', 'Create account']);
    assert.deepEqual(labels.slice(-2), [
      `All ${SAMPLE_DELIVERIES.length} Samples`,
      'Message and Table of Contoso…',
    ]);
  });
});
