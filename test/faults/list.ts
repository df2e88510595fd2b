/**
 * The faults that Tidings has to survive, each once, with how often at least, and who plays it. `npm run faults` gives a
 * verdict for each.
 */
export type Player =
  /** Those of `test/faults` that name it in `plays`. */
  | { readonly by: 'fault' }
  /** In `test/scenarios/stories`; `npm test` tells them all once. */
  | { readonly by: 'story'; readonly story: string }
  /** Tests with these titles; `npm test` runs them all once. */
  | { readonly by: 'test'; readonly file: string; readonly titles: readonly string[]; readonly note?: string }
  /** Only Electron's own binary, or a real desktop, can. */
  | { readonly by: 'nobody'; readonly why: string };
export interface ListedFault {
  readonly id: string;
  readonly what: string;
  /** 1 where no count was asked for. */
  readonly times: number;
  readonly player: Player;
}

const fault = { by: 'fault' } as const;
const story = (name: string): Player => ({ by: 'story', story: name });
const test = (file: string, titles: readonly string[], note?: string): Player => ({
  by: 'test',
  file,
  titles,
  ...(note === undefined ? {} : { note }),
});
const double = 'the built app in the Electron double, which is not Electron';

type Row = readonly [id: string, what: string, player: Player, times?: number];
const rows: readonly Row[] = [
  ['process.kill', 'SIGKILL', fault, 200],
  ['process.kill-before-answer', 'SIGKILL between storing and answering', fault, 50],
  ['process.kill-token-write', 'SIGKILL while tokens are written', fault, 100],
  [
    'process.renderer-crash',
    'the page crashes',
    test(
      'test/integration/shell/systems.test.ts',
      ['of twenty crashes of the page in a row three are mended by themselves; the window can always be opened again'],
      double,
    ),
    20,
  ],
  [
    'process.gpu-crash',
    'the GPU process crashes',
    test(
      'test/integration/shell/systems.test.ts',
      ['a process of Chromium’s own that ends is logged, and nothing else ends'],
      `${double}: it only tells of such ends, ten times`,
    ),
    10,
  ],
  ['process.uncaught', 'mistakes of ours, uncaught exceptions and unhandled rejections in 10 places', fault, 10],
  ['process.blocked', 'the event loop stands still for 5 s', fault, 10],
  ['process.second-instance', 'many starts at once', fault, 50],
  ['process.quit-while-syncing', 'quit while a round is read', fault, 20],

  ['disk.full', 'the disk is full', fault, 5],
  ['disk.read-only', 'the folder is read-only', fault, 5],
  ['disk.folder-gone', 'the profile folder is missing', fault],
  ['disk.locked', 'another process holds the history for 10 s', fault],
  ['disk.truncated', 'the history is cut at 10 places', fault, 10],
  ['disk.bit-flips', 'bits flip', fault, 100],
  ['disk.wal-gone', 'the write-ahead log is deleted', fault],
  ['disk.older', 'the history is of an older version', fault],
  ['disk.newer', 'the history is of a newer version', fault],
  ['disk.slow', 'every flush takes half a second', fault],

  ['clock.hour', 'the clock is set an hour on, and back', fault],
  ['clock.day', 'the clock is set a day on, and back', fault],
  ['clock.summer-time-begins', 'an hour of the night is missing', story('summer-time-begins')],
  ['clock.summer-time-ends', 'an hour of the night comes twice', story('summer-time-ends')],
  ['clock.expired-at-start', 'token and subscriptions have run out before the start', fault],
  ['clock.asleep', 'timers after more than 8 h of sleep', fault],

  ['network.offline-at-start', 'no network at the start', story('restart-offline')],
  ['network.flapping', 'the network comes and goes', fault, 50],
  ['network.dns', 'no name can be resolved', fault],
  ['network.captive-portal', 'a captive portal answers 200 with a page', fault],
  ['network.proxy-407', 'the proxy asks for a login', fault],
  ['network.ipv6-only', 'IPv6 only', fault],
  ['network.loss', '10 % of the packets are lost', fault],
  ['network.latency', 'two seconds of latency', fault],
  ['network.reset-mid-body', 'connections are reset in the middle of a body', fault],

  ['tunnel.refused', 'the relay refuses', fault],
  ['tunnel.reset', 'the relay resets', fault],
  ['tunnel.black-hole', 'the relay is a black hole', fault],
  ['tunnel.api-4xx', 'the relay’s API answers 4xx', fault],
  ['tunnel.api-5xx', 'the relay’s API answers 5xx', fault],
  ['tunnel.api-hang', 'the relay’s API hangs', fault],
  ['tunnel.api-garbage', 'the relay’s API answers garbage', fault],
  ['tunnel.new-url', 'another address than before', fault],
  ['tunnel.foreign-owner', 'the same address, somebody else’s', fault],
  ['tunnel.interstitial', 'our probe gets a page in between', fault],
  ['tunnel.one-socket', 'one data socket only', fault],
  ['tunnel.sockets-full', 'all data sockets busy', fault],

  ['graph.401-claims', '401 with a claims challenge', story('password-reset-401')],
  ['graph.403', '403', fault],
  ['graph.404-subscription', '404 for a subscription', story('subscription-forgotten')],
  ['graph.409', '409', fault],
  ['graph.410-delta', '410 for a delta token', story('delta-expired')],
  ['graph.429-seconds', '429 with seconds', fault],
  ['graph.429-date', '429 with a date', fault],
  ['graph.500', '500', fault],
  ['graph.502', '502', fault],
  ['graph.503', '503', fault],
  ['graph.504', '504', fault],
  ['graph.hang', 'nothing is answered for 100 s', fault],
  ['graph.truncated-json', 'half a JSON text', fault],
  ['graph.wrong-content-type', 'another content type', fault],
  ['graph.paging-loop', 'pages that lead round', fault],
  [
    'graph.skewed-expiry',
    'an expiry by another clock than ours',
    test('test/integration/core/slow-clock.test.ts', [
      'on a computer whose clock is two days slow the subscriptions are renewed by Graph’s time and never lapse',
    ]),
  ],
  ['graph.notified-before-created', 'a notification before the create call returns', fault],
  ['graph.notified-after-deletion', 'a notification for a deleted subscription', fault],
  ['graph.lifecycle-on-change-url', 'a lifecycle notice on the change URL', fault],
  ['graph.change-on-lifecycle-url', 'a change notification on the lifecycle URL', fault],

  ['identity.revoked', 'the refresh token is revoked', fault],
  ['identity.password-reset', 'the password is reset', fault],
  ['identity.mfa', 'a second factor is demanded', story('second-factor')],
  ['identity.consent-withdrawn', 'the consent is withdrawn', story('consent-withdrawn')],
  ['identity.account-switched', 'another account signs in', story('wrong-account')],
  ['identity.browser-closed', 'the browser is closed in the middle of a sign-in', story('browser-closed')],
  ['identity.port-taken', 'no port for the redirect can be had', fault],
  ['identity.keyring-locked', 'the keyring is locked', fault],
  [
    'identity.keyring-missing',
    'there is no keyring',
    test('test/integration/auth/keyring.test.ts', [
      'without a secret service the person can sign in, and the tokens are in memory',
    ]),
  ],
  ['identity.keyring-denied', 'the keyring refuses to take anything', fault],

  [
    'desktop.no-notifications',
    'no notification daemon',
    test(
      'test/e2e/bare-desktop.test.ts',
      ['starts, says so, never stands still for it, and keeps what comes in its window'],
      double,
    ),
  ],
  [
    'desktop.notifications-die',
    'the notification daemon dies',
    test(
      'test/e2e/bare-desktop.test.ts',
      ['a service that goes away is noticed, and one that hangs is not waited for'],
      double,
    ),
  ],
  [
    'desktop.toast-fails',
    'the call that shows a toast fails',
    test(
      'test/e2e/toast-life.test.ts',
      ['that the system refuses is in Health before the next one is due, and goes when one is shown'],
      double,
    ),
  ],
  [
    'desktop.no-tray',
    'no tray host',
    test(
      'test/e2e/bare-desktop.test.ts',
      ['the window opens by itself and says why; a second start shows it again'],
      double,
    ),
  ],
  [
    'desktop.tray-restarts',
    'the tray host begins anew',
    test(
      'test/e2e/bare-desktop.test.ts',
      ['an icon appears when a panel does, also when that begins anew, and the notice goes'],
      double,
    ),
  ],
  ['desktop.screen-locked', 'the screen is locked', { by: 'nobody', why: 'no binary: nothing of ours hears of it' }],
  [
    'desktop.display-removed',
    'a display is removed',
    { by: 'nobody', why: 'no binary: it is Electron that moves the window' },
  ],
  ['desktop.logoff', 'the session ends while something is written', fault],
  [
    'desktop.update-pending',
    'an update waits when the person quits',
    test(
      'test/integration/shell/updates.test.ts',
      ['that is whole and signed is fetched in the background and installed when Tidings quits'],
      double,
    ),
  ],
];

export const faultList: readonly ListedFault[] = rows.map(([id, what, player, times = 1]) => ({
  id,
  what,
  player,
  times,
}));
