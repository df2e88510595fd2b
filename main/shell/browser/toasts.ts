import type { PagePushes } from '../../../preload/contract.ts';
import type { Log, Toast, ToastProgram, ToastProgramEvents, Toasts } from '../../domain/ports.ts';
import type { Lacks } from '../lacks.ts';
import { toastWording } from '../toast-wording.ts';

/** Toasts of the desktop where they work, otherwise of the open page. */
export function createBrowserToasts(options: {
  readonly desktop: ((events: ToastProgramEvents) => ToastProgram) | null;
  readonly page: {
    /** Whether the person allowed one that is open. */
    readonly canShow: () => boolean;
    readonly show: (toast: PagePushes['page:toast']) => void;
    readonly close: (key: string) => void;
  };
  readonly lacks: Lacks;
  readonly clicked: (key: string) => void;
  readonly log: Log;
}): Toasts & { readonly closeAll: () => void; readonly pagesChanged: () => void } {
  const { page, lacks, clicked, log } = options;
  /** Those that the desktop may still refuse. */
  const last = new Map<string, Toast>();
  /** The desktop's last one failed. The next is tried all the same, so that we notice when they work again. */
  let failing = options.desktop === null;
  const found = (isFailing: boolean): void => {
    failing = isFailing;
    lacks.set('toasts', failing && !page.canShow());
  };
  const desktop =
    options.desktop?.({
      clicked,
      shown: () => found(false),
      failed(key, why) {
        log.warn('toast.failed', { why });
        found(true);
        const toast = last.get(key);
        if (toast !== undefined) showInPage(toast);
      },
    }) ?? null;

  function showInPage(toast: Toast): void {
    const { title, body } = toastWording(toast, 'win32');
    page.show({ key: toast.key, title, body, urgent: toast.urgent });
  }

  found(failing);
  return {
    show(toast) {
      page.close(toast.key);
      if (desktop === null) showInPage(toast);
      else {
        if (last.size >= 50) last.clear(); // long decided
        last.set(toast.key, toast);
        desktop.show({ ...toastWording(toast, 'linux'), key: toast.key, stays: toast.urgent });
      }
      return lacks.has('toasts') ? 'unavailable' : 'shown';
    },
    close(key) {
      last.delete(key);
      desktop?.close(key);
      page.close(key);
    },
    closeAll: () => desktop?.closeAll(),
    pagesChanged: () => found(failing),
  };
}
