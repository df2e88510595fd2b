/** Programs of a bench, each in a process of its own, so that nothing else is on their thread. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createLink, type Remote } from '../electron-double/link.ts';

/** Real milliseconds. */
const readyLimitMs = 30_000;

export interface Program<Calls> {
  readonly calls: Remote<Calls>;
  readonly pid: number;
  /** SIGKILL, and gone when it resolves. Safe to call twice. */
  kill(): Promise<void>;
}

/** @param name of a file in `programs`, without its ending. */
export async function startProgram<Calls extends object>(
  name: string,
  options: {
    readonly env?: Readonly<Record<string, string>>;
    readonly nodeOptions?: readonly string[];
  } = {},
): Promise<Program<Calls>> {
  const child = fork(new URL(`./programs/${name}.ts`, import.meta.url), [], {
    execArgv: ['--disable-warning=ExperimentalWarning', '--disable-warning=DEP0169', ...(options.nodeOptions ?? [])],
    env: { PATH: process.env.PATH ?? '', TZ: 'Europe/Berlin', ...options.env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2_000);
  });
  async function kill(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
  const ready = Promise.withResolvers<void>();
  const limit = setTimeout(() => ready.reject(new Error(`${name} did not start\n${said}`)), readyLimitMs);
  child.once('message', () => ready.resolve());
  child.once('exit', (code) => ready.reject(new Error(`${name} ended (${code}) before it was ready\n${said}`)));
  try {
    await ready.promise;
  } catch (error) {
    await kill();
    throw error;
  } finally {
    clearTimeout(limit);
  }
  const calls = createLink<Calls>(
    {
      send: (message) => void (child.connected && child.send(message as object)),
      onMessage: (listener) => void child.on('message', listener),
      onClose: (listener) => void child.once('exit', listener),
    },
    {},
    name,
  );
  return { calls, pid: child.pid ?? 0, kill };
}
