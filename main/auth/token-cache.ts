/**
 * Keeps MSAL's cache in the keyring, without MSAL's cache plugin: that one empties the memory before each read, loses
 * sign-ins and leaves a lock file behind. Here the memory is the truth; the keyring gets a copy after each change.
 */
import { createTurns } from '../domain/in-turn.ts';
import type { Cancel, Log, TokenStorage } from '../domain/ports.ts';
import { DamagedEntry, type Keyring, type KeyringEntry, keyringTrouble } from './keyring.ts';

/** What MSAL holds in memory. */
export interface MemoryCache {
  serialize(): string;
  /** Adds to what is there. */
  deserialize(text: string): void;
  hasChanged(): boolean;
  clear(): void;
  /** Throws when MSAL cannot make sense of what was deserialized. */
  check(): Promise<void>;
}

export interface TokenCache {
  /** Loads what the keyring holds; when it holds nothing for us because of trouble, a later call tries again. */
  open(): Promise<TokenStorage>;
  storage(): TokenStorage;
  onStorageChanged(listener: (storage: TokenStorage) => void): Cancel;
  /** Resolves when the keyring holds what MSAL holds, or after `limitMs` at most. Never rejects: see `storage`. */
  save(limitMs: number): Promise<void>;
  /** MSAL forgets that the platform asked to be left alone: a person who signs in must not be refused for it. */
  forgetThrottling(): void;
}

const ENTRY = 'token-cache';
const sections = ['Account', 'IdToken', 'AccessToken', 'RefreshToken', 'AppMetadata'] as const;

/** @param options.openLimitMs how long to wait for the keyring, which may be asking the person to unlock it. */
export function createTokenCache(options: {
  readonly memory: MemoryCache;
  readonly keyring: Keyring;
  readonly log: Log;
  readonly openLimitMs?: number;
}): TokenCache {
  const { memory, keyring, log, openLimitMs = 20_000 } = options;
  const listeners = new Set<(storage: TokenStorage) => void>();
  let storage: TokenStorage = { kind: 'memory', why: 'no-keyring' };
  let entry: KeyringEntry | null = null;
  /** The text the keyring holds; null when it holds none. */
  let savedText: string | null = null;
  let isUnsaved = false;
  /** A save that waits its turn: it will take along whatever changes until then. */
  let waitingSave: Promise<void> | null = null;
  /** A save is taking longer than anybody waits: the keyring is asking the person for something. */
  let isHanging = false;
  let opening: Promise<void> | null = null;
  const exclusive = createTurns();

  function setStorage(next: TokenStorage): void {
    if (JSON.stringify(next) === JSON.stringify(storage)) return;
    storage = next;
    log.info('token-storage.changed', { kind: next.kind, why: next.kind === 'memory' ? next.why : null });
    for (const listener of [...listeners]) listener(next);
  }

  async function openOnce(): Promise<void> {
    const opened = await keyring(ENTRY);
    await exclusive(async () => {
      if (!opened.ok) {
        setStorage({ kind: 'memory', why: opened.why });
        return;
      }
      try {
        await adopt(opened.entry);
        entry = opened.entry;
        setStorage({ kind: 'keyring' });
      } catch (error) {
        const why = keyringTrouble(error);
        log.warn('token-cache.unreadable', { why });
        setStorage({ kind: 'memory', why });
      }
    });
    // Somebody signed in while the keyring was out of reach.
    if (entry) await writeOut();
  }

  /** Takes over what the entry holds. What came into memory meanwhile is newer and wins. */
  async function adopt(from: KeyringEntry): Promise<void> {
    let text: string | null;
    try {
      text = await from.load();
    } catch (error) {
      if (!(error instanceof DamagedEntry)) throw error;
      text = 'damaged';
    }
    savedText = text;
    if (text === null) return;
    const own = memory.serialize();
    const merged = mergeCaches(text, own);
    const isUsable = merged !== null && (await replaceMemory(merged, own));
    if (isUsable) return;
    // Of no use to anybody, and it would fail again at each start.
    log.warn('token-cache.damaged');
    savedText = null;
    await from.remove();
  }

  async function replaceMemory(text: string, fallback: string): Promise<boolean> {
    try {
      memory.clear();
      memory.deserialize(text);
      await memory.check();
      return true;
    } catch {
      memory.clear();
      memory.deserialize(fallback);
      return false;
    }
  }

  function writeOut(): Promise<void> {
    if (waitingSave) return waitingSave;
    const save = exclusive(async () => {
      waitingSave = null;
      if (!entry) return;
      const text = memory.serialize();
      isUnsaved = true;
      try {
        if (!holdsAccounts(text)) {
          // Nothing to keep, so nothing is left behind either.
          if (savedText !== null) await entry.remove();
          savedText = null;
        } else if (text !== savedText) {
          await entry.save(text);
          savedText = text;
        }
        isUnsaved = false;
        setStorage({ kind: 'keyring' });
      } catch (error) {
        // The tokens are good all the same, and the next change tries again.
        const why = keyringTrouble(error);
        log.warn('token-cache.unsaved', { why });
        setStorage({ kind: 'memory', why });
      }
      isHanging = false;
    });
    waitingSave = save;
    return save;
  }

  return {
    async open() {
      if (!entry) {
        opening ??= openOnce().finally(() => {
          opening = null;
        });
        const isDone = await withinLimit(opening, openLimitMs);
        // It goes on, and is taken over when the person answers the keyring's prompt after all.
        if (!isDone) setStorage({ kind: 'memory', why: 'keyring-locked' });
      }
      return storage;
    },
    storage: () => storage,
    onStorageChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async save(limitMs) {
      if (!entry || !(memory.hasChanged() || isUnsaved)) return;
      // Whoever wants a token must not wait for an unlock prompt a second time.
      if (await withinLimit(writeOut(), isHanging ? 0 : limitMs)) return;
      isHanging = true;
      setStorage({ kind: 'memory', why: 'keyring-locked' });
    },
    forgetThrottling() {
      const text = memory.serialize();
      isUnsaved = true;
      memory.clear();
      memory.deserialize(text);
    },
  };
}

/**
 * One cache out of two, entry by entry, the second one winning; null when the first is no cache of MSAL's.
 */
export function mergeCaches(stored: string, own: string): string | null {
  const first = asCache(stored);
  if (!first) return null;
  const second = asCache(own) ?? {};
  const merged: Record<string, unknown> = { ...first };
  for (const section of sections) merged[section] = { ...first[section], ...second[section] };
  return JSON.stringify(merged);
}

type Cache = Partial<Record<(typeof sections)[number], Record<string, unknown>>>;

function asCache(text: string): Cache | null {
  try {
    const value: unknown = JSON.parse(text);
    if (!isRecord(value)) return null;
    for (const section of sections) {
      const entries = value[section];
      if (entries === undefined) continue;
      if (!isRecord(entries) || !Object.values(entries).every(isRecord)) return null;
    }
    return value;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function holdsAccounts(text: string): boolean {
  return Object.keys(asCache(text)?.Account ?? {}).length > 0;
}

/** False when the limit was reached first; the work goes on. */
async function withinLimit(work: Promise<void>, limitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), limitMs);
  });
  try {
    return await Promise.race([work.then(() => true), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
