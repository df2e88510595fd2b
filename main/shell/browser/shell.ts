import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { performance } from 'node:perf_hooks';
import { z } from 'zod';
import type { PageRequests, ViewName } from '../../../preload/contract.ts';
import { asFailure, Failure } from '../../domain/failure.ts';
import type { Cancel, Clock, Log, ToastProgram, ToastProgramEvents } from '../../domain/ports.ts';
import { browserMissing, vettedLink } from '../allowed-links.ts';
import { answer, createHandlers, type Handlers } from '../handlers.ts';
import { createLacks } from '../lacks.ts';
import { noLoginItem } from '../no-login-item.ts';
import { tellPage } from '../page-news.ts';
import type { Actions, Shell } from '../shell.ts';
import { createToastGestures } from '../toast-gestures.ts';
import { watchOnline } from '../watch-online.ts';
import { proxyOfNode } from '../way-out.ts';
import { createAccess } from './access.ts';
import { createPageServer } from './server.ts';
import { createBrowserToasts } from './toasts.ts';

export interface BrowserShellOptions {
  readonly log: Log;
  readonly clock: Clock;
  readonly version: string;
  /** Folder of the built page: holds `index.html`. */
  readonly rendererFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isOnline: () => boolean;
  /** With the system's own program; false where there is none. */
  readonly open: (target: string) => Promise<boolean>;
  /** Null where the desktop has no program for toasts. */
  readonly desktopToasts: ((events: ToastProgramEvents) => ToastProgram) | null;
  /** The address of a page that this system could not open: good once, within a minute. */
  readonly tellAddress: (address: string) => void;
  readonly quit: () => void;
}

export interface BrowserShell extends Shell {
  /** Opens the page's port; resolves with what a second start needs to ask for a page. */
  listen(): Promise<{ readonly port: number; readonly secret: string }>;
}

const pageRequests: { readonly [C in keyof PageRequests]: z.ZodType<PageRequests[C]['args']> } = {
  'page:toasts': z.tuple([z.boolean()]),
  'page:toast-clicked': z.tuple([z.string().min(1).max(600)]),
  'page:quit': z.tuple([]),
};

/** The fallback where Electron cannot be had: the same page in the system's browser, with toasts and without a tray. */
export function createBrowserShell(options: BrowserShellOptions): BrowserShell {
  const { log, clock, version, env, open, isOnline } = options;
  const secret = randomBytes(32).toString('base64url');
  const access = createAccess(() => performance.now());
  /** Pages whose person allowed them to show toasts. */
  const ableToToast = new Set<string>();
  const endings: Cancel[] = [];
  const lacks = createLacks();
  let actions: Actions | null = null;
  let handlers: Handlers | null = null;
  let origin = '';

  const server = createPageServer({
    access,
    folder: options.rendererFolder,
    secret,
    comeAgain: () => addressOf('today', null),
    pagesChanged: () => toasts.pagesChanged(),
    log,
    async answer(channel, args, token) {
      if (Object.hasOwn(pageRequests, channel)) return fromPage(channel as keyof PageRequests, args, token);
      // Nobody has a token before there is a core, so only one that has just ended is not there.
      return handlers === null ? null : answer(handlers, channel, args);
    },
  });
  /** One page shows a toast, not each tab. */
  const ablePage = (): string | undefined => server.pages().findLast((token) => ableToToast.has(token));
  const toasts = createBrowserToasts({
    desktop: options.desktopToasts,
    lacks,
    clicked: (key) => clicked(key, showWindow),
    log,
    page: {
      canShow: () => ablePage() !== undefined,
      show: (toast) => server.push('page:toast', toast, ablePage() ?? ''),
      close: (key) => server.push('page:toast-closed', { key }),
    },
  });

  function clicked(key: string, show: Shell['showWindow']): void {
    createToastGestures({
      core: () => actions,
      openLink: openExternal,
      showWindow: show,
      act: (core, what, work, view) =>
        void work().catch((error: unknown) => {
          log.warn('click.failed', { what, code: asFailure(error).code });
          if (actions === core) show(view, null);
        }),
    }).clicked(key);
  }

  function fromPage(channel: keyof PageRequests, args: readonly unknown[], token: string): null {
    const parsed = pageRequests[channel].safeParse(args);
    if (!parsed.success) throw new TypeError(`bad arguments for ${channel}`);
    const [said] = parsed.data;
    if (said === undefined) {
      options.quit();
      return null;
    }
    // The page brings itself to the front; it is only told what to show there.
    if (typeof said === 'string') clicked(said, (view, alertId) => server.push('view:show', { view, alertId }, token));
    else ableToToast[said ? 'add' : 'delete'](token);
    toasts.pagesChanged();
    return null;
  }

  function addressOf(view: ViewName, alertId: string | null): string {
    // In the fragment: it reaches neither a request, nor a log, nor another site.
    return `${origin}#code=${access.newCode({ view, alertId })}`;
  }

  function showWindow(view: ViewName, alertId: string | null): void {
    const address = addressOf(view, alertId);
    void open(address).then((opened) => {
      if (opened) return;
      server.push('view:show', { view, alertId });
      options.tellAddress(address);
    });
  }

  async function openExternal(url: string): Promise<void> {
    const link = vettedLink(url, log);
    if (await open(link)) return;
    if (server.pages().length === 0) throw browserMissing();
    server.push('page:link', { url: link });
  }

  return {
    toasts,
    openExternal,
    isOnline,
    onLacks: lacks.onLacks,
    proxy: () => proxyOfNode(env, process.execArgv),
    showWindow,
    async listen() {
      const port = await server.listen();
      origin = `http://127.0.0.1:${port}/`;
      return { port, secret };
    },
    attach(core) {
      if (actions !== null) throw new TypeError('the shell is attached already');
      actions = core;
      handlers = createHandlers({
        actions: core,
        version,
        log,
        openLink: openExternal,
        async openSettingsFolder() {
          const folder = dirname(core.state().settingsFile);
          if (!(await open(folder))) throw new Failure('unexpected', `Please open this folder yourself: ${folder}`);
        },
        loginItem: noLoginItem,
      });
      endings.push(
        tellPage(core, version, (push, payload) => server.push(push, payload)),
        watchOnline(isOnline, clock, () => core.machine('networkChanged')),
      );
    },
    async dispose() {
      actions = null;
      handlers = null;
      for (const end of endings.splice(0)) end();
      toasts.closeAll();
      server.push('page:stopped', null);
      await server.close();
    },
  };
}
