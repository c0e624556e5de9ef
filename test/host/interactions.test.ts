import assert from 'node:assert/strict';
import { env, UIKind, window } from 'vscode';
import { browserOrCode } from '../../src/vscode/signIn/interactions';
import { Report } from '../../src/vscode/report';

describe('A sign-in by browser', () => {
  it('is one with a code in a window whose browser cannot come back to the extension', () => {
    const log = window.createOutputChannel('Interactions', { log: true });
    const profile = {
      id: 'a',
      name: 'Contoso',
      url: 'https://contoso.crm4.dynamics.com',
      signIn: 'browser',
      sandbox: false,
    } as const;
    const { kind } = browserOrCode(profile, new Report(log, () => undefined));
    log.dispose();
    const isOnDesktop = env.uiKind === UIKind.Desktop && env.remoteName === undefined;
    assert.equal(kind, isOnDesktop ? 'browser' : 'deviceCode');
  });
});
