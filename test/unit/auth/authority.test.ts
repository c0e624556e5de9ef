import assert from 'node:assert/strict';
import { authorityOf, isAnyTenant, mayCarryToken, scopeOf } from '../../../src/auth/authority';
import { SignInError, type SignInReason } from '../../../src/auth/signInError';

const TENANT = '11111111-2222-4333-8444-555555555555';
const reason = (expected: SignInReason) => (error: unknown) => SignInError.is(error, expected);

describe('the authority of an environment', () => {
  it('is the tenant that the challenge names, whatever endpoint it ends with', () => {
    for (const end of ['', '/', '/oauth2/authorize', '/oauth2/v2.0/authorize']) {
      const authority = authorityOf(
        { authorizationUri: `https://login.microsoftonline.com/${TENANT.toUpperCase()}${end}` },
        { place: 'public' },
      );
      assert.equal(authority.url, `https://login.microsoftonline.com/${TENANT}`);
      assert.equal(authority.tenant, TENANT);
      assert.equal(authority.protocolMode, 'AAD');
    }
  });

  it('is the tenant of the settings, before that of the challenge', () => {
    const authority = authorityOf(
      { authorizationUri: `https://login.microsoftonline.com/${TENANT}/oauth2/authorize` },
      { place: 'public', tenant: 'contoso.onmicrosoft.com' },
    );
    assert.equal(authority.url, 'https://login.microsoftonline.com/contoso.onmicrosoft.com');
  });

  it('is any tenant of the cloud when nothing tells one', () => {
    const authority = authorityOf({}, { place: 'gccHigh' });
    assert.equal(authority.url, 'https://login.microsoftonline.us/organizations');
    assert.ok(isAnyTenant(authority));
    assert.ok(!isAnyTenant(authorityOf({}, { place: 'gccHigh', tenant: TENANT })));
  });

  it('is the same whichever name of the sign-in service the challenge uses', () => {
    for (const host of ['login.windows.net', 'login.microsoft.com', 'sts.windows.net', 'LOGIN.windows.net']) {
      const authority = authorityOf({ authorizationUri: `https://${host}/${TENANT}` }, { place: 'public' });
      assert.equal(authority.url, `https://login.microsoftonline.com/${TENANT}`);
      assert.deepEqual(authority.addedHosts, []);
    }
  });

  const hostile = [
    `https://login.evil.example/${TENANT}`,
    `https://login.microsoftonline.com.evil.example/${TENANT}`,
    `https://login.microsoftonline.com@evil.example/${TENANT}`,
    `https://login.microsoftonline.com:8443/${TENANT}`,
    `http://login.microsoftonline.com/${TENANT}`,
    `https://login.microsoftonline.us/${TENANT}`,
    'javascript:alert(1)',
    'login.microsoftonline.com',
  ];
  for (const authorizationUri of hostile) {
    it(`is not what a hostile service names: ${authorizationUri}`, () => {
      assert.throws(
        () => authorityOf({ authorizationUri }, { place: 'public' }),
        reason('untrustedAuthority'),
      );
    });
  }

  it('is not a tenant with characters that no tenant has', () => {
    assert.throws(
      () =>
        authorityOf({ authorizationUri: 'https://login.microsoftonline.com/%2e%2e%2f' }, { place: 'public' }),
      reason('noAuthority'),
    );
  });

  it('is only what the settings name for a service on this machine', () => {
    assert.throws(() => authorityOf({}, { place: 'loopback' }), reason('noAuthority'));
    assert.throws(
      () =>
        authorityOf(
          { authorizationUri: `https://login.microsoftonline.com/${TENANT}` },
          { place: 'loopback' },
        ),
      reason('untrustedAuthority'),
    );
    const challenge = { authorizationUri: `https://127.0.0.1:8443/${TENANT}/oauth2/authorize` };
    const authority = authorityOf(challenge, {
      place: 'loopback',
      override: { knownHosts: ['127.0.0.1:8443'] },
    });
    assert.equal(authority.url, `https://127.0.0.1:8443/${TENANT}`);
    assert.deepEqual(authority.trustedHosts, ['127.0.0.1:8443']);
  });

  it('keeps the whole path of a plain OpenID Connect server', () => {
    const authority = authorityOf(
      {},
      {
        place: 'loopback',
        override: { authority: 'https://127.0.0.1:8443/realms/one/', protocolMode: 'OIDC' },
      },
    );
    assert.equal(authority.url, 'https://127.0.0.1:8443/realms/one');
    assert.ok(!isAnyTenant(authority));
  });
});

describe('a token', () => {
  it('is asked for the address of the environment', () => {
    assert.equal(scopeOf('https://contoso.crm4.dynamics.com'), 'https://contoso.crm4.dynamics.com/.default');
    assert.equal(scopeOf('https://contoso.crm4.dynamics.com/'), 'https://contoso.crm4.dynamics.com/.default');
  });

  it('is sent only where nobody can read along', () => {
    assert.ok(mayCarryToken('https://contoso.crm.dynamics.com'));
    assert.ok(mayCarryToken('http://127.0.0.1:4711'));
    assert.ok(!mayCarryToken('http://contoso.crm.dynamics.com'));
    assert.ok(!mayCarryToken('nonsense'));
  });
});
