/** What can be typed about subscriptions and notifications. */
import { accountOf, type ConsoleCommand, countOf, deed, durationOf, oneOf, UsageError } from './command.ts';

const lifecycleEvents = ['reauthorizationRequired', 'subscriptionRemoved', 'missed'];

export const graphCommands: readonly ConsoleCommand[] = [
  {
    name: 'challenge',
    takes: '[ACCOUNT] [EVENT]',
    does: `Graph sends a lifecycle event: ${lifecycleEvents.join(', ')} or a word of yours (also: trigger)`,
    run(words, cloud) {
      const { username, rest } = accountOf(words, cloud);
      const sent = cloud.graph.challenge(username, rest[0] ?? 'reauthorizationRequired');
      return sent === 0 ? `${username} has no subscription with a lifecycle address` : undefined;
    },
  },
  {
    name: 'subscriptions',
    takes: '[ACCOUNT]',
    does: 'lists the live subscriptions',
    run(words, cloud) {
      const found = cloud.graph.subscriptions(accountOf(words, cloud).username);
      const lines = found.map(
        ({ resource, expiresAt, host }) => `${resource}  until ${expiresAt.toISOString()}  at ${host}`,
      );
      return lines.join('\n') || 'There are none';
    },
  },
  {
    name: 'forget-subscriptions',
    takes: '[ACCOUNT]',
    does: 'the subscriptions are gone without a word',
    run: (words, cloud) => `${cloud.graph.forgetSubscriptions(accountOf(words, cloud).username)} forgotten`,
  },
  deed({
    name: 'expire-delta',
    does: 'the delta links so far are refused with 410',
    act(username, cloud) {
      cloud.graph.mailbox(username).expireDelta();
      cloud.graph.calendar(username).expireDelta();
    },
  }),
  {
    name: 'notifications',
    takes: 'drop N|duplicate N|disorder N|delay DURATION',
    does: 'what happens to the next notifications',
    run([how, amount], { graph: { notifications } }) {
      switch (oneOf(how, ['drop', 'duplicate', 'disorder', 'delay'])) {
        case 'drop':
          notifications.drop(countOf(amount, 'N'));
          break;
        case 'duplicate':
          notifications.duplicate(countOf(amount, 'N'));
          break;
        case 'disorder':
          notifications.disorder(countOf(amount, 'N'));
          break;
        default:
          notifications.delay(amount === '0' ? 0 : durationOf(amount));
      }
      return undefined;
    },
  },
  {
    name: 'graph',
    takes: 'throttle|status|hang|slow|garbage|truncated|foreignLink|reset|lost [TIMES] [PATH] [STATUS]',
    does: 'the next requests to Graph (of this path, a regular expression) meet this',
    run([word, times = '1', path = '.', status], { graph }) {
      const kinds = [
        'throttle',
        'status',
        'hang',
        'slow',
        'garbage',
        'truncated',
        'foreignLink',
        'reset',
        'lost',
      ] as const;
      const how = oneOf(word, kinds);
      try {
        new RegExp(path);
      } catch {
        throw new UsageError(`"${path}" is no regular expression`);
      }
      graph.failNext({
        path,
        how,
        times: countOf(times, 'TIMES'),
        ...(status ? { status: countOf(status, 'STATUS') } : {}),
      });
      return undefined;
    },
  },
];
