import { afterEach, describe, expect, test, vi } from 'vitest';
import { lastLook } from '../../../renderer/last-look.ts';
import { missedOf } from '../../../renderer/missed.ts';
import { alert } from './samples.ts';

afterEach(() => vi.unstubAllGlobals());

const lookedAt = new Date('2026-11-21T09:00:00Z');
const openedAt = new Date('2026-11-21T12:00:00Z');
const at = (time: string): string => `2026-11-21T${time}:00.000Z`;
const mails = [alert('a', at('11:00')), alert('b', at('10:00')), alert('c', at('09:30'))];
const list = { alerts: mails, next: null };

describe('who comes back is told in one line', () => {
  test('what came, by its kinds', () => {
    const moved = alert('d', at('09:20'), { kind: 'meetingMoved' });
    const cancelled = alert('e', at('09:10'), { kind: 'meetingCancelled' });
    const gone = alert('f', at('09:05'), { kind: 'meetingCancelled', isGone: true });
    expect(missedOf({ alerts: [...mails, moved, cancelled, gone], next: null }, lookedAt, openedAt)).toEqual({
      since: lookedAt,
      words: '3 messages, 1 moved meeting, 1 cancelled meeting and 1 removed meeting',
    });
    expect(missedOf(list, lookedAt, openedAt)?.words).toBe('3 messages');
  });

  test('not what was there before, came after the opening, or reminds of a meeting', () => {
    const others = [
      alert('later', at('12:01')),
      alert('reminder', at('11:00'), { kind: 'reminder' }),
      alert('before', at('09:00')),
    ];
    expect(missedOf({ alerts: [...others, ...mails], next: null }, lookedAt, openedAt)?.words).toBe('3 messages');
  });

  test('that there was more where the list goes on', () => {
    expect(missedOf({ alerts: mails, next: at('09:30') }, lookedAt, openedAt)?.words).toBe('More than 3 messages');
    const withOlder = [...mails, alert('old', at('08:00'))];
    expect(missedOf({ alerts: withOlder, next: at('08:00') }, lookedAt, openedAt)?.words).toBe('3 messages');
  });

  test('nothing after a short absence, of a few alerts, or where no look is known', () => {
    expect(missedOf(list, new Date('2026-11-21T11:31:00Z'), openedAt)).toBeNull();
    expect(missedOf({ alerts: mails.slice(1), next: null }, lookedAt, openedAt)).toBeNull();
    expect(missedOf(list, null, openedAt)).toBeNull();
  });
});

test('a note of the last look that is no time is none', () => {
  const noted = (text: string | null) => {
    vi.stubGlobal('localStorage', { getItem: () => text });
    return lastLook();
  };
  expect([noted(lookedAt.toISOString()), noted('yesterday'), noted(null)]).toEqual([lookedAt, null, null]);
});
