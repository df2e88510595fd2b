import { Notification } from 'electron';
import type { Log, Toasts } from '../../domain/ports.ts';
import type { Lacks } from '../lacks.ts';
import type { ToastGate } from '../linux/toast-gate.ts';
import type { ToastGestures } from '../toast-gestures.ts';
import { toastId, toastWording } from '../toast-wording.ts';

/** Windows tells of a click in two ways at once, within this time in milliseconds. */
const echoMs = 5_000;
/** The oldest is let go when more are held: desktops that never tell of a close would make us keep them for ever. */
const maxHeld = 200;

export interface ElectronToasts extends Toasts {
  /** Resolves when the desktop has been told to take them all away. */
  closeAll(): Promise<void>;
}

/** Toasts of the system. Whether it shows them is learnt from what it says to each, and from the gate. */
export function createToasts(options: {
  readonly log: Log;
  readonly gate: ToastGate;
  readonly lacks: Lacks;
  readonly gestures: ToastGestures;
}): ElectronToasts {
  const { log, gate, lacks, gestures } = options;
  /** Held until closed: Electron forgets a notification, and its click, when the object is collected. */
  const held = new Map<string, Notification>();
  /** macOS: of an earlier run, by their ids; held for the same reason. */
  const left = new Map<string, Notification>();
  let told: { readonly id: string; readonly atMs: number } | null = null;
  const tell = (key: string): void => {
    told = { id: toastId(key), atMs: performance.now() };
  };

  if (process.platform === 'win32') {
    // Also for toasts of an earlier run, and for the one whose click has started Tidings.
    Notification.handleActivation(({ arguments: text }) => {
      const isEcho = told !== null && text.includes(told.id) && performance.now() - told.atMs < echoMs;
      const isHeld = [...held.keys()].some((key) => text.includes(toastId(key)));
      if (!isEcho && !isHeld) gestures.activated(text);
    });
  }

  /** What an earlier run has left in the Notification Center is clickable again, if it did not end in good order. */
  async function takeUp(): Promise<void> {
    const own = new Set([...held.keys()].map(toastId));
    for (const notification of await Notification.getHistory()) {
      const { id } = notification;
      if (own.has(id)) continue;
      left.set(id, notification);
      notification.on('click', () => {
        if (left.delete(id)) gestures.activated(id);
      });
    }
  }
  if (process.platform === 'darwin') {
    takeUp().catch((error: unknown) => log.warn('toasts.not-taken-up', { error: String(error) }));
  }
  function takeAway(ids: readonly string[]): void {
    for (const id of ids) if (left.delete(id)) Notification.remove(id);
  }

  function forget(key: string, notification: Notification): void {
    if (held.get(key) === notification) held.delete(key);
  }
  function close(key: string): void {
    const notification = held.get(key);
    held.delete(key);
    takeAway([toastId(key)]);
    // Nobody there to take it away: then it is nowhere to be seen either.
    if (notification !== undefined) gate.pass(() => notification.close());
  }

  return {
    show(toast) {
      if (!Notification.isSupported()) {
        lacks.set('toasts', true);
        return 'unavailable';
      }
      close(toast.key);
      const notification = new Notification(toastWording(toast, process.platform));
      held.set(toast.key, notification);
      notification.on('show', () => lacks.set('toasts', false));
      notification.on('failed', (_event, error) => {
        forget(toast.key, notification);
        log.warn('toast.failed', { error });
        lacks.set('toasts', true);
      });
      notification.on('close', () => forget(toast.key, notification));
      notification.on('click', () => {
        forget(toast.key, notification);
        tell(toast.key);
        gestures.clicked(toast.key);
      });
      notification.on('action', ({ actionIndex }) => {
        const button = toast.buttons?.[actionIndex];
        if (button === undefined) return;
        forget(toast.key, notification);
        tell(toast.key);
        gestures.pressed(toast.key, button);
      });
      gate.pass(
        // It may have been taken back while the gate asked.
        () => held.get(toast.key) === notification && notification.show(),
        () => forget(toast.key, notification),
      );
      const [oldest] = held.keys();
      if (held.size > maxHeld && oldest !== undefined) held.delete(oldest);
      // Tried all the same, so that we notice when the desktop shows them again.
      return lacks.has('toasts') ? 'unavailable' : 'shown';
    },
    close,
    closeAll() {
      takeAway([...left.keys()]);
      if (held.size === 0) return Promise.resolve();
      for (const key of [...held.keys()]) close(key);
      return new Promise((resolve) => gate.pass(resolve, resolve));
    },
  };
}
