/** A week in minutes: 20,000 notifications, 60 sleeps, 40 lost tunnels. Memory and handles must not creep up. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Bench } from './bench.ts';
import { median, show, slope } from './figures.ts';
import { type Life, startLife } from './life.ts';
import { ada } from './shell-app.ts';

const minute = 60_000;
const week = { hours: 7 * 24, notifications: 20_000, sleeps: 60, losses: 40 } as const;

/** The app's own process: the child of ours that runs the stage's program. */
function appPid(): number {
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const isOurs = Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1]) === process.pid;
      if (isOurs && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('core-process.ts')) return Number(name);
    } catch {
      // It ended while we looked.
    }
  }
  throw new Error('the process of the app was not found');
}

interface Look {
  readonly day: number;
  /** What lives on after a collection: our objects and what hangs on them outside V8's heap. */
  readonly liveMb: number;
  readonly residentMb: number;
  readonly handles: number;
}

/** Loaded before the app: collects, and says what is left. */
const collector = (file: string): string =>
  `data:text/javascript,${encodeURIComponent(`
    import { writeFileSync, renameSync } from 'node:fs';
    import { isMainThread } from 'node:worker_threads';
    if (isMainThread) process.on('SIGUSR2', () => {
      gc();
      const { heapUsed, external } = process.memoryUsage();
      writeFileSync('${file}.new', String((heapUsed + external) / 2 ** 20));
      renameSync('${file}.new', '${file}');
    });`)}`;

async function lookAt(pid: number, hour: number, file: string): Promise<Look> {
  rmSync(file, { force: true });
  process.kill(pid, 'SIGUSR2');
  const endAt = performance.now() + 10_000;
  while (!existsSync(file)) {
    if (performance.now() > endAt) throw new Error('the app does not say what it holds');
    await delay(5);
  }
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    day: hour / 24,
    liveMb: Number(readFileSync(file, 'utf8')),
    residentMb: Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024,
    handles: readdirSync(`/proc/${pid}/fd`).length,
  };
}

/** True in `times` of the hours, spread evenly. */
const falls = (hour: number, times: number): boolean =>
  Math.floor(((hour + 1) * times) / week.hours) > Math.floor((hour * times) / week.hours);

async function livesAnHour(life: Life, hour: number): Promise<void> {
  const mailbox = life.cloud.graph.mailbox(ada);
  const many = Math.ceil(week.notifications / week.hours);
  for (let sent = 0; sent < many; sent += 10) {
    for (let n = 0; n < 10; n += 1) mailbox.deliver({ subject: `Mail ${hour}:${sent + n}` });
    await life.advance(minute);
  }
  if (falls(hour, week.losses)) {
    life.cloud.relay.restart();
    await life.advance(3 * minute);
  }
  if (falls(hour, week.sleeps)) await life.sleep(40 * minute);
  else await life.advance(40 * minute);
}

export const soak: Bench = {
  name: 'soak',
  length: 'slow',
  runsBeside: true,
  limitS: 1_800,
  async run(kit) {
    if (process.platform !== 'linux')
      return kit.notRun('P8', 'soak', '≤ 1 MB/day', "Linux's /proc is where it is read");
    const hours = kit.quick ? 48 : week.hours;
    const file = join(kit.folder(), 'live');
    const life = await startLife(kit, { nodeOptions: `--expose-gc --import=${collector(file)}` });
    await life.begin();
    const pid = appPid();
    const looks: Look[] = [];
    for (let hour = 0; hour < hours; hour += 1) {
      await livesAnHour(life, hour);
      looks.push(await lookAt(pid, hour, file));
    }
    await life.until(({ app: { health } }) => health.state === 'allGood', 10 * minute);
    // The first day fills caches and compiles; what goes on growing after it is what counts.
    const later = looks.filter(({ day }) => day >= (kit.quick ? 0.1 : 1));
    const perDay = slope(later.map(({ day, liveMb }) => ({ x: day, y: liveMb })));
    const early = median(later.slice(0, 6).map(({ handles }) => handles));
    const late = median(later.slice(-6).map(({ handles }) => handles));
    kit.row({
      goal: 'P8',
      what: `accelerated ${hours === week.hours ? 'week' : `${hours} hours`} (20,000 notifications, 60 sleeps and 40 tunnel losses a week): memory that lives`,
      unit: 'MB/day',
      runs: [perDay],
      also: `${show(early)} open handles at first, ${show(late)} at last; live after collection ${show(later[0]?.liveMb ?? 0, 'MB')} → ${show(later.at(-1)?.liveMb ?? 0, 'MB')}, resident ${show(later[0]?.residentMb ?? 0, 'MB')} → ${show(later.at(-1)?.residentMb ?? 0, 'MB')}`,
      wanted: '≤ 1 MB/day, handles constant',
      holds: perDay <= 1 && Math.abs(late - early) <= 3,
      isTiming: hours < week.hours,
    });
  },
};
