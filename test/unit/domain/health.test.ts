import { describe, expect, test } from 'vitest';
import {
  assessHealth,
  type HealthState,
  healthStates,
  type NoticeCode,
  type Warning,
  type WarningCode,
} from '../../../main/domain/health.ts';
import { allGoodText, warningText } from '../../../main/domain/health-text.ts';

const goodSince = new Date('2026-11-21T08:00:00Z');
const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 21, 9, minute));

/** What changes the state; notices do not. */
type TroubleCode = Exclude<WarningCode, NoticeCode>;
/** One of each, all for the same account. */
const all: Readonly<Record<TroubleCode, (since: Date, account?: string) => Warning>> = {
  'client-id-missing': (since) => ({ code: 'client-id-missing', account: null, since }),
  'settings-invalid': (since) => ({ code: 'settings-invalid', account: null, keptAs: 'settings.json.bad', since }),
  'storage-failing': (since) => ({ code: 'storage-failing', account: null, since }),
  'history-in-memory': (since) => ({ code: 'history-in-memory', account: null, message: 'It is newer.', since }),
  'registration-unusable': (since) => ({ code: 'registration-unusable', account: null, message: 'It is off.', since }),
  configuration: (since, account = 'ada') => ({ code: 'configuration', account, message: 'No such tenant.', since }),
  blocked: (since, account = 'ada') => ({ code: 'blocked', account, reason: 'policy', since }),
  'sign-in-required': (since, account = 'ada') => ({
    code: 'sign-in-required',
    account,
    reason: 'password-changed',
    since,
  }),
  offline: (since) => ({ code: 'offline', account: null, since }),
  'graph-unreachable': (since, account = 'ada') => ({ code: 'graph-unreachable', account, since }),
  'asked-to-wait': (since, account = 'ada') => ({ code: 'asked-to-wait', account, until: at(9), since }),
  'toasts-blocked': (since) => ({ code: 'toasts-blocked', account: null, since }),
  'tunnel-down': (since) => ({ code: 'tunnel-down', account: null, since }),
  'graph-refused': (since, account = 'ada') => ({ code: 'graph-refused', account, message: 'No.', since }),
  'not-subscribed': (since, account = 'ada') => ({ code: 'not-subscribed', account, since }),
  'push-lost': (since, account = 'ada') => ({ code: 'push-lost', account, since }),
  'catching-up': (since, account = 'ada') => ({ code: 'catching-up', account, since }),
  starting: (since, account = 'ada') => ({ code: 'starting', account, since }),
  paused: (since) => ({ code: 'paused', account: null, since }),
  'sandbox-off': (since) => ({ code: 'sandbox-off', account: null, since }),
  'not-set-up': (since) => ({ code: 'not-set-up', account: null, since }),
};
const codes = Object.keys(all) as TroubleCode[];
const assess = (...warnings: Warning[]) => assessHealth(warnings, 'push', goodSince);

const states: Readonly<Record<TroubleCode, HealthState>> = {
  'client-id-missing': 'configurationError',
  'settings-invalid': 'configurationError',
  'storage-failing': 'configurationError',
  'history-in-memory': 'configurationError',
  'registration-unusable': 'configurationError',
  configuration: 'configurationError',
  blocked: 'blocked',
  'sign-in-required': 'signInRequired',
  offline: 'offline',
  'graph-unreachable': 'offline',
  'asked-to-wait': 'delayed',
  'toasts-blocked': 'toastsBlocked',
  'tunnel-down': 'delayed',
  'graph-refused': 'blocked',
  'not-subscribed': 'delayed',
  'push-lost': 'delayed',
  'catching-up': 'catchingUp',
  starting: 'catchingUp',
  paused: 'paused',
  'sandbox-off': 'configurationError',
  'not-set-up': 'notSetUp',
};

test('is all good, since the last warning went, when there is none', () => {
  expect(assess()).toEqual({
    state: 'allGood',
    cause: null,
    warnings: [],
    notices: [],
    delivery: 'push',
    since: goodSince,
  });
});

test.each(codes)('%s alone is one state, named with its cause and since when', (code) => {
  const warning = all[code](at(3));
  expect(assess(warning)).toEqual({
    state: states[code],
    cause: warning,
    warnings: [warning],
    notices: [],
    delivery: 'push',
    since: at(3),
  });
});

const pairs = codes.flatMap((one) => codes.filter((other) => other !== one).map((other) => [one, other] as const));
const rank = (code: TroubleCode): number => healthStates.indexOf(states[code]);

describe('any two warnings', () => {
  test.each(pairs)('%s and %s amount to the worse of them, whatever came first', (one, other) => {
    const early = all[one](at(1));
    const late = all[other](at(2));
    const health = assess(late, early);
    const worst = Math.min(...health.warnings.map(({ code }) => rank(code as TroubleCode)));
    expect({
      same: assess(early, late),
      state: healthStates.indexOf(health.state),
      cause: health.cause,
      since: health.since,
      shownOnce: new Set(health.warnings).size,
    }).toEqual({
      same: health,
      state: worst,
      cause: health.warnings[0],
      since: health.warnings[0]?.since,
      shownOnce: health.warnings.length,
    });
    // Hiding never makes things look better than they are.
    expect(worst).toBe(Math.min(rank(one), rank(other)));
  });
});

