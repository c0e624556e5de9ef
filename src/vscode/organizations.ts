import { systemClock } from '../base/clock';
import { isCancellation } from '../base/errors';
import { SharedLoads } from '../dataverse/sharedLoads';
import { organizationFacts, type OrganizationFacts } from '../environments/organization';
import { byItself } from './act';
import type { Connections } from './connections';

/** Milliseconds that a tooltip waits for facts before it shows what there is without them. */
const PATIENCE = 3000;
/** An organization changes its version about once a week. Milliseconds. */
const LIFE = 60 * 60_000;

/** What environments say about their organizations, asked when somebody points at one. */
export class Organizations {
  readonly #connections: Connections;
  readonly #onError: (error: unknown) => void;
  readonly #loads = new SharedLoads<OrganizationFacts>(systemClock, LIFE);

  /** @param onError hears, for the log, that an environment could not be asked. */
  constructor(connections: Connections, onError: (error: unknown) => void) {
    this.#connections = connections;
    this.#onError = onError;
  }

  /**
   * The facts of an environment; undefined where they are not to be had soon. Never rejects and opens no prompt: who
   * points at an environment has asked for nothing.
   */
  async of(environmentId: string, signal: AbortSignal): Promise<OrganizationFacts | undefined> {
    const connection = this.#connections.of(environmentId);
    if (connection === undefined) return undefined;
    const { api, profile } = connection;
    // Another URL or account is another organization's answer.
    const key = JSON.stringify([profile.id, profile.url, profile.account?.id]);
    const soon = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]);
    try {
      return await byItself(() => this.#loads.get(key, (stop) => organizationFacts(api, stop), soon));
    } catch (error) {
      if (!isCancellation(error)) this.#onError(error);
      return undefined;
    }
  }
}
