/** How heavy the app is before it does anything: its bundle, its start, what it holds while nothing happens. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Bench, Kit } from './bench.ts';
import { median, ratio, show } from './figures.ts';
import { startRealCloud, startShellApp } from './shell-app.ts';

const bundles = fileURLToPath(new URL('../../out/main/', import.meta.url));

/** The entry and everything that it imports at once, as files. */
function importedBy(entry: string): readonly string[] {
  const found = new Set<string>();
  const visit = (file: string): void => {
    if (found.has(file)) return;
    found.add(file);
    for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(/^(?:import|export)[^;'"]*["'](\.[^"']+)["']/gm)) {
      visit(join(dirname(file), path));
    }
  };
  visit(join(bundles, entry));
  return [...found];
}

export const bundle: Bench = {
  name: 'bundle',
  length: 'short',
  limitS: 60,
  async run(kit) {
    for (const entry of ['start-electron.js', 'start-browser.js']) {
      if (!existsSync(join(bundles, entry))) throw new Error(`out/main/${entry} is missing: npm run build`);
      const [own = '', ...chunks] = importedBy(entry);
      // The entry itself would start the app: it is compiled, what it imports is run.
      const program = `
        const { readFileSync } = await import('node:fs');
        const { SourceTextModule } = await import('node:vm');
        const begin = performance.now();
        ${chunks.map((file) => `await import(${JSON.stringify(pathToFileURL(file).href)});`).join('\n')}
        new SourceTextModule(readFileSync(${JSON.stringify(own)}, 'utf8'));
        console.log(performance.now() - begin);`;
      const runs: number[] = [];
      for (let run = 0; run < (kit.quick ? 3 : 11); run += 1) {
        const options = ['--no-warnings', '--experimental-vm-modules', '--input-type=module', '--eval', program];
        const { stdout, stderr } = spawnSync(process.execPath, options, { encoding: 'utf8', timeout: 20_000 });
        const took = Number(stdout);
        if (!(took > 0)) throw new Error(`the bundle did not load: ${stderr}`);
        runs.push(took);
      }
      const megabytes = [own, ...chunks].reduce((sum, file) => sum + statSync(file).size, 0) / 1e6;
      kit.row({
        goal: 'P5',
        what: `main bundle load, ${entry} with its ${chunks.length} shared parts`,
        unit: 'ms',
        runs,
        also: show(megabytes, 'MB'),
        wanted: '≤ 120 ms, ≤ 1.5 MB',
        holds: median(runs) <= 120 && megabytes <= 1.5,
        isTiming: megabytes <= 1.5,
      });
    }
  },
};

export const start: Bench = {
  name: 'start',
  length: 'short',
  limitS: 120,
  async run(kit) {
    const cloud = await startRealCloud(kit);
    const home = kit.folder();
    // The second start and all later ones find their folder, and the files in the system's cache.
    await (await startShellApp(kit, { cloud, home })).kill();
    const runs: number[] = [];
    const bare: number[] = [];
    for (let run = 0; run < (kit.quick ? 3 : 9); run += 1) {
      const app = await startShellApp(kit, { cloud, home });
      runs.push(app.startedInMs);
      await app.kill();
      const begin = performance.now();
      await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'exit');
      bare.push(performance.now() - begin);
    }
    kit.row({
      goal: 'P4',
      what: 'process start → listening and health shown to a page (browser shell, warm)',
      unit: 'ms',
      runs,
      reference: { what: 'node -e 0', runs: bare },
      wanted: '≤ 800 ms',
      holds: median(runs) <= 800,
      isTiming: true,
    });
  },
};

interface Usage {
  readonly residentMb: number;
  /** Its own: without the pages of Node's file that every Node shares. */
  readonly anonymousMb: number;
  readonly cpuMs: number;
}

/** Of the whole process with all its threads, as Linux counts. */
function usageOf(pid: number): Usage {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // Ticks of 1/100 s on every Linux there is: fields 14 and 15 counted from 1, user and system.
  const ticks = Number(fields[11]) + Number(fields[12]);
  const megabytes = (field: string): number =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  return { residentMb: megabytes('VmRSS'), anonymousMb: megabytes('RssAnon'), cpuMs: ticks * 10 };
}

/** Loaded before the app: counts the timers that wake the thread, and says so when told to look. */
const timerCount = `
  import { createHook } from 'node:async_hooks';
  import { writeFileSync } from 'node:fs';
  import { isMainThread } from 'node:worker_threads';
  if (isMainThread) {
    const timers = new Set();
    let woken = 0;
    createHook({
      init(id, type) { if (type === 'Timeout') timers.add(id); },
      before(id) { if (timers.has(id)) woken += 1; },
      destroy(id) { timers.delete(id); },
    }).enable();
    process.on('SIGUSR2', () => writeFileSync(process.env.BENCH_TIMERS, String(woken)));
  }`;

async function wokenTimers(pid: number, file: string): Promise<number> {
  process.kill(pid, 'SIGUSR2');
  await delay(500);
  return Number(readFileSync(file, 'utf8'));
}

const idleMinutes = 5;

export const idle: Bench = {
  name: 'idle',
  length: 'slow',
  runsBeside: true,
  limitS: 460,
  async run(kit) {
    if (process.platform !== 'linux') {
      return kit.notRun('P3', 'idle CPU, timers and memory', '≤ 0.5 %', "Linux's /proc is where they are read");
    }
    const cloud = await startRealCloud(kit);
    const bare = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e9)'], { stdio: 'ignore' });
    kit.onEnd(() => void bare.kill('SIGKILL'));
    const plan = [
      { name: 'tunnel', settings: {}, counts: false },
      { name: 'polling', settings: { tunnel: { kind: 'none' } }, counts: false },
      { name: 'counted', settings: {}, counts: true },
    ] as const;
    const apps = [];
    for (const { name, settings, counts } of plan) {
      const home = kit.folder();
      const timers = join(home, 'timers');
      const counter = counts ? ['--import', `data:text/javascript,${encodeURIComponent(timerCount)}`] : [];
      const app = await startShellApp(kit, {
        cloud,
        home,
        settings,
        nodeOptions: counter,
        env: { BENCH_TIMERS: timers },
      });
      await signInAndSettle(app.signIn(cloud), name);
      apps.push({ app, timers });
    }
    await delay(kit.quick ? 5_000 : 60_000);
    const [tunnel, polling, counted] = apps;
    if (tunnel === undefined || polling === undefined || counted === undefined) throw new Error('not all started');
    const timersBefore = await wokenTimers(counted.app.pid, counted.timers);
    const before = [tunnel, polling].map(({ app }) => usageOf(app.pid).cpuMs);
    const minutes = kit.quick ? 0.25 : idleMinutes;
    await delay(minutes * 60_000);
    const after = [tunnel, polling].map(({ app }) => usageOf(app.pid));
    const timers = (await wokenTimers(counted.app.pid, counted.timers)) - timersBefore;
    const bareUsage = usageOf(bare.pid ?? 0);
    const bareMb = bareUsage.residentMb;
    const shares = await sharesOf(kit, bareMb);
    const wanted = [
      { what: 'tunnel worker and keyring loaded', times: 2.6 },
      { what: 'polling mode', times: 2.0 },
    ];
    for (const [index, { what, times }] of wanted.entries()) {
      const mb = after[index]?.residentMb ?? Number.NaN;
      kit.row({
        goal: 'P1',
        what: `resident memory idle, ${minutes + 1} min after start, plain Node, ${what}`,
        unit: 'MB',
        runs: [mb],
        reference: { what: 'bare node', runs: [bareMb] },
        also: `${show(after[index]?.anonymousMb ?? Number.NaN, 'MB')} of it its own (bare node ${show(bareUsage.anonymousMb, 'MB')}); ${shares}`,
        wanted: `≤ ${times.toFixed(1)} × bare node`,
        holds: ratio([mb], [bareMb]) <= times,
        isTiming: false,
      });
      const percent = (((after[index]?.cpuMs ?? Number.NaN) - (before[index] ?? 0)) / (minutes * 60_000)) * 100;
      kit.row({
        goal: 'P3',
        what: `idle CPU over ${show(minutes)} min, ${what}`,
        unit: '%',
        runs: [percent],
        wanted: '≤ 0.5 % of a core',
        holds: percent <= 0.5,
        isTiming: true,
      });
    }
    kit.row({
      goal: 'P3',
      what: `timers that wake the main thread while idle, over ${show(minutes)} min`,
      unit: 'per minute',
      runs: [timers / minutes],
      wanted: '≤ 10 per minute',
      holds: timers / minutes <= 10,
      isTiming: minutes < 1,
    });
  },
};

