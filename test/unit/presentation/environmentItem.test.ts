import assert from 'node:assert/strict';
import { SignInError } from '../../../src/auth/signInError';
import { DataverseError } from '../../../src/dataverse/errors';
import type { OrganizationFacts } from '../../../src/environments/organization';
import { ENVIRONMENT_COLORS, type EnvironmentProfile } from '../../../src/environments/profile';
import { environmentItem, environmentTooltip } from '../../../src/presentation/tree/environmentItem';
import { loadFailed, unloadedEnvironment } from '../../../src/presentation/tree/environmentState';
import { colorText } from '../../../src/presentation/texts/environmentTexts';
import { loaded, profile } from './treeRows';

const contoso: EnvironmentProfile = {
  id: 'c',
  name: 'Contoso',
  url: 'https://contoso.crm4.dynamics.com',
  signIn: 'browser',
  sandbox: false,
  authority: 'https://login.microsoftonline.com/contoso.example',
  account: { id: 'a', username: 'anna@contoso.example' },
  production: true,
  readOnly: true,
  color: 'green',
};

function lines(of: EnvironmentProfile, facts?: OrganizationFacts, state = loaded): readonly string[] {
  return environmentTooltip(of, state, facts).map(({ label, value }) => `${label}: ${value}`);
}

describe('The tooltip of an environment', () => {
  it('tells what the organization says about itself, and how the environment is used here', () => {
    const facts = {
      id: 'o-1',
      friendlyName: 'Contoso Ltd',
      uniqueName: 'orgc0ffee',
      version: '9.2.25021.142',
      region: 'EUR',
      tenantId: 't-1',
      environmentId: 'e-1',
    };
    assert.deepEqual(lines(contoso, facts), [
      'Environment: Contoso',
      'URL: https://contoso.crm4.dynamics.com',
      'Organization: Contoso Ltd',
      'Unique name: orgc0ffee',
      'Version: 9.2.25021.142',
      'Region: EUR',
      'Organization ID: o-1',
      'Environment ID: e-1',
      'Tenant: t-1',
      'Sign-in: Browser, anna@contoso.example',
      'Production: Yes, every write asks first',
      'Read-Only: Yes, every write is refused',
      'Color: Green',
    ]);
  });

  it('tells what is known anyway where the organization says nothing', () => {
    const { account: _account, ...signedOut } = contoso;
    assert.deepEqual(lines({ ...signedOut, production: false, readOnly: false }), [
      'Environment: Contoso',
      'URL: https://contoso.crm4.dynamics.com',
      'Region: EMEA',
      'Tenant: contoso.example',
      'Sign-in: Browser',
      'Color: Green',
    ]);
    assert.deepEqual(lines(profile), [
      'Environment: Test',
      'URL: http://localhost:4711',
      'Sign-in: No sign-in',
    ]);
    assert.ok(lines({ ...profile, signIn: 'token' }).includes('Sign-in: Pasted token'));
    assert.ok(
      !lines({ ...contoso, authority: 'https://login.microsoftonline.com/organizations' })
        .join()
        .includes('Tenant'),
    );
    assert.ok(
      !lines({ ...contoso, sandbox: true })
        .join()
        .includes('Sign-in'),
    );
  });

  it('stays in its lines, whatever the service says', () => {
    const hostile = lines(contoso, { friendlyName: 'a\nURL: https://evil.example', uniqueName: 'x\u202Ey' });
    assert.equal(hostile.filter((line) => line.startsWith('URL:')).length, 1);
    assert.ok(!hostile.join('').includes('\u202E'));
    assert.ok(!hostile.some((line) => line.includes('\n')));
  });
});

describe('An environment that nobody is signed in to', () => {
  const after = (error: unknown) => environmentItem(contoso, loadFailed(unloadedEnvironment, error));

  it('says so, and offers to sign in, where a person or another secret is needed', () => {
    for (const error of [
      new SignInError('interactionNeeded', ''),
      new SignInError('noSecret', ''),
      new SignInError('wrongSecret', ''),
      new SignInError('certificateExpired', ''),
      new DataverseError('unauthorized', '', { status: 401 }),
    ]) {
      const { description, contextValue } = after(error);
      assert.equal(description, 'signed out');
      assert.match(contextValue, /signedOut/);
    }
  });

  it('is told apart from one without access, and from a proxy in between', () => {
    const forbidden = new DataverseError('forbidden', '', { status: 403 });
    const page = new DataverseError('forbidden', '', { status: 403, page: true });
    const [access, proxy] = [after(forbidden), after(page)];
    assert.deepEqual([access.description, proxy.description], ['no access', 'not reachable']);
    assert.doesNotMatch(access.contextValue + proxy.contextValue, /signedOut/);
  });
});

describe('The guards of an environment', () => {
  it('stand in its row, in words', () => {
    const of = (guards: Partial<EnvironmentProfile>): string =>
      environmentItem({ ...profile, ...guards }, unloadedEnvironment).description;
    assert.equal(of({}), 'localhost:4711');
    assert.equal(of({ production: true }), 'localhost:4711, production');
    assert.equal(of({ readOnly: true }), 'localhost:4711, read-only');
    assert.equal(of({ production: true, readOnly: true }), 'localhost:4711, production, read-only');
  });
});

describe('The colour of an environment', () => {
  it('is that of its icon, and no warning has it', () => {
    assert.equal(environmentItem(contoso, loaded).color, 'green');
    assert.equal(environmentItem(profile, loaded).color, undefined);
    const failed = loadFailed(unloadedEnvironment, new DataverseError('network', 'x', { kind: 'refused' }));
    const item = environmentItem(contoso, failed);
    assert.deepEqual([item.icon, item.color], ['warning', undefined]);
  });

  it('has a name of its own', () => {
    const names = [undefined, ...ENVIRONMENT_COLORS].map((color) => colorText(color));
    assert.equal(new Set(names).size, names.length);
  });
});
