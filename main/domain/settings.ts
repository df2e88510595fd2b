import { type CloudName, clouds } from './cloud.ts';

/** What the person (or an administrator) chose. Absent keys have these defaults. */
export interface Settings {
  /** Application (client) id of the app registration; null until somebody provides one. */
  readonly clientId: string | null;
  /** For example `https://login.microsoftonline.com/common`. */
  readonly authority: string;
  /** Which of Microsoft's clouds the mailbox lives in. */
  readonly cloud: CloudName;
  readonly tunnel:
    | { readonly kind: 'localtunnel'; readonly host: string }
    | { readonly kind: 'fixedAddress'; readonly url: string; readonly port: number; readonly expectHost?: boolean }
    | { readonly kind: 'none' };
  /** Show the first words of a message; asks for `Mail.Read` in place of `Mail.ReadBasic`. */
  readonly previews: boolean;
  readonly contentLevel: 'full' | 'senderOnly' | 'countOnly';
  readonly theme: 'system' | 'light' | 'dark';
  readonly mail: MailRules;
  readonly calendar: CalendarRules;
  readonly reminders: ReminderRules;
  readonly quietHours: QuietHours;
}

/** What mail is announced. Whatever is not is in the list all the same, quietly. */
export interface MailRules {
  /** VIP senders are announced in any case, but for `none`. */
  readonly announce: 'all' | 'focused' | 'important' | 'vips' | 'none';
  /** Lower-case addresses (`ada@contoso.example`) or whole domains (`@contoso.example`). */
  readonly vips: readonly string[];
  /** Folders watched beside the inbox; `account` is a home account id, `name` only for the words. */
  readonly folders: readonly { readonly account: string; readonly id: string; readonly name: string }[];
}
/** Which happenings in the calendar are announced. */
export interface CalendarRules {
  /** False: no news of meetings at all; reminders are a matter of their own. */
  readonly announce: boolean;
  readonly cancelled: boolean;
  /** Meetings that the person has declined. */
  readonly declined: boolean;
  /** Events that are shown as free. */
  readonly free: boolean;
  readonly allDay: boolean;
}
export interface ReminderRules {
  readonly enabled: boolean;
  /** Null: as each event says itself. */
  readonly minutesBefore: number | null;
  readonly allDay: boolean;
  /** Events that are shown as free. */
  readonly free: boolean;
}
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];
export interface QuietSpan {
  /** The days it begins on. */
  readonly days: readonly Weekday[];
  /** `HH:MM` on the person's clock. */
  readonly from: string;
  /** `HH:MM`; no later than `from` means on the next day. */
  readonly to: string;
}
export interface QuietHours {
  readonly enabled: boolean;
  readonly spans: readonly QuietSpan[];
  readonly vipsBreakThrough: boolean;
  readonly remindersBreakThrough: boolean;
}

export const defaultSettings: Settings = {
  clientId: null,
  authority: clouds.global.authority,
  cloud: 'global',
  tunnel: { kind: 'localtunnel', host: 'https://localtunnel.me' },
  previews: false,
  contentLevel: 'full',
  theme: 'system',
  mail: { announce: 'all', vips: [], folders: [] },
  calendar: { announce: true, cancelled: true, declined: false, free: true, allDay: true },
  reminders: { enabled: true, minutesBefore: null, allDay: true, free: true },
  quietHours: {
    enabled: false,
    spans: [
      // Sunday too: the weekend ends on Monday morning, not in the middle of the night before.
      { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sun'], from: '19:00', to: '07:30' },
      { days: ['sat', 'sun'], from: '00:00', to: '00:00' },
    ],
    vipsBreakThrough: true,
    remindersBreakThrough: true,
  },
};

/** What takes effect at once. All else decides how Tidings connects, so the core starts anew with it. */
export const liveKeys = [
  'contentLevel',
  'theme',
  'mail',
  'calendar',
  'reminders',
  'quietHours',
] as const satisfies readonly (keyof Settings)[];

/**
 * The scopes a choice of settings needs. `openid profile offline_access` are MSAL's own addition.
 *
 * @param extra short names of what one action needs beside them.
 */
export function scopesFor(settings: Settings, extra: readonly string[] = []): readonly string[] {
  const scopes = [settings.previews ? 'Mail.Read' : 'Mail.ReadBasic', 'Calendars.Read', ...extra];
  // Short names mean the global Graph; everywhere else a scope says whose it is.
  return settings.cloud === 'global' ? scopes : scopes.map((scope) => fullScope(settings.cloud, scope));
}

/** What marking a message as read needs beside the usual scopes: asked for at the first mark, and never before. */
export const markReadScopes = ['Mail.ReadWrite'] as const;

/** A permission with its resource in front: `https://graph.microsoft.us/Calendars.Read`. */
export const fullScope = (cloud: CloudName, scope: string): string =>
  scope.includes('://') ? scope : `${clouds[cloud].graphOrigin}/${scope}`;
