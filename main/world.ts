import type { About } from './domain/diagnostics.ts';
import type {
  Identity,
  Ledger,
  Log,
  MachineClock,
  Mutes,
  Probe,
  Queue,
  Random,
  Records,
  ReminderNotes,
  TokenStorage,
  TunnelProvider,
} from './domain/ports.ts';
import type { Desktop } from './shell/shell.ts';
import type { SettingsDesk } from './system/settings-desk.ts';

/** What a front door brings along: its platform's adapters, opened and ready. */
export interface World {
  readonly settings: SettingsDesk;
  /** Name under which an unreadable settings file was kept aside. */
  readonly settingsKeptAs: string | null;
  readonly identity: Identity;
  /** Where tokens are kept at this moment: a keyring can lock while we run. */
  readonly tokenStorage: () => TokenStorage;
  readonly onTokenStorage: (listener: () => void) => void;
  /**
   * `lostSince`: this history does not know everybody who is signed in, and what happened since then was never shown.
   * `condition` says why: the file was damaged and kept aside, or it could not be opened (`problem`), so that this one
   * lives in memory. It stays so over restarts until `accountsSettled`.
   */
  readonly store: {
    readonly queue: Queue;
    readonly ledger: Ledger;
    readonly records: Records;
    readonly reminders: ReminderNotes;
    readonly mutes: Mutes;
    readonly lostSince: Date | null;
    accountsSettled(): void;
    readonly condition: 'good' | 'rebuilt';
    readonly problem: string | null;
    close(): void;
  };
  /** A setting that cannot be used, in one sentence. */
  readonly settingsProblem: string | null;
  readonly tunnel: TunnelProvider | null;
  /** Asks the public address with the given secrets. */
  readonly probeWith: (secrets: () => { readonly probePath: string; readonly probeKey: string }) => Probe;
  readonly desktop: Desktop;
  readonly fetch: typeof fetch;
  readonly clock: MachineClock;
  readonly log: Log;
  /** For the diagnostics: the last lines of the log, oldest first. */
  readonly recentLog: (lines: number) => readonly string[];
  readonly about: About;
  readonly random: Random;
}
