/** All that decides whether and when the person is told, on a clock that stands still and a real store in memory. */
import { composeTelling } from '../../../main/core/telling.ts';
import type { Alert } from '../../../main/domain/alert.ts';
import type { Clock } from '../../../main/domain/ports.ts';
import { defaultSettings, type Settings } from '../../../main/domain/settings.ts';
import { alertOf } from '../domain/samples.ts';
import { change } from '../store/fixtures.ts';
import { ada, createDesktop, createSessions, createWorld } from './world.ts';

export function createTelling(first: Settings = defaultSettings) {
  const world = createWorld();
  const desktop = createDesktop();
  const sessions = createSessions(world);
  sessions.signedIn(ada);
  const jumps = new Set<(gapMs: number) => void>();
  let setBy = 0;
  const clock: Clock = {
    now: () => new Date(world.clock.now().getTime() + setBy),
    after: world.clock.after,
    onJump(listener) {
      jumps.add(listener);
      return () => jumps.delete(listener);
    },
  };
  const published: string[] = [];
  let settings = first;
  let count = 0;
  const compose = () =>
    composeTelling({
      store: world,
      toasts: desktop.toasts,
      clock,
      log: world.log,
      board: world.board,
      sessions,
      settings: () => settings,
      publish: (what) => published.push(what),
    });
  let telling = compose();

  return {
    ...world,
    ...desktop,
    sessions,
    published,
    telling: () => telling,
    get announcer() {
      return telling.announcer;
    },
    start: () => telling.start(),
    /** As after a crash: nothing of the first run goes on. */
    restart() {
      telling.stop();
      telling = compose();
      telling.start();
    },
    /** The clock on the wall is set, by so much; timers do not run for that. */
    jump(gapMs: number) {
      setBy += gapMs;
      for (const listener of [...jumps]) listener(gapMs);
    },
    change(next: Partial<Settings>) {
      settings = { ...settings, ...next };
      telling.quietTime.look();
    },
    arrive(howMany: number, changes: Partial<Alert> = {}): string[] {
      const alerts = Array.from({ length: howMany }, () => {
        count += 1;
        return alertOf(changes.kind ?? 'mail', {
          id: `${changes.kind ?? 'mail'}:${count}`,
          account: ada.homeAccountId,
          subject: `Mail ${count}`,
          at: new Date(world.clock.now().getTime() + count),
          ...changes,
        });
      });
      world.ledger.apply(change({ alerts: alerts.map((alert) => ({ alert, announcement: 'waiting' as const })) }));
      return alerts.map(({ id }) => id);
    },
    bodies: () => desktop.shown.map(({ body }) => body),
    texts: () => desktop.shown.map(({ title, body }) => `${title} | ${body}`),
  };
}
