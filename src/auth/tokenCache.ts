import type { ICachePlugin } from '@azure/msal-node';
import { Emitter, type Event } from '../base/event';
import type { Disposable } from '../base/disposable';
import type { SecretStore } from './ports';

/** The sections of the library's cache text and their entries. */
type Sections = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const ENTRIES = 'signIn/';

/** True for a key that may have come from `cacheKey`: nothing else of the secret store is named by one. */
export function isCacheKey(key: string): boolean {
  return key.startsWith(ENTRIES);
}

/** The key of the one entry for a tenant and a client. */
export function cacheKey(authorityHost: string, tenant: string, clientId: string): string {
  return `${ENTRIES}${[authorityHost, tenant, clientId].map((part) => encodeURIComponent(part.toLowerCase())).join('/')}`;
}

/**
 * The token caches of this window, one entry of the secret store for each tenant and client. Other windows write the
 * same entries: what is written is merged with what they wrote since we read, and a change of theirs is told.
 */
export class TokenCaches implements Disposable {
  readonly #store: SecretStore;
  readonly #changed = new Emitter<string>();
  readonly #listening: Disposable | undefined;
  /** The end of the last write of each entry, so that writes of this window follow each other. */
  readonly #writing = new Map<string, Promise<void>>();

  constructor(store: SecretStore) {
    this.#store = store;
    this.#listening = store.onDidChange?.((key) => {
      if (isCacheKey(key)) this.#changed.fire(key);
    });
  }

  /** Tells the key of an entry that this or another window changed or deleted. */
  readonly onDidChange: Event<string> = (listener) => this.#changed.event(listener);

  /** The text of an entry, to tell whether another window has changed it. */
  async read(key: string): Promise<string | undefined> {
    return this.#store.get(key);
  }

  /** Deletes an entry with everything in it. */
  async delete(key: string): Promise<void> {
    await this.#inOrder(key, async () => this.#store.delete(key));
    // Also where the store tells nobody: the other sessions of this window must not go on with it.
    this.#changed.fire(key);
  }

  /**
   * The library's way into one entry, for one sign-in. It is read before each access and written only when something
   * in it has changed since the first reading.
   */
  plugin(key: string): ICachePlugin {
    let base: string | undefined;
    let read = false;
    return {
      beforeCacheAccess: async (context) => {
        const kept = await this.#store.get(key);
        if (!read) base = kept;
        read = true;
        if (kept !== undefined && sectionsOf(kept) !== undefined) context.tokenCache.deserialize(kept);
      },
      afterCacheAccess: async (context) => {
        if (!context.cacheHasChanged) return;
        base = await this.#write(key, base, context.tokenCache.serialize());
      },
    };
  }

  dispose(): void {
    this.#listening?.dispose();
    this.#changed.dispose();
  }

  async #write(key: string, base: string | undefined, ours: string): Promise<string | undefined> {
    let written: string | undefined;
    await this.#inOrder(key, async () => {
      const theirs = await this.#store.get(key);
      written = mergeCaches(base, ours, theirs);
      if (written === theirs) return;
      if (written === undefined) await this.#store.delete(key);
      else await this.#store.set(key, written);
    });
    return written;
  }

  async #inOrder(key: string, work: () => Promise<void>): Promise<void> {
    const before = this.#writing.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    const settled = mine.catch(() => undefined);
    this.#writing.set(key, settled);
    await mine;
    if (this.#writing.get(key) === settled) this.#writing.delete(key);
  }
}

/**
 * What to keep when two windows have changed the same cache: every entry as the one who changed it left it, ours where
 * both did. An account that the other window signed out stays out, with all that belongs to it.
 * @param base the text both started from · @param ours what we would write · @param theirs what is kept now.
 * @returns `theirs` itself when nothing changes, undefined when nothing is left.
 */
export function mergeCaches(
  base: string | undefined,
  ours: string,
  theirs: string | undefined,
): string | undefined {
  const from = sectionsOf(base) ?? {};
  const mine = sectionsOf(ours) ?? {};
  const other = sectionsOf(theirs) ?? {};
  const signedOut = removedAccounts(from, other);
  const merged: Record<string, Record<string, unknown>> = {};
  for (const section of new Set([...Object.keys(other), ...Object.keys(mine)])) {
    const entries: Record<string, unknown> = {};
    for (const key of new Set([...keysOf(other, section), ...keysOf(mine, section)])) {
      const chosen = choose(
        entryOf(from, section, key),
        entryOf(mine, section, key),
        entryOf(other, section, key),
      );
      if (chosen === undefined || signedOut.has(accountOf(chosen))) continue;
      entries[key] = chosen;
    }
    merged[section] = entries;
  }
  if (keysOf(merged, 'Account').length === 0) return undefined;
  const same = theirs !== undefined && stableText(merged) === stableText(other);
  return same ? theirs : JSON.stringify(merged);
}

function choose(base: unknown, ours: unknown, theirs: unknown): unknown {
  return stableText(ours) === stableText(base) ? theirs : ours;
}

/** Accounts that were there and are gone. */
function removedAccounts(base: Sections, theirs: Sections): ReadonlySet<string> {
  const left = new Set(keysOf(theirs, 'Account').map((key) => accountOf(entryOf(theirs, 'Account', key))));
  const before = keysOf(base, 'Account').map((key) => accountOf(entryOf(base, 'Account', key)));
  return new Set(before.filter((account) => account !== '' && !left.has(account)));
}

function accountOf(entry: unknown): string {
  if (typeof entry !== 'object' || entry === null || !('home_account_id' in entry)) return '';
  return typeof entry.home_account_id === 'string' ? entry.home_account_id : '';
}

function keysOf(sections: Sections, section: string): readonly string[] {
  return Object.hasOwn(sections, section) ? Object.keys(sections[section] ?? {}) : [];
}

function entryOf(sections: Sections, section: string, key: string): unknown {
  const entries = Object.hasOwn(sections, section) ? sections[section] : undefined;
  return entries !== undefined && Object.hasOwn(entries, key) ? entries[key] : undefined;
}

/** JSON text that does not depend on the order of members; undefined for nothing. */
function stableText(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  return JSON.stringify(value, (_key, member: unknown) =>
    isObject(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The sections of a cache text; undefined for what is none, which another version may have written. */
function sectionsOf(text: string | undefined): Sections | undefined {
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const sections: Record<string, Readonly<Record<string, unknown>>> = {};
  for (const [name, entries] of Object.entries(value)) {
    if (!isObject(entries)) return undefined;
    sections[name] = entries;
  }
  return sections;
}
