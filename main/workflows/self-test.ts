import type { SelfTest, SelfTestStep } from '../domain/app-state.ts';
import { asFailure, type Failure } from '../domain/failure.ts';
import type { Clock, Log, ProbeResult, Toasts } from '../domain/ports.ts';
import type { HealthBoard } from './health-board.ts';

/** In milliseconds; all of them one after the other stay below half a minute. */
const limitsMs = { token: 7_000, graph: 7_000, tunnel: 11_000, roundTrip: 12_000, all: 28_000 } as const;
/** A desktop says only after the call whether it shows what it was given. */
const toastAnswerMs = 1_000;

type StepName = SelfTestStep['step'];
/** What one step found. */
type Finding = Pick<SelfTestStep, 'verdict' | 'text'>;

/** One signed-in person, as far as the test asks. Each call rejects with a Failure that says why not. */
export interface TestedAccount {
  readonly username: string;
  /** A token fresh from Microsoft: one from memory proves nothing. */
  token(): Promise<unknown>;
  mailbox(): Promise<unknown>;
  roundTrip(publicUrl: string): Promise<{ readonly wasAsked: boolean }>;
  /** Microsoft did not call back, for whatever reason: does it still have our subscriptions? */
  doubt(): void;
  /** Draws the conclusion for the account, if the failure is about its sign-in. */
  observe(error: unknown): Failure;
}
export interface TestedTunnel {
  /** `off`: by choice. */
  state(): 'off' | 'opening' | 'up' | 'down';
  publicUrl(): string | null;
  probe(publicUrl: string): Promise<ProbeResult>;
  /** Looks after it at once. */
  check(): void;
}

export interface SelfTestDesk {
  /** The last one since the start. */
  now(): SelfTest | null;
  /** Begins, unless one is running; how it goes is told step by step through `changed`. */
  run(): void;
  stop(): void;
}

