/**
 * What runs inside an app page, handed over as source text: every exported function here is self-contained.
 *
 * A page has two JavaScript worlds, as in Electron: the page's own, and an isolated one for the preload script. They
 * share the DOM only, so the context bridge crosses by DOM events whose `detail` Chromium structure-clones. The events'
 * name is a random secret that page code cannot learn.
 */
import type { Codec } from './codec.ts';

type Fn = (...args: unknown[]) => unknown;
interface BridgeEnd {
  wrap(value: unknown): unknown;
  unwrap(value: unknown): unknown;
  post(message: object): void;
  onMessage: (message: Record<string, unknown>) => void;
}
export type CreateBridgeEnd = (outName: string, inName: string) => BridgeEnd;

/** One end of the bridge; both worlds run the same code. Functions and promises travel as numbers, the rest as values. */
export function createBridgeEnd(outName: string, inName: string): BridgeEnd {
  const MARK = '\u0000bridge';
  const shared = new Map<number, Fn>();
  const numbers = new WeakMap<Fn, number>();
  const promised = new Map<number, { resolve: (value: unknown) => void; reject: (reason: unknown) => void }>();
  const listen = addEventListener.bind(globalThis);
  const dispatch = dispatchEvent.bind(globalThis);
  const Custom = CustomEvent;
  let nextNumber = 1;
  let reply: { error?: unknown; value?: unknown } | null = null;

  const post = (message: object) => void dispatch(new Custom(outName, { detail: message }));

  function wrap(value: unknown): unknown {
    if (typeof value === 'function') {
      const fn = value as Fn;
      const number = numbers.get(fn) ?? nextNumber++;
      numbers.set(fn, number);
      shared.set(number, fn);
      return { [MARK]: 'function', number };
    }
    if (value instanceof Promise) {
      const number = nextNumber++;
      value.then(
        (result) => post({ kind: 'settle', number, value: wrap(result) }),
        (reason) => post({ kind: 'settle', number, failed: true, value: wrap(reason) }),
      );
      return { [MARK]: 'promise', number };
    }
    if (Array.isArray(value)) return value.map(wrap);
    if (Object.prototype.toString.call(value) !== '[object Object]') return value;
    return Object.fromEntries(Object.entries(value as object).map(([key, item]) => [key, wrap(item)]));
  }

  function unwrap(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(unwrap);
    if (Object.prototype.toString.call(value) !== '[object Object]') return value;
    const object = value as Record<string, unknown>;
    const number = object.number as number;
    if (object[MARK] === 'function') return (...args: unknown[]) => call(number, args);
    if (object[MARK] === 'promise') {
      return new Promise((resolve, reject) => promised.set(number, { resolve, reject }));
    }
    return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, unwrap(item)]));
  }

  /** The answer is there when `post` returns: DOM events are dispatched synchronously, through both worlds. */
  function call(number: number, args: unknown[]): unknown {
    reply = null;
    post({ kind: 'call', number, args: args.map(wrap) });
    const answer = reply as { error?: unknown; value?: unknown } | null;
    reply = null;
    if (answer === null) throw new Error('The other world did not answer');
    if ('error' in answer) throw unwrap(answer.error);
    return unwrap(answer.value);
  }

  function answerCall(number: number, args: unknown[]): void {
    let answer: object;
    try {
      answer = { value: wrap(shared.get(number)?.(...args.map(unwrap))) };
    } catch (error) {
      answer = { error: wrap(error) };
    }
    post({ kind: 'reply', ...answer });
  }

  const end: BridgeEnd = { wrap, unwrap, post, onMessage: () => {} };
  listen(inName, (event) => {
    const message = (event as CustomEvent).detail as Record<string, unknown>;
    if (message.kind === 'call') answerCall(message.number as number, message.args as unknown[]);
    else if (message.kind === 'reply') reply = message;
    else if (message.kind === 'settle') {
      const waiting = promised.get(message.number as number);
      promised.delete(message.number as number);
      if (message.failed === true) waiting?.reject(unwrap(message.value));
      else waiting?.resolve(unwrap(message.value));
    } else end.onMessage(message);
  });
  return end;
}

/** The page's own world: puts on `window` what the preload exposes. */
export function startMainWorld(secret: string, createEnd: CreateBridgeEnd): void {
  const end = createEnd(`${secret}>preload`, `${secret}>page`);
  const freeze = (value: unknown): unknown => {
    if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
    return value;
  };
  end.onMessage = ({ kind, key, api }) => {
    if (kind !== 'expose') return;
    Object.defineProperty(window, key as string, { value: freeze(end.unwrap(api)), enumerable: true });
  };
}

/** The page's `Date`, when the desktop plays with time: it was `startMs` at `sinceRealMs`, or stands still if null. */
export function startPageTime(secret: string, startMs: number, sinceRealMs: number | null): void {
  const RealDate = Date;
  const realNow = RealDate.now.bind(RealDate);
  let set = { ms: startMs, at: sinceRealMs };
  const now = () => Math.round(set.ms + (set.at === null ? 0 : realNow() - set.at));
  addEventListener(`${secret}>time`, (event) => {
    set = { ms: (event as CustomEvent).detail as number, at: set.at === null ? null : realNow() };
  });
  const shifted = new Proxy(RealDate, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new RealDate(now()).toString(),
    get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
  });
  Object.defineProperty(globalThis, 'Date', { value: shifted, writable: true, configurable: true });
}

