/** `Notification`: handed to the desktop as Electron hands it to the notification server. */
import type { EventEmitter } from 'node:events';
import { complete, electronClass, emitterOf } from './guard.ts';
import { host } from './host.ts';
import { busAddress, closeOnBus, notifyOnBus } from './linux-bus.ts';
import { type DoubleImage, sharpestDataUrl, toImage } from './native-image.ts';

export interface NotificationOptions {
  title?: string;
  body?: string;
  silent?: boolean;
  icon?: DoubleImage | string;
  urgency?: 'low' | 'normal' | 'critical';
  timeoutType?: 'default' | 'never';
  actions?: readonly { type: string; text: string }[];
  toastXml?: string;
  sound?: string;
  id?: string;
}

/** Weakly, as Electron does: who wants to hear of a click has to hold the object. */
const shown = new Map<number, WeakRef<EventEmitter>>();
const tags = new Map<number, string>();
/** Of an earlier run, by their tags, as `getHistory()` has handed them out. */
const left = new Map<string, WeakRef<EventEmitter>>();
let nextId = 1;
type Activation = (details: { type: string; arguments: string; actionIndex?: number }) => void;
let activation: Activation | null = null;
const events = ['show', 'click', 'close', 'failed', 'reply', 'action'];

function createNotification(options: NotificationOptions = {}) {
  const emitter = emitterOf('Notification', events);
  let id: number | null = null;

  const close = () => {
    if (id === null || !shown.delete(id)) return;
    const closing = id;
    id = null;
    if (busAddress() !== null) closeOnBus(closing);
    else {
      host()
        .desktop.toastGone(closing)
        .catch(() => {});
    }
    // Told later, never inside close(), as by a notification server.
    setImmediate(() => emitter.emit('close', {}));
  };
  const showOnBus = () => {
    const { title = '', body = '', urgency = 'normal', silent = false, timeoutType } = options;
    // The main thread stands still until the service has answered, and a failure is told to nobody.
    const given = notifyOnBus({ title, body, urgency, silent, stays: timeoutType === 'never' });
    if (given === null) return;
    id = given;
    shown.set(given, new WeakRef(emitter));
    setImmediate(() => emitter.emit('show', {}));
  };
  const show = () => {
    if (busAddress() !== null) return showOnBus();
    if (!host().start.notificationsSupported) {
      setImmediate(() => emitter.emit('failed', {}, 'No notification server'));
      return;
    }
    if (id !== null) shown.delete(id);
    const showing = nextId++;
    id = showing;
    shown.set(showing, new WeakRef(emitter));
    tags.set(showing, options.id ?? '');
    const { title = '', body = '', urgency = 'normal', silent = false, icon, timeoutType = 'default' } = options;
    const iconDataUrl = icon === undefined ? '' : sharpestDataUrl(toImage(icon));
    const buttons = process.platform === 'linux' ? [] : (options.actions ?? []).map(({ text }) => text);
    const content = { title, body, iconDataUrl, urgency, silent, timeoutType, tag: options.id ?? '', buttons };
    host()
      .desktop.toastShown(showing, content)
      .then(
        () => emitter.emit('show', {}),
        (error: Error) => emitter.emit('failed', {}, error.message),
      );
  };
  const text = (key: 'title' | 'body') => ({
    get: () => options[key] ?? '',
    set: (value: string) => {
      options = { ...options, [key]: value };
    },
    enumerable: true,
  });
  const notification = Object.assign(emitter, { show, close, title: '', body: '', id: options.id ?? '' });
  Object.defineProperties(notification, { title: text('title'), body: text('body') });
  return complete('Notification', notification);
}

export const Notification = electronClass('Notification', createNotification, {
  // On Linux it says only that the library for it is there.
  isSupported: () => busAddress() !== null || host().start.notificationsSupported,
  // Windows only in Electron.
  handleActivation: (callback: Activation) => {
    activation = callback;
    const { startedByToast } = host().start;
    // At once, as Electron does with what came before anybody listened.
    if (startedByToast !== null) callback({ type: 'click', arguments: `type=click&tag=${startedByToast}` });
  },
  // Both macOS only in Electron.
  getHistory: async () =>
    host().start.leftToasts.map(({ tag, title, body }) => {
      const notification = createNotification({ id: tag, title, body });
      left.set(tag, new WeakRef(notification));
      return notification;
    }),
  remove: (ids: string | readonly string[]) => {
    host()
      .desktop.toastsRemoved(typeof ids === 'string' ? [ids] : ids)
      .catch(() => {});
  },
});

export function clickLeftToast(tag: string): void {
  if (process.platform === 'win32') activateToast(`type=click&tag=${tag}`);
  left.get(tag)?.deref()?.emit('click', {});
}

export function clickToast(toastId: number): void {
  const emitter = shown.get(toastId)?.deref();
  const tag = tags.get(toastId) ?? '';
  emitter?.emit('click', {});
  // Windows tells the same click twice, whether or not an object stands for the toast.
  if (process.platform === 'win32') activateToast(`type=click&tag=${tag}`);
  dismissToast(toastId); // a server closes what was clicked
}

export function pressToastButton(toastId: number, actionIndex: number): void {
  shown.get(toastId)?.deref()?.emit('action', { actionIndex, selectionIndex: -1 }, actionIndex, -1);
  if (process.platform === 'win32')
    activation?.({ type: 'action', arguments: `type=action&tag=${tags.get(toastId)}`, actionIndex });
  dismissToast(toastId);
}

export function activateToast(text: string): void {
  activation?.({ type: 'click', arguments: text });
}

export function dismissToast(toastId: number): void {
  const emitter = shown.get(toastId)?.deref();
  if (shown.delete(toastId)) emitter?.emit('close', {});
}
