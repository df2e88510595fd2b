/** The start after a gap: so many changes at once. How long, how many requests, and whether anything else had to wait. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Bench, Kit } from './bench.ts';
import { startProgram } from './child.ts';
import { median, ratio, show } from './figures.ts';
import type { BareCallerCalls } from './programs/bare-caller.ts';
import { ada, startRealCloud, startShellApp } from './shell-app.ts';
import { watchGraph } from './wire-watch.ts';

/** Loaded before the app: how long its main thread was not to be had, as the largest gap of a timer of 1 ms. */
const blockWatch = `
  import { writeFileSync } from 'node:fs';
  import { monitorEventLoopDelay } from 'node:perf_hooks';
  import { isMainThread } from 'node:worker_threads';
  if (isMainThread) {
    const delays = monitorEventLoopDelay({ resolution: 1 });
    delays.enable();
    process.on('SIGUSR1', () => {});
    process.on('SIGUSR2', () => {
      writeFileSync(process.env.BENCH_BLOCK, JSON.stringify({ maxMs: delays.max / 1e6 }));
      delays.reset();
    });
  }`;

interface Caught {
  readonly tookMs: number;
  readonly bareMs: number;
  readonly requests: number;
  readonly blockMs: number;
}

/** The app is quit, the mails come, the app wakes up to them. */
async function catchUpOf(kit: Kit, changes: number): Promise<Caught> {
  const cloud = await startRealCloud(kit);
  const home = kit.folder();
  const block = join(home, 'block');
  const app = await startShellApp(kit, {
    cloud,
    home,
    // Polling: what is asked is asked by us, at a moment that we choose.
    settings: { tunnel: { kind: 'none' } },
    nodeOptions: ['--import', `data:text/javascript,${encodeURIComponent(blockWatch)}`],
    env: { BENCH_BLOCK: block },
  });
  await app.signIn(cloud);
  const caller = await startProgram<BareCallerCalls>('bare-caller', { env: cloud.env });
  kit.onEnd(caller.kill);
  await delay(1_000);
  const mailbox = cloud.graph.mailbox(ada);
  const nowMs = Date.now();
  for (let n = 1; n <= changes; n += 1) {
    // Each of a second of its own, as in life: the list shows seconds whole.
    const at = new Date(nowMs + n * 1_000);
    mailbox.deliver({ subject: `Change ${n} of ${changes}`, preview: 'words '.repeat(40), at });
  }
  process.kill(app.pid, 'SIGUSR2');
  await delay(200);
  const watch = watchGraph();
  const fromMs = performance.now();
  await app.ask('health:check-now');
  const last = await app.pushed(({ push }) => push === 'alerts:changed', fromMs, `${changes} changes in the list`);
  process.kill(app.pid, 'SIGUSR2');
  await delay(300);
  watch.stop();
  const reads = watch.crossings.filter(({ target }) => target.includes('/messages/delta'));
  const [first] = reads;
  if (first === undefined) throw new Error('nothing was read');
  const { alerts } = await app.ask('alerts:list', null, '');
  if (alerts.length === 0) throw new Error('the changes are not in the list');
  const { maxMs } = JSON.parse(readFileSync(block, 'utf8')) as { maxMs: number };
  const bare = await caller.calls.read({
    url: `https://graph.microsoft.com${first.target}`,
    headers: { authorization: first.authorization ?? '', prefer: first.prefer ?? '' },
  });
  if (bare.items < changes) throw new Error(`the bare reading found ${bare.items} of ${changes}`);
  await caller.kill();
  await app.kill();
  await cloud.stop();
  return { tookMs: last.atMs - first.beganMs, bareMs: bare.tookMs, requests: watch.crossings.length, blockMs: maxMs };
}

export const catchUp: Bench = {
  name: 'catch-up',
  length: 'short',
  limitS: 300,
  async run(kit) {
    for (const changes of kit.quick ? [1_000] : [1_000, 5_000]) {
      const caught: Caught[] = [];
      for (let run = 0; run < (kit.quick ? 1 : 5); run += 1) caught.push(await catchUpOf(kit, changes));
      const runs = caught.map(({ tookMs }) => tookMs);
      const bare = caught.map(({ bareMs }) => bareMs);
      const blockMs = median(caught.map((each) => each.blockMs));
      kit.row({
        goal: 'P7',
        what: `catch-up of ${changes.toLocaleString('en-US')} changes, until they are stored and in the list`,
        unit: 'ms',
        runs,
        reference: { what: 'the same delta pages fetched and parsed bare', runs: bare },
        also: `${show(median(caught.map(({ requests }) => requests)))} requests, longest block of the main thread ${show(blockMs, 'ms')}, ${show(changes / (median(runs) / 1000))} changes/s`,
        wanted: '≤ 1.5 ×, ≥ 500 changes/s, no block over 100 ms',
        holds: ratio(runs, bare) <= 1.5 && changes / (median(runs) / 1000) >= 500 && blockMs <= 100,
        isTiming: true,
      });
    }
    if (kit.quick) return;
    const points = [];
    for (const changes of [1, 10, 100, 1_000]) {
      const runs = [];
      for (let run = 0; run < 3; run += 1) runs.push((await catchUpOf(kit, changes)).tookMs);
      points.push({ x: changes, y: median(runs) });
    }
    kit.growth({
      name: 'changes-in-a-gap',
      title: 'Catching up after a gap',
      xTitle: 'changes in the gap',
      yTitle: 'ms',
      points,
    });
  },
};
