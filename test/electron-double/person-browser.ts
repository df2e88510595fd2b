/** The person's own browser, where sign-in pages open: apart from the app's windows, with the network they use. */
import type { Browser, BrowserContext, Page } from 'playwright';

export interface PersonBrowser {
  /** Oldest first. */
  list(): readonly Page[];
  open(url: string, options?: { readonly proxy?: string }): Promise<Page>;
  close(page: Page): Promise<void>;
}

export function createPersonBrowser(
  browser: Browser,
  options: {
    readonly size: { readonly width: number; readonly height: number };
    readonly scale: number;
    readonly headed: boolean;
    readonly timeZone: string;
    readonly theme: () => 'light' | 'dark';
    readonly onChange: () => void;
  },
): PersonBrowser {
  const { size, scale, headed, onChange } = options;
  const tabs = new Set<Page>();
  const contexts = new Map<string, Promise<BrowserContext>>();
  const viewport = { width: Math.min(960, size.width - 120), height: Math.min(680, size.height - 170) };

  /** One per proxy: cookies, and with them a single sign-on, last from tab to tab. */
  function contextFor(proxy: string): Promise<BrowserContext> {
    const opening =
      contexts.get(proxy) ??
      browser.newContext({
        // The played cloud signs its certificates itself; the app is given that authority, a browser is not.
        ignoreHTTPSErrors: true,
        colorScheme: options.theme(),
        timezoneId: options.timeZone,
        ...(headed ? { viewport: null } : { viewport, deviceScaleFactor: scale }),
        // The redirect back to the app's loopback address goes to this machine, not to the proxy.
        ...(proxy === '' ? {} : { proxy: { server: proxy, bypass: 'localhost,127.0.0.1,[::1]' } }),
      });
    contexts.set(proxy, opening);
    return opening;
  }

  return {
    list: () => [...tabs],
    open: async (url, { proxy = '' } = {}) => {
      const page = await (await contextFor(proxy)).newPage();
      tabs.add(page);
      page.on('close', () => {
        if (tabs.delete(page)) onChange();
      });
      await page.goto(url);
      onChange();
      return page;
    },
    close: async (page) => {
      await page.close();
    },
  };
}
