import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ada, type Desk, minutes, openDesk, seconds, testLimits } from './desk.ts';

vi.setConfig(testLimits);

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
  await desk.startApp();
  await desk.signInFromTray();
});
afterEach(async () => {
  await desk?.stop();
});
const mailComes = async (subject: string): Promise<void> => {
  desk.cloud.graph.mailbox(ada).deliver({ subject });
  await desk.settle();
  await desk.advance(seconds(5));
};
const menuSays = (label: string) =>
  desk.untilSeen(() => desk.tray().menu.some((each) => each.startsWith(label)), `“${label}” in the menu`);

describe('a pause from the drawn menu', () => {
  test('changes icon, tooltip and first line, holds what comes over a kill, and ends in one digest at a click', async () => {
    const good = desk.tray();
    await desk.app.clickMenu('Pause for 1 hour');
    await desk.untilTray('Paused until 11:0');
    expect(desk.tray().menu[0]).toMatch(/^Paused until 11:0\d$/);
    expect(desk.tray().icon).not.toBe(good.icon);
    await mailComes('One');
    await desk.app.kill();
    await desk.startApp();
    await desk.untilTray('Paused until 11:0', minutes(2));
    await mailComes('Two');
    const { quiet } = await desk.appView();
    expect([desk.toastTexts(), quiet?.why]).toEqual([[], 'paused']);

    await desk.app.clickMenu('Resume');
    await desk.untilTray('All good');
    await desk.untilSeen(() => desk.toasts.length > 0, 'the digest');
    expect(desk.toastTexts()).toEqual([expect.stringMatching(/^2 messages \| while paused, since 10:0\d$/)]);
    await menuSays('Pause until tomorrow');
    expect(desk.tray().icon).toBe(good.icon);
  });
});

describe('quiet hours from the window’s settings', () => {
  test('begin at once and leave the tray good; switched off again, one digest tells of them', async () => {
    const page = await desk.openWindow();
    const change = (enabled: boolean) =>
      page.evaluate(
        (on) =>
          window.tidings.changeSettings({
            quietHours: {
              enabled: on,
              spans: [{ days: ['sat'], from: '09:30', to: '12:00' }],
              vipsBreakThrough: true,
              remindersBreakThrough: true,
            },
          }),
        enabled,
      );
    expect((await change(true)).ok).toBe(true);
    await menuSays('Quiet hours until 12:00');
    await mailComes('Not now');
    expect([desk.tray().tooltip, desk.toastTexts()]).toEqual(['Tidings – All good', []]);

    expect((await change(false)).ok).toBe(true);
    await desk.untilSeen(() => desk.toasts.length > 0, 'the digest');
    expect(desk.toastTexts()).toEqual(['1 message | during quiet hours, since 09:30']);
  });
});

describe('a muted conversation', () => {
  test('is in the list and takes its toast from the screen', async () => {
    const mailbox = desk.cloud.graph.mailbox(ada);
    await desk.toastOf(() => mailbox.deliver({ subject: 'Party?', conversationId: 'party' }));
    const page = await desk.openWindow();
    const muted = await page.evaluate(async () => {
      const { alerts } = await window.tidings.listAlerts(null, '');
      return await window.tidings.muteConversation(alerts[0]?.id ?? '', true);
    });
    expect(muted.ok).toBe(true);
    await desk.untilSeen(() => desk.desktop.toasts().length === 0, 'the toast to be gone');
    mailbox.deliver({ subject: 'RE: Party?', conversationId: 'party' });
    await desk.settle();
    await desk.advance(seconds(15));
    const { alerts } = await page.evaluate(() => window.tidings.listAlerts(null, ''));
    expect([alerts.map(({ subject, isMuted }) => `${subject} ${isMuted}`), desk.toasts.length]).toEqual([
      ['RE: Party? true', 'Party? true'],
      1,
    ]);
  });
});
