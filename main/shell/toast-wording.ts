import { createHash } from 'node:crypto';
import type { Toast, ToastButton } from '../domain/ports.ts';
import { escapeMarkup, plainLines, plainText } from './plain-text.ts';

/** As many characters as a toast shows anywhere; more is cut by the desktop, in ways we do not choose. */
const maxTitle = 120;
const maxBody = 240;
/** macOS takes no more in all, in bytes of UTF-8. */
const maxMacBytes = 256;

const buttonWords: Readonly<Record<ToastButton, string>> = {
  markRead: 'Mark as read',
  join: 'Join',
  snooze: 'Snooze',
  dismiss: 'Dismiss',
};

/** What a toast becomes on one system: everything that Electron's `Notification` is told. */
export interface ToastWording {
  readonly id: string;
  readonly title: string;
  readonly body: string;
  readonly timeoutType: 'default' | 'never';
  readonly actions?: { type: 'button'; text: string }[];
}

/**
 * Windows allows 64 characters for what it calls a tag; our keys hold Graph's ids, which are longer. The same key gives
 * the same id in every run.
 */
export const toastId = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, 32);

/**
 * There is one source of sound, the system's own, for every toast alike: so a system that is to be quiet stays quiet. For
 * the same reason an urgent toast is not "critical", which breaks through do-not-disturb; it stays until it is closed.
 */
export function toastWording(toast: Toast, platform: NodeJS.Platform): ToastWording {
  const title = plainText(toast.title, maxTitle);
  const body = plainLines(toast.body, maxBody);
  const isMac = platform === 'darwin';
  const shortTitle = isMac ? cutBytes(title, maxMacBytes / 2) : title;
  const shortBody = isMac ? cutBytes(body, maxMacBytes - Buffer.byteLength(shortTitle)) : body;
  // Linux shows no buttons that Electron would hear of.
  const buttons = platform === 'linux' ? [] : (toast.buttons ?? []);
  return {
    id: toastId(toast.key),
    title: shortTitle,
    // Linux passes the body on as markup; the title is plain text there too.
    body: platform === 'linux' ? escapeMarkup(shortBody) : shortBody,
    timeoutType: toast.urgent ? 'never' : 'default',
    ...(buttons.length === 0
      ? {}
      : { actions: buttons.map((button) => ({ type: 'button' as const, text: buttonWords[button] })) }),
  };
}

/** At most `maxBytes` of UTF-8, cut between characters as a person counts them. */
function cutBytes(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  let kept = [...text].length;
  let short = text;
  while (kept > 1 && Buffer.byteLength(short) > maxBytes) {
    kept = Math.min(kept - 1, Math.floor((kept * maxBytes) / Buffer.byteLength(short)));
    short = plainLines(text, Math.max(kept, 1));
  }
  return short;
}
