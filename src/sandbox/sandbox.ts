import english from 'zod/v4/locales/en.js';
import * as z from 'zod/mini';
import { randomBytes } from 'node:crypto';
import type { Log } from '../base/log';
import { silentLog } from '../base/log';
import { Secret } from '../base/secret';
import { MemoryStore } from './memoryStore';
import type { Background, OrganizationFacts } from './operations';
import { DataFolder } from './persistence';
import { createPipeline } from './pipeline';
import { queries } from './query';
import { RowLocks } from './rowLocks';
import { createSchema } from './schema';
import type { Schema } from './schema/types';
import { SandboxClock } from './sandboxClock';
import { ids } from './seed/ids';
import { seed } from './seed/seed';
import type { SeedPlan } from './seed/seed';
import { AuthorityTokens } from './server/authorityTokens';
import { BulkDeletions } from './server/bulkDeletions';
import { control } from './server/control';
import { Faults } from './server/faults';
import type { Host } from './server/host';
import { listen } from './server/httpServer';
import type { Listener } from './server/httpServer';
import { answer } from './server/webApi';
import type { Store } from './store';
import { runUnit } from './unitOfWork';

export interface SandboxOptions {
  /** 0: any free port. */
  readonly port: number;
  /** Undefined: a new random token. */
  readonly token?: string | undefined;
  readonly withoutToken?: boolean;
  /**
   * The OAuth server whose tokens the Web API wants, `https://login.example.com/tenant`; undefined: the sandbox's own
   * token. `ca` is the PEM of certificates that are trusted for it beside the usual ones.
   */
  readonly authority?: { readonly url: string; readonly ca?: string | undefined } | undefined;
  readonly seeds: SeedPlan;
  /** Folder to keep the data in; undefined: in memory only. */
  readonly data?: string | undefined;
  /** Throws away what the folder holds. */
  readonly reset?: boolean;
  /** Host name in payloads and headers of deliveries. */
  readonly organizationHost?: string | undefined;
  readonly allowedPorts?: ReadonlySet<number> | 'any';
  readonly log?: Log;
}

export interface Sandbox {
  readonly url: string;
  /** Empty when no token is asked for. */
  readonly token: Secret;
  close(): Promise<void>;
}

/** The version the sandbox tells: 9.2 in the form of FACTS 15.18. */
const VERSION = '9.2.25021.00142';

function organizationFacts(host = 'sandbox.crm.localhost'): OrganizationFacts {
  return {
    id: ids.organization,
    uniqueName: 'sandbox',
    friendlyName: 'Sandbox',
    host,
    version: VERSION,
    rootBusinessUnitId: ids.businessUnit,
    userId: ids.user,
  };
}

interface Environment {
  readonly schema: Schema;
  readonly clock: SandboxClock;
  readonly organization: OrganizationFacts;
  readonly options: SandboxOptions;
  readonly log: Log;
  /** The store in use. What a request that outlives a reset still commits belongs to the one before. */
  readonly current: { store: Store | undefined };
}

/** The data: what the folder holds, or newly seeded. */
function openStore(
  { schema, clock, organization, options, current }: Environment,
  folder: DataFolder | undefined,
): Store {
  // What is loaded or seeded goes into the snapshot, not into the journal.
  const store = new MemoryStore(schema, (record) => {
    if (current.store === store) folder?.append(record);
  });
  if (folder?.holdsData === true) {
    folder.load(store);
  } else {
    const transaction = store.begin();
    seed(store, transaction, organization, clock.now(), options.seeds);
    transaction.commit();
    folder?.save(store);
  }
  current.store = store;
  return store;
}

function openHost(environment: Environment, folder: DataFolder | undefined): Host {
  const { schema, clock, organization, options, log } = environment;
  const store = openStore(environment, folder);
  const { operations, background } = createPipeline({
    store,
    clock,
    log,
    organization,
    allowedPorts: options.allowedPorts ?? 'any',
    run: (body) => runUnit(store, body),
  });
  const deletions = new BulkDeletions({ schema, store, operations, queries, clock, organization, log });
  const all = together(background, deletions);
  all.start();
  const locks = new RowLocks();
  return { schema, store, operations, background: all, deletions, queries, locks, clock, organization, log };
}

