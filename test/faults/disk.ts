/** The disk itself: full, read-only, slow, and the profile folder gone. */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ada, atHome, type FaultTest, goodWithNextMail, hour, largest, minute, second } from './context.ts';
import { readOnly, readOnlyLacks } from './damages.ts';
import { startNative } from './native.ts';
import { judgeTrouble, playTrouble, type Trouble } from './trouble.ts';

const diskFull: FaultTest = {
  goals: ['Q4'],
  plays: ['disk.full'],
  name: 'the disk is full',
  async run({ long, verdicts }) {
    const times = long ? 5 : 1;
    const what = `the disk is full, then is not${long ? `, ${times} times` : ''}`;
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
    const before = process.env.TIDINGS_SCRATCH;
    process.env.TIDINGS_SCRATCH = disk;
    try {
      await atHome({}, async (home) => {
        const ballast = join(disk, 'ballast');
        const lost: string[] = [];
        const took: number[] = [];
        let saidSo = true;
        const headlines = new Set<string>();
        const isOf = (time: number, subject: string | null): boolean => subject?.startsWith(`Full ${time}-`) === true;
        for (let time = 1; time <= times; time += 1) {
          fill(ballast);
          for (let n = 0; n < 60; n += 1)
            home.cloud.graph.mailbox(ada).deliver({ subject: `Full ${time}-${n} ${'x'.repeat(200)}` });
          await home.advance(4 * minute);
          const { app, alerts } = await home.app.glance();
          const isFull = /disk|store/i.test(app.health.headline);
          if (isFull) headlines.add(app.health.headline);
          // A file that has been larger may still have room within.
          saidSo &&= isFull || alerts.filter(({ subject }) => isOf(time, subject)).length === 60;
          rmSync(ballast);
          const heard = await home.see(
            'all of them',
            (seen) => seen.alerts.filter(({ subject }) => isOf(time, subject)).length >= 60,
            5 * minute,
          );
          took.push(heard + ((await goodWithNextMail(home, `${time}`)) ?? Number.POSITIVE_INFINITY));
          const subjects = (await home.app.glance()).alerts.map(({ subject }) => subject ?? '');
          for (let n = 0; n < 60; n += 1)
            if (subjects.filter((subject) => subject.startsWith(`Full ${time}-${n} `)).length !== 1) lost.push(`${n}`);
        }
        verdicts.check(
          'Q4',
          what,
          `“${[...headlines].join('”, “')}”, ${lost.length} of ${60 * times} lost, healthy after ${Math.round(largest(took) / second)} s`,
          wanted,
          lost.length === 0 && saidSo && headlines.size > 0 && largest(took) <= minute,
        );
      });
    } finally {
      if (before === undefined) delete process.env.TIDINGS_SCRATCH;
      else process.env.TIDINGS_SCRATCH = before;
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
  plays: ['disk.folder-gone'],
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

const bundle = fileURLToPath(new URL('../../out/main/start-browser.js', import.meta.url));

const folderReadOnly: FaultTest = {
  goals: ['Q4'],
  plays: ['disk.read-only'],
  name: 'the profile folder is read-only',
  async run({ long, verdicts }) {
    const [what, wanted] = [
      'the built browser shell on a read-only profile folder',
      'ends within 5 s and says why; 0 lost',
    ];
    await atHome({}, async (home) => {
      const folder = join(home.app.folder, 'app');
      const lacks = process.getuid?.() === 0 ? readOnlyLacks(folder) : 'its owner makes it writable again, and goes on';
      if (lacks !== null) return verdicts.notRun('Q4', what, wanted, lacks);
      // The name that the front door looks for.
      symlinkSync('app', join(home.app.folder, 'tidings'));
      const env = { HOME: home.app.folder, XDG_CONFIG_HOME: home.app.folder, PATH: home.app.folder };
      const took: number[] = [];
      const wrong: string[] = [];
      for (let time = 1; time <= (long ? 5 : 1); time += 1) {
        await home.app.quit();
        const subject = `While it was read-only ${time}`;
        const undo = readOnly(folder);
        const startedAt = performance.now();
        try {
          const options = { env, timeout: 30_000 };
          const said = await promisify(execFile)(process.execPath, [bundle], options).then(
            () => 'it ended well',
            ({ code, stderr }: { code?: number; stderr?: string }) => `${code}: ${stderr}`,
          );
          if (!/^1: Tidings cannot start: Tidings cannot use its folder .*\n$/.test(said))
            wrong.push(said.slice(0, 300));
        } finally {
          undo();
        }
        took.push(performance.now() - startedAt);
        home.cloud.graph.mailbox(ada).deliver({ subject });
        await home.advance(minute);
        await home.startApp();
        await home.see('it is told', ({ alerts }) => alerts.some((alert) => alert.subject === subject), 2 * minute);
        await home.isGood();
      }
      const measured = `says so ${took.length - wrong.length} of ${took.length} times, after at most ${(largest(took) / second).toFixed(1)} s; 0 lost`;
      verdicts.check('Q4', what, measured, wanted, wrong.length === 0 && largest(took) <= 5 * second, wrong[0]);
    });
  },
};

const slowTrouble: Omit<Trouble, 'begin'> = {
  fault: 'disk.slow',
  what: 'every flush to disk takes half a second longer',
  // A mail that waits for flushes is no mail that is lost, but its answer must not come too late for Graph.
  healsWithinMs: minute,
};
const slow: FaultTest = {
  goals: [],
  plays: ['disk.slow'],
  name: 'a slow disk',
  async run({ verdicts, dice, long }) {
    const native = startNative();
    if (typeof native === 'string')
      return verdicts.notRun('F disk.slow', slowTrouble.what, 'answers within 3 s, well within 60 s', native);
    try {
      await atHome({ env: native.env }, async (home) => {
        const since = home.cloud.graph.deliveries.length;
        const trouble: Trouble = {
          ...slowTrouble,
          begin() {
            native.set('slow-disk', true);
            return () => native.set('slow-disk', false);
          },
        };
        const course = await playTrouble(home, trouble, dice.between(1, long ? 10 : 1) * minute);
        const late = home.cloud.graph.deliveries.slice(since).filter(({ outcome }) => outcome !== 202).length;
        const wrong = late === 0 ? [] : [`${late} notifications were not answered in time`];
        judgeTrouble(verdicts, trouble, [{ ...course, wrong: [...course.wrong, ...wrong] }]);
      });
    } finally {
      native.stop();
    }
  },
};

export const disk: readonly FaultTest[] = [diskFull, folderGone, folderReadOnly, slow];
