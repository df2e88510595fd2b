/** `Notification`: handed to the desktop as Electron hands it to the notification server. */
import type { EventEmitter } from 'node:events';
import { complete, electronClass, emitterOf } from './guard.ts';
import { host } from './host.ts';
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

const shown = new Map<number, EventEmitter>();
let nextId = 1;
const events = ['show', 'click', 'close', 'failed', 'reply', 'action'];

function createNotification(options: NotificationOptions = {}) {
  const emitter = emitterOf('Notification', events);
  let id: number | null = null;

  const close = () => {
    if (id === null || !shown.delete(id)) return;
    const closing = id;
    id = null;
    host()
      .desktop.toastGone(closing)
      .catch(() => {});
    // Told later, never inside close(), as by a notification server.
    setImmediate(() => emitter.emit('close', {}));
  };
  const show = () => {
    if (!host().start.notificationsSupported) {
      setImmediate(() => emitter.emit('failed', {}, 'No notification server'));
      return;
    }
    if (id !== null) shown.delete(id);
    const showing = nextId++;
    id = showing;
    shown.set(showing, emitter);
    const { title = '', body = '', urgency = 'normal', silent = false, icon } = options;
    const iconDataUrl = icon === undefined ? '' : sharpestDataUrl(toImage(icon));
    host()
      .desktop.toastShown(showing, { title, body, iconDataUrl, urgency, silent })
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
  isSupported: () => host().start.notificationsSupported,
  // Windows only in Electron: a click that starts the app. This desktop starts nothing by itself.
  handleActivation: () => {},
});

export function clickToast(toastId: number): void {
  const emitter = shown.get(toastId);
  emitter?.emit('click', {});
  dismissToast(toastId); // a server closes what was clicked
}

export function dismissToast(toastId: number): void {
  const emitter = shown.get(toastId);
  if (emitter !== undefined && shown.delete(toastId)) emitter.emit('close', {});
}
