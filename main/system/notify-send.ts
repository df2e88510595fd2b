import { type ChildProcess, execFile, spawn } from 'node:child_process';

/** Each toast that can be clicked is a program that waits; the oldest stops waiting, its toast stays. */
const maxWaiting = 10;
/** For a program that only hands the toast over, in milliseconds. */
const handOverMs = 10_000;
const killAfterMs = 2_000;

export interface NotifySend {
  /** A second toast with the same key replaces the first. `body` is what the desktop reads: markup. */
  show(toast: { readonly key: string; readonly title: string; readonly body: string; readonly stays: boolean }): void;
  close(key: string): void;
  closeAll(): void;
}
export interface NotifySendEvents {
  readonly shown: () => void;
  /** Nothing took the toast. */
  readonly failed: (key: string, why: string) => void;
  readonly clicked: (key: string) => void;
}

/**
 * Toasts through libnotify's own program, each in a process of its own: whatever hangs there, nothing hangs here.
 *
 * Since version 0.8 it can wait until its toast is clicked or gone; an older one only hands over, and clicks are lost.
 *
 * @see https://manpages.debian.org/bookworm/libnotify-bin/notify-send.1.en.html
 */
export function createNotifySend(program: string, { shown, failed, clicked }: NotifySendEvents): NotifySend {
  const waiting = new Map<string, ChildProcess>();
  /** Until its program runs, a toast can be replaced or closed as well. */
  const due = new Map<string, object>();
  const canWait = knowsActions(program);

  function close(key: string): void {
    const child = waiting.get(key);
    waiting.delete(key);
    due.delete(key);
    // Told to stop in this way, notify-send takes its toast back.
    if (child !== undefined) end(child, 'SIGINT');
  }

  async function send(toast: Parameters<NotifySend['show']>[0]): Promise<void> {
    const { key, title, body, stays } = toast;
    const waits = await canWait;
    if (due.get(key) !== toast) return;
    due.delete(key);
    const asking = waits ? ['--print-id', '--wait', '--action=default=Open'] : [];
    const staying = stays ? ['--expire-time=0'] : [];
    // Besides the desktop's markup, notify-send itself reads backslashes in a body.
    const text = ['--', title, body.replaceAll('\\', '\\\\')];
    const child = spawn(program, ['--app-name=Tidings', ...staying, ...asking, ...text], {
      stdio: ['ignore', 'pipe', 'ignore'],
      ...(waits ? {} : { timeout: handOverMs }),
    });
    // Its number comes as soon as the desktop has taken the toast, the action's name when it was clicked.
    let said = '';
    const isTaken = (): boolean => /^\d+\n/.test(said);
    child.stdout?.setEncoding('utf8').on('data', (more: string) => {
      const before = isTaken();
      said = (said + more).slice(0, 200);
      if (!before && isTaken()) shown();
    });
    let trouble = '';
    child.on('error', (error) => {
      trouble = error.message;
    });
    child.on('close', (code, signal) => {
      const isCurrent = !waits || waiting.get(key) === child;
      if (!isCurrent) return;
      waiting.delete(key);
      if (/^default$/m.test(said)) clicked(key);
      else if (code === 0 && !waits) shown();
      else if (code !== 0 && !isTaken()) failed(key, trouble || `it ended with ${code ?? signal}`);
    });
    if (!waits) return;
    waiting.set(key, child);
    const [oldest] = waiting;
    if (waiting.size <= maxWaiting || oldest === undefined) return;
    waiting.delete(oldest[0]);
    end(oldest[1], 'SIGTERM');
  }

  return {
    show(toast) {
      close(toast.key);
      due.set(toast.key, toast);
      void send(toast);
    },
    close,
    closeAll() {
      for (const key of [...due.keys(), ...waiting.keys()]) close(key);
    },
  };
}

function end(child: ChildProcess, signal: 'SIGINT' | 'SIGTERM'): void {
  child.kill(signal);
  setTimeout(() => child.kill('SIGKILL'), killAfterMs).unref();
}

function knowsActions(program: string): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(program, ['--help'], { timeout: handOverMs }, (_error, text) =>
      resolve(['--action', '--print-id', '--wait'].every((option) => text.includes(option))),
    );
  });
}
