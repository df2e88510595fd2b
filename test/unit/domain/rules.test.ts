import { describe, expect, test } from 'vitest';
import type { Alert, EventFacts, MailFacts } from '../../../main/domain/alert.ts';
import { type Fate, fateOf, isFromVip } from '../../../main/domain/rules.ts';
import { defaultSettings, type Settings } from '../../../main/domain/settings.ts';
import { alertOf } from './samples.ts';

const now = new Date('2026-11-21T09:00:00Z');
const paused = { why: 'paused', until: new Date('2026-11-21T10:00:00Z') } as const;
const quietHours = { why: 'quietHours', until: new Date('2026-11-21T10:00:00Z') } as const;

type Changes = { readonly [K in 'mail' | 'calendar' | 'quietHours']?: Partial<Settings[K]> };
const settings = ({ mail, calendar, quietHours: quiet }: Changes): Settings => ({
  ...defaultSettings,
  mail: { ...defaultSettings.mail, vips: ['boss@contoso.example', '@board.example'], ...mail },
  calendar: { ...defaultSettings.calendar, ...calendar },
  quietHours: { ...defaultSettings.quietHours, ...quiet },
});
const mail = (facts: Partial<MailFacts> = {}): Alert =>
  alertOf('mail', {
    mail: {
      senderAddress: 'grace@contoso.example',
      conversationId: 'c1',
      isImportant: false,
      isFocused: false,
      ...facts,
    },
  });
const vip = mail({ senderAddress: 'boss@contoso.example' });
const news = (kind: Alert['kind'], facts: Partial<EventFacts> = {}): Alert =>
  alertOf(kind, {
    event: { organizerAddress: 'grace@contoso.example', isAllDay: false, isFree: false, isDeclined: false, ...facts },
  });
const reminder = (endsAt = new Date('2026-11-21T09:30:00Z')): Alert => alertOf('reminder', { endsAt });
const fate = (alert: Alert, changes: Changes = {}, more: Partial<Parameters<typeof fateOf>[2]> = {}): Fate =>
  fateOf(alert, settings(changes), { at: now, quiet: null, isMuted: false, ...more });

describe('which mail is told', () => {
  const kinds = {
    plain: mail(),
    focused: mail({ isFocused: true }),
    important: mail({ isImportant: true }),
    vip,
    domain: mail({ senderAddress: 'ada@board.example' }),
    unknown: alertOf('mail'),
  };
  test.each([
    ['all', ['plain', 'focused', 'important', 'vip', 'domain', 'unknown']],
    ['focused', ['focused', 'vip', 'domain', 'unknown']],
    ['important', ['important', 'vip', 'domain', 'unknown']],
    ['vips', ['vip', 'domain', 'unknown']],
    ['none', []],
  ] as const)('%s: %j; the rest is in the list only', (announce, told) => {
    const fates = Object.entries(kinds).map(([name, alert]) => [name, fate(alert, { mail: { announce } })]);
    expect(fates).toEqual(
      Object.keys(kinds).map((name) => [name, (told as readonly string[]).includes(name) ? 'tell' : 'listOnly']),
    );
  });

  test('a muted conversation is in the list only, whoever writes and whenever', () => {
    const muted = { isMuted: true };
    expect([
      fate(mail(), {}, muted),
      fate(vip, {}, muted),
      fate(mail(), {}, { ...muted, quiet: paused }),
      fate(vip, {}, { ...muted, quiet: quietHours }),
    ]).toEqual(['listOnly', 'listOnly', 'listOnly', 'listOnly']);
  });
});

describe('who is a VIP', () => {
  test.each([
    ['boss@contoso.example', true],
    ['ada@board.example', true],
    ['ada@mail.board.example', false],
    ['ada@notboard.example', false],
    ['boss@contoso.example.evil.example', false],
    ['notboss@contoso.example', false],
    ['"@board.example"@evil.example', false],
    ['@board.example', false],
    ['boss', false],
    ['', false],
  ])('%s: %s', (senderAddress, is) => {
    expect(isFromVip(mail({ senderAddress }), settings({}).mail)).toBe(is);
  });

  test('a meeting is of a VIP when its organiser is one', () => {
    const { mail: rules } = settings({});
    expect([
      isFromVip(news('meetingMoved', { organizerAddress: 'ada@board.example' }), rules),
      isFromVip(news('meetingMoved'), rules),
      isFromVip(news('meetingMoved', { organizerAddress: null }), rules),
      isFromVip(alertOf('meetingMoved'), rules),
      isFromVip(alertOf('mail'), { vips: ['', '@'] }),
    ]).toEqual([true, false, false, false, false]);
  });
});

