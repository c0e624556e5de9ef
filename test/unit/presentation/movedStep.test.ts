import assert from 'node:assert/strict';
import { arrivedMove, movedStep } from '../../../src/presentation/flows/movedStep';
import { sampleStep } from '../../fakes/sampleStep';

const from = { id: sampleStep.webhookId, name: 'Orders' };
const target = { id: '00000000-0000-0000-0000-0000000000cc', name: 'Invoices' };

describe('A step that is moved', () => {
  const move = movedStep(sampleStep, from, target);
  const after = move?.after ?? assert.fail('no move');
  const there = { ...sampleStep, webhookId: target.id, name: after.name, description: after.description };

  it('takes the suggested name along, and keeps a written one', () => {
    assert.equal(after.webhookId, target.id);
    assert.equal(after.name, 'Invoices: Update of contact');
    assert.equal(movedStep({ ...sampleStep, name: 'Mine' }, from, target)?.after.name, 'Mine');
    assert.equal(movedStep(there, target, target), undefined);
  });

  it('is known again when it has arrived although the answer was lost, so that it can be taken back', () => {
    assert.deepEqual(arrivedMove(sampleStep, there, from, target), move);
    // What somebody else has changed besides is none of the move's.
    assert.deepEqual(arrivedMove(sampleStep, { ...there, rank: 9 }, from, target), move);
  });

  it('is not taken for a move of ours where somebody else has moved it under another name', () => {
    assert.equal(arrivedMove(sampleStep, { ...there, name: 'Theirs' }, from, target), undefined);
    assert.equal(arrivedMove(there, there, target, target), undefined);
  });
});
