/** Views for looking at the page in every state: what is shown, and what is pressed before the picture is taken. */
import type { AppState } from '../../main/domain/app-state.ts';
import { appView } from '../../main/shell/views.ts';
import type { AlertPage, AppView, MeetingView, SettingsView, ThemeName, ViewName } from '../../preload/contract.ts';
import {
  hardMeetings,
  hardPage,
  managedSettings,
  meetings,
  none,
  ofTenAccounts,
  ofTwoAccounts,
  page,
  settings,
} from './look-lists.ts';
import {
  ada,
  ago,
  askingPermission,
  blocked,
  changed,
  failed,
  firstRefused,
  home,
  needsAda,
  newcomerRefused,
  noClientId,
  notices,
  notSetUp,
  passwordChanged,
  paused,
  quietNow,
  refusedAgain,
  somebodyElse,
  state,
  tenAccounts,
  tested,
  testedBroken,
  testing,
  toldElsewhere,
  twoAccounts,
  twoProblems,
  waiting,
} from './look-states.ts';

export interface Look {
  readonly name: string;
  readonly app: AppView;
  readonly page: AlertPage;
  readonly meetings: readonly MeetingView[];
  readonly settings: SettingsView;
  readonly view: ViewName;
  /** Buttons that are pressed before the picture is taken, by their names, keys as "key:j", words as "type:lake". */
  readonly press: readonly string[];
  /** How far the page is scrolled then. */
  readonly scroll: number;
  /** What the browser does not let the page do, then. */
  readonly refuses: 'nothing' | 'clipboard' | 'allCopying';
}
const look = (name: string, view: ViewName, from: AppState, more: Partial<Look> = {}): Look => ({
  name,
  view,
  app: appView(from, '0.1.0'),
  page,
  meetings,
  settings,
  press: [],
  scroll: 0,
  refuses: 'nothing',
  ...more,
});
const themed = (theme: ThemeName): Partial<Look> => ({ app: { ...appView(state([]), '0.1.0'), theme } });

