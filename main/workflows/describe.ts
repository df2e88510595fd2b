import type { AppState, ChainLink, Quiet, SignInAttempt } from '../domain/app-state.ts';
import type { Registration } from '../domain/hand-on.ts';
import type { AccountRecord, Clock, SubscriptionRecord, TokenStorage } from '../domain/ports.ts';
import { blockedReasonText, signInReasonText } from '../domain/session.ts';
import type { MailRules } from '../domain/settings.ts';
import { momentText, untilText } from '../domain/wording.ts';
import type { HealthBoard } from './health-board.ts';
import type { KeepReachable } from './keep-reachable.ts';

/** What the accounts know about themselves, for the chain. */
export interface AccountFacts {
  readonly record: AccountRecord;
  readonly subscriptions: readonly SubscriptionRecord[];
  /** Another computer is told in place of this one. */
  readonly isElsewhere?: boolean;
  readonly lastSuccess: Date | null;
  readonly lastPush: Date | null;
  readonly unreadCount: number | null;
}

/** The whole state as one value, computed afresh from where each fact lives. */
export function describe(world: {
  clock: Clock;
  board: HealthBoard;
  reachable: Pick<KeepReachable, 'state'>;
  accounts: readonly AccountFacts[];
  signIn: SignInAttempt;
  tokenStorage: TokenStorage;
  quiet: AppState['quiet'];
  /** Which mail is told of, by the person's rules. */
  announced: MailRules['announce'];
  selfTest: AppState['selfTest'];
  theme: AppState['theme'];
  nextMeeting: AppState['nextMeeting'];
  registration: Registration;
  settingsFile: string;
}): AppState {
  const { board, accounts } = world;
  const counts = accounts.flatMap(({ record, unreadCount }) =>
    // Of an account that waits for its person nobody knows the count any more.
    unreadCount === null || record.session.kind !== 'signedIn' ? [] : [unreadCount],
  );
  return {
    at: world.clock.now(),
    health: board.health(),
    accounts: accounts.map(({ record }) => ({ account: record.account, session: record.session })),
    signIn: world.signIn,
    unreadCount: counts.length === 0 ? null : counts.reduce((sum, count) => sum + count, 0),
    chain: [
      tokenLink(accounts),
      tunnelLink(accounts, world.reachable.state()),
      subscriptionLink(accounts, world.reachable.state().kind),
      lastEventLink(accounts),
      toastLink(board, world.quiet, world.announced, world.clock.now()),
    ],
    tokenStorage: world.tokenStorage,
    quiet: world.quiet,
    selfTest: world.selfTest,
    theme: world.theme,
    nextMeeting: world.nextMeeting,
    registration: world.registration,
    settingsFile: world.settingsFile,
  };
}

function tokenLink(accounts: readonly AccountFacts[]): ChainLink {
  const link = 'token';
  const first = accounts[0];
  if (first === undefined) return { link, verdict: 'waiting', text: 'Nobody is signed in yet.', since: null };
  const broken = accounts.find(({ record }) => record.session.kind !== 'signedIn') ?? first;
  const { account, session } = broken.record;
  switch (session.kind) {
    case 'signedIn':
      return { link, verdict: 'good', text: `Signed in as ${account.username}.`, since: first.lastSuccess };
    case 'signInRequired':
      return {
        link,
        verdict: 'bad',
        text: `${account.username} must sign in again: ${signInReasonText(session.reason)}.`,
        since: session.since,
      };
    case 'blocked':
      return {
        link,
        verdict: 'bad',
        text: `${account.username} is blocked: ${blockedReasonText(session.reason)}.`,
        since: session.since,
      };
    case 'configurationError':
      return { link, verdict: 'bad', text: session.message, since: session.since };
  }
}

