/** `webContents` of a window: the page itself lives in the desktop's Chromium. */
import type { WindowEvent } from '../wire.ts';
import { complete, emitterOf, preventable } from './guard.ts';
import { host, tell } from './host.ts';
import { codec } from './ipc-main.ts';
import type { DoubleSession } from './session.ts';

const EVENTS = [
  'dom-ready',
  'did-start-loading',
  'did-stop-loading',
  'did-finish-load',
  'did-fail-load',
  'did-navigate',
  'will-navigate',
  'will-frame-navigate',
  'render-process-gone',
  'destroyed',
  'focus',
  'blur',
  // Listened to in good style; told by tests only, or never.
  'will-redirect',
  'will-attach-webview',
];

type OpenHandler = (details: object) => { action: 'allow' | 'deny' };

export function createWebContents(id: number, session: DoubleSession, preferences: Readonly<Record<string, unknown>>) {
  let url = '';
  let isDestroyed = false;
  let isLoading = false;
  let openHandler: OpenHandler | null = null;
  const { desktop } = host();
  const live = () => {
    if (isDestroyed) throw new TypeError('Object has been destroyed');
  };
  const mainFrame = complete('WebFrameMain', {
    get url() {
      return url;
    },
    get origin() {
      return url === '' ? 'null' : `${new URL(url).protocol}//${new URL(url).host}`;
    },
    parent: null,
    get top() {
      return mainFrame;
    },
    processId: 1000 + id,
    name: '',
    detached: false,
    isDestroyed: () => isDestroyed,
    send: (channel: string, ...args: unknown[]) => contents.send(channel, ...args),
  });
  const load = async (target: string) => {
    live();
    isLoading = true;
    emitter.emit('did-start-loading');
    try {
      await desktop.windowLoad(id, target);
    } catch (error) {
      const { message } = error as Error;
      emitter.emit('did-fail-load', {}, -2, message, target, true);
      throw new Error(`${message} loading '${target}'`);
    } finally {
      isLoading = false;
    }
  };
  const emitter = emitterOf('webContents', EVENTS);
  const contents = complete(
    'webContents',
    Object.assign(emitter, {
      id,
      session,
      mainFrame,
      navigationHistory: complete('navigationHistory', {
        clear: () => {},
      }),
      loadURL: load,
      send: (channel: string, ...args: unknown[]) => {
        live();
        let encoded: string;
        try {
          encoded = codec.encode(args);
        } catch {
          throw new Error('Failed to serialize arguments');
        }
        tell(desktop.windowSend(id, channel, encoded));
      },
      executeJavaScript: (code: string) => desktop.windowExecute(id, code),
      reload: () => tell(desktop.windowReload(id)),
      setWindowOpenHandler: (handler: OpenHandler) => {
        openHandler = handler;
      },
      getLastWebPreferences: () => preferences,
      isDestroyed: () => isDestroyed,
      isLoading: () => isLoading,
      isFocused: () => false,
      focus: () => tell(desktop.windowFocused(id)),
    }),
  );
  const inside: Inside = {
    isAt: (at) => {
      url = at;
    },
    happened: (event, at) => {
      if (event !== 'closed') url = at;
      if (event === 'crashed') emitter.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 });
      if (event === 'dom-ready') emitter.emit('did-navigate', {}, at, 200, 'OK');
      if (event === 'did-finish-load') emitter.emit('did-stop-loading');
      if (event === 'dom-ready' || event === 'did-finish-load') emitter.emit(event, {});
      if (event === 'focus' || event === 'blur') emitter.emit(event);
    },
    asksToGo: (target, isMainFrame) => {
      const details = () =>
        preventable({ url: target, isMainFrame, isSameDocument: false, frame: mainFrame, initiator: mainFrame });
      const anyFrame = details();
      emitter.emit('will-frame-navigate', anyFrame);
      if (anyFrame.defaultPrevented) return false;
      const top = details();
      if (isMainFrame) emitter.emit('will-navigate', top, target);
      return !top.defaultPrevented;
    },
    asksByRoute: (route, target) => {
      const event = preventable({ url: target, isMainFrame: true, frame: mainFrame });
      if (route === 'will-redirect') emitter.emit(route, event, target, false, true);
      else emitter.emit(route, event, {}, { src: target });
      return !event.defaultPrevented;
    },
    asksToOpen: (target, frameName) => {
      const details = {
        url: target,
        frameName,
        features: '',
        disposition: 'foreground-tab',
        referrer: { url, policy: '' },
      };
      const { action } = openHandler?.(details) ?? { action: 'allow' };
      if (action === 'allow') throw new Error(`The double opens no second window for a page (asked for ${target})`);
    },
    destroyed: () => {
      if (isDestroyed) return;
      isDestroyed = true;
      emitter.emit('destroyed');
    },
  };
  insides.set(id, inside);
  return contents;
}

export type DoubleWebContents = ReturnType<typeof createWebContents>;
interface Inside {
  /** Where the page is: known from the page itself whenever it speaks. */
  isAt(url: string): void;
  happened(event: WindowEvent, url: string): void;
  asksToGo(url: string, isMainFrame: boolean): boolean;
  asksByRoute(route: 'will-redirect' | 'will-attach-webview', url: string): boolean;
  asksToOpen(url: string, frameName: string): void;
  destroyed(): void;
}
const insides = new Map<number, Inside>();

/** The side of a webContents that only the desktop sees. */
export function insideOf(id: number): Inside | null {
  return insides.get(id) ?? null;
}
