import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ada, type Desk, minutes, openDesk, seconds, testLimits } from './desk.ts';

vi.setConfig(testLimits);

let desk: Desk;
let page: Page;
beforeAll(async () => {
  desk = await openDesk();
  await desk.startApp();
  await desk.signInFromTray();
  page = await desk.openWindow();
  await page.getByRole('tab', { name: 'Today' }).click();
});
afterAll(async () => {
  await desk?.stop();
});
const row = (words: string) => page.locator('.alert').filter({ hasText: words });

describe('a mail in the list', () => {
  test('is marked as read after the permission that is asked for then, and says so', async () => {
    const { graph } = desk.cloud;
    await desk.toastOf(() => graph.mailbox(ada).deliver({ subject: 'To be read' }));
    await page.getByText('1 unread message').waitFor();
    await row('To be read').hover();
    await row('To be read').getByRole('button', { name: 'Mark as read' }).click();
    await desk.untilSeen(() => desk.browserPages.length > 0, 'the page that asks for the permission');
    await page.getByRole('heading', { name: 'Finish in your browser' }).waitFor();
    await desk.signIn({ username: ada });
    await desk.advance(seconds(5));
    await row('To be read').getByText('Handled').waitFor();
    await page.getByText('No unread messages').waitFor();

    // From now on it needs no browser.
    await desk.toastOf(() => graph.mailbox(ada).deliver({ subject: 'The next one' }));
    await page.getByRole('button', { name: /The next one/ }).focus();
    await page.keyboard.press('r');
    await row('The next one').getByText('Handled').waitFor();
    expect(desk.browserPages).toEqual([]);
  });

  test('mutes its conversation from the menu, and ends that again', async () => {
    await desk.toastOf(() => desk.cloud.graph.mailbox(ada).deliver({ subject: 'Party', conversationId: 'party' }));
    await row('Party').hover();
    await row('Party').getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Mute this conversation' }).click();
    await row('Party').getByText('Muted').waitFor();
    await page.getByRole('button', { name: /Party/ }).focus();
    await page.keyboard.press('m');
    await row('Party').getByText('Muted').waitFor({ state: 'detached' });
  });

  test('is found by any of its words among many', async () => {
    const mailbox = desk.cloud.graph.mailbox(ada);
    for (let count = 0; count < 60; count++) mailbox.deliver({ subject: `Filler ${count}`, isRead: true });
    mailbox.deliver({ subject: 'Réservation du lac', from: 'Mei Tanaka <mei@fabrikam.example>' });
    await desk.settle();
    await desk.advance(seconds(30));
    await page.locator('#search').fill('tanaka reservation');
    await page.getByText('Réservation du lac').waitFor();
    await expect.poll(() => page.locator('.alert').count()).toBe(1);
    await page.locator('#search').fill('nobody wrote this');
    await page.getByRole('heading', { name: 'Nothing found' }).waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    await expect.poll(() => page.locator('.alert').count()).toBeGreaterThan(5);
  });
});

describe('a meeting', () => {
  test('stands under Next with its time, and its reminder is snoozed and dismissed from the list', async () => {
    const now = desk.now().getTime();
    const start = new Date(Math.ceil((now + minutes(18)) / 60_000) * 60_000);
    await desk.toastOf(() =>
      desk.cloud.graph
        .calendar(ada)
        .create({ subject: 'Design review', start: start.toISOString(), location: 'Room 7', isOnlineMeeting: true }),
    );
    await page.getByRole('tab', { name: 'Next' }).click();
    const meeting = page.locator('.meeting').filter({ hasText: 'Design review' });
    expect(await meeting.innerText()).toMatch(/in 1[5-9] min[\s\S]*Design review[\s\S]*Room 7[\s\S]*Reminder at/);
    const opened = desk.desktop.openedExternally().length;
    await meeting.getByRole('button', { name: 'Join Design review' }).click();
    await desk.untilSeen(() => desk.desktop.openedExternally().length > opened, 'the meeting');

    await desk.advance(minutes(6));
    await page.getByRole('tab', { name: 'Today' }).click();
    const reminder = page.locator('.alert-reminder').filter({ hasText: 'Design review' });
    expect(await reminder.innerText()).toMatch(/Starts in 1\d min/);
    await reminder.getByRole('button', { name: 'Snooze' }).click();
    await page.getByRole('menuitem', { name: 'For 5 minutes' }).click();
    await reminder.getByText(/^Snoozed until /).waitFor();
    await reminder.getByRole('button', { name: 'Dismiss' }).click();
    await reminder.getByText('Done').waitFor();
    expect(await reminder.getByRole('button', { name: 'Snooze' }).count()).toBe(0);
  });
});

