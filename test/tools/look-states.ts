/** The states that the page is looked at in, told in the words of the real domain. */

import type { AppState, SelfTestStep } from '../../main/domain/app-state.ts';
import { assessHealth, type Warning } from '../../main/domain/health.ts';
import type { Account } from '../../main/domain/session.ts';

export const lookNow = new Date('2026-11-21T14:20:00Z');
export const ago = (minutes: number): Date => new Date(lookNow.getTime() - minutes * 60_000);

export const ada: Account = {
  homeAccountId: 'ada',
  tenantId: 'contoso',
  username: 'ada.reyes@contoso.example',
  name: 'Ada Reyes',
  kind: 'work',
};
export const home: Account = {
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

export function state(warnings: readonly Warning[], more: Partial<AppState> = {}): AppState {
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
    quiet: null,
    selfTest: null,
    theme: 'system',
    nextMeeting: null,
    ...more,
  };
}

export const changed = (index: number, verdict: 'bad' | 'waiting' | 'off', text: string): AppState['chain'] =>
  goodChain.map((link, at) => (at === index ? { ...link, verdict, text, since: ago(6) } : link));

const signedOut = {
  kind: 'signInRequired',
  reason: 'password-changed',
  claims: null,
  since: ago(72),
} as const;
export const passwordChanged: Warning = {
  code: 'sign-in-required',
  account: 'ada',
  reason: 'password-changed',
  since: ago(72),
};
export const needsAda = {
  accounts: [{ account: ada, session: signedOut }],
  chain: changed(0, 'bad', 'Microsoft refused the saved sign-in: your password changed.'),
};

export const notSetUp = state([{ code: 'not-set-up', account: null, since: ago(1) }], {
  accounts: [],
  chain: [],
  unreadCount: null,
});
export const noClientId = state([{ code: 'client-id-missing', account: null, since: ago(1) }], {
  accounts: [],
  chain: [],
  unreadCount: null,
});
export const twoAccounts = state([passwordChanged, { code: 'tunnel-down', account: null, since: ago(6) }], {
  accounts: [
    { account: ada, session: signedOut },
    { account: home, session: { kind: 'signedIn' } },
  ],
  chain: changed(0, 'bad', 'ada.reyes@contoso.example: Microsoft refused the saved sign-in.'),
  tokenStorage: { kind: 'memory', why: 'no-keyring' },
});
export const waiting = state([passwordChanged], {
  ...needsAda,
  signIn: { kind: 'waitingForBrowser', account: 'ada', until: new Date(lookNow.getTime() + 262_000) },
});
export const failed = state([passwordChanged], {
  ...needsAda,
  signIn: { kind: 'failed', account: 'ada', userMessage: 'The time to sign in ran out. Please try again.' },
});

