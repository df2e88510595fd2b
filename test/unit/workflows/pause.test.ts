import { describe, expect, test } from 'vitest';
import { hour, minute, quietHours, vip, withQuietHours } from './quiet-samples.ts';
import { createTelling } from './telling.ts';
import { ada, failure } from './world.ts';

describe('a pause', () => {
  test('holds everything, VIPs and reminders too, and says so and until when', async () => {
    const rig = createTelling(withQuietHours);
    rig.start();
    rig.telling().quietTime.pause('oneHour');
    rig.arrive(1, vip);
    rig.arrive(1);
    rig.announcer.announce(null, ada.homeAccountId);
    rig.arrive(1, { kind: 'reminder', endsAt: new Date('2026-11-21T09:40:00Z') });
    rig.announcer.remind();
    const { state, cause } = rig.board.health();
    expect([rig.shown, state, cause]).toEqual([
      [],
      'paused',
      { code: 'paused', account: null, until: new Date('2026-11-21T10:00:00Z'), since: rig.clock.now() },
    ]);
  });

  test('ends by itself with one digest, and the tray is good again', async () => {
    const rig = createTelling();
    rig.start();
    rig.telling().quietTime.pause('oneHour');
    rig.arrive(3);
    rig.announcer.announce(null, ada.homeAccountId);
    await rig.pass(hour - 1);
    const before = [rig.shown.length, rig.board.health().state];
    await rig.pass(1);
    expect([before, rig.texts(), rig.board.health().state, rig.records.value('pause')]).toEqual([
      [0, 'paused'],
      ['3 messages | while paused, since 10:00'],
      'allGood',
      null,
    ]);
  });

  test('ends at a click', async () => {
    const rig = createTelling();
    rig.start();
    rig.telling().quietTime.pause('untilTomorrow');
    rig.arrive(1);
    rig.announcer.announce(null, ada.homeAccountId);
    await rig.pass(5 * minute);
    rig.telling().quietTime.pause(null);
    expect([rig.texts(), rig.telling().quietTime.now()]).toEqual([['1 message | while paused, since 10:00'], null]);
  });

  test('survives a restart, and so does what it holds', async () => {
    const rig = createTelling();
    rig.start();
    rig.telling().quietTime.pause('oneHour');
    rig.arrive(2);
    rig.announcer.announce(null, ada.homeAccountId);
    await rig.pass(20 * minute);
    rig.restart();
    rig.arrive(1);
    rig.announcer.announce(null, ada.homeAccountId);
    const during = [rig.shown.length, rig.board.health().state];
    await rig.pass(40 * minute);
    expect([during, rig.texts()]).toEqual([[0, 'paused'], ['3 messages | while paused, since 10:00']]);
  });

  test('that ended while Tidings did not run is over at the start, and its digest comes then', async () => {
    const rig = createTelling();
    rig.start();
    rig.telling().quietTime.pause('oneHour');
    rig.arrive(2);
    rig.announcer.announce(null, ada.homeAccountId);
    rig.telling().stop();
    await rig.pass(hour);
    rig.restart();
    expect([rig.texts(), rig.board.health().state]).toEqual([['2 messages | while paused, since 10:00'], 'allGood']);
  });

  test('before quiet hours: one digest at the end of both, which names both', async () => {
    const rig = createTelling(withQuietHours);
    rig.start();
    await rig.pass(30 * minute);
    rig.telling().quietTime.pause('oneHour');
    rig.arrive(1);
    rig.announcer.announce(null, ada.homeAccountId);
    await rig.pass(hour);
    const between = [...rig.texts()];
    await rig.pass(90 * minute);
    expect([between, rig.texts()]).toEqual([[], ['1 message | while paused and during quiet hours, since 10:30']]);
  });

  test('that quiet hours follow lets go of what may break through those', async () => {
    const rig = createTelling(withQuietHours);
    rig.start();
    await rig.pass(30 * minute);
    rig.telling().quietTime.pause('oneHour');
    rig.arrive(2, vip);
    rig.arrive(3);
    rig.announcer.announce(null, ada.homeAccountId);
    await rig.pass(3 * hour);
    expect(rig.texts()).toEqual([
      '2 messages | while paused, since 10:30',
      '3 messages | while paused and during quiet hours, since 10:30',
    ]);
  });

  test('ends by the clock on the wall, and at once when that is set to before it began', () => {
    const texts = [61 * minute, 59 * minute, -4 * minute, -24 * hour].map((gapMs) => {
      const rig = createTelling();
      rig.start();
      rig.telling().quietTime.pause('oneHour');
      rig.arrive(1);
      rig.announcer.announce(null, ada.homeAccountId);
      rig.jump(gapMs);
      return rig.texts().length;
    });
    expect(texts).toEqual([1, 0, 0, 1]);
  });

  test('that could not be stored is refused, and nothing is paused', () => {
    const rig = createTelling();
    rig.start();
    rig.records.setValue = () => {
      throw failure('storage');
    };
    expect(() => rig.telling().quietTime.pause('oneHour')).toThrow('storage');
    expect([rig.telling().quietTime.now(), rig.board.health().state]).toEqual([null, 'allGood']);
  });

  test.each(['', '{}', '[]', 'null', '{"since":"x","until":"y"}', '"paused"', '{"since":1}'])(
    'that was stored as %s is none',
    (json) => {
      const rig = createTelling();
      rig.records.setValue('pause', json);
      rig.restart();
      expect(rig.telling().quietTime.now()).toBeNull();
    },
  );

  test('holds on though quiet hours cannot be reckoned', async () => {
    const rig = createTelling({
      ...withQuietHours,
      quietHours: { ...quietHours, spans: [{ days: ['sat'], from: '?', to: '?' }] },
    });
    rig.start();
    rig.telling().quietTime.pause('oneHour');
    rig.arrive(1);
    rig.announcer.announce(null, ada.homeAccountId);
    await rig.pass(hour);
    expect(rig.texts()).toEqual(['1 message | while paused, since 10:00']);
  });
});
