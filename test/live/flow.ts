/** The steps of `npm run live`, over Tidings' own core. */
import type { Account } from '../../main/domain/session.ts';
import type { LiveOptions } from './options.ts';
import { createQuestions, isValidation } from './questions.ts';
import { pause, StepFailed, type Steps, until } from './steps.ts';
import type { LiveWorld } from './world.ts';

/** Each of these is a matter of seconds where all is well. */
const limits = { reachableMs: 120_000, subscribedMs: 120_000, selfTestMs: 120_000 } as const;
/** Graph tells within three minutes at the most; a look by ourselves follows each notification at once. */
const listedMs = 60_000;
/** The person has this long in the browser by Tidings' own rule; a little later it says so itself. */
const signInMs = 5.5 * 60_000;

/**
 * Everything but the end, which belongs to whoever called. Rejects with `Ended` only.
 *
 * @param given.tell one line for the person at the terminal.
 */
export async function runFlow(given: {
  readonly world: LiveWorld;
  readonly options: LiveOptions;
  readonly steps: Steps;
  readonly enough: AbortSignal;
  readonly tell: (line: string) => void;
  readonly signedIn: (account: Account) => void;
  readonly answered: (question: string, answer: string) => void;
}): Promise<void> {
  const { world, options, steps, enough, tell } = given;
  const { actions } = world.core;
  const { store, posts, recorder } = world;
  const wait = <T>(look: () => T | null | undefined | false, limitMs: number, otherwise: string): Promise<T> =>
    until(look, limitMs, otherwise, enough);

  const started = await steps.step('listen on this computer', async () => {
    await world.core.start();
    return { text: 'the listener answers at the loopback interface only' };
  });
  if (started === null) return;

  const signedIn = await steps.step('sign in', async () => {
    tell('Sign in with the account that you want to try, in the browser that opens now.');
    await actions.signIn(null);
    const account = await wait(
      () => {
        const { accounts, signIn } = actions.state();
        if (signIn.kind === 'failed') {
          tell(`          ${signIn.userMessage}`);
          throw new StepFailed(whyRefused(world));
        }
        return accounts[0]?.account;
      },
      signInMs,
      'nobody signed in',
    );
    given.signedIn(account);
    return { text: `a ${account.kind} account; permissions as asked for`, value: account };
  });
  if (signedIn?.value === undefined) return;
  const account = signedIn.value.homeAccountId;

  const reachable = await steps.step('be reachable from outside', async () => {
    await wait(
      () => world.publicUrl(),
      limits.reachableMs,
      `${options.settings.tunnel.kind}: nothing from outside reached this computer (${lastProblem(world)})`,
    );
    return { text: `${options.settings.tunnel.kind}: our own question came back through it` };
  });
  if (reachable === null) return;

  const ours = (resource: 'mail' | 'calendar') =>
    store.records.subscriptions().find((record) => record.account === account && record.resource === resource);
  const subscribed = await steps.step('subscribe to mail and calendar', async () => {
    const both = await wait(
      () => {
        const [mail, calendar] = [ours('mail'), ours('calendar')];
        return mail === undefined || calendar === undefined ? null : { mail, calendar };
      },
      limits.subscribedMs,
      `Microsoft gave no subscription (${lastProblem(world)})`,
    );
    const validations = recorder.exchanges.filter(isValidation).length;
    return { text: `two subscriptions; ${validations} validation requests were answered`, value: both };
  });
  if (subscribed?.value === undefined) return;
  const { mail, calendar } = subscribed.value;

  // At once: the listener echoes tokens within a minute of a create of its own, and not later.
  const desk = createQuestions({ world, settings: options.settings, account, mail, calendar });
  const ask = async (question: { readonly name: string; ask(): Promise<string> }): Promise<void> => {
    await steps.step(question.name, async () => {
      const text = await question.ask();
      given.answered(question.name, text);
      return { text, verdict: 'answered' };
    });
  };
  try {
    for (const question of desk.questions) {
      enough.throwIfAborted();
      await ask(question);
    }
    await steps.step('walk the chain (Tidings’ own self-test)', async () => {
      await actions.runSelfTest();
      const test = await wait(
        () => (actions.state().selfTest?.finishedAt ? actions.state().selfTest : null),
        limits.selfTestMs,
        'the self-test did not end',
      );
      const bad = test.steps.filter(({ verdict }) => verdict === 'bad').map(({ step }) => step);
      if (bad.length > 0) throw new StepFailed(`not good: ${bad.join(', ')}`);
      return { text: test.steps.map(({ step, verdict }) => `${step} ${verdict}`).join(', ') };
    });

    await steps.step('one mail', async () => {
      await wait(() => store.ledger.cursor(account, 'mail'), listedMs, 'the inbox could not be read');
      const known = new Set(alertIds());
      const came = arrivals('mail');
      tell('Now send a mail to yourself, from anywhere, and wait.');
      const toldAt = await wait(came, options.waitMs, 'no notification of a mail came');
      const alert = await wait(
        () => mailSince(known),
        listedMs,
        'Microsoft told of a change, but there was no new unread mail',
      );
      return { text: latencyText(alert.at, toldAt) };
    });
    await steps.step('one meeting', async () => {
      await wait(() => store.ledger.cursor(account, 'calendar'), listedMs, 'the calendar could not be read');
      const known = new Set(store.ledger.events(account).keys());
      const came = arrivals('calendar');
      tell('Now create a meeting in your own calendar, tomorrow for example, and wait.');
      const toldAt = await wait(came, options.waitMs, 'no notification of a meeting came');
      const event = await wait(
        () => [...store.ledger.events(account)].find(([id]) => !known.has(id))?.[1],
        listedMs,
        'Microsoft told of a change, but there was no new event in the next 60 days',
      );
      return { text: event.lastModifiedAt === null ? 'told and read' : latencyText(event.lastModifiedAt, toldAt) };
    });

    if (options.stayMs > 0) {
      await steps.step('stay', async () => {
        tell(
          `Staying for ${options.stayMs / 60_000} minutes. Change your password, revoke your sessions, or just wait.`,
        );
        await pause(options.stayMs, enough);
        return { text: 'see the recording for what came' };
      });
    } else steps.skip('stay', 'not asked for (--stay MINUTES)');
    enough.throwIfAborted();
    await steps.step('answer challenges', async () => {
      const events = posts.flatMap(({ lifecycle }) => lifecycle.map(({ lifecycleEvent }) => lifecycleEvent));
      if (events.length === 0) return { text: 'none came', verdict: 'skipped' };
      const open = store.records.subscriptions().filter(({ challenged }) => challenged).length;
      if (open > 0) throw new StepFailed(`${events.join(', ')}: ${open} not answered yet (${lastProblem(world)})`);
      return { text: `${[...new Set(events)].join(', ')}: all answered` };
    });
    if (options.reauthorize) await ask(desk.reauthorize);
    else steps.skip(desk.reauthorize.name, 'not asked for (--reauthorize)');
  } finally {
    await desk.close();
  }

  /** Gives the moment of the first notification of this resource that comes from now on. */
  function arrivals(resource: 'mail' | 'calendar'): () => Date | undefined {
    const seen = posts.length;
    return () =>
      posts.slice(seen).find(({ changes }) => changes.some((change) => change.resource === resource))?.receivedAt;
  }
  function alertIds(): readonly string[] {
    return actions.alerts({ limit: 500 }).map(({ id }) => id);
  }
  function mailSince(known: ReadonlySet<string>) {
    return actions.alerts({ limit: 500 }).find(({ id, kind }) => kind === 'mail' && !known.has(id));
  }
}

