import assert from 'node:assert/strict';
import { chooseHost, desktopCandidates, hasDisplay } from '../../../scripts/host/choose';
import { chromiumCandidates } from '../../../scripts/host/chromium';
import { consoleText } from '../../../scripts/host/runHostTests';
import { workbenchUrl } from '../../../scripts/host/serverBuild';

describe('Looking for a browser', () => {
  it('believes CHROMIUM_PATH and looks nowhere else', () => {
    assert.deepEqual(chromiumCandidates('linux', { CHROMIUM_PATH: '/opt/c', PATH: '/usr/bin' }), ['/opt/c']);
  });

  it('knows where Chrome and Edge are on Windows, in the order of preference', () => {
    assert.deepEqual(chromiumCandidates('win32', { PROGRAMFILES: 'C:\\Programs' }), [
      'C:\\Programs\\Google\\Chrome\\Application\\chrome.exe',
      'C:\\Programs\\Microsoft\\Edge\\Application\\msedge.exe',
      'C:\\Programs\\Chromium\\Application\\chrome.exe',
    ]);
  });

  it('looks in both application folders on macOS', () => {
    const found = chromiumCandidates('darwin', { HOME: '/Users/ann' });
    assert.equal(found[0], '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome');
    assert.ok(found.includes('/Users/ann/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge'));
  });

  it('looks along the PATH on Linux, and a Chromium anywhere beats a Chrome', () => {
    const found = chromiumCandidates('linux', { PATH: '/a::/b' });
    assert.deepEqual(found.slice(0, 2), ['/a/chromium', '/b/chromium']);
    assert.ok(found.indexOf('/b/chromium') < found.indexOf('/a/google-chrome'));
  });
});

describe('Choosing a VS Code', () => {
  it('takes the server build when told so', async () => {
    assert.deepEqual(await chooseHost({ DVW_HOST: 'server' }), { kind: 'server', why: 'DVW_HOST says so' });
  });

  it('refuses a choice that does not exist', async () => {
    await assert.rejects(chooseHost({ DVW_HOST: 'phone' }), /DVW_HOST is phone; it may be desktop or server/);
  });

  it('knows that only Linux can be without a display', () => {
    assert.equal(hasDisplay('linux', {}), false);
    assert.equal(hasDisplay('linux', { DISPLAY: '' }), false);
    assert.equal(hasDisplay('linux', { WAYLAND_DISPLAY: 'wayland-0' }), true);
    assert.equal(hasDisplay('darwin', {}), true);
    assert.equal(hasDisplay('win32', {}), true);
  });

  it('looks for the program on Windows and macOS, not for the command that detaches it', () => {
    assert.deepEqual(desktopCandidates('win32', { LOCALAPPDATA: 'C:\\L', PROGRAMFILES: 'C:\\P' }), [
      'C:\\L\\Programs\\Microsoft VS Code\\Code.exe',
      'C:\\P\\Microsoft VS Code\\Code.exe',
    ]);
    assert.ok(
      desktopCandidates('darwin', {}).includes(
        '/Applications/Visual Studio Code.app/Contents/MacOS/Electron',
      ),
    );
  });
});

describe('The address of the workbench', () => {
  it('names the folder as it is', () => {
    const url = new URL(workbenchUrl('http://127.0.0.1:81', { folder: '/tmp/a b' }));
    assert.equal(url.searchParams.get('folder'), '/tmp/a b');
    assert.equal(url.searchParams.has('payload'), false);
  });

  it('names the extension under development and its tests on the server', () => {
    const url = workbenchUrl('http://127.0.0.1:81', {
      folder: '/w',
      extension: '/e f',
      testsPath: '/t/index.js',
    });
    assert.deepEqual(JSON.parse(new URL(url).searchParams.get('payload') ?? ''), [
      ['extensionDevelopmentPath', 'vscode-remote://127.0.0.1:81/e%20f'],
      ['extensionTestsPath', 'vscode-remote://127.0.0.1:81/t/index.js'],
      ['skipWelcome', 'true'],
    ]);
  });

  it('turns a Windows path into a URI path', () => {
    const url = new URL(workbenchUrl('http://127.0.0.1:81', { folder: 'C:\\code\\x' }));
    assert.equal(url.searchParams.get('folder'), '/C:/code/x');
  });
});

describe('What the extension host prints', () => {
  it('is put together as a console would', () => {
    assert.equal(consoleText(['  %s %s (%dms)', '✔', 'works', 7]), '  ✔ works (7ms)');
    assert.equal(consoleText(['%c INFO', 'color: red', 'text']), ' INFO text');
    assert.equal(consoleText(['100%% of', { a: 1 }]), '100% of {"a":1}');
    assert.equal(consoleText([{ a: 1 }, 'b']), '{"a":1} b');
  });
});
