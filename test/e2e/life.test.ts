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

const subjects = async (): Promise<readonly string[]> => {
  const page = await desk.openWindow();
  const { alerts } = await page.evaluate(() => window.tidings.listAlerts(null, ''));
  return alerts.map(({ subject }) => subject);
};

describe('quitting from the drawn menu', () => {
  test('ends within 3 s, with status 0, the subscriptions taken back and no toast left behind', async () => {
    await desk.toastOf(() => desk.cloud.graph.mailbox(ada).deliver({ subject: 'On the screen' }));
    const run = desk.desktop.app;
    const startedMs = performance.now();
    await desk.app.quit();
    const tookMs = performance.now() - startedMs;
    expect(await run?.exited).toEqual({ code: 0, signal: null });
    expect(tookMs).toBeLessThan(3_000);
    expect(desk.cloud.graph.subscriptions(ada)).toEqual([]);
    expect([desk.desktop.tray(), desk.desktop.window(), desk.desktop.toasts()]).toEqual([null, null, []]);
    expect(desk.cloud.relay.names().every(({ connected }) => connected === 0)).toBe(true);

    await desk.startApp();
    await desk.untilTray('All good', minutes(2));
    expect([desk.browserPages, await subjects()]).toEqual([[], ['On the screen']]);
  });

  test('ends within 3 s also when Microsoft answers nothing any more', async () => {
    desk.cloud.proxy.fail('*', { kind: 'hang' });
    const run = desk.desktop.app;
    const startedMs = performance.now();
    await desk.app.quit();
    expect(performance.now() - startedMs).toBeLessThan(3_300);
    expect(await run?.exited).toEqual({ code: 0, signal: null });
  });
});

describe('a kill', () => {
  test('loses nothing and repeats nothing', async () => {
    const { graph } = desk.cloud;
    await desk.toastOf(() => graph.mailbox(ada).deliver({ subject: 'Before' }));
    const run = desk.desktop.app;
    await desk.app.kill();
    expect(await run?.exited).toEqual({ code: null, signal: 'SIGKILL' });
    graph.mailbox(ada).deliver({ subject: 'Meanwhile' });
    await desk.advance(minutes(1));
    const told = desk.toasts.length;
    await desk.startApp();
    await desk.untilTray('All good', minutes(2));
    await desk.advance(minutes(4));
    expect(desk.toasts.slice(told).map(({ body }) => body)).toEqual(['Meanwhile']);
    expect([...(await subjects())].sort()).toEqual(['Before', 'Meanwhile']);
    expect(desk.browserPages).toEqual([]);
    expect(graph.subscriptions(ada)).toHaveLength(2);
  });

  test('while a sign-in is needed leaves the reason and shows no second toast', async () => {
    await desk.advance(minutes(2));
    desk.cloud.entra.resetPassword(ada, { newPassword: 'a new passphrase' });
    await desk.untilTray('Sign in needed: your password changed', seconds(10));
    await desk.app.kill();
    await desk.startApp();
    await desk.untilTray('Sign in needed: your password changed', seconds(10));
    expect(desk.toasts.map(({ title }) => title)).toEqual(['Sign in needed']);
    expect(desk.browserPages).toEqual([]);
  });
});

describe('sleep', () => {
  test('ends in one digest and live subscriptions, told by the power events', async () => {
    const { graph } = desk.cloud;
    const sleeping = desk.sleep(9 * 60 * 60_000);
    graph.mailbox(ada).deliver({ subject: 'At night' });
    await sleeping;
    await desk.untilTray('All good', seconds(30));
    expect(desk.log()).toMatch(/suspend[\s\S]*resume/);
    graph.mailbox(ada).deliver({ subject: 'In the morning' });
    await desk.advance(seconds(5));
    expect([...(await subjects())].sort()).toEqual(['At night', 'In the morning']);
    expect(desk.toastTexts().at(-1)).toContain('In the morning');
    expect(graph.subscriptions(ada)).toHaveLength(2);
  });
});
