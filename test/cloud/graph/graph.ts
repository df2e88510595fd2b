/** The stand-in for https://graph.microsoft.com: one site, and the commands that make things happen behind it. */
import type { User } from '@microsoft/microsoft-graph-types';
import { graphHosts } from '../clouds.ts';
import type { CloudAccount } from '../types.ts';
import { type Answer, accessDenied, ok } from './answers.ts';
import { createCalendarStore } from './calendar.ts';
import { answerCalendar, type CalendarRoom, type CalendarWindow } from './calendar-routes.ts';
import { type Call, requireScope } from './call.ts';
import { createChangeNotifier } from './change-notifier.ts';
import {
  type CalendarCommands,
  createCalendarCommands,
  createMailboxCommands,
  type MailboxCommands,
} from './commands.ts';
import { createDelivery } from './delivery.ts';
import { createDeltaFeed } from './delta.ts';
import { createFaults } from './faults.ts';
import type { Graph, GraphOptions, GraphRules, SubscriptionSummary, Violation } from './graph-types.ts';
import { createLifecycle } from './lifecycle.ts';
import type { MailDeltaOptions, MailRoom } from './mail-delta.ts';
import { answerMail } from './mail-routes.ts';
import { createMailbox } from './mailbox.ts';
import { createMailboxLimits } from './mailbox-limits.ts';
import { SERVICE_ROOT } from './odata.ts';
import { createServer } from './server.ts';
import { answerSubscriptions } from './subscription-routes.ts';
import { createSubscriptionStore, type LiveSubscription } from './subscription-store.ts';

export type { Graph, GraphOptions } from './graph-types.ts';

interface Rooms {
  readonly mail: MailRoom;
  readonly calendar: CalendarRoom;
  readonly commands: { readonly mailbox: MailboxCommands; readonly calendar: CalendarCommands };
}

