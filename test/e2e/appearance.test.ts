/** What an eye or a finger finds at once and a reader of the code does not: places, sizes, what is cut, where the focus is. */
import type { Page } from 'playwright';
import { describe, expect, test, vi } from 'vitest';
import { folders } from '../tools/look-lists.ts';
import { lookNow } from '../tools/look-states.ts';
import { looks } from '../tools/look-views.ts';
import type { How } from '../tools/played-page.ts';
import { testLimits } from './desk.ts';
import { pagesForTests } from './page-rig.ts';

vi.setConfig(testLimits);

let page: Page;
const openPage = pagesForTests();

async function open(name: string, how: Partial<How> = {}): Promise<void> {
  const look = looks.find((each) => each.name === name);
  if (look === undefined) throw new Error(`there is no look called ${name}`);
  const main = { ...look, alerts: look.page.alerts, folders };
  ({ page } = await openPage(look.view, main, {
    width: 920,
    height: 680,
    scheme: 'light',
    forced: false,
    now: lookNow,
    ...how,
  }));
}

const views = ['today-two-accounts', 'next', 'health-two-problems', 'accounts-ten', 'settings', 'sign-in-no-client-id'];
const box = async (selector: string) => {
  const found = await page.locator(selector).first().boundingBox();
  if (found === null) throw new Error(`nothing is drawn for ${selector}`);
  return found;
};

describe('menus', () => {
  test('the item that is chosen keeps its drawing, in the colour of its words', async () => {
    await open('today-all-good');
    await page.locator('.alert-main').first().focus();
    await page.keyboard.press('j');
    await page.keyboard.press('.');
    await page.clock.runFor(300);
    await page.keyboard.press('ArrowDown');
    const chosen = '.menu-item[data-highlighted]';
    expect(await box(`${chosen} .icon`)).toMatchObject({ width: 17, height: 17 });
    const colours = await page
      .locator(`${chosen}, ${chosen} .icon, ${chosen} .menu-key`)
      .evaluateAll((found) => found.map((each) => getComputedStyle(each).color));
    expect(colours).toEqual(Array.from({ length: 3 }, () => 'rgb(255, 255, 255)'));
  });

  test.each(['light', 'dark'] as const)(
    '%s, in the system’s own colours, its drawing is seen as well',
    async (scheme) => {
      await open('today-all-good', { forced: true, scheme });
      await page.getByRole('button', { name: 'Pause' }).click();
      await page.clock.runFor(300);
      await page.keyboard.press('ArrowDown');
      const chosen = '.menu-item[data-highlighted]';
      const [words, drawing] = await page
        .locator(`${chosen}, ${chosen} .icon`)
        .evaluateAll((found) => found.map((each) => getComputedStyle(each).color));
      expect(drawing).toBe(words);
    },
  );

  test('a line parts the pause from the quiet hours', async () => {
    await open('today-all-good');
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.clock.runFor(300);
    const line = page.getByRole('separator');
    expect((await line.boundingBox())?.height).toBe(1);
    expect(await line.evaluate((each) => getComputedStyle(each).backgroundColor)).not.toBe('rgba(0, 0, 0, 0)');
  });
});

test('every view begins at the same place: nothing jumps when another one is chosen', async () => {
  const places: unknown[] = [];
  for (const name of ['today-all-good', 'today-empty', 'next-empty', 'health-all-good', 'accounts', 'settings']) {
    await open(name);
    const { y, height } = await box('h1');
    places.push({ titleAt: y, titleHeight: height });
    await page.close();
  }
  expect(places).toEqual(places.map(() => places[0]));
});

test('news of a meeting offers to join it only when it is time; Join ends where the time above it ends', async () => {
  await open('today-all-good');
  expect(await page.locator('.alert-meetingMoved, .alert-meetingNew').count()).toBeGreaterThan(1);
  expect(await page.locator('.alert-joinable').count()).toBe(0);
  await page.close();
  await open('today-hard');
  const ends = await page
    .locator('.alert-joinable')
    .evaluateAll((rows) =>
      rows.map((row) =>
        ['.alert-time', '.alert-actions > .button'].map((each) =>
          Math.round(row.querySelector(each)?.getBoundingClientRect().right ?? 0),
        ),
      ),
    );
  expect(ends.length).toBeGreaterThan(0);
  for (const [time, join] of ends) expect(Math.abs((time ?? 0) - (join ?? 0))).toBeLessThanOrEqual(1);
});

