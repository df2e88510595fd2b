/** What can become of the history on disk: the app starts all the same, keeps what it cannot read, and says so once. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Dice } from '../simulation/dice.ts';
import type { AppGlance } from '../stage/wire.ts';
import { ada, atHome, type FaultTest, type Home, hour, largest, minute, second } from './context.ts';

interface Damage {
  readonly name: string;
  /**
   * `aside`: it is put aside and a new one begins. `memory`: none can be used now. `either`: aside, or it still serves.
   * `anew`: as after a fresh installation, since nothing says that there was one before.
   */
  readonly outcome: 'aside' | 'memory' | 'either' | 'anew';
  /** Returns what ends it. */
  do(file: string, dice: Dice): (() => void | Promise<void>) | undefined | Promise<() => Promise<void>>;
}

const sql = (file: string, text: string): void => {
  const database = new DatabaseSync(file);
  database.exec(text);
  database.close();
};
const damages: readonly Damage[] = [
  ...[0, 10, 100, 4_096, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999].map(
    (where): Damage => ({
      name: `truncated at ${where < 1 && where > 0 ? `${where * 100} %` : where}`,
      outcome: where === 0.999 ? 'either' : 'aside',
      do: (file) => {
        const { size } = statSync(file);
        truncateSync(file, where < 1 ? Math.floor(size * where) : Math.min(size, where));
        return undefined;
      },
    }),
  ),
  {
    name: 'garbage in the first page',
    outcome: 'aside',
    do: (file) => {
      writeFileSync(file, readFileSync(file).fill(0x5a, 0, 4_000));
      return undefined;
    },
  },
  {
    name: 'replaced by text',
    outcome: 'aside',
    do: (file) => {
      writeFileSync(file, 'not a database\n'.repeat(1_000));
      return undefined;
    },
  },
  {
    name: 'without its log of the last writes',
    outcome: 'either',
    do: (file) => {
      rmSync(`${file}-wal`, { force: true });
      rmSync(`${file}-shm`, { force: true });
      return undefined;
    },
  },
  {
    name: 'written by a newer version',
    outcome: 'memory',
    do: (file) => {
      const database = new DatabaseSync(file);
      const version = Object.values(database.prepare('PRAGMA user_version').get() ?? {})[0];
      database.close();
      sql(file, 'PRAGMA user_version = 999');
      return () => sql(file, `PRAGMA user_version = ${version}`);
    },
  },
  {
    name: 'its folder read-only',
    outcome: 'memory',
    do: (file) => {
      chmodSync(file, 0o400);
      chmodSync(join(file, '..'), 0o500);
      return () => {
        chmodSync(join(file, '..'), 0o700);
        chmodSync(file, 0o600);
      };
    },
  },
  {
    name: 'gone',
    outcome: 'anew',
    do: (file) => {
      rmSync(file);
      return undefined;
    },
  },
];

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
  const restore = await damage.do(file, dice);
  // The file's age says what was lost, and it was written in virtual time.
  if (existsSync(file)) utimesSync(file, home.now(), home.now());
  const subject = `After damage ${n}`;
  home.cloud.graph.mailbox(ada).deliver({ subject });
  await home.advance(2 * minute);
  const isListed = ({ alerts }: AppGlance): boolean => alerts.some((alert) => alert.subject === subject);
  const startedAt = performance.now();
  await home.app.start(home.now().getTime());
  const startMs = performance.now() - startedAt;
  await home.settle();
  const wrong: string[] = [];
  const isTold = damage.outcome === 'aside' || damage.outcome === 'either';
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
  await restore?.();
  await home.startApp();
  if (damage.outcome !== 'anew' && (await home.until(isListed, 2 * minute)) === null)
    wrong.push('and not after the next start either');
  await home.isGood(5 * minute).catch((error: unknown) => wrong.push(String(error)));
  return { startMs, wrong: wrong.length === 0 ? null : wrong.join(', ') };
}

