import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { appView } from '../../../main/shell/views.ts';
import type { AlertPage, AppView, Outcome, Pushes, TidingsApi } from '../../../preload/contract.ts';
import {
  addAccount,
  checkNow,
  dismissTrouble,
  loadOlder,
  signIn,
  startListening,
  useScreen,
  viewAfter,
  viewInAddress,
} from '../../../renderer/store.ts';
import { stateWith } from '../shell/states.ts';

const app = appView(stateWith([]), '1');
const later: AppView = { ...app, unreadCount: 9 };
const page: AlertPage = { alerts: [], next: null };
const done: Outcome<null> = { ok: true, value: null };

/** Main as the page sees it; answers can be held back. */
function fakeMain(answers: Partial<TidingsApi> = {}) {
  const heard: { app?: (view: AppView) => void; show?: (request: Pushes['view:show']) => void } = {};
  const stopped: string[] = [];
  const act = async (): Promise<Outcome<null>> => done;
  const api: TidingsApi = {
    getApp: async () => app,
    listAlerts: async () => page,
    openAlert: act,
    joinMeeting: act,
    signIn: act,
    addAccount: act,
    cancelSignIn: act,
    signOut: act,
    checkNow: act,
    openSettingsFolder: act,
    quit: async () => null,
    onAppChanged: (listener) => {
      heard.app = listener;
      return () => stopped.push('app');
    },
    onAlertsChanged: () => () => stopped.push('alerts'),
    onShowView: (listener) => {
      heard.show = listener;
      return () => stopped.push('view');
    },
    ...answers,
  };
  vi.stubGlobal('window', { tidings: api });
  return { heard, stopped };
}
const initial = useScreen.getState();
beforeEach(() => useScreen.setState(initial, true));
afterEach(() => vi.unstubAllGlobals());
const screen = useScreen.getState;

describe('starting', () => {
  test('shows what main answers', async () => {
    fakeMain();
    startListening();

    await vi.waitFor(() => expect(screen()).toMatchObject({ app, list: page, trouble: null }));
  });

  test('a change that comes before the answer wins, because it is newer', async () => {
    const slow = Promise.withResolvers<AppView>();
    const { heard } = fakeMain({ getApp: () => slow.promise });
    startListening();
    heard.app?.(later);
    slow.resolve(app);

    await vi.waitFor(() => expect(screen().list).toEqual(page));
    expect(screen().app).toEqual(later);
  });

  test('says so when main does not answer', async () => {
    fakeMain({ getApp: async () => Promise.reject(new Error('refused')) });
    startListening();

    await vi.waitFor(() => expect(screen().trouble).toMatch(/did not answer/));
  });

  test('stops listening to everything', () => {
    const { stopped } = fakeMain();
    startListening()();

    expect(stopped).toEqual(['app', 'alerts', 'view']);
  });
});

describe('what the person asks for', () => {
  test('a failure is shown in main’s words until dismissed', async () => {
    fakeMain({ signIn: async () => ({ ok: false, userMessage: 'Your web browser could not be opened.' }) });
    await signIn(null);

    expect(screen().trouble).toBe('Your web browser could not be opened.');
    dismissTrouble();
    expect(screen().trouble).toBeNull();
  });

  test('a second click while the first is under way asks only once', async () => {
    const slow = Promise.withResolvers<Outcome<null>>();
    const ask = vi.fn(() => slow.promise);
    fakeMain({ checkNow: ask });
    const both = [checkNow(), checkNow()];
    expect(screen().running).toEqual(new Set(['checkNow']));
    slow.resolve(done);
    await Promise.all(both);

    expect(ask).toHaveBeenCalledTimes(1);
    expect(screen().running).toEqual(new Set());
    expect(screen().checkedAt).toBeInstanceOf(Date);
  });

  test('adding an account never mends one that is there', async () => {
    const signsIn = vi.fn(async () => done);
    const adds = vi.fn(async () => done);
    fakeMain({ signIn: signsIn, addAccount: adds });
    await addAccount();

    expect([adds.mock.calls, signsIn.mock.calls]).toEqual([[[]], []]);
  });

  test('at the end of the list nothing more is asked for', async () => {
    const ask = vi.fn(async () => page);
    fakeMain({ listAlerts: ask });
    useScreen.setState({ list: page });
    await loadOlder();

    expect(ask).not.toHaveBeenCalled();
  });
});

test('a tray or toast click changes the view and names the alert', () => {
  const { heard } = fakeMain();
  startListening();
  heard.show?.({ view: 'health', alertId: 'a' });

  expect(screen()).toMatchObject({ view: 'health', wantedAlertId: 'a' });
});

test.each([
  ['', { view: 'today', wantedAlertId: null }],
  ['#health', { view: 'health', wantedAlertId: null }],
  ['#today/a%2Fb%20c', { view: 'today', wantedAlertId: 'a/b c' }],
  ['#signIn', { view: 'signIn', wantedAlertId: null }],
  ['#settings', { view: 'today', wantedAlertId: null }],
  ['#today/%E0%A4%A', { view: 'today', wantedAlertId: null }],
])('the address %j opens %j', (hash, expected) => {
  expect(viewInAddress(hash)).toEqual(expected);
});

test('whoever came to sign in and has is shown today; anybody else stays where they are', () => {
  const needed: AppView = { ...app, accounts: app.accounts.map((a) => ({ ...a, session: 'signInRequired' as const })) };
  const nobody: AppView = { ...app, accounts: [] };

  expect(viewAfter(needed, app, 'signIn')).toBe('today');
  expect(viewAfter(nobody, app, 'signIn')).toBe('today');
  expect(viewAfter(needed, app, 'health')).toBe('health');
  expect(viewAfter(app, app, 'signIn')).toBe('signIn');
  expect(viewAfter(null, app, 'signIn')).toBe('signIn');
});
