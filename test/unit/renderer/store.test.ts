import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { appView } from '../../../main/shell/views.ts';
import type { AppView } from '../../../preload/contract.ts';
import {
  setLetters,
  startListening,
  troubleAfter,
  troubleLeft,
  useScreen,
  viewAfter,
} from '../../../renderer/store.ts';
import { viewInAddress } from '../../../renderer/view-in-address.ts';
import { stateWith } from '../shell/states.ts';
import { app, later, page, playMain } from './played-api.ts';
import { alert } from './samples.ts';

const initial = useScreen.getState();
beforeEach(() => useScreen.setState(initial, true));
afterEach(() => vi.unstubAllGlobals());
const screen = useScreen.getState;

describe('starting', () => {
  test('shows what main answers', async () => {
    playMain();
    startListening();

    await vi.waitFor(() => expect(screen()).toMatchObject({ app, list: page, meetings: [], trouble: null }));
  });

  test('a change that comes before the answer wins, because it is newer', async () => {
    const slow = Promise.withResolvers<AppView>();
    const { heard } = playMain({ getApp: () => slow.promise });
    startListening();
    heard['app:changed']?.(later);
    slow.resolve(app);

    await vi.waitFor(() => expect(screen().list).toEqual(page));
    expect(screen().app).toEqual(later);
  });

  test('says so when main does not answer', async () => {
    playMain({ getApp: async () => Promise.reject(new Error('refused')) });
    startListening();

    await vi.waitFor(() => expect(screen().trouble).toMatch(/did not answer/));
  });

  test('stops listening to everything', () => {
    const { stopped } = playMain();
    startListening()();

    expect(stopped).toEqual(['app:changed', 'alerts:changed', 'meetings:changed', 'view:show']);
  });
});

test('a tray or toast click changes the view and names the alert', () => {
  const { heard } = playMain();
  startListening();
  useScreen.setState({ search: 'lake', found: { search: 'lake', list: page } });
  heard['view:show']?.({ view: 'health', alertId: null });
  expect(screen()).toMatchObject({ view: 'health', wantedAlertId: null, search: 'lake' });

  // The alert may not be among what was searched for.
  heard['view:show']?.({ view: 'today', alertId: 'a' });
  expect(screen()).toMatchObject({ view: 'today', wantedAlertId: 'a', search: '', found: null });
});

test.each([
  ['', { view: 'today', wantedAlertId: null }],
  ['#health', { view: 'health', wantedAlertId: null }],
  ['#today/a%2Fb%20c', { view: 'today', wantedAlertId: 'a/b c' }],
  ['#signIn', { view: 'signIn', wantedAlertId: null }],
  ['#settings', { view: 'settings', wantedAlertId: null }],
  ['#next', { view: 'next', wantedAlertId: null }],
  ['#toString', { view: 'today', wantedAlertId: null }],
  ['#today/%E0%A4%A', { view: 'today', wantedAlertId: null }],
])('the address %j opens %j', (hash, expected) => {
  expect(viewInAddress(hash)).toEqual(expected);
});

test('whoever came to sign in and has is shown today; anybody else stays where they are', () => {
  const needed: AppView = { ...app, accounts: app.accounts.map((a) => ({ ...a, session: 'signInRequired' as const })) };
  const nobody: AppView = { ...app, accounts: [] };

  expect(viewAfter(needed, app, 'signIn')).toBe('today');
  expect(viewAfter(nobody, app, 'signIn')).toBe('today');
  expect(viewAfter(nobody, app, 'accounts')).toBe('today');
  expect(viewAfter(needed, app, 'health')).toBe('health');
  expect(viewAfter(app, app, 'signIn')).toBe('signIn');
  expect(viewAfter(null, app, 'signIn')).toBe('signIn');
});

test('a permission that is not given is told where nothing else tells it', () => {
  const waits: AppView = { ...app, signIn: { kind: 'waitingForBrowser', until: '2026-11-21T09:20:00Z' } };
  const refused: AppView = {
    ...app,
    signIn: { kind: 'failed', userMessage: 'You did not give the permission.', handOn: null, offerToAdd: null },
  };

  expect(troubleAfter(waits, refused, 'today')).toBe('You did not give the permission.');
  expect(troubleAfter(waits, refused, 'accounts')).toBeNull();
  expect(troubleAfter(refused, refused, 'today')).toBeNull();
  expect(troubleAfter(waits, app, 'today')).toBeNull();
  const needed = appView(stateWith([{ code: 'not-set-up', account: null, since: new Date() }]), '1');
  expect(troubleAfter(waits, { ...needed, signIn: refused.signIn }, 'today')).toBeNull();
});

test('what a sign-in left behind goes when another one begins or has worked; other trouble stays', () => {
  const failed: AppView = {
    ...app,
    signIn: { kind: 'failed', userMessage: 'You did not give the permission.', handOn: null, offerToAdd: null },
  };
  expect(troubleLeft(failed, app, 'You did not give the permission.')).toBeNull();
  expect(troubleLeft(failed, failed, 'You did not give the permission.')).toBe('You did not give the permission.');
  expect(troubleLeft(failed, app, 'That did not work.')).toBe('That did not work.');
});

test('whoever signs out takes along what was loaded of theirs, pages further down and what was found among it', async () => {
  const mine = alert('mine', '2026-11-21T09:00:00Z');
  const theirs = alert('theirs', '2026-11-20T09:00:00Z');
  const [me] = app.accounts;
  if (me === undefined) throw new Error('nobody is signed in');
  const both: AppView = { ...app, accounts: [me, { ...me, accountId: 'other' }] };
  const { heard } = playMain({ getApp: async () => both, listAlerts: async () => ({ alerts: [mine], next: null }) });
  startListening();
  await vi.waitFor(() => expect(screen().app).toEqual(both));
  const list = { alerts: [mine, theirs], next: null };
  useScreen.setState({ list, search: 'theirs', found: { search: 'theirs', list } });

  heard['app:changed']?.(app);
  await vi.waitFor(() => expect(screen().list?.alerts).toEqual([mine]));
  expect(screen()).toMatchObject({ search: '', found: null });
});

test('the choice about single keys outlives the window, and a window without storage lives with it', () => {
  const kept = new Map<string, string>();
  vi.stubGlobal('localStorage', { setItem: (key: string, value: string) => kept.set(key, value) });
  setLetters(false);
  expect([screen().lettersAreOn, [...kept]]).toEqual([false, [['tidings.letters', 'off']]]);

  vi.stubGlobal('localStorage', {
    setItem: () => {
      throw new DOMException('no storage here', 'SecurityError');
    },
  });
  setLetters(true);
  expect(screen().lettersAreOn).toBe(true);
});