test.each([360, 920])('%i pixels wide, all that can be clicked is at least 24 by 24', async (width) => {
  const all = [...views, 'today-all-good', 'health-tested-broken'];
  for (const name of width === 360 ? all : ['today-all-good', 'settings-managed']) {
    await open(name, { width });
    const small = await page.evaluate(() => {
      for (const each of document.querySelectorAll('details')) each.open = true;
      const controls = 'button, input, select, textarea, summary, [role=switch], [role=radio], [role=checkbox]';
      // Words within a sentence are as high as their line, the skip link comes only when it is focused.
      const exempt = '.text-button, .skip-link, .visually-hidden, [aria-hidden=true], [type=checkbox], [type=radio]';
      return [...document.querySelectorAll<HTMLElement>(controls)].flatMap((each) => {
        if (each.matches(exempt) || each.closest('.visually-hidden') !== null) return [];
        each.scrollIntoView({ block: 'center' });
        const { x, y, width, height } = each.getBoundingClientRect();
        if (width === 0) return [];
        const [left, top] = [x + width / 2 - 11.5, y + height / 2 - 11.5];
        const corners = [0, 23].flatMap((dx) => [0, 23].map((dy) => [left + dx, top + dy] as const));
        // Where a control is smaller than its place, what is hit beside it must be it all the same.
        const isHit = corners.every(([cx, cy]) => {
          const hit = document.elementFromPoint(cx, cy);
          return hit !== null && (each === hit || each.contains(hit) || hit.closest('label')?.htmlFor === each.id);
        });
        const isRound = getComputedStyle(each).borderRadius.endsWith('%') && width >= 24 && height >= 24;
        return isHit || isRound || (width >= 24 && height >= 24)
          ? []
          : [`${Math.round(width)}×${Math.round(height)} ${each.outerHTML.slice(0, 120)}`];
      });
    });
    expect(small, name).toEqual([]);
    await page.close();
  }
});

test.each([
  ['360 pixels wide', { width: 360 }],
  ['at 200 %', { zoom: 2 }],
] as const)('%s nothing is cut at the side, and no words lie upon others', async (_way, how) => {
  for (const name of [
    ...views,
    'today-hard',
    'next-hard',
    'settings-ten-accounts',
    'health-ten-accounts',
    'today-sandbox-off',
  ]) {
    await open(name, how);
    const wrong = await page.evaluate(() => {
      const found: string[] = [];
      const tell = (what: string, each: Element): number => found.push(`${what}: ${each.outerHTML.slice(0, 160)}`);
      for (const each of document.querySelectorAll('#content *')) {
        if (each.closest('.visually-hidden, svg') !== null || each.textContent.trim() === '') continue;
        if (each.getBoundingClientRect().right > window.innerWidth + 1) tell('beyond the window', each);
        const { overflowX, textOverflow } = getComputedStyle(each);
        const isWider = each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 2;
        if (isWider && textOverflow !== 'ellipsis' && !each.matches('input, .visually-hidden')) {
          if (overflowX === 'visible' && each.children.length > 0) continue;
          tell('wider than its place', each);
        }
      }
      for (const button of document.querySelectorAll('#content button.button')) {
        const at = button.getBoundingClientRect();
        for (const beside of button.parentElement?.querySelectorAll('p, h3, li') ?? []) {
          if (beside.contains(button) || beside.closest('.visually-hidden') !== null) continue;
          const words = document.createRange();
          words.selectNodeContents(beside);
          const isUpon = [...words.getClientRects()].some(
            (each) =>
              each.width > 2 &&
              each.right > at.left + 1 &&
              each.left < at.right - 1 &&
              each.bottom > at.top + 1 &&
              each.top < at.bottom - 1,
          );
          if (isUpon) tell('under a button', beside);
        }
      }
      return found;
    });
    expect(wrong, name).toEqual([]);
    await page.close();
  }
});

test('what is cut says itself whole to who points at it, and nothing else does', async () => {
  await open('today-all-good', { width: 360 });
  const words = 'Check-in closes 45 minutes before departure. Your seat is 14A by the window.';
  await page.getByText(words).hover();
  expect(await page.getByText(words).getAttribute('title')).toBe(words);
  const short = page.getByText('Priya Natarajan').first();
  await short.hover();
  expect(await short.getAttribute('title')).toBeNull();
});

test('wherever Tab goes, the focus is seen', async () => {
  for (const name of views) {
    await open(name);
    const unseen: string[] = [];
    let stops = 0;
    for (; stops < 60; stops++) {
      await page.keyboard.press('Tab');
      const at = await page.evaluate(() => {
        const each = document.activeElement;
        if (each === null || each === document.body) return null;
        const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(each);
        const isSeen =
          outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2 && !outlineColor.endsWith(', 0)');
        const { width, height } = each.getBoundingClientRect();
        return { isSeen: isSeen && width > 4 && height > 4, html: each.outerHTML.slice(0, 120) };
      });
      if (at === null) break;
      if (!at.isSeen) unseen.push(at.html);
    }
    expect(stops, name).toBeGreaterThan(5);
    expect(unseen, name).toEqual([]);
    await page.close();
  }
});

