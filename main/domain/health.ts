import type { BlockedReason, SignInReason } from './session.ts';

/** Exactly one of these at any time, worst first. */
export const healthStates = [
  'configurationError',
  'blocked',
  'signInRequired',
  'offline',
  'toastsBlocked',
  'delayed',
  'catchingUp',
  'paused',
  'notSetUp',
  'allGood',
] as const;
export type HealthState = (typeof healthStates)[number];

/** Something that keeps the person from being told at once. Each is raised and cleared by the workflow that knows. */
export type Warning = { readonly since: Date } & (
  | { readonly code: 'client-id-missing'; readonly account: null }
  | { readonly code: 'settings-invalid'; readonly account: null; readonly keptAs: string }
  | { readonly code: 'storage-failing'; readonly account: null }
  /** The history could not be opened; `message` says why. What is told is forgotten when Tidings ends. */
  | { readonly code: 'history-in-memory'; readonly account: null; readonly message: string }
  | { readonly code: 'configuration'; readonly account: string | null; readonly message: string }
  /** The first sign-in failed because of how Tidings is registered, so there is no account yet. */
  | { readonly code: 'registration-unusable'; readonly account: null; readonly message: string }
  /** Without an account: the organisation refused the very first sign-in. */
  | { readonly code: 'blocked'; readonly account: string | null; readonly reason: BlockedReason }
  | { readonly code: 'sign-in-required'; readonly account: string; readonly reason: SignInReason }
  | { readonly code: 'offline'; readonly account: null }
  | { readonly code: 'graph-unreachable'; readonly account: string }
  /** Graph or the sign-in asks to be left alone for a while: nothing is wrong here. */
  | { readonly code: 'asked-to-wait'; readonly account: string; readonly until: Date }
  /** Graph answers, and says no: a permission is missing, or the mailbox cannot be read at all. */
  | { readonly code: 'graph-refused'; readonly account: string; readonly message: string }
  | { readonly code: 'toasts-blocked'; readonly account: null }
  /** A packaged Tidings was started with `--no-sandbox`: nobody signs in until the person has said that they mean it. */
  | { readonly code: 'sandbox-off'; readonly account: null }
  /** `message`: why, where it lies on this computer. `isOwnAddress`: it is no tunnel, but an address of the person's own. */
  | { readonly code: 'tunnel-down'; readonly account: null; readonly message?: string; readonly isOwnAddress?: true }
  /** `message`: why Graph refuses, when it does. */
  | { readonly code: 'not-subscribed'; readonly account: string; readonly message?: string }
  /** `isOnlyNotCalled`: nothing is known to be lost, but Microsoft was asked to call this computer and could not. */
  | { readonly code: 'push-lost'; readonly account: string; readonly isOnlyNotCalled?: true }
  | { readonly code: 'catching-up'; readonly account: string }
  /** Signed in, and on the way to being told by push: not all good yet, and no trouble either. */
  | { readonly code: 'starting'; readonly account: string }
  /** `until`: by the clock on the wall. */
  | { readonly code: 'paused'; readonly account: null; readonly until?: Date | null }
  | { readonly code: 'not-set-up'; readonly account: null }
  // Notices.
  | { readonly code: 'clock-wrong'; readonly account: null; readonly offsetMs: number }
  /** Graph tells one computer at a time, and it is another one of the same person. */
  | { readonly code: 'told-elsewhere'; readonly account: string }
  | { readonly code: 'something-new'; readonly account: null; readonly count: number; readonly name: string }
  | { readonly code: 'history-rebuilt'; readonly account: null; readonly lostSince: Date }
  /** Chosen to be watched, and deleted since. */
  | { readonly code: 'folder-gone'; readonly account: string; readonly names: readonly string[] }
  /** Chosen to be watched; the inbox can be read, and these cannot. */
  | { readonly code: 'folder-unreadable'; readonly account: string; readonly names: readonly string[] }
  | { readonly code: 'no-tray'; readonly account: null }
  | { readonly code: 'sandbox-off-by-choice'; readonly account: null }
);
export type WarningCode = Warning['code'];
/** Worth knowing, and no reason to change the tray. */
export type NoticeCode =
  | 'told-elsewhere'
  | 'clock-wrong'
  | 'something-new'
  | 'history-rebuilt'
  | 'no-tray'
  | 'sandbox-off-by-choice'
  | 'folder-gone'
  | 'folder-unreadable';

const stateOf: Readonly<
  Record<Exclude<WarningCode, NoticeCode>, Exclude<HealthState, 'allGood'>> & Record<NoticeCode, 'allGood'>
