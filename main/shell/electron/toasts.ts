import { createHash } from 'node:crypto';
import { Notification } from 'electron';
import type { Log, Toast, Toasts } from '../../domain/ports.ts';
import { escapeMarkup, plainLines, plainText } from '../plain-text.ts';

/** As many characters as a toast shows anywhere; more is cut by the desktop, in ways we do not choose. */
const maxTitle = 120;
const maxBody = 240;
/** The oldest is let go when more are held: desktops that never tell of a close would make us keep them for ever. */
const maxHeld = 200;

export interface ElectronToasts extends Toasts {
  closeAll(): void;
}

/** Toasts of the system. `clicked` gets the toast's key. */
export function createToasts(log: Log, clicked: (key: string) => void): ElectronToasts {
  /** Held until closed: Electron forgets a notification, and its click, when the object is collected. */
  const held = new Map<string, Notification>();
  /** The last one failed. The next is tried all the same, so that we notice when the desktop shows them again. */
  let failing = false;

  function forget(key: string, notification: Notification): void {
    if (held.get(key) === notification) held.delete(key);
  }
  function close(key: string): void {
    const notification = held.get(key);
    held.delete(key);
    notification?.close();
  }

  return {
    show(toast) {
      if (!Notification.isSupported()) return 'unavailable';
      close(toast.key);
      const notification = new Notification(wording(toast));
      held.set(toast.key, notification);
      notification.on('show', () => {
        failing = false;
      });
      notification.on('failed', (_event, error) => {
        failing = true;
        forget(toast.key, notification);
        log.warn('toast.failed', { error });
      });
      notification.on('close', () => forget(toast.key, notification));
      notification.on('click', () => {
        forget(toast.key, notification);
        clicked(toast.key);
      });
      notification.show();
      const [oldest] = held.keys();
      if (held.size > maxHeld && oldest !== undefined) held.delete(oldest);
      return failing ? 'unavailable' : 'shown';
    },
    close,
    closeAll() {
      for (const key of [...held.keys()]) close(key);
    },
  };
}

function wording(toast: Toast): Electron.NotificationConstructorOptions {
  const body = plainLines(toast.body, maxBody);
  return {
    // Windows allows 64 characters for what it calls a tag; our keys hold Graph's ids, which are longer.
    id: createHash('sha256').update(toast.key).digest('hex').slice(0, 32),
    title: plainText(toast.title, maxTitle),
    // Linux passes the body on as markup; the title is plain text there too.
    body: process.platform === 'linux' ? escapeMarkup(body) : body,
    urgency: toast.urgent ? 'critical' : 'normal',
  };
}