test('F6 goes round the parts of the window, Shift+F6 back, and Ctrl+F to the search, also from a field', async () => {
  await open('settings');
  const at = () =>
    page.evaluate(() => document.activeElement?.closest('[role=tablist], .sidebar-foot, #content')?.className);
  const steps: (string | undefined)[] = [];
  for (const key of ['F6', 'F6', 'F6', 'F6', 'Shift+F6', 'Shift+F6']) {
    await page.keyboard.press(key);
    steps.push(await at());
  }
  expect(steps).toEqual(['tabs', 'sidebar-foot', 'content', 'tabs', 'content', 'sidebar-foot']);
  await page.getByLabel('VIPs', { exact: true }).first().focus();
  await page.keyboard.press('Control+f');
  await page.clock.runFor(100);
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('search');
});

test.each(['today-paused', 'health-paused'])('%s: a pause can be ended where it is told', async (name) => {
  await open(name);
  await page.getByRole('button', { name: 'Resume' }).click();
  expect((await page.evaluate(() => window.asked)).at(-1)).toEqual({ name: 'pause', args: [null] });
});

test('a low window, or one that is enlarged, leaves its room to the list', async () => {
  await open('today-all-good', { zoom: 2 });
  await page.locator('#content').evaluate((place) => place.scrollTo(0, 400));
  await page.clock.runFor(100);
  expect((await box('h1')).y).toBeLessThan(0);
});

test('the search says how many it has found', async () => {
  await open('today-all-good');
  await page.getByLabel('Search alerts').fill('offer');
  await page.clock.runFor(300);
  await page.locator('.page-note', { hasText: '1 found' }).waitFor();
});

test('quiet hours are typed as they are told, on a 24-hour clock; what is no time is not taken', async () => {
  await open('settings');
  const from = page.getByLabel('From', { exact: true }).first();
  const changes = async () =>
    (await page.evaluate(() => window.asked))
      .filter(({ name }) => name === 'changeSettings')
      .map(({ args }) => (args[0] as { quietHours: { spans: { from: string }[] } }).quietHours.spans[0]?.from);
  expect(await from.inputValue()).toBe('19:00');
  await from.fill('8:15 pm');
  expect(await changes()).toEqual([]);
  await from.press('Tab');
  expect(await from.inputValue()).toBe('20:15');
  await from.fill('25:00');
  expect(await from.getAttribute('aria-invalid')).toBe('true');
  await from.press('Enter');
  expect(await from.inputValue()).toBe('20:15');
  await from.fill('21:07');
  await from.press('ArrowDown');
  expect(await from.inputValue()).toBe('21:00');
  await from.press('ArrowUp');
  expect(await changes()).toEqual(['20:15', '21:07', '21:00', '21:15']);
});

test('without a client id, one click leads from the list to where it is typed', async () => {
  await open('today-no-client-id');
  await page.getByRole('button', { name: 'Enter the client id' }).click();
  await page.getByLabel('Application (client) ID').waitFor();
});

test('a button that names a group of settings leads to that group, and the focus comes along', async () => {
  await open('today-all-good');
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.clock.runFor(300);
  await page.getByRole('menuitem', { name: 'Quiet hours…' }).click();
  const arrived = async (title: string): Promise<void> => {
    await page.getByRole('heading', { level: 2, name: title }).waitFor();
    await page.clock.runFor(500);
    const at = await page.evaluate(() => ({
      title: document.activeElement?.textContent,
      top: document.activeElement?.getBoundingClientRect().top ?? -1,
    }));
    expect(at.title).toBe(title);
    expect(at.top).toBeGreaterThanOrEqual(0);
    expect(at.top).toBeLessThan(680);
  };
  await arrived('Quiet hours');
  await page.getByRole('button', { name: 'Privacy' }).click();
  await arrived('Privacy');
  await page.keyboard.press('1');
  await page.keyboard.press('5');
  await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
  expect((await box('h1')).y).toBeGreaterThan(0);
});

test.each([360, 920])('%i pixels wide, the buttons of a row lie upon none of its words', async (width) => {
  for (const name of ['today-hard', 'today-two-accounts']) {
    await open(name, { width });
    const gaps = await page.locator('.alert:not(.alert-answers)').evaluateAll((rows) =>
      rows.map((row) => {
        const actions = [...row.querySelectorAll('.alert-actions > *')].map(
          (each) => each.getBoundingClientRect().left,
        );
        return Math.min(...actions) - (row.querySelector('.alert-text')?.getBoundingClientRect().right ?? 0);
      }),
    );
    expect(gaps.length).toBeGreaterThan(3);
    expect(
      gaps.filter((gap) => gap < 0),
      name,
    ).toEqual([]);
    await page.close();
  }
});
