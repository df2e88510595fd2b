import { describe, expect, test } from 'vitest';
import { healthStates, type Warning } from '../../../main/domain/health.ts';
import { type TrayView, trayView } from '../../../main/shell/tray-view.ts';
import { meeting } from '../domain/samples.ts';
import { ada, bothAccounts, since, stateWith } from './states.ts';

process.env.TZ = 'Europe/Berlin';

const account = 'ada-id';
const passwordChanged: Warning = { code: 'sign-in-required', account, reason: 'password-changed', since };
const labels = (view: TrayView): readonly string[] =>
  view.menu.map((entry) =>
    entry.kind === 'separator' ? '—' : entry.command === null ? `(${entry.label})` : entry.label,
  );

const usual = ['—', 'Open Tidings', 'Check now', '—', 'Pause for 1 hour', 'Pause until tomorrow', '—', 'Quit Tidings'];
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
  [
    { code: 'push-lost', account, since, isOnlyNotCalled: true },
    'delayed',
    'Delayed: Microsoft cannot call this computer',
    [],
  ],
  [{ code: 'catching-up', account, since }, 'catchingUp', 'Catching up', []],
  [{ code: 'paused', account: null, since }, 'paused', 'Paused', []],
  [
    { code: 'paused', account: null, until: new Date('2026-11-21T10:12:00Z'), since },
    'paused',
    'Paused until 11:12',
    [],
  ],
  [
    { code: 'paused', account: null, until: new Date('2026-11-22T05:00:00Z'), since },
    'paused',
    'Paused until Sun 22 Nov, 06:00',
    [],
  ],
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

describe('the next meeting', () => {
  process.env.TZ = 'Europe/Berlin';
  const lines = (start: string): readonly string[] => {
    const event = meeting('e1', { subject: 'Secret plans', location: 'Room 12', start: new Date(start) });
    const nextMeeting = { id: 'meeting:e1', account, event, remindsAt: null };
    return labels(trayView(stateWith([], { nextMeeting }))).filter((label) => !['All good', ...usual].includes(label));
  };

  test.each([
    ['today', '2026-11-21T13:00:00Z', 'Next meeting at 14:00'],
    ['tomorrow', '2026-11-22T13:00:00Z', 'Next meeting tomorrow at 14:00'],
    ['after midnight, which is tomorrow', '2026-11-21T23:15:00Z', 'Next meeting tomorrow at 00:15'],
  ])('%s is one line, of our words and the hour only', (_when, start, line) => {
    expect(lines(start)).toEqual([line]);
  });

  test('opens the list of what comes next', () => {
    const nextMeeting = { id: 'meeting:e1', account, event: meeting('e1'), remindsAt: null };
    const { menu } = trayView(stateWith([], { nextMeeting }));
    expect(menu.find((entry) => entry.kind === 'item' && entry.label.startsWith('Next'))).toMatchObject({
      command: { do: 'showView', view: 'next' },
    });
  });
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

describe('pausing', () => {
  const until = new Date('2026-11-21T10:12:00Z');
  const pause: Warning = { code: 'paused', account: null, until, since };
  const last = (view: TrayView): readonly string[] => labels(view).slice(-5);
  const command = (view: TrayView, label: string) =>
    view.menu.find((entry) => entry.kind === 'item' && entry.label === label);

  test('a paused Tidings offers to resume, and says until when once', () => {
    const view = trayView(stateWith([pause], { quiet: { why: 'paused', until } }));
    expect(labels(view)).toEqual([
      'Paused until 11:12',
      '—',
      'Open Tidings',
      'Check now',
      '—',
      'Resume',
      '—',
      'Quit Tidings',
    ]);
    expect(command(view, 'Resume')).toMatchObject({ command: { do: 'pause', choice: null } });
  });

  test('what is worse than a pause comes first, and the pause is not forgotten', () => {
    const view = trayView(stateWith([pause, passwordChanged], { quiet: { why: 'paused', until } }));
    expect([view.icon, last(view)]).toEqual([
      'signInRequired',
      ['—', 'Paused until 11:12', 'Resume', '—', 'Quit Tidings'],
    ]);
  });

  test.each([
    [new Date('2026-11-22T06:30:00Z'), 'Quiet hours until 07:30'],
    [new Date('2026-11-23T06:30:00Z'), 'Quiet hours until Mon 23 Nov, 07:30'],
    [null, 'Quiet hours'],
  ])('quiet hours are named with their end, all is good beside them, and a pause can be had still', (end, line) => {
    const view = trayView(stateWith([], { quiet: { why: 'quietHours', until: end } }));
    expect([view.icon, last(view)]).toEqual([
      'allGood',
      [line, 'Pause for 1 hour', 'Pause until tomorrow', '—', 'Quit Tidings'],
    ]);
    expect(command(view, 'Pause until tomorrow')).toMatchObject({ command: { do: 'pause', choice: 'untilTomorrow' } });
    expect(command(view, 'Pause for 1 hour')).toMatchObject({ command: { do: 'pause', choice: 'oneHour' } });
  });

  test('with nobody signed in there is nothing to pause', () => {
    const notSetUp: Warning = { code: 'not-set-up', account: null, since };
    const view = trayView(stateWith([notSetUp], { accounts: [], quiet: { why: 'quietHours', until } }));
    expect(labels(view).some((label) => /Pause|Quiet|Resume/.test(label))).toBe(false);
  });
});
