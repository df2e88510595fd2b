/** `Notification`: handed to the desktop as Electron hands it to the notification server. */
import type { EventEmitter } from 'node:events';
import { complete, electronClass, emitterOf } from './guard.ts';
import { host } from './host.ts';
import { busAddress, closeOnBus, notifyOnBus } from './linux-bus.ts';
import { type DoubleImage, sharpestDataUrl, toImage } from './native-image.ts';

export interface NotificationOptions {
  title?: string;
  subtitle?: string;
  body?: string;
  silent?: boolean;
  icon?: DoubleImage | string;
  urgency?: 'low' | 'normal' | 'critical';
  timeoutType?: 'default' | 'never';
  hasReply?: boolean;
  actions?: readonly { type: string; text: string }[];
  closeButtonText?: string;
  toastXml?: string;
  sound?: string;
  id?: string;
  groupId?: string;
  groupTitle?: string;
}

/** Weakly, as Electron does: who wants to hear of a click has to hold the object. */
const shown = new Map<number, WeakRef<EventEmitter>>();
let nextId = 1;
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
    const { title = '', body = '', urgency = 'normal', silent = false, icon, timeoutType = 'default' } = options;
    const iconDataUrl = icon === undefined ? '' : sharpestDataUrl(toImage(icon));
    host()
      .desktop.toastShown(showing, { title, body, iconDataUrl, urgency, silent, timeoutType })
      .then(
        () => emitter.emit('show', {}),
        (error: Error) => emitter.emit('failed', {}, error.message),
      );
  };
  const text = (key: 'title' | 'subtitle' | 'body') => ({
    get: () => options[key] ?? '',
    set: (value: string) => {
      options = { ...options, [key]: value };
    },
    enumerable: true,
  });
  const notification = Object.assign(emitter, { show, close, title: '', subtitle: '', body: '' });
  Object.defineProperties(notification, { title: text('title'), subtitle: text('subtitle'), body: text('body') });
  return complete('Notification', notification);
}

export const Notification = electronClass('Notification', createNotification, {
  // On Linux it says only that the library for it is there.
  isSupported: () => busAddress() !== null || host().start.notificationsSupported,
  // Windows only in Electron: a click that starts the app. This desktop starts nothing by itself.
  handleActivation: () => {},
});

export function clickToast(toastId: number): void {
  shown.get(toastId)?.deref()?.emit('click', {});
  dismissToast(toastId); // a server closes what was clicked
}

export function dismissToast(toastId: number): void {
  const emitter = shown.get(toastId)?.deref();
  if (shown.delete(toastId)) emitter?.emit('close', {});
}
