import * as z from 'zod/mini';
import { mayCarryToken } from '../auth/authority';
import { CancelledError, isCancellation } from '../base/errors';
import { isGuid } from '../base/guid';
import type { Secret } from '../base/secret';
import { parseChallenge } from '../dataverse/challenge';
import { errorOfAnswer } from '../dataverse/errorBody';
import { DataverseError } from '../dataverse/errors';
import { networkFailure } from '../dataverse/networkErrors';
import type { HttpResponse, Transport } from '../dataverse/transport';
import type { TokenProvider } from '../dataverse/webApi';

/** An environment that the signed-in user may use (FACTS 14). */
export interface DiscoveredEnvironment {
  readonly friendlyName: string;
  /** Origin that people see in their browser. */
  readonly url: string;
  /** Origin of the Web API; another host name of the same environment. */
  readonly apiUrl: string;
  /** State 0. A disabled one is told with its name, so that nobody looks for it in vain. */
  readonly enabled: boolean;
  readonly uniqueName?: string;
  readonly urlName?: string;
  /** The id in the portals' addresses, lower case. */
  readonly environmentId?: string;
  readonly tenantId?: string;
  /** `9.2.25021.00142` */
  readonly version?: string;
  readonly region?: string;
}

const optionalText = z.nullish(z.string());
const Instance = z.object({
  ApiUrl: z.string(),
  Url: z.string(),
  FriendlyName: optionalText,
  State: z.nullish(z.number()),
  UniqueName: optionalText,
  UrlName: optionalText,
  EnvironmentId: optionalText,
  TenantId: optionalText,
  Version: optionalText,
  Region: optionalText,
});
/** `@odata.context` may name an internal host and is not looked at (FACTS 14). */
const Answer = z.object({ value: z.array(z.unknown()) });

const SELECT = 'ApiUrl,EnvironmentId,FriendlyName,Region,State,TenantId,UniqueName,Url,UrlName,Version';
/** Several thousand environments. Bytes. */
const MAX_BYTES = 16 * 1024 * 1024;
const PATH = '/api/discovery/v2.0/Instances';

/**
 * The environments of a user in one cloud, by name, the enabled ones first. Entries that are none, because a member is
 * missing or of another type, are left out and counted.
 * @param options.base `https://globaldisco.crm.dynamics.com`; tokens are for this address.
 * @throws DataverseError, or what the token provider throws.
 */
export async function discoverEnvironments(options: {
  readonly base: string;
  readonly transport: Transport;
  readonly tokens: TokenProvider;
  readonly signal: AbortSignal;
}): Promise<{ readonly environments: readonly DiscoveredEnvironment[]; readonly unreadable: number }> {
  const { base, transport, tokens, signal } = options;
  if (!mayCarryToken(base)) throw new DataverseError('invalid', 'The discovery address is not encrypted');
  const token = await tokens.token({ signal });
  let response = await ask(base, transport, token, signal);
  if (response.status === 401) {
    const { claims } = parseChallenge(response.header('WWW-Authenticate'));
    response.discard();
    const refused = {
      ...(token === undefined ? {} : { token }),
      ...(claims === undefined ? {} : { claims }),
    };
    const fresh = await tokens.token({ signal, refused });
    if (fresh === undefined) throw notSignedIn(base);
    response = await ask(base, transport, fresh, signal);
  }
  const text = await bodyOf(response, base, signal);
  const { status } = response;
  if (status !== 200) {
    throw errorOfAnswer(
      { status, header: (name) => response.header(name), text },
      { method: 'GET', path: PATH },
    );
  }
  return readInstances(text, base);
}

async function ask(
  base: string,
  transport: Transport,
  token: Secret | undefined,
  signal: AbortSignal,
): Promise<HttpResponse> {
  try {
    return await transport({
      method: 'GET',
      url: `${base}${PATH}?$select=${SELECT}`,
      headers: {
        Accept: 'application/json',
        ...(token === undefined ? {} : { Authorization: `Bearer ${token.reveal()}` }),
      },
      signal,
    });
  } catch (error) {
    throw networkError(error, base, signal);
  }
}

async function bodyOf(response: HttpResponse, base: string, signal: AbortSignal): Promise<string> {
  try {
    return await response.text(MAX_BYTES);
  } catch (error) {
    throw networkError(error, base, signal);
  }
}

function networkError(error: unknown, base: string, signal: AbortSignal): Error {
  if (signal.aborted || isCancellation(error)) return new CancelledError();
  const { kind, code } = networkFailure(error);
  return new DataverseError('network', `No answer of ${new URL(base).host}: ${code}`, {
    method: 'GET',
    path: PATH,
    kind,
  });
}

function notSignedIn(base: string): DataverseError {
  return new DataverseError('unauthorized', `${new URL(base).host} answered 401`, {
    method: 'GET',
    path: PATH,
    status: 401,
  });
}

function readInstances(
  text: string,
  base: string,
): { readonly environments: readonly DiscoveredEnvironment[]; readonly unreadable: number } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    throw notAnAnswer(base);
  }
  const answer = Answer.safeParse(parsed);
  if (!answer.success) throw notAnAnswer(base);
  const environments = answer.data.value.flatMap((entry) => {
    const read = readInstance(entry);
    return read === undefined ? [] : [read];
  });
  environments.sort(
    (a, b) => Number(b.enabled) - Number(a.enabled) || a.friendlyName.localeCompare(b.friendlyName),
  );
  return { environments, unreadable: answer.data.value.length - environments.length };
}

function notAnAnswer(base: string): DataverseError {
  return new DataverseError('badAnswer', `${new URL(base).host} did not answer with a list of environments`, {
    method: 'GET',
    path: PATH,
    status: 200,
  });
}

function readInstance(entry: unknown): DiscoveredEnvironment | undefined {
  const parsed = Instance.safeParse(entry);
  if (!parsed.success) return undefined;
  const { data } = parsed;
  const url = originOf(data.Url);
  const apiUrl = originOf(data.ApiUrl);
  if (url === undefined || apiUrl === undefined) return undefined;
  const id = data.EnvironmentId ?? '';
  return {
    friendlyName: data.FriendlyName ?? data.UrlName ?? new URL(url).hostname,
    url,
    apiUrl,
    enabled: (data.State ?? 0) === 0,
    ...(data.UniqueName ? { uniqueName: data.UniqueName } : {}),
    ...(data.UrlName ? { urlName: data.UrlName } : {}),
    ...(isGuid(id) ? { environmentId: id.toLowerCase() } : {}),
    ...(data.TenantId && isGuid(data.TenantId) ? { tenantId: data.TenantId.toLowerCase() } : {}),
    ...(data.Version ? { version: data.Version } : {}),
    ...(data.Region ? { region: data.Region } : {}),
  };
}

/** Tokens will go there, so an address that may not carry one is none. */
function originOf(address: string): string | undefined {
  return mayCarryToken(address) ? new URL(address).origin : undefined;
}
