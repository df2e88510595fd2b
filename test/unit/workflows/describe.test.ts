import { expect, test } from 'vitest';
import type { Quiet } from '../../../main/domain/app-state.ts';
import { defaultSettings, type MailRules } from '../../../main/domain/settings.ts';
import { describe } from '../../../main/workflows/describe.ts';
import { createWorld } from './world.ts';

process.env.TZ = 'Europe/Berlin';

/** The chain, while nobody is signed in. */
function chainOf(
  kind: 'off' | 'opening',
  quiet: Quiet | null,
  announced: MailRules['announce'] = 'all',
  isBlocked = false,
): readonly string[] {
  const { clock, board } = createWorld();
  if (isBlocked) board.raise({ code: 'toasts-blocked', account: null });
  const { chain } = describe({
    clock,
    board,
    reachable: { state: () => ({ kind, since: clock.now() }) },
    accounts: [],
    signIn: { kind: 'idle' },
    tokenStorage: { kind: 'keyring' },
    quiet,
    announced,
    selfTest: null,
    theme: 'system',
    nextMeeting: null,
    registration: { ...defaultSettings, scopes: [] },
    settingsFile: 'settings.json',
  });
  return chain.map(({ link, verdict, text }) => `${link} ${verdict}: ${text}`);
}
/** Its last link: whether what is known is shown. */
const toastsLink = (...args: Parameters<typeof chainOf> extends [unknown, ...infer Rest] ? Rest : never): string =>
  chainOf('off', ...args).at(-1) ?? '';
const paused: Quiet = { why: 'paused', until: new Date('2026-11-21T10:00:00Z') };

test.each<[Quiet | null, MailRules['announce'], string]>([
  [null, 'all', 'toasts good: Shown by your desktop.'],
  [null, 'focused', 'toasts good: Shown by your desktop; of mail, by your choice, only what is Focused or from a VIP.'],
  [
    null,
    'important',
    'toasts good: Shown by your desktop; of mail, by your choice, only what is important or from a VIP.',
  ],
  [null, 'vips', 'toasts good: Shown by your desktop; of mail, by your choice, only what is from a VIP.'],
  [null, 'none', 'toasts good: Shown by your desktop; no mail, by your choice.'],
  [paused, 'all', 'toasts off: Held back until 11:00, because you paused Tidings.'],
  [
    { why: 'quietHours', until: new Date('2026-11-23T06:30:00Z') },
    'all',
    'toasts off: Held back until Mon 23 Nov, 07:30, by your quiet hours.',
  ],
  [{ why: 'quietHours', until: null }, 'none', 'toasts off: Held back, by your quiet hours.'],
])('“why am I not being told?” names the person’s own choice: %j, %s', (quiet, announced, text) => {
  expect(toastsLink(quiet, announced)).toBe(text);
});

test('nobody is told that a tunnel is being opened before there is anybody to open it for', () => {
  expect(chainOf('opening', null)).toContain('tunnel waiting: Opened after the first sign-in.');
});

test('a desktop that shows nothing is the worse reason, and is named first', () => {
  expect(toastsLink(paused, 'none', true)).toContain('toasts bad: Your desktop shows no notifications');
});
