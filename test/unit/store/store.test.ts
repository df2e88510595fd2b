import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Alert } from '../../../main/domain/alert.ts';
import type { Account, Session } from '../../../main/domain/session.ts';
import { openStore, type Store } from '../../../main/store/store.ts';
import { meeting } from '../domain/samples.ts';
import {
  ada,
  change,
  createRecordingLog,
  createTestClock,
  cursor,
  DAY_MS,
  grace,
  mailAlert,
  post,
  testCipher,
} from './fixtures.ts';

let clock: ReturnType<typeof createTestClock>;
let log: ReturnType<typeof createRecordingLog>;
let store: Store;
beforeEach(() => {
  clock = createTestClock();
  log = createRecordingLog();
  store = openStore({ file: ':memory:', cipher: testCipher, clock, log });
});
afterEach(() => {
  store.close();
  expect(log.entries).toEqual([]);
});

const person = (homeAccountId: string, changes: Partial<Account> = {}): Account => ({
  homeAccountId,
  tenantId: '55556666-dddd-7777-eeee-8888ffff9999',
  username: 'ada@contoso.example',
  name: 'Ada',
  kind: 'work',
  ...changes,
});
const signedIn: Session = { kind: 'signedIn' };
const waiting = 'waiting' as const;

test('the queue gives back posts whole, oldest first, until they are done', () => {
  for (const name of ['one', 'two', 'three']) store.queue.put(post(name));
  const [first, second, third] = store.queue.pending(10);
  expect([first, second, third].map((queued) => ({ ...queued, id: 0 }))).toEqual(
    ['one', 'two', 'three'].map((name) => ({ id: 0, ...post(name) })),
  );
  expect(store.queue.pending(2)).toEqual([first, second]);
  store.queue.done([first?.id ?? 0, third?.id ?? 0, 999]);
  store.queue.done([first?.id ?? 0]);
  store.queue.done([]);
  expect(store.queue.pending(10)).toEqual([second]);
  expect(store.queue.size()).toBe(1);
});

test('a number of the queue is never used again, so a late "done" hits nothing new', () => {
  store.queue.put(post('old'));
  const old = store.queue.pending(1).map(({ id }) => id);
  store.queue.done(old);
  store.queue.put(post('new'));
  store.queue.done(old);
  expect(store.queue.pending(1)).toMatchObject([post('new')]);
});

test('what else an object carries does not get into the queue', () => {
  const extra = { ...post('one'), clientState: 'secret', body: 'text' };
  store.queue.put(extra);
  expect(store.queue.pending(1).map(({ id: _, ...rest }) => rest)).toEqual([post('one')]);
});

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

test('accounts come back with their session, in the order they were added', () => {
  const since = new Date('2026-11-21T08:00:00Z');
  const sessions: Session[] = [
    signedIn,
    { kind: 'signInRequired', reason: 'password-changed', claims: '{"access_token":{}}', since },
    { kind: 'blocked', reason: 'admin-approval', aadsts: 90094, since },
    { kind: 'configurationError', message: 'No', since },
  ];
  const records = sessions.map((session, i) => ({
    account: person(`home-${i}`, { name: i === 0 ? null : 'Ada' }),
    session,
    addedAt: new Date(since.getTime() - i * 1000),
  }));
  for (const record of records) store.records.saveAccount(record);
  expect(store.records.accounts()).toEqual(records.toReversed());
  const changed = { account: person('home-0', { username: 'new@contoso.example' }), session: signedIn, addedAt: since };
  store.records.saveAccount(changed);
  expect(store.records.accounts().at(-1)).toEqual(changed);
});

const record = {
  id: 's1',
  account: ada,
  resource: 'mail' as const,
  host: 'a.example',
  expiresAt: new Date('2026-11-24T09:00:00Z'),
  clientStateDigest: 'ab'.repeat(32),
  challenged: false,
};

test('subscriptions and named values are replaced and removed by their name', () => {
  store.records.saveSubscription(record);
  store.records.saveSubscription({ ...record, challenged: true, host: 'b.example' });
  store.records.saveSubscription({ ...record, id: 's2', resource: 'calendar' });
  store.records.removeSubscription('s2');
  store.records.removeSubscription('s3');
  expect(store.records.subscriptions()).toEqual([{ ...record, challenged: true, host: 'b.example' }]);
  store.records.saveSubscription({ ...record, isWide: true });
  expect(store.records.subscriptions()).toEqual([{ ...record, isWide: true }]);

  store.records.setValue('tunnel', '{"name":"x"}');
  store.records.setValue('tunnel', '{"name":"y"}');
  store.records.setValue('gone', '1');
  store.records.setValue('gone', null);
  expect([store.records.value('tunnel'), store.records.value('gone')]).toEqual(['{"name":"y"}', null]);
});

