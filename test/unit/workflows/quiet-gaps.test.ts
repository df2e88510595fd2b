import { describe, expect, test } from 'vitest';
import { atNoon, hour, minute, vip } from './quiet-samples.ts';
import { ada, grace } from './world.ts';

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
