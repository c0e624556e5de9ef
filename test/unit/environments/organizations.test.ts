import assert from 'node:assert/strict';
import { CancelledError } from '../../../src/base/errors';
import type { Row } from '../../../src/dataverse/webApi';
import { Organizations } from '../../../src/vscode/organizations';
import { FakeWebApi } from '../../fakes/fakeWebApi';
import { profile } from '../presentation/treeRows';

const FACTS = { uniqueName: 'contoso', version: '9.2' };
const ANSWER: Row = { Detail: { UniqueName: 'contoso', OrganizationVersion: '9.2' } };
const LONG = 60_000;

/** An environment that answers when it is told to, and what points at it. */
function pointedAt(patience: number) {
  const asked: Array<PromiseWithResolvers<Row>> = [];
  const api = new FakeWebApi({
    get: (_, signal) => {
      const answer = Promise.withResolvers<Row>();
      signal?.addEventListener('abort', () => answer.reject(new CancelledError()));
      asked.push(answer);
      return answer.promise;
    },
  });
  const errors: unknown[] = [];
  const organizations = new Organizations(
    { of: (id) => (id === profile.id ? { api, profile } : undefined) },
    (error) => errors.push(error),
    patience,
  );
  const learned: string[] = [];
  organizations.onDidLearn((id) => learned.push(id));
  const point = (signal = new AbortController().signal) => organizations.of(profile.id, signal);
  return { asked, errors, learned, organizations, point };
}

describe('Facts of an organization that somebody points at', () => {
  it('are asked once, also where the first one has moved on before the answer', async () => {
    const { asked, learned, point } = pointedAt(LONG);
    const moved = new AbortController();
    const first = point(moved.signal);
    moved.abort();
    await assert.rejects(first, CancelledError);
    const second = point();
    asked[0]?.resolve(ANSWER);
    assert.deepEqual(await second, FACTS);
    assert.deepEqual(await point(), FACTS);
    assert.equal(asked.length, 1);
    assert.deepEqual(learned, [], 'nobody was told nothing');
  });

  it('that come too late are there the next time, and it is told that they have come', async () => {
    const { asked, errors, learned, organizations, point } = pointedAt(1);
    assert.equal(await point(), undefined);
    const told = new Promise<string>((resolve) => organizations.onDidLearn(resolve));
    asked[0]?.resolve(ANSWER);
    assert.equal(await told, profile.id);
    assert.deepEqual(learned, [profile.id]);
    assert.deepEqual(await point(), FACTS);
    assert.equal(asked.length, 1);
    assert.deepEqual(errors, []);
  });

  it('are asked for anew after a failure, which goes to the log', async () => {
    const { asked, errors, learned, point } = pointedAt(LONG);
    const first = point();
    const failure = new Error('no way there');
    asked[0]?.reject(failure);
    assert.equal(await first, undefined);
    assert.deepEqual(errors, [failure]);
    assert.deepEqual(learned, []);
    const second = point();
    asked[1]?.resolve(ANSWER);
    assert.deepEqual(await second, FACTS);
  });

  it('are not asked of an environment that is gone, nor for somebody who has moved on', async () => {
    const { asked, organizations, point } = pointedAt(LONG);
    assert.equal(await organizations.of('gone', new AbortController().signal), undefined);
    await assert.rejects(point(AbortSignal.abort()), CancelledError);
    assert.equal(asked.length, 0);
  });
});
