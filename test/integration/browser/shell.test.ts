import { afterEach, describe, expect, test } from 'vitest';
import type { Toast, ToastProgramEvents } from '../../../main/domain/ports.ts';
import { knock } from '../../../main/system/knock.ts';
import { mail, since } from '../../unit/shell/states.ts';
import { type ShellWorld, startShell } from './shell-world.ts';

let world: ShellWorld;
afterEach(() => world.stop());

const toast = (key: string, more: Partial<Toast> = {}): Toast => ({
  key,
  title: 'Grace Roe',
  body: 'Quarterly <b>numbers</b>',
  urgent: false,
  ...more,
});
const says = (channel: string, ...args: unknown[]) => ({ channel, args });

describe('the page', () => {
  test('is opened in the system’s browser with a code that works once, and comes to the view it was opened for', async () => {
    world = await startShell();
    world.shell.showWindow('health', null);
    const [address] = world.opened;
    expect(address).toMatch(new RegExp(`^${world.origin}/#code=[\\w-]{43}$`));
    const code = address?.split('#code=')[1];
    const first = await world.ask('/api/start', { code });
    expect(await first.json()).toEqual({ token: expect.any(String), show: { view: 'health', alertId: null } });
    expect((await world.ask('/api/start', { code })).status).toBe(401);
  });

  test('a code that is used twice ends the page that used it first, at once', async () => {
    world = await startShell();
    const code = await world.newCode();
    const { token } = (await (await world.ask('/api/start', { code })).json()) as { token: string };
    const page = await world.listen(token);
    await world.ask('/api/start', { code });
    expect(await page.next()).toBeNull();
    expect((await world.ask('/api/request', says('app:get'), token)).status).toBe(401);
  });

  test('hears of every change, each page of its own', async () => {
    world = await startShell();
    const pages = await Promise.all(
      [world.newToken(), world.newToken()].map(async (token) => world.listen(await token)),
    );
    world.happen('state');
    world.happen('alerts');
    world.happen('meetings');
    for (const page of pages) {
      const heard = [await page.next(), await page.next(), await page.next()] as { push: string }[];
      expect(heard.map(({ push }) => push)).toEqual(['app:changed', 'alerts:changed', 'meetings:changed']);
      await page.stop();
    }
  });

  test('where the system opens nothing, the address is told, and open pages show what was wanted', async () => {
    world = await startShell({ opens: false });
    const page = await world.listen(await world.newToken());
    world.shell.showWindow('today', 'alert-1');
    expect(await page.next()).toEqual({ push: 'view:show', payload: { view: 'today', alertId: 'alert-1' } });
    await expect.poll(() => world.told).toHaveLength(1);
    expect(world.told[0]).toMatch(/#code=/);
  });

  test('seventeen of them are one too many, and a place becomes free when one goes', async () => {
    world = await startShell();
    const token = await world.newToken();
    const pages = await Promise.all(Array.from({ length: 16 }, () => world.listen(token)));
    await expect(world.listen(token)).rejects.toThrow('429');
    await pages[0]?.stop();
    await expect.poll(() => world.listen(token).then(() => 'open', String)).toBe('open');
  });

  test('is told that nothing can be started at login from here, also when it asks all the same', async () => {
    world = await startShell();
    const token = await world.newToken();
    const asked = await world.ask('/api/request', says('settings:start-at-login', true), token);
    expect(await asked.json()).toEqual({
      ok: false,
      userMessage: 'This system offers no way to start a program at login.',
    });
  });

  test('quits Tidings when asked to, and is told when it ends', async () => {
    world = await startShell();
    const token = await world.newToken();
    const page = await world.listen(token);
    expect(await (await world.ask('/api/request', says('page:quit'), token)).json()).toBeNull();
    expect(world.quits()).toBe(1);
    const began = performance.now();
    await world.shell.dispose();
    expect(performance.now() - began).toBeLessThan(1_000);
    expect([await page.next(), await page.next()]).toEqual([{ push: 'page:stopped', payload: null }, null]);
  });
});

describe('a second start', () => {
  test('gets another address from the one that runs', async () => {
    world = await startShell();
    const address = await knock({ port: world.port, secret: world.secret }, 5_000);
    const code = address.split('#code=')[1];
    expect((await world.ask('/api/start', { code })).status).toBe(200);
  });

  test.each([
    ['with a wrong secret', (real: ShellWorld) => ({ port: real.port, secret: 'x'.repeat(43) })],
    ['at a port where nobody is', () => ({ port: 1, secret: 'x'.repeat(43) })],
  ])('%s is told that it does not answer', async (_how, door) => {
    world = await startShell();
    await expect(knock(door(world), 5_000)).rejects.toMatchObject({
      code: 'unexpected',
      userMessage: 'It runs already, but does not answer. Please end it first.',
    });
  });
});

describe('a page of Microsoft’s', () => {
  const link = 'https://outlook.office365.com/owa/?ItemID=1';

  test('is opened by the system', async () => {
    world = await startShell({ core: { alert: () => mail('1', since) } });
    const outcome = await world.ask('/api/request', says('alert:open', '1'), await world.newToken());
    expect([await outcome.json(), world.opened]).toEqual([{ ok: true, value: null }, [link]]);
  });

  test('is offered by the page where the system opens nothing', async () => {
    world = await startShell({ opens: false, core: { alert: () => mail('1', since) } });
    const token = await world.newToken();
    const page = await world.listen(token);
    const outcome = await world.ask('/api/request', says('alert:open', '1'), token);
    expect([await outcome.json(), await page.next()]).toEqual([
      { ok: true, value: null },
      { push: 'page:link', payload: { url: link } },
    ]);
  });

  test('is a failure in words where neither can', async () => {
    world = await startShell({ opens: false });
    await expect(world.shell.openExternal(link)).rejects.toMatchObject({
      userMessage: 'Your web browser could not be opened. Is a default browser chosen?',
    });
  });

  test('is the only kind that is opened', async () => {
    world = await startShell({ core: { alert: () => mail('1', since, { webLink: 'https://evil.example/' }) } });
    const outcome = await world.ask('/api/request', says('alert:open', '1'), await world.newToken());
    expect([await outcome.json(), world.opened]).toEqual([
      { ok: false, userMessage: expect.stringContaining('opens only Outlook') },
      [],
    ]);
  });
});

describe('toasts', () => {
  /** What Health hears. */
  const lacks = () => {
    let now: readonly string[] = [];
    world.shell.onLacks?.((all) => {
      now = [...all];
    });
    return () => now;
  };

  test('are lacking until a page may show them, and again when that page goes', async () => {
    world = await startShell();
    const lacking = lacks();
    expect([lacking(), world.shell.toasts.show(toast('1'))]).toEqual([['toasts'], 'unavailable']);
    const token = await world.newToken();
    const page = await world.listen(token);
    await world.ask('/api/request', says('page:toasts', true), token);
    expect([lacking(), world.shell.toasts.show(toast('2'))]).toEqual([[], 'shown']);
    expect(await page.next()).toEqual({ push: 'page:toast-closed', payload: { key: '2' } });
    expect(await page.next()).toEqual({
      push: 'page:toast',
      payload: { key: '2', title: 'Grace Roe', body: 'Quarterly <b>numbers</b>', urgent: false },
    });
    await page.stop();
    await expect.poll(lacking).toEqual(['toasts']);
  });

  test('are shown by one page, not by each', async () => {
    world = await startShell();
    const [first, second] = [await world.newToken(), await world.newToken()];
    const pages = [await world.listen(first), await world.listen(second)];
    for (const token of [first, second]) await world.ask('/api/request', says('page:toasts', true), token);
    world.shell.toasts.show(toast('1'));
    world.happen('state');
    const pushes: string[][] = [];
    for (const page of pages) {
      const heard: string[] = [];
      for (let push = ''; push !== 'app:changed'; heard.push(push))
        push = ((await page.next()) as { push: string }).push;
      pushes.push(heard);
    }
    expect(pushes).toEqual([
      ['page:toast-closed', 'app:changed'],
      ['page:toast-closed', 'page:toast', 'app:changed'],
    ]);
  });

  test('a click on one opens that very message; without a link, the page shows its place in the list', async () => {
    const alerts = { open: mail('open', since), bare: mail('bare', since, { webLink: null }) };
    world = await startShell({ core: { alert: (id) => alerts[id as keyof typeof alerts] ?? null } });
    const token = await world.newToken();
    const page = await world.listen(token);
    await world.ask('/api/request', says('page:toast-clicked', 'open'), token);
    expect(world.opened).toEqual(['https://outlook.office365.com/owa/?ItemID=1']);
    await world.ask('/api/request', says('page:toast-clicked', 'bare'), token);
    expect(await page.next()).toEqual({ push: 'view:show', payload: { view: 'today', alertId: 'bare' } });
  });

  test('go through the desktop where it takes them, and through the page when it does not', async () => {
    const shown: object[] = [];
    const desktops: ToastProgramEvents[] = [];
    world = await startShell({
      desktopToasts(events) {
        desktops.push(events);
        return { show: (each) => void shown.push(each), close: () => {}, closeAll: () => {} };
      },
    });
    const lacking = lacks();
    expect(world.shell.toasts.show(toast('1', { urgent: true }))).toBe('shown');
    expect(shown).toMatchObject([
      { key: '1', title: 'Grace Roe', body: 'Quarterly &lt;b&gt;numbers&lt;/b&gt;', stays: true },
    ]);

    const token = await world.newToken();
    const page = await world.listen(token);
    desktops[0]?.failed('1', 'no server');
    expect(lacking()).toEqual(['toasts']);
    await world.ask('/api/request', says('page:toasts', true), token);
    expect(lacking()).toEqual([]);
    world.shell.toasts.show(toast('2'));
    desktops[0]?.failed('2', 'no server');
    const heard = [await page.next(), await page.next()];
    expect(heard.at(-1)).toMatchObject({ push: 'page:toast', payload: { key: '2' } });
    expect(shown).toHaveLength(2);
  });
});
