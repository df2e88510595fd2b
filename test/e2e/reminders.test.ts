import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { MeetingView } from '../../preload/contract.ts';
import { ada, type Desk, minutes, openDesk, seconds, testLimits } from './desk.ts';

vi.setConfig(testLimits);

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
  await desk.startApp();
  await desk.signInFromTray();
});
afterAll(async () => {
  await desk?.stop();
});

/** On the drawn desktop, now. */
const shown = (): readonly string[] => desk.desktop.toasts().map(({ title, body }) => `${title} | ${body}`);
const opened = (): readonly string[] => desk.desktop.openedExternally();
const listed = async (): Promise<readonly MeetingView[]> =>
  await (await desk.openWindow()).evaluate(() => window.tidings.listMeetings());

test('a reminder lives on the desktop: on time, snoozed, back, joined, opened, gone with its meeting', async () => {
  let id = '';
  const news = await desk.toastOf(() => {
    id = desk.cloud.graph.calendar(ada).create({
      subject: 'Design review',
      start: '2026-11-21T09:30:00Z',
      location: 'Room 7',
      isOnlineMeeting: true,
    }).immutableId;
  });
  await desk.desktop.closeToast(news.key);
  expect(desk.tray().menu).toContain('Next meeting at 10:30');
  expect(desk.tray().menu.join()).not.toContain('Design');
  const [before] = await listed();
  await desk.advance(minutes(15));
  const onTime = shown();
  expect(onTime).toEqual(['Design review | in 15 min · 10:30–11:00 · Room 7']);

  expect(await desk.app.actOnReminder('Design review', 'fiveMinutes')).toBeNull();
  await desk.untilSeen(() => shown().length === 0, 'the toast to go');
  const [snoozed] = await listed();
  await desk.advance(minutes(4));
  expect(shown()).toEqual([]);
  await desk.advance(minutes(1));
  expect(shown()).toEqual(['Design review | in 10 min · 10:30–11:00 · Room 7']);
  expect([before?.remindsAt, snoozed?.remindsAt]).toEqual(['2026-11-21T09:15:00.000Z', expect.stringMatching(/09:2/)]);

  expect(await desk.app.actOnReminder('Design review', 'join')).toBeNull();
  await desk.untilSeen(() => opened().at(-1)?.includes('/l/meetup-join/'), 'the page to join by');
  const [toast] = desk.desktop.toasts();
  await desk.app.clickToast(toast?.id ?? '');
  await desk.untilSeen(() => decodeURIComponent(opened().at(-1) ?? '').includes(id), 'the meeting in Outlook');

  await desk.advance(minutes(45));
  expect([shown(), await listed(), desk.tray().menu.filter((label) => label.startsWith('Next'))]).toEqual([[], [], []]);
});

test('woken after the start it says so; dismissed it is silent', async () => {
  const start = new Date(desk.now().getTime() + minutes(60));
  const news = await desk.toastOf(() =>
    desk.cloud.graph.calendar(ada).create({ subject: 'Stand-up', start, durationMinutes: 30 }),
  );
  await desk.desktop.closeToast(news.key);
  await desk.sleep(minutes(64));
  await desk.advance(seconds(5));
  const late = shown();
  expect(late).toEqual([expect.stringMatching(/^Stand-up \| started 4 min ago · /)]);
  expect(await desk.app.actOnReminder('Stand-up', 'dismiss')).toBeNull();
  await desk.untilSeen(() => shown().length === 0, 'the toast to go');
  expect(await desk.app.actOnReminder('Stand-up', 'fiveMinutes')).toBe('This reminder was dismissed.');
  await desk.advance(minutes(30));
  expect(shown()).toEqual([]);
});
