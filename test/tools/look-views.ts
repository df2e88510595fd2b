/** Views for looking at the page in every state, told in the words of the real domain. */

import type { AppState } from '../../main/domain/app-state.ts';
import { assessHealth, type Warning } from '../../main/domain/health.ts';
import type { Account } from '../../main/domain/session.ts';
import { appView } from '../../main/shell/views.ts';
import type { AlertPage, AlertView, AppView, ViewName } from '../../preload/contract.ts';

export const lookNow = new Date('2026-11-21T14:20:00Z');
const ago = (minutes: number): Date => new Date(lookNow.getTime() - minutes * 60_000);

const ada: Account = {
  homeAccountId: 'ada',
  tenantId: 'contoso',
  username: 'ada.reyes@contoso.example',
  name: 'Ada Reyes',
  kind: 'work',
};
const home: Account = {
  homeAccountId: 'home',
  tenantId: 'consumers',
  username: 'ada@fabrikam.example',
  name: null,
  kind: 'personal',
};

const goodChain: AppState['chain'] = [
  { link: 'token', verdict: 'good', text: 'Signed in as ada.reyes@contoso.example.', since: ago(3_020) },
  { link: 'tunnel', verdict: 'good', text: 'Reached from outside at quiet-otter.localtunnel.me.', since: ago(190) },
  {
    link: 'subscription',
    verdict: 'good',
    text: 'Microsoft tells us of mail and calendar until Sat 28 Nov.',
    since: ago(190),
  },
  { link: 'lastEvent', verdict: 'good', text: 'The last change came by push.', since: ago(4) },
  { link: 'toasts', verdict: 'good', text: 'Your desktop took the last notification.', since: ago(4) },
];

function state(warnings: readonly Warning[], more: Partial<AppState> = {}): AppState {
  return {
    at: lookNow,
    health: assessHealth(warnings, 'push', ago(190)),
    accounts: [{ account: ada, session: { kind: 'signedIn' } }],
    signIn: { kind: 'idle' },
    unreadCount: 7,
    chain: goodChain,
    tokenStorage: { kind: 'keyring' },
    registration: {
      clientId: '00001111-aaaa-2222-bbbb-3333cccc4444',
      authority: 'https://login.microsoftonline.com/common',
      cloud: 'global',
      scopes: ['Mail.ReadBasic', 'Calendars.Read'],
    },
    settingsFile: 'settings.json',
    ...more,
  };
}

const changed = (index: number, verdict: 'bad' | 'waiting' | 'off', text: string): AppState['chain'] =>
  goodChain.map((link, at) => (at === index ? { ...link, verdict, text, since: ago(6) } : link));

const signedOut = {
  kind: 'signInRequired',
  reason: 'password-changed',
  claims: null,
  since: ago(72),
} as const;
const passwordChanged: Warning = {
  code: 'sign-in-required',
  account: 'ada',
  reason: 'password-changed',
  since: ago(72),
};
const needsAda = {
  accounts: [{ account: ada, session: signedOut }],
  chain: changed(0, 'bad', 'Microsoft refused the saved sign-in: your password changed.'),
};

const alert = (id: string, more: Partial<AlertView>): AlertView => ({
  id,
  kind: 'mail',
  who: 'Jonas Lind',
  subject: 'Notes from this morning',
  detail: '',
  at: ago(4).toISOString(),
  startsAt: null,
  canOpen: true,
  canJoin: false,
  settled: false,
  ...more,
});

const alerts: readonly AlertView[] = [
  alert('1', {
    who: 'Priya Natarajan',
    subject: 'Re: Offer for the lake house: we need your answer today',
    at: ago(4).toISOString(),
  }),
  alert('2', {
    kind: 'meetingMoved',
    who: 'Tomas Weber',
    subject: 'Design review',
    detail: 'Moved from Mon 23 Nov, 10:00–11:00 to Tue 24 Nov, 14:00–15:00',
    at: ago(11).toISOString(),
    startsAt: '2026-11-24T14:00:00Z',
    canJoin: true,
  }),
  alert('3', {
    who: 'Contoso Travel',
    subject: 'Your boarding pass for flight CT 482 to Lisbon on Thursday, with everything you need to know about it',
    detail: 'Check-in closes 45 minutes before departure. Your seat is 14A by the window.',
    at: ago(42).toISOString(),
  }),
  alert('4', { who: 'دانا الهاشمي', subject: 'موعد الأسبوع القادم', at: ago(65).toISOString(), settled: true }),
  alert('5', {
    kind: 'meetingNew',
    who: 'Mei Tanaka',
    subject: 'Budget 2027, first round',
    at: ago(93).toISOString(),
    startsAt: '2026-11-26T09:00:00Z',
    canJoin: true,
  }),
  alert('6', { who: 'Build server', subject: '', at: ago(180).toISOString(), settled: true }),
  alert('7', {
    kind: 'meetingCancelled',
    who: 'Tomas Weber',
    subject: 'Weekly stand-up',
    detail: 'Was Fri 27 Nov, 09:30–09:45',
    at: ago(1_260).toISOString(),
  }),
  alert('8', { who: 'Jonas Lind', subject: 'Notes from this morning', at: ago(1_400).toISOString(), settled: true }),
  alert('9', {
    kind: 'meetingChanged',
    who: 'Mei Tanaka',
    subject: 'Lunch with the new colleagues',
    detail: 'Location: Canteen → Restaurant Seeblick',
    at: ago(4_300).toISOString(),
    startsAt: '2026-11-20T12:00:00Z',
    settled: true,
  }),
];
const page: AlertPage = { alerts, next: ago(4_300).toISOString() };
const none: AlertPage = { alerts: [], next: null };

