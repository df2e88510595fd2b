/** One page of the app: the preload in its isolated world, the pipe between that world and main, the page's clock. */
import { randomBytes } from 'node:crypto';
import type { CDPSession, Page } from 'playwright';
import { createCodec } from './codec.ts';
import type { Remote } from './link.ts';
import { toAppUrl } from './scheme-url.ts';
import type { AppCalls, VirtualTime, WindowContent, WindowEvent } from './wire.ts';
import { createBridgeEnd, startIsolatedWorld, startMainWorld, startPageTime } from './world.ts';

const WORLD = 'Electron Isolated Context'; // Electron's own name for it
const BINDING = '__electronDoubleIpc';
const POPUP_LIMIT_MS = 300;

export interface AppPage {
  readonly id: number;
  readonly page: Page;
  content: WindowContent;
  /** The one navigation that main asked for itself, and that nobody may stop. */
  expected: string | null;
  /** A message from main. Before the page has its preload it is lost, as in Electron. */
  deliver(channel: string, args: string): Promise<void>;
  /** For this document and those that come later. */
  setTime(ms: number): Promise<void>;
}

export interface AppPageOptions {
  readonly id: number;
  readonly content: WindowContent;
  readonly time: VirtualTime | null;
  readonly app: Remote<AppCalls>;
  readonly onTrouble: (text: string) => void;
}

export async function openAppPage(page: Page, options: AppPageOptions): Promise<AppPage> {
  const { id, content, app, onTrouble } = options;
  const cdp = await page.context().newCDPSession(page);
  const secret = randomBytes(16).toString('hex');
  /** The preload's world in the current document; null between documents. */
  let world: number | null = null;
  /** While Chromium opens a popup, which is closed at once, it pauses the page, and events would go unheard. */
  let held: Promise<void> | null = null;

  const happened = (event: WindowEvent) => void app.windowHappened(id, event, toAppUrl(page.url())).catch(() => {});
  page.on('domcontentloaded', () => happened('dom-ready'));
  page.on('load', () => {
    happened('did-finish-load');
    happened('ready-to-show');
  });
  page.on('crash', () => happened('crashed'));
  page.on('pageerror', (error) => onTrouble(`page error: ${error.message}`));
  cdp.on('Page.windowOpen', ({ url, windowName }) => {
    held = popupGone(page);
    app.windowOpenAsked(id, toAppUrl(url), windowName).catch((error: Error) => onTrouble(error.message));
  });

  await cdp.send('Page.enable');
  const { frameTree } = await cdp.send('Page.getFrameTree');
  const mainFrameId = frameTree.frame.id;
  cdp.on('Runtime.executionContextCreated', ({ context }) => {
    if (context.name === WORLD && context.auxData?.frameId === mainFrameId) world = context.id;
  });
  cdp.on('Runtime.executionContextDestroyed', ({ executionContextId }) => {
    if (world === executionContextId) world = null;
  });
  cdp.on('Runtime.executionContextsCleared', () => {
    world = null;
  });
  cdp.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
    if (name === BINDING) void fromWorld(payload, executionContextId);
  });
  await cdp.send('Runtime.enable');

  async function fromWorld(payload: string, caller: number): Promise<void> {
    const { kind, id: callId, channel, args } = JSON.parse(payload);
    if (kind === 'preload-failed') {
      onTrouble(`Unable to load preload script: ${args}`);
      return;
    }
    const [ok, text] = await app.rendererCalled(id, toAppUrl(page.url()), { kind, channel, args }).then(
      (value) => [true, value] as const,
      (error: Error) => [false, error.message] as const,
    );
    if (kind === 'invoke') await inWorld(caller, `answer(${callId}, ${ok}, ${JSON.stringify(text)})`);
    else if (!ok) onTrouble(text);
  }

  async function inWorld(target: number, call: string): Promise<void> {
    await held;
    const expression = `globalThis[${JSON.stringify(secret)}]?.${call}`;
    // The document may be gone by now: then nobody waits for it any more.
    const done = await cdp.send('Runtime.evaluate', { expression, contextId: target }).catch(() => null);
    const thrown = done?.exceptionDetails;
    if (thrown !== undefined) onTrouble(`in the preload: ${thrown.exception?.description ?? thrown.text}`);
  }

  const clock = await createPageClock(cdp, secret, options.time);
  if (content.preload !== null) await injectPreload(cdp, secret, content.preload);
  return {
    id,
    page,
    content,
    expected: null,
    deliver: async (channel, args) => {
      if (world !== null) await inWorld(world, `deliver(${JSON.stringify(channel)}, ${JSON.stringify(args)})`);
    },
    setTime: clock.set,
  };
}

function popupGone(page: Page): Promise<void> {
  return new Promise((resolve) => {
    // Where Chromium opens no popup at all (see the flag in desktop.ts), none will be closed.
    const timer = setTimeout(resolve, POPUP_LIMIT_MS);
    page.once('popup', async (popup) => {
      await popup.close().catch(() => {}); // it may have closed itself
      clearTimeout(timer);
      resolve();
    });
  });
}

async function injectPreload(cdp: CDPSession, secret: string, source: string): Promise<void> {
  const { platform, versions } = process;
  const given = { secret, bindingName: BINDING, platform, versions: { electron: '45', node: versions.node } };
  const preload = `(require, process, module, exports, global) => {${source}\n}`;
  await cdp.send('Runtime.addBinding', { name: BINDING, executionContextName: WORLD });
  await cdp.send('Page.addScriptToEvaluateOnNewDocument', {
    source: `if (window === top) (${startMainWorld})(${JSON.stringify(secret)}, ${createBridgeEnd})`,
  });
  await cdp.send('Page.addScriptToEvaluateOnNewDocument', {
    worldName: WORLD,
    source: `if (window === top) (${startIsolatedWorld})(${JSON.stringify(given)}, ${createBridgeEnd}, ${createCodec}, ${preload})`,
  });
}

async function createPageClock(cdp: CDPSession, secret: string, time: VirtualTime | null) {
  let script: string | null = null;
  /** Documents that come later start with the time as it is now. */
  const register = async (ms: number) => {
    const since = time?.mode === 'flowing' ? Date.now() : null;
    const source = `(${startPageTime})(${JSON.stringify(secret)}, ${ms}, ${since})`;
    const [added] = await Promise.all([
      cdp.send('Page.addScriptToEvaluateOnNewDocument', { source }),
      script === null ? null : cdp.send('Page.removeScriptToEvaluateOnNewDocument', { identifier: script }),
    ]);
    script = added.identifier;
  };
  if (time !== null) await register(time.startMs);
  return {
    set: async (ms: number): Promise<void> => {
      if (time === null) return;
      const event = `dispatchEvent(new CustomEvent(${JSON.stringify(`${secret}>time`)}, { detail: ${ms} }))`;
      try {
        // Together: this runs at every step of time.
        await Promise.all([cdp.send('Runtime.evaluate', { expression: event }), register(ms)]);
      } catch {
        // The page is closing: it needs no time any more.
      }
    },
  };
}
