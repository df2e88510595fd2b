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
    | { readonly kind: 'fixedAddress'; readonly url: string; readonly port: number }
    | { readonly kind: 'none' };
  /** Show the first words of a message; asks for `Mail.Read` in place of `Mail.ReadBasic`. */
  readonly previews: boolean;
  readonly contentLevel: 'full' | 'senderOnly' | 'countOnly';
}

export const defaultSettings: Settings = {
  clientId: null,
  authority: clouds.global.authority,
  cloud: 'global',
  tunnel: { kind: 'localtunnel', host: 'https://localtunnel.me' },
  previews: false,
  contentLevel: 'full',
};

/** The scopes a choice of settings needs. `openid profile offline_access` are MSAL's own addition. */
export function scopesFor(settings: Settings): readonly string[] {
  const scopes = [settings.previews ? 'Mail.Read' : 'Mail.ReadBasic', 'Calendars.Read'];
  // Short names mean the global Graph; everywhere else a scope says whose it is.
  return settings.cloud === 'global' ? scopes : scopes.map((scope) => fullScope(settings.cloud, scope));
}

/** A permission with its resource in front: `https://graph.microsoft.us/Calendars.Read`. */
export const fullScope = (cloud: CloudName, scope: string): string =>
  scope.includes('://') ? scope : `${clouds[cloud].graphOrigin}/${scope}`;
