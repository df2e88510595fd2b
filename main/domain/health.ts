import { type BlockedReason, blockedReasonText, type SignInReason, signInReasonText } from './session.ts';
import { clockText, momentText } from './wording.ts';

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
  /** `message`: why, where it lies on this computer. */
  | { readonly code: 'tunnel-down'; readonly account: null; readonly message?: string }
  /** `message`: why Graph refuses, when it does. */
  | { readonly code: 'not-subscribed'; readonly account: string; readonly message?: string }
  | { readonly code: 'push-lost'; readonly account: string }
  | { readonly code: 'catching-up'; readonly account: string }
  /** Signed in, and on the way to being told by push: not all good yet, and no trouble either. */
  | { readonly code: 'starting'; readonly account: string }
  /** `until`: by the clock on the wall. */
  | { readonly code: 'paused'; readonly account: null; readonly until?: Date | null }
  | { readonly code: 'not-set-up'; readonly account: null }
  // Notices: worth knowing, and no reason to change the tray.
  | { readonly code: 'clock-wrong'; readonly account: null; readonly offsetMs: number }
  /** Graph tells one computer at a time, and it is another one of the same person. */
  | { readonly code: 'told-elsewhere'; readonly account: string }
  | { readonly code: 'something-new'; readonly account: null; readonly count: number; readonly name: string }
  | { readonly code: 'history-rebuilt'; readonly account: null; readonly lostSince: Date }
  /** Chosen to be watched, and deleted since. */
  | { readonly code: 'folder-gone'; readonly account: string; readonly names: readonly string[] }
  | { readonly code: 'no-tray'; readonly account: null }
  | { readonly code: 'sandbox-off-by-choice'; readonly account: null }
);
export type WarningCode = Warning['code'];
export type NoticeCode =
  | 'told-elsewhere'
  | 'clock-wrong'
  | 'something-new'
  | 'history-rebuilt'
  | 'no-tray'
  | 'sandbox-off-by-choice'
  | 'folder-gone';

