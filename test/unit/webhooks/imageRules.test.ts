import assert from 'node:assert/strict';
import {
  checkAlias,
  choosesProperty,
  imageProperties,
  imageTypesFor,
  sharesPlace,
} from '../../../src/webhooks/imageRules';

describe('The images of a step', () => {
  it('are those that message and stage allow', () => {
    assert.deepEqual(imageTypesFor('Create', 'postOperation'), ['post']);
    assert.deepEqual(imageTypesFor('Create', 'preOperation'), []);
    assert.deepEqual(imageTypesFor('Update', 'postOperation'), ['pre', 'post', 'both']);
    assert.deepEqual(imageTypesFor('Update', 'preValidation'), ['pre']);
    assert.deepEqual(imageTypesFor('Delete', 'postOperation'), ['pre']);
    assert.deepEqual(imageTypesFor('Retrieve', 'postOperation'), []);
    assert.deepEqual(imageTypesFor('new_Custom', 'postOperation'), []);
    assert.deepEqual(imageTypesFor('Update', 'internal'), ['pre']);
  });

  it('are of the property that the message has, and a choice only where there is one', () => {
    assert.deepEqual(imageProperties('Create'), ['Id', 'Target']);
    assert.deepEqual(imageProperties('SetState'), ['EntityMoniker']);
    assert.deepEqual(['Create', 'Update', 'Merge', 'Send'].map(choosesProperty), [false, false, true, true]);
  });
});

describe('The alias of an image', () => {
  it('has letters and digits only, and is its own where the receiver looks for it', () => {
    assert.equal(checkAlias('PreImage1', ['PostImage']), undefined);
    assert.equal(checkAlias('', [])?.reason, 'empty');
    assert.equal(checkAlias('Pre Image', [])?.reason, 'characters');
    assert.equal(checkAlias('é', [])?.reason, 'characters');
    assert.equal(checkAlias('a'.repeat(257), [])?.reason, 'tooLong');
    assert.equal(checkAlias('preimage', ['PreImage'])?.reason, 'taken');
    assert.deepEqual(
      [sharesPlace('pre', 'post'), sharesPlace('pre', 'both'), sharesPlace('post', 'post')],
      [false, true, true],
    );
  });
});
