import type {
  AccountView,
  AppView,
  ChainLinkView,
  HandOnView,
  HealthView,
  SelfTestView,
  SignInView,
} from '../../preload/contract.ts';
import type { AccountState, AppState, SelfTest } from '../domain/app-state.ts';
import { handOn } from '../domain/hand-on.ts';
import { assessHealth, type Warning } from '../domain/health.ts';
import { allGoodText, type WarningText, warningText } from '../domain/health-text.ts';
import type { TokenStorage } from '../domain/ports.ts';
import { type BlockedReason, blockedReasonText, type Session, signInReasonText } from '../domain/session.ts';
import { plainLines, plainText } from './plain-text.ts';

/** Everything the window shows, except the alerts. */
export function appView(state: AppState, version: string): AppView {
  return {
    health: healthView(state),
    accounts: state.accounts.map(accountView),
    signIn: signInView(state),
    unreadCount: state.unreadCount,
    storageNote: storageNote(state.tokenStorage),
    quiet: state.quiet === null ? null : { why: state.quiet.why, until: state.quiet.until?.toISOString() ?? null },
    selfTest: selfTestView(state.selfTest),
    theme: state.theme,
    version,
  };
}

function selfTestView(test: SelfTest | null): SelfTestView | null {
  if (test === null) return null;
  return {
    startedAt: test.startedAt.toISOString(),
    finishedAt: test.finishedAt?.toISOString() ?? null,
    steps: test.steps.map(({ step, verdict, text, tookMs }) => ({ step, verdict, text, tookMs })),
  };
}

/** The words for the state as a whole: those of its cause, or "All good". */
export function stateText(state: AppState): WarningText {
  return state.health.cause === null ? allGoodText(state.health.delivery) : warningText(state.health.cause);
}

/** The account to name beside a warning: only where more than one could be meant. */
export function warnedAccountName(state: AppState, warning: Warning | null): string | null {
  if (warning === null || warning.account === null || state.accounts.length < 2) return null;
  const found = state.accounts.find(({ account }) => account.homeAccountId === warning.account);
  return found === undefined ? null : plainText(found.account.username, 64);
}

function healthView(state: AppState): HealthView {
  const { health } = state;
  const text = stateText(state);
  return {
    state: health.state,
    headline: text.headline,
    explanation: text.explanation,
    since: health.since.toISOString(),
    warnings: health.warnings.map((warning) => ({
      code: warning.code,
      state: assessHealth([warning], health.delivery, health.since).state,
      ...warningText(warning),
      accountId: warning.account,
      accountName: warnedAccountName(state, warning),
      since: warning.since.toISOString(),
      handOn:
        warning.code === 'blocked' ? handOnView(state, { ...warning, aadsts: aadstsOf(state, warning.account) }) : null,
    })),
    notices: health.notices.map((notice) => {
      return {
        code: notice.code,
        ...warningText(notice),
        accountId: notice.account,
        accountName: warnedAccountName(state, notice),
        since: notice.since.toISOString(),
      };
    }),
    chain: state.chain.map(
      (link): ChainLinkView => ({
        link: link.link,
        verdict: link.verdict,
        text: link.text,
        since: link.since?.toISOString() ?? null,
      }),
    ),
  };
}

/** What to hand on about an account, or about a sign-in that has brought none. */
function handOnView(
  state: AppState,
  blocked: { account: string | null; reason: BlockedReason; aadsts: number | null; since: Date },
  extraScopes: readonly string[] = [],
): HandOnView {
  const found = state.accounts.find(({ account }) => account.homeAccountId === blocked.account);
  const { text, link } = handOn(state.registration, { ...blocked, account: found?.account ?? null, extraScopes });
  return { text: plainLines(text, 3_000), link };
}

function aadstsOf(state: AppState, accountId: string | null): number | null {
  const session = state.accounts.find(({ account }) => account.homeAccountId === accountId)?.session;
  if (session?.kind === 'blocked') return session.aadsts;
  return accountId === null && state.signIn.kind === 'failed' ? (state.signIn.blocked?.aadsts ?? null) : null;
}

function accountView({ account, session }: AccountState): AccountView {
  return {
    accountId: account.homeAccountId,
    username: plainText(account.username, 120),
    name: account.name === null ? null : plainText(account.name, 120),
    kind: account.kind,
    session: session.kind,
    reason: sessionReason(session),
  };
}

function sessionReason(session: Session): string {
  switch (session.kind) {
    case 'signedIn':
      return '';
    case 'signInRequired':
      return signInReasonText(session.reason);
    case 'blocked':
      return blockedReasonText(session.reason);
    case 'configurationError':
      return session.message;
  }
}

function signInView(state: AppState): SignInView {
  const { signIn } = state;
  switch (signIn.kind) {
    case 'idle':
      return { kind: 'idle' };
    case 'waitingForBrowser':
      return { kind: 'waitingForBrowser', until: signIn.until.toISOString() };
    case 'failed':
      return {
        kind: 'failed',
        userMessage: signIn.userMessage,
        handOn:
          signIn.blocked === undefined
            ? null
            : handOnView(state, { account: signIn.account, ...signIn.blocked, since: state.at }, signIn.extraScopes),
        offerToAdd: signIn.offerToAdd === undefined ? null : plainText(signIn.offerToAdd, 120),
      };
  }
}

const memoryReasons: Readonly<Record<(TokenStorage & { kind: 'memory' })['why'], string>> = {
  'no-keyring': 'This system has no keyring',
  'keyring-locked': 'The keyring of this system is locked',
  'keyring-unusable': 'The keyring of this system could not be used',
};

function storageNote(storage: TokenStorage): string | null {
  if (storage.kind === 'keyring') return null;
  return `${memoryReasons[storage.why]}, so your sign-in is kept in memory only: you will sign in again at the next start.`;
}
