import assert from 'node:assert/strict';
import { noSignIn } from '../../../src/auth/noSignIn';
import { SignInError } from '../../../src/auth/signInError';

describe('a service that is used without a sign-in', () => {
  it('gets no token when it is on this machine', async () => {
    for (const origin of ['http://127.0.0.1:4711', 'http://localhost', 'https://[::1]:1']) {
      assert.equal(await noSignIn(origin).token({}), undefined);
    }
  });

  it('is refused anywhere else', () => {
    for (const origin of [
      'https://contoso.crm.dynamics.com',
      'http://192.168.0.1',
      'http://localhost.evil.example',
      'x',
    ]) {
      assert.throws(
        () => noSignIn(origin),
        (error: unknown) => SignInError.is(error, 'loopbackOnly'),
      );
    }
  });
});
