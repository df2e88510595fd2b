import { expect, test } from 'vitest';
import { defaultSettings } from '../../../main/domain/settings.ts';
import { change } from '../store/fixtures.ts';
import { createTelling as rig } from './telling.ts';
import { ada, failure, grace } from './world.ts';

process.env.TZ = 'Europe/Berlin';

test('gives each alert a toast of its own, oldest first, and then marks it', () => {
  const { announcer, arrive, shown, ledger } = rig();
  arrive(2);
  announcer.announce(null);
  announcer.announce(null);
  expect([shown, ledger.waiting()]).toEqual([
    [
      { key: 'mail:1', title: 'Grace Hopper', body: 'Mail 1', urgent: false },
      { key: 'mail:2', title: 'Grace Hopper', body: 'Mail 2', urgent: false },
    ],
    [],
  ]);
});

test('marks an alert only after the desktop took its toast', () => {
  const { announcer, arrive, ledger, toasts } = rig();
  arrive(1);
  toasts.show = () => {
    throw failure('unexpected');
  };
  expect(() => announcer.announce(null)).toThrow();
  expect(ledger.waiting().map(({ id }) => id)).toEqual(['mail:1']);
});

test('shows five toasts in ten seconds, then one summary of the rest', async () => {
  const { announcer, arrive, titles, pass, ledger } = rig();
  arrive(12);
  announcer.announce(null);
  const atOnce = titles().length;
  await pass(9_999);
  const before = titles().length;
  await pass(1);
  expect([atOnce, before, titles().slice(5), ledger.waiting()]).toEqual([5, 5, ['7 messages'], []]);
});

test('comes to the summary ten seconds after the burst, however long the storm lasts', async () => {
  const { announcer, arrive, titles, pass } = rig();
  for (let second = 0; second < 30; second += 1) {
    arrive(3);
    announcer.announce(null);
    await pass(1_000);
  }
  await pass(30_000);
  const told = titles();
  const summaries = told.filter((title) => title.endsWith(' messages')).map((title) => Number.parseInt(title, 10));
  const single = told.length - summaries.length;
  expect({
    all: single + summaries.reduce((sum, count) => sum + count, 0),
    atMost: told.length <= 4 * 6,
    summaries: summaries.length >= 3,
  }).toEqual({ all: 90, atMost: true, summaries: true });
});

test('shows a toast again ten seconds after a burst', async () => {
  const { announcer, arrive, pass, titles } = rig();
  arrive(5);
  announcer.announce(null);
  await pass(10_000);
  arrive(1);
  announcer.announce(null);
  expect(titles()).toHaveLength(6);
});

test('tells of a gap in one digest, whatever it held back', () => {
  const { announcer, arrive, shown, ledger, clock } = rig();
  arrive(6);
  arrive(1, { id: 'meetingMoved:1', kind: 'meetingMoved' });
  announcer.announce({ cause: 'signedOut', since: new Date(clock.now().getTime() - 48 * 60_000) });
  expect([shown, ledger.waiting()]).toEqual([
    [
      {
        key: 'digest',
        title: '6 messages and 1 moved meeting',
        body: 'while you were signed out, since 09:12',
        urgent: false,
      },
    ],
    [],
  ]);
});

test('shows nothing after a gap in which nothing happened', () => {
  const { announcer, shown, clock } = rig();
  announcer.announce({ cause: 'asleep', since: clock.now() });
  expect(shown).toEqual([]);
});

test('tells of what a crash left untold, once', () => {
  const { announcer, arrive, titles } = rig();
  arrive(1);
  announcer.announce(null);
  expect(titles()).toEqual(['Grace Hopper']);
});

test('does not put more into a summary than the person allows', async () => {
  const { announcer, arrive, shown, pass } = rig({ ...defaultSettings, contentLevel: 'countOnly' });
  arrive(7);
  announcer.announce(null);
  await pass(10_000);
  expect(JSON.stringify(shown)).not.toMatch(/Grace|Mail/);
});

test('tells the digests of two accounts apart at every level, at “count only” without a person’s name', () => {
  const names = (['full', 'countOnly'] as const).map((contentLevel) => {
    const { announcer, arrive, sessions, shown } = rig({ ...defaultSettings, contentLevel });
    sessions.signedIn(grace);
    arrive(1);
    announcer.announce({ cause: 'offline', since: new Date('2026-11-20T08:00:00Z') }, ada.homeAccountId);
    return shown.map(({ body }) => body.replace(/^.*\(|\)$/g, ''));
  });
  expect(names).toEqual([[ada.username], [ada.username.split('@')[1]]]);
});

