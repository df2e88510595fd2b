import { expect, test } from 'vitest';
import { ada, minute, startLife } from './life.ts';

const hour = 60 * minute;
const day = 24 * hour;

test('on a computer whose clock is two days slow the subscriptions are renewed by Graph’s time and never lapse', async () => {
  const life = await startLife();
  const appTime = (): number => life.now().getTime() - 2 * day;
  await life.app.start(appTime());
  await life.settle();
  await life.app.clickMenu('Sign in');
  await life.settle();
  await life.signIn({ username: ada });
  await life.signedIn();
  const pass = (ms: number) =>
    life.app.advance(appTime() + ms, async (appNowMs) => {
      const ahead = appNowMs - appTime();
      if (ahead > 0) await life.cloud.clock.advance(ahead);
      await life.settle();
    });
  await pass(minute);
  const [before] = life.cloud.graph.subscriptions(ada);

  // Half of their life is three days and a half away: asleep till then, and awake for an hour.
  await life.app.timeJump(appTime() + 4 * day);
  await life.cloud.clock.advance(4 * day);
  await life.app.machine('resume');
  await pass(hour);

  const live = life.cloud.graph.subscriptions(ada);
  expect({
    live: live.length,
    sameOnes: live.some(({ id }) => id === before?.id),
    daysLeft: live.map(({ expiresAt }) => Math.round((expiresAt.getTime() - life.now().getTime()) / day)),
  }).toEqual({ live: 2, sameOnes: true, daysLeft: [7, 7] });
});
