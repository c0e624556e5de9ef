import assert from 'node:assert/strict';
import { conflictWizard, imageDifferences } from '../../../src/presentation/flows/editConflict';
import { differingImageMembers, mergeImage } from '../../../src/webhooks/imageMerge';
import type { Image } from '../../../src/webhooks/model';
import { changeImageWrites } from '../../../src/webhooks/writes';
import { runWizard } from '../../../src/wizard/wizard';
import { pick, ScriptedUser } from '../../fakes/scriptedUser';

const before: Image = {
  id: '00000000-0000-4000-8000-000000000001',
  stepId: '00000000-0000-4000-8000-000000000002',
  name: 'Before',
  alias: 'Before',
  type: 'pre',
  messageProperty: 'Target',
  columns: ['firstname'],
};

describe('An image that two people change', () => {
  const mine = { ...before, alias: 'Mine' };
  const theirs = { ...before, columns: ['firstname', 'lastname'], alias: 'Theirs' };

  it('keeps what the other person changed where it is not changed here', () => {
    assert.deepEqual(differingImageMembers(before, theirs), ['columns', 'alias']);
    const merged = mergeImage(before, mine, theirs);
    assert.deepEqual(merged, { ...theirs, alias: 'Mine' });
    const [write, ...others] = changeImageWrites(theirs, merged);
    assert.deepEqual(others, []);
    assert.ok(write?.method === 'PATCH');
    assert.deepEqual(Object.keys(write.body), ['entityalias', 'sdkmessageprocessingstepid@odata.bind']);
  });

  it('has nothing left to write when it is as it is wanted already', () => {
    assert.deepEqual(changeImageWrites(mine, mergeImage(before, mine, mine)), []);
  });

  it('is told with both values', async () => {
    const merged = mergeImage(before, mine, theirs);
    const conflict = {
      differences: imageDifferences(theirs, merged),
      changedByOther: imageDifferences(theirs, before),
    };
    const user = new ScriptedUser([pick('Overwrite with My Changes')]);
    const never = new AbortController().signal;
    const { answer } = await runWizard(
      conflictWizard('Theirs', conflict),
      user,
      { answer: undefined },
      never,
    );
    assert.equal(answer, 'overwrite');
    assert.match(user.screen, /now Theirs, yours Mine/);
    assert.match(user.screen, /now firstname, lastname, before firstname/);
  });
});
