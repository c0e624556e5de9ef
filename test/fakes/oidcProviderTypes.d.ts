/** The part of oidc-provider that the sign-in server of the tests uses; the package brings no types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  interface Model {
    destroy(): Promise<void>;
  }

  export default class Provider {
    constructor(issuer: string, configuration: object);
    callback(): (request: IncomingMessage, response: ServerResponse) => void;
    on(event: 'refresh_token.saved', listener: (token: Model) => void): this;
    on(event: 'server_error', listener: (context: unknown, error: Error) => void): this;
  }
}
