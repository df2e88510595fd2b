/** The demo that a person plays, without windows: every button of the panel is pressed on its real page. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LiveDemo, openLiveDemo } from './live.ts';
import { createPrinter } from './printer.ts';

const lines: string[] = [];
const out = createPrinter({
  write: (line) => lines.push(line),
  timeZone: 'Europe/Berlin',
  colours: false,
  columns: null,
});
let demo: LiveDemo;

beforeAll(async () => {
  demo = await openLiveDemo({ start: new Date('2026-11-21T09:00:00Z') }, out, 'Europe/Berlin');
});
afterAll(async () => {
  await demo?.stop();
});

const button = (id: string) => demo.panel.page.locator(`#do-${id}`);
async function said(words: string): Promise<void> {
  await demo.panel.page.locator('#said', { hasText: words }).waitFor({ timeout: 30_000 });
  await demo.panel.page.locator('body[aria-busy="false"]').waitFor({ timeout: 5_000 });
}
async function press(id: string, answer: string): Promise<void> {
  await demo.panel.page.locator(`#do-${id}[aria-disabled="false"]`).click({ timeout: 10_000 });
  await said(answer);
}
const trayOnPanel = (words: string) =>
  demo.panel.page.locator('#tray', { hasText: words }).waitFor({ timeout: 15_000 });

describe('the control panel', { timeout: 60_000 }, () => {
  test('shows the tray in words, and offers nothing that cannot be done', async () => {
    await trayOnPanel('Not signed in');
    expect(await button('challenge').getAttribute('aria-disabled')).toBe('true');
    expect(await button('challenge').getAttribute('title')).toBe('Nobody has subscribed yet.');
    expect(await button('signIn').getAttribute('title')).toBe('No sign-in page is open: click the tray.');
  });

  test('signs in for the person on the page that the app opened', async () => {
    await demo.world.theatre.app.clickMenu('Sign in');
    await press('signIn', 'Ada has signed in.');
    await trayOnPanel('All good');
  });

  test('delivers the mail that was typed, by keyboard alone', async () => {
    const { page } = demo.panel;
    await page.locator('#subject').fill('Typed by hand');
    await page.locator('#subject').press('Enter');
    await said('“Typed by hand” is in the inbox.');
    await page
      .locator('#events li[data-who="toast"]', { hasText: 'Grace Roe · Typed by hand' })
      .waitFor({ timeout: 15_000 });
    expect(lines.some((line) => line.includes('Grace Roe · Typed by hand'))).toBe(true);
  });

  test.each([
    ['deliverMany', 'Twenty mails are in the inbox.'],
    ['markRead', 'was read on another device.'],
    ['createMeeting', '“Design review” was created.'],
    ['moveMeeting', '“Design review” starts an hour later.'],
    ['cancelMeeting', '“Design review” was cancelled.'],
    ['challenge', 'Graph told 2 subscriptions: reauthorizationRequired.'],
    ['missed', 'Graph told 2 subscriptions: missed.'],
    ['removeSubscriptions', 'Graph told 2 subscriptions: subscriptionRemoved.'],
    ['shortTokens', 'New access tokens live 5 minutes.'],
    ['shortTokens', 'New access tokens live as long as usual.'],
    ['quarter', '+15 minutes: done.'],
    ['theme', 'The desktop is dark.'],
  ])('%s: %s', async (id, answer) => {
    await press(id, answer);
  });

  test('cuts the tunnel and restores it; the tray says so', async () => {
    await press('tunnel', 'The tunnel is cut.');
    await trayOnPanel('Delayed: the tunnel is down');
    await press('tunnel', 'The relay works again.');
    await press('minute', '+1 minute: done.');
    await trayOnPanel('All good');
    await press('stealName', 'A stranger owns the tunnel’s name now.');
  });

  test('takes the network away and gives it back', async () => {
    await press('network', 'The desktop has no network.');
    await press('minute', '+1 minute: done.');
    await trayOnPanel('Offline');
    await press('network', 'The network is back.');
    await press('quarter', '+15 minutes: done.');
    await trayOnPanel('All good');
  });

  test('lets the machine sleep for nine hours; app and cloud wake at the same time', async () => {
    const { theatre } = demo.world;
    const before = theatre.now().getTime();
    await press('sleep', 'The machine sleeps.');
    await press('sleep', 'Nine hours later, the machine is awake.');
    // Time flows in the demo, so what the two clicks took comes on top.
    expect((theatre.now().getTime() - before) / 3_600_000).toBeCloseTo(9, 0);
    expect(Math.abs(theatre.app.desktop.time.now().getTime() - theatre.now().getTime())).toBeLessThan(1_000);
    await press('quarter', '+15 minutes: done.');
    await trayOnPanel('All good');
  });

  test('kills, starts and quits the app, and resets the password', async () => {
    await press('kill', 'Tidings was killed.');
    await trayOnPanel('no tray icon');
    await press('start', 'Tidings was started.');
    await press('quarter', '+15 minutes: done.');
    await trayOnPanel('All good');
    await press('resetPassword', 'The password is now: another passphrase 2');
    await trayOnPanel('Sign in needed: your password changed');
    await press('quit', 'Tidings has ended.');
    await trayOnPanel('no tray icon');
  });
});
