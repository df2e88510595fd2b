import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { type Desk, openDesk, testLimits } from './desk.ts';

vi.setConfig(testLimits);

let desk: Desk;
afterEach(async () => {
  await desk?.stop();
});
const entry = (): string => join(desk.app.folder, '.config', 'autostart', 'app.tidings.desktop');

test('the switch for starting at login writes the entry that the desktop reads, and shows what the desktop would do', async () => {
  desk = await openDesk();
  await desk.startApp();
  await desk.signInFromTray();
  const page = await desk.openWindow();
  await page.getByRole('tab', { name: 'Settings' }).click();
  const toggle = page.getByRole('switch', { name: 'Start Tidings when I log in' });
  await toggle.waitFor();
  expect([await toggle.isChecked(), existsSync(entry())]).toEqual([false, false]);
  await toggle.click();
  await expect.poll(() => existsSync(entry())).toBe(true);
  expect(readFileSync(entry(), 'utf8')).toMatch(/^Exec="[^"]+" "[^"]+" "--hidden"$/mu);
  expect(await page.evaluate(async () => (await window.tidings.getSettings()).loginItem)).toEqual({
    state: 'on',
    note: '',
  });
  await toggle.click();
  await expect.poll(() => existsSync(entry())).toBe(false);
});

test('what the system starts at login shows no window, and the tray is the way to it', async () => {
  desk = await openDesk({ packaged: { args: ['--hidden'] } });
  await desk.startApp();
  // Without an account the person's own start would have opened the sign-in.
  expect([desk.desktop.window(), desk.tray().tooltip]).toEqual([null, 'Tidings – Not signed in']);
  await desk.openWindow();
});
