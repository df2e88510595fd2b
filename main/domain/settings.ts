/** What the person (or an administrator) chose. Absent keys have these defaults. */
export interface Settings {
  /** Application (client) id of the app registration; null until somebody provides one. */
  readonly clientId: string | null;
  /** For example `https://login.microsoftonline.com/common`. */
  readonly authority: string;
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
  authority: 'https://login.microsoftonline.com/common',
  tunnel: { kind: 'localtunnel', host: 'https://localtunnel.me' },
  previews: false,
  contentLevel: 'full',
};

/** The scopes a choice of settings needs. `openid profile offline_access` are MSAL's own addition. */
export function scopesFor(settings: Settings): readonly string[] {
  return [settings.previews ? 'Mail.Read' : 'Mail.ReadBasic', 'Calendars.Read'];
}
