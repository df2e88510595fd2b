/** The acknowledgement: stored for good, then 202. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Bench, Kit } from './bench.ts';
import { startProgram } from './child.ts';
import { median, quantile, ratio, show } from './figures.ts';
import { type Answered, send } from './load.ts';
import { notificationBody } from './notifications.ts';
import type { BareServerCalls } from './programs/bare-server.ts';
import type { ListenerCalls } from './programs/listener.ts';

const bare = 'bare node:http + fdatasync';
const bodies = (count: number, items = 1): string[] => Array.from({ length: count }, () => notificationBody(items));

/** Ours and the bare one, each in its own process, their files side by side. */
async function startBoth(kit: Kit) {
  const folder = kit.folder();
  const env = { BENCH_FOLDER: folder };
  const ours = await startProgram<ListenerCalls>('listener', { env });
  kit.onEnd(ours.kill);
  const reference = await startProgram<BareServerCalls>('bare-server', { env });
  kit.onEnd(reference.kill);
  return {
    folder,
    ours,
    oursPort: await ours.calls.listen(),
    barePort: await reference.calls.listen(),
  };
}

function onlyAccepted({ statuses, tookMs }: Answered): boolean {
  return statuses.get(202) === tookMs.length;
}

export const acknowledge: Bench = {
  name: 'acknowledge',
  length: 'short',
  limitS: 120,
  async run(kit) {
    const { ours, oursPort, barePort } = await startBoth(kit);
    const posts = kit.quick ? 100 : 400;
    const runs = kit.quick ? 3 : 7;
    const p50: number[] = [];
    const bareP50: number[] = [];
    let sent = 0;
    // Warm both, so that neither is timed while it compiles.
    for (const port of [oursPort, barePort]) await send(port, bodies(200), 1);
    for (let run = 0; run < runs; run += 1) {
      // In short turns, so that both meet the same machine.
      const took: number[] = [];
      const bareTook: number[] = [];
      for (let turn = 0; turn < 4; turn += 1) {
        took.push(...(await send(oursPort, bodies(posts / 4), 1)).tookMs);
        bareTook.push(...(await send(barePort, bodies(posts / 4), 1)).tookMs);
        sent += posts / 4;
      }
      p50.push(quantile(took, 0.5));
      bareP50.push(quantile(bareTook, 0.5));
    }
    const stored = await ours.calls.stored();
    kit.row({
      goal: 'L1',
      what: 'acknowledgement of one notification, durable before 202, one connection: p50',
      unit: 'ms',
      runs: p50,
      reference: { what: bare, runs: bareP50 },
      wanted: '≤ 1.3 × the bare one',
      holds: ratio(p50, bareP50) <= 1.3,
      isTiming: true,
    });
    kit.row({
      goal: 'L1',
      what: 'each 202 is a row in the queue',
      unit: 'requests',
      runs: [sent + 200 - stored],
      also: 'answered 202 and not stored',
      wanted: '0',
      holds: stored === sent + 200,
      isTiming: false,
    });
  },
};

export const burst: Bench = {
  name: 'burst',
  length: 'short',
  limitS: 180,
  async run(kit) {
    const tookS: number[] = [];
    const bareS: number[] = [];
    let lost = 0;
    for (let run = 0; run < (kit.quick ? 1 : 5); run += 1) {
      const { folder, ours, oursPort, barePort } = await startBoth(kit);
      const posts = bodies(100, 100);
      const answered = await send(oursPort, posts, 10);
      // As when the power goes right after the last answer: what was acknowledged has to be there.
      await ours.kill();
      if (!onlyAccepted(answered)) throw new Error(`the burst was refused: ${JSON.stringify([...answered.statuses])}`);
      lost += 100 - rowsIn(join(folder, 'history.db'));
      tookS.push(answered.totalMs / 1000);
      bareS.push((await send(barePort, posts, 10)).totalMs / 1000);
    }
    kit.row({
      goal: 'L2',
      what: 'burst of 10,000 notifications in 100 requests, 10 connections, all durable',
      unit: 's',
      runs: tookS,
      reference: { what: bare, runs: bareS },
      also: `${lost} lost after SIGKILL`,
      wanted: '≤ 5 s, 0 lost',
      holds: median(tookS) <= 5 && lost === 0,
      isTiming: lost === 0,
    });
    await underLoad(kit, 10, 50);
    await underLoad(kit, 200, 250);
  },
};

async function underLoad(kit: Kit, connections: number, limitMs: number): Promise<void> {
  const { oursPort, barePort } = await startBoth(kit);
  const count = kit.quick ? Math.max(200, connections) : 3_000;
  const p99: number[] = [];
  const bareP99: number[] = [];
  let slowest = 0;
  let refused = 0;
  for (const port of [oursPort, barePort]) await send(port, bodies(200), connections);
  for (let run = 0; run < (kit.quick ? 1 : 9); run += 1) {
    const answered = await send(oursPort, bodies(count), connections);
    if (!onlyAccepted(answered)) refused += count - (answered.statuses.get(202) ?? 0);
    p99.push(quantile(answered.tookMs, 0.99));
    slowest = Math.max(slowest, ...answered.tookMs);
    bareP99.push(quantile((await send(barePort, bodies(count), connections)).tookMs, 0.99));
  }
  kit.row({
    goal: 'L1',
    what: `acknowledgement under load, ${connections} connections: p99`,
    unit: 'ms',
    runs: p99,
    reference: { what: bare, runs: bareP99 },
    also: `slowest ${show(slowest, 'ms')}, ${refused} not 202`,
    wanted: `≤ ${limitMs} ms, none over 1 s`,
    holds: median(p99) <= limitMs && slowest <= 1_000 && refused === 0,
    isTiming: refused === 0,
  });
}

function rowsIn(file: string): number {
  const database = new DatabaseSync(file, { readOnly: false });
  try {
    return Number(database.prepare('SELECT count(*) AS posts FROM queue').get()?.posts);
  } finally {
    database.close();
  }
}
