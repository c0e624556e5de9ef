import assert from 'node:assert/strict';
import { DataverseError } from '../../../src/dataverse/errors';
import { deletionDetail } from '../../../src/presentation/texts/deletionTexts';
import { failedNames } from '../../../src/presentation/texts/failedNames';
import { step, webhook } from './treeRows';

describe('What is asked before a webhook is deleted', () => {
  it('names the steps that go with it, managed ones as such, and counts those beyond ten', () => {
    const steps = Array.from({ length: 13 }, (_, n) => ({ ...step, name: `Step\n${n}`, managed: n === 1 }));
    const lines = deletionDetail(webhook, steps, true).split('\n');
    assert.equal(lines[0], 'Its 13 steps and their images are deleted with it:');
    assert.equal(lines.filter((line) => line.startsWith('• Step ')).length, 10);
    assert.equal(lines[2], '• Step 1 (managed)');
    assert.equal(lines[11], 'and 3 more');
  });

  it('says what an undo brings back, and what it needs for that', () => {
    const last = (...given: Parameters<typeof deletionDetail>): readonly string[] =>
      deletionDetail(...given)
        .split('\n')
        .slice(1);
    assert.deepEqual(last(webhook, [], true), ['Undo registers all of it again with the same ids.']);
    assert.deepEqual(last({ ...webhook, hasSecret: false }, [], false), last(webhook, [], true));
    assert.match(last({ ...webhook, hasSecret: true }, [], false)[0] ?? '', /asks for the secret/);
    assert.match(last({ ...webhook, authType: 'other' }, [], false)[0] ?? '', /cannot be undone/);
    const remarks = last(webhook, [{ ...step, managed: true, stage: 'internal' }], true).join('\n');
    assert.match(remarks, /comes back unmanaged/);
    assert.match(remarks, /internal stage/);
  });
});

describe('The names of what could not be done', () => {
  const forbidden = new DataverseError('forbidden', 'no');
  const network = new DataverseError('network', 'down');

  it('stand alone where there is one reason for all', () => {
    assert.equal(
      failedNames(
        [
          { name: 'A', error: forbidden },
          { name: 'B\nC', error: forbidden },
        ],
        'Env',
      ),
      '"A", "B C"',
    );
  });

  it('have their reasons where these differ, and are five at most', () => {
    const failed = Array.from({ length: 7 }, (_, n) => ({
      name: `S${n}`,
      error: n === 0 ? network : forbidden,
    }));
    const text = failedNames(failed, 'Env');
    assert.match(text, /^"S0" \(.+\), "S1" \(.+\)/);
    assert.ok(text.endsWith('"S4" (' + (/"S4" \((.+)\), and/.exec(text)?.[1] ?? '') + '), and 2 more'), text);
  });
});
