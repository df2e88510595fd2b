/** Watches one run and says which promise was broken, when, and what the world was like at that moment. */
import type { Toast } from '../../main/domain/ports.ts';
import type { Graph } from '../cloud/graph/graph.ts';
import type { CloudAccount } from '../cloud/types.ts';
import type { PlayedComputer } from './app.ts';
import type { Conditions } from './conditions.ts';
import { type Entra, homeAccountIdOf } from './entra.ts';
import type { Internet } from './internet.ts';
import type { Mailboxes } from './mailboxes.ts';
import { worldTime } from './world-time.ts';

const second = 1_000;
const minute = 60 * second;
const lookEveryMs = 30 * second;
/** From the first refusal that only the person can mend until the tray says so. */
const promptWithinMs = 10 * second;
/** From the loss of the network or of the tunnel until the tray stops saying that all is good. */
const truthWithinMs = 120 * second;
/** Losses on the way make "delayed" a true word for as long as the next pushed change may take. */
const lossesCountMs = 12 * 60 * minute;

export interface Broken {
  readonly at: string;
  readonly promise: 'subscribed' | 'one subscription' | 'truth' | 'prompt' | 'once' | 'recovery' | 'list';
  readonly what: string;
}

export interface Figures {
  /** Virtual minutes in which all was well around the app. */
  calmMinutes: number;
  withoutSubscriptionMinutes: number;
  items: number;
  alerts: number;
  toasts: number;
  prompts: number;
  signIns: number;
  /** The slowest ways back to "all good" after each kind of trouble, seconds. */
  slowestRecoveryS: Record<string, number>;
}

