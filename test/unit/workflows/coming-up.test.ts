import { describe, expect, test } from 'vitest';
import { reminderId } from '../../../main/domain/reminder.ts';
import { ada } from '../domain/samples.ts';
import { at, at10, hour, minute, remind, review, rig } from './remind-rig.ts';

describe('what comes next', () => {
  test('the list is published when it changes: by news, by an end, by a new day, and at no other time', () => {
    const { read, pass, published } = rig();
    const count = (): number => published.filter((what) => what === 'meetings').length;
    const counts = [count()];
    read([review, at10('Day after', { start: at('2026-11-25T09:00:00Z'), end: at('2026-11-25T10:00:00Z') })]);
    counts.push(count());
    read([review]);
    counts.push(count());
    pass(44 * minute);
    counts.push(count());
    pass(minute);
    const told = remind.meetings()[0]?.remindsAt;
    counts.push(count());
    pass(75 * minute);
    counts.push(count());
    const ended = remind.meetings().length;
    pass(13 * hour);
    expect([counts, told, ended, remind.meetings().map(({ event }) => event.subject)]).toEqual([
      [0, 1, 1, 1, 2, 3],
      null,
      0,
      ['Day after'],
    ]);
  });

  test('each meeting says when its reminder comes; a snoozed one says when it comes back', () => {
    const { read, pass } = rig();
    read([review]);
    const first = remind.meetings()[0]?.remindsAt;
    pass(45 * minute);
    remind.snooze(reminderId(ada, review), 'untilStart');
    expect([first, remind.meetings()[0]?.remindsAt]).toEqual([at('2026-11-23T08:45:00Z'), review.start]);
  });

  test('the next meeting is that of the state, until it begins', () => {
    const { read, pass, published } = rig();
    read([review]);
    const next = remind.nextMeeting()?.event.id;
    pass(59 * minute);
    published.length = 0;
    pass(minute);
    expect([next, remind.nextMeeting(), published.includes('state')]).toEqual(['review', null, true]);
  });
});

test('at midnight tomorrow’s meeting becomes today’s, and the tray is told', () => {
  const { read, pass, published } = rig();
  read([{ ...review, start: at('2026-11-24T09:00:00Z'), end: at('2026-11-24T10:00:00Z') }]);
  pass(15 * hour - 1);
  published.length = 0;
  pass(1);
  expect(published).toContain('state');
});
