import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { authorityOf } from '../../../src/auth/authority';
import { AzureCliSession, type CommandResult, type RunAzureCli } from '../../../src/auth/azureCli';
import { createRunAzureCli } from '../../../src/auth/runAzureCli';
import { SignInError } from '../../../src/auth/signInError';
import { CancelledError } from '../../../src/base/errors';
import { EagerClock } from '../../fakes/clocks';

const RESOURCE = 'https://contoso.crm4.dynamics.com';
const ended = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no failure',
    (error: unknown) => error,
  );

describe('the account of Azure CLI', () => {
  let clock: EagerClock;
  let results: CommandResult[];
  let calls: Array<readonly string[]>;
  beforeEach(() => {
    clock = new EagerClock();
    results = [];
    calls = [];
  });

  const run: RunAzureCli = (args) => {
    calls.push(args);
    const result = results.length > 1 ? results.shift() : results[0];
    return result === undefined ? Promise.reject(new Error('not scripted')) : Promise.resolve(result);
  };
  const sessionOf = (tenant = 'contoso.onmicrosoft.com', resource = RESOURCE): AzureCliSession =>
    new AzureCliSession({ run, resource, authority: authorityOf({}, { place: 'public', tenant }), clock });
  const answer = (accessToken: string, minutes = 60): CommandResult => ({
    code: 0,
    stdout: JSON.stringify({
      accessToken,
      expiresOn: '2025-03-04 11:00:00.000000',
      expires_on: clock.now() / 1000 + minutes * 60,
      tokenType: 'Bearer',
    }),
    stderr: 'WARNING: something else',
  });
  const failed = (stderr: string, code = 1): CommandResult => ({ code, stdout: '', stderr });

  it('is asked for the environment and the tenant, once until the token nearly ends', async () => {
    const session = sessionOf();
    results = [answer('one')];
    const tokens = await Promise.all([session.token({}), session.token({})]);
    assert.deepEqual(
      tokens.map((token) => token.reveal()),
      ['one', 'one'],
    );
    assert.deepEqual(calls, [
      [
        'account',
        'get-access-token',
        '--resource',
        RESOURCE,
        '--tenant',
        'contoso.onmicrosoft.com',
        '--output',
        'json',
      ],
    ]);
    clock.advance(54 * 60_000);
    await session.token({});
    assert.equal(calls.length, 1);
    clock.advance(2 * 60_000);
    results = [answer('two')];
    assert.equal((await session.token({})).reveal(), 'two');
  });

  it('is asked without a tenant when none is known', async () => {
    results = [answer('one')];
    await sessionOf('organizations').token({});
    assert.ok(!calls[0]?.includes('--tenant'));
  });

  it('does not give a refused token again', async () => {
    results = [answer('one'), answer('one'), answer('two')];
    const session = sessionOf();
    const token = await session.token({});
    assert.ok(SignInError.is(await ended(session.token({ refused: { token } })), 'cliSessionExpired'));
    assert.equal((await session.token({ refused: { token } })).reveal(), 'two');
  });

  it('tells claims that it cannot bring', async () => {
    results = [answer('one')];
    const session = sessionOf();
    const token = await session.token({});
    const error = await ended(session.token({ refused: { token, claims: '{}' } }));
    assert.ok(SignInError.is(error, 'claimsNotSatisfied'));
  });

  const failures: ReadonlyArray<readonly [string, CommandResult, string]> = [
    ['is not there', { code: undefined, stdout: '', stderr: '' }, 'cliNotInstalled'],
    ['is not there for a shell', failed('sh: az: command not found', 127), 'cliNotInstalled'],
    [
      'is not there for Windows',
      failed("'az' is not recognized as an internal or external command", 1),
      'cliNotInstalled',
    ],
    ['has nobody signed in', failed("ERROR: Please run 'az login' to setup account."), 'cliNotSignedIn'],
    [
      'has an expired sign-in',
      failed(
        'ERROR: AADSTS700082: The refresh token has expired due to inactivity. canary-token\nInteractive authentication is needed. Please run: az login',
      ),
      'cliSessionExpired',
    ],
    ['fails otherwise', failed('ERROR: canary-token'), 'cliFailed'],
    ['answers with no JSON', { code: 0, stdout: 'canary-token', stderr: '' }, 'cliFailed'],
    ['answers with no token', { code: 0, stdout: '{"accessToken":""}', stderr: '' }, 'cliFailed'],
  ];
  for (const [what, result, reason] of failures) {
    it(`says so when it ${what}`, async () => {
      results = [result];
      const error = await ended(sessionOf().token({}));
      assert.ok(error instanceof SignInError);
      assert.equal(error.reason, reason);
      assert.ok(!`${error.message}${JSON.stringify(error)}${error.stack ?? ''}`.includes('canary'));
    });
  }

  it('gets no argument that a command interpreter could read as more than text', async () => {
    for (const resource of [
      'https://a.example/&calc',
      'https://a.example/"',
      'https://a.example/%PATH%',
      'a b',
    ]) {
      assert.ok(SignInError.is(await ended(sessionOf('t', resource).token({})), 'cliFailed'));
    }
    assert.deepEqual(calls, []);
  });
});

describe('running Azure CLI', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'az-'));
  });
  after(async () => rm(folder, { recursive: true }));

  /** An `az` that runs a script in Node. */
  const install = async (script: string): Promise<RunAzureCli> => {
    await writeFile(join(folder, 'az.js'), script);
    if (process.platform === 'win32') {
      await writeFile(join(folder, 'az.cmd'), `@"${process.execPath}" "%~dp0az.js" %*\r\n`);
    } else {
      const file = join(folder, 'az');
      await writeFile(file, `#!/bin/sh\nexec "${process.execPath}" "${join(folder, 'az.js')}" "$@"\n`);
      await chmod(file, 0o755);
    }
    const separator = process.platform === 'win32' ? ';' : ':';
    return createRunAzureCli({ path: `${folder}${separator}${process.env['PATH'] ?? ''}` });
  };

  it('passes the arguments on and brings back what it says', async () => {
    const run = await install(
      'console.log(JSON.stringify(process.argv.slice(2))); console.error("to stderr"); process.exitCode = 3;',
    );
    const result = await run(['account', '--resource', RESOURCE], new AbortController().signal);
    assert.deepEqual(JSON.parse(result.stdout), ['account', '--resource', RESOURCE]);
    assert.deepEqual([result.code, result.stderr.trim()], [3, 'to stderr']);
  });

  it('tells that it is not there', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'none-'));
    const result = await createRunAzureCli({ path: empty })(['account'], new AbortController().signal);
    assert.equal(result.code === undefined || result.code === 9009 || result.code === 1, true);
    await rm(empty, { recursive: true });
  });

  it('is ended when it is cancelled', async () => {
    const run = await install('process.stdout.write("ready"); setInterval(() => undefined, 1000);');
    const stop = new AbortController();
    setImmediate(() => stop.abort());
    assert.ok((await ended(run(['account'], stop.signal))) instanceof CancelledError);
  });

  it('is ended after its time limit', async () => {
    await install('setInterval(() => undefined, 1000);');
    const run = createRunAzureCli({ path: `${folder}:${process.env['PATH'] ?? ''}`, limit: 100 });
    const result = await run(['account'], new AbortController().signal);
    assert.notEqual(result.code, 0);
  });
});
