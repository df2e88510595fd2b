import type { Delivery, Warning } from './health.ts';
import { type BlockedReason, blockedReasonText, signInReasonText } from './session.ts';
import { clockText, momentText } from './wording.ts';

/** A warning in the person's words. `account` is filled in where more than one account could be meant. */
export interface WarningText {
  /** A few words that fit into a tooltip: "Sign in needed: your password changed". */
  readonly headline: string;
  /** One or two sentences: what it means and what will happen. */
  readonly explanation: string;
  /** What the person can do with one click, or null when nothing is needed. */
  readonly remedy: 'signIn' | 'checkNow' | 'takeOver' | 'openSettingsFolder' | null;
}

/** Each warning in words; a new code does not compile until it has some. */
export function warningText(warning: Warning): WarningText {
  switch (warning.code) {
    case 'client-id-missing':
      return {
        headline: 'Not configured: no client id',
        explanation:
          'Tidings needs the client id of an app registration: enter it in its window. Set in TIDINGS_CLIENT_ID or in the settings file, it is read at the next start.',
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
      if (warning.isOwnAddress === true && warning.message === undefined) {
        return {
          headline: 'Delayed: your public address does not lead here',
          explanation:
            'What is sent to the address in Settings does not reach this computer. Tidings checks every minute until it does.',
          remedy: 'checkNow',
        };
      }
      return warning.message === undefined
        ? {
            headline: 'Delayed: the tunnel is down',
            explanation: 'Tidings checks every minute until the tunnel is back.',
            remedy: 'checkNow',
          }
        : {
            headline: 'Delayed: the port cannot be used',
            explanation: `${warning.message} Tidings checks every minute until it can.`,
            remedy: 'checkNow',
          };
    case 'not-subscribed':
      return {
        headline: 'Delayed: not subscribed yet',
        explanation: `${warning.message ?? 'Tidings is asking Microsoft to be told of changes.'} It checks every minute meanwhile.`,
        remedy: 'checkNow',
      };
    case 'push-lost':
      if (warning.isOnlyNotCalled === true) {
        return {
          headline: 'Delayed: Microsoft cannot call this computer',
          explanation:
            'Microsoft was asked to call this computer and did not get through. Tidings takes a new address, and checks every minute meanwhile.',
          remedy: 'checkNow',
        };
      }
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
    case 'folder-unreadable': {
      const [first = ''] = warning.names;
      const many = warning.names.length > 1;
      return {
        headline: many
          ? `${warning.names.length} watched folders cannot be read`
          : `The folder “${first}” cannot be read`,
        explanation: `Microsoft does not show ${many ? 'them' : 'it'}, so nothing of ${many ? 'them' : 'it'} is told. The inbox is watched as before. Tidings asks again at every look, and tells what came meanwhile as soon as it can.`,
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
    polling: 'Without a tunnel, by your choice: Tidings checks every minute.',
    elsewhere: 'Another computer of yours is told at once; this one checks every minute.',
  };
  return {
    headline: delivery === 'push' ? 'All good' : 'All good: checks every minute',
    explanation: explanations[delivery],
    remedy: 'checkNow',
  };
}
