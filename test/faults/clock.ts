/** The computer's clock is wrong, or much has run out before the start. */
import { ada, atHome, type FaultTest, type Home, hour, largest, minute, second } from './context.ts';

const day = 24 * hour;

/** Lets time pass everywhere, while the app's clock is `offsetMs` ahead. */
function passAhead(home: Home, offsetMs: number, ms: number): Promise<void> {
  const appNow = (): number => home.now().getTime() + offsetMs;
  return home.app.advance(appNow() + ms, async (reachedMs) => {
    const aheadMs = reachedMs - appNow();
    if (aheadMs > 0) await home.cloud.clock.advance(aheadMs);
    await home.settle();
  });
}

function jump(fault: string, byMs: number, name: string): FaultTest {
  return {
    goals: [],
    plays: [fault],
    name: `the clock is set ${name} on, and back`,
    async run({ verdicts }) {
      const wrong: string[] = [];
      const told: number[] = [];
      const healed: number[] = [];
      await atHome({}, async (home) => {
        const { cloud } = home;
        for (const offsetMs of [byMs, -byMs]) {
          await home.isGood(5 * minute);
          const prompts = home.toasts.filter(({ key }) => key.startsWith('sign-in:')).length;
          const sign = offsetMs > 0 ? 'ahead' : 'behind';
          await home.app.timeJump(home.now().getTime() + offsetMs);
          await home.settle();
          const subject = `While ${name} ${sign}`;
          cloud.graph.mailbox(ada).deliver({ subject });
          let heardAfter: number | null = null;
          for (let passed = 0; passed <= 5 * minute; passed += 10 * second) {
            const { alerts } = await home.app.glance();
            if (alerts.some((alert) => alert.subject === subject)) heardAfter ??= passed;
            await passAhead(home, offsetMs, 10 * second);
          }
          const { app } = await home.app.glance();
          if (heardAfter === null) wrong.push(`${subject}: not told; the tray says “${app.health.headline}”`);
          told.push(heardAfter ?? 0);
          if (cloud.graph.subscriptions(ada).length !== 2)
            wrong.push(`${sign}: ${cloud.graph.subscriptions(ada).length} subscriptions`);
          await home.app.timeJump(home.now().getTime());
          await home.settle();
          healed.push(await home.isGood(5 * minute));
          const next = `After ${name} ${sign}`;
          cloud.graph.mailbox(ada).deliver({ subject: next });
          await home.see('the next mail', ({ alerts }) => alerts.some((alert) => alert.subject === next), minute);
          for (const each of [subject, next]) {
            const { alerts } = await home.app.glance();
            const listed = alerts.filter((alert) => alert.subject === each).length;
            const shown = home.toasts.filter(({ body }) => body === each).length;
            if (listed !== 1 || shown > 1) wrong.push(`“${each}” listed ${listed} times, told ${shown} times`);
          }
          if (home.toasts.filter(({ key }) => key.startsWith('sign-in:')).length !== prompts)
            wrong.push(`${sign}: somebody was asked to sign in`);
        }
      });
      verdicts.check(
        `F ${fault}`,
        `the clock is ${name} ahead for five minutes, then as much behind`,
        `mails told after at most ${largest(told) / second} s, well again after ${Math.round(largest(healed) / second)} s`,
        '0 lost, told within 120 s, well within 60 s',
        wrong.length === 0 && largest(told) <= 2 * minute && largest(healed) <= minute,
        wrong.length === 0 ? undefined : wrong.join('; '),
      );
    },
  };
}

const expired: FaultTest = {
  goals: [],
  plays: ['clock.expired-at-start'],
  name: 'everything has run out before the start',
  async run({ verdicts }) {
    await atHome({}, async (home) => {
      const took: number[] = [];
      const wrong: string[] = [];
      for (const [name, awayMs] of [
        ['the token', 3 * hour],
        ['token and subscriptions', 8 * day],
      ] as const) {
        await home.app.kill();
        const subject = `While ${name} ran out`;
        await home.cloud.clock.advance(awayMs / 2);
        home.cloud.graph.mailbox(ada).deliver({ subject });
        await home.cloud.clock.advance(awayMs / 2);
        await home.startApp();
        took.push(
          await home.see(
            'well again',
            ({ app: { health }, alerts }) =>
              health.state === 'allGood' &&
              alerts.some((alert) => alert.subject === subject) &&
              home.cloud.graph.subscriptions(ada).length === 2,
            5 * minute,
          ),
        );
        if (home.toasts.some(({ key }) => key.startsWith('sign-in:'))) wrong.push('somebody was asked to sign in');
      }
      verdicts.check(
        'F clock.expired-at-start',
        'killed, and started when the token, then also the subscriptions have run out',
        `well after ${Math.round(largest(took) / second)} s`,
        '0 lost, nobody asked, well within 60 s',
        wrong.length === 0 && largest(took) <= minute,
        wrong[0],
      );
    });
  },
};

export const clock: readonly FaultTest[] = [
  jump('clock.hour', hour, 'an hour'),
  jump('clock.day', day, 'a day'),
  expired,
];
