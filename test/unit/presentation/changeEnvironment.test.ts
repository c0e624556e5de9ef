import assert from 'node:assert/strict';
import { CancelledError } from '../../../src/base/errors';
import { parseProfiles, storedProfiles, type EnvironmentProfile } from '../../../src/environments/profile';
import { exportProfiles, importProfiles } from '../../../src/environments/profileFile';
import {
  changedEnvironment,
  changeEnvironmentStart,
  changeEnvironmentWizard,
} from '../../../src/presentation/flows/changeEnvironment';
import { runWizard } from '../../../src/wizard/wizard';
import { CANCEL, pick, ScriptedUser, type, typeRefused, type Answer } from '../../fakes/scriptedUser';
import { profile } from './treeRows';

const never = new AbortController().signal;

async function change(of: EnvironmentProfile, answers: readonly Answer[]): Promise<EnvironmentProfile> {
  const user = new ScriptedUser(answers);
  const state = await runWizard(changeEnvironmentWizard(of), user, changeEnvironmentStart(of), never);
  user.done();
  return changedEnvironment(of, state);
}

describe('Change Environment', () => {
  it('changes name, colour and guards, each from the summary', async () => {
    const changed = await change(profile, [
      pick('Name'),
      typeRefused('', /./),
      type('Contoso'),
      pick('Color'),
      pick('Purple'),
      pick('Production'),
      pick('Yes'),
      pick('Read-Only'),
      pick('Yes'),
      pick('Save'),
    ]);
    assert.deepEqual(changed, {
      ...profile,
      name: 'Contoso',
      color: 'purple',
      production: true,
      readOnly: true,
    });
  });

  it('says whether there is something to save', async () => {
    const user = new ScriptedUser([
      pick('Read-Only'),
      pick('Yes'),
      pick('Read-Only'),
      pick('No'),
      pick('Save'),
    ]);
    await runWizard(changeEnvironmentWizard(profile), user, changeEnvironmentStart(profile), never);
    const summaries = user.questions.filter((question) => question.startsWith('Nothing'));
    assert.deepEqual(summaries, [
      'Nothing is different yet',
      'Nothing has been saved yet',
      'Nothing is different yet',
    ]);
  });

  it('takes a colour away again', async () => {
    const changed = await change({ ...profile, color: 'red' }, [
      pick('Color'),
      pick('No color'),
      pick('Save'),
    ]);
    assert.deepEqual(changed, { ...profile, production: false, readOnly: false });
    assert.ok(!('color' in changed));
  });

  it('leaves everything as it was when it is cancelled at any of its questions', async () => {
    const scripts: ReadonlyArray<readonly Answer[]> = [
      [CANCEL],
      [pick('Color'), CANCEL],
      [pick('Color'), pick('Red'), CANCEL],
      [pick('Name'), CANCEL],
      [pick('Read-Only'), CANCEL],
    ];
    for (const answers of scripts) await assert.rejects(change(profile, answers), CancelledError);
  });

  it('keeps the colour over a restart, and in the file for another machine', () => {
    const red: EnvironmentProfile = { ...profile, color: 'red' };
    assert.deepEqual(parseProfiles(JSON.parse(JSON.stringify(storedProfiles([red])))), [red]);
    const { added } = importProfiles(exportProfiles([red]), [], () => 'n');
    assert.deepEqual(added, [{ ...red, id: 'n' }]);
  });

  it('leaves out a colour that it does not know, not the environment', () => {
    for (const color of ['mauve', 7, null, {}]) {
      const stored = storedProfiles([profile]).map((entry) => ({ ...(entry as object), color }));
      assert.deepEqual(parseProfiles(stored), [profile]);
    }
  });
});