test('whoever has asked for the subscriptions sees each change when asking again', () => {
  const other = { ...record, id: 's2', account: grace };
  const seen = [store.records.subscriptions()];
  const after = (change: () => void): void => {
    change();
    seen.push(store.records.subscriptions());
  };
  after(() => store.records.saveSubscription(record));
  after(() => store.records.saveSubscription(other));
  after(() => store.records.saveSubscription({ ...record, challenged: true }));
  after(() => store.records.removeAccount(grace));
  after(() => store.records.removeSubscription('s1'));
  const challenged = { ...record, challenged: true };
  expect(seen).toEqual([[], [record], [record, other], [challenged, other], [challenged], []]);
});

test('removing an account removes everything stored for it, and nothing of another', () => {
  for (const account of [ada, grace]) {
    store.records.saveAccount({ account: person(account), session: signedIn, addedAt: clock.now() });
    store.ledger.apply(
      change({
        account,
        alerts: [{ alert: mailAlert(`alert-${account}`, { account }), announcement: waiting }],
        messages: [{ id: 'm1', isRead: false, alertId: null }],
        events: [meeting('e1')],
      }),
    );
    store.records.setValue(`unread:${account}`, '3');
    store.queue.put(post('own', account));
  }
  const both = { ...post('both'), changes: [...post('both', ada).changes, ...post('both', grace).changes] };
  store.queue.put({ ...both, lifecycle: [] });
  store.records.removeAccount(ada);

  expect(store.records.accounts().map(({ account }) => account.homeAccountId)).toEqual([grace]);
  expect(store.ledger.alerts({ limit: 9 }).map(({ account }) => account)).toEqual([grace]);
  expect([store.ledger.cursor(ada, 'mail'), store.ledger.cursor(grace, 'mail')]).toEqual([null, cursor()]);
  expect([ada, grace].map((account) => store.ledger.messages(account, ['m1']).size)).toEqual([0, 1]);
  expect([ada, grace].map((account) => store.ledger.events(account).size)).toEqual([0, 1]);
  expect([ada, grace].map((account) => store.records.value(`unread:${account}`))).toEqual([null, '3']);
  expect(store.queue.pending(9).flatMap(({ changes }) => changes.map(({ account }) => account))).toEqual([
    grace,
    grace,
  ]);
  expect(store.queue.size()).toBe(2);
});

test('a round that ends after the sign-out does not bring the account back; a new sign-in does', () => {
  store.records.saveAccount({ account: person(ada), session: signedIn, addedAt: clock.now() });
  store.records.removeAccount(ada);
  const late = change({ alerts: [{ alert: mailAlert('a1'), announcement: waiting }] });
  expect(store.ledger.apply(late)).toEqual([]);
  expect(store.ledger.cursor(ada, 'mail')).toBeNull();
  store.records.saveAccount({ account: person(ada), session: signedIn, addedAt: clock.now() });
  expect(store.ledger.apply(late)).toEqual(['a1']);
});

/** A round in which one mail came, at the clock's time. */
function catchUp(id: string, announcement: 'waiting' | 'shown' = 'shown') {
  const now = clock.now();
  return store.ledger.apply(
    change({
      cursor: cursor({ caughtUpAt: now }),
      alerts: [{ alert: mailAlert(id, { at: now }), announcement }],
      messages: [{ id: `m-${id}`, isRead: false, alertId: id }],
    }),
  );
}

test('alerts leave after 30 days, unless they still wait; the baseline moves with the messages that are forgotten', () => {
  catchUp('old');
  catchUp('old and waiting', 'waiting');
  clock.move(DAY_MS);
  catchUp('newer');
  clock.move(29.5 * DAY_MS);
  catchUp('new');
  const cutoff = new Date(clock.now().getTime() - 30 * DAY_MS);
  expect(store.ledger.alerts({ limit: 9 }).map(({ id }) => id)).toEqual(['new', 'newer', 'old and waiting']);
  expect([...store.ledger.messages(ada, ['m-old', 'm-newer', 'm-new']).keys()]).toEqual(['m-newer', 'm-new']);
  expect(store.ledger.cursor(ada, 'mail')?.baseline).toEqual(cutoff);
  // A round that began before brings the old baseline along.
  catchUp('next');
  expect(store.ledger.cursor(ada, 'mail')?.baseline).toEqual(cutoff);
});

