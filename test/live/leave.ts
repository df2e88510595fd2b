/** The end: signed out, and nothing of ours left at Microsoft, whatever happened before. */
import { clouds } from '../../main/domain/cloud.ts';
import type { Account } from '../../main/domain/session.ts';
import type { Settings } from '../../main/domain/settings.ts';
import { createClient } from '../../main/graph/client.ts';
import { createSubscriptions } from '../../main/graph/subscriptions.ts';
import { pause, StepFailed, type Steps } from './steps.ts';
import type { LiveWorld } from './world.ts';

/** Looks at what is left, and how long between them: a create that was cut off may end a little later. */
const looks = { count: 4, apartMs: 3_000 } as const;

/** Never rejects. @returns whether nothing is left. */
export async function leave(given: {
  readonly world: LiveWorld;
  readonly settings: Settings;
  readonly account: Account | null;
  readonly steps: Steps;
}): Promise<boolean> {
  const { world, settings, steps } = given;
  const { actions } = world.core;
  // Somebody may have signed in just as the end came.
  const account = given.account ?? actions.state().accounts[0]?.account ?? null;
  const never = new AbortController().signal;
  // The token stays good for a while after signing out: enough to look whether anything is left.
  const token = account === null ? null : await world.identity.accessToken(account.homeAccountId, {}).catch(() => null);

  await steps.step('sign out', async () => {
    actions.cancelSignIn();
    if (account === null) return { text: 'nobody is signed in', verdict: 'skipped' };
    await actions.signOut(account.homeAccountId);
    const left = await world.identity.accounts();
    if (left.length > 0) throw new StepFailed('an account is still known');
    return { text: 'subscriptions deleted, tokens forgotten' };
  });
  await steps.step('stop', async () => {
    await actions.stop();
    return { text: 'listener and tunnel are closed' };
  });
  const clean = await steps.step('nothing left at Microsoft', async () => {
    const asked = world.recorder.notificationUrls;
    if (asked.size === 0) return { text: 'no subscription was ever asked for', value: true };
    if (token === null) throw new StepFailed('without a token nobody can look; what is left ends within 7 days');
    const client = createClient({
      fetch: world.recorder.fetchAs('question'),
      tokens: { accessToken: async () => token },
      clock: world.clock,
      log: world.log,
      baseUrl: `${clouds[settings.cloud].graphOrigin}/v1.0`,
    });
    const subscriptions = createSubscriptions(client, world.log);
    try {
      let removed = 0;
      for (let look = 1; look <= looks.count; look += 1) {
        const ours = (await subscriptions.list()).filter(({ notificationUrl }) => asked.has(notificationUrl));
        for (const { id } of ours) await subscriptions.remove(id);
        removed += ours.length;
        // Once is enough, unless a create is still under way at Graph.
        if (ours.length === 0 && (look > 1 || world.recorder.unansweredCreates() === 0)) {
          return {
            text: removed === 0 ? 'no subscription of ours is there' : `${removed} more had to be deleted`,
            value: true,
          };
        }
        await pause(looks.apartMs, never);
      }
      throw new StepFailed('subscriptions of ours keep appearing');
    } finally {
      await client.close();
    }
  });
  world.recorder.stop();
  return clean?.value === true;
}
