import { describe, expect, test } from 'vitest';
import type { MailFacts } from '../../../main/domain/alert.ts';
import { defaultSettings, type QuietHours, type Settings, weekdays } from '../../../main/domain/settings.ts';
import { change } from '../store/fixtures.ts';
import { createTelling } from './telling.ts';
import { ada, failure, grace } from './world.ts';

// The clock stands at 10:00 on Saturday, 21 November.
process.env.TZ = 'Europe/Berlin';

const minute = 60_000;
const hour = 60 * minute;
const vip: { mail: MailFacts } = {
  mail: { senderAddress: 'boss@contoso.example', conversationId: null, isImportant: false, isFocused: false },
};
const inConversation = (conversationId: string): { mail: MailFacts } => ({
  mail: { senderAddress: 'grace@contoso.example', conversationId, isImportant: false, isFocused: true },
});
/** Quiet from 11:00 to 13:00. */
const quietHours: QuietHours = {
  ...defaultSettings.quietHours,
  enabled: true,
  spans: [{ days: [...weekdays], from: '11:00', to: '13:00' }],
};
const withQuietHours: Settings = {
  ...defaultSettings,
  mail: { ...defaultSettings.mail, vips: ['boss@contoso.example'] },
  quietHours,
};
/** In the middle of quiet hours, at 12:00. */
async function atNoon(settings: Settings = withQuietHours) {
  const rig = createTelling(settings);
  rig.start();
  await rig.pass(2 * hour);
  return rig;
}

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

describe('gaps and quiet', () => {
  const slept = { cause: 'asleep' as const, since: new Date('2026-11-21T09:30:00Z') };

  test('a gap that ends in quiet hours is told of when they end', async () => {
    const rig = await atNoon();
    rig.arrive(4);
    rig.announcer.announce(slept, ada.homeAccountId);
    const during = rig.shown.length;
    await rig.pass(hour);
    expect([during, rig.texts()]).toEqual([
      0,
      ['4 messages | during quiet hours and while this computer slept, since 10:30'],
    ]);
  });

  test('of a gap that ends in quiet hours a VIP is told at once, in a digest of its own', async () => {
    const rig = await atNoon();
    rig.arrive(2, vip);
    rig.arrive(1);
    rig.announcer.announce(slept, ada.homeAccountId);
    await rig.pass(hour);
    expect(rig.texts()).toEqual([
      '2 messages | while this computer slept, since 10:30',
      '1 message | during quiet hours and while this computer slept, since 10:30',
    ]);
  });

  test('a reminder that may break through is told as one, also when a gap ends', async () => {
    const rig = await atNoon();
    rig.arrive(1, { kind: 'reminder', subject: 'Lunch', startsAt: new Date('2026-11-21T11:10:00Z') });
    rig.arrive(1, vip);
    rig.announcer.announce(slept, ada.homeAccountId);
    expect(rig.texts()).toEqual([
      expect.stringMatching(/^Lunch \| in 10 min/),
      '1 message | while this computer slept, since 10:30',
    ]);
  });

  test('a laptop that is opened after quiet hours tells of both in one digest', async () => {
    const rig = await atNoon();
    rig.arrive(1);
    rig.announcer.announce(null, ada.homeAccountId);
    // Waking: the mailbox is being read when the timer for the end of quiet hours runs.
    rig.board.raise({ code: 'catching-up', account: ada.homeAccountId });
    await rig.pass(hour + 5_000);
    const reading = rig.shown.length;
    rig.arrive(6);
    rig.board.clear('catching-up', ada.homeAccountId);
    rig.announcer.announce({ cause: 'asleep', since: new Date('2026-11-21T11:05:00Z') }, ada.homeAccountId);
    await rig.pass(24 * hour);
    expect([reading, rig.texts()]).toEqual([
      0,
      ['7 messages | during quiet hours and while this computer slept, since 11:00'],
    ]);
  });

  test('what cannot be read in a minute is not waited for', async () => {
    const rig = await atNoon();
    rig.arrive(1);
    rig.announcer.announce(null, ada.homeAccountId);
    rig.board.raise({ code: 'catching-up', account: ada.homeAccountId });
    await rig.pass(hour + 59_999);
    const before = rig.shown.length;
    await rig.pass(1);
    const waited = [...rig.texts()];
    rig.arrive(2);
    rig.board.clear('catching-up', ada.homeAccountId);
    rig.announcer.announce({ cause: 'offline', since: new Date('2026-11-21T11:30:00Z') }, ada.homeAccountId);
    expect([before, waited, rig.texts().slice(1)]).toEqual([
      0,
      ['1 message | during quiet hours, since 11:00'],
      ['2 messages | while Microsoft could not be reached, since 12:30'],
    ]);
  });

  test('two people share one digest at the end of quiet hours', async () => {
    const rig = await atNoon();
    rig.sessions.signedIn(grace);
    rig.arrive(1);
    rig.arrive(2, { account: grace.homeAccountId });
    rig.announcer.announce(null, ada.homeAccountId);
    rig.announcer.announce(null, grace.homeAccountId);
    await rig.pass(hour);
    expect(rig.texts()).toEqual(['3 messages | during quiet hours, since 11:00']);
  });

  test('what was held when it crashed is told in one digest at the next start', async () => {
    const rig = await atNoon();
    rig.arrive(9);
    rig.announcer.announce(null, ada.homeAccountId);
    rig.telling().stop();
    await rig.pass(hour + 5 * minute);
    rig.restart();
    expect(rig.texts()).toEqual(['9 messages | during quiet hours, since 11:00']);
  });

  test('a crash between the digest and its end makes no other digest', async () => {
    const rig = await atNoon();
    rig.arrive(1);
    rig.announcer.announce(null, ada.homeAccountId);
    const kept = rig.records.value('heldBack');
    await rig.pass(hour);
    rig.records.setValue('heldBack', kept);
    rig.restart();
    rig.arrive(1);
    rig.announcer.announce(null, ada.homeAccountId);
    expect(rig.texts().slice(1)).toEqual(['Grace Hopper | Mail 2']);
  });

  test('nothing more is said once it is stopped, and no timer is left', async () => {
    const rig = await atNoon();
    rig.arrive(3);
    rig.announcer.announce(null, ada.homeAccountId);
    rig.telling().stop();
    await rig.pass(24 * hour);
    expect([rig.shown, rig.timers(), rig.ledger.waiting().length]).toEqual([[], 0, 3]);
  });
});

