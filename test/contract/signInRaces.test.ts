import assert from 'node:assert/strict';
import { createNodeFetchTransport } from '../../src/dataverse/nodeFetchTransport';
import { reasonOf, signInRig, type SignInRig } from '../fakes/signInRig';

const never = new AbortController().signal;

describe('a session that several ask, in several windows', () => {
  let rig: SignInRig;
  before(async () => {
    rig = await signInRig();
  });
  after(async () => rig.close());
  beforeEach(() => rig.reset());

  it('gives no token to work whose renewal was under way when somebody signed out, here or in another window', async () => {
    rig.server.tokenLife = 200;
    for (const where of ['here', 'in another window']) {
      let renewed: () => void = () => undefined;
      let goOn: () => void = () => undefined;
      const isRenewed = new Promise<void>((resolve) => (renewed = resolve));
      const mayGoOn = new Promise<void>((resolve) => (goOn = resolve));
      const send = createNodeFetchTransport({ timeLimit: 8000 });
      const session = rig.userSession({
        send: async (request) => {
          const response = await send(request);
          if (request.body?.includes('grant_type=refresh_token') !== true) return response;
          renewed();
          await mayGoOn;
          return response;
        },
      });
      const { id } = await session.signIn({ signal: never });
      const waiting = reasonOf(session.token({}));
      await isRenewed;
      await (where === 'here' ? session : rig.userSession({ accountId: id })).signOut();
      goOn();
      assert.equal(await waiting, 'interactionNeeded', where);
      assert.equal(await reasonOf(session.token({})), 'interactionNeeded', where);
      assert.equal(rig.secrets.entries.size, 0);
    }
  });

  it('asks nobody for work that comes late with the token of before, whatever another window has stored meanwhile', async () => {
    const claims = '{"access_token":{"acrs":{"essential":true,"value":"c3"}}}';
    const session = rig.userSession();
    await session.signIn({ signal: never });
    const first = await session.token({});
    await session.token({ refused: { token: first, claims } });
    const [[key, text] = ['', '']] = rig.secrets.entries;
    await rig.secrets.window().set(key, text);
    const late = await session.token({ refused: { token: first, claims } });
    assert.notEqual(late.reveal(), first.reveal());
    assert.equal(rig.opened.length, 1);
  });
});
