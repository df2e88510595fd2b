import { expect, test } from 'vitest';
import { ada, type Life, minute, second, startLife } from './life.ts';

const hour = 60 * minute;

/** Nothing of it gets through: as if Graph had long given up telling. */
function forget(life: Life): void {
  expect(life.cloud.graph.forgetSubscriptions(ada)).toBe(2);
}
const isSubscribed = (life: Life) => () => life.cloud.graph.subscriptions(ada).length === 2;

test('subscriptions that Graph dropped while the computer slept are made anew when it wakes', async () => {
  const life = await startLife();
  await life.begin();
  await life.sleep(2 * hour);
  forget(life);
  await life.sleep(2 * hour);
  await life.see('two subscriptions', isSubscribed(life), 30 * second);
}, 60_000);

test('subscriptions that Graph dropped while the tunnel was down are made anew when it is back', async () => {
  const life = await startLife();
  await life.begin();
  life.cloud.relay.cut();
  await life.see('the tunnel is down', ({ app: { health } }) => health.state === 'delayed', 2 * minute);
  forget(life);
  await life.advance(10 * minute);
  await life.cloud.relay.restore();
  await life.see(
    'two subscriptions',
    ({ app: { health } }) => health.state === 'allGood' && isSubscribed(life)(),
    2 * minute,
  );
}, 60_000);

test('subscriptions that Graph dropped while nobody was signed in are made anew after the sign-in', async () => {
  const life = await startLife();
  await life.begin();
  life.cloud.entra.revokeSessions(ada);
  await life.see('it is said', ({ app: { health } }) => health.state === 'signInRequired', 5 * minute);
  forget(life);
  await life.advance(10 * minute);
  await life.click('Sign in again');
  await life.see('two subscriptions', isSubscribed(life), 30 * second);
}, 60_000);