describe('a muted conversation', () => {
  test('is in the list, quietly, until it is unmuted', () => {
    const rig = createTelling(withQuietHours);
    rig.start();
    const [first = ''] = rig.arrive(1, inConversation('c1'));
    rig.announcer.announce(null, ada.homeAccountId);
    rig.telling().muting.set(first, true);
    rig.arrive(1, inConversation('c1'));
    rig.arrive(1, { mail: { ...inConversation('c1').mail, senderAddress: 'boss@contoso.example' } });
    rig.arrive(1, inConversation('c2'));
    rig.announcer.announce(null, ada.homeAccountId);
    rig.telling().muting.set(first, false);
    rig.arrive(1, inConversation('c1'));
    rig.announcer.announce(null, ada.homeAccountId);
    expect([rig.texts(), rig.ledger.alerts({ limit: 9 }).length]).toEqual([
      ['Grace Hopper | Mail 1', 'Grace Hopper | Mail 4', 'Grace Hopper | Mail 5'],
      5,
    ]);
  });

  test('takes its toasts along, and only its own', () => {
    const rig = createTelling();
    rig.start();
    const [one = '', two = ''] = rig.arrive(2, inConversation('c1'));
    rig.arrive(1, inConversation('c2'));
    rig.arrive(1, { ...inConversation('c1'), account: grace.homeAccountId });
    rig.telling().muting.set(one, true);
    expect([rig.closed.toSorted(), rig.published]).toEqual([[one, two], ['alerts']]);
  });

  test('is not in the digest of quiet hours', async () => {
    const rig = await atNoon();
    const [one = ''] = rig.arrive(2, inConversation('c1'));
    rig.arrive(1, inConversation('c2'));
    rig.announcer.announce(null, ada.homeAccountId);
    rig.telling().muting.set(one, true);
    await rig.pass(hour);
    expect(rig.texts()).toEqual(['1 message | during quiet hours, since 11:00']);
  });

  test.each([
    ['a mail that is of none', { mail: { ...vip.mail } }],
    ['a meeting', { kind: 'meetingMoved' as const }],
    ['a mail of an older version', {}],
  ])('cannot be made of %s', (_what, changes) => {
    const rig = createTelling();
    const [id = ''] = rig.arrive(1, changes);
    expect(() => rig.telling().muting.set(id, true)).toThrow('no conversation');
  });
  test('cannot be made of what is not in the list', () => {
    expect(() => createTelling().telling().muting.set('gone', true)).toThrow('no conversation');
  });
});

describe('how much a toast says', () => {
  const secrets = /Grace|Hopper|Mail \d|Compiler|Room|ada@|First words/;
  const tellAll = async (contentLevel: Settings['contentLevel']) => {
    const rig = createTelling({ ...withQuietHours, contentLevel });
    rig.sessions.signedIn(grace);
    rig.start();
    rig.arrive(1, { detail: 'First words' });
    rig.arrive(1, { kind: 'meetingMoved', detail: 'Moved to Room 7' });
    rig.announcer.announce(null, ada.homeAccountId);
    rig.arrive(1, { kind: 'reminder', detail: 'Room 7', endsAt: new Date('2026-11-23T11:00:00Z') });
    rig.announcer.remind();
    rig.arrive(4, { kind: 'reminder', detail: 'Room 7', endsAt: new Date('2026-11-23T11:00:00Z') });
    rig.announcer.remind();
    rig.arrive(2);
    rig.announcer.announce({ cause: 'offline', since: rig.clock.now() }, ada.homeAccountId);
    rig.arrive(9);
    rig.announcer.announce(null, ada.homeAccountId);
    await rig.pass(hour);
    rig.arrive(2);
    rig.announcer.announce(null, ada.homeAccountId);
    await rig.pass(2 * hour);
    return rig.texts();
  };

  test('count only: neither a name nor a word of anything, in single toasts, reminders, summaries and digests', async () => {
    const texts = await tellAll('countOnly');
    expect(texts.length).toBeGreaterThan(6);
    expect(texts.filter((text) => secrets.test(text))).toEqual([]);
  });

  test('sender only: no subject, no place and no first words', async () => {
    const texts = await tellAll('senderOnly');
    expect(texts.filter((text) => /Mail \d|Compiler|Room|First words/.test(text))).toEqual([]);
    expect(texts.filter((text) => text.includes('Grace')).length).toBeGreaterThan(1);
  });
});
