/** What a day costs on which nothing happens: requests to Graph and bytes, on the virtual clock. */
import type { Bench, Kit } from './bench.ts';
import { show } from './figures.ts';
import { startLife } from './life.ts';
import { watchGraph } from './wire-watch.ts';

const hour = 3_600_000;

/** Requests and bytes in so many hours with so many accounts, after all has come to rest. */
async function idleHours(kit: Kit, hours: number, accounts: number) {
  const life = await startLife(kit);
  await life.begin();
  for (let n = 2; n <= accounts; n += 1) {
    const username = `person${n}@contoso.example`;
    life.cloud.entra.addAccount({ username });
    await life.begin(username);
  }
  await life.advance(5 * 60_000);
  const watch = watchGraph();
  try {
    for (let done = 0; done < hours; done += 0.5) await life.advance(hour / 2);
  } finally {
    watch.stop();
  }
  const state = (await life.app.glance()).app.health.state;
  if (state !== 'allGood') throw new Error(`an idle day ended as “${state}”`);
  const bytes = watch.crossings.reduce((sum, each) => sum + each.bytes, 0);
  await life.stop();
  return { requests: watch.crossings.length, bytes };
}

export const idleDay: Bench = {
  name: 'idle-day',
  length: 'short',
  limitS: 300,
  async run(kit) {
    const hours = kit.quick ? 2 : 24;
    const { requests, bytes } = await idleHours(kit, hours, 1);
    const aDay = 24 / hours;
    kit.row({
      goal: 'P3',
      what: `requests to Graph per account and idle day (${hours === 24 ? 'a whole virtual day' : `${hours} virtual hours, as for a day`})`,
      unit: 'requests',
      runs: [requests * aDay],
      also: `${show((bytes * aDay) / 1e6, 'MB')} of HTTP`,
      wanted: '≤ 1,200',
      holds: requests * aDay <= 1_200,
      isTiming: false,
    });
    if (kit.quick) return;
    const points = [];
    for (const accounts of [1, 2, 5, 10]) {
      points.push({ x: accounts, y: (await idleHours(kit, 1, accounts)).requests });
    }
    kit.growth({
      name: 'accounts',
      title: 'Requests to Graph in an idle hour',
      xTitle: 'accounts',
      yTitle: 'requests',
      points,
    });
  },
};
