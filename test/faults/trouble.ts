/**
 * A trouble from outside that begins, lasts and ends by itself, and the judge that holds the app to what is asked of it
 * at every fault: it goes on running, loses nothing, never says “all good” for two minutes while something waits
 * unheard, and is well again within a minute.
 */
import type { Verdicts } from '../verdicts.ts';
import { ada, atHome, type FaultContext, type FaultTest, type Home, minute, second } from './context.ts';

type End = () => void | Promise<void>;
export interface Trouble {
  /** Of the list. */
  readonly fault: string;
  /** What is done, in a few words. */
  readonly what: string;
  /** Returns what ends it. */
  begin(home: Home): End | Promise<End>;
  /** Virtual milliseconds; else one to three minutes, by chance. */
  readonly lastsMs?: number;
  /** The tray must show something else than “all good” within 120 s. Without it, it may be too small to show. */
  readonly shows?: true;
  /** How long it may take after the end; a minute without it. */
  readonly healsWithinMs?: number;
  /** It waits in real time, so that it takes a minute. */
  readonly longOnly?: true;
  /** How often the cause comes and goes, in the long form. */
  readonly times?: number;
}
interface Course {
  /** Virtual milliseconds until the tray said something else than “all good”; null: it never did. */
  readonly seenMs: number | null;
  readonly healedMs: number;
  readonly says: readonly string[];
  readonly wrong: readonly string[];
}

const truthMs = 2 * minute;
const lookEveryMs = 10 * second;
let mails = 0;

export async function playTrouble(home: Home, trouble: Trouble, lastsMs: number): Promise<Course> {
  const { cloud } = home;
  const wrong: string[] = [];
  const says = new Set<string>();
  mails += 1;
  const during = `During ${trouble.fault} ${mails}`;
  const after = `After ${trouble.fault} ${mails}`;
  const prompts = (): number => home.toasts.filter(({ key }) => key.startsWith('sign-in:')).length;
  const promptsBefore = prompts();
  await home.isGood(5 * minute);

  const end = await trouble.begin(home);
  let seenMs: number | null = null;
  let saidGoodMs = 0;
  cloud.graph.mailbox(ada).deliver({ subject: during });
  let isTold = false;
  try {
    for (let passedMs = 0; ; ) {
      await home.settle();
      if (!home.app.running()) throw new Error('the app has ended');
      const { app, alerts } = await home.app.glance();
      const isGood = app.health.state === 'allGood';
      if (!isGood) says.add(app.health.headline);
      if (!isGood) seenMs ??= passedMs;
      isTold ||= alerts.some(({ subject }) => subject === during);
      if (isGood && !isTold && passedMs > truthMs) saidGoodMs = passedMs;
      if (passedMs >= lastsMs) break;
      const step = Math.min(lookEveryMs, lastsMs - passedMs);
      await home.advance(step);
      passedMs += step;
    }
    if (saidGoodMs > 0) wrong.push(`“all good” ${saidGoodMs / second} s after a mail that it had not heard of`);
    if (trouble.shows && (seenMs === null || seenMs > truthMs))
      wrong.push(seenMs === null ? 'nothing of it was shown' : `shown after ${seenMs / second} s only`);
  } finally {
    await end();
  }
  const endedMs = home.now().getTime();
  const limitMs = trouble.healsWithinMs ?? minute;
  const wellAgain = await home.until(
    ({ app: { health }, alerts }) =>
      health.state === 'allGood' &&
      alerts.some(({ subject }) => subject === during) &&
      cloud.graph.subscriptions(ada).length === 2,
    limitMs + 4 * minute,
  );
  if (!home.app.running()) throw new Error('the app has ended');
  const { app, alerts } = await home.app.glance();
  if (wellAgain === null)
    wrong.push(`not well again: “${app.health.headline}”, ${cloud.graph.subscriptions(ada).length} subscriptions`);
  else if (wellAgain > limitMs) wrong.push(`well again after ${Math.round(wellAgain / second)} s only`);
  const listed = alerts.filter(({ subject }) => subject === during).length;
  if (listed !== 1) wrong.push(`a mail of that time is listed ${listed} times`);
  cloud.graph.mailbox(ada).deliver({ subject: after });
  const next = await home.until((seen) => seen.alerts.some(({ subject }) => subject === after), 3 * minute);
  if (next === null) wrong.push('the next mail was not told');
  else if (next > 10 * second) wrong.push(`the next mail took ${Math.round(next / second)} s`);
  for (const subject of [during, after]) {
    const told = home.toasts.filter(({ body }) => body === subject).length;
    if (told > 1) wrong.push(`“${subject}” was told ${told} times`);
  }
  if (prompts() !== promptsBefore) wrong.push('somebody was asked to sign in');
  return { seenMs, healedMs: wellAgain ?? home.now().getTime() - endedMs, says: [...says], wrong };
}

/** Says of one fault what came of all its turns. */
export function judgeTrouble(verdicts: Verdicts, trouble: Trouble, courses: readonly Course[]): void {
  const times = courses.length === 1 ? '' : `${courses.length} times: `;
  const seen = courses.map(({ seenMs }) => seenMs ?? 0);
  const says = [...new Set(courses.flatMap((course) => course.says))];
  const shown = says.length === 0 ? 'nothing to show' : `“${says[0]}” after ${Math.max(...seen) / second} s`;
  const healed = Math.max(...courses.map(({ healedMs }) => healedMs));
  const wrong = [...new Set(courses.flatMap((course) => course.wrong))];
  verdicts.check(
    `F ${trouble.fault}`,
    `${times}${trouble.what}`,
    `${shown}, well again after ${Math.round(healed / second)} s`,
    `0 lost, true within 120 s, well within ${(trouble.healsWithinMs ?? minute) / second} s`,
    wrong.length === 0,
    wrong.length === 0 ? undefined : wrong.join('; '),
  );
}

/** One home for all of them, one after the other; a new one after whatever breaks off. */
export function troubles(name: string, all: readonly Trouble[], options: Parameters<typeof atHome>[0] = {}): FaultTest {
  return {
    goals: [],
    plays: all.map(({ fault }) => fault),
    name,
    run: (context) => playAll(context, all, options),
  };
}

async function playAll(
  { long, dice, verdicts, say, wanted }: FaultContext,
  all: readonly Trouble[],
  options: Parameters<typeof atHome>[0],
): Promise<void> {
  const left = all.filter(({ fault, longOnly }) => wanted(fault) && (long || longOnly !== true));
  while (left.length > 0) {
    let current: Trouble | undefined;
    try {
      await atHome(options, async (home) => {
        for (current = left.shift(); current !== undefined; current = left.shift()) {
          const courses: Course[] = [];
          for (let time = 0; time < (long ? (current.times ?? 1) : 1); time += 1) {
            const lastsMs = current.lastsMs ?? Math.round(dice.between(minute, (long ? 3 : 2) * minute));
            courses.push(await playTrouble(home, current, lastsMs));
          }
          judgeTrouble(verdicts, current, courses);
        }
      });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      say(`  ${current?.fault ?? 'at the end'}: ${why}`);
      if (current === undefined) throw error;
      verdicts.check(`F ${current.fault}`, current.what, 'broke off', 'an end', false, why);
    }
  }
}
