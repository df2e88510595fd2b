import { describe, expect, test } from 'vitest';
import { weekdays } from '../../../main/domain/settings.ts';
import { change } from '../store/fixtures.ts';
import { atNoon, hour, inConversation, minute, quietHours, vip, withQuietHours } from './quiet-samples.ts';
import { createTelling } from './telling.ts';
import { ada, failure } from './world.ts';

describe('quiet hours', () => {
  test('hold everything until they end, and then one digest tells of it', async () => {
    const rig = await atNoon();
    rig.arrive(2);
    rig.announcer.announce(null, ada.homeAccountId);
    await rig.pass(30 * minute);
    rig.arrive(1, { kind: 'meetingMoved' });
    rig.announcer.announce(null, ada.homeAccountId);
    await rig.pass(30 * minute - 1);
    const before = [...rig.texts()];
    await rig.pass(1);
    await rig.pass(24 * hour);
    expect([before, rig.texts(), rig.ledger.waiting()]).toEqual([
      [],
      ['2 messages and 1 moved meeting | during quiet hours, since 11:00'],
      [],
    ]);
  });

  test('that nothing happened in end without a word', async () => {
    const rig = await atNoon();
    await rig.pass(2 * hour);
    expect(rig.shown).toEqual([]);
  });

  test('are shown with their end, and leave the tray as it was', async () => {
    const rig = createTelling(withQuietHours);
    rig.start();
    const before = rig.telling().quietTime.now();
    await rig.pass(hour);
    const during = rig.telling().quietTime.now();
    expect([before, during?.why, during?.until, rig.board.health().state, rig.published]).toEqual([
      null,
      'quietHours',
      new Date('2026-11-21T12:00:00Z'),
      'allGood',
      ['state'],
    ]);
  });

  test('what was read elsewhere meanwhile is not told of', async () => {
    const rig = await atNoon();
    const ids = rig.arrive(3);
    rig.announcer.announce(null, ada.homeAccountId);
    rig.ledger.apply(change({ settle: ids.slice(0, 2) }));
    await rig.pass(hour);
    expect(rig.texts()).toEqual(['1 message | during quiet hours, since 11:00']);
  });

  test('when all was read elsewhere there is nothing to tell, and the next mail is told as ever', async () => {
    const rig = await atNoon();
    const ids = rig.arrive(3);
    rig.announcer.announce(null, ada.homeAccountId);
    rig.ledger.apply(change({ settle: ids }));
    await rig.pass(hour);
    rig.arrive(1);
    rig.announcer.announce(null, ada.homeAccountId);
    expect(rig.texts()).toEqual(['Grace Hopper | Mail 4']);
  });

  test('let a VIP and a reminder through, and hold what comes beside them', async () => {
    const rig = await atNoon();
    rig.arrive(1);
    rig.arrive(1, { ...vip, who: 'The boss' });
    rig.announcer.announce(null, ada.homeAccountId);
    rig.arrive(1, {
      kind: 'reminder',
      startsAt: new Date('2026-11-21T11:10:00Z'),
      endsAt: new Date('2026-11-21T11:40:00Z'),
    });
    rig.announcer.remind();
    await rig.pass(hour);
    expect(rig.texts()).toEqual([
      'The boss | Mail 2',
      expect.stringContaining('in 10 min'),
      '1 message | during quiet hours, since 11:00',
    ]);
  });

  test('hold even those when the person wants it so; a reminder whose meeting is over is told no more', async () => {
    const rig = await atNoon({
      ...withQuietHours,
      quietHours: { ...quietHours, vipsBreakThrough: false, remindersBreakThrough: false },
    });
    rig.arrive(1, vip);
    rig.arrive(1, {
      kind: 'reminder',
      startsAt: new Date('2026-11-21T11:10:00Z'),
      endsAt: new Date('2026-11-21T11:40:00Z'),
    });
    rig.arrive(1, {
      kind: 'reminder',
      subject: 'Lunch',
      startsAt: new Date('2026-11-21T12:05:00Z'),
      endsAt: new Date('2026-11-21T13:00:00Z'),
    });
    rig.announcer.announce(null, ada.homeAccountId);
    rig.announcer.remind();
    const during = [...rig.texts()];
    await rig.pass(hour);
    expect([during, rig.texts()]).toEqual([
      [],
      [expect.stringMatching(/^Lunch \| in 5 min/), '1 message | during quiet hours, since 11:00'],
    ]);
  });

  test('a summary of a burst that was planned before they began is held as well', async () => {
    const rig = createTelling(withQuietHours);
    rig.start();
    await rig.pass(hour - 5_000);
    rig.arrive(12);
    rig.announcer.announce(null, ada.homeAccountId);
    await rig.pass(hour);
    const during = rig.shown.length;
    await rig.pass(2 * hour);
    expect([during, rig.texts().slice(5)]).toEqual([5, ['7 messages | during quiet hours, since 11:00']]);
  });

  test('that cannot be reckoned hold nothing back, and the log says so once', async () => {
    const broken = { ...quietHours, spans: [{ days: [...weekdays], from: 'eleven', to: '13:00' }] };
    const rig = await atNoon({ ...withQuietHours, quietHours: broken });
    rig.arrive(1);
    rig.announcer.announce(null, ada.homeAccountId);
    expect([rig.texts(), rig.logged('quiet.failed').length]).toEqual([['Grace Hopper | Mail 1'], 1]);
  });

  test('a rule that cannot be looked up keeps nothing back', async () => {
    const rig = createTelling();
    rig.start();
    rig.mutes.has = () => {
      throw failure('storage');
    };
    rig.arrive(1, inConversation('c1'));
    rig.announcer.announce(null, ada.homeAccountId);
    expect([rig.texts(), rig.logged('rules.failed').length]).toEqual([['Grace Hopper | Mail 1'], 1]);
  });

  test('switched off by the person end at that moment', async () => {
    const rig = await atNoon();
    rig.arrive(2);
    rig.announcer.announce(null, ada.homeAccountId);
    rig.change({ quietHours: { ...quietHours, enabled: false } });
    await rig.pass(24 * hour);
    expect(rig.texts()).toEqual(['2 messages | during quiet hours, since 11:00']);
  });

  test('switched on by the person begin at that moment, and last as long as the new hours say', async () => {
    const rig = createTelling();
    rig.start();
    await rig.pass(2 * hour);
    rig.change({ quietHours });
    rig.arrive(1);
    rig.announcer.announce(null, ada.homeAccountId);
    rig.change({ quietHours: { ...quietHours, spans: [{ days: ['sat'], from: '11:00', to: '12:30' }] } });
    await rig.pass(30 * minute - 1);
    const before = rig.shown.length;
    await rig.pass(1);
    expect([before, rig.texts()]).toEqual([0, ['1 message | during quiet hours, since 11:00']]);
  });

  test('end at once when the clock is set past their end, or to before they began', async () => {
    const texts = await Promise.all(
      [90 * minute, -90 * minute].map(async (gapMs) => {
        const rig = await atNoon();
        rig.arrive(1);
        rig.announcer.announce(null, ada.homeAccountId);
        rig.jump(gapMs);
        return rig.texts();
      }),
    );
    expect(texts.map((each) => each.length)).toEqual([1, 1]);
  });

  test('begin when the clock is set into them, and end where it then says so', async () => {
    const rig = createTelling(withQuietHours);
    rig.start();
    rig.jump(90 * minute);
    rig.arrive(1);
    rig.announcer.announce(null, ada.homeAccountId);
    await rig.pass(90 * minute - 1);
    const before = rig.shown.length;
    await rig.pass(1);
    expect([before, rig.texts()]).toEqual([0, ['1 message | during quiet hours, since 11:00']]);
  });

  test('a clock that is set back and forth within them ends them once', async () => {
    const rig = await atNoon();
    rig.arrive(2);
    rig.announcer.announce(null, ada.homeAccountId);
    rig.jump(-30 * minute);
    rig.jump(20 * minute);
    await rig.pass(70 * minute - 1);
    const before = rig.shown.length;
    await rig.pass(24 * hour);
    expect([before, rig.texts()]).toEqual([0, ['2 messages | during quiet hours, since 11:00']]);
  });
});