/** `allGood`: a notice. */
const stateOf: Readonly<Record<WarningCode, HealthState>> = {
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

/** A warning in the person's words. `account` is filled in where more than one account could be meant. */
export interface WarningText {
  /** A few words that fit into a tooltip: "Sign in needed: your password changed". */
  readonly headline: string;
  /** One or two sentences: what it means and what will happen. */
  readonly explanation: string;
  /** What the person can do with one click, or null when nothing is needed. */
  readonly remedy: 'signIn' | 'checkNow' | 'takeOver' | 'openSettingsFolder' | null;
}

export function warningText(warning: Warning): WarningText {
  switch (warning.code) {
    case 'client-id-missing':
      return {
        headline: 'Not configured: no client id',
        explanation:
          'Tidings needs the client id of an app registration. Set TIDINGS_CLIENT_ID or put "clientId" into the settings file, then start Tidings again.',
        remedy: 'openSettingsFolder',
      };
    case 'settings-invalid':
      return {
        headline: 'Settings file not understood',
        explanation: `Tidings runs with its defaults. The file was kept as ${warning.keptAs}.`,
        remedy: 'openSettingsFolder',
      };
    case 'storage-failing':
      return {
        headline: 'Cannot write to disk',
        explanation: 'Tidings cannot store what arrives. Microsoft will deliver again; please free some disk space.',
        remedy: null,
      };
    case 'history-in-memory':
      return {
        headline: 'History is not kept',
        explanation: `${warning.message} Until then Tidings tells you of everything, but forgets its list when it ends.`,
        remedy: 'openSettingsFolder',
      };
    case 'configuration':
      return {
        headline: 'Set-up problem',
        explanation: warning.message,
        remedy: warning.account === null ? 'openSettingsFolder' : 'signIn',
      };
    case 'registration-unusable':
      return { headline: 'Set-up problem: signing in is not possible', explanation: warning.message, remedy: 'signIn' };
    case 'blocked':
      return {
        headline: `Blocked by your organisation: ${blockedReasonText(warning.reason)}`,
        explanation: blockedExplanation(warning.reason),
        remedy: 'signIn',
      };
    case 'sign-in-required':
      return {
        headline: `Sign in needed: ${signInReasonText(warning.reason)}`,
        explanation: 'Nothing is lost: what arrives meanwhile is shown as one summary after you sign in.',
        remedy: 'signIn',
      };
    case 'offline':
      return {
        headline: 'Offline',
        explanation: 'There is no network. Tidings catches up by itself when it is back.',
        remedy: 'checkNow',
      };
    case 'graph-unreachable':
      return {
        headline: 'Microsoft cannot be reached',
        explanation: 'Tidings keeps trying and catches up by itself.',
        remedy: 'checkNow',
      };
    case 'asked-to-wait':
      return {
        headline: `Delayed: Microsoft asks Tidings to wait until ${clockText(warning.until)}`,
        explanation:
          'Too much was asked of Microsoft at once, perhaps by other apps. Nothing is lost: Tidings reads what it missed as soon as it may.',
        remedy: null,
      };
    case 'graph-refused':
      return {
        headline: 'Microsoft refuses to show this mailbox',
        explanation: `${warning.message} Tidings asks again every few minutes; signing in again lets you allow what is missing.`,
        remedy: 'signIn',
      };
    case 'toasts-blocked':
      return {
        headline: 'Your desktop shows no notifications',
        explanation: 'Alerts are in the window. Allow notifications for Tidings in the settings of your desktop.',
        remedy: null,
      };
    case 'sandbox-off':
      return {
        headline: 'Started without protection',
        explanation:
          'Tidings was started with --no-sandbox, so nobody can sign in. Start it without that switch, or set TIDINGS_ALLOW_NO_SANDBOX=1 if you know what that means.',
        remedy: null,
      };
    case 'tunnel-down':
      return {
        headline: warning.message === undefined ? 'Delayed: the tunnel is down' : 'Delayed: the port cannot be used',
        explanation: `${warning.message === undefined ? '' : `${warning.message} `}Tidings checks every minute until the tunnel is back.`,
        remedy: 'checkNow',
      };
    case 'not-subscribed':
      return {
        headline: 'Delayed: not subscribed yet',
        explanation: `${warning.message ?? 'Tidings is asking Microsoft to be told of changes.'} It checks every minute meanwhile.`,
        remedy: 'checkNow',
      };
    case 'push-lost':
      return {
        headline: 'Delayed: notifications get lost',
        explanation:
          'Something on the way swallows notifications. Tidings found the changes itself and takes a new address.',
        remedy: 'checkNow',
      };
    case 'catching-up':
      return { headline: 'Catching up', explanation: 'Tidings is reading what happened meanwhile.', remedy: null };
    case 'starting':
      return {
        headline: 'Getting ready',
        explanation: 'Tidings opens its tunnel and asks Microsoft to be told of changes.',
        remedy: null,
      };
    case 'paused':
      return {
        headline: `Paused${pausedUntil(warning)}`,
        explanation: 'Nothing pops up, reminders neither. One summary tells of it all when the pause ends.',
        remedy: null,
      };
    case 'not-set-up':
      return {
        headline: 'Not signed in',
        explanation: 'Sign in once, and Tidings tells you what happens in your mail and calendar.',
        remedy: 'signIn',
      };
    case 'clock-wrong': {
      const minutes = Math.round(Math.abs(warning.offsetMs) / 60_000);
      return {
        headline: `The clock of this computer is ${minutes} minutes ${warning.offsetMs > 0 ? 'slow' : 'fast'}`,
        explanation:
          'Nothing is lost, but reminders come at the wrong time and sign-in may fail. Let the system set its clock by itself.',
        remedy: null,
      };
    }
    case 'told-elsewhere':
      return {
        headline: 'Another computer is told at once; this one checks every minute',
        explanation:
          'Microsoft tells one computer at a time. When the other one ends or sleeps, this one takes its place by itself.',
        remedy: 'takeOver',
      };
    case 'something-new':
      return {
        headline: 'Microsoft sent something new',
        explanation: `${warning.count === 1 ? 'One event' : `${warning.count} events`} of a kind this version does not know (last: ${warning.name}). Nothing is lost: Tidings reads your mailbox itself. A newer version may know more.`,
        remedy: null,
      };
    case 'folder-gone': {
      const [first = ''] = warning.names;
      const many = warning.names.length > 1;
      return {
        headline: many ? `${warning.names.length} watched folders are gone` : `The folder “${first}” is gone`,
        explanation: `Microsoft does not have ${many ? 'them' : 'it'} any more, so nothing of ${many ? 'them' : 'it'} is told. The inbox is watched as before. Choose other folders in Settings, or none, and this note goes away.`,
        remedy: null,
      };
    }
    case 'history-rebuilt':
      return {
        headline: 'Your earlier list is gone',
        explanation: `It was damaged, or your keyring has lost its key. Tidings began a new one, kept the old file and reads again what has happened since ${momentText(warning.lostSince)}.`,
        remedy: null,
      };
    case 'no-tray':
      return {
        headline: 'Your desktop shows no tray icon',
        explanation:
          'Tidings keeps watching without one: start it again whenever you want this window. On GNOME the extension “AppIndicator and KStatusNotifierItem Support” brings the icon, and Tidings notices by itself.',
        remedy: null,
      };
    case 'sandbox-off-by-choice':
      return {
        headline: 'Started without protection, by your choice',
        explanation:
          'TIDINGS_ALLOW_NO_SANDBOX is set, and --no-sandbox was given: what happens in this window is not kept apart from the rest of your system.',
        remedy: null,
      };
  }
}

/** " until 15:05", with the day where it is another one than that of the click. */
function pausedUntil({ since, until }: { readonly since: Date; readonly until?: Date | null }): string {
  if (until === undefined || until === null) return '';
  return ` until ${since.toDateString() === until.toDateString() ? clockText(until) : momentText(until)}`;
}

/** Only somebody else can lift a block: who, and what the person can do meanwhile. */
function blockedExplanation(reason: BlockedReason): string {
  switch (reason) {
    case 'account-locked':
      return 'Wait a while, or ask your administrator to unlock it. Then try again.';
    case 'wrong-organisation':
      return 'Use an account of that organisation, or ask your administrator to invite this one. Then try again.';
    case 'device':
      return 'Use a computer that your organisation manages, or hand the text to your administrator. Then try again.';
    default:
      return 'Signing in alone will not help: hand the text to your administrator, and try again when they have acted.';
  }
}

/** The words for "nothing is wrong". */
export function allGoodText(delivery: Delivery): WarningText {
  const explanations: Readonly<Record<Delivery, string>> = {
    push: 'Microsoft tells Tidings of changes at once.',
    polling: 'Without a tunnel, by your choice: Tidings looks every minute.',
    elsewhere: 'Another computer of yours is told at once; this one looks every minute.',
  };
  return {
    headline: delivery === 'push' ? 'All good' : 'All good: checks every minute',
    explanation: explanations[delivery],
    remedy: 'checkNow',
  };
}
