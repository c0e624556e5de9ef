import type { Clock } from '../base/clock';
import { CancelledError, isCancellation, throwIfAborted } from '../base/errors';
import type { Secret } from '../base/secret';
import { isAnyTenant, type Authority } from './authority';
import { KeptToken } from './keptToken';
import type { TokenQuestion, TokenSource } from './ports';
import { SharedCall } from '../base/sharedCall';
import { SignInError } from './signInError';

/** How a command ended. */
export interface CommandResult {
  /** Undefined when the command is not there. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs Azure CLI. Arguments hold nothing that a shell could take for more than text. */
export type RunAzureCli = (args: readonly string[], signal: AbortSignal) => Promise<CommandResult>;

/** What a command line takes without quotes on any system. */
const SAFE = /^[A-Za-z0-9:/._-]{1,200}$/;

/** The account that the user has signed in to Azure CLI with. The tool keeps and renews its tokens. */
export class AzureCliSession implements TokenSource {
  readonly #options: {
    readonly run: RunAzureCli;
    readonly resource: string;
    readonly authority: Authority;
    readonly clock: Clock;
  };
  readonly #kept: KeptToken;
  readonly #calls = new SharedCall<Secret>();

  /** @param options.resource the environment's origin. */
  constructor(options: {
    readonly run: RunAzureCli;
    readonly resource: string;
    readonly authority: Authority;
    readonly clock: Clock;
  }) {
    this.#options = options;
    this.#kept = new KeptToken(options.clock);
  }

  async token({ signal, refused }: TokenQuestion): Promise<Secret> {
    throwIfAborted(signal);
    const kept = this.#kept.fresh;
    const stale = refused !== undefined && this.#kept.isLast(refused.token);
    if (kept !== undefined && !stale) return kept;
    const token = await this.#calls.join('token', async (call) => this.#ask(call), signal);
    if (refused?.token?.reveal() !== token.reveal()) return token;
    // The tool has no way to be asked for claims or for another token than the one it has.
    this.#kept.drop();
    if (refused.claims !== undefined) {
      throw new SignInError('claimsNotSatisfied', 'The service wants claims that Azure CLI does not bring');
    }
    throw new SignInError('cliSessionExpired', 'The service refused the token that Azure CLI has');
  }

  async #ask(signal: AbortSignal): Promise<Secret> {
    const { run, resource, authority } = this.#options;
    const tenant = isAnyTenant(authority) ? [] : ['--tenant', authority.tenant];
    const args = ['account', 'get-access-token', '--resource', resource, ...tenant, '--output', 'json'];
    if (!args.every((argument) => SAFE.test(argument))) {
      throw new SignInError('cliFailed', 'The address cannot be given to Azure CLI');
    }
    let result: CommandResult;
    try {
      result = await run(args, signal);
    } catch (error) {
      if (signal.aborted || isCancellation(error)) throw new CancelledError();
      throw new SignInError('cliFailed', 'Azure CLI could not be started');
    }
    throwIfAborted(signal);
    if (result.code !== 0) throw failureOf(result);
    const answer = parseAnswer(result.stdout);
    if (answer === undefined) throw new SignInError('cliFailed', 'Azure CLI did not answer with a token');
    return this.#kept.keep(answer.token, answer.ends);
  }
}

/** Tells apart what the tool says in words only; its codes are all 1. Its sentences are UNVERIFIED here. */
function failureOf({ code, stderr }: CommandResult): SignInError {
  const missing =
    code === undefined ||
    code === 127 ||
    code === 9009 ||
    /is not recognized as an internal|command not found/i.test(stderr);
  if (missing) return new SignInError('cliNotInstalled', 'Azure CLI is not installed');
  const number = /AADSTS(\d{4,8})/.exec(stderr)?.[1];
  const details = { code, aadsts: number === undefined ? undefined : Number(number) };
  if (number !== undefined || /refresh token|interaction.?required|expired|InteractiveLogin/i.test(stderr)) {
    return new SignInError('cliSessionExpired', 'The sign-in of Azure CLI is not valid any more', details);
  }
  if (/az login|not logged in|no subscription/i.test(stderr)) {
    return new SignInError('cliNotSignedIn', 'Nobody is signed in to Azure CLI', details);
  }
  return new SignInError('cliFailed', `Azure CLI ended with code ${code}`, details);
}

/** `expires_on` is seconds since 1970; older versions tell only a local time, which then ends the token at once. */
function parseAnswer(text: string): { readonly token: string; readonly ends: number } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('accessToken' in value)) return undefined;
  if (typeof value.accessToken !== 'string' || value.accessToken === '') return undefined;
  const seconds = 'expires_on' in value ? Number(value.expires_on) : 0;
  return { token: value.accessToken, ends: Number.isFinite(seconds) ? seconds * 1000 : 0 };
}