test('takes back the toast of what was read elsewhere, and does not count it', async () => {
  const { announcer, arrive, closed, ledger, pass, titles } = rig();
  const ids = arrive(8);
  announcer.announce(null);
  ledger.apply(change({ settle: [ids[0] ?? '', ids[6] ?? ''] }));
  announcer.settle([ids[0] ?? '']);
  await pass(10_000);
  expect([closed, titles().at(-1)]).toEqual([['mail:1'], '2 messages']);
});

test('takes back what tells of several things with the last of them', async () => {
  const { announcer, arrive, closed, pass } = rig();
  const [, , , , , sixth = '', seventh = ''] = arrive(7);
  announcer.announce(null);
  await pass(10_000);
  const digested = arrive(2);
  announcer.announce({ cause: 'offline', since: new Date('2026-11-20T08:00:00Z') }, ada.homeAccountId);
  announcer.settle([sixth, ...digested]);
  const early = closed.filter((key) => !key.startsWith('mail:'));
  announcer.settle([seventh]);
  expect([early, closed.filter((key) => !key.startsWith('mail:'))]).toEqual([
    [`digest:${ada.homeAccountId}`],
    [`digest:${ada.homeAccountId}`, 'summary'],
  ]);
});

test('says so when the desktop shows no toasts, keeps the alert in the list, and recovers by itself', () => {
  const { announcer, arrive, desktop, warnings, ledger } = rig();
  desktop.answer = 'unavailable';
  arrive(1);
  announcer.announce(null);
  const during = warnings();
  desktop.answer = 'shown';
  arrive(1);
  announcer.announce(null);
  expect([during, warnings(), ledger.alerts({ limit: 9 }).length]).toEqual([['toasts-blocked'], [], 2]);
});

test('says nothing more once it is stopped, and leaves no timer behind', async () => {
  const { announcer, arrive, shown, timers, pass, ledger } = rig();
  arrive(7);
  announcer.announce(null);
  announcer.stop();
  arrive(1);
  announcer.announce(null);
  await pass(60_000);
  expect([shown.length, timers(), ledger.waiting().length]).toEqual([5, 0, 3]);
});

test('the same news of one meeting from another account’s calendar is in the list, and pops up once', async () => {
  const { announcer, arrive, titles, pass, ledger, sessions } = rig();
  sessions.signedIn(grace);
  const event = { organizerAddress: null, isAllDay: false, isFree: false, isDeclined: false, iCalUId: 'uid' };
  const news = { kind: 'meetingMoved', event, detail: 'Moved to Tuesday' } as const;
  arrive(1, { ...news, account: ada.homeAccountId });
  announcer.announce(null, ada.homeAccountId);
  await pass(60_000);
  arrive(1, { ...news, account: grace.homeAccountId });
  announcer.announce(null, grace.homeAccountId);
  const second = [titles().length, ledger.waiting().length, ledger.alerts({ limit: 9 }).length];
  // Other words are other news, and ten minutes later it has happened again.
  arrive(1, { ...news, account: grace.homeAccountId, detail: 'Moved to Wednesday' });
  announcer.announce(null, grace.homeAccountId);
  await pass(10 * 60_000);
  arrive(1, { ...news, account: grace.homeAccountId });
  announcer.announce(null, grace.homeAccountId);
  expect([second, titles().length]).toEqual([[1, 0, 2], 3]);
});

test.each([false, true])(
  'both copies in one batch are one toast, also where rules keep the first to the list: %s',
  (isDeclined) => {
    const { announcer, arrive, titles, sessions } = rig();
    sessions.signedIn(grace);
    const event = { organizerAddress: null, isAllDay: false, isFree: false, isDeclined: false, iCalUId: 'uid' };
    arrive(1, { kind: 'meetingMoved', event: { ...event, isDeclined }, account: ada.homeAccountId });
    arrive(1, { kind: 'meetingMoved', event, account: grace.homeAccountId });
    announcer.announce(null);
    expect(titles()).toEqual([expect.stringMatching(/^Meeting moved: Mail /)]);
  },
);
