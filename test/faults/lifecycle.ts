/** What Graph says of a subscription, in whatever state the app hears it. */
import { ada, atHome, type FaultTest, type Home, largest, minute, second } from './context.ts';

const events = ['reauthorizationRequired', 'subscriptionRemoved', 'missed', 'somethingNew'] as const;
type LifecycleEvent = (typeof events)[number];
const states = ['signed in', 'token expired', 'signed out', 'offline', 'asleep', 'in the middle of a renewal'] as const;
type State = (typeof states)[number];

/** Brings the state about, lets Graph speak, ends the state. Resolves when the cause is over. */
async function during(home: Home, state: State, event: LifecycleEvent): Promise<void> {
  const { cloud } = home;
  const say = (): void => void cloud.graph.challenge(ada, event);
  switch (state) {
    case 'signed in':
      return say();
    case 'token expired':
      // Nothing has asked for a new one yet when the machine wakes.
      await home.sleep(100 * minute);
      return say();
    case 'signed out':
      cloud.entra.revokeSessions(ada);
      await home.see('it is said', ({ app: { health } }) => health.state === 'signInRequired', 5 * minute);
      say();
      await home.advance(30 * second);
      await home.click('Sign in again');
      return;
    case 'offline':
      await cloud.offline(true);
      say();
      await home.advance(minute);
      await cloud.offline(false);
      // As each shell tells the core when the network is back.
      await home.app.machine('networkChanged');
      return;
    case 'asleep':
      await home.app.machine('suspend');
      say();
      await home.sleep(20 * minute);
      return;
    case 'in the middle of a renewal':
      cloud.graph.failNext({ path: /subscriptions/, method: 'PATCH', how: 'slow', delayMs: 200 });
      cloud.graph.challenge(ada, 'reauthorizationRequired');
      say();
  }
}

const all: FaultTest = {
  goals: ['T6'],
  name: 'four lifecycle events in six states',
  async run({ verdicts, say }) {
    const took: number[] = [];
    const wrong: string[] = [];
    let cases = 0;
    await atHome({}, async (home) => {
      const { graph } = home.cloud;
      for (const state of states) {
        for (const event of events) {
          cases += 1;
          const name = `${event} while ${state}`;
          await home.isGood(5 * minute);
          // Ten minutes apart, so that each answer may be of either kind.
          await home.advance(12 * minute);
          const prompts = home.toasts.filter(({ key }) => key.startsWith('sign-in:')).length;
          const asked = graph.requests.length;
          await during(home, state, event);
          const ms = await home
            .see(
              'the right outcome',
              ({ app: { health } }) => health.state === 'allGood' && isAnswered(home, event, asked),
              3 * minute,
            )
            .catch((error: unknown) => {
              wrong.push(`${name} (${String(error)})`);
              return 0;
            });
          took.push(ms);
          const more = home.toasts.filter(({ key }) => key.startsWith('sign-in:')).length - prompts;
          if (more !== (state === 'signed out' ? 1 : 0)) wrong.push(`${name}: ${more} prompts`);
        }
        say(`  ${state}: slowest ${Math.round(largest(took) / second)} s`);
      }
    });
    verdicts.check(
      'T6',
      `${cases} pairs of event and state: right outcome after the state's end`,
      `${cases - wrong.length}/${cases}, at most ${Math.round(largest(took) / second)} s`,
      'all, ≤ 10 s once the cause is over (30 s after sleep and outage)',
      wrong.length === 0 && largest(took) <= 30 * second,
      wrong.length === 0 ? undefined : wrong.join('; '),
    );
  },
};

/** What Graph must have been asked since, beside two subscriptions being there. */
function isAnswered({ cloud: { graph } }: Home, event: LifecycleEvent, since: number): boolean {
  if (graph.subscriptions(ada).length !== 2) return false;
  const asked = graph.requests.slice(since);
  const good = (method: string, path: RegExp) =>
    asked.filter((each) => each.method === method && path.test(each.path) && Number(each.status) < 300).length;
  const answers = good('PATCH', /\/subscriptions\//) + good('POST', /\/reauthorize/) + good('POST', /\/subscriptions$/);
  if (event === 'reauthorizationRequired') return answers >= 2;
  if (event === 'subscriptionRemoved') return good('POST', /\/subscriptions$/) >= 2;
  if (event === 'missed') return good('GET', /messages\/delta/) >= 1;
  return true;
}

export const lifecycle: readonly FaultTest[] = [all];
