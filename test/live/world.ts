/**
 * The computer of the volunteer: Tidings' own core with everything in memory. No keyring, no file, no toast; the sign-in
 * is gone when the process is.
 */
import { createMsalIdentity } from '../../main/auth/msal-identity.ts';
import { compose } from '../../main/compose.ts';
import type { Core } from '../../main/core/host.ts';
import { Failure } from '../../main/domain/failure.ts';
import type { ReceivedPost } from '../../main/domain/notification.ts';
import type { Identity, ListenerSecrets, Log, LogFields, MachineClock, Toasts } from '../../main/domain/ports.ts';
import { type Settings, scopesFor } from '../../main/domain/settings.ts';
import { createCipher, newCipherKey } from '../../main/store/cipher.ts';
import { openStore } from '../../main/store/store.ts';
import { aboutHere } from '../../main/system/about.ts';
import { createSystemClock } from '../../main/system/clock.ts';
import { createSystemRandom } from '../../main/system/random.ts';
import { createSettingsDesk } from '../../main/system/settings-desk.ts';
import { createFixedAddressProvider } from '../../main/webhook/fixed-address.ts';
import { createLocaltunnelProvider } from '../../main/webhook/localtunnel.ts';
import { createProbe } from '../../main/webhook/probe.ts';
import type { World } from '../../main/world.ts';
import { createRecorder, type Recorder } from './recorder.ts';

export interface LiveWorld {
  readonly core: Core;
  readonly identity: Identity;
  readonly recorder: Recorder;
  readonly clock: MachineClock;
  readonly log: Log;
  readonly store: World['store'];
  /** What Microsoft sent and the listener took, in order. */
  readonly posts: readonly ReceivedPost[];
  /** What Tidings logged: names of events and fields, as in its own log file. */
  readonly lines: readonly { readonly event: string; readonly fields: LogFields }[];
  readonly secrets: () => ListenerSecrets | null;
  publicUrl(): string | null;
}

export function openLiveWorld(given: {
  readonly settings: Settings & { readonly clientId: string };
  readonly openBrowser: (url: string) => Promise<void>;
  readonly toasts: Toasts;
}): LiveWorld {
  const { settings } = given;
  const lines: { event: string; fields: LogFields }[] = [];
  const note = (event: string, fields: LogFields = {}): void => void lines.push({ event, fields });
  const log: Log = { info: note, warn: note, error: note };
  const clock = createSystemClock();
  const store = openStore({ file: ':memory:', cipher: createCipher(newCipherKey()), clock, log });
  const posts: ReceivedPost[] = [];

  let known: { readonly host: string | null; readonly secrets: ListenerSecrets } | null = null;
  let isOpen = true;
  const tunnelRecord = () => {
    // What comes while everything ends is still told apart by what was known last.
    const json = isOpen ? store.records.value('tunnel') : null;
    if (json !== null) known = JSON.parse(json);
    return known;
  };
  const host = (): string | null =>
    settings.tunnel.kind === 'fixedAddress' ? new URL(settings.tunnel.url).host : (tunnelRecord()?.host ?? null);
  const recorder = createRecorder({
    fetch,
    relay: settings.tunnel.kind === 'localtunnel' ? new URL(settings.tunnel.host).host : null,
    publicHost: host,
    secrets: () => tunnelRecord()?.secrets ?? null,
  });
  const fetchIt = recorder.fetchAs('tidings');
  const identity = createMsalIdentity({
    clientId: settings.clientId,
    authority: settings.authority,
    fetch: fetchIt as Parameters<typeof createMsalIdentity>[0]['fetch'],
    // Never used: there is no keyring that would put a marker there.
    cacheFolder: '',
    keyring: async () => ({ ok: false, why: 'no-keyring' }),
    scopes: scopesFor(settings),
    log,
    clock,
  });

  const world: World = {
    settings: createSettingsDesk({
      log,
      file: {
        path: '',
        read: () => ({ settings, invalidKeptAs: null, problems: [], unknownKeys: [], managed: {} }),
        write() {
          throw new Failure('configuration', 'Nothing is stored here.');
        },
      },
    }),
    settingsKeptAs: null,
    settingsProblem: null,
    identity,
    tokenStorage: () => identity.storage(),
    onTokenStorage: (listener) => void identity.onStorageChanged(listener),
    store: {
      ...store,
      problem: null,
      close() {
        tunnelRecord();
        isOpen = false;
        store.close();
      },
      queue: {
        ...store.queue,
        put(post) {
          store.queue.put(post);
          posts.push(post);
        },
      },
    },
    tunnel:
      settings.tunnel.kind === 'localtunnel'
        ? createLocaltunnelProvider({ host: settings.tunnel.host, fetch: fetchIt })
        : settings.tunnel.kind === 'fixedAddress'
          ? createFixedAddressProvider(settings.tunnel.url)
          : null,
    probeWith: (secrets) => createProbe({ fetch: fetchIt, secrets }),
    desktop: { toasts: given.toasts, openExternal: given.openBrowser, isOnline: () => true },
    fetch: fetchIt,
    clock,
    log,
    recentLog: () => [],
    about: aboutHere('live', 'browser'),
    random: createSystemRandom(),
  };
  const core = compose(world);
  return {
    core,
    identity,
    recorder,
    clock,
    log,
    store: world.store,
    posts,
    lines,
    secrets: () => tunnelRecord()?.secrets ?? null,
    publicUrl() {
      const name = host();
      const isUp = core.actions.state().chain.some(({ link, verdict }) => link === 'tunnel' && verdict === 'good');
      return name === null || !isUp ? null : `https://${name}`;
    },
  };
}