export const looks: readonly Look[] = [
  look('today-all-good', 'today', state([])),
  look('today-empty', 'today', state([], { unreadCount: 0 }), { page: none, meetings: [] }),
  look('today-not-set-up', 'today', notSetUp, { page: none }),
  look('today-no-client-id', 'today', noClientId, { page: none }),
  look('today-sign-in', 'today', state([passwordChanged], needsAda)),
  look('today-waiting', 'today', waiting),
  look('today-two-accounts', 'today', twoAccounts, { page: ofTwoAccounts }),
  look('today-offline', 'today', state([{ code: 'offline', account: null, since: ago(12) }])),
  look(
    'today-blocked',
    'today',
    state([blocked('conditional-access').warning], { accounts: [blocked('conditional-access').account] }),
  ),
  look('today-blocked-copied', 'today', refusedAgain, { press: ['Copy text'] }),
  look('today-blocked-not-copied', 'today', refusedAgain, { press: ['Copy text'], refuses: 'allCopying' }),
  look('today-blocked-copied-the-old-way', 'today', refusedAgain, { press: ['Copy text'], refuses: 'clipboard' }),
  look('today-somebody-else', 'today', somebodyElse),
  look('health-blocked', 'health', refusedAgain),
  look('health-two-problems', 'health', twoProblems),
  look('health-notices', 'health', notices),
  look('health-somebody-else', 'health', somebodyElse),
  look('health-all-good', 'health', state([])),
  look(
    'health-delayed',
    'health',
    state([{ code: 'tunnel-down', account: null, since: ago(6) }], {
      chain: changed(1, 'bad', 'Nobody reaches us at quiet-otter.localtunnel.me. A new name is being asked for.'),
    }),
  ),
  look('health-two-accounts', 'health', twoAccounts),
  look('health-catching-up', 'health', state([{ code: 'catching-up', account: 'ada', since: ago(0.3) }])),
  look('sign-in-welcome', 'signIn', notSetUp, { page: none }),
  look('sign-in-no-client-id', 'signIn', noClientId, { page: none }),
  look('sign-in-needed', 'signIn', state([passwordChanged], needsAda)),
  look('sign-in-waiting', 'signIn', waiting),
  look('sign-in-failed', 'signIn', failed),
  look('sign-in-first-refused', 'signIn', firstRefused, { page: none }),
  look('sign-in-refused-again', 'signIn', refusedAgain),
  look('sign-in-somebody-else', 'signIn', somebodyElse),
  look('sign-in-newcomer-refused', 'signIn', newcomerRefused),
  look('sign-in-two-problems', 'signIn', twoProblems),
  look(
    'accounts',
    'signIn',
    state([], { accounts: [ada, home].map((account) => ({ account, session: { kind: 'signedIn' } })) }),
  ),
  look('today-menu', 'today', state([]), { press: ['key:j', 'key:.'] }),
  look('today-snooze', 'today', state([]), { press: ['key:s'] }),
  look('today-help', 'today', state([]), { press: ['key:?'] }),
  look('today-pause', 'today', state([]), { press: ['Pause'] }),
  look('health-paused', 'health', paused),
  look('today-paused', 'today', paused),
  look('today-quiet', 'today', quietNow),
  look('today-asks-permission', 'today', askingPermission),
  look('today-theme-dark', 'today', state([]), themed('dark')),
  look('today-found', 'today', state([]), { press: ['key:/', 'type:offer'] }),
  look('today-found-none', 'today', state([]), { press: ['key:/', 'type:zeppelin über allen Wipfeln'] }),
  look('today-hard', 'today', state([]), { page: hardPage }),
  look('today-ten-accounts', 'today', tenAccounts, { page: ofTenAccounts }),
  ...(
    [
      { code: 'storage-failing', account: null },
      { code: 'settings-invalid', account: null, keptAs: 'settings.broken-1.json' },
      { code: 'history-in-memory', account: null, message: 'The history on this computer is of a newer Tidings.' },
      { code: 'toasts-blocked', account: null },
      { code: 'sandbox-off', account: null },
      { code: 'graph-unreachable', account: 'ada' },
      { code: 'asked-to-wait', account: 'ada', until: ago(-6) },
      { code: 'tunnel-down', account: null },
      { code: 'push-lost', account: 'ada' },
    ] as const
  ).map((cause) => look(`today-${cause.code}`, 'today', state([{ ...cause, since: ago(6) }]))),
  look('health-ten-accounts', 'health', tenAccounts),
  look('health-told-elsewhere', 'health', toldElsewhere),
  look('accounts-ten', 'accounts', tenAccounts),
  look('settings-ten-accounts', 'settings', tenAccounts, { scroll: 300 }),
  look('next-hard', 'next', state([]), { meetings: hardMeetings }),
  look('next', 'next', state([])),
  look('next-empty', 'next', state([]), { meetings: [] }),
  look('next-offline', 'next', state([{ code: 'offline', account: null, since: ago(12) }])),
  look('health-testing', 'health', testing, { scroll: 420 }),
  look('health-tested', 'health', tested, { scroll: 420 }),
  look('health-tested-broken', 'health', testedBroken, { scroll: 480 }),
  look('accounts-sign-out', 'accounts', state([]), { press: ['Sign out… ada.reyes@contoso.example'] }),
  look('settings', 'settings', state([])),
  look('settings-quiet', 'settings', state([]), { scroll: 1_060 }),
  look('settings-privacy', 'settings', state([]), { scroll: 1_700 }),
  look('settings-connection', 'settings', state([]), { scroll: 99_999 }),
  look('settings-managed', 'settings', state([]), { settings: managedSettings, scroll: 2_180 }),
  look('settings-folders', 'settings', state([]), { press: ['Choose folders…'] }),
];
