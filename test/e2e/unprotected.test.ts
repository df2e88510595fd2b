import { afterEach, describe, expect, test, vi } from 'vitest';
import { type Desk, openDesk, seconds, testLimits } from './desk.ts';

vi.setConfig(testLimits);

let desk: Desk;
afterEach(async () => {
  await desk?.stop();
});
const packaged = { args: ['--no-sandbox'] };

describe('an installed Tidings without the sandbox', () => {
  test('signs nobody in, and says why in tray and window', async () => {
    desk = await openDesk({ packaged });
    await desk.startApp();
    await desk.untilTray('Started without protection', seconds(10));
    const page = await desk.windowPage();
    const outcome = await page.evaluate(() => window.tidings.signIn(null));
    expect(outcome).toEqual({ ok: false, userMessage: expect.stringContaining('--no-sandbox') });
    expect([desk.browserPages, desk.desktop.openedExternally()]).toEqual([[], []]);
    const { health } = await desk.appView();
    expect(health.warnings.map(({ headline }) => headline)).toEqual(['Started without protection']);
  });

  test('does as it is told by somebody who knows, and goes on saying so', async () => {
    desk = await openDesk({ packaged, env: { TIDINGS_ALLOW_NO_SANDBOX: '1' } });
    await desk.startApp();
    await desk.signInFromTray();
    const { health } = await desk.appView();
    expect(health.notices.map(({ headline }) => headline)).toEqual(['Started without protection, by your choice']);
  });
});