test('an account that was not caught up for long keeps what it knows', () => {
  catchUp('old');
  clock.move(31 * DAY_MS);
  store.ledger.apply(
    change({
      account: grace,
      cursor: cursor({ caughtUpAt: clock.now() }),
      alerts: [{ alert: mailAlert('of grace', { account: grace, at: clock.now() }), announcement: 'shown' }],
    }),
  );
  expect([...store.ledger.messages(ada, ['m-old']).keys()]).toEqual(['m-old']);
  expect(store.ledger.cursor(ada, 'mail')?.baseline).toEqual(cursor().baseline);
});

test('a watched folder that could not be read for long keeps what its account knows; one that could moves along', () => {
  catchUp('old');
  const folder = { resource: 'mail:projects', messages: [{ id: 'm-moved', isRead: false, alertId: null }] } as const;
  store.ledger.apply(change({ ...folder, cursor: cursor({ caughtUpAt: clock.now() }) }));
  clock.move(31 * DAY_MS);
  catchUp('new');
  const lagging = [...store.ledger.messages(ada, ['m-old', 'm-moved']).keys()];
  store.ledger.apply(change({ resource: 'mail:projects', cursor: cursor({ caughtUpAt: clock.now() }) }));
  clock.move(DAY_MS / 12);
  catchUp('newer');
  expect({
    lagging,
    after: [...store.ledger.messages(ada, ['m-old', 'm-moved']).keys()],
    baselines: [store.ledger.cursor(ada, 'mail')?.baseline, store.ledger.cursor(ada, 'mail:projects')?.baseline],
  }).toEqual({
    lagging: ['m-old', 'm-moved'],
    after: [],
    baselines: Array(2).fill(new Date(clock.now().getTime() - 30 * DAY_MS)),
  });
});

test('a clock that is wrong for a moment empties nothing', () => {
  catchUp('one');
  clock.move(365 * DAY_MS);
  store.ledger.apply(change());
  clock.move(-365 * DAY_MS);
  store.ledger.apply(change());
  expect(store.ledger.alerts({ limit: 9 }).map(({ id }) => id)).toEqual(['one']);
  expect(store.ledger.cursor(ada, 'mail')?.baseline).toEqual(cursor().baseline);
});

test('at most 50,000 alerts are kept, the newest', () => {
  const alerts = Array.from({ length: 50_005 }, (_, i) => ({
    alert: mailAlert(`a${i}`, { at: new Date(clock.now().getTime() - 50_005 + i) }),
    announcement: i < 2 ? waiting : ('shown' as const),
  }));
  expect(store.ledger.apply(change({ alerts }))).toHaveLength(50_005);
  const kept = ['a0', 'a1', 'a2', 'a6', 'a7', 'a50004'].filter((id) => store.ledger.alert(id) !== null);
  expect(kept).toEqual(['a0', 'a1', 'a7', 'a50004']);
});

test('what was told of reminders comes back whole, is replaced, removed, and goes with its account', () => {
  const note = {
    id: 'reminder:ada:e1',
    account: ada,
    toldAt: new Date('2026-11-21T09:00:00.123Z'),
    snoozedAt: null,
    snoozedUntil: null,
    isDismissed: false,
    isOver: false,
  };
  const snoozed = {
    ...note,
    snoozedAt: new Date('2026-11-21T09:01:00Z'),
    snoozedUntil: new Date('2026-11-21T09:06:00Z'),
  };
  const other = { ...note, id: 'reminder:ada:e2', isDismissed: true, isOver: true };
  const hers = { ...note, id: 'reminder:grace:e1', account: grace };
  store.reminders.save([note, other, hers]);
  store.reminders.save([snoozed]);
  store.reminders.save([]);
  expect(store.reminders.all()).toEqual([snoozed, other, hers]);
  store.reminders.remove([other.id, 'reminder:unknown']);
  store.records.removeAccount(ada);
  expect(store.reminders.all()).toEqual([hers]);
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
