import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultSettings, weekdays } from '../../../main/domain/settings.ts';
import { createTelling } from './telling.ts';
import { ada } from './world.ts';

process.env.TZ = 'Europe/Berlin';

const minute = 60_000;
type Step =
  | { readonly do: 'mail'; readonly count: number; readonly gap: boolean }
  | { readonly do: 'pass'; readonly minutes: number }
  | { readonly do: 'pause'; readonly choice: 'oneHour' | 'untilTomorrow' | null }
  | { readonly do: 'quietHours'; readonly enabled: boolean }
  | { readonly do: 'jump'; readonly minutes: number }
  | { readonly do: 'reading'; readonly on: boolean }
  | { readonly do: 'restart' };
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    arbitrary: fc.record({ do: fc.constant('mail'), count: fc.integer({ min: 1, max: 8 }), gap: fc.boolean() }),
    weight: 4,
  },
  {
    arbitrary: fc.record({ do: fc.constant('pass'), minutes: fc.constantFrom(0, 1, 10, 59, 60, 61, 300, 900) }),
    weight: 4,
  },
  fc.record({ do: fc.constant('pause'), choice: fc.constantFrom('oneHour', 'untilTomorrow', null) }),
  fc.record({ do: fc.constant('quietHours'), enabled: fc.boolean() }),
  fc.record({ do: fc.constant('jump'), minutes: fc.integer({ min: -600, max: 600 }) }),
  fc.record({ do: fc.constant('reading'), on: fc.boolean() }),
  fc.record({ do: fc.constant('restart') }),
) as fc.Arbitrary<Step>;

const quietHours = {
  ...defaultSettings.quietHours,
  spans: [
    { days: [...weekdays], from: '22:00', to: '07:00' },
    { days: [...weekdays], from: '12:00', to: '13:00' },
  ],
};

test('whatever happens, each mail is told once, and never while it is quiet', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
      const rig = createTelling({ ...defaultSettings, quietHours: { ...quietHours, enabled: true } });
      const { show } = rig.toasts;
      let toldInQuiet = 0;
      rig.toasts.show = (toast) => {
        if (rig.telling().quietTime.now() !== null) toldInQuiet += 1;
        return show(toast);
      };
      rig.start();
      let arrived = 0;
      for (const each of steps) {
        switch (each.do) {
          case 'mail':
            arrived += rig.arrive(each.count).length;
            rig.announcer.announce(each.gap ? { cause: 'offline', since: rig.clock.now() } : null, ada.homeAccountId);
            break;
          case 'pass':
            await rig.pass(each.minutes * minute);
            break;
          case 'pause':
            rig.telling().quietTime.pause(each.choice);
            break;
          case 'quietHours':
            rig.change({ quietHours: { ...quietHours, enabled: each.enabled } });
            break;
          case 'jump':
            rig.jump(each.minutes * minute);
            break;
          case 'reading':
            if (each.on) rig.board.raise({ code: 'catching-up', account: ada.homeAccountId });
            else rig.board.clear('catching-up', ada.homeAccountId);
            break;
          case 'restart':
            rig.restart();
        }
      }
      rig.telling().quietTime.pause(null);
      // Past the end of any quiet hours, a burst and all patience; the next look at the mailbox finds nothing new.
      await rig.pass(24 * 60 * minute);
      rig.change({ quietHours: { ...quietHours, enabled: false } });
      await rig.pass(2 * minute);
      rig.announcer.announce(null, ada.homeAccountId);
      await rig.pass(minute);
      const told = rig.titles().reduce((sum, title) => sum + (Number.parseInt(title, 10) || 1), 0);
      expect({ told, toldInQuiet, waiting: rig.ledger.waiting().length }).toEqual({
        told: arrived,
        toldInQuiet: 0,
        waiting: 0,
      });
      rig.telling().stop();
      expect(rig.timers()).toBe(0);
      rig.close();
    }),
    { numRuns: 60 },
  );
}, 60_000);
