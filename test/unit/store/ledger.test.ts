import { expect, test } from 'vitest';
import type { Alert } from '../../../main/domain/alert.ts';
import { meeting } from '../domain/samples.ts';
import { ada, change, cursor, grace, mailAlert } from './fixtures.ts';
import { clock, store, waiting } from './store-rig.ts';

test('an alert is inserted once; the ids that were new are told', () => {
  const first = mailAlert('a1');
  expect(store.ledger.apply(change({ alerts: [{ alert: first, announcement: waiting }] }))).toEqual(['a1']);
  const again = { alert: mailAlert('a1', { subject: 'Other' }), announcement: waiting };
  const quiet = { alert: mailAlert('a2'), announcement: 'quiet' as const };
  expect(store.ledger.apply(change({ alerts: [again, quiet, quiet] }))).toEqual(['a2']);
  expect(store.ledger.alert('a1')).toEqual(first);
  expect(store.ledger.alert('a2')).toEqual(mailAlert('a2'));
  expect(store.ledger.alert('a3')).toBeNull();
  expect(store.ledger.waiting()).toEqual([first]);
});

test('an alert comes back exactly as it was', () => {
  const alert = mailAlert('m1', {
    kind: 'meetingMoved',
    who: '',
    subject: 'Größe "x" \u0000 👋',
    startsAt: new Date('2026-11-23T10:00:00Z'),
    webLink: null,
    joinUrl: 'https://teams.microsoft.com/l/1',
    settled: true,
  });
  store.ledger.apply(change({ alerts: [{ alert, announcement: waiting }] }));
  expect(store.ledger.alert('m1')).toEqual(alert);
});

test('waiting alerts come oldest first and leave when announced, shown or quiet', () => {
  const alerts = ['c', 'a', 'b', 'd'].map((id, i) => mailAlert(id, { at: new Date(clock.now().getTime() - i * 1000) }));
  store.ledger.apply(change({ alerts: alerts.map((alert) => ({ alert, announcement: waiting })) }));
  expect(store.ledger.waiting().map(({ id }) => id)).toEqual(['d', 'b', 'a', 'c']);
  store.ledger.markAnnounced(['d', 'c'], 'shown');
  store.ledger.markAnnounced(['b'], 'quiet');
  store.ledger.markAnnounced([], 'shown');
  expect(store.ledger.waiting().map(({ id }) => id)).toEqual(['a']);
});

test('the list is newest first; a page never ends between alerts of the same second', () => {
  const second = (n: number) => new Date(Date.parse('2026-11-21T08:00:00Z') + n * 1000);
  const alerts = [3, 1, 2, 2, 2, 0].map((n, i) => mailAlert(`a${i}`, { at: second(n) }));
  store.ledger.apply(change({ alerts: alerts.map((alert) => ({ alert, announcement: waiting })) }));
  const ids = (page: { before?: Date; limit: number }) => store.ledger.alerts(page).map(({ id }) => id);
  expect(ids({ limit: 100 })).toEqual(['a0', 'a4', 'a3', 'a2', 'a1', 'a5']);
  expect(ids({ limit: 2 })).toEqual(['a0', 'a4', 'a3', 'a2']);
  expect(ids({ before: second(2), limit: 2 })).toEqual(['a1', 'a5']);
  expect(ids({ before: second(0), limit: 2 })).toEqual([]);
  expect(ids({ limit: 0 })).toEqual([]);
});

test('settling marks alerts, also one that came in the same change, and what still waits is told no more', () => {
  store.ledger.apply(change({ alerts: [{ alert: mailAlert('a1'), announcement: waiting }] }));
  store.ledger.apply(
    change({ alerts: [{ alert: mailAlert('a2'), announcement: waiting }], settle: ['a1', 'a2', 'x'] }),
  );
  expect(store.ledger.alerts({ limit: 9 }).map(({ id, settled }) => [id, settled])).toEqual([
    ['a2', true],
    ['a1', true],
  ]);
  expect(store.ledger.waiting()).toEqual([]);
});

test('what was told of a meeting is found by its event: of that account alone, without reminders and what is settled', () => {
  const about = (id: string, kind: Alert['kind'], more: Partial<Alert> = {}) => ({
    alert: mailAlert(id, { kind, itemId: 'e1', ...more }),
    announcement: 'shown' as const,
  });
  store.ledger.apply(
    change({
      alerts: [
        { ...about('untold', 'meetingNew'), announcement: waiting },
        about('new', 'meetingNew'),
        about('moved', 'meetingMoved'),
        about('settled', 'meetingChanged', { settled: true }),
        about('reminder', 'reminder'),
        about('gone', 'meetingCancelled'),
        about('other', 'meetingNew', { itemId: 'e2' }),
        about('of-grace', 'meetingNew', { account: grace }),
      ],
    }),
  );
  expect(store.ledger.meetingNews(ada, ['e1', 'e1', 'unknown']).toSorted()).toEqual(['moved', 'new']);
  expect(store.ledger.meetingNews(ada, [])).toEqual([]);
});