/** In whole seconds: Microsoft's moments have no more, and the clocks may differ by as much. */
function latencyText(changedAt: Date, toldAt: Date): string {
  const seconds = Math.round((toldAt.getTime() - changedAt.getTime()) / 1000);
  return `told ${seconds} s after Microsoft had it (by two clocks), then read and listed`;
}

function whyRefused({ lines }: LiveWorld): string {
  const last = lines.findLast(({ event }) => event === 'token.refused' || event === 'sign-in.failed');
  const facts = ['code', 'reason', 'error', 'aadsts', 'status'].flatMap((name) => {
    const value = String(last?.fields[name] ?? '');
    // Codes of protocols and numbers, nothing that a person may have written.
    return /^[a-z_-]{1,40}$|^\d{1,9}$/.test(value) ? [`${name} ${value}`] : [];
  });
  return facts.join(', ') || 'the sign-in failed';
}

/** The last thing that went wrong, by its name in the log. */
function lastProblem({ lines }: LiveWorld): string {
  const last = lines.findLast(({ event }) => /failed|refused|unanswered|down|lost|conflict|elsewhere|not-/.test(event));
  if (last === undefined) return 'no reason is known';
  const facts = ['code', 'status', 'cause'].flatMap((name) => {
    const value = String(last.fields[name] ?? '');
    return /^[\w-]{1,40}$/.test(value) ? [value] : [];
  });
  return [last.event, ...facts].join(' ');
}