type Preload = (
  require: (name: string) => unknown,
  process: object,
  module: object,
  exports: object,
  global: object,
) => void;
export interface IsolatedWorldOptions {
  readonly secret: string;
  readonly bindingName: string;
  readonly platform: string;
  readonly versions: Readonly<Record<string, string>>;
}

/** The isolated world: `electron` as a sandboxed preload sees it, then the preload itself. */
export function startIsolatedWorld(
  options: IsolatedWorldOptions,
  createEnd: CreateBridgeEnd,
  makeCodec: () => Codec,
  preload: Preload,
): void {
  const { secret, bindingName } = options;
  const end = createEnd(`${secret}>page`, `${secret}>preload`);
  const codec = makeCodec();
  const globals = globalThis as unknown as Record<string, unknown>;
  const toDesktop = globals[bindingName] as (payload: string) => void;
  delete globals[bindingName];
  const exposed = new Set<string>();
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  const listeners = new Map<string, { listener: Fn; once: boolean }[]>();
  let nextId = 1;

  const encode = (args: unknown[]) => {
    try {
      return codec.encode(args);
    } catch {
      throw new Error('An object could not be cloned.'); // Electron's own words
    }
  };
  const add = (channel: string, listener: Fn, once: boolean) => {
    listeners.set(channel, [...(listeners.get(channel) ?? []), { listener, once }]);
    return ipcRenderer;
  };
  const remove = (channel: string, listener: Fn) => {
    const kept = [...(listeners.get(channel) ?? [])];
    const index = kept.findIndex((entry) => entry.listener === listener);
    if (index >= 0) kept.splice(index, 1);
    listeners.set(channel, kept);
    return ipcRenderer;
  };
  const ipcRenderer = {
    invoke: async (channel: string, ...args: unknown[]) => {
      const id = nextId++;
      const answer = new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
      toDesktop(JSON.stringify({ kind: 'invoke', id, channel, args: encode(args) }));
      return await answer;
    },
    send: (channel: string, ...args: unknown[]) =>
      toDesktop(JSON.stringify({ kind: 'send', id: 0, channel, args: encode(args) })),
    on: (channel: string, listener: Fn) => add(channel, listener, false),
    addListener: (channel: string, listener: Fn) => add(channel, listener, false),
    once: (channel: string, listener: Fn) => add(channel, listener, true),
    off: remove,
    removeListener: remove,
    removeAllListeners: (channel: string) => {
      listeners.delete(channel);
      return ipcRenderer;
    },
    listenerCount: (channel: string) => listeners.get(channel)?.length ?? 0,
  };
  const contextBridge = {
    exposeInMainWorld: (key: string, api: unknown) => {
      if (exposed.has(key)) throw new Error('Cannot bind an API on top of an existing property on the window object');
      exposed.add(key);
      end.post({ kind: 'expose', key, api: end.wrap(api) });
    },
  };
  const complete = (name: string, api: object) =>
    new Proxy(api, {
      get: (target, key) => {
        if (key in target || typeof key === 'symbol') return Reflect.get(target, key);
        throw new Error(`The Electron double's preload has no ${name}.${key}: add it to test/electron-double/world.ts`);
      },
    });
  const electron = complete('electron', {
    ipcRenderer: complete('ipcRenderer', ipcRenderer),
    contextBridge: complete('contextBridge', contextBridge),
  });
  const modules: Record<string, object> = {
    electron,
    url: { URL, URLSearchParams },
    timers: { setTimeout, clearTimeout, setInterval, clearInterval },
  };
  const require = (name: string) => {
    const found = modules[name.replace(/^node:/, '')];
    if (found === undefined) throw new Error(`module not found: ${name}`);
    return found;
  };

  Object.defineProperty(globalThis, secret, {
    value: {
      answer: (id: number, ok: boolean, text: string) => {
        const call = waiting.get(id);
        waiting.delete(id);
        if (ok) call?.resolve(codec.decode(text));
        else call?.reject(new Error(text));
      },
      deliver: (channel: string, args: string) => {
        const event = { sender: ipcRenderer, senderId: 0, ports: [] };
        for (const { listener, once } of listeners.get(channel) ?? []) {
          if (once) remove(channel, listener);
          listener(event, ...(codec.decode(args) as unknown[]));
        }
      },
    },
  });
  const { platform, versions } = options;
  const process = { platform, versions, env: {}, argv: [], type: 'renderer', sandboxed: true, contextIsolated: true };
  const module = { exports: {} };
  try {
    preload(require, process, module, module.exports, globalThis);
  } catch (error) {
    toDesktop(JSON.stringify({ kind: 'preload-failed', id: 0, channel: '', args: String(error) }));
  }
}
