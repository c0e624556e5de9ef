import { connect } from 'node:net';
import type { AuthenticationResult, PublicClientApplication } from '@azure/msal-node';
import { CancelledError, throwIfAborted } from '../base/errors';
import { SignInError } from './signInError';

/** Sign-in in the user's browser, which comes back to a server that listens on this machine meanwhile. */
export interface BrowserInteraction {
  readonly kind: 'browser';
  /** Opens the address; false when the user or the system did not. */
  readonly open: (url: string, signal: AbortSignal) => Promise<boolean>;
  /** Whole HTML pages that the browser shows at the end. */
  readonly pages: { readonly success: string; readonly failure: string };
}

/** What every request of a person's sign-in holds. */
export interface FlowRequest {
  readonly scopes: string[];
  readonly claims?: string;
  readonly loginHint?: string;
  /** `select_account` for a first sign-in, so that the browser does not choose silently. */
  readonly prompt?: string;
}

/** PKCE and the loopback are the library's; how it ends early is ours, because it has no way to. */
export async function browserFlow(
  app: PublicClientApplication,
  request: FlowRequest,
  interaction: BrowserInteraction,
  signal: AbortSignal,
): Promise<AuthenticationResult> {
  throwIfAborted(signal);
  let waiting: { readonly port: number; readonly state: string } | undefined;
  const onAbort = (): void => {
    if (waiting !== undefined) endWaiting(waiting.port, waiting.state);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await app.acquireTokenInteractive({
      ...request,
      successTemplate: interaction.pages.success,
      errorTemplate: interaction.pages.failure,
      openBrowser: async (url) => {
        // To reject here closes the loopback; once this has resolved, only an answer to it does.
        if (!(await untilAborted(interaction.open(url, signal), signal))) {
          throw new SignInError('browserNotOpened', 'The browser was not opened');
        }
        const parameters = new URL(url).searchParams;
        const port = Number(new URL(parameters.get('redirect_uri') ?? '').port);
        waiting = { port, state: parameters.get('state') ?? '' };
        throwIfAborted(signal);
      },
    });
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/**
 * Ends the waiting of the library by answering its loopback as the sign-in service does when somebody refuses.
 * Over a bare socket: requests by `http` may go through a proxy, which does not reach this machine.
 */
function endWaiting(port: number, state: string): void {
  const body = new URLSearchParams({ error: 'access_denied', state }).toString();
  const socket = connect({ host: '127.0.0.1', port });
  socket.on('error', () => socket.destroy());
  socket.on('data', () => undefined);
  socket.end(
    `POST / HTTP/1.1\r\nHost: localhost:${port}\r\nContent-Type: application/x-www-form-urlencoded\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  throwIfAborted(signal);
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(new CancelledError());
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
