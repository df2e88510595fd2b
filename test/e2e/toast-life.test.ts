import { afterEach, describe, expect, test, vi } from 'vitest';
import { ada, type Desk, minutes, openDesk, seconds, testLimits } from './desk.ts';

vi.setConfig(testLimits);

let desk: Desk;
afterEach(async () => {
  await desk?.stop();
});
const deliver = (subject: string) =>
  desk.cloud.graph.mailbox(ada).deliver({ subject, from: 'Lin Poe <lin@contoso.example>' });

describe('a toast', () => {
  test('of ten minutes ago still opens its message, whatever was collected as garbage meanwhile', async () => {
    desk = await openDesk();
    await desk.startApp();
    await desk.signInFromTray();
    const toast = await desk.toastOf(() => deliver('Long ago'));
    await desk.advance(minutes(10));
    await desk.desktop.app?.calls.collectGarbage();
    await desk.app.clickToast(toast.key);
    await desk.untilSeen(() => desk.desktop.openedExternally().at(-1)?.includes('ItemID'), 'the message in Outlook');
  });

  test('that the system refuses is in Health before the next one is due, and goes when one is shown', async () => {
    desk = await openDesk();
    await desk.startApp();
    await desk.signInFromTray();
    desk.desktop.allowToasts(false);
    deliver('Nobody sees it');
    await desk.untilTray('Your desktop shows no notifications', seconds(10));
    const { health } = await desk.appView();
    expect([health.state, health.warnings.map(({ code }) => code)]).toEqual(['toastsBlocked', ['toasts-blocked']]);

    desk.desktop.allowToasts(true);
    deliver('Everybody sees it');
    await desk.untilTray('All good', seconds(30));
    expect(desk.desktop.toasts().map(({ body }) => body)).toEqual(['Everybody sees it']);
  });
});
