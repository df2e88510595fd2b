/** What can happen to the process itself, beside being killed: mistakes of ours, standing still, being started twice. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type BugKind, bugPlaces } from '../stage/wire.ts';
import { ada, atHome, type FaultTest, goodWithNextMail, type Home, largest, minute, second } from './context.ts';

const kinds: readonly BugKind[] = ['throws', 'uncaught exception', 'unhandled rejection'];

/** What leads the app by every place where a mistake waits: a mail, a new token, a new tunnel. */
async function passEveryPlace(home: Home, subject: string): Promise<void> {
  home.cloud.graph.mailbox(ada).deliver({ subject });
  await home.advance(workMs);
}
/** In which every timer of a minute comes once. */
const workMs = 65 * second;

const mistakes: FaultTest = {
  goals: [],
  plays: ['process.uncaught'],
  name: 'mistakes of ours in ten places',
  async run({ long, verdicts, say }) {
    const wrong: string[] = [];
    let made = 0;
    let planned = 0;
    let slowest = 0;
    await atHome({}, async (home) => {
      for (const [at, place] of bugPlaces.entries()) {
        for (const kind of long ? kinds : [kinds[at % kinds.length] ?? 'throws']) {
          planned += 1;
          const subject = `${kind} while ${place}`;
          await home.app.failAt(place, kind);
          if (place === 'opening the tunnel') home.cloud.relay.restart();
          if (place === 'asking for a token') await home.advance(70 * minute);
          if (place === 'opening the browser') {
            home.cloud.entra.revokeSessions(ada);
            await home.see(
              'a sign-in is needed',
              ({ app: { health } }) => health.state === 'signInRequired',
              5 * minute,
            );
            await home.app.clickMenu('Sign in again').catch(() => {});
            await home.settle();
            // What the mistake spoilt, a second click brings.
            if (home.browserPages.length === 0) await home.click('Sign in again');
            else {
              await home.signIn({ username: ada });
              await home.settle();
            }
          }
          await passEveryPlace(home, subject);
          if (!home.app.running()) throw new Error(`${subject}: the app has ended`);
          const heard = await home.until(({ alerts }) => alerts.some((alert) => alert.subject === subject), 5 * minute);
          const took = heard === null ? null : await goodWithNextMail(home, subject);
          if (took === null) wrong.push(`${subject}: “${(await home.app.glance()).app.health.headline}”`);
          else slowest = Math.max(slowest, took);
          const told = home.toasts.filter(({ body }) => body === subject).length;
          if (told > 2) wrong.push(`${subject}: told ${told} times`);
          const now = await home.app.bugs();
          if (now === made) wrong.push(`${subject}: it was never made`);
          made = now;
        }
      }
      const log = readFileSync(join(home.app.folder, 'app/logs', 'tidings.log'), 'utf8');
      if (!log.includes('Mistake')) wrong.push('nothing of it is in the log');
    });
    if (wrong.length > 0) say(`  ${wrong.join('\n  ')}`);
    verdicts.check(
      'F process.uncaught',
      `${planned} mistakes in ${bugPlaces.length} places: thrown there, uncaught, unhandled`,
      `${made} made, the app ended 0 times, well after ${workMs / second} s and at most ${Math.round(slowest / second)} s more`,
      'goes on, 0 lost, well within 60 s',
      wrong.length === 0 && slowest <= minute,
      wrong.length === 0 ? undefined : wrong.join('; '),
    );
  },
};

const blocked: FaultTest = {
  goals: [],
  plays: ['process.blocked'],
  name: 'the event loop stands still for 5 s',
  async run({ long, verdicts }) {
    const times = long ? 10 : 1;
    const took: number[] = [];
    const healed: number[] = [];
    let twice = 0;
    await atHome({}, async (home) => {
      for (let time = 1; time <= times; time += 1) {
        const subject = `While it stood still ${time}`;
        const standing = home.app.block(5 * second);
        await delay(50);
        home.cloud.graph.mailbox(ada).deliver({ subject });
        await standing;
        await home.settle();
        took.push(await home.see('it is told', ({ alerts }) => alerts.some((a) => a.subject === subject), 5 * minute));
        healed.push((await goodWithNextMail(home, subject)) ?? Number.POSITIVE_INFINITY);
        if (home.toasts.filter(({ body }) => body === subject).length > 1) twice += 1;
      }
    });
    verdicts.check(
      'F process.blocked',
      `the event loop stands still for 5 s, ${times} times, with a mail meanwhile`,
      `told ${Math.round(largest(took) / second)} s after at most, ${twice} told twice, well ${Math.round(largest(healed) / second)} s later`,
      'told once, well ≤ 60 s',
      largest(took) <= 3 * minute && largest(healed) <= minute && twice === 0,
      // Graph gives up its first try after 3 s, and comes again by its own schedule.
      'what Graph could not deliver meanwhile is found by the next poll',
    );
  },
};

const bundle = fileURLToPath(new URL('../../out/main/start-browser.js', import.meta.url));