> = {
  'client-id-missing': 'configurationError',
  'settings-invalid': 'configurationError',
  'storage-failing': 'configurationError',
  'history-in-memory': 'configurationError',
  'registration-unusable': 'configurationError',
  'sandbox-off': 'configurationError',
  configuration: 'configurationError',
  blocked: 'blocked',
  'sign-in-required': 'signInRequired',
  offline: 'offline',
  'graph-unreachable': 'offline',
  'graph-refused': 'blocked',
  'toasts-blocked': 'toastsBlocked',
  'asked-to-wait': 'delayed',
  'tunnel-down': 'delayed',
  'not-subscribed': 'delayed',
  'push-lost': 'delayed',
  'catching-up': 'catchingUp',
  starting: 'catchingUp',
  paused: 'paused',
  'not-set-up': 'notSetUp',
  'clock-wrong': 'allGood',
  'told-elsewhere': 'allGood',
  'something-new': 'allGood',
  'history-rebuilt': 'allGood',
  'folder-gone': 'allGood',
  'folder-unreadable': 'allGood',
  'no-tray': 'allGood',
  'sandbox-off-by-choice': 'allGood',
};

/** What follows from a cause, for the same account or (cause without account) for all: hidden while the cause stands. */
const hides: Readonly<Partial<Record<WarningCode, readonly WarningCode[]>>> = {
  'client-id-missing': ['not-set-up', 'tunnel-down'],
  offline: [
    'graph-unreachable',
    'asked-to-wait',
    'tunnel-down',
    'not-subscribed',
    'push-lost',
    'catching-up',
    'starting',
  ],
  configuration: ['graph-unreachable', 'asked-to-wait', 'not-subscribed', 'push-lost', 'catching-up', 'starting'],
  'registration-unusable': ['not-set-up'],
  'sandbox-off': ['not-set-up'],
  blocked: [
    'not-set-up',
    'graph-unreachable',
    'asked-to-wait',
    'not-subscribed',
    'push-lost',
    'catching-up',
    'starting',
  ],
  'sign-in-required': ['graph-unreachable', 'asked-to-wait', 'not-subscribed', 'push-lost', 'catching-up', 'starting'],
  'graph-unreachable': ['not-subscribed', 'push-lost', 'catching-up', 'starting'],
  'graph-refused': ['graph-unreachable', 'asked-to-wait', 'not-subscribed', 'push-lost', 'catching-up', 'starting'],
  'asked-to-wait': ['not-subscribed', 'push-lost', 'catching-up', 'starting'],
  'catching-up': ['starting'],
  'tunnel-down': ['not-subscribed', 'push-lost', 'starting'],
  'not-subscribed': ['push-lost', 'starting'],
};

/** How changes reach us while all is good. `elsewhere`: at least for one account another computer is told. */
export type Delivery = 'push' | 'polling' | 'elsewhere';

/** The one truth that tray, tooltip, first menu line and window show. */
export interface Health {
  readonly state: HealthState;
  /** The worst warning, or null when all is good. */
  readonly cause: Warning | null;
  /** Root causes, worst first; what merely follows from them is left out. */
  readonly warnings: readonly Warning[];
  /** Worth knowing, but the state stays what it is. Oldest first. */
  readonly notices: readonly Warning[];
  readonly delivery: Delivery;
  readonly since: Date;
}

/** Which single state a set of warnings amounts to. `goodSince` is when the last warning went away. */
export function assessHealth(raised: readonly Warning[], delivery: Delivery, goodSince: Date): Health {
  const rank = (w: Warning): number => healthStates.indexOf(stateOf[w.code]);
  const isNotice = (w: Warning): boolean => stateOf[w.code] === 'allGood';
  const warnings = raised
    .filter((w) => !isNotice(w) && !raised.some((cause) => follows(w, cause)))
    .sort((a, b) => rank(a) - rank(b) || a.since.getTime() - b.since.getTime());
  const cause = warnings[0] ?? null;
  return {
    state: cause === null ? 'allGood' : stateOf[cause.code],
    cause,
    warnings,
    notices: raised.filter(isNotice).sort((a, b) => a.since.getTime() - b.since.getTime()),
    delivery: delivery === 'push' && raised.some(({ code }) => code === 'told-elsewhere') ? 'elsewhere' : delivery,
    since: cause?.since ?? goodSince,
  };
}

function follows(consequence: Warning, cause: Warning): boolean {
  if (consequence === cause || !(hides[cause.code] ?? []).includes(consequence.code)) return false;
  return cause.account === null || consequence.account === null || cause.account === consequence.account;
}
