import type { Alert } from './alert.ts';
import type { ToastButton } from './ports.ts';

/** What can be done from the toast itself, where the system has buttons. */
export function toastButtons(alert: Alert): readonly ToastButton[] {
  if (alert.kind !== 'reminder') return [];
  return alert.joinUrl === null ? ['snooze', 'dismiss'] : ['join', 'snooze', 'dismiss'];
}
