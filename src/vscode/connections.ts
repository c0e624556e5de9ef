import type { Disposable } from '../base/disposable';
import { systemClock } from '../base/clock';
import type { Log } from '../base/log';
import type { Secret } from '../base/secret';
import { DataverseClient } from '../dataverse/client';
import { createMetadata, type Metadata } from '../dataverse/metadata';
import { createNodeFetchTransport } from '../dataverse/nodeFetchTransport';
import type { TokenProvider, WebApi } from '../dataverse/webApi';
import type { EnvironmentList } from '../environments/environmentList';
import { keptToken } from '../environments/keptToken';
import type { EnvironmentProfile } from '../environments/profile';
import { JobService } from '../jobs/jobService';
import { WebhookService } from '../webhooks/webhookService';

/** What one environment can be asked for. */
export interface Connection {
  readonly profile: EnvironmentProfile;
  readonly api: WebApi;
  readonly webhooks: WebhookService;
  readonly jobs: JobService;
  readonly metadata: Metadata;
}

/** The connections of this window, one for each environment, made when first needed. */
export class Connections implements Disposable {
  readonly #list: EnvironmentList;
  readonly #log: Log;
  readonly #onWait: (environmentName: string, milliseconds: number) => void;
  readonly #transport = createNodeFetchTransport();
  readonly #open = new Map<string, Connection>();
  readonly #listening: Disposable;

  /** @param onWait hears when a call waits for longer than five seconds because the service asked for it. */
  constructor(
    list: EnvironmentList,
    log: Log,
    onWait: (environmentName: string, milliseconds: number) => void,
  ) {
    this.#list = list;
    this.#log = log;
    this.#onWait = onWait;
    this.#listening = list.onDidChange(() => this.#forgetRemoved());
  }

  /** The connection of an environment; undefined when it is not in the list any more. */
  of(environmentId: string): Connection | undefined {
    const profile = this.#list.find(environmentId);
    if (profile === undefined) return undefined;
    const open = this.#open.get(environmentId);
    if (open?.profile === profile) return open;
    const made = this.#connect(profile, keptToken(this.#list, profile));
    this.#open.set(environmentId, made);
    return made;
  }

  /** A client for an address that is not in the list yet, to try it out. */
  probe(url: string, token: Secret | undefined): WebApi {
    return this.#client(url, new URL(url).host, {
      token: ({ refused }) => Promise.resolve(refused === undefined ? token : undefined),
    });
  }

  dispose(): void {
    this.#listening.dispose();
    this.#open.clear();
  }

  #connect(profile: EnvironmentProfile, tokens: TokenProvider): Connection {
    const api = this.#client(profile.url, profile.name, tokens);
    const metadata = createMetadata(api, systemClock);
    const entitySetOf = async (table: string, signal: AbortSignal): Promise<string | undefined> =>
      (await metadata.table(table, signal))?.entitySetName;
    return {
      profile,
      api,
      metadata,
      webhooks: new WebhookService(api),
      jobs: new JobService(api, entitySetOf),
    };
  }

  #client(environmentUrl: string, name: string, tokens: TokenProvider): DataverseClient {
    return new DataverseClient({
      environmentUrl,
      transport: this.#transport,
      tokens,
      clock: systemClock,
      log: this.#log,
      random: Math.random,
      onWait: (milliseconds) => this.#onWait(name, milliseconds),
    });
  }

  #forgetRemoved(): void {
    for (const id of this.#open.keys()) {
      if (this.#list.find(id) === undefined) this.#open.delete(id);
    }
  }
}
