/** Small secrets in the system's keyring, in memory while there is none. */
import { Failure } from '../domain/failure.ts';
import type { Log, SecretStore, TokenStorage } from '../domain/ports.ts';
import { createKeyring, DamagedEntry, type Keyring, type KeyringEntry, keyringTrouble } from './keyring.ts';

export interface KeyringSecretStore extends SecretStore {
  /** `memory` once any secret that was asked for is kept in memory only: it is gone at the next start. */
  storage(): TokenStorage;
}

const LIMIT_MS = 20_000;

/** @param options.limitMs for one answer of the keyring, which may be asking the person to unlock it. */
export function createSecretStore(options: {
  readonly cacheFolder: string;
  readonly log: Log;
  readonly keyring?: Keyring;
  readonly limitMs?: number;
}): KeyringSecretStore {
  const { log, limitMs = LIMIT_MS } = options;
  const keyring = options.keyring ?? createKeyring({ folder: options.cacheFolder, log });
  const entries = new Map<string, Promise<KeyringEntry | null>>();
  const inMemory = new Map<string, string>();
  let storage: TokenStorage = { kind: 'keyring' };

  /** Null: this secret lives in memory for as long as we run. */
  function entryFor(name: string): Promise<KeyringEntry | null> {
    if (!/^[a-z][a-z0-9-]{0,39}$/.test(name)) throw new TypeError('a secret is named in small letters');
    let entry = entries.get(name);
    if (!entry) {
      entry = open(name);
      entries.set(name, entry);
    }
    return entry;
  }

  async function open(name: string): Promise<KeyringEntry | null> {
    const opened = await withinLimit(keyring(`secret-${name}`), limitMs).catch(
      () => ({ ok: false, why: 'keyring-locked' }) as const,
    );
    if (opened.ok) return opened.entry;
    storage = { kind: 'memory', why: opened.why };
    return null;
  }

  async function run<T>(what: string, job: Promise<T>): Promise<T> {
    try {
      return await withinLimit(job, limitMs);
    } catch (error) {
      if (error instanceof DamagedEntry) throw error;
      log.warn('secret.failed', { what, why: keyringTrouble(error) });
      throw new Failure('storage', 'Tidings cannot use your keyring; unlock it and start Tidings again.', {
        cause: error,
      });
    }
  }

  return {
    storage: () => storage,
    async read(name) {
      const entry = await entryFor(name);
      if (!entry) return inMemory.get(name) ?? null;
      try {
        return await run('read', entry.load());
      } catch (error) {
        if (!(error instanceof DamagedEntry)) throw error;
        log.warn('secret.damaged');
        await run('remove', entry.remove());
        return null;
      }
    },
    async write(name, value) {
      if (value === '') throw new TypeError('a secret has at least one character');
      const entry = await entryFor(name);
      if (entry) await run('write', entry.save(value));
      else inMemory.set(name, value);
    },
    async remove(name) {
      const entry = await entryFor(name);
      if (entry) await run('remove', entry.remove());
      inMemory.delete(name);
    },
  };
}

async function withinLimit<T>(job: Promise<T>, limitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`the keyring is locked or gave no answer within ${limitMs} ms`)),
      limitMs,
    );
  });
  try {
    return await Promise.race([job, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