test('hides what merely follows from a cause, and nothing else', () => {
  const hidden = pairs
    .map(([cause, consequence]) => ({
      cause,
      consequence,
      shown: assess(all[cause](at(2)), all[consequence](at(1))).warnings.length,
    }))
    .filter(({ shown }) => shown === 1)
    .filter(({ cause, consequence }) => assess(all[cause](at(2)), all[consequence](at(1))).cause?.code === cause)
    .map(({ cause, consequence }) => `${cause} > ${consequence}`);
  const behind = ['not-subscribed', 'push-lost', 'catching-up', 'starting'];
  const onTheWay = ['graph-unreachable', 'asked-to-wait', ...behind];
  expect(hidden.sort()).toEqual(
    [
      ...['not-set-up', 'tunnel-down'].map((code) => `client-id-missing > ${code}`),
      ...['tunnel-down', ...onTheWay].map((code) => `offline > ${code}`),
      ...['configuration', 'blocked', 'sign-in-required'].flatMap((cause) => onTheWay.map((c) => `${cause} > ${c}`)),
      'blocked > not-set-up',
      'registration-unusable > not-set-up',
      'sandbox-off > not-set-up',
      ...['graph-unreachable', 'asked-to-wait'].flatMap((cause) => behind.map((code) => `${cause} > ${code}`)),
      ...onTheWay.map((code) => `graph-refused > ${code}`),
      'catching-up > starting',
      ...['not-subscribed', 'push-lost', 'starting'].map((code) => `tunnel-down > ${code}`),
      ...['push-lost', 'starting'].map((code) => `not-subscribed > ${code}`),
    ].sort(),
  );
});

test('does not hide one person’s trouble behind another person’s', () => {
  const ada = all['sign-in-required'](at(1), 'ada');
  const grace = all['graph-unreachable'](at(2), 'grace');
  expect(assess(grace, ada)).toMatchObject({ state: 'signInRequired', cause: ada, warnings: [ada, grace] });
});

test('names first what has been wrong for longest, among equals', () => {
  const late = all['sign-in-required'](at(5), 'ada');
  const early = all['sign-in-required'](at(2), 'grace');
  expect(assess(late, early).warnings).toEqual([early, late]);
});

test('shows causes only, worst first, when everything is wrong at once', () => {
  expect(assess(...codes.map((code, minute) => all[code](at(minute)))).warnings.map(({ code }) => code)).toEqual([
    'client-id-missing',
    'settings-invalid',
    'storage-failing',
    'history-in-memory',
    'registration-unusable',
    'configuration',
    'sandbox-off',
    'blocked',
    'graph-refused',
    'sign-in-required',
    'offline',
    'toasts-blocked',
    'paused',
  ]);
});

test('has words for every warning, that fit where they are shown', () => {
  const texts = codes.map((code) => warningText(all[code](at(0))));
  expect({
    headlines: new Set(texts.map(({ headline }) => headline)).size,
    tooLong: texts.filter(({ headline }) => headline.length > 80),
    noSentence: texts.filter(({ explanation }) => !/^[A-Z].*\.$/.test(explanation)),
  }).toEqual({ headlines: codes.length, tooLong: [], noSentence: [] });
});

test.each<[TroubleCode, string | null]>([
  ['sign-in-required', 'signIn'],
  ['not-set-up', 'signIn'],
  ['client-id-missing', 'openSettingsFolder'],
  ['settings-invalid', 'openSettingsFolder'],
  ['blocked', 'signIn'],
  ['graph-refused', 'signIn'],
  ['registration-unusable', 'signIn'],
  ['paused', null],
  ['tunnel-down', 'checkNow'],
])('offers for %s: %s', (code, remedy) => {
  expect(warningText(all[code](at(0))).remedy).toBe(remedy);
});

test('says why the person must sign in, and who blocks what', () => {
  expect(warningText(all['sign-in-required'](at(0))).headline).toBe('Sign in needed: your password changed');
  expect(warningText(all.blocked(at(0))).headline).toBe(
    'Blocked by your organisation: your organisation does not allow it',
  );
});

test('an address of one’s own is not called a tunnel', () => {
  const own = warningText({ code: 'tunnel-down', account: null, isOwnAddress: true, since: at(0) });
  expect([own.headline, /tunnel/i.test(own.explanation)]).toEqual([
    'Delayed: your public address does not lead here',
    false,
  ]);
  // Where it lies on this computer, that is said, whosever the address is.
  const port = warningText({ code: 'tunnel-down', account: null, isOwnAddress: true, message: 'Why.', since: at(0) });
  expect(port.headline).toBe('Delayed: the port cannot be used');
});

test('does not promise push where polling is all there is', () => {
  expect([allGoodText('push').headline, allGoodText('polling').headline]).toEqual([
    'All good',
    'All good: checks every minute',
  ]);
});
