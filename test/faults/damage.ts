/** What can become of the history on disk: the app starts all the same, keeps what it cannot read, and says so once. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dice } from '../simulation/dice.ts';
import type { AppGlance } from '../stage/wire.ts';
import { ada, atHome, type FaultTest, type Home, largest, minute, second } from './context.ts';
import { type Damage, damages, readOnlyLacks } from './damages.ts';

const historyOf = (home: Home): string => join(home.app.folder, 'app', 'history.db');

async function oneDamage(
  home: Home,
  damage: Damage,
  dice: Dice,
  n: number,
): Promise<{ startMs: number; wrong: string | null }> {
  const file = historyOf(home);
  // Killed, its last writes stand beside the file.
  if (damage.name.includes('last writes')) await home.app.kill();
  else await home.app.quit();
  const asideNow = (): readonly string[] => readdirSync(join(file, '..')).filter((name) => name.includes('.damaged-'));
  const before = new Set(asideNow());
  const undo = await damage.do(file, dice);
  let isUndone = undo === undefined;
  const restore = async (): Promise<void> => {
    if (isUndone) return;
    isUndone = true;
    await undo?.();
  };
  try {
    return await afterDamage(home, damage, { file, n, restore, before, asideNow });
  } finally {
    await restore();
  }
}

async function afterDamage(
  home: Home,
  damage: Damage,
  {
    file,
    n,
    restore,
    before,
    asideNow,
  }: {
    readonly file: string;
    readonly n: number;
    readonly restore: () => Promise<void>;
    readonly before: ReadonlySet<string>;
    readonly asideNow: () => readonly string[];
  },
): Promise<{ startMs: number; wrong: string | null }> {
  // The file's age says what was lost, and it was written in virtual time.
  if (existsSync(file) && damage.outcome !== 'memory') utimesSync(file, home.now(), home.now());
  const subject = `After damage ${n}`;
  home.cloud.graph.mailbox(ada).deliver({ subject });
  await home.advance(2 * minute);
  const isListed = ({ alerts }: AppGlance): boolean => alerts.some((alert) => alert.subject === subject);
  const startedAt = performance.now();
  await home.app.start(home.now().getTime());
  const startMs = performance.now() - startedAt;
  await home.settle();
  const wrong: string[] = [];
  const isTold = damage.outcome !== 'memory' && damage.outcome !== 'anew';
  const listed = await home.until(isListed, isTold ? 2 * minute : 10 * second);
  const aside = asideNow().filter((name) => !before.has(name)).length;
  if (damage.outcome === 'memory') {
    // Told from now on; what came before is in the file, and is told once that can be opened.
    if ((await home.state()) !== 'configurationError') wrong.push('it is not said');
  } else if (damage.outcome === 'anew') {
    if ((await home.state()) !== 'notSetUp') wrong.push(`“${await home.state()}”`);
    await home.click('Sign in');
  } else if (listed === null) wrong.push('what came meanwhile is not in the list');
  if (damage.outcome !== 'either' && aside !== (damage.outcome === 'aside' ? 1 : 0))
    wrong.push(`${aside} files put aside`);
  await home.app.kill();
  await restore();
  await home.startApp();
  if (damage.outcome !== 'anew' && (await home.until(isListed, 2 * minute)) === null)
    wrong.push('and not after the next start either');
  await home.isGood(5 * minute).catch((error: unknown) => wrong.push(String(error)));
  return { startMs, wrong: wrong.length === 0 ? null : wrong.join(', ') };
}

const damaged: FaultTest = {
  goals: ['Q4'],
  plays: [...new Set([...damages.flatMap(({ fault }) => fault ?? []), 'disk.bit-flips'])],
  name: 'damaged histories',
  async run({ long, dice, verdicts, say }) {
    const flips = Array.from(
      { length: long ? 100 : 2 },
      (_, at): Damage => ({
        fault: 'disk.bit-flips',
        name: `bits flipped, ${at + 1}`,
        // A flipped bit can fall where nobody looks.
        outcome: 'either',
        do: (file, by) => {
          const bytes = readFileSync(file);
          for (let flip = by.whole(1, 40); flip > 0; flip -= 1) {
            const place = by.whole(0, bytes.length - 1);
            bytes[place] = (bytes[place] ?? 0) ^ (1 << by.whole(0, 7));
          }
          writeFileSync(file, bytes);
          return undefined;
        },
      }),
    );
    const chosen = long ? damages : damages.filter(({ fault }, at) => fault !== 'disk.truncated' || at % 3 === 0);
    const starts: number[] = [];
    const wrong: string[] = [];
    const byFault = new Map<string | null, { names: Set<string>; starts: number[]; wrong: string[] }>();
    await atHome({}, async (home) => {
      for (let n = 0; n < 40; n += 1) home.cloud.graph.mailbox(ada).deliver({ subject: `Before ${n}` });
      await home.advance(2 * minute);
      const lacks = readOnlyLacks(join(home.app.folder, 'app', 'logs'));
      if (lacks !== null)
        verdicts.notRun('F disk.read-only', 'a history that can only be read', 'starts, says so', lacks);
      let n = 0;
      for (const damage of [...chosen, ...flips]) {
        const isReadOnly = damage.fault === 'disk.read-only';
        if (isReadOnly && lacks !== null) continue;
        for (let time = 0; time < (isReadOnly && long ? 5 : 1); time += 1) {
          n += 1;
          const { startMs, wrong: why } = await oneDamage(home, damage, dice, n);
          starts.push(startMs);
          if (!flips.includes(damage))
            say(`  ${damage.name}: ${why ?? 'as it should be'}, started in ${Math.round(startMs)} ms`);
          if (why !== null) wrong.push(`${damage.name}: ${why}`);
          const found = byFault.get(damage.fault) ?? { names: new Set<string>(), starts: [], wrong: [] };
          byFault.set(damage.fault, found);
          found.names.add(damage.name);
          found.starts.push(startMs);
          if (why !== null) found.wrong.push(why);
        }
      }
    });
    for (const [fault, found] of byFault) {
      if (fault === null) continue;
      const slowest = largest(found.starts) / second;
      verdicts.check(
        `F ${fault}`,
        `${[...found.names][0]}${found.starts.length === 1 ? '' : ` and so on, ${found.starts.length} times`}`,
        `${found.wrong.length} wrong, slowest start ${slowest.toFixed(1)} s`,
        '0 wrong, ≤ 5 s',
        found.wrong.length === 0 && slowest <= 5,
        found.wrong[0],
      );
    }
    const slowest = largest(starts) / second;
    verdicts.check(
      'Q4',
      `${chosen.length} kinds of damage and ${flips.length} times flipped bits`,
      `${wrong.length} wrong, slowest start ${slowest.toFixed(1)} s`,
      '0 wrong, ≤ 5 s',
      wrong.length === 0 && slowest <= 5,
      wrong.length === 0 ? 'the start is that of the whole process' : wrong.join('; '),
    );
  },
};

const locked: FaultTest = {
  goals: ['Q4'],
  plays: ['disk.locked'],
  name: 'another process holds the history for ten seconds',
  async run({ verdicts }) {
    await atHome({}, async (home) => {
      const hold = `const { DatabaseSync } = require('node:sqlite'); const d = new DatabaseSync(process.argv[1]);
        d.exec('BEGIN EXCLUSIVE'); console.log('held'); setTimeout(() => { d.exec('COMMIT'); d.close(); }, 10_000);`;
      const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '-e', hold, historyOf(home)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(child.stdout, 'data');
      home.cloud.graph.mailbox(ada).deliver({ subject: 'While held' });
      await home.advance(30 * second);
      const during = await home.state();
      if (child.exitCode === null) await once(child, 'exit');
      const took = await home.see(
        'it is told',
        ({ alerts }) => alerts.some(({ subject }) => subject === 'While held'),
        5 * minute,
      );
      await home.isGood();
      verdicts.check(
        'Q4',
        'history locked by another process for 10 s',
        `nothing lost, told ${Math.round(took / second)} s after its end, meanwhile “${during}”`,
        '0 lost, ≤ 60 s',
        took <= minute,
      );
    });
  },
};

export const damage: readonly FaultTest[] = [damaged, locked];
