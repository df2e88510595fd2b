/**
 * The system's keyring, one text per name: Secret Service on Linux, Keychain on macOS, a DPAPI file on Windows.
 *
 * The library is loaded on first use and may be missing a system library; then there is no keyring, and no crash.
 * Nothing is ever written readable to disk.
 */
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as Extensions from '@azure/msal-node-extensions';
import type { Log, TokenStorage } from '../domain/ports.ts';

export type KeyringTrouble = Extract<TokenStorage, { kind: 'memory' }>['why'];

/** One text in the keyring. Calls may take as long as the person takes to answer an unlock prompt. */
export interface KeyringEntry {
  /** Null when there is nothing. Rejects with `DamagedEntry` for something that cannot be decrypted any more. */
  load(): Promise<string | null>;
  /** The text must not be empty. */
  save(text: string): Promise<void>;
  /** Nothing to remove counts as removed. */
  remove(): Promise<void>;
}
export type KeyringOpening =
  | { readonly ok: true; readonly entry: KeyringEntry }
  | { readonly ok: false; readonly why: KeyringTrouble };

/** Opens an entry after proof that the keyring takes and returns a text. Never rejects. */
export type Keyring = (name: string) => Promise<KeyringOpening>;

export class DamagedEntry extends Error {
  override readonly name = 'DamagedEntry';
}

const SERVICE = 'Tidings';
/** What the library says when its test text was not there any more: another opening removed it in between. */
const unlucky = /could not be read|is different/;

/** The library proves the keyring with one test entry for all, so openings of this process take turns. */
let turn: Promise<unknown> = Promise.resolve();

/**
 * @param options.folder for the marker files beside the entries. Entries are told apart by it, so that two
 *   installations of one person do not take each other's sign-in.
 */
export function createKeyring(options: { readonly folder: string; readonly log: Log }): Keyring {
  const { folder, log } = options;
  const owner = createHash('sha256').update(folder).digest('hex').slice(0, 12);

  async function create(name: string): Promise<KeyringOpening> {
    const extensions = loadExtensions(log);
    if (!extensions) return { ok: false, why: 'no-keyring' };
    const make = () =>
      extensions.PersistenceCreator.createPersistence({
        cachePath: join(folder, name),
        dataProtectionScope: extensions.DataProtectionScope.CurrentUser,
        serviceName: SERVICE,
        accountName: `${name}-${owner}`,
        usePlaintextFileOnLinux: false,
      });
    try {
      const persistence = await make().catch((error: unknown) => {
        if (!unlucky.test(messageOf(error))) throw error;
        return make();
      });
      return { ok: true, entry: entryOver(persistence) };
    } catch (error) {
      const why = keyringTrouble(error);
      log.warn('keyring.refused', { entry: name, why });
      return { ok: false, why };
    }
  }

  return (name) => {
    const opening = turn.then(() => create(name));
    turn = opening;
    return opening;
  };
}

function entryOver(persistence: Extensions.IPersistence): KeyringEntry {
  return {
    async load() {
      try {
        // Windows: the empty marker file of a keyring that was never written.
        return (await persistence.load()) || null;
      } catch (error) {
        if (isDecryptionError(error)) throw new DamagedEntry('the entry cannot be decrypted', { cause: error });
        throw error;
      }
    },
    save: (text) => persistence.save(text),
    async remove() {
      await persistence.delete();
    },
  };
}

/** Null when the library, or the system library under it, is missing. */
function loadExtensions(log: Log): typeof Extensions | null {
  try {
    return createRequire(import.meta.url)('@azure/msal-node-extensions');
  } catch (error) {
    log.warn('keyring.missing', { error: messageOf(error).slice(0, 200) });
    return null;
  }
}

/** Windows: the file is there, but not ours to read any more (the key is gone with a forcibly reset password). */
function isDecryptionError(error: unknown): boolean {
  return error instanceof Error && 'errorCode' in error && error.errorCode === 'DPAPIEncryptedFileError';
}

/** Which trouble it is, by the words of libsecret and of the Keychain: they have no codes. */
export function keyringTrouble(error: unknown): KeyringTrouble {
  const message = messageOf(error);
  if (/locked|dismissed|interaction is not allowed|-25308/i.test(message)) return 'keyring-locked';
  if (/autolaunch|Could not connect|address is empty|not provided by any|ServiceUnknown|NotSupported/i.test(message)) {
    return 'no-keyring';
  }
  return 'keyring-unusable';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