/** Two kinds of work in the background as one. */
function together(one: Background, other: Background): Background {
  return {
    pending: () => one.pending() + other.pending(),
    idle: async (signal) => {
      // What one ends may begin something of the other.
      while (one.pending() + other.pending() > 0) await Promise.all([one.idle(signal), other.idle(signal)]);
    },
    start: () => {
      one.start();
      other.start();
    },
    dispose: async () => {
      await Promise.all([one.dispose(), other.dispose()]);
    },
  };
}

/** Starts a sandbox: fills the data, starts the pipeline, listens on 127.0.0.1. Rejects when the port is taken. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  // The small variant of the schema library says nothing but "invalid" until it has a language.
  z.config(english());
  const log = options.log ?? silentLog;
  const clock = new SandboxClock();
  const environment: Environment = {
    schema: createSchema(),
    clock,
    organization: organizationFacts(options.organizationHost),
    options,
    log,
    current: { store: undefined },
  };
  const folder = options.data === undefined ? undefined : DataFolder.open(options.data);
  try {
    if (options.reset === true) folder?.clear();
    return await serve(environment, folder);
  } catch (error) {
    folder?.close();
    throw error;
  }
}

async function serve(environment: Environment, folder: DataFolder | undefined): Promise<Sandbox> {
  const { clock, options, log } = environment;
  const faults = new Faults();
  const token = new Secret(
    options.withoutToken === true ? '' : (options.token ?? randomBytes(24).toString('base64url')),
  );
  let host = openHost(environment, folder);
  const controlled = {
    faults,
    state: () => stateOf(host, faults),
    setClockOffset: (milliseconds: number) => {
      clock.offset = milliseconds;
    },
    reset: async () => {
      await host.background.dispose();
      faults.clear();
      clock.offset = 0;
      environment.current.store = undefined;
      folder?.clear();
      host = openHost(environment, folder);
    },
    idle: (milliseconds: number, signal: AbortSignal) => idle(host, milliseconds, signal),
  };
  const listener: Listener = await listen(
    {
      token: token.isEmpty ? undefined : token,
      log,
      ...authorityOf(options, log),
      api: (request) => answer(host, request),
      control: (request) => control(controlled, request),
      fault: (method, target) => faults.next(method, target),
    },
    options.port,
  ).catch(async (error: unknown) => {
    await host.background.dispose();
    throw error;
  });
  return {
    url: listener.url,
    token,
    close: async () => {
      await listener.close();
      await host.background.dispose();
      environment.current.store = undefined;
      folder?.close();
    },
  };
}

/** Whom the challenge names, in the form of Microsoft Entra's endpoint (FACTS 14), and who checks tokens. */
function authorityOf(
  { authority }: SandboxOptions,
  log: Log,
): { readonly authority: string; readonly authorityTokens?: AuthorityTokens } {
  if (authority === undefined) {
    return { authority: 'https://login.microsoftonline.com/common/oauth2/authorize' };
  }
  const url = authority.url.replace(/\/+$/, '');
  return {
    authority: `${url}/oauth2/authorize`,
    authorityTokens: new AuthorityTokens(url, { ca: authority.ca }, log),
  };
}

function stateOf(host: Host, faults: Faults): Readonly<Record<string, unknown>> {
  return {
    pending: host.background.pending(),
    now: new Date(host.clock.now()).toISOString(),
    counts: Object.fromEntries(host.schema.tables.map((table) => [table.name, host.store.size(table.name)])),
    faults: faults.list(),
    organization: {
      id: host.organization.id,
      host: host.organization.host,
      version: host.organization.version,
    },
    userId: host.organization.userId,
  };
}

async function idle(host: Host, milliseconds: number, signal: AbortSignal): Promise<number> {
  if (host.background.pending() === 0) return 0;
  const late = AbortSignal.timeout(milliseconds);
  await host.background.idle(AbortSignal.any([signal, late])).catch(() => undefined);
  return host.background.pending();
}