/** Walks the chain once for real: token, mailbox, tunnel from outside, Microsoft calling back, a toast. */
export function createSelfTest(world: {
  accounts: () => readonly TestedAccount[];
  tunnel: TestedTunnel;
  toasts: Pick<Toasts, 'show'>;
  clock: Clock;
  log: Log;
  board: HealthBoard;
  changed: () => void;
}): SelfTestDesk {
  const { tunnel, clock, log, board } = world;
  let test: SelfTest | null = null;
  let stopped = false;

  /** What `work` found, or that it has not answered in time; its late answer is of no interest. */
  async function within(limitMs: number, late: string, work: () => Promise<Finding>): Promise<Finding> {
    const { promise, resolve } = Promise.withResolvers<Finding>();
    const cancel = clock.after(limitMs, () => resolve({ verdict: 'bad', text: late }));
    return await Promise.race([work(), promise]).finally(cancel);
  }

  async function walk(startedAt: Date): Promise<void> {
    const found = new Map<StepName, Finding>();
    const steps = new Map<StepName, SelfTestStep>(
      (['token', 'graph', 'tunnel', 'roundTrip', 'toasts'] as const).map((step) => [
        step,
        { step, verdict: 'waiting', text: '', tookMs: null },
      ]),
    );
    const publish = (finishedAt: Date | null): void => {
      if (stopped) return;
      test = { startedAt, finishedAt, steps: [...steps.values()] };
      world.changed();
    };
    const leftMs = (): number => limitsMs.all - (clock.now().getTime() - startedAt.getTime());

    async function take(step: StepName, late: string, work: () => Promise<Finding>): Promise<void> {
      const beganAt = clock.now();
      steps.set(step, { step, verdict: 'running', text: '', tookMs: null });
      publish(null);
      // The toast has a time of its own: whatever was slow before it, it is shown and told of.
      const limitMs = step === 'toasts' ? 2 * toastAnswerMs : Math.max(0, Math.min(limitsMs[step], leftMs()));
      const finding = await within(limitMs, late, work).catch(
        (error: unknown): Finding => ({ verdict: 'bad', text: asFailure(error).userMessage }),
      );
      found.set(step, finding);
      const tookMs = finding.verdict === 'off' ? null : Math.max(0, clock.now().getTime() - beganAt.getTime());
      steps.set(step, { step, ...finding, tookMs });
      log.info('self-test.step', { step, verdict: finding.verdict, tookMs });
    }
    const isBad = (...names: StepName[]): boolean => names.some((name) => found.get(name)?.verdict !== 'good');

    const accounts = world.accounts();
    await take('token', 'Microsoft’s sign-in has not answered in time: look at the network of this computer.', () =>
      accounts.length === 0
        ? Promise.resolve({ verdict: 'bad', text: 'Nobody is signed in yet: sign in, then test again.' })
        : forEach(accounts, 'Microsoft has given a fresh token for your sign-in.', (account) => account.token()),
    );
    await take('graph', 'Microsoft 365 has not answered in time: look at the network of this computer.', async () =>
      isBad('token')
        ? off('Not asked: the sign-in comes first.')
        : forEach(accounts, 'Your mailbox answers.', (account) => account.mailbox()),
    );
    await take('tunnel', 'Nothing came back from outside in time; Tidings opens the tunnel anew.', lookFromOutside);
    const publicUrl = tunnel.publicUrl();
    await take(
      'roundTrip',
      'Microsoft has not called back in time; Tidings looks into its tunnel and its subscriptions.',
      async () => {
        if (found.get('tunnel')?.verdict === 'off' && accounts.length > 0) {
          return off('Not needed without a tunnel: Tidings checks every minute.');
        }
        if (isBad('token', 'graph', 'tunnel') || publicUrl === null)
          return off('Not tried: what comes before it is broken.');
        return await callBack(accounts, publicUrl);
      },
    );
    const wasCalledBack = found.get('roundTrip')?.verdict !== 'bad';
    if (found.get('tunnel')?.verdict === 'bad' || !wasCalledBack) tunnel.check();
    if (!wasCalledBack) for (const account of accounts) account.doubt();
    if (!stopped) await take('toasts', '', showToast);
    publish(clock.now());
  }

  /** Everybody at once; the first who fails is named where more than one could be meant. */
  async function forEach<T>(
    accounts: readonly TestedAccount[],
    good: string,
    ask: (account: TestedAccount) => Promise<T>,
    judge: (answers: readonly T[]) => Finding = () => ({ verdict: 'good', text: good }),
  ): Promise<Finding> {
    const asked = await Promise.allSettled(accounts.map((account) => ask(account)));
    for (const [index, answer] of asked.entries()) {
      const account = accounts[index];
      if (answer.status === 'fulfilled' || account === undefined) continue;
      const { userMessage } = account.observe(answer.reason);
      return { verdict: 'bad', text: accounts.length < 2 ? userMessage : `${account.username}: ${userMessage}` };
    }
    return judge(asked.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : [])));
  }

  async function lookFromOutside(): Promise<Finding> {
    if (tunnel.state() === 'off') return off('No tunnel, by your choice: Tidings checks every minute.');
    const publicUrl = tunnel.publicUrl();
    if (publicUrl === null) {
      return world.accounts().length === 0
        ? off('Opened after the first sign-in.')
        : {
            verdict: 'bad',
            text: 'Nothing from outside reaches this computer; Tidings keeps trying, and checks every minute meanwhile.',
          };
    }
    switch (await tunnel.probe(publicUrl)) {
      case 'reached':
        return { verdict: 'good', text: 'This computer was reached from outside, and answered.' };
      case 'unreachable':
        return { verdict: 'bad', text: 'This computer is not reached from outside; Tidings opens the tunnel anew.' };
      case 'foreign':
        return {
          verdict: 'bad',
          text: 'Somebody else answers at the address of this computer; Tidings takes another.',
        };
    }
  }

  const callBack = (accounts: readonly TestedAccount[], publicUrl: string): Promise<Finding> =>
    forEach(
      accounts,
      '',
      (account) => account.roundTrip(publicUrl),
      (answers) => ({
        verdict: 'good',
        text: answers.every(({ wasAsked }) => wasAsked)
          ? 'Microsoft has called this computer, and got its answer.'
          : 'Microsoft accepts the address of this computer; it saw no need to call it this time.',
      }),
    );

  async function showToast(): Promise<Finding> {
    const shown = world.toasts.show({
      key: 'self-test',
      title: 'Tidings can reach you',
      body: 'This is the notification that you asked for with the self-test.',
      urgent: false,
    });
    if (shown === 'shown') board.clear('toasts-blocked');
    else board.raise({ code: 'toasts-blocked', account: null });
    // What the shell hears from the desktop meanwhile, it tells Health.
    await new Promise<void>((resolve) => void clock.after(toastAnswerMs, resolve));
    if (!board.has('toasts-blocked')) {
      return {
        verdict: 'good',
        text: 'A notification was handed to your desktop. If you have not seen it, look at its “do not disturb”.',
      };
    }
    return {
      verdict: 'bad',
      text: 'Your desktop shows no notifications: allow them for Tidings in its settings. Alerts are in the window.',
    };
  }

  return {
    now: () => test,
    run() {
      if (stopped || (test !== null && test.finishedAt === null)) return;
      const startedAt = clock.now();
      test = { startedAt, finishedAt: null, steps: [] };
      log.info('self-test.started');
      walk(startedAt).catch((error: unknown) => {
        // A mistake of ours must not leave a test that runs for ever.
        log.error('self-test.unexpected', { error: String(error) });
        test = { startedAt, finishedAt: clock.now(), steps: test?.steps ?? [] };
        world.changed();
      });
    },
    stop() {
      stopped = true;
    },
  };
}

const off = (text: string): Finding => ({ verdict: 'off', text });
