/** Offline for a while, with much happening meanwhile. */
import { ada, atHome, type FaultTest, hour, largest, minute, second } from './context.ts';

const gap: FaultTest = {
  goals: ['Q5'],
  name: 'offline, with 500 changes meanwhile',
  async run({ long, verdicts, say }) {
    const gaps: readonly (readonly [string, number])[] = [
      ['1 min', minute],
      ['4 h 01', 4 * hour + minute],
      ...(long
        ? ([
            ['3 h 59', 4 * hour - minute],
            ['4 days', 96 * hour],
          ] as const)
        : []),
    ];
    for (const [name, lengthMs] of gaps) {
      await atHome({}, async (home) => {
        await home.cloud.offline(true);
        const parts = 10;
        for (let part = 0; part < parts; part += 1) {
          for (let count = 0; count < 500 / parts; count += 1) {
            home.cloud.graph.mailbox(ada).deliver({ subject: `While away ${part * 50 + count}` });
          }
          await home.advance(lengthMs / parts);
        }
        await home.cloud.offline(false);
        const inTime = await home.until(({ alerts }) => alerts.length >= 500, 5 * minute);
        await home.isGood(4 * minute);
        const alerts = (await home.app.glance()).alerts;
        const found = new Set(alerts.map(({ subject }) => subject));
        say(`  ${name}: ${found.size} after ${inTime === null ? '–' : Math.round(inTime / second)} s`);
        const digests = home.toasts.filter(({ key }) => key.startsWith('digest') || key === 'summary').length;
        verdicts.check(
          'Q5',
          `offline ${name}, 500 changes`,
          `${found.size}/500 after ${inTime === null ? 'never' : `${Math.round(inTime / second)} s`}, ${digests} digests`,
          '500/500, ≤ 60 s',
          found.size === 500 && alerts.length === 500 && inTime !== null && inTime <= minute,
        );
      });
    }
  },
};

const asleep: FaultTest = {
  goals: ['T5'],
  plays: ['clock.asleep'],
  name: 'push lost altogether; asleep',
  async run({ verdicts, dice }) {
    await atHome({}, async (home) => {
      const delays: number[] = [];
      home.cloud.relay.swallow(true);
      for (let mail = 0; mail < 6; mail += 1) {
        await home.advance(dice.between(0, 3 * minute));
        const subject = `Swallowed ${mail}`;
        home.cloud.graph.mailbox(ada).deliver({ subject });
        delays.push(
          await home.see(subject, ({ alerts }) => alerts.some((alert) => alert.subject === subject), 20 * minute),
        );
      }
      home.cloud.relay.swallow(false);
      const back = await home.see(
        'two subscriptions',
        () => home.cloud.graph.subscriptions(ada).length === 2,
        10 * minute,
      );
      // Whether push works again shows at the next thing that is pushed.
      home.cloud.graph.mailbox(ada).deliver({ subject: 'Pushed again' });
      verdicts.check(
        'T5',
        'a stranger swallows all notifications: delay of a mail',
        `at most ${Math.round(largest(delays) / second)} s`,
        '≤ 15 min',
        largest(delays) <= 15 * minute,
        `subscribed again ${Math.round(back / second)} s after the stranger had gone`,
      );
      const wakes: number[] = [];
      for (const told of [true, false]) {
        await home.isGood(5 * minute);
        home.cloud.graph.mailbox(ada).deliver({ subject: `Before ${told}` });
        await home.advance(minute);
        const subject = `Overnight ${told}`;
        const half = 4.5 * hour;
        await home.sleep(half, told ? undefined : 'untold');
        home.cloud.graph.mailbox(ada).deliver({ subject });
        await home.sleep(half, told ? undefined : 'untold');
        wakes.push(
          await home.see(subject, ({ alerts }) => alerts.some((alert) => alert.subject === subject), 5 * minute),
        );
      }
      verdicts.check(
        'T5',
        'after nine hours of sleep, told of it and not',
        `at most ${Math.round(largest(wakes) / second)} s`,
        '≤ 30 s',
        largest(wakes) <= 30 * second,
      );
    });
  },
};

export const gaps: readonly FaultTest[] = [gap, asleep];
