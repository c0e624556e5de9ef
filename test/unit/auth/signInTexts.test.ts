import assert from 'node:assert/strict';
import { REASON_OF_AADSTS } from '../../../src/auth/aadsts.data';
import { isCredentialProblem, SIGN_IN_REASONS, SignInError } from '../../../src/auth/signInError';
import { SIGN_IN_WAYS, waysToSignIn } from '../../../src/auth/ways';
import { signInPages, signInText, wayText } from '../../../src/presentation/texts/signInTexts';

describe('what a failed sign-in says', () => {
  for (const reason of SIGN_IN_REASONS) {
    it(`is a cause and a next step for ${reason}`, () => {
      const { message, nextSteps } = signInText(new SignInError(reason, 'English for the log'), 'Contoso');
      // Two sentences at least: why, and what to do.
      assert.ok((message.match(/[.?](\s|$|\))/g) ?? []).length >= 2, message);
      assert.ok(!message.includes('English for the log') && !/[{}]/.test(message), message);
      assert.ok(nextSteps.includes('openLog'));
    });
  }

  it('has words for more than 60 numbers of the service, and names the number', () => {
    assert.ok(REASON_OF_AADSTS.size > 60);
    for (const [aadsts, reason] of REASON_OF_AADSTS) {
      assert.ok(reason !== 'refused' && reason !== 'unexpected', String(aadsts));
      const { message } = signInText(new SignInError(reason, '', { aadsts }), 'Contoso');
      assert.ok(message.endsWith(`(AADSTS${aadsts})`), message);
    }
  });

  it('is what the service wrote where there are no words of ours', () => {
    const error = new SignInError('refused', '', { aadsts: 99999, serviceMessage: 'Something\nnew.' });
    assert.equal(
      signInText(error, 'Contoso').message,
      'The sign-in service refused the sign-in for Contoso: Something new. (AADSTS99999)',
    );
  });

  it('tells what lies behind, and offers to sign in', () => {
    const error = new SignInError('interactionNeeded', '', { because: 'mfaNeeded' });
    const { message, nextSteps } = signInText(error, 'Contoso');
    assert.equal(message, 'Contoso wants another proof that it is you. Sign in again.');
    assert.equal(nextSteps[0], 'signIn');
  });

  it('offers to sign in where another secret or certificate is asked for then', () => {
    for (const reason of SIGN_IN_REASONS) {
      const error = new SignInError(reason, '');
      if (!isCredentialProblem(error) || /^key|^certificate(Un|With)/.test(reason)) continue;
      assert.equal(signInText(error, 'Contoso').nextSteps[0], 'signIn', reason);
    }
    assert.ok(isCredentialProblem(new SignInError('wrongSecret', '')));
    assert.ok(!isCredentialProblem(new SignInError('unreachable', '')));
  });

  it('does not offer to sign in where that changes nothing', () => {
    for (const reason of ['blockedByPolicy', 'appNotFound', 'untrustedAuthority', 'unreachable'] as const) {
      assert.ok(!signInText(new SignInError(reason, ''), 'Contoso').nextSteps.includes('signIn'), reason);
    }
  });
});

describe('the ways to sign in', () => {
  const desktop = { loopback: false, editorAccounts: true, browserReachesUs: true, processes: true };

  it('come in one order, each with when to use it', () => {
    assert.deepEqual(waysToSignIn(desktop), [
      'editor',
      'browser',
      'deviceCode',
      'secret',
      'certificate',
      'azureCli',
    ]);
    for (const way of SIGN_IN_WAYS) {
      const { label, detail } = wayText(way);
      assert.ok(label.length > 3 && detail.length > 15);
    }
  });

  it('have no browser where it would end in a dead tab, and no tool where no process starts', () => {
    assert.ok(!waysToSignIn({ ...desktop, browserReachesUs: false }).includes('browser'));
    assert.ok(!waysToSignIn({ ...desktop, processes: false }).includes('azureCli'));
    assert.ok(!waysToSignIn({ ...desktop, editorAccounts: false }).includes('editor'));
  });

  it('have none at all only on this machine', () => {
    assert.ok(!waysToSignIn(desktop).includes('none'));
    assert.ok(waysToSignIn({ ...desktop, loopback: true }).includes('none'));
  });

  it('end on a page that takes the name of the editor as text', () => {
    const { success } = signInPages('<script>Code & Co');
    assert.ok(
      success.includes('&#60;script>Code &#38; Co') || success.includes('&#60;script&#62;Code &#38; Co'),
    );
    assert.ok(!success.includes('<script>'));
  });
});
