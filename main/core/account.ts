import { createHash } from 'node:crypto';
import { clouds } from '../domain/cloud.ts';
import type {
  AccountRecord,
  Clock,
  Ledger,
  ListenerSecrets,
  Log,
  Mail,
  Neighbours,
  Random,
  Records,
} from '../domain/ports.ts';
import type { Settings } from '../domain/settings.ts';
import type { Gap } from '../domain/wording.ts';
import { createGraph } from '../graph/graph.ts';
import type { AccountSessions } from '../workflows/account-sessions.ts';
import { type CatchUp, createCatchUp } from '../workflows/catch-up.ts';
import type { AccountFacts } from '../workflows/describe.ts';
import type { HealthBoard } from '../workflows/health-board.ts';
import type { KeepReachable } from '../workflows/keep-reachable.ts';
import { createKeepSubscribed, type KeepSubscribed } from '../workflows/keep-subscribed.ts';
import type { PushRepair } from '../workflows/push-repair.ts';
import type { NotificationReceiver } from '../workflows/receive.ts';
import { createRoundTrip } from '../workflows/round-trip.ts';
import type { TestedAccount } from '../workflows/self-test.ts';

/** Everything that works for one signed-in person. */
export interface AccountEngine extends NotificationReceiver {
  readonly subscribed: KeepSubscribed;
  readonly catchUp: CatchUp;
  readonly mail: Pick<Mail, 'markRead' | 'folders'>;
  /** Other folders may have been chosen. */
  settingsChanged(): void;
  tested(): TestedAccount;
  /** Asked for each validation request that comes in. */
  validationExpected(): boolean;
  facts(record: AccountRecord): AccountFacts;
  /** How far Microsoft's clock is ahead of ours, in milliseconds; null before its first answer. */
  clockOffsetMs(): number | null;
  stop(): Promise<void>;
}

/** Builds one account's engine; it does nothing before `subscribed.reconcile()` and `catchUp.request()`. */
export function composeAccount(world: {
  record: AccountRecord;
  settings: () => Settings;
  fetch: typeof fetch;
  records: Records;
  ledger: Ledger;
  sessions: AccountSessions;
  reachable: KeepReachable;
  repair: PushRepair;
  clock: Clock;
  log: Log;
  random: Random;
  neighbours: Neighbours;
  board: HealthBoard;
  announce: (gap: Gap | null, settled: readonly string[]) => void;
  changed: () => void;
}): AccountEngine {
  const { sessions, reachable, clock, log, random, board, changed } = world;
  const account = world.record.account.homeAccountId;
  // These hold as long as this core does: a change of them starts it anew.
  const { cloud, previews, tunnel } = world.settings();
  const tokens = sessions.tokenSource(account);
  const graph = createGraph({
    fetch: world.fetch,
    baseUrl: `${clouds[cloud].graphOrigin}/v1.0`,
    tokens,
    clock,
    log,
    previews,
  });

  /** Graph's time. A few seconds are the noise of headers in whole seconds and of the way. */
  const graphTime = (): Date => {
    const offsetMs = graph.serverOffsetMs() ?? 0;
    return new Date(clock.now().getTime() + (Math.abs(offsetMs) < 5_000 ? 0 : offsetMs));
  };
  const graphClock: Clock = { now: graphTime, after: clock.after, onJump: clock.onJump };

  const roundTrip = createRoundTrip({
    subscriptions: graph.subscriptions,
    secrets: () => reachable.secrets(),
    clock: graphClock,
    random,
    log,
    proven(works, publicUrl) {
      // At an address that is not ours any more a failure says nothing.
      if (works || reachable.publicUrl() === publicUrl) catchUp.calledBack(works);
    },
  });
  let watched = '';
  const chosen = () => world.settings().mail.folders.filter((folder) => folder.account === account);
  const catchUp = createCatchUp({
    account,
    addedAt: world.record.addedAt,
    mail: graph.mail,
    calendar: graph.calendar,
    ledger: world.ledger,
    sessions,
    clock: graphClock,
    ownClock: clock,
    serverOffsetMs: () => graph.serverOffsetMs(),
    log,
    random,
    board,
    folders: chosen,
    previews,
    pushWorks: () => subscribed.complete(),
    announce: world.announce,
    pushDoubted: () => subscribed.doubted(),
    pushLost: () => world.repair.lost(account),
    recovered: () => subscribed.retryNow(),
    changed,
  });
  const subscribed: KeepSubscribed = createKeepSubscribed({
    account,
    subscriptions: graph.subscriptions,
    records: world.records,
    sessions,
    clock: graphClock,
    log,
    random,
    board,
    neighbours: world.neighbours,
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
    wanted: tunnel.kind !== 'none',
    isWide: () => chosen().length > 0,
    publicUrl: () => reachable.publicUrl(),
    secrets: (): ListenerSecrets => reachable.secrets(),
    resync(resource, why) {
      // Graph gives no subscription to an address that it cannot call.
      if (why === 'subscribed') catchUp.calledBack(true);
      catchUp.request(resource, why);
    },
    addressDoubted: () => reachable.check(),
    changed() {
      catchUp.pushTurned();
      changed();
    },
  });

  watched = JSON.stringify(chosen());
  return {
    subscribed,
    catchUp,
    mail: graph.mail,
    settingsChanged() {
      const now = JSON.stringify(chosen());
      if (now === watched) return;
      watched = now;
      subscribed.reconcile();
      catchUp.request('mail', 'folders');
    },
    tested: () => ({
      username: sessions.get(account)?.account.username ?? '',
      token: () => tokens.accessToken({ forceRefresh: true }),
      mailbox: () => graph.mail.unreadCount(),
      roundTrip: (publicUrl) => roundTrip.run(publicUrl),
      doubt: () => subscribed.doubted(),
      observe: (error) => sessions.observe(account, error),
    }),
    // Both have to hear of it.
    validationExpected: () => [subscribed.validationExpected(), roundTrip.validationExpected()].includes(true),
    changed(resource) {
      world.repair.arrived(account);
      catchUp.pushArrived(resource);
      catchUp.request(resource, 'notification');
    },
    reauthorizationRequired: (resource) => subscribed.challenged(resource),
    subscriptionRemoved: (resource) => subscribed.removed(resource),
    missed: (resource) => catchUp.request(resource, 'missed'),
    facts: (record) => ({
      record,
      subscriptions: subscribed.live(),
      isElsewhere: subscribed.isElsewhere(),
      lastSuccess: catchUp.lastSuccess(),
      lastPush: catchUp.lastPush(),
      unreadCount: catchUp.unreadCount(),
    }),
    clockOffsetMs: () => graph.serverOffsetMs(),
    async stop() {
      subscribed.stop();
      catchUp.stop();
      await graph.close();
    },
  };
}
