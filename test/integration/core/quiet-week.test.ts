import { expect, test } from 'vitest';
import { ada, minute, startLife } from './life.ts';

const hour = 60 * minute;

/**
 * Every ten minutes of seven days somebody looks; in between lifecycle events, kills and restarts happen, and tokens
 * live for an hour, so that about 170 silent renewals and as many challenges go by.
 */
test('a week with kills, challenges and removals asks nobody, and has live subscriptions at every look', async () => {
  const life = await startLife();
  const { graph, entra } = life.cloud;
  entra.setTokenLifetime(3600);
  await life.begin();
  const toasts = life.toasts.length;
  const lapses: string[] = [];
  const untrue: string[] = [];
  for (let day = 1; day <= 7; day += 1) {
    for (let look = 0; look < 24 * 6; look += 1) {
      await life.advance(10 * minute);
      const live = graph.subscriptions(ada).length;
      if (live !== 2) lapses.push(`day ${day}, look ${look}: ${live}`);
      if (life.app.running() && look % 36 === 0) {
        const { state } = (await life.app.glance()).app.health;
        if (state !== 'allGood') untrue.push(`day ${day}, look ${look}: ${state}`);
      }
    }
    if (day % 2 === 0) {
      await life.app.kill();
      await life.startApp();
      await life.see('all good again after a kill', (glance) => glance.app.health.state === 'allGood', 2 * minute);
    }
    if (day === 3) graph.challenge(ada, 'missed');
    if (day === 4) graph.challenge(ada, 'subscriptionRemoved');
    if (day === 5) graph.challenge(ada, 'somethingElse2027');
    if (day === 6) graph.mailbox(ada).deliver({ subject: 'On day six' });
    await life.see('all good at the end of the day', (glance) => glance.app.health.state === 'allGood', 2 * minute);
  }
  const { alerts } = await life.app.glance();
  expect({
    lapses,
    untrue,
    browserPages: life.browserPages.length,
    toasts: life.toasts.slice(toasts).map(({ body }) => body),
    alerts: alerts.map(({ subject }) => subject),
    rulesBroken: graph.violations.length,
    tokens: life.cloud.events.filter(({ name }) => name === 'token.issued').length > 7 * 20,
    hours: Math.round((life.now().getTime() - Date.parse('2026-11-21T09:00:00Z')) / hour),
  }).toEqual({
    lapses: [],
    untrue: [],
    browserPages: 0,
    toasts: ['On day six'],
    alerts: ['On day six'],
    rulesBroken: 0,
    tokens: true,
    hours: 168,
  });
}, 280_000);
