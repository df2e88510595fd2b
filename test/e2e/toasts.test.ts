import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { ada, type Desk, openDesk, seconds, testLimits } from './desk.ts';

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
afterEach(async () => {
  for (const { id } of desk.desktop.toasts()) await desk.desktop.closeToast(id);
});

const opened = (): string | undefined => desk.desktop.openedExternally().at(-1);
const openedCount = (): number => desk.desktop.openedExternally().length;

describe('a toast', () => {
  test('of a mail opens that very message in Outlook', async () => {
    const { graph } = desk.cloud;
    await desk.desktop.closeWindow();
    await desk.untilSeen(() => desk.desktop.window() === null, 'the window to close');
    await desk.toastOf(() => graph.mailbox(ada).deliver({ subject: 'The other one' }));
    let id = '';
    const toast = await desk.toastOf(() => {
      id = graph.mailbox(ada).deliver({ subject: 'This very one', from: 'Lin Poe <lin@contoso.example>' }).immutableId;
    });
    expect([toast.title, toast.body]).toEqual(['Lin Poe', 'This very one']);
    const before = openedCount();
    await desk.app.clickToast(toast.key);
    await desk.untilSeen(() => openedCount() > before, 'the link to open');
    const link = new URL(opened() ?? '');
    expect([link.protocol, link.host, decodeURIComponent(link.search).includes(id)]).toEqual([
      'https:',
      'outlook.office365.com',
      true,
    ]);
    expect([openedCount(), desk.desktop.window()]).toEqual([before + 1, null]);
  });

  test('of a meeting that moved says from when to when, and opens the meeting', async () => {
    const calendar = desk.cloud.graph.calendar(ada);
    let id = '';
    const made = await desk.toastOf(() => {
      id = calendar.create({ subject: 'Design review', start: '2026-11-23T09:00:00Z' }).immutableId;
    });
    expect(made.title).toBe('New meeting: Design review');
    const moved = await desk.toastOf(() => calendar.update(id, { start: '2026-11-24T13:00:00Z' }));
    expect([moved.title, moved.body]).toEqual([
      expect.stringContaining('Design review'),
      expect.stringContaining('Moved from Mon 23 Nov, 10:00 to Tue 24 Nov, 14:00'),
    ]);
    const before = openedCount();
    await desk.app.clickToast(moved.key);
    await desk.untilSeen(() => openedCount() > before, 'the link to open');
    expect(new URL(opened() ?? '').host).toBe('outlook.office365.com');
    expect(decodeURIComponent(opened() ?? '')).toContain(id);
  });

  test('goes when its mail is read elsewhere', async () => {
    const mailbox = desk.cloud.graph.mailbox(ada);
    let id = '';
    await desk.toastOf(() => {
      id = mailbox.deliver({ subject: 'Read on the phone' }).immutableId;
    });
    expect(desk.desktop.toasts().map(({ body }) => body)).toEqual(['Read on the phone']);
    mailbox.markRead(id);
    await desk.advance(seconds(5));
    expect(desk.desktop.toasts()).toEqual([]);
  });

  test('of a mail that names no link we open leads nowhere: only Outlook, Teams and sign-in pages are opened', async () => {
    const calendar = desk.cloud.graph.calendar(ada);
    await desk.toastOf(() =>
      calendar.create({
        subject: 'Come here',
        start: '2026-11-23T10:00:00Z',
        joinUrl: 'https://teams.microsoft.com.fabrikam.example/l/meetup-join/1',
      }),
    );
    await desk.toastOf(() =>
      calendar.create({ subject: 'Or here', start: '2026-11-23T11:00:00Z', isOnlineMeeting: true }),
    );
    const page = await desk.openWindow();
    const { alerts } = await page.evaluate(() => window.tidings.listAlerts(null, ''));
    const canJoin = (subject: string): boolean | undefined => alerts.find((each) => each.subject === subject)?.canJoin;
    expect([canJoin('Come here'), canJoin('Or here')]).toEqual([false, true]);

    const before = openedCount();
    const id = alerts.find((each) => each.subject === 'Come here')?.id ?? '';
    const outcomes = await page.evaluate(
      async (ids) => await Promise.all(ids.map((each) => window.tidings.joinFromAlert(each))),
      [id, 'https://fabrikam.example/', 'nobody knows this'],
    );
    expect(outcomes.map(({ ok }) => ok)).toEqual([false, false, false]);
    expect(openedCount()).toBe(before);
    const row = page.locator('.alert').filter({ hasText: 'Or here' });
    await row.hover();
    await row.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Join' }).click();
    await desk.untilSeen(() => openedCount() > before, 'the meeting to open');
    expect(new URL(opened() ?? '').host).toBe('teams.microsoft.com');
  });
});

describe('what strangers write', () => {
  const RLO = '\u202E';
  const hostile = [
    { subject: '<img src=x onerror="document.title=1"><b>bold</b> & <script>document.title=2</script>' },
    { subject: `Invoice ${RLO}fdp.exe\u2066\u200B\u0007`, shown: 'Invoice fdp.exe' },
    { subject: 'Line one\r\nLine two\u2028Line three', shown: 'Line one Line two Line three' },
    { subject: '%s %d {{constructor}} javascript:alert(1) &amp;lt;b&gt;' },
    { subject: `long ${'x'.repeat(9_995)}`, isCut: true },
  ];

  test.each(hostile)(
    'stays text in toast and window: $subject',
    async ({ subject, shown = subject, isCut = false }) => {
      const toast = await desk.toastOf(() =>
        desk.cloud.graph.mailbox(ada).deliver({ subject, from: '<i>Mallory</i> <mallory@fabrikam.example>' }),
      );
      const page = await desk.openWindow();
      await page.getByRole('tab', { name: 'Today' }).click();
      const row = page.locator('.alert').first();
      await row.waitFor();
      const line = row.locator('.alert-line');
      if (isCut) {
        expect([toast.body.length, toast.body.endsWith('…')]).toEqual([240, true]);
        const text = (await line.textContent()) ?? '';
        expect([text.length, text.endsWith('…')]).toEqual([300, true]);
      } else {
        expect(toast.body).toBe(shown);
        expect(await line.textContent()).toBe(shown);
      }
      const { rawBody } = desk.desktop.toasts().at(-1) ?? { rawBody: '' };
      expect(rawBody).not.toMatch(/[<>]/);
      expect(await row.locator('img, script, b, i').count()).toBe(0);
      expect(await page.title()).toBe('Tidings');
      // Nothing a stranger wrote makes the page wider than its window.
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
      expect(desk.tray().tooltip).toBe('Tidings – All good');
      expect(desk.tray().menu.join()).not.toContain(shown.slice(0, 12));
    },
  );
});
