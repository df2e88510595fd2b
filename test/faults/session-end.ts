/** The session ends: the system sends SIGTERM and waits for little. Played on the built browser shell, in real time. */
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startTarget, type Target, username } from '../fuzz/target.ts';
import { type FaultTest, largest, second } from './context.ts';

/** What `init` systems give a program before they kill it is 90 s; desktops are less patient. */
const limitMs = 3_300;

async function subjectsOf(target: Target): Promise<readonly (string | null)[]> {
  const subjects: (string | null)[] = [];
  for (let before: string | null = null; ; ) {
    const page: Awaited<ReturnType<typeof target.ask<'alerts:list'>>> = await target.ask('alerts:list', before, '');
    subjects.push(...page.alerts.map(({ subject }) => subject));
    if (page.next === null) return subjects;
    before = page.next;
  }
}

const logoff: FaultTest = {
  goals: [],
  plays: ['desktop.logoff'],
  name: 'the session ends while something is written',
  async run({ long, dice, verdicts }) {
    const [what, wanted] = ['the session ends while 60 mails arrive', `ends within ${limitMs / second} s, 0 lost`];
    if (!existsSync(fileURLToPath(new URL('../../out/main/start-browser.js', import.meta.url))))
      return verdicts.notRun('F desktop.logoff', what, wanted, 'not built');
    const times = long ? 5 : 1;
    const took: number[] = [];
    const wrong: string[] = [];
    const target = await startTarget();
    try {
      for (let time = 1; time <= times; time += 1) {
        const names = Array.from({ length: 60 }, (_, n) => `Session ${time}, ${n}`);
        for (const subject of names) target.cloud.graph.mailbox(username).deliver({ subject });
        await delay(dice.between(0, 400));
        const startedAt = performance.now();
        await target.quit();
        took.push(performance.now() - startedAt);
        await target.start();
        await target.until(({ health }) => health.state === 'allGood', 'all good');
        const subjects = await subjectsOf(target);
        for (const name of names) {
          const listed = subjects.filter((subject) => subject === name).length;
          if (listed !== 1) wrong.push(`“${name}” is listed ${listed} times`);
        }
      }
      if (target.crashes() > 0) wrong.push(`${target.crashes()} ends that nobody asked for`);
    } finally {
      await target.stop();
    }
    verdicts.check(
      'F desktop.logoff',
      `${what}, ${times} times`,
      `ended within ${(largest(took) / second).toFixed(1)} s, ${wrong.length} wrong`,
      wanted,
      largest(took) <= limitMs && wrong.length === 0,
      wrong[0] ?? 'the built browser shell, by SIGTERM; Electron’s own session end is not run without its binary',
    );
  },
};

export const sessionEnd: readonly FaultTest[] = [logoff];