export interface Look {
  readonly name: string;
  readonly app: AppView;
  readonly page: AlertPage;
  readonly view: ViewName;
  /** A button that is pressed before the picture is taken. */
  readonly press: string | null;
  /** What the browser does not let the page do, then. */
  readonly refuses: 'nothing' | 'clipboard' | 'allCopying';
}
const look = (name: string, view: ViewName, from: AppState, list: AlertPage = page): Look => ({
  name,
  view,
  app: appView(from, '0.1.0'),
  page: list,
  press: null,
  refuses: 'nothing',
});

const notSetUp = state([{ code: 'not-set-up', account: null, since: ago(1) }], {
  accounts: [],
  chain: [],
  unreadCount: null,
});
const noClientId = state([{ code: 'client-id-missing', account: null, since: ago(1) }], {
  accounts: [],
  chain: [],
  unreadCount: null,
});
const twoAccounts = state([passwordChanged, { code: 'tunnel-down', account: null, since: ago(6) }], {
  accounts: [
    { account: ada, session: signedOut },
    { account: home, session: { kind: 'signedIn' } },
  ],
  chain: changed(0, 'bad', 'ada.reyes@contoso.example: Microsoft refused the saved sign-in.'),
  tokenStorage: { kind: 'memory', why: 'no-keyring' },
});
const waiting = state([passwordChanged], {
  ...needsAda,
  signIn: { kind: 'waitingForBrowser', account: 'ada', until: new Date(lookNow.getTime() + 262_000) },
});
const failed = state([passwordChanged], {
  ...needsAda,
  signIn: { kind: 'failed', account: 'ada', userMessage: 'The time to sign in ran out. Please try again.' },
});

const blocked = (reason: 'admin-approval' | 'conditional-access') => ({
  warning: { code: 'blocked', account: 'ada', reason, since: ago(30) } as const,
  account: { account: ada, session: { kind: 'blocked', reason, aadsts: 53_003, since: ago(30) } as const },
});
const unapproved = blocked('admin-approval');
const refusedAgain = state([unapproved.warning], {
  accounts: [unapproved.account],
  signIn: {
    kind: 'failed',
    account: 'ada',
    userMessage: 'An administrator of your organisation has to approve Tidings first.',
    blocked: { reason: 'admin-approval', aadsts: 53_003 },
  },
});
const newcomerRefused = state([], {
  signIn: {
    kind: 'failed',
    account: null,
    userMessage: 'A rule of your organisation refuses this sign-in.',
    blocked: { reason: 'conditional-access', aadsts: 53_003 },
  },
});
const firstRefused = state(
  [
    { code: 'blocked', account: null, reason: 'admin-approval', since: ago(1) },
    { code: 'not-set-up', account: null, since: ago(9) },
  ],
  {
    accounts: [],
    chain: [],
    unreadCount: null,
    signIn: {
      kind: 'failed',
      account: null,
      userMessage: 'An administrator of your organisation has to approve Tidings first.',
      blocked: { reason: 'admin-approval', aadsts: 90_094 },
    },
  },
);
const somebodyElse = state([passwordChanged], {
  ...needsAda,
  signIn: {
    kind: 'failed',
    account: 'ada',
    userMessage:
      'You signed in as ada@fabrikam.example, but ada.reyes@contoso.example needs the sign-in. Please try again with that account.',
    offerToAdd: 'ada@fabrikam.example',
  },
});
const notices = state([
  { code: 'clock-wrong', account: null, offsetMs: 420_000, since: ago(50) },
  { code: 'something-new', account: null, count: 3, name: 'reauthorizationNeeded', since: ago(20) },
]);
const twoProblems = state(
  [unapproved.warning, { code: 'graph-refused', account: 'home', message: 'Access is denied.', since: ago(3) }],
  { accounts: [unapproved.account, { account: home, session: { kind: 'signedIn' } }] },
);

export const looks: readonly Look[] = [
  look('today-all-good', 'today', state([])),
  look('today-empty', 'today', state([], { unreadCount: 0 }), none),
  look('today-not-set-up', 'today', notSetUp, none),
  look('today-sign-in', 'today', state([passwordChanged], needsAda)),
  look('today-waiting', 'today', waiting),
  look('today-two-accounts', 'today', twoAccounts),
  look('today-offline', 'today', state([{ code: 'offline', account: null, since: ago(12) }])),
  look(
    'today-blocked',
    'today',
    state([blocked('conditional-access').warning], { accounts: [blocked('conditional-access').account] }),
  ),
  { ...look('today-blocked-copied', 'today', refusedAgain), press: 'Copy text' },
  { ...look('today-blocked-not-copied', 'today', refusedAgain), press: 'Copy text', refuses: 'allCopying' },
  { ...look('today-blocked-copied-the-old-way', 'today', refusedAgain), press: 'Copy text', refuses: 'clipboard' },
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
  look('sign-in-welcome', 'signIn', notSetUp, none),
  look('sign-in-no-client-id', 'signIn', noClientId, none),
  look('sign-in-needed', 'signIn', state([passwordChanged], needsAda)),
  look('sign-in-waiting', 'signIn', waiting),
  look('sign-in-failed', 'signIn', failed),
  look('sign-in-first-refused', 'signIn', firstRefused, none),
  look('sign-in-refused-again', 'signIn', refusedAgain),
  look('sign-in-somebody-else', 'signIn', somebodyElse),
  look('sign-in-newcomer-refused', 'signIn', newcomerRefused),
  look('sign-in-two-problems', 'signIn', twoProblems),
  look(
    'accounts',
    'signIn',
    state([], { accounts: [ada, home].map((account) => ({ account, session: { kind: 'signedIn' } })) }),
  ),
];
