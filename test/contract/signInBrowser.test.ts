import assert from 'node:assert/strict';
import { createServer } from 'node:https';
import { authorityOf } from '../../src/auth/authority';
import type { BrowserInteraction } from '../../src/auth/browserFlow';
import { cacheKey } from '../../src/auth/tokenCache';
import { CancelledError } from '../../src/base/errors';
import { serverCertificate } from '../fakes/certificates';
import { SCOPE, TENANT } from '../fakes/oidcServer';
import {
  answerJson,
  failureOf,
  isClosed,
  loopbackPort,
  reasonOf,
  signInRig,
  type SignInRig,
} from '../fakes/signInRig';

const never = new AbortController().signal;

/** The library adds claims about the id token of its own. */
function accessTokenClaims(text: string): unknown {
  const claims: unknown = JSON.parse(text);
  return typeof claims === 'object' && claims !== null && 'access_token' in claims
    ? claims.access_token
    : undefined;
}

describe('sign-in by browser against a real OAuth server', () => {
  let rig: SignInRig;
  before(async () => {
    rig = await signInRig();
  });
  after(async () => rig.close());
  beforeEach(() => rig.reset());

  /** A browser window that somebody looks at and does nothing. */
  const idle = (onOpen: () => void = () => undefined): BrowserInteraction => ({
    ...rig.personInBrowser(),
    open: (url) => {
      rig.opened.push(url);
      onOpen();
      return Promise.resolve(true);
    },
  });

  it('comes back through the loopback with PKCE and a posted form', async () => {
    const session = rig.userSession();
    const account = await session.signIn({ signal: never });
    assert.equal(account.username, 'anna@contoso.example');
    const asked = new URL(rig.opened[0] ?? '').searchParams;
    assert.equal(asked.get('response_mode'), 'form_post');
    assert.equal(asked.get('code_challenge_method'), 'S256');
    assert.equal(asked.get('prompt'), 'select_account');
    assert.ok(asked.get('scope')?.split(' ').includes(SCOPE));
    const token = await session.token({});
    assert.ok(token.length > 20);
    assert.equal(rig.server.grants('authorization_code'), 1);
    assert.ok(await isClosed(loopbackPort(rig.opened[0])));
  });

  it('shows our page at the end', async () => {
    await rig.userSession().signIn({ signal: never });
    while (rig.pages.length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(rig.pages, ['<h1>Done</h1>']);
  });

  it('signs in at a plain OpenID Connect server when the settings say so', async () => {
    const session = rig.userSession({ authority: rig.authority('OIDC') });
    await session.signIn({ signal: never });
    assert.ok(await session.token({}));
  });

  it('gives the token in hand without asking the server again', async () => {
    const session = rig.userSession();
    await session.signIn({ signal: never });
    const before = rig.server.seen.length;
    const tokens = await Promise.all([session.token({}), session.token({})]);
    assert.equal(tokens[0].reveal(), tokens[1].reveal());
    assert.equal(rig.server.seen.length, before);
  });

  it('keeps the sign-in for the next window, in one entry for tenant and client', async () => {
    const first = rig.userSession();
    const { id } = await first.signIn({ signal: never });
    const next = rig.userSession({ accountId: id });
    assert.equal((await next.token({})).reveal(), (await first.token({})).reveal());
    assert.equal(rig.opened.length, 1);
    assert.deepEqual([...rig.secrets.entries.keys()], [cacheKey(rig.server.host, TENANT, 'person-client')]);
  });

  it('renews silently before the token ends, once for all who ask at the same time', async () => {
    rig.server.tokenLife = 200;
    const session = rig.userSession();
    await session.signIn({ signal: never });
    const before = rig.server.grants('refresh_token');
    const tokens = await Promise.all(Array.from({ length: 5 }, async () => session.token({})));
    assert.equal(new Set(tokens.map((token) => token.reveal())).size, 1);
    assert.equal(rig.server.grants('refresh_token'), before + 1);
    assert.equal(rig.opened.length, 1);
  });

  it('replaces a token that the service refused, once for all who held it', async () => {
    const session = rig.userSession();
    await session.signIn({ signal: never });
    const old = await session.token({});
    const before = rig.server.grants('refresh_token');
    const fresh = await Promise.all([
      session.token({ refused: { token: old } }),
      session.token({ refused: { token: old } }),
    ]);
    const late = await session.token({ refused: { token: old } });
    for (const token of [...fresh, late]) assert.notEqual(token.reveal(), old.reveal());
    assert.equal(rig.server.grants('refresh_token'), before + 1);
  });

  it('says that a person is needed when the refresh token was revoked, and opens nothing by itself', async () => {
    rig.server.tokenLife = 200;
    const session = rig.userSession();
    await session.signIn({ signal: never });
    await rig.server.revoke();
    assert.equal(await reasonOf(session.token({})), 'interactionNeeded: sessionExpired');
    assert.equal(rig.opened.length, 1);
  });

  it('lives on with a valid token while the server is down', async () => {
    rig.server.tokenLife = 200;
    const session = rig.userSession();
    await session.signIn({ signal: never });
    const token = await session.token({});
    rig.server.intercept = (_request, _body, response) => {
      response.writeHead(503, { 'Content-Type': 'text/html' }).end('<h1>Down</h1>');
      return true;
    };
    assert.equal((await session.token({})).reveal(), token.reveal());
    assert.equal(await reasonOf(session.token({ refused: { token } })), 'authorityDown');
  });

  it('finds the refresh token that another window has used and renewed a moment ago', async () => {
    rig.server.tokenLife = 200;
    const session = rig.userSession();
    const { id } = await session.signIn({ signal: never });
    const other = rig.userSession({ accountId: id });
    let raced = false;
    const work: Array<Promise<unknown>> = [];
    rig.server.intercept = (_request, body, response) => {
      if (raced || !body.includes('grant_type=refresh_token')) return false;
      raced = true;
      // The other window is a moment faster; then this one hears that its refresh token is worth nothing.
      work.push(other.token({}).then(() => answerJson(response, 400, { error: 'invalid_grant' })));
      return true;
    };
    assert.ok(await session.token({ refused: {} }));
    await Promise.all(work);
    assert.equal(rig.opened.length, 1);
  });

  it('forgets everything on sign-out, in every window', async () => {
    const session = rig.userSession();
    const { id } = await session.signIn({ signal: never });
    const other = rig.userSession({ accountId: id });
    await other.token({});
    await session.signOut();
    assert.equal(rig.secrets.entries.size, 0);
    assert.equal(await reasonOf(other.token({})), 'interactionNeeded');
    assert.equal(await reasonOf(session.token({})), 'interactionNeeded');
  });

  it('keeps the other account of the tenant when one signs out', async () => {
    const anna = rig.userSession();
    await anna.signIn({ signal: never });
    const ben = rig.userSession({ interaction: rig.personInBrowser('ben'), accountId: 'nobody yet' });
    await ben.signIn({ signal: never });
    await anna.signOut();
    assert.ok(await ben.token({}));
    assert.equal(await reasonOf(anna.token({})), 'interactionNeeded');
  });

  it('ends at once when it is cancelled while the browser is open, and leaves no server behind', async () => {
    const stop = new AbortController();
    const error = await failureOf(
      rig.userSession({ interaction: idle(() => setImmediate(() => stop.abort())) }).signIn({
        signal: stop.signal,
      }),
    );
    assert.ok(error instanceof CancelledError);
    assert.ok(await isClosed(loopbackPort(rig.opened[0])));
    assert.equal(rig.secrets.entries.size, 0);
  });

  it('ends at once when it is cancelled while the editor still asks whether to open the browser', async () => {
    const stop = new AbortController();
    const interaction: BrowserInteraction = {
      ...rig.personInBrowser(),
      open: (url) => {
        rig.opened.push(url);
        setImmediate(() => stop.abort());
        return new Promise(() => undefined);
      },
    };
    const error = await failureOf(rig.userSession({ interaction }).signIn({ signal: stop.signal }));
    assert.ok(error instanceof CancelledError);
    assert.ok(await isClosed(loopbackPort(rig.opened[0])));
  });

  it('ends at once when it is cancelled before the server has answered', async () => {
    const stop = new AbortController();
    rig.server.intercept = () => {
      setImmediate(() => stop.abort());
      return true;
    };
    const error = await failureOf(rig.userSession().signIn({ signal: stop.signal }));
    assert.ok(error instanceof CancelledError);
    assert.deepEqual(rig.opened, []);
  });

  it('does nothing when it is cancelled before it begins', async () => {
    const before = rig.server.seen.length;
    const error = await failureOf(rig.userSession().signIn({ signal: AbortSignal.abort() }));
    assert.ok(error instanceof CancelledError);
    assert.equal(rig.server.seen.length, before);
  });

  it('gives up after its time limit and closes the loopback', async () => {
    const session = rig.userSession({ interaction: idle(), interactionLimit: 400 });
    assert.equal(await reasonOf(session.signIn({ signal: never })), 'timeout');
    assert.ok(await isClosed(loopbackPort(rig.opened[0])));
  });

  it('says so when the browser was not opened', async () => {
    const interaction: BrowserInteraction = {
      ...rig.personInBrowser(),
      open: (url) => {
        rig.opened.push(url);
        return Promise.resolve(false);
      },
    };
    assert.equal(
      await reasonOf(rig.userSession({ interaction }).signIn({ signal: never })),
      'browserNotOpened',
    );
    assert.ok(await isClosed(loopbackPort(rig.opened[0])));
  });

  it('tells a refusal in the browser, and shows our page for it', async () => {
    const interaction: BrowserInteraction = {
      ...rig.personInBrowser(),
      open: (url) => {
        void rig
          .browser()
          .refuse(url)
          .then((page) => rig.pages.push(page.body));
        return Promise.resolve(true);
      },
    };
    assert.equal(await reasonOf(rig.userSession({ interaction }).signIn({ signal: never })), 'accessDenied');
    while (rig.pages.length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(rig.pages, ['<h1>Failed</h1>']);
  });

  it('signs in whatever the clock of the server says', async () => {
    for (const skew of [-7_200_000, 7_200_000]) {
      rig.reset();
      rig.server.skew = skew;
      rig.server.tokenLife = 200;
      const session = rig.userSession();
      await session.signIn({ signal: never });
      assert.ok(await session.token({}), `skew ${skew}`);
    }
  });

  it('prompts once for a claims challenge, and gives up when the prompt did not help', async () => {
    const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
    const session = rig.userSession();
    await session.signIn({ signal: never });
    const first = await session.token({});
    rig.server.intercept = (_request, body, response) =>
      new URLSearchParams(body).get('grant_type') === 'refresh_token' &&
      answerJson(response, 400, {
        error: 'interaction_required',
        error_description:
          'AADSTS50076: Due to a configuration change you must use multi-factor authentication.',
        error_codes: [50076],
        suberror: 'basic_action',
        claims,
      });
    assert.equal(
      await reasonOf(session.token({ refused: { token: first, claims } })),
      'interactionNeeded: mfaNeeded',
    );
    const silent = new URLSearchParams(rig.server.seen.at(-1)?.body).get('claims') ?? '';
    assert.deepEqual(accessTokenClaims(silent), accessTokenClaims(claims));
    rig.server.intercept = undefined;
    await session.signIn({ signal: never });
    const asked = new URL(rig.opened.at(-1) ?? '').searchParams;
    assert.deepEqual(accessTokenClaims(asked.get('claims') ?? ''), accessTokenClaims(claims));
    assert.equal(asked.get('login_hint'), 'anna@contoso.example');
    const second = await session.token({});
    assert.notEqual(second.reveal(), first.reveal());
    assert.equal(await reasonOf(session.token({ refused: { token: second, claims } })), 'claimsNotSatisfied');
    assert.equal(rig.opened.length, 2);
  });

  it('prompts when the silent try brought a token without the claims', async () => {
    const claims = '{"access_token":{"acrs":{"essential":true,"value":"c2"}}}';
    const session = rig.userSession();
    await session.signIn({ signal: never });
    const second = await session.token({ refused: { token: await session.token({}), claims } });
    assert.equal(
      await reasonOf(session.token({ refused: { token: second, claims } })),
      'interactionNeeded: mfaNeeded',
    );
  });
});

describe('a sign-in server that cannot be trusted or reached', () => {
  let rig: SignInRig;
  before(async () => {
    rig = await signInRig();
  });
  after(async () => rig.close());
  beforeEach(() => rig.reset());

  it('is told by its certificate', async () => {
    const strange = await serverCertificate();
    const server = createServer({ cert: strange.certificate, key: strange.key }, (_request, response) => {
      response.end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    const authority = authorityOf(
      {},
      { place: 'loopback', override: { authority: `https://127.0.0.1:${address.port}/${TENANT}` } },
    );
    assert.equal(
      await reasonOf(rig.userSession({ authority }).signIn({ signal: never })),
      'untrustedCertificate',
    );
    server.closeAllConnections();
    server.close();
  });

  it('is told when nothing listens', async () => {
    const other = await signInRig();
    const authority = other.authority();
    await other.close();
    assert.equal(await reasonOf(rig.userSession({ authority }).signIn({ signal: never })), 'unreachable');
  });

  const pages: ReadonlyArray<readonly [number, string, string]> = [
    [200, 'text/html', 'badAnswer'],
    [302, 'text/html', 'badAnswer'],
    [407, 'text/html', 'proxyNeedsSignIn'],
    [429, 'text/plain', 'throttled'],
    [503, 'text/html', 'authorityDown'],
  ];
  for (const [status, type, reason] of pages) {
    it(`is told when a proxy answers ${status} with a page`, async () => {
      rig.server.intercept = (_request, _body, response) => {
        response.writeHead(status, { 'Content-Type': type, Location: 'https://proxy.example/' });
        response.end('<html><body>Please sign in to the network</body></html>');
        return true;
      };
      assert.equal(await reasonOf(rig.userSession().signIn({ signal: never })), reason);
    });
  }

  it('is told when a proxy answers only the token request with a page, and the loopback is closed', async () => {
    rig.server.intercept = (request, _body, response) => {
      if (request.method !== 'POST' || request.url?.includes('/oauth2/v2.0/token') !== true) return false;
      response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html></html>');
      return true;
    };
    assert.equal(await reasonOf(rig.userSession().signIn({ signal: never })), 'badAnswer');
    assert.ok(await isClosed(loopbackPort(rig.opened[0])));
  });

  it('cannot send a code or a secret to another host by naming another endpoint', async () => {
    const thief = await signInRig();
    try {
      rig.server.intercept = (request, _body, response) =>
        request.url?.endsWith('/openid-configuration') === true &&
        answerJson(response, 200, {
          issuer: `${rig.server.authority}/v2.0`,
          authorization_endpoint: `${rig.server.authority}/v2.0/oauth2/v2.0/authorize`,
          token_endpoint: `${thief.server.authority}/v2.0/oauth2/v2.0/token`,
          jwks_uri: `${rig.server.authority}/v2.0/jwks`,
        });
      assert.equal(await reasonOf(rig.applicationSession().token({})), 'untrustedAuthority');
      assert.deepEqual(thief.server.seen, []);
    } finally {
      await thief.close();
    }
  });
});
