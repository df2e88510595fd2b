import { describe, expect, test } from 'vitest';
import type { Alert } from '../../../main/domain/alert.ts';
import { alertPage, alertView, type ListSource } from '../../../main/shell/alert-views.ts';
import { appView } from '../../../main/shell/views.ts';
import { idleActions } from './idle-actions.ts';
import { ada, home, mail, since, stateWith } from './states.ts';

test('the whole state becomes a view, in words and ISO dates', () => {
  const signedOut = { kind: 'signInRequired', reason: 'password-changed', claims: '{"x":1}', since } as const;
  const state = stateWith(
    [
      { code: 'tunnel-down', account: null, since },
      { code: 'sign-in-required', account: 'ada-id', reason: 'password-changed', since },
    ],
    {
      accounts: [
        { account: ada, session: signedOut },
        { account: home, session: { kind: 'blocked', reason: 'policy', aadsts: 1, since } },
      ],
      signIn: { kind: 'waitingForBrowser', account: 'ada-id', until: since },
      unreadCount: 3,
      chain: [{ link: 'token', verdict: 'bad', text: 'Refused.', since }],
      tokenStorage: { kind: 'memory', why: 'no-keyring' },
    },
  );

  expect(appView(state, '1.2.3')).toEqual({
    health: {
      state: 'signInRequired',
      headline: 'Sign in needed: your password changed',
      explanation: 'Nothing is lost: what arrives meanwhile is shown as one summary after you sign in.',
      since: '2026-11-21T09:12:00.000Z',
      warnings: [
        {
          code: 'sign-in-required',
          state: 'signInRequired',
          headline: 'Sign in needed: your password changed',
          explanation: 'Nothing is lost: what arrives meanwhile is shown as one summary after you sign in.',
          remedy: 'signIn',
          accountId: 'ada-id',
          accountName: 'ada@contoso.example',
          since: '2026-11-21T09:12:00.000Z',
          handOn: null,
        },
        {
          code: 'tunnel-down',
          state: 'delayed',
          headline: 'Delayed: the tunnel is down',
          explanation: 'Tidings checks every minute until the tunnel is back.',
          remedy: 'checkNow',
          accountId: null,
          accountName: null,
          since: '2026-11-21T09:12:00.000Z',
          handOn: null,
        },
      ],
      notices: [],
      chain: [{ link: 'token', verdict: 'bad', text: 'Refused.', since: '2026-11-21T09:12:00.000Z' }],
    },
    accounts: [
      {
        accountId: 'ada-id',
        username: 'ada@contoso.example',
        name: 'Ada Reyes',
        kind: 'work',
        session: 'signInRequired',
        reason: 'your password changed',
      },
      {
        accountId: 'home-id',
        username: 'ada@fabrikam.example',
        name: null,
        kind: 'personal',
        session: 'blocked',
        reason: 'your organisation does not allow it',
      },
    ],
    signIn: { kind: 'waitingForBrowser', until: '2026-11-21T09:12:00.000Z' },
    unreadCount: 3,
    storageNote:
      'This system has no keyring, so your sign-in is kept in memory only: you will sign in again at the next start.',
    quiet: null,
    selfTest: null,
    theme: 'system',
    version: '1.2.3',
  });
});

test('neither claims nor the settings file’s path cross to the page', () => {
  const session = { kind: 'signInRequired', reason: 'stronger-sign-in', claims: 'canary-claims', since } as const;
  const view = JSON.stringify(appView(stateWith([], { accounts: [{ account: ada, session }] }), '1'));

  expect(view).not.toContain('canary-claims');
  expect(view).not.toContain('/home/ada');
});

describe('an alert', () => {
  test('is shown without what strangers hid in it', () => {
    const view = alertView(
      mail('a', since, { who: 'Pay\u200Bpal', subject: 'in\u202Evoice\n now', detail: ' x ' }),
      idleActions,
    );

    expect([view.who, view.subject, view.detail]).toEqual(['Paypal', 'invoice now', 'x']);
  });

  test('can be opened or joined only where its links lead to a known place', () => {
    const view = (more: Partial<Alert>) => alertView(mail('a', since, { kind: 'meetingNew', ...more }), idleActions);
    const teams = 'https://teams.microsoft.com/l/meetup-join/1';

    expect(view({ joinUrl: teams })).toMatchObject({ canOpen: true, canJoin: true });
    expect(view({ webLink: null })).toMatchObject({ canOpen: false, canJoin: false });
    expect(view({ webLink: 'https://evil.example/', joinUrl: 'https://meet.evil.example/' })).toMatchObject({
      canOpen: false,
      canJoin: false,
    });
    expect(view({ kind: 'meetingCancelled', joinUrl: teams })).toMatchObject({ canJoin: false });
  });
});

describe('pages of the list', () => {
  const at = (second: number): Date => new Date(since.getTime() - second * 1000);
  const reader = (alerts: readonly Alert[]): ListSource => ({
    ...idleActions,
    alerts: ({ before, limit }) => alerts.filter((alert) => before === undefined || alert.at < before).slice(0, limit),
  });
  /** Follows the pages to the end, as the page's "Load more" does. */
  function readAll(alerts: readonly Alert[], size: number): string[][] {
    const pages: string[][] = [];
    for (let before: Date | null = null; ; ) {
      const page = alertPage(reader(alerts), before, size);
      pages.push(page.alerts.map(({ id }) => id));
      if (page.next === null) return pages;
      before = new Date(page.next);
    }
  }

  test('join up without a gap or a repeat', () => {
    const alerts = Array.from({ length: 7 }, (_, index) => mail(`m${index}`, at(index)));

    expect(readAll(alerts, 3)).toEqual([['m0', 'm1', 'm2'], ['m3', 'm4', 'm5'], ['m6']]);
  });

  test('lose nothing when many mails share a second', () => {
    const seconds = [0, 1, 1, 1, 1, 1, 2, 2, 3];
    const alerts = seconds.map((second, index) => mail(`m${index}`, at(second)));
    const pages = readAll(alerts, 3);

    expect(pages.flat()).toEqual(alerts.map(({ id }) => id));
    expect(pages[0]).toEqual(['m0']);
  });

  test('end when there is nothing more', () => {
    expect(alertPage(reader([]), null, 3)).toEqual({ alerts: [], next: null });
  });
});