async function signInAndSettle(signIn: Promise<void>, name: string): Promise<void> {
  try {
    await signIn;
  } catch (error) {
    throw new Error(`the app (${name}) did not come to rest`, { cause: error });
  }
}

/** What each part adds to a bare Node that loads it alone, in MB. */
async function sharesOf(kit: Kit, bareMb: number): Promise<string> {
  const chunks = importedBy('start-browser.js').slice(1);
  const parts: readonly (readonly [string, string])[] = [
    ['our bundle', chunks.map((file) => `await import(${JSON.stringify(pathToFileURL(file).href)})`).join(';')],
    ['node:sqlite', `new (await import('node:sqlite')).DatabaseSync(':memory:').exec('CREATE TABLE a (b)')`],
    ['fetch', `await fetch('data:,a')`],
    [
      'a worker',
      `new (await import('node:worker_threads')).Worker('setInterval(() => {}, 1e9)', { eval: true, execArgv: [] })`,
    ],
    [
      'a worker with localtunnel’s data sockets',
      `new (await import('node:worker_threads')).Worker("require('localtunnel/lib/TunnelCluster.js'); setInterval(() => {}, 1e9)", { eval: true, execArgv: [] })`,
    ],
  ];
  const said: string[] = [];
  for (const [name, code] of parts) {
    const child = spawn(
      process.execPath,
      ['--no-warnings', '--input-type=module', '--eval', `${code}; setInterval(() => {}, 1e9)`],
      { stdio: 'ignore', cwd: fileURLToPath(new URL('../..', import.meta.url)) },
    );
    kit.onEnd(() => void child.kill('SIGKILL'));
    await delay(3_000);
    said.push(`${name} +${show(usageOf(child.pid ?? 0).residentMb - bareMb, 'MB')}`);
    child.kill('SIGKILL');
  }
  return `each alone: ${said.join(', ')}`;
}