export function createJudge(world: {
  readonly accounts: readonly CloudAccount[];
  readonly conditions: Conditions;
  readonly entra: Entra;
  readonly graph: Graph;
  readonly internet: Internet;
  readonly mailboxes: Mailboxes;
  readonly computer: () => PlayedComputer;
}) {
  const { accounts, conditions, entra, graph, internet, mailboxes } = world;
  const broken: Broken[] = [];
  const shown = new Map<string, number>();
  /** Sign-in prompts since the account was last signed in. */
  const prompts = new Map<string, number>();
  const figures: Figures = {
    calmMinutes: 0,
    withoutSubscriptionMinutes: 0,
    items: 0,
    alerts: 0,
    toasts: 0,
    prompts: 0,
    signIns: 0,
    slowestRecoveryS: {},
  };
  let goodSinceMs: number | null = null;
  let refusalsSeen = 0;
  let recoveredFrom: object | null = null;
  let stopped = false;

  function breaks(promise: Broken['promise'], what: string): void {
    const before = broken.findLast((each) => each.promise === promise);
    const at = worldTime.now().toISOString();
    // The same breach goes on: told once an hour.
    if (before !== undefined && Date.parse(at) - Date.parse(before.at) < 60 * minute) return;
    const last = conditions.lastEnded();
    const ago =
      last === null ? '' : `; last ${last.trouble}, ${Math.round((worldTime.nowMs() - last.atMs) / second)} s ago`;
    broken.push({ at, promise, what: `${what}${ago}` });
  }

  const resourcesOf = (username: string) =>
    graph.subscriptions(username).filter(({ changeType }) => changeType.includes('created'));

  /** Who should be told by push at this moment. */
  const lacking = (): readonly string[] =>
    accounts.flatMap((account) => {
      if (!entra.isSignedIn(account)) return [];
      const live = resourcesOf(account.username).filter(({ host }) => internet.leadsToUs(host));
      const has = (what: string): boolean => live.some(({ resource }) => resource.toLowerCase().includes(what));
      return [
        ...(has('messages') ? [] : [`${account.name}'s mail`]),
        ...(has('events') ? [] : [`${account.name}'s calendar`]),
      ];
    });

  function look(): void {
    const actions = world.computer().actions();
    for (const { username, name } of accounts) {
      const own = resourcesOf(username);
      for (const what of ['messages', 'events']) {
        const count = own.filter(({ resource }) => resource.toLowerCase().includes(what)).length;
        if (count > 1) breaks('one subscription', `${count} live subscriptions to ${name}'s ${what}`);
      }
    }
    if (actions === null || worldTime.asleep()) {
      goodSinceMs = null;
      return;
    }
    const { health, accounts: states } = actions.state();
    for (const { account, session } of states) {
      const known = accounts.find((each) => homeAccountIdOf(each) === account.homeAccountId);
      if (session.kind !== 'signedIn' && known !== undefined && entra.isSignedIn(known)) {
        breaks('prompt', `${account.name} is asked to sign in (${session.kind}) without a cause`);
      }
    }
    judgeTruth(health.state);
    judgePrompts(health.state);

    if (!conditions.calm()) {
      goodSinceMs = null;
      noteRecovery(health.state);
      return;
    }
    noteRecovery(health.state);
    figures.calmMinutes += lookEveryMs / minute;
    const without = lacking();
    if (without.length > 0) {
      figures.withoutSubscriptionMinutes += lookEveryMs / minute;
      breaks('subscribed', `no live subscription for ${without.join(' and ')}`);
    }
    if (health.state === 'allGood') return;
    // What was read after a gap, or lost on the way, is the truth for a while.
    if (health.state === 'delayed' && health.cause?.code === 'push-lost' && wasLost()) return;
    goodSinceMs ??= worldTime.nowMs();
    if (worldTime.nowMs() - goodSinceMs < 30 * second) return;
    breaks('recovery', `the tray says “${health.state}” (${health.cause?.code}) though nothing is wrong`);
  }

  const wasLost = (): boolean => {
    const since = worldTime.nowMs() - lossesCountMs;
    if ((conditions.lastOf('pushSwallowed') ?? 0) > since || (conditions.lastOf('subscriptionForgotten') ?? 0) > since)
      return true;
    if ((conditions.lastOf('nameStolen') ?? 0) > since) return true;
    return graph.deliveries.some(
      ({ at, outcome }) => at.getTime() > since && (outcome === 'discarded' || outcome === 'given up'),
    );
  };

  function noteRecovery(state: string): void {
    const last = conditions.lastEnded();
    if (last === null || last === recoveredFrom || conditions.active().length > 0) return;
    if (state !== 'allGood' || lacking().length > 0) return;
    recoveredFrom = last;
    const tookS = Math.round((worldTime.nowMs() - last.atMs) / second);
    figures.slowestRecoveryS[last.trouble] = Math.max(figures.slowestRecoveryS[last.trouble] ?? 0, tookS);
  }

  function judgeTruth(state: string): void {
    if (state !== 'allGood' || accounts.every((account) => !entra.isSignedIn(account))) return;
    for (const trouble of ['offline', 'relayDown', 'blackHole'] as const) {
      const since = conditions.since(trouble);
      const awakeSince = Math.max(conditions.lastOf('asleep') ?? 0, conditions.lastOf('notRunning') ?? 0, since ?? 0);
      if (since === null || worldTime.nowMs() - awakeSince < truthWithinMs + lookEveryMs) continue;
      breaks(
        'truth',
        `the tray says “all good” while ${trouble} has lasted ${Math.round((worldTime.nowMs() - since) / second)} s`,
      );
    }
  }

  function judgePrompts(state: string): void {
    const actions = world.computer().actions();
    while (refusalsSeen < entra.refusals.length) {
      const refusal = entra.refusals[refusalsSeen];
      refusalsSeen += 1;
      if (refusal === undefined) break;
      const late = worldTime.nowMs() - refusal.atMs > promptWithinMs;
      const session = actions
        ?.state()
        .accounts.find(({ account }) => account.homeAccountId === refusal.account)?.session;
      const known = accounts.find((each) => homeAccountIdOf(each) === refusal.account);
      if (known === undefined || entra.isSignedIn(known)) continue;
      if (late || refusal.atMs > worldTime.nowMs() - second) continue;
      if (session?.kind !== 'signInRequired' || state !== 'signInRequired') {
        breaks('prompt', `a refusal was met, and the tray says “${state}”`);
      }
    }
  }

  function every(): void {
    worldTime.lookAfter(lookEveryMs, () => {
      if (stopped) return;
      look();
      every();
    });
  }

  return {
    broken,
    figures,
    start: every,
    toastShown({ key }: Toast): void {
      figures.toasts += 1;
      if (key.startsWith('sign-in:')) {
        const account = accounts.find((each) => `sign-in:${homeAccountIdOf(each)}` === key);
        figures.prompts += 1;
        const count = (prompts.get(key) ?? 0) + 1;
        prompts.set(key, count);
        if (account !== undefined && entra.isSignedIn(account)) breaks('prompt', 'a prompt without a cause');
        if (count > 1) breaks('prompt', `${count} prompts for one cause`);
      }
      if (!key.startsWith('mail:') && !key.startsWith('meeting')) return;
      const times = (shown.get(key) ?? 0) + 1;
      shown.set(key, times);
      if (times > 1) breaks('once', `one thing was told ${times} times`);
    },
    signedIn(account: CloudAccount): void {
      figures.signIns += 1;
      prompts.delete(`sign-in:${homeAccountIdOf(account)}`);
    },
    /** @param baselineMs since when each account's mail is news. */
    finish(): void {
      stopped = true;
      const { ledger } = world.computer().store;
      const alerts = ledger.alerts({ limit: 1_000_000 });
      figures.items = mailboxes.arrived.length;
      figures.alerts = alerts.length;
      const counted = new Map<string, number>();
      for (const { kind, itemId } of alerts) {
        if (kind === 'mail' || kind === 'meetingNew') counted.set(itemId, (counted.get(itemId) ?? 0) + 1);
      }
      const twice = [...counted.values()].filter((count) => count > 1).length;
      if (twice > 0) breaks('list', `${twice} things are in the list more than once`);
      for (const account of accounts) {
        const id = homeAccountIdOf(account);
        const baseline = ledger.cursor(id, 'mail')?.baseline.getTime() ?? Number.POSITIVE_INFINITY;
        const here = graph.mailbox(account.username).messages();
        const missing = here.filter(
          (mail) => mail.receivedAt.getTime() >= baseline && !counted.has(mail.immutableId),
        ).length;
        if (missing > 0) breaks('list', `${missing} messages in ${account.name}'s inbox are not in the list`);
        const first = ledger.cursor(id, 'calendar')?.baseline.getTime() ?? Number.POSITIVE_INFINITY;
        const standing = new Set(
          graph
            .calendar(account.username)
            .events()
            .map(({ immutableId }) => immutableId),
        );
        const unseen = mailboxes.meetings.filter(
          ({ id: event, username, atMs, startsMs = 0 }) =>
            username === account.username &&
            // What is over before the app is back is no news.
            startsMs - atMs > 48 * 60 * minute &&
            atMs >= first &&
            standing.has(event) &&
            !counted.has(event) &&
            ledger.events(id).has(event),
        );
        const when = unseen.map(({ atMs }) => new Date(atMs).toISOString()).join(', ');
        if (unseen.length > 0) breaks('list', `${account.name}'s meetings of ${when} are not in the list`);
      }
      const waiting = ledger.waiting().length;
      if (waiting > 0) breaks('once', `${waiting} things were never told`);
      const actions = world.computer().actions();
      const state = actions?.state();
      if (state?.health.state !== 'allGood')
        breaks('recovery', `at the end the tray says “${state?.health.state}”, not that all is good`);
      const server = accounts.reduce(
        (sum, { username }) =>
          sum +
          graph
            .mailbox(username)
            .messages()
            .filter(({ isRead }) => !isRead).length,
        0,
      );
      if (state?.unreadCount !== server)
        breaks('list', `${state?.unreadCount} unread are shown, the server has ${server}`);
    },
  };
}
export type Judge = ReturnType<typeof createJudge>;
