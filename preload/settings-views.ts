/** What the settings page shows and changes. */

export type ThemeName = 'system' | 'light' | 'dark';
export type WeekdayName = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';
export type TunnelSettingView =
  | { readonly kind: 'localtunnel'; readonly host: string }
  /** `expectHost`: requests that name another host are refused; not every reverse proxy passes the name on. */
  | { readonly kind: 'fixedAddress'; readonly url: string; readonly port: number; readonly expectHost?: boolean }
  | { readonly kind: 'none' };

/** All that a person can choose; the same names as in the settings file. */
export interface SettingsValues {
  readonly clientId: string | null;
  readonly authority: string;
  readonly cloud: 'global' | 'usGov' | 'usGovDoD' | 'china';
  readonly tunnel: TunnelSettingView;
  readonly previews: boolean;
  readonly contentLevel: 'full' | 'senderOnly' | 'countOnly';
  readonly theme: ThemeName;
  readonly mail: {
    /** Which mail is announced; the rest is in the list, quietly. VIP senders always are, but for `none`. */
    readonly announce: 'all' | 'focused' | 'important' | 'vips' | 'none';
    /** Addresses (`ada@contoso.example`) or whole domains (`@contoso.example`). */
    readonly vips: readonly string[];
    /** Folders watched beside the inbox. */
    readonly folders: readonly { readonly account: string; readonly id: string; readonly name: string }[];
  };
  readonly calendar: {
    /** New, moved, changed and cancelled meetings. */
    readonly announce: boolean;
    readonly cancelled: boolean;
    readonly declined: boolean;
    readonly free: boolean;
    readonly allDay: boolean;
  };
  readonly reminders: {
    readonly enabled: boolean;
    /** Null: each event's own setting. */
    readonly minutesBefore: number | null;
    readonly allDay: boolean;
    readonly free: boolean;
  };
  readonly quietHours: {
    readonly enabled: boolean;
    /** `from` and `to` as `HH:MM`; one that ends no later than it begins goes over midnight and belongs to the day it begins on. */
    readonly spans: readonly { readonly days: readonly WeekdayName[]; readonly from: string; readonly to: string }[];
    readonly vipsBreakThrough: boolean;
    readonly remindersBreakThrough: boolean;
  };
}
export type SettingsKey = keyof SettingsValues;

export interface SettingsView {
  readonly values: SettingsValues;
  /** Set by an administrator or the environment: shown, not changed here. */
  readonly managed: readonly SettingsKey[];
  readonly loginItem: {
    /** What the system says now, never what was last asked for. */
    readonly state: 'on' | 'off' | 'requiresApproval' | 'unavailable';
    /** A sentence where it is not simply on or off, else empty. */
    readonly note: string;
  };
  /** How Tidings reaches the internet, in one sentence; no names or passwords. */
  readonly proxy: string;
  /** Base name and folder may be shown to the person whose file it is. */
  readonly settingsFile: string;
}

export interface FolderView {
  readonly id: string;
  readonly name: string;
  /** How deep it lies below the mailbox, from 0. */
  readonly depth: number;
}
