import { type CloudName, cloudOfSignIn, clouds, signsInAt } from '../domain/cloud.ts';
import { Failure } from '../domain/failure.ts';
import type { Cancel, Log } from '../domain/ports.ts';
import { liveKeys, type Settings } from '../domain/settings.ts';
import type { SettingsFile, SettingsReading } from './settings-file.ts';

/** The settings while Tidings runs: some take effect at once, the others when the core starts anew. */
export interface SettingsDesk {
  /** What holds now. Read it each time it is needed: it changes under a running core. */
  current(): Settings;
  /** What the file, the policy and the environment say together. */
  stored(): Settings;
  /** Whether something stored waits for the core to start anew. */
  waits(): boolean;
  /** Set by an administrator or the environment. */
  managed(): readonly (keyof Settings)[];
  /** Path of the person's own file. */
  readonly path: string;
  /**
   * Stores; what can take effect at once does.
   *
   * @throws {Failure} `configuration` if a value is not allowed or not the person's to choose, `storage` if the disk
   *   refuses; nothing has changed then.
   */
  change(change: Partial<Settings>): void;
  /** For a core that starts: reads everything anew, and all of it holds from now on. */
  reopen(): SettingsReading;
  /** Fires after a change was stored. */
  onChange(listener: () => void): Cancel;
}

/** @throws {Failure} `configuration` if the file is there but the system does not let us read it. */
export function createSettingsDesk({ file, log }: { readonly file: SettingsFile; readonly log: Log }): SettingsDesk {
  const listeners = new Set<() => void>();
  let reading = file.read();
  let held = reading.settings;
  let opened = false;

  function changed(next: SettingsReading, current: Settings): void {
    reading = next;
    held = current;
    for (const listener of listeners) listener();
  }

  return {
    path: file.path,
    current: () => held,
    stored: () => reading.settings,
    waits: () => !isSame(held, reading.settings),
    managed: () => Object.keys(reading.managed) as (keyof Settings)[],
    change(wanted) {
      const asked = onlyNew(wanted, reading.settings);
      const change = withWhatBelongsToIt(asked, reading.settings);
      for (const key of Object.keys(change) as (keyof Settings)[]) {
        const manager = reading.managed[key];
        if (manager !== undefined) throw managedElsewhere(key, manager);
      }
      if (Object.keys(change).length === 0) return;
      file.write(change);
      const next = file.read();
      log.info('settings.changed', { keys: Object.keys(change).join(' ') });
      changed(next, { ...held, ...pick(next.settings, liveKeys) });
    },
    reopen() {
      // The first core starts with what was read already: an unreadable file is moved aside by whoever reads it.
      const next = opened ? file.read() : reading;
      opened = true;
      changed(next, next.settings);
      return next;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

type Change = { -readonly [K in keyof Settings]?: Settings[K] };

const pick = (from: Settings, keys: readonly (keyof Settings)[]): Partial<Settings> =>
  Object.fromEntries(keys.map((key) => [key, from[key]]));
const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Without what is so already: whoever hands back a whole page of settings has changed only some. */
function onlyNew(change: Partial<Settings>, stored: Settings): Change {
  return Object.fromEntries(
    Object.entries(change).filter(
      ([key, value]) => value !== undefined && !isSame(value, stored[key as keyof Settings]),
    ),
  );
}

/**
 * Cloud and authority have to fit together: who chooses one of them gets the other one with it.
 *
 * @throws {Failure} `configuration` when both are chosen, and do not fit.
 */
function withWhatBelongsToIt(change: Change, stored: Settings): Change {
  const { cloud, authority } = change;
  if (cloud !== undefined && !isCloud(cloud)) return change; // the schema will say so
  if (cloud !== undefined && authority !== undefined && !signsInAt(cloud, authority)) {
    throw new Failure('configuration', 'This sign-in address does not belong to the chosen cloud.');
  }
  if (cloud !== undefined && authority === undefined && !signsInAt(cloud, stored.authority)) {
    return { ...change, authority: clouds[cloud].authority };
  }
  if (authority !== undefined && cloud === undefined && !signsInAt(stored.cloud, authority)) {
    const its = URL.canParse(authority) ? cloudOfSignIn(new URL(authority).host) : null;
    return its === null ? change : { ...change, cloud: its.name };
  }
  return change;
}
const isCloud = (name: string): name is CloudName => Object.hasOwn(clouds, name);

const names: Readonly<Record<keyof Settings, string>> = {
  clientId: 'The client id',
  authority: 'The sign-in address',
  cloud: 'The cloud',
  tunnel: 'The way Microsoft reaches Tidings',
  previews: 'Whether previews are shown',
  contentLevel: 'What a notification shows',
  theme: 'The colours',
  mail: 'What mail is announced',
  calendar: 'What happens in the calendar is announced',
  reminders: 'How Tidings reminds',
  quietHours: 'When Tidings is quiet',
};

function managedElsewhere(key: keyof Settings, by: 'policy' | 'environment'): Failure {
  return new Failure(
    'configuration',
    by === 'policy'
      ? `${names[key]} is set by your administrator for this computer and cannot be changed here.`
      : `${names[key]} is set by the environment variable TIDINGS_${key === 'clientId' ? 'CLIENT_ID' : 'AUTHORITY'} and cannot be changed here.`,
  );
}
