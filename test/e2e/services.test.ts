/** What the window asks of Microsoft, through the real bridge of the built app. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ada, type Desk, openDesk, seconds, testLimits } from './desk.ts';

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

test('the first mark as read opens Microsoft’s page, and then the message is read and its toast gone', async () => {
  const mailbox = desk.cloud.graph.mailbox(ada);
  await desk.toastOf(() => mailbox.deliver({ subject: 'Quarterly numbers' }));
  const page = await desk.openWindow();
  const asked = await page.evaluate(async () => {
    const { alerts } = await window.tidings.listAlerts(null, '');
    const [first] = alerts;
    return first === undefined ? null : [first.canMarkRead, await window.tidings.markRead(first.id)];
  });
  expect(asked).toEqual([true, { ok: true, value: null }]);
  await desk.untilSeen(() => desk.browserPages.length === 1, 'the page for the permission');
  expect(new URL(desk.browserPages[0] ?? '').searchParams.get('login_hint')).toBe(ada);
  await desk.signIn({ username: ada });
  await desk.untilSeen(() => mailbox.messages().every(({ isRead }) => isRead), 'the message being read');
  await desk.untilSeen(() => desk.toasts.every(({ open }) => !open), 'the toast being gone');
  await desk.untilSeen(async () => (await desk.appView()).unreadCount === 0, 'nothing unread');
});

test('the self-test of the window walks the whole chain, and its last step is a toast on the desktop', async () => {
  const page = await desk.openWindow();
  expect(await page.evaluate(() => window.tidings.runSelfTest())).toEqual({ ok: true, value: null });
  await desk.untilSeen(async () => {
    await desk.advance(seconds(1));
    return (await desk.appView()).selfTest?.finishedAt ?? null;
  }, 'the end of the self-test');
  const { selfTest } = await desk.appView();
  expect(selfTest?.steps.map(({ step, verdict }) => `${step} ${verdict}`)).toEqual([
    'token good',
    'graph good',
    'tunnel good',
    'roundTrip good',
    'toasts good',
  ]);
  await desk.untilSeen(() => desk.toastTexts().some((text) => text.includes('Tidings can reach you')), 'its toast');
  expect(desk.cloud.graph.subscriptions(ada).length).toBe(2);
});

test('a folder that is chosen in the window is watched from then on', async () => {
  const mailbox = desk.cloud.graph.mailbox(ada);
  mailbox.addFolder('Projects');
  const page = await desk.openWindow();
  const changed = await page.evaluate(async () => {
    const account = (await window.tidings.getApp()).accounts[0]?.accountId ?? '';
    const offered = await window.tidings.listFolders(account);
    const folder = offered.ok ? offered.value.find(({ name }) => name === 'Projects') : undefined;
    if (folder === undefined) return offered;
    const { mail } = (await window.tidings.getSettings()).values;
    const folders = [{ account, id: folder.id, name: folder.name }];
    return (await window.tidings.changeSettings({ mail: { ...mail, folders } })).ok;
  });
  expect(changed).toBe(true);
  await desk.untilSeen(
    () => desk.cloud.graph.subscriptions(ada).some(({ resource }) => resource === 'me/messages'),
    'the subscription to all mail',
  );
  const toast = await desk.toastOf(() => mailbox.deliver({ subject: 'Trajectory', folder: 'Projects' }));
  expect(toast.body).toContain('Trajectory');
});