function tunnelLink(accounts: readonly AccountFacts[], state: ReturnType<KeepReachable['state']>): ChainLink {
  const link = 'tunnel';
  switch (state.kind) {
    case 'off':
      return { link, verdict: 'off', text: 'No tunnel, by your choice: Tidings checks every minute.', since: null };
    case 'opening':
      if (accounts.length === 0)
        return { link, verdict: 'waiting', text: 'Opened after the first sign-in.', since: null };
      return { link, verdict: 'waiting', text: 'Opening the tunnel.', since: state.since };
    case 'up':
      return { link, verdict: 'good', text: 'Reachable from outside, checked every minute.', since: state.since };
    case 'down':
      return { link, verdict: 'bad', text: 'Not reachable from outside; trying again.', since: state.since };
  }
}

function subscriptionLink(accounts: readonly AccountFacts[], tunnel: string): ChainLink {
  const link = 'subscription';
  if (tunnel === 'off') return { link, verdict: 'off', text: 'Not needed without a tunnel.', since: null };
  if (accounts.length === 0) return { link, verdict: 'waiting', text: 'Comes after the first sign-in.', since: null };
  if (accounts.some(({ isElsewhere }) => isElsewhere === true)) {
    return {
      link,
      verdict: 'off',
      text: 'Another computer of yours is told at once; this one checks every minute.',
      since: null,
    };
  }
  const all = accounts.flatMap((a) => a.subscriptions);
  if (all.length < accounts.length * 2) {
    return { link, verdict: 'waiting', text: 'Not yet subscribed to mail and calendar.', since: null };
  }
  if (all.some((s) => s.challenged)) {
    return { link, verdict: 'bad', text: 'Microsoft wants the subscriptions confirmed.', since: null };
  }
  const soonest = new Date(Math.min(...all.map((s) => s.expiresAt.getTime())));
  return {
    link,
    verdict: 'good',
    text: `Subscribed to mail and calendar until ${momentText(soonest)}; renewed long before.`,
    since: null,
  };
}

function lastEventLink(accounts: readonly AccountFacts[]): ChainLink {
  const link = 'lastEvent';
  const newest = (dates: readonly (Date | null)[]): Date | null =>
    dates.reduce<Date | null>((best, at) => (at !== null && (best === null || at > best) ? at : best), null);
  const mayRead = accounts.some(({ record }) => record.session.kind === 'signedIn');
  const push = newest(accounts.map((a) => a.lastPush));
  if (push !== null) {
    return { link, verdict: mayRead ? 'good' : 'waiting', text: 'Last notification from Microsoft.', since: push };
  }
  const look = newest(accounts.map((a) => a.lastSuccess));
  if (look !== null && !mayRead)
    return {
      link,
      verdict: 'waiting',
      text: 'Last look at the mailbox; the next one follows the sign-in.',
      since: look,
    };
  if (look !== null)
    return {
      link,
      verdict: 'good',
      text: 'Last look at the mailbox; no notification since Tidings connected.',
      since: look,
    };
  return { link, verdict: 'waiting', text: 'Nothing has been read yet.', since: null };
}

/** What is held back by the person's own choice is no fault, and yet the answer to "why am I not being told?". */
function toastLink(board: HealthBoard, quiet: Quiet | null, announced: MailRules['announce'], now: Date): ChainLink {
  const link = 'toasts';
  if (board.has('toasts-blocked')) {
    return {
      link,
      verdict: 'bad',
      text: 'Your desktop shows no notifications; alerts are in the window.',
      since: null,
    };
  }
  if (quiet !== null) {
    const why = quiet.why === 'paused' ? 'because you paused Tidings' : 'by your quiet hours';
    return { link, verdict: 'off', text: `Held back${untilText(quiet.until, now)}, ${why}.`, since: null };
  }
  return { link, verdict: 'good', text: `Shown by your desktop${mailTexts[announced]}.`, since: null };
}

const mailTexts: Readonly<Record<MailRules['announce'], string>> = {
  all: '',
  focused: '; of mail, by your choice, only what is Focused or from a VIP',
  important: '; of mail, by your choice, only what is important or from a VIP',
  vips: '; of mail, by your choice, only what is from a VIP',
  none: '; no mail, by your choice',
};
