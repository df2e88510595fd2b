/** The browser shell on a played core, with a page of its own, and a client that is no browser. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log, LogFields, ToastProgram, ToastProgramEvents } from '../../../main/domain/ports.ts';
import { type BrowserShell, createBrowserShell } from '../../../main/shell/browser/shell.ts';
import type { Actions } from '../../../main/shell/shell.ts';
import { createSystemClock } from '../../../main/system/clock.ts';
import { idleActions } from '../../unit/shell/idle-actions.ts';

export interface ShellWorld {
  readonly shell: BrowserShell;
  readonly port: number;
  readonly secret: string;
  readonly origin: string;
  /** What the system was asked to open. */
  readonly opened: string[];
  readonly told: string[];
  readonly logged: string[];
  readonly quits: () => number;
  /** The core tells of a change. */
  happen(what: 'state' | 'alerts' | 'meetings'): void;
  /** A code from an address that the shell has opened just now. */
  newCode(): Promise<string>;
  newToken(): Promise<string>;
  ask(path: string, body: unknown, token?: string): Promise<Response>;
  /** Lines of the event stream, without empty ones. */
  listen(token: string): Promise<{ next(): Promise<unknown>; stop(): Promise<void>; readonly ended: Promise<void> }>;
  stop(): Promise<void>;
}

export async function startShell(
  options: {
    readonly core?: Partial<Actions>;
    readonly opens?: boolean;
    readonly desktopToasts?: (events: ToastProgramEvents) => ToastProgram;
  } = {},
): Promise<ShellWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-page-'));
  mkdirSync(join(folder, 'page', 'assets'), { recursive: true });
  writeFileSync(join(folder, 'page', 'index.html'), '<!doctype html><title>played page</title>');
  writeFileSync(join(folder, 'page', 'assets', 'index-Bn6C78Oq.js'), 'let played;');
  writeFileSync(join(folder, 'secret.html'), 'outside of the page');
  const opened: string[] = [];
  const told: string[] = [];
  const logged: string[] = [];
  const note = (event: string, fields?: LogFields): void =>
    void logged.push(`${event} ${JSON.stringify(fields ?? {})}`);
  const log: Log = { info: note, warn: note, error: note };
  const clock = createSystemClock();
  let quits = 0;
  const listeners = new Set<Parameters<Actions['onChange']>[0]>();
  const shell = createBrowserShell({
    log,
    clock,
    version: '0.0.0',
    env: {},
    isOnline: () => true,
    rendererFolder: join(folder, 'page'),
    async open(target) {
      opened.push(target);
      return options.opens ?? true;
    },
    desktopToasts: options.desktopToasts ?? null,
    tellAddress: (address) => void told.push(address),
    quit: () => {
      quits += 1;
    },
  });
  const { port, secret } = await shell.listen();
  shell.attach({
    ...idleActions,
    ...options.core,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  });
  const origin = `http://127.0.0.1:${port}`;

  const world: ShellWorld = {
    shell,
    port,
    secret,
    origin,
    opened,
    told,
    logged,
    quits: () => quits,
    happen: (what) => {
      for (const listener of listeners) listener(what);
    },
    async newCode() {
      const answer = await world.ask('/api/code', {}, secret);
      const { address } = (await answer.json()) as { address: string };
      return address.split('#code=')[1] ?? '';
    },
    async newToken() {
      const answer = await world.ask('/api/start', { code: await world.newCode() });
      const { token } = (await answer.json()) as { token: string };
      return token;
    },
    ask: (path, body, token) =>
      fetch(`${origin}${path}`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    async listen(token) {
      const response = await fetch(`${origin}/api/events`, { headers: { Authorization: `Bearer ${token}` } });
      if (!response.ok || response.body === null) throw new Error(`no events: ${response.status}`);
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      const lines: string[] = [];
      let rest = '';
      const ended = Promise.withResolvers<void>();
      return {
        ended: ended.promise,
        async next() {
          while (lines.length === 0) {
            const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }));
            if (done) {
              ended.resolve();
              return null;
            }
            const parts = (rest + value).split('\n');
            rest = parts.pop() ?? '';
            lines.push(...parts.filter((line) => line !== ''));
          }
          return JSON.parse(lines.shift() ?? 'null');
        },
        stop: () => reader.cancel(),
      };
    },
    async stop() {
      await shell.dispose();
      clock.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return world;
}
