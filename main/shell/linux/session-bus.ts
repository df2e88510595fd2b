import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** A method of a service on the session's message bus; all arguments are strings. */
export interface BusCall {
  readonly service: string;
  readonly path: string;
  /** `org.freedesktop.DBus.Properties.GetAll`. */
  readonly method: string;
  readonly args?: readonly string[];
}
export type BusAnswer =
  /** As the tool prints it; each prints values in a way of its own. */
  | { readonly kind: 'answered'; readonly text: string }
  /** No such service, or it does not answer, or the bus itself is gone. */
  | { readonly kind: 'refused' }
  /** There is no way to ask here, which says nothing about the desktop. */
  | { readonly kind: 'unknown' };

/** Asks a Linux desktop's services without ever making our own process wait. */
export interface SessionBus {
  call(call: BusCall): Promise<BusAnswer>;
}

type Env = Readonly<Record<string, string | undefined>>;
interface Tool {
  readonly program: string;
  readonly args: (call: BusCall) => readonly string[];
}

/** A service that takes longer counts as hanging, in milliseconds. Starting one goes on in the bus all the same. */
const callLimitMs = 2_000;
/** For the tool's own start on a busy machine. */
const toolLimitMs = callLimitMs + 3_000;

/** One of them is on every Linux desktop: they come with GLib, systemd and D-Bus itself. */
const tools: readonly Tool[] = [
  {
    program: 'gdbus',
    args: ({ service, path, method, args = [] }) => [
      ...['call', '--session', '--timeout', String(callLimitMs / 1_000)],
      ...['--dest', service, '--object-path', path, '--method', method],
      ...args,
    ],
  },
  {
    program: 'busctl',
    args: ({ service, path, method, args = [] }) => [
      ...['--user', `--timeout=${callLimitMs / 1_000}`, 'call', service, path, ...split(method)],
      ...(args.length === 0 ? [] : ['s'.repeat(args.length), ...args]),
    ],
  },
  {
    program: 'dbus-send',
    args: ({ service, path, method, args = [] }) => [
      ...['--session', '--print-reply=literal', `--reply-timeout=${callLimitMs}`, `--dest=${service}`, path, method],
      ...args.map((each) => `string:${each}`),
    ],
  },
];

/** Interface and member. */
function split(method: string): readonly [string, string] {
  const dot = method.lastIndexOf('.');
  return [method.slice(0, dot), method.slice(dot + 1)];
}

/**
 * The session's bus, asked through a program of the system in a process of its own: whatever hangs there, nothing hangs
 * here, and no library for the bus has to be shipped.
 *
 * @param options.programs for tests: which tools to try, and in which order.
 */
export function createSessionBus(options: { readonly env: Env; readonly programs?: readonly string[] }): SessionBus {
  const { env, programs } = options;
  let usable = tools.filter(({ program }) => programs?.includes(program) ?? true);
  if (!hasAddress(env)) usable = [];
  return {
    async call(call) {
      for (const tool of [...usable]) {
        const answer = await run(tool, call, env);
        if (answer !== 'absent') return answer;
        usable = usable.filter((each) => each !== tool);
      }
      return { kind: 'unknown' };
    },
  };
}

/** Without an address a bus may still be found by other means (X11), which are the system's own to try. */
function hasAddress(env: Env): boolean {
  if ((env.DBUS_SESSION_BUS_ADDRESS ?? '') !== '') return true;
  const runtime = env.XDG_RUNTIME_DIR ?? '';
  return runtime !== '' && existsSync(join(runtime, 'bus'));
}

function run({ program, args }: Tool, call: BusCall, env: Env): Promise<BusAnswer | 'absent'> {
  return new Promise((resolve) => {
    const options = { env: { ...env }, timeout: toolLimitMs, killSignal: 'SIGKILL' as const, maxBuffer: 1_000_000 };
    execFile(program, args(call), options, (error, stdout) => {
      if (error === null) resolve({ kind: 'answered', text: stdout });
      else if (error.code === 'ENOENT' || error.code === 'EACCES') resolve('absent');
      else resolve({ kind: 'refused' });
    });
  });
}