describe('which news of meetings are told', () => {
  const kinds = ['meetingNew', 'meetingMoved', 'meetingChanged', 'meetingCancelled'] as const;
  test.each<[string, Changes, Partial<EventFacts>, readonly Fate[]]>([
    ['as it comes', {}, {}, ['tell', 'tell', 'tell', 'tell']],
    ['none at all', { calendar: { announce: false } }, {}, ['listOnly', 'listOnly', 'listOnly', 'listOnly']],
    ['no cancellations', { calendar: { cancelled: false } }, {}, ['tell', 'tell', 'tell', 'listOnly']],
    ['declined', {}, { isDeclined: true }, ['listOnly', 'listOnly', 'listOnly', 'listOnly']],
    ['declined too', { calendar: { declined: true } }, { isDeclined: true }, ['tell', 'tell', 'tell', 'tell']],
    ['free', {}, { isFree: true }, ['tell', 'tell', 'tell', 'tell']],
    ['no free', { calendar: { free: false } }, { isFree: true }, ['listOnly', 'listOnly', 'listOnly', 'listOnly']],
    ['no free, but this is busy', { calendar: { free: false } }, {}, ['tell', 'tell', 'tell', 'tell']],
    [
      'no all-day',
      { calendar: { allDay: false } },
      { isAllDay: true },
      ['listOnly', 'listOnly', 'listOnly', 'listOnly'],
    ],
    [
      'none, though a VIP calls',
      { calendar: { announce: false } },
      { organizerAddress: 'boss@contoso.example' },
      ['listOnly', 'listOnly', 'listOnly', 'listOnly'],
    ],
  ])('%s', (_what, changes, facts, fates) => {
    expect(kinds.map((kind) => fate(news(kind, facts), changes))).toEqual(fates);
  });

  test('an alert that an older version stored is told', () => {
    expect(fate(alertOf('meetingMoved'), { calendar: { free: false, allDay: false } })).toBe('tell');
  });
});

describe('while toasts are held back', () => {
  const all = { mail: mail(), vip, news: news('meetingMoved'), reminder: reminder() };
  const fates = (quiet: typeof paused | typeof quietHours, changes: Changes = {}) =>
    Object.fromEntries(Object.entries(all).map(([name, alert]) => [name, fate(alert, changes, { quiet })]));

  test('quiet hours let VIPs and reminders through', () => {
    expect(fates(quietHours)).toEqual({ mail: 'hold', vip: 'tell', news: 'hold', reminder: 'tell' });
  });
  test('unless the person wants not even those', () => {
    const changes = { quietHours: { vipsBreakThrough: false, remindersBreakThrough: false } };
    expect(fates(quietHours, changes)).toEqual({ mail: 'hold', vip: 'hold', news: 'hold', reminder: 'hold' });
  });
  test('each by its own choice', () => {
    expect(fates(quietHours, { quietHours: { vipsBreakThrough: false } })).toMatchObject({
      vip: 'hold',
      reminder: 'tell',
    });
    expect(fates(quietHours, { quietHours: { remindersBreakThrough: false } })).toMatchObject({
      vip: 'tell',
      reminder: 'hold',
    });
  });
  test('a meeting of a VIP breaks through as their mail does', () => {
    expect(fate(news('meetingMoved', { organizerAddress: 'boss@contoso.example' }), {}, { quiet: quietHours })).toBe(
      'tell',
    );
  });
  test('a pause lets nothing through', () => {
    expect(fates(paused)).toEqual({ mail: 'hold', vip: 'hold', news: 'hold', reminder: 'hold' });
  });
  test('what is not told anyway is not held either', () => {
    expect([
      fate(mail(), { mail: { announce: 'vips' } }, { quiet: paused }),
      fate(news('meetingNew'), { calendar: { announce: false } }, { quiet: quietHours }),
    ]).toEqual(['listOnly', 'listOnly']);
  });
});

test('a reminder that was held past the end of its meeting is not told any more', () => {
  expect([fate(reminder(now)), fate(reminder(new Date(now.getTime() + 1))), fate(alertOf('reminder'))]).toEqual([
    'listOnly',
    'tell',
    'tell',
  ]);
});