describe('what strangers write', () => {
  const RLO = '\u202E';
  const hostile = [
    '<img src=x onerror="document.title=1">',
    '<script>document.title=2</script>',
    '<style>*{display:none}</style>',
    '<svg onload="document.title=3">',
    '<iframe src="javascript:document.title=4"></iframe>',
    '<a href="javascript:alert(1)">click</a>',
    '<base href="https://fabrikam.example/">',
    '<meta http-equiv="refresh" content="0;url=https://fabrikam.example">',
    '"><b>bold</b>',
    "' onmouseover='document.title=5",
    '{{constructor.constructor("document.title=6")()}}',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is what a stranger could write
    '${document.title=7}',
    'javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    '&lt;b&gt;entities&lt;/b&gt;',
    '%s %d %c %o',
    '\\u003cscript\\u003e',
    `Invoice ${RLO}fdp.exe`,
    'مرحبا بالعالم <b>',
    'שלום <script>',
    '𝕳𝖊𝖑𝖑𝖔 🧨👩‍👩‍👧‍👦',
    'Z̸̢͘a̶l̷g̵o̴ ̶t̷e̶x̸t̸',
    'x'.repeat(290),
    'w w w w '.repeat(30).trim(),
    '../../../../etc/passwd',
    '$(reboot) `reboot` ; rm -rf /',
    "'; DROP TABLE alerts; --",
    '=HYPERLINK("https://fabrikam.example")',
    'null',
    'undefined',
  ];
  const all = [...hostile, ...hostile.map((each) => `Re: ${each} ${each}`.slice(0, 250))];

  test(`is text, in ${all.length} ways of writing it`, async () => {
    const mailbox = desk.cloud.graph.mailbox(ada);
    for (const subject of all)
      mailbox.deliver({
        subject,
        from: `"${subject.slice(0, 40).replaceAll('"', '')}" <mallory@fabrikam.example>`,
        isRead: true,
      });
    await desk.settle();
    await desk.advance(seconds(30));
    const { alerts } = await page.evaluate(() => window.tidings.listAlerts(null, ''));
    expect(alerts.length).toBeGreaterThanOrEqual(50);
    const drawn = new Map<string, string>();
    await page.locator('#content').evaluate((place) => place.scrollTo(0, 0));
    const first = page.locator('.alert-main').first();
    await expect.poll(() => first.getAttribute('data-alert'), { timeout: 10_000 }).toBe(alerts[0]?.id);
    await first.focus();
    for (let step = 0; step < alerts.length; step++) {
      const one = await page.evaluate(() => {
        const row = document.activeElement;
        const texts = ['.alert-line', '.alert-title'].map((part) => row?.querySelector(part)?.textContent ?? '');
        const known = new Set(['bdi', 'span', 'svg', 'path', 'time']);
        const strange = [...(row?.querySelectorAll('*') ?? [])].filter(
          (each) => !known.has(each.tagName.toLowerCase()),
        );
        return { id: row?.getAttribute('data-alert') ?? '', texts, strange: strange.length };
      });
      expect(one.strange).toBe(0);
      drawn.set(one.id, one.texts[0] ?? '');
      await page.keyboard.press('j');
    }
    // Every one of the newest page was drawn, and as the very text that main told.
    const told = alerts.filter(({ kind }) => kind === 'mail').map(({ id, subject }) => [id, subject || '(no subject)']);
    expect(told.map(([id]) => [id, drawn.get(id ?? '')])).toEqual(told);
    expect(await page.title()).toBe('Tidings');
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    expect((await page.consoleMessages()).map((message) => message.text())).toEqual([]);
    expect(await page.pageErrors()).toEqual([]);
  });
});

describe('health', () => {
  test('runs the self-test step by step and shows the report that is copied', async () => {
    await page.getByRole('tab', { name: 'Health' }).click();
    await page.getByRole('button', { name: 'Run self-test' }).click();
    for (let count = 0; count < 40 && (await page.getByText(/All of it works|not work\./).count()) === 0; count++) {
      await desk.advance(seconds(1));
    }
    expect(await page.locator('.steps-sum').innerText()).toMatch(/^All of it works\. Tested at \d\d:\d\d\.$/);
    expect(await page.locator('.step-verdict').allInnerTexts()).toEqual(['Works', 'Works', 'Works', 'Works', 'Works']);

    await page.getByRole('button', { name: 'Copy report' }).click();
    const report = page.getByRole('textbox', { name: 'The report' });
    await report.waitFor();
    const text = await report.inputValue();
    expect(text).toContain('Tidings');
    expect(text).not.toMatch(/ada@|Lunch|Design review/);
  });
});

describe('signing out', () => {
  test('asks first, with the focus on the answer that changes nothing', async () => {
    await page.getByRole('tab', { name: 'Accounts' }).click();
    await page.getByRole('button', { name: /^Sign out…/ }).click();
    const dialog = page.getByRole('alertdialog', { name: `Sign out ${ada}?` });
    await dialog.waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Keep signed in');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    expect(desk.cloud.graph.subscriptions(ada)).toHaveLength(2);

    await page.getByRole('button', { name: /^Sign out…/ }).click();
    await dialog.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { level: 1, name: 'Welcome' }).waitFor();
    expect(desk.cloud.graph.subscriptions(ada)).toEqual([]);

    // What was hers is gone from the open window as well.
    await page.getByRole('tab', { name: 'Today' }).click();
    await page.getByRole('heading', { name: 'Not signed in' }).waitFor();
    await expect.poll(() => page.locator('.alert').count()).toBe(0);
    await page.getByRole('tab', { name: 'Next' }).click();
    await expect.poll(() => page.locator('.meeting').count()).toBe(0);
  });
});
