import type { Alert } from '../../../main/domain/alert.ts';
import type { AppState } from '../../../main/domain/app-state.ts';
import { assessHealth, type Warning } from '../../../main/domain/health.ts';
import type { Account } from '../../../main/domain/session.ts';

export const since = new Date('2026-11-21T09:12:00Z');

export const ada: Account = {
  homeAccountId: 'ada-id',
  tenantId: 'contoso-id',
  username: 'ada@contoso.example',
  name: 'Ada Reyes',
  kind: 'work',
};
export const home: Account = {
  ...ada,
  homeAccountId: 'home-id',
  username: 'ada@fabrikam.example',
  name: null,
  kind: 'personal',
};

export function stateWith(warnings: readonly Warning[], more: Partial<AppState> = {}): AppState {
  return {
    at: since,
    health: assessHealth(warnings, 'push', since),
    accounts: [{ account: ada, session: { kind: 'signedIn' } }],
    signIn: { kind: 'idle' },
    unreadCount: null,
    chain: [],
    tokenStorage: { kind: 'keyring' },
    quiet: null,
    selfTest: null,
    theme: 'system',
    nextMeeting: null,
    registration: {
      clientId: '00001111-aaaa-2222-bbbb-3333cccc4444',
      authority: 'https://login.microsoftonline.com/common',
      cloud: 'global',
      scopes: ['Mail.ReadBasic', 'Calendars.Read'],
    },
    settingsFile: '/home/ada/.config/Tidings/settings.json',
    ...more,
  };
}

export const bothAccounts = [ada, home].map((account) => ({ account, session: { kind: 'signedIn' } as const }));

export function mail(id: string, at: Date, more: Partial<Alert> = {}): Alert {
  return {
    id,
    account: 'ada-id',
    kind: 'mail',
    itemId: `item-${id}`,
    who: 'Jonas Lind',
    subject: 'Minutes',
    detail: '',
    at,
    startsAt: null,
    webLink: 'https://outlook.office365.com/owa/?ItemID=1',
    joinUrl: null,
    settled: false,
    ...more,
  };
}