const damaged: FaultTest = {
  goals: ['Q4'],
  name: 'damaged histories',
  async run({ long, dice, verdicts, say }) {
    const isRoot = process.getuid?.() === 0;
    const flips = Array.from(
      { length: long ? 100 : 2 },
      (_, at): Damage => ({
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
    const chosen = (long ? damages : damages.filter((_, at) => at % 3 === 0 || at > 9)).filter(
      ({ name }) => !(isRoot && name.includes('read-only')),
    );
    const starts: number[] = [];
    const wrong: string[] = [];
    await atHome({}, async (home) => {
      for (let n = 0; n < 40; n += 1) home.cloud.graph.mailbox(ada).deliver({ subject: `Before ${n}` });
      await home.advance(2 * minute);
      let n = 0;
      for (const damage of chosen) {
        n += 1;
        const { startMs, wrong: why } = await oneDamage(home, damage, dice, n);
        starts.push(startMs);
        say(`  ${damage.name}: ${why ?? 'as it should be'}, started in ${Math.round(startMs)} ms`);
        if (why !== null) wrong.push(`${damage.name}: ${why}`);
      }
      say(`  ${chosen.length} kinds, ${wrong.length} wrong`);
      for (const flip of flips) {
        n += 1;
        const { startMs, wrong: why } = await oneDamage(home, flip, dice, n);
        starts.push(startMs);
        if (why !== null) wrong.push(`${flip.name}: ${why}`);
      }
    });
    const slowest = largest(starts) / second;
    verdicts.check(
      'Q4',
      `${chosen.length} kinds of damage and ${flips.length} times flipped bits`,
      `${wrong.length} wrong, slowest start ${slowest.toFixed(1)} s`,
      '0 wrong, ≤ 5 s',
      wrong.length === 0 && slowest <= 5,
      wrong.length === 0 ? 'the start is that of the whole process' : wrong.join('; '),
    );
    if (isRoot) verdicts.notRun('Q4', 'the folder read-only', 'starts, says so', 'root may write everywhere');
  },
};

const locked: FaultTest = {
  goals: ['Q4'],
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

const diskFull: FaultTest = {
  goals: ['Q4'],
  name: 'the disk is full',
  async run({ verdicts }) {
    const what = 'the disk is full, then is not';
    const wanted = 'says so, 0 lost, healthy after';
    const disk = mkdtempSync(join(tmpdir(), 'tidings-disk-'));
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', disk], { stdio: 'pipe' });
    } catch (error) {
      rmSync(disk, { recursive: true, force: true });
      verdicts.notRun(
        'Q4',
        what,
        wanted,
        `no small disk can be mounted here (${error instanceof Error ? error.message.split('\n')[0] : error})`,
      );
      return;
    }
    const before = process.env.TMPDIR;
    process.env.TMPDIR = disk;
    try {
      await atHome({}, async (home) => {
        const ballast = join(disk, 'ballast');
        fill(ballast);
        const lost: string[] = [];
        for (let n = 0; n < 60; n += 1)
          home.cloud.graph.mailbox(ada).deliver({ subject: `Full ${n} ${'x'.repeat(200)}` });
        await home.advance(4 * minute);
        const { headline } = (await home.app.glance()).app.health;
        rmSync(ballast);
        const took = await home.isGood(5 * minute);
        const subjects = new Set((await home.app.glance()).alerts.map(({ subject }) => subject));
        for (let n = 0; n < 60; n += 1)
          if (![...subjects].some((subject) => subject.startsWith(`Full ${n} `))) lost.push(`${n}`);
        verdicts.check(
          'Q4',
          what,
          `“${headline}”, ${lost.length} of 60 lost, healthy after ${Math.round(took / second)} s`,
          wanted,
          lost.length === 0 && /disk|store/i.test(headline) && took <= minute,
        );
      });
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
      execFileSync('umount', [disk]);
      rmSync(disk, { recursive: true, force: true });
    }
  },
};
/** To the last byte. */
function fill(file: string): void {
  for (const size of [1_000_000, 10_000, 512, 1]) {
    try {
      for (;;) writeFileSync(file, Buffer.alloc(size), { flag: 'a' });
    } catch {
      // Full at this grain.
    }
  }
}

const folderGone: FaultTest = {
  goals: ['Q4'],
  name: 'the profile folder is gone',
  async run({ verdicts }) {
    await atHome({}, async (home) => {
      await home.app.quit();
      const folder = join(home.app.folder, 'app');
      rmSync(folder, { recursive: true });
      await home.advance(hour);
      await home.startApp();
      const state = await home.state();
      verdicts.check(
        'Q4',
        'the profile folder is gone',
        `starts, “${state}”, folder ${existsSync(folder) ? 'made anew' : 'missing'}`,
        'starts',
        existsSync(folder) && ['allGood', 'notSetUp', 'catchingUp'].includes(state),
      );
      mkdirSync(folder, { recursive: true });
    });
  },
};

export const damage: readonly FaultTest[] = [damaged, locked, diskFull, folderGone];
