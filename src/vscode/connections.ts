import type { Disposable } from '../base/disposable';
import { systemClock } from '../base/clock';
import type { Log } from '../base/log';
import type { Secret } from '../base/secret';
import { DataverseClient } from '../dataverse/client';
import { createMetadata, type Metadata } from '../dataverse/metadata';
import type { Transport } from '../dataverse/transport';
import type { TokenProvider, WebApi } from '../dataverse/webApi';
import type { EnvironmentList } from '../environments/environmentList';
import { guardedApi, profileOfNow } from '../environments/guardedApi';
import type { EnvironmentProfile } from '../environments/profile';
import type { SignInSessions } from '../environments/signInSessions';
import { JobService } from '../jobs/jobService';
import { SolutionService } from '../webhooks/solutionService';
import { WebhookService } from '../webhooks/webhookService';
import { currentAct } from './act';

/** What one environment can be asked for. */
export interface Connection {
  /** The environment as it is now; as it was where it is gone, or leads elsewhere. */
  readonly profile: EnvironmentProfile;
  readonly api: WebApi;
  readonly webhooks: WebhookService;
  readonly solutions: SolutionService;
  readonly jobs: JobService;
  readonly metadata: Metadata;
}

/** What connections are made of. */
export interface ConnectionParts {
  readonly list: EnvironmentList;
  readonly sessions: SignInSessions;
  readonly transport: Transport;
  readonly log: Log;
  /** Hears when a call waits for longer than five seconds because the service asked for it. */
  readonly onWait: (environmentName: string, milliseconds: number) => void;
  /** Rejects for a write that must not be. */
  readonly beforeWrite: (profile: EnvironmentProfile) => Promise<void>;
}

/** The connections of this window, one for each environment, made when first needed. */
export class Connections implements Disposable {
  readonly #parts: ConnectionParts;
  /** With the environment that it was made for. */
  readonly #open = new Map<string, { readonly connection: Connection; readonly made: EnvironmentProfile }>();
  readonly #listening: Disposable;
  /** Fires when environments were added, changed (renamed, too) or removed. */
  readonly onDidChange: EnvironmentList['onDidChange'];

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
    this.onDidChange = parts.list.onDidChange;
    this.#listening = parts.list.onDidChange(() => this.#forgetRemoved());
  }

  /** The connection of an environment; undefined when it is not in the list any more. */
  of(environmentId: string): Connection | undefined {
    const profile = this.#parts.list.find(environmentId);
    if (profile === undefined) return undefined;
    const open = this.#open.get(environmentId);
    if (open?.made === profile) return open.connection;
    const connection = this.#connect(profile);
    this.#open.set(environmentId, { connection, made: profile });
    return connection;
  }

  /** A client for an address that is not in the list yet, to try it out. */
  probe(url: string, token: Secret | undefined): WebApi {
    return this.#client(url, () => new URL(url).host, {
      token: ({ refused }) => Promise.resolve(refused === undefined ? token : undefined),
    });
  }

  dispose(): void {
    this.#listening.dispose();
    this.#open.clear();
  }

  #connect(profile: EnvironmentProfile): Connection {
    const { list, beforeWrite } = this.#parts;
    const name = (): string => list.find(profile.id)?.name ?? profile.name;
    const client = this.#client(profile.url, name, this.#tokens(profile));
    const api = guardedApi(client, async () => beforeWrite(profileOfNow(list, profile)));
    const metadata = createMetadata(api, systemClock);
    const entitySetOf = async (table: string, signal: AbortSignal): Promise<string | undefined> =>
      (await metadata.table(table, signal))?.entitySetName;
    return {
      // A report or a wizard that is open holds it while the environment is renamed or becomes read-only.
      get profile() {
        const now = list.find(profile.id);
        return now?.url === profile.url ? now : profile;
      },
      api,
      metadata,
      webhooks: new WebhookService(api),
      solutions: new SolutionService(api),
      jobs: new JobService(api, entitySetOf),
    };
  }

  /** What the user has asked for waits for a sign-in; what happens by itself fails, and the tree says what is needed. */
  #tokens(profile: EnvironmentProfile): TokenProvider {
    return {
      token: async (question) => {
        profileOfNow(this.#parts.list, profile);
        const { gate, tokens } = this.#parts.sessions.of(profile);
        const source = gate !== undefined && currentAct() === undefined ? gate.impatient : tokens;
        return source.token(question);
      },
    };
  }

  #client(environmentUrl: string, name: () => string, tokens: TokenProvider): DataverseClient {
    const { transport, log, onWait } = this.#parts;
    return new DataverseClient({
      environmentUrl,
      transport,
      tokens,
      clock: systemClock,
      log,
      random: Math.random,
      onWait: (milliseconds) => onWait(name(), milliseconds),
    });
  }

  #forgetRemoved(): void {
    for (const id of this.#open.keys()) {
      if (this.#parts.list.find(id) === undefined) this.#open.delete(id);
    }
  }
}
