import { join } from 'node:path';
import { createSecretStore } from './auth/secret-store.ts';
import type { About } from './domain/diagnostics.ts';
import { asFailure, clientIdMissing } from './domain/failure.ts';
import type { Clock, Identity, Log, MachineClock, TunnelProvider } from './domain/ports.ts';
import type { Settings } from './domain/settings.ts';
import type { Desktop } from './shell/shell.ts';
import { createCipher, isCipherKey, newCipherKey } from './store/cipher.ts';
import { openStore } from './store/store.ts';
import { type AppFolder, createAppFolder } from './system/folders.ts';
import type { FileLog } from './system/log.ts';
import { createSystemRandom } from './system/random.ts';
import type { SettingsDesk } from './system/settings-desk.ts';
import { createFixedAddressProvider } from './webhook/fixed-address.ts';
import { createLocaltunnelProvider } from './webhook/localtunnel.ts';
import { createProbe } from './webhook/probe.ts';
import type { World } from './world.ts';

const historyKey = 'history-key';

/**
 * Opens everything that both front doors need, in the order in which one thing needs another: settings, keyring,
 * tokens, history. Without a keyring nothing is refused: tokens and history then live in memory, and the state says so.
 *
 * @throws {Failure} `storage` when the folder cannot be used; nothing has been changed then.
 */
export async function openWorld(door: {
  readonly folder: AppFolder;
  /** One for the whole life of the process: cores come and go, see `createCoreHost()`. */
  readonly settings: SettingsDesk;
  readonly fetch: typeof fetch;
  readonly desktop: Desktop;
  readonly clock: MachineClock;
  readonly log: FileLog;
  readonly about: About;
}): Promise<World> {
  const { folder, clock, log, desktop } = door;
  createAppFolder(folder);
  const { settings, invalidKeptAs, problems, unknownKeys } = door.settings.reopen();
  if (unknownKeys.length > 0) log.warn('settings.unknown-keys', { keys: unknownKeys.join(' ') });
  for (const problem of problems) log.warn('settings.problem', { problem });
  // That the file itself was not understood is a warning of its own, which names where it was put.
  const told = invalidKeptAs === null ? problems : problems.filter((problem) => !problem.includes(invalidKeptAs));

  // By far the largest library, and not needed until here: the door is on its hinges before it is loaded.
  const { createMsalIdentity } = await import('./auth/msal-identity.ts');
  const msal =
    settings.clientId === null
      ? null
      : createMsalIdentity({
          clientId: settings.clientId,
          authority: settings.authority,
          fetch: door.fetch,
          cacheFolder: folder.root,
          log,
          clock,
        });
  const identity: Identity = msal ?? identityWithoutClientId();
  const tokenStorage = await identity.open();
  const durable = tokenStorage.kind === 'keyring';
  const key = durable ? await historyKeyFrom(folder.root, log) : null;
  const store = openHistory(join(folder.root, 'history.db'), key, clock, log);
  log.info('world.opened', { tokens: tokenStorage.kind, history: store.inMemory ? 'memory' : store.condition });
  return {
    settings: door.settings,
    settingsKeptAs: invalidKeptAs,
    settingsProblem: told.length === 0 ? null : told.join(' '),
    identity,
    tokenStorage: () => msal?.storage() ?? tokenStorage,
    onTokenStorage: (listener) => void msal?.onStorageChanged(listener),
    store,
    tunnel: tunnelFor(settings, door.fetch),
    probeWith: (secrets) => createProbe({ fetch: door.fetch, secrets }),
    desktop,
    fetch: door.fetch,
    clock,
    log,
    recentLog: log.recent,
    about: door.about,
    random: createSystemRandom(),
  };
}

/**
 * The history, in its file if there is a key for it: what people wrote is never on disk in clear text. A file that
 * cannot be opened (a newer version wrote it, the disk refuses) is left as it is: telling what happens comes first.
 */
function openHistory(file: string, key: string | null, clock: Clock, log: Log) {
  const inMemory = (problem: string | null) => ({
    ...openStore({ file: ':memory:', cipher: createCipher(newCipherKey()), clock, log }),
    inMemory: true,
    problem,
    // Whoever has tokens is signed in, whatever this empty history says. From now on: what came before is still to be
    // found by the file, once it can be opened, and would otherwise be told again at each start until then.
    lostSince: clock.now(),
  });
  if (key === null) return inMemory(null);
  try {
    const store = openStore({ file, cipher: createCipher(key), clock, log });
    return { ...store, inMemory: false, problem: null };
  } catch (error) {
    const failure = asFailure(error);
    if (failure.code !== 'storage') throw error;
    log.error('history.unusable', { code: failure.code, why: failure.userMessage });
    return inMemory(failure.userMessage);
  }
}

function tunnelFor({ tunnel }: Settings, fetchIt: typeof fetch): TunnelProvider | null {
  switch (tunnel.kind) {
    case 'localtunnel':
      return createLocaltunnelProvider({ host: tunnel.host, fetch: fetchIt });
    case 'fixedAddress':
      return createFixedAddressProvider(tunnel.url);
    case 'none':
      return null;
  }
}

async function historyKeyFrom(cacheFolder: string, log: Log): Promise<string | null> {
  const secrets = createSecretStore({ cacheFolder, log });
  try {
    const known = await secrets.read(historyKey);
    // A key that only memory holds would make a history that nobody can read after the next start.
    if (secrets.storage().kind === 'memory') return null;
    if (known !== null && isCipherKey(known)) return known;
    const key = newCipherKey();
    await secrets.write(historyKey, key);
    return secrets.storage().kind === 'memory' ? null : key;
  } catch (error) {
    log.warn('history.key-unavailable', { error: error instanceof Error ? error.name : 'unknown' });
    return null;
  }
}

/** Everything that does not need Microsoft works without a client id; what does says where to set one. */
function identityWithoutClientId(): Identity {
  const refuse = (): Promise<never> => Promise.reject(clientIdMissing());
  return {
    open: async () => ({ kind: 'keyring' }),
    accounts: async () => [],
    accessToken: refuse,
    signIn: refuse,
    signOut: async () => {},
  };
}