/** One start of the built browser shell on this folder; what it said, and when it ended. */
function startBrowserShell(folder: string): { readonly child: ChildProcess; said(): string; tookMs: Promise<number> } {
  const startedAt = performance.now();
  let text = '';
  const env = { HOME: folder, XDG_CONFIG_HOME: join(folder, '.config'), PATH: folder, TZ: 'UTC' };
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', bundle], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
  const tookMs = once(child, 'exit').then(() => performance.now() - startedAt);
  return { child, said: () => text, tookMs };
}

const storm: FaultTest = {
  goals: ['D1'],
  plays: ['process.second-instance'],
  name: 'many starts of the browser shell at once',
  async run({ long, verdicts }) {
    const count = long ? 50 : 8;
    const folder = mkdtempSync(join(tmpdir(), 'tidings-storm-'));
    const wanted = 'one goes on, the others end with status 0 and name it';
    if (!existsSync(bundle))
      return verdicts.notRun('F process.second-instance', `${count} starts`, wanted, 'not built');
    mkdirSync(join(folder, '.config'), { recursive: true });
    const starts = Array.from({ length: count }, () => startBrowserShell(folder));
    try {
      const alive = (): typeof starts =>
        starts.filter(({ child }) => child.exitCode === null && child.signalCode === null);
      for (const endAt = performance.now() + 120_000; alive().length > 1 && performance.now() < endAt; )
        await delay(50);
      const survivors = alive();
      const others = starts.filter((start) => !survivors.includes(start));
      const times = await Promise.all(others.map(({ tookMs }) => tookMs));
      const strange = others.filter(({ child, said }) => child.exitCode !== 0 || !said().includes('runs already'));
      for (const { child } of survivors) child.kill('SIGTERM');
      await Promise.all(survivors.map(({ tookMs }) => tookMs));
      const quitWell = survivors.every(({ child }) => child.exitCode === 0);
      // A core of its own after the storm: the lock is free again.
      const next = startBrowserShell(folder);
      for (
        const endAt = performance.now() + 60_000;
        !next.said().includes('Tidings runs, ') && performance.now() < endAt;
      )
        await delay(20);
      const startsAgain = next.said().includes('Tidings runs, ');
      next.child.kill('SIGTERM');
      await next.tookMs;
      verdicts.check(
        'F process.second-instance',
        `${count} starts of the browser shell at once`,
        `${survivors.length} goes on, ${others.length - strange.length} end well, the last after ${(largest(times) / second).toFixed(1)} s, next start ${startsAgain ? 'works' : 'fails'}`,
        wanted,
        survivors.length === 1 && strange.length === 0 && quitWell && startsAgain,
        strange.length === 0
          ? 'all of them load at the same time here; Electron’s own lock is not run without its binary'
          : `${strange[0]?.child.exitCode}: ${strange[0]?.said().slice(0, 300)}`,
      );
    } finally {
      for (const { child } of starts) child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    }
  },
};

const quitting: FaultTest = {
  goals: ['D6'],
  plays: ['process.quit-while-syncing'],
  name: 'quit while a round is read',
  async run({ long, dice, verdicts }) {
    const times = long ? 20 : 3;
    const took: number[] = [];
    const wrong: string[] = [];
    await atHome({}, async (home) => {
      const { graph } = home.cloud;
      for (let time = 1; time <= times; time += 1) {
        await home.isGood(5 * minute);
        graph.failNext({ path: /delta/, how: 'slow', delayMs: 60, times: 1e9 });
        const of = (n: number): string => `Quit ${time}, ${n}`;
        for (let n = 0; n < 40; n += 1) graph.mailbox(ada).deliver({ subject: of(n) });
        for (const endAt = performance.now() + 10_000; !isReading(home) && performance.now() < endAt; ) await delay(1);
        await delay(dice.between(0, 150));
        const startedAt = performance.now();
        await home.app.quit();
        took.push(performance.now() - startedAt);
        graph.clearFaults();
        await home.startApp();
        await home.isGood(5 * minute);
        await home.advance(3 * minute);
        const { alerts } = await home.app.glance();
        for (let n = 0; n < 40; n += 1) {
          const listed = alerts.filter(({ subject }) => subject === of(n)).length;
          const told = home.toasts.filter(({ body }) => body === of(n)).length;
          if (listed !== 1 || told > 1) wrong.push(`“${of(n)}” listed ${listed} times, told ${told} times`);
        }
      }
    });
    verdicts.check(
      'F process.quit-while-syncing',
      `quit while a round is read, ${times} times`,
      `at most ${(largest(took) / second).toFixed(1)} s, ${wrong.length} mails lost or told twice`,
      '≤ 3 s (of which 0.15 s may be the end of the process), 0',
      largest(took) <= 3_150 && wrong.length === 0,
      wrong[0],
    );
  },
};
/** A request for changes is on its way. */
function isReading({ cloud }: Home): boolean {
  return cloud.inFlight() > 0;
}

export const processFaults: readonly FaultTest[] = [mistakes, blocked, storm, quitting];
