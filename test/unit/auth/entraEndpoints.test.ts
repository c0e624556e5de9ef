import assert from 'node:assert/strict';
import { ApplicationSession } from '../../../src/auth/applicationSession';
import { authorityOf } from '../../../src/auth/authority';
import { CLOUD_NAMES, type CloudName } from '../../../src/auth/cloud';
import type { HttpRequest, Send } from '../../../src/auth/ports';
import { TokenCaches } from '../../../src/auth/tokenCache';
import { UserSession } from '../../../src/auth/userSession';
import { systemClock } from '../../../src/base/clock';
import { Secret } from '../../../src/base/secret';
import { MemorySecrets } from '../../fakes/secretStores';

const TENANT = '11111111-2222-4333-8444-555555555555';
const SCOPE = 'https://contoso.crm4.dynamics.com/.default';
const HOSTS: Readonly<Record<CloudName, string>> = {
  public: 'login.microsoftonline.com',
  gcc: 'login.microsoftonline.com',
  gccHigh: 'login.microsoftonline.us',
  dod: 'login.microsoftonline.us',
  china: 'login.partner.microsoftonline.cn',
};

/** Answers every request with a token, as Microsoft Entra would; nothing leaves this process. */
function recorder(): { readonly send: Send; readonly requests: HttpRequest[] } {
  const requests: HttpRequest[] = [];
  const send: Send = (request) => {
    requests.push(request);
    return Promise.resolve({
      status: 200,
      header: () => undefined,
      text: () =>
        Promise.resolve(JSON.stringify({ token_type: 'Bearer', expires_in: 3599, access_token: 'a-token' })),
      discard: () => undefined,
    });
  };
  return { send, requests };
}

describe('the requests to Microsoft Entra', () => {
  for (const place of CLOUD_NAMES) {
    it(`go straight to the tenant's endpoint in ${place}`, async () => {
      const { send, requests } = recorder();
      const session = new ApplicationSession({
        authority: authorityOf(
          { authorizationUri: `https://${HOSTS[place]}/${TENANT}/oauth2/authorize` },
          { place },
        ),
        clientId: 'client',
        scope: SCOPE,
        credential: 'secret',
        read: () => Promise.resolve(new Secret('s3cret')),
        send,
        clock: systemClock,
      });
      assert.equal((await session.token({})).reveal(), 'a-token');
      assert.equal(requests.length, 1);
      const url = new URL(requests[0]?.url ?? '');
      assert.equal(`${url.origin}${url.pathname}`, `https://${HOSTS[place]}/${TENANT}/oauth2/v2.0/token`);
      const form = new URLSearchParams(requests[0]?.body);
      assert.deepEqual(
        [form.get('grant_type'), form.get('scope'), form.get('client_id'), form.get('client_secret')],
        ['client_credentials', SCOPE, 'client', 's3cret'],
      );
    });
  }

  it("ask for a person's token with the scope of the environment and for renewal", async () => {
    const { send } = recorder();
    const caches = new TokenCaches(new MemorySecrets().window());
    const stop = new AbortController();
    let opened = '';
    const session = new UserSession({
      authority: authorityOf({}, { place: 'public' }),
      clientId: 'client',
      scope: SCOPE,
      interaction: {
        kind: 'browser',
        pages: { success: '', failure: '' },
        open: (url) => {
          opened = url;
          setImmediate(() => stop.abort());
          return Promise.resolve(true);
        },
      },
      caches,
      send,
      clock: systemClock,
    });
    await assert.rejects(session.signIn({ signal: stop.signal }));
    const url = new URL(opened);
    assert.equal(
      `${url.origin}${url.pathname}`,
      'https://login.microsoftonline.com/organizations/oauth2/v2.0/authorize',
    );
    assert.deepEqual(
      new Set(url.searchParams.get('scope')?.split(' ')),
      new Set([SCOPE, 'openid', 'profile', 'offline_access']),
    );
    assert.match(url.searchParams.get('redirect_uri') ?? '', /^http:\/\/localhost:\d+$/);
    session.dispose();
    caches.dispose();
  });
});