/** Builds the site. Nothing runs until it is asked or commanded; `stop` ends every timer. */
export function createGraph({ clock, directory, web, report, limits = {} }: GraphOptions): Graph {
  const rules: GraphRules = {
    challengeByItself: true,
    challengeOnRevoke: true,
    tellMissed: true,
    refuseMixedAnswers: false,
  };
  const violations: Violation[] = [];
  const others = new Map<string, number>();
  const lost = new Set<string>();
  const faults = createFaults();
  const store = createSubscriptionStore(clock, report);
  const delivery = createDelivery({
    clock,
    web,
    directory,
    report,
    store,
    limits: { firstMs: limits.firstMs ?? 3000, retryMs: limits.retryMs ?? 10_000 },
    onLost: (id) => void lost.add(id),
    onDelivered: tellMissed,
  });
  const lifecycle = createLifecycle({
    clock,
    report,
    store,
    delivery,
    challengesByItself: () => rules.challengeByItself,
  });
  const rooms = new Map<string, Rooms>();
  const notifier = createChangeNotifier({
    store,
    delivery,
    folderOf: (account, name) => roomsOf(account).mail.mailbox.findFolder(name),
  });
  store.onGone((subscription) => {
    lost.delete(subscription.id);
    delivery.forget(subscription);
  });

  function violate(name: Violation['name'], username: string | undefined, text: string): void {
    violations.push({ at: clock.now(), name, username });
    report({ site: 'graph', name: 'rule.broken', text, fields: { rule: name } });
  }

  /** Whoever gets something through learns what was lost on the way before. */
  function tellMissed(delivered: readonly string[]): void {
    const usernames = new Set(delivered.map((id) => store.get(id)?.account.username));
    for (const id of [...lost]) {
      const subscription = store.get(id);
      if (subscription === undefined || !usernames.has(subscription.account.username)) continue;
      lost.delete(id);
      if (rules.tellMissed) lifecycle.send(subscription, 'missed');
    }
  }

  function roomsOf(account: CloudAccount): Rooms {
    const found = rooms.get(account.username);
    if (found !== undefined) return found;
    const now = () => clock.now();
    const mail: MailRoom = {
      mailbox: createMailbox(now, (change) => notifier.mailChanged(account, change)),
      feed: createDeltaFeed<MailDeltaOptions>(),
      habits: { ignoresLatest: false, partialUpdates: true },
    };
    const calendar: CalendarRoom = {
      store: createCalendarStore(now, (change) => notifier.eventChanged(account, change)),
      feed: createDeltaFeed<CalendarWindow>(),
    };
    const context = { clock, report, account };
    const commands = {
      mailbox: createMailboxCommands(context, mail),
      calendar: createCalendarCommands(context, calendar),
    };
    const built = { mail, calendar, commands };
    rooms.set(account.username, built);
    return built;
  }

  function profile(call: Call): Answer {
    if (!call.scopes.has('user.read')) throw accessDenied();
    const { oid: id, name: displayName, username } = call.account;
    const context = { '@odata.context': `${SERVICE_ROOT}/$metadata#users/$entity` };
    return ok({ ...context, ...({ id, displayName, userPrincipalName: username, mail: username } satisfies User) });
  }

  const server = createServer({
    clock,
    directory,
    report,
    faults,
    limits: createMailboxLimits(clock, () =>
      violate('concurrency', undefined, 'More than four requests at once for one mailbox.'),
    ),
    answer(root, call) {
      const { mail, calendar } = roomsOf(call.account);
      if (root === 'me') {
        if (call.segments.length === 0 && call.method === 'GET') return profile(call);
        // Not played; who may not read them hears of that first.
        if (call.segments[0]?.toLowerCase() === 'contacts') requireScope(call, ['contacts.read']);
        return answerMail(call, mail) ?? answerCalendar(call, calendar);
      }
      return answerSubscriptions(call, {
        clock,
        web,
        report,
        store,
        validationLimitMs: limits.validationMs ?? 10_000,
        othersOf: (username) => others.get(username) ?? 0,
        hasFolder: (_username, folder) => mail.mailbox.findFolder(folder) !== undefined,
        onMixed(subscription) {
          const { username } = subscription.account;
          violate('mixedAnswers', username, `${username} mixed PATCH and reauthorize within 10 minutes.`);
          return rules.refuseMixedAnswers;
        },
        onRenewed: (subscription) => delivery.resume(subscription),
      });
    },
  });

  const endListening = directory.onRevoked((account) => {
    if (!rules.challengeOnRevoke) return;
    for (const subscription of store.of(account.username)) lifecycle.send(subscription, 'reauthorizationRequired');
  });

  return {
    site: { hosts: graphHosts, handle: server.listener },
    mailbox: (username) => roomsOf(directory.byUsername(username)).commands.mailbox,
    calendar: (username) => roomsOf(directory.byUsername(username)).commands.calendar,
    subscriptions: (username) => store.of(username).map(summary),
    subscriptionSecrets: (username) =>
      store.of(username).map(({ id, resource, notificationUrl, lifecycleNotificationUrl, clientState }) => ({
        id,
        resource,
        notificationUrl,
        lifecycleNotificationUrl: lifecycleNotificationUrl ?? '',
        clientState: clientState ?? '',
      })),
    challenge(username, lifecycleEvent, only) {
      const chosen = store.of(username).filter(({ watched }) => only === undefined || watched.kind === only);
      let sent = 0;
      for (const subscription of chosen) {
        if (lifecycleEvent === 'subscriptionRemoved') store.remove(subscription.id, 'removed');
        if (lifecycle.send(subscription, lifecycleEvent)) sent += 1;
      }
      return sent;
    },
    forgetSubscriptions(username) {
      const chosen = store.of(username);
      for (const { id } of chosen) store.remove(id, 'removed');
      return chosen.length;
    },
    setOthersSubscriptions: (username, count) => void others.set(username, count),
    notifications: {
      drop: (count) => {
        delivery.mode.swallow = count;
      },
      duplicate: (count) => {
        delivery.mode.duplicate = count;
      },
      disorder: (count) => {
        delivery.mode.disorder = count;
      },
      delay: (ms) => {
        delivery.mode.delayMs = ms;
      },
      batch: (atMost) => {
        delivery.mode.batchAtMost = Math.max(1, atMost);
      },
    },
    rules: (change) => void Object.assign(rules, change),
    failNext: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    requests: server.requests,
    deliveries: delivery.records,
    violations,
    pendingDeliveries: delivery.pending,
    inFlight: () => server.inFlight() + delivery.busy(),
    stop() {
      endListening();
      server.stop();
      lifecycle.stop();
      delivery.stop();
      store.stop();
    },
  };
}

function summary(subscription: LiveSubscription): SubscriptionSummary {
  const { id, resource, changeType, notificationUrl, lifecycleNotificationUrl, immutableIds, expiresAt } = subscription;
  const host = new URL(notificationUrl).hostname;
  return {
    id,
    resource,
    changeType,
    host,
    hasLifecycleUrl: lifecycleNotificationUrl !== undefined,
    immutableIds,
    expiresAt,
  };
}
