import type { AppState } from '../domain/app-state.ts';
import { clientIdMissing, Failure } from '../domain/failure.ts';
import { isFromVip } from '../domain/rules.ts';
import type { Actions } from '../shell/shell.ts';
import { wayOutText } from '../shell/way-out.ts';
import type { AccountSessions } from '../workflows/account-sessions.ts';
import type { KeepReachable } from '../workflows/keep-reachable.ts';
import type { MarkRead } from '../workflows/mark-read.ts';
import type { Remind } from '../workflows/remind.ts';
import type { SelfTestDesk } from '../workflows/self-test.ts';
import type { SignIn } from '../workflows/sign-in.ts';
import { signOut } from '../workflows/sign-out.ts';
import type { DesktopWatch } from '../workflows/watch-desktop.ts';
import type { World } from '../world.ts';
import { atMost } from './at-most.ts';
import { composeDiagnostics } from './diagnostics.ts';
import type { Engines } from './engines.ts';
import type { Telling } from './telling.ts';

/** What a person can ask of a running core, each handed to whoever does it. The core's own life is not among it. */
export function composeActions(parts: {
  readonly world: World;
  readonly state: () => AppState;
  readonly sessions: AccountSessions;
  readonly engines: Engines;
  readonly reachable: KeepReachable;
  readonly telling: Telling;
  readonly remind: Remind;
  readonly signIn: SignIn;
  readonly markRead: MarkRead;
  readonly selfTest: SelfTestDesk;
  readonly desktopWatch: DesktopWatch;
}): Omit<Actions, 'onChange' | 'machine' | 'stop'> {
  const { world, state, sessions, engines, reachable, remind, signIn, markRead, selfTest, desktopWatch } = parts;
  const { muting, quietTime } = parts.telling;
  const { settings, desktop, identity, log } = world;
  const { ledger } = world.store;
  const { toasts } = desktop;

  /** @throws {Failure} `configuration` while nobody could sign in. */
  function mustBeAbleToSignIn(): void {
    if (settings.current().clientId === null) throw clientIdMissing();
    desktopWatch.mayHoldTokens();
  }

  return {
    state,
    alerts: (page) => ledger.alerts(page),
    alert: (id) => ledger.alert(id),
    async signIn(homeAccountId) {
      mustBeAbleToSignIn();
      await signIn.start(homeAccountId);
    },
    async addAccount() {
      mustBeAbleToSignIn();
      await signIn.add();
    },
    cancelSignIn: () => signIn.cancel(),
    signOut: (id) =>
      signOut(id, engines.byAccount.get(id)?.subscribed ?? null, { identity, sessions, toasts, ledger, log, atMost }),
    async checkNow() {
      reachable.check();
      engines.lookNow();
    },
    async takeOver(id) {
      engines.byAccount.get(id)?.subscribed.takeOver();
    },
    markRead: (alertId) => markRead.mark(alertId),
    muteConversation: (alertId, muted) => muting.set(alertId, muted),
    isMuted: (alert) => muting.isMuted(alert),
    isVip: (alert) => isFromVip(alert, settings.current().mail),
    snoozedUntil: (id) => remind.snoozedUntil(id),
    snooze: (id, choice) => remind.snooze(id, choice),
    dismiss: (id) => remind.dismiss(id),
    meetings: () => remind.meetings(),
    pause: (choice) => quietTime.pause(choice),
    settings: () => ({
      settings: settings.stored(),
      managed: settings.managed(),
      proxy: wayOutText(desktop.proxy?.() ?? null, settings.current().tunnel.kind),
    }),
    changeSettings: async (change) => settings.change(change),
    async folders(homeAccountId) {
      const engine = engines.byAccount.get(homeAccountId);
      if (engine === undefined) throw new Failure('unexpected', 'That account is not known here any more.');
      return await engine.mail.folders();
    },
    runSelfTest: async () => selfTest.run(),
    diagnostics: () => composeDiagnostics(world, state(), reachable.publicUrl()),
  };
}
