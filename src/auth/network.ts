import type { INetworkModule, NetworkRequestOptions } from '@azure/msal-node';
import type { Clock } from '../base/clock';
import { CancelledError, isCancellation, throwIfAborted } from '../base/errors';
import type { Authority, ProtocolMode } from './authority';
import { networkError } from './networkFailure';
import type { HttpResponse, Send } from './ports';
import { SignInError } from './signInError';

/** What a sign-in service said when it refused (RFC 6749, and Microsoft Entra's additions). */
export interface Refusal {
  readonly error: string;
  readonly description: string;
  readonly suberror?: string;
  /** Claims that a person must satisfy, as JSON text. */
  readonly claims?: string;
  readonly numbers: readonly number[];
  readonly status: number;
}

/** An answer as the library takes it. */
interface NetworkAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: object;
}

/** Answers of a sign-in service are small; a longer one is none. Bytes. */
const MAX_BYTES = 1024 * 1024;

/** Seconds that RFC 8628 adds to the interval for each `slow_down`, and its interval where none is told. */
const SLOW_DOWN = 5;
const DEFAULT_INTERVAL = 5;

/** Parameters and members that must not be seen, whoever repeats them. */
const SECRET_PARAMETERS = [
  'client_secret',
  'client_assertion',
  'refresh_token',
  'code',
  'code_verifier',
  'device_code',
  'assertion',
  'password',
] as const;
const SECRET_MEMBERS = ['access_token', 'refresh_token', 'id_token', 'device_code'] as const;

/** Headers of an answer that the library reads. */
const READ_HEADERS = ['retry-after', 'x-ms-request-id', 'x-ms-httpver', 'content-type', 'date'] as const;

/**
 * The network of one sign-in: every request goes through the port, to trusted hosts only, and ends with the signal.
 * The library turns failures into less than they were, so they are kept here as they came. It also paces the
 * questions of a device code, because the library can neither be woken from its pause nor knows `slow_down`.
 */
export class SignInNetwork {
  readonly #send: Send;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #trustedHosts: readonly string[];
  readonly #protocolMode: ProtocolMode;
  readonly #secrets = new Set<string>();
  #failure: SignInError | undefined;
  #refusal: Refusal | undefined;
  /** Seconds between two questions about a device code; undefined in every other flow. */
  #interval: number | undefined;

  constructor(options: {
    readonly send: Send;
    readonly clock: Clock;
    readonly signal: AbortSignal;
    readonly authority: Authority;
  }) {
    this.#send = options.send;
    this.#clock = options.clock;
    this.#signal = options.signal;
    this.#trustedHosts = options.authority.trustedHosts;
    this.#protocolMode = options.authority.protocolMode;
  }

  /** Why the last request got no usable answer. */
  get failure(): SignInError | undefined {
    return this.#failure;
  }

  /** What the service answered when it refused last. */
  get refusal(): Refusal | undefined {
    return this.#refusal;
  }

  /** Text of a stranger without anything secret that went over this network. */
  hide(text: string): string {
    let hidden = text;
    for (const secret of this.#secrets) {
      hidden = hidden.replaceAll(secret, '•••').replaceAll(encodeURIComponent(secret), '•••');
    }
    return hidden;
  }

  /** Makes a text secret for `hide`. */
  keepSecret(text: string): void {
    // Short texts would tear holes into every sentence.
    if (text.length >= 4) this.#secrets.add(text);
  }

  async get(url: string, options?: NetworkRequestOptions): Promise<NetworkAnswer> {
    return this.#request('GET', url, options);
  }

