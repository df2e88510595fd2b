/** The first page of the list, however long the list is. */
import { join } from 'node:path';
import { createCipher, newCipherKey } from '../../main/store/cipher.ts';
import { openStore } from '../../main/store/store.ts';
import type { Bench } from './bench.ts';
import { median, quantile, ratio, show } from './figures.ts';
import { account } from './notifications.ts';

const pageSize = 100;
const sizes = [1_000, 10_000, 100_000] as const;

export const list: Bench = {
  name: 'list',
  length: 'short',
  limitS: 180,
  async run(kit) {
    const ignore = (): void => {};
    let nowMs = Date.parse('2026-11-21T09:00:00Z');
    const store = openStore({
      file: join(kit.folder(), 'history.db'),
      cipher: createCipher(newCipherKey()),
      clock: { now: () => new Date(nowMs) },
      log: { info: ignore, warn: ignore, error: ignore },
    });
    kit.onEnd(() => store.close());
    let stored = 0;

    function grow(to: number): void {
      while (stored < to) {
        const many = Math.min(5_000, to - stored);
        const alerts = Array.from({ length: many }, (_, index) => {
          const n = stored + index;
          return {
            announcement: 'shown' as const,
            alert: {
              id: `alert-${n}`,
              account,
              kind: 'mail' as const,
              itemId: `item-${n}`,
              who: `Person ${n % 97}`,
              subject: `Subject number ${n} of a usual length, some sixty letters`,
              detail: 'The first words of a message, as Graph sends them: up to 255 characters of its text.',
              at: new Date(nowMs - 30 * 86_400_000 + n * 20_000),
              startsAt: null,
              webLink: `https://outlook.office365.com/owa/?ItemID=${n}`,
              joinUrl: null,
              settled: n % 3 === 0,
            },
          };
        });
        store.ledger.apply({
          account,
          resource: 'mail',
          cursor: {
            deltaLink: 'https://graph.microsoft.com/v1.0/',
            baseline: new Date(0),
            caughtUpAt: new Date(nowMs),
            madeFor: null,
          },
          alerts,
          settle: [],
          messages: [],
          events: [],
          forgetEvents: [],
        });
        stored += many;
        nowMs += 1_000;
      }
    }
    function firstPage(): number {
      const took: number[] = [];
      for (let turn = 0; turn < 40; turn += 1) {
        const begin = performance.now();
        const page = store.ledger.alerts({ limit: pageSize });
        took.push(performance.now() - begin);
        if (page.length !== pageSize) throw new Error(`the page has ${page.length} alerts`);
      }
      return quantile(took, 0.5);
    }

    const figures: { readonly size: number; readonly kept: number; readonly runs: number[] }[] = [];
    for (const size of sizes) {
      grow(size);
      firstPage();
      const runs = Array.from({ length: 7 }, firstPage);
      figures.push({ size, kept: store.ledger.alertCount(), runs });
    }
    const [small, ...larger] = figures;
    if (small === undefined) throw new Error('nothing was measured');
    for (const { size, kept, runs } of larger) {
      kit.row({
        goal: 'P7',
        what: `alert list, first page of ${pageSize} after ${size.toLocaleString('en-US')} stored alerts`,
        unit: 'ms',
        runs,
        reference: { what: 'after 1,000', runs: small.runs },
        also: `${show(kept)} kept`,
        wanted: size === 100_000 ? '≤ 1.3 × after 1,000' : 'shown',
        holds: size !== 100_000 || ratio(runs, small.runs) <= 1.3,
        isTiming: true,
      });
    }
    kit.growth({
      name: 'stored-alerts',
      title: 'First page of the list',
      xTitle: 'alerts stored',
      yTitle: 'ms',
      points: figures.map(({ size, runs }) => ({ x: size, y: median(runs) })),
    });
  },
};
