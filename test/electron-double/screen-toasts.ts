/** The toasts on the drawn screen: which there are, and what a person does with them. */
import type { AppRun } from './app-run.ts';
import type { Toast } from './desktop-api.ts';
import type { DrawnDesktop } from './drawn/state.ts';
import { readMarkup } from './markup.ts';
import type { AppStart, ToastContent } from './wire.ts';

interface ShownToast extends ToastContent {
  readonly id: string;
  readonly run: AppRun;
  readonly toastId: number;
  readonly at: Date;
}

export interface ScreenToasts {
  /** Throws, as the system tells an app, when it is not allowed to show any. */
  add(run: AppRun, toastId: number, content: ToastContent): void;
  /** Taken away by its app. */
  gone(run: AppRun, toastId: number): void;
  /** Those of runs that have ended. */
  left(): AppStart['leftToasts'];
  /** By their tags, whichever run has shown them. */
  removed(tags: readonly string[]): void;
  allow(isAllowed: boolean): void;
  list(): readonly Toast[];
  drawn(app: string, appIconDataUrl: string): DrawnDesktop['toasts'];
  click(id: string): Promise<void>;
  dismiss(id: string): Promise<void>;
  /** Rejects if the toast has no such button. */
  press(id: string, label: string): Promise<void>;
}

export function createScreenToasts(world: {
  readonly now: () => Date;
  readonly changed: () => void;
  /** The app that runs now. */
  readonly current: () => AppRun | null;
}): ScreenToasts {
  const { now, changed, current } = world;
  const toasts = new Map<string, ShownToast>();
  let count = 0;
  let isAllowed = true;

  const remove = (id: string): ShownToast | null => {
    const toast = toasts.get(id) ?? null;
    if (toasts.delete(id)) changed();
    return toast;
  };
  async function end(id: string, how: 'toastClicked' | 'toastDismissed'): Promise<void> {
    const toast = remove(id);
    if (toast?.run.isRunning()) await toast.run.calls[how](toast.toastId);
    else if (toast !== null && how === 'toastClicked') await current()?.calls.leftToastClicked(toast.tag);
  }

  return {
    add(run, toastId, content) {
      if (!isAllowed) throw new Error('Notifications are turned off for this application');
      // A system keeps one toast for each tag, whichever run has shown it.
      for (const old of toasts.values())
        if (old.tag !== '' && old.tag === content.tag && old.run !== run) remove(old.id);
      count += 1;
      const id = `toast-${count}`;
      toasts.set(id, { ...content, id, run, toastId, at: now() });
      changed();
    },
    gone(run, toastId) {
      for (const toast of toasts.values()) if (toast.run === run && toast.toastId === toastId) remove(toast.id);
    },
    left: () =>
      [...toasts.values()].flatMap(({ run, tag, title, body }) => (run.isRunning() ? [] : [{ tag, title, body }])),
    removed(tags) {
      for (const { id, tag } of toasts.values()) if (tags.includes(tag)) remove(id);
    },
    allow(next) {
      isAllowed = next;
    },
    list: () =>
      [...toasts.values()].map(({ id, title, body, urgency, silent, timeoutType, tag, buttons, run }) => {
        const asSent = { title, rawBody: body, urgency, silent, timeoutType, tag, buttons };
        return { id, ...asSent, body: readMarkup(body), isAlive: run.isRunning() };
      }),
    drawn: (app, appIconDataUrl) =>
      [...toasts.values()].reverse().map(({ id, title, body, iconDataUrl, timeoutType, at, ...toast }) => {
        // What stays is drawn as what cannot be overlooked.
        const urgency = timeoutType === 'never' ? 'critical' : toast.urgency;
        const when = age(now().getTime() - at.getTime());
        return { id, app, appIconDataUrl, title, text: readMarkup(body), iconDataUrl, urgency, when };
      }),
    click: (id) => end(id, 'toastClicked'),
    dismiss: (id) => end(id, 'toastDismissed'),
    async press(id, label) {
      const index = toasts.get(id)?.buttons.indexOf(label) ?? -1;
      if (index < 0) throw new Error(`that toast has no button “${label}”`);
      const toast = remove(id);
      await toast?.run.calls.toastButtonPressed(toast.toastId, index);
    },
  };
}

function age(ms: number): string {
  if (ms < 60_000) return 'now';
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min ago`;
  return ms < 86_400_000 ? `${Math.floor(ms / 3_600_000)} h ago` : `${Math.floor(ms / 86_400_000)} d ago`;
}