test('cursors, messages and events are kept apart by account and resource', () => {
  const calendar = cursor({ deltaLink: 'https://graph.microsoft.com/calendar', madeFor: '2026-11-21' });
  const known = { id: 'm1', isRead: false, alertId: 'a1' };
  store.ledger.apply(change({ messages: [known, { id: 'm2', isRead: true, alertId: null }] }));
  store.ledger.apply(change({ resource: 'calendar', cursor: calendar, events: [meeting('e1'), meeting('e2')] }));
  store.ledger.apply(change({ account: grace, messages: [{ id: 'm1', isRead: true, alertId: null }] }));
  store.ledger.apply(
    change({
      resource: 'calendar',
      cursor: calendar,
      events: [meeting('e1', { organizer: null, lastModifiedAt: null, location: '' })],
      forgetEvents: ['e2', 'never seen'],
      messages: [{ ...known, isRead: true }],
    }),
  );
  expect(store.ledger.cursor(ada, 'mail')).toEqual(cursor());
  expect(store.ledger.cursor(ada, 'calendar')).toEqual(calendar);
  expect(store.ledger.cursor(grace, 'calendar')).toBeNull();
  expect(store.ledger.messages(ada, ['m1', 'm1', 'm2', 'm3'])).toEqual(
    new Map([
      ['m1', { ...known, isRead: true }],
      ['m2', { id: 'm2', isRead: true, alertId: null }],
    ]),
  );
  expect(store.ledger.events(ada)).toEqual(
    new Map([['e1', meeting('e1', { organizer: null, lastModifiedAt: null, location: '' })]]),
  );
  expect(store.ledger.events(grace)).toEqual(new Map());
});

test('dropping the delta link keeps all the rest of the cursor', () => {
  store.ledger.apply(change());
  store.ledger.dropDeltaLink(ada, 'mail');
  store.ledger.dropDeltaLink(grace, 'mail');
  expect(store.ledger.cursor(ada, 'mail')).toEqual(cursor({ deltaLink: '' }));
  store.ledger.apply(change());
  expect(store.ledger.cursor(ada, 'mail')).toEqual(cursor());
});

test('each watched folder has a cursor of its own, and loses it when it is watched no more', () => {
  const ofFolder = cursor({ deltaLink: 'https://graph.microsoft.com/projects' });
  store.ledger.apply(change());
  store.ledger.apply(change({ resource: 'mail:projects', cursor: ofFolder }));
  store.ledger.apply(change({ resource: 'mail:club' }));
  store.ledger.apply(change({ account: grace, resource: 'mail:club' }));
  store.ledger.keepFolders(ada, ['projects', 'never seen']);
  expect([
    store.ledger.cursor(ada, 'mail'),
    store.ledger.cursor(ada, 'mail:projects'),
    store.ledger.cursor(ada, 'mail:club'),
    store.ledger.cursor(grace, 'mail:club'),
  ]).toEqual([cursor(), ofFolder, null, cursor()]);
});

test('a change that fails half-way leaves nothing of itself', () => {
  store.ledger.apply(change());
  const broken = mailAlert('a2', { at: new Date(Number.NaN) });
  const alerts = [mailAlert('a1'), broken].map((alert) => ({ alert, announcement: waiting }));
  expect(() => store.ledger.apply(change({ alerts, cursor: cursor({ deltaLink: 'https://next' }) }))).toThrow(
    /constraint/i,
  );
  expect(store.ledger.alerts({ limit: 9 })).toEqual([]);
  expect(store.ledger.cursor(ada, 'mail')).toEqual(cursor());
  expect(store.ledger.apply(change({ alerts: alerts.slice(0, 1) }))).toEqual(['a1']);
});

test('an alert that is told anew has its new words, waits, and is there once', () => {
  const reminder = mailAlert('r1', {
    kind: 'reminder',
    startsAt: new Date('2026-11-21T10:00:00Z'),
    endsAt: new Date('2026-11-21T11:00:00Z'),
    isAllDay: true,
  });
  store.ledger.tellAnew([reminder]);
  store.ledger.markAnnounced(['r1'], 'shown');
  store.ledger.settle(['r1']);
  const again = { ...reminder, detail: 'Room 7', at: new Date('2026-11-21T10:00:00Z') };
  store.ledger.tellAnew([again]);
  expect([store.ledger.waiting(), store.ledger.alerts({ limit: 10 })]).toEqual([[again], [again]]);
});