  async post(url: string, options?: NetworkRequestOptions): Promise<NetworkAnswer> {
    for (const name of SECRET_PARAMETERS) {
      for (const value of new URLSearchParams(options?.body ?? '').getAll(name)) this.keepSecret(value);
    }
    if (this.#interval !== undefined) await this.#clock.delay(this.#interval * 1000, this.#signal);
    return this.#request('POST', url, this.#inStandardWords(options));
  }

  /** The library names the grant of a device code as only Microsoft Entra knows it. */
  #inStandardWords(options: NetworkRequestOptions | undefined): NetworkRequestOptions | undefined {
    const body = new URLSearchParams(options?.body);
    if (this.#protocolMode !== 'OIDC' || body.get('grant_type') !== 'device_code') return options;
    body.set('grant_type', 'urn:ietf:params:oauth:grant-type:device_code');
    return { ...options, body: body.toString() };
  }

  async #request(
    method: 'GET' | 'POST',
    url: string,
    options: NetworkRequestOptions | undefined,
  ): Promise<NetworkAnswer> {
    this.#failure = undefined;
    this.#refusal = undefined;
    try {
      return await this.#exchange(method, url, options);
    } catch (error) {
      if (this.#signal.aborted || isCancellation(error)) throw new CancelledError();
      if (error instanceof SignInError) this.#failure = error;
      throw error;
    }
  }

  async #exchange(
    method: 'GET' | 'POST',
    address: string,
    options: NetworkRequestOptions | undefined,
  ): Promise<NetworkAnswer> {
    throwIfAborted(this.#signal);
    const host = this.#trustedHostOf(address);
    let response: HttpResponse;
    let text: string;
    try {
      response = await this.#send({
        method,
        url: address,
        headers: { Accept: 'application/json', ...options?.headers },
        ...(method === 'POST' ? { body: options?.body ?? '' } : {}),
        signal: this.#signal,
      });
      text = await response.text(MAX_BYTES);
    } catch (error) {
      if (this.#signal.aborted || isCancellation(error)) throw new CancelledError();
      throw networkError(error, host);
    }
    const body = jsonObject(text);
    if (body === undefined) throw unusable(response, host);
    const headers: Record<string, string> = {};
    for (const name of READ_HEADERS) {
      const value = response.header(name);
      if (value !== undefined) headers[name] = value;
    }
    return { status: response.status, headers, body: this.#read(response.status, body) };
  }

  /** A document of the service may name any address as its endpoint; secrets go only where the user meant to sign in. */
  #trustedHostOf(address: string): string {
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (url?.protocol !== 'https:' || !this.#trustedHosts.includes(url.host)) {
      const host = url?.host ?? '';
      throw new SignInError('untrustedAuthority', `A sign-in request would go to ${host}`, { host });
    }
    return url.host;
  }

  #read(status: number, body: Readonly<Record<string, unknown>>): object {
    for (const name of SECRET_MEMBERS) {
      const value = body[name];
      if (typeof value === 'string') this.keepSecret(value);
    }
    const error = body['error'];
    if (typeof error === 'string') return this.#readRefusal(status, error, body);
    if (typeof body['device_code'] === 'string') {
      const interval = body['interval'];
      this.#interval = typeof interval === 'number' && interval > 0 ? interval : DEFAULT_INTERVAL;
      // The pauses are made here, where the signal ends them; the library makes none.
      return { ...body, interval: 0 };
    }
    return body;
  }

  #readRefusal(status: number, error: string, body: Readonly<Record<string, unknown>>): object {
    if (this.#interval !== undefined && error === 'slow_down') {
      this.#interval += SLOW_DOWN;
      return { ...body, error: 'authorization_pending' };
    }
    if (error === 'authorization_pending') return body;
    const description = textOf(body['error_description']) ?? '';
    const suberror = textOf(body['suberror']);
    const claims = textOf(body['claims']);
    const codes: readonly unknown[] = Array.isArray(body['error_codes']) ? body['error_codes'] : [];
    this.#refusal = {
      error,
      description,
      status,
      numbers: codes.filter((code) => typeof code === 'number'),
      ...(suberror === undefined ? {} : { suberror }),
      ...(claims === undefined ? {} : { claims }),
    };
    return body;
  }
}

/** The network as the library wants it: it names the type of a body itself, and checks what it reads of it. */
export function networkModule(network: SignInNetwork): INetworkModule {
  return {
    /* eslint-disable @typescript-eslint/no-unnecessary-type-parameters -- the library's interface */
    sendGetRequestAsync: async <T>(url: string, options?: NetworkRequestOptions) => {
      const answer = await network.get(url, options);
      return { ...answer, body: answer.body as T };
    },
    sendPostRequestAsync: async <T>(url: string, options?: NetworkRequestOptions) => {
      const answer = await network.post(url, options);
      return { ...answer, body: answer.body as T };
    },
    /* eslint-enable @typescript-eslint/no-unnecessary-type-parameters */
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function jsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value))
      : undefined;
  } catch {
    return undefined;
  }
}

/** An answer that is no JSON object: a page of a proxy, or of a service that is down. */
function unusable(response: HttpResponse, host: string): SignInError {
  const { status } = response;
  const type = /^[\w.+-]+\/[\w.+-]+/.exec(response.header('Content-Type') ?? '')?.[0] ?? 'no type';
  const details = { host, status, type };
  if (status === 407) return new SignInError('proxyNeedsSignIn', 'The proxy wants a sign-in', details);
  if (status === 429) return new SignInError('throttled', `${host} asks for a pause`, details);
  if (status >= 500) return new SignInError('authorityDown', `${host} answered ${status}`, details);
  return new SignInError('badAnswer', `${host} answered ${status} with ${type}, not JSON`, details);
}
