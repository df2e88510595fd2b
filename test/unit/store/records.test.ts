import { expect, test } from 'vitest';
import type { Session } from '../../../main/domain/session.ts';
import { meeting } from '../domain/samples.ts';
import { ada, change, cursor, grace, mailAlert, post } from './fixtures.ts';
import { clock, person, record, signedIn, store, waiting } from './store-rig.ts';

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
