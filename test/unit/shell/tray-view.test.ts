import { describe, expect, test } from 'vitest';
import { healthStates, type Warning } from '../../../main/domain/health.ts';
import { type TrayView, trayView } from '../../../main/shell/tray-view.ts';
import { ada, bothAccounts, since, stateWith } from './states.ts';

const account = 'ada-id';
const passwordChanged: Warning = { code: 'sign-in-required', account, reason: 'password-changed', since };
const labels = (view: TrayView): readonly string[] =>
  view.menu.map((entry) =>
    entry.kind === 'separator' ? '—' : entry.command === null ? `(${entry.label})` : entry.label,
  );

const usual = ['—', 'Open Tidings', 'Check now', '—', 'Quit Tidings'];
const cases: readonly (readonly [Warning | null, TrayView['icon'], string, readonly string[]])[] = [
  [null, 'allGood', 'All good', []],
  [
    { code: 'client-id-missing', account: null, since },
    'configurationError',
    'Not configured: no client id',
    ['Open settings folder'],
  ],
  [
    { code: 'settings-invalid', account: null, keptAs: 'settings-broken.json', since },
    'configurationError',
    'Settings file not understood',
    ['Open settings folder'],
  ],
  [{ code: 'storage-failing', account: null, since }, 'configurationError', 'Cannot write to disk', []],
  [
    { code: 'configuration', account, message: 'The app was removed.', since },
    'configurationError',
    'Set-up problem',
    ['Try to sign in again…'],
  ],
  [
    { code: 'blocked', account, reason: 'device', since },
    'blocked',
    'Blocked by your organisation: your organisation demands a managed device',
    ['Try to sign in again…'],
  ],
  [passwordChanged, 'signInRequired', 'Sign in needed: your password changed', ['Sign in again…']],
  [{ code: 'offline', account: null, since }, 'offline', 'Offline', []],
  [{ code: 'graph-unreachable', account, since }, 'offline', 'Microsoft cannot be reached', []],
  [{ code: 'toasts-blocked', account: null, since }, 'toastsBlocked', 'Your desktop shows no notifications', []],
  [{ code: 'tunnel-down', account: null, since }, 'delayed', 'Delayed: the tunnel is down', []],
  [{ code: 'not-subscribed', account, since }, 'delayed', 'Delayed: not subscribed yet', []],
  [{ code: 'push-lost', account, since }, 'delayed', 'Delayed: notifications get lost', []],
  [{ code: 'catching-up', account, since }, 'catchingUp', 'Catching up', []],
  [{ code: 'paused', account: null, since }, 'paused', 'Paused', []],
  [{ code: 'not-set-up', account: null, since }, 'notSetUp', 'Not signed in', ['Sign in…']],
];

describe('icon, tooltip and first menu line say the same', () => {
  test.each(cases)('%j', (warning, icon, headline, remedies) => {
    const view = trayView(stateWith(warning === null ? [] : [warning]));

    expect({ icon: view.icon, tooltip: view.tooltip, menu: labels(view) }).toEqual({
      icon,
      tooltip: `Tidings – ${headline}`,
      menu: [headline, ...remedies, ...usual],
    });
    expect(view.menu[0]).toEqual({ kind: 'item', label: headline, command: { do: 'showView', view: 'health' } });
  });

  test('every state of health is in the table', () => {
    expect(new Set(cases.map(([, icon]) => icon))).toEqual(new Set(healthStates));
  });
});

describe('with several accounts', () => {
  const accounts = bothAccounts;

  test('the one that is meant is named', () => {
    const view = trayView(stateWith([passwordChanged], { accounts }));

    expect(view.tooltip).toBe('Tidings – Sign in needed: your password changed (ada@contoso.example)');
    expect(labels(view).slice(0, 2)).toEqual([
      'Sign in needed: your password changed (ada@contoso.example)',
      'Sign in again as ada@contoso.example…',
    ]);
  });

  test('each that needs it can be signed in, and the item says which', () => {
    const other: Warning = { ...passwordChanged, account: 'home-id', reason: 'session-expired' };
    const view = trayView(stateWith([passwordChanged, other], { accounts }));

    expect(view.menu.slice(1, 3)).toEqual([
      {
        kind: 'item',
        label: 'Sign in again as ada@contoso.example…',
        command: { do: 'signIn', accountId: 'ada-id' },
      },
      {
        kind: 'item',
        label: 'Sign in again as ada@fabrikam.example…',
        command: { do: 'signIn', accountId: 'home-id' },
      },
    ]);
  });

  test('a tooltip never passes 127 characters, and it is the headline that gives way', () => {
    const long = { ...ada, username: `${'a'.repeat(200)}@contoso.example` };
    const state = stateWith([{ code: 'blocked', account, reason: 'conditional-access', since }], {
      accounts: [{ account: long, session: { kind: 'signedIn' } }, ...bothAccounts.slice(1)],
    });
    const { tooltip } = trayView(state);

    expect(tooltip.length).toBe(127);
    expect(tooltip).toMatch(/^Tidings – Blocked by your organisation: .*… \(a{47}…\)$/u);
  });
});

test('while the browser is open, the menu offers to cancel in place of signing in', () => {
  const view = trayView(stateWith([passwordChanged], { signIn: { kind: 'waitingForBrowser', account, until: since } }));

  expect(labels(view)).toEqual(['Sign in needed: your password changed', 'Cancel sign-in', ...usual]);
  expect(view.menu[1]).toEqual({ kind: 'item', label: 'Cancel sign-in', command: { do: 'cancelSignIn' } });
});

test.each([
  [0, 'No unread messages'],
  [1, '1 unread message'],
  [1_204, '1204 unread messages'],
])('%i unread reads %j', (unreadCount, line) => {
  expect(labels(trayView(stateWith([], { unreadCount })))).toContain(line);
});

test('with nobody signed in there is nothing to check', () => {
  const view = trayView(stateWith([{ code: 'not-set-up', account: null, since }], { accounts: [] }));

  expect(labels(view)).toContain('(Check now)');
});

test('without a tunnel by choice all is good, and it says how often it looks', () => {
  const state = stateWith([]);
  const view = trayView({ ...state, health: { ...state.health, delivery: 'polling' } });

  expect([view.icon, view.tooltip]).toEqual(['allGood', 'Tidings – All good: checks every minute']);
});