export const blocked = (reason: 'admin-approval' | 'conditional-access') => ({
  warning: { code: 'blocked', account: 'ada', reason, since: ago(30) } as const,
  account: { account: ada, session: { kind: 'blocked', reason, aadsts: 53_003, since: ago(30) } as const },
});
const unapproved = blocked('admin-approval');
export const refusedAgain = state([unapproved.warning], {
  accounts: [unapproved.account],
  signIn: {
    kind: 'failed',
    account: 'ada',
    userMessage: 'An administrator of your organisation has to approve Tidings first.',
    blocked: { reason: 'admin-approval', aadsts: 53_003 },
  },
});
export const newcomerRefused = state([], {
  signIn: {
    kind: 'failed',
    account: null,
    userMessage: 'A rule of your organisation refuses this sign-in.',
    blocked: { reason: 'conditional-access', aadsts: 53_003 },
  },
});
export const firstRefused = state(
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
export const somebodyElse = state([passwordChanged], {
  ...needsAda,
  signIn: {
    kind: 'failed',
    account: 'ada',
    userMessage:
      'You signed in as ada@fabrikam.example, but ada.reyes@contoso.example needs the sign-in. Please try again with that account.',
    offerToAdd: 'ada@fabrikam.example',
  },
});
export const notices = state([
  { code: 'clock-wrong', account: null, offsetMs: 420_000, since: ago(50) },
  { code: 'something-new', account: null, count: 3, name: 'reauthorizationNeeded', since: ago(20) },
]);
export const twoProblems = state(
  [unapproved.warning, { code: 'graph-refused', account: 'home', message: 'Access is denied.', since: ago(3) }],
  { accounts: [unapproved.account, { account: home, session: { kind: 'signedIn' } }] },
);

const until = (minutes: number): Date => ago(-minutes);
export const paused = state([{ code: 'paused', account: null, since: ago(20), until: until(40) }], {
  quiet: { why: 'paused', until: until(40) },
});
export const quietNow = state([], { quiet: { why: 'quietHours', until: new Date('2026-11-23T06:30:00Z') } });

const steps = (verdicts: readonly SelfTestStep['verdict'][]): readonly SelfTestStep[] => {
  const texts: Readonly<Record<SelfTestStep['step'], string>> = {
    token: 'Microsoft accepts the saved sign-in.',
    graph: 'Your mailbox and your calendar can be read.',
    tunnel: 'This computer answers at quiet-otter.localtunnel.me.',
    roundTrip: 'Microsoft asked this computer for a code and got it.',
    toasts: 'Your desktop took a notification. Did you see it?',
  };
  return (['token', 'graph', 'tunnel', 'roundTrip', 'toasts'] as const).map((step, at) => {
    const verdict = verdicts[at] ?? 'waiting';
    const isDone = verdict === 'good' || verdict === 'bad';
    return {
      step,
      verdict,
      text: isDone ? texts[step] : '',
      tookMs: isDone ? ([12, 184, 640, 1_420, 31][at] ?? 0) : null,
    };
  });
};
export const testing = state([], {
  selfTest: {
    startedAt: ago(0.05),
    finishedAt: null,
    steps: steps(['good', 'good', 'running', 'waiting', 'waiting']),
  },
});
export const tested = state([], {
  selfTest: { startedAt: ago(3.1), finishedAt: ago(3), steps: steps(['good', 'good', 'good', 'good', 'good']) },
});
export const testedBroken = state([{ code: 'tunnel-down', account: null, since: ago(6) }], {
  chain: changed(1, 'bad', 'Nobody reaches us at quiet-otter.localtunnel.me. A new name is being asked for.'),
  selfTest: {
    startedAt: ago(1.2),
    finishedAt: ago(1),
    steps: [
      ...steps(['good', 'good']).slice(0, 2),
      {
        step: 'tunnel',
        verdict: 'bad',
        text: 'The tunnel service did not answer within 10 seconds. Tidings asks for another name by itself; if it lasts, choose another way in the settings.',
        tookMs: 10_000,
      },
      { step: 'roundTrip', verdict: 'off', text: 'Needs the step before.', tookMs: null },
      ...steps(['good', 'good', 'good', 'good', 'good']).slice(4),
    ],
  },
});
export const askingPermission = state([], {
  signIn: { kind: 'waitingForBrowser', account: 'ada', until: until(4) },
});

/** The keyring is missing, and another computer of the same person is told at once. */
export const toldElsewhere = state([{ code: 'told-elsewhere', account: 'ada', since: ago(25) }], {
  tokenStorage: { kind: 'memory', why: 'no-keyring' },
});
const ten: readonly Account[] = Array.from({ length: 10 }, (_, at) => ({
  ...(at % 3 === 2 ? home : ada),
  homeAccountId: at === 0 ? 'ada' : `account-${at}`,
  name:
    at % 3 === 2
      ? null
      : (['Ada Reyes', 'Accounts Payable of the North-Western Region', 'موعد الأسبوع'][at % 4] ?? null),
  username:
    at === 4
      ? 'a-shared-mailbox-with-a-name-that-somebody-thought-long-about@subsidiary.of.contoso.example'
      : `mailbox-${at + 1}@${at % 3 === 2 ? 'fabrikam' : 'contoso'}.example`,
}));
export const tenAccounts = state(
  [passwordChanged, { code: 'blocked', account: 'account-3', reason: 'admin-approval', since: ago(30) }],
  {
    accounts: ten.map((account, at) => ({
      account,
      session:
        at === 0
          ? signedOut
          : at === 3
            ? { kind: 'blocked', reason: 'admin-approval', aadsts: 90_094, since: ago(30) }
            : { kind: 'signedIn' },
    })),
    unreadCount: 1_284,
  },
);
