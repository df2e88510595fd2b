import { type ChildProcess, execFile, spawn } from 'node:child_process';
import type { ToastProgram, ToastProgramEvents } from '../domain/ports.ts';

/** Each toast that can be clicked is a program that waits; the oldest stops waiting, its toast stays. */
const maxWaiting = 10;
/** For a program that only hands the toast over, in milliseconds. */
const handOverMs = 10_000;
const killAfterMs = 2_000;
/** A desktop that has not refused a toast by then has taken it: notify-send tells of a refusal only. */
const takenMs = 1_000;

/**
 * Toasts through libnotify's own program, each in a process of its own: whatever hangs there, nothing hangs here.
 *
 * Since version 0.8 it can wait until its toast is clicked or gone; an older one only hands over, and clicks are lost.
 *
 * @see https://manpages.debian.org/bookworm/libnotify-bin/notify-send.1.en.html
 */
export function createNotifySend(program: string, { shown, failed, clicked }: ToastProgramEvents): ToastProgram {
  const waiting = new Map<string, ChildProcess>();
  /** Too young to be told anything: a signal now would end it without its toast. */
  const young = new WeakSet<ChildProcess>();
  /** Until its program runs, a toast can be replaced or closed as well. */
  const due = new Map<string, object>();
  const canWait = knowsActions(program);

  function close(key: string): void {
    const child = waiting.get(key);
    waiting.delete(key);
    due.delete(key);
    // Told to stop in this way, notify-send takes its toast back.
    if (child === undefined) return;
    if (young.has(child)) setTimeout(end, takenMs, child, 'SIGINT').unref();
    else end(child, 'SIGINT');
  }

  async function send(toast: Parameters<ToastProgram['show']>[0]): Promise<void> {
    const { key, title, body, stays } = toast;
    const waits = await canWait;
    if (due.get(key) !== toast) return;
    due.delete(key);
    const asking = waits ? ['--wait', '--action=default=Open'] : [];
    const staying = stays ? ['--expire-time=0'] : [];
    // Besides the desktop's markup, notify-send itself reads backslashes in a body.
    const text = ['--', title, body.replaceAll('\\', '\\\\')];
    const child = spawn(program, ['--app-name=Tidings', ...staying, ...asking, ...text], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // What it says is read below, so it must not be translated.
      env: { ...process.env, LANGUAGE: 'C' },
      ...(waits ? {} : { timeout: handOverMs }),
    });
    let isOver = false;
    const isCurrent = (): boolean => !isOver && (!waits || waiting.get(key) === child);
    young.add(child);
    const isTaken = setTimeout(() => {
      young.delete(child);
      if (isCurrent()) shown();
    }, takenMs).unref();
    const fail = (why: string): void => {
      clearTimeout(isTaken);
      if (!isCurrent()) return;
      isOver = true;
      if (waits) waiting.delete(key);
      failed(key, why);
    };
    let said = '';
    let complaint = '';
    child.stdout?.setEncoding('utf8').on('data', (more: string) => {
      said = (said + more).slice(0, 200);
    });
    child.stderr?.setEncoding('utf8').on('data', (more: string) => {
      complaint = (complaint + more).slice(0, 2_000);
      const why = refusal(complaint);
      if (why === null || !isCurrent()) return;
      // After a refusal it would wait for ever for the toast that nobody has.
      fail(why);
      end(child, 'SIGTERM');
    });
    child.on('error', (error) => fail(error.message));
    child.on('close', (code, signal) => {
      if (code !== 0) fail(`it ended with ${code ?? signal}`);
      else if (isCurrent()) {
        isOver = true;
        if (waits) waiting.delete(key);
        clearTimeout(isTaken);
        shown();
        if (/^default$/m.test(said)) clicked(key);
      }
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
      due.clear();
      for (const child of waiting.values()) end(child, 'SIGINT');
      waiting.clear();
    },
  };
}

function end(child: ChildProcess, signal: 'SIGINT' | 'SIGTERM'): void {
  child.kill(signal);
  setTimeout(() => child.kill('SIGKILL'), killAfterMs).unref();
}

/** The complaint that says that nobody took the toast; null for warnings, and where only its button was not taken. */
function refusal(complaint: string): string | null {
  const lines = complaint.split('\n').slice(0, -1);
  const harmless = /^$|-WARNING \*\*|Displaying non-interactively|Wait cancelled/;
  return lines.find((line) => !harmless.test(line))?.slice(0, 200) ?? null;
}

function knowsActions(program: string): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(program, ['--help'], { timeout: handOverMs }, (_error, text) =>
      resolve(['--action', '--wait'].every((option) => text.includes(option))),
    );
  });
}
