import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { version } from '../package.json' with { type: 'json' };
import { atMost } from './at-most.ts';
import type { Core } from './core-host.ts';
import { asFailure, Failure } from './domain/failure.ts';
import { openCore } from './open-core.ts';
import { createBrowserShell } from './shell/browser/shell.ts';
import { aboutHere } from './system/about.ts';
import { createSystemClock } from './system/clock.ts';
import { appFolder, createAppFolder } from './system/folders.ts';
import { type InstanceLock, takeInstanceLock } from './system/instance-lock.ts';
import { knock } from './system/knock.ts';
import { createFileLog } from './system/log.ts';
import { createNotifySend } from './system/notify-send.ts';
import { createOpener, findProgram } from './system/programs.ts';

/** Filled in by whoever ships Tidings with an app registration of their own: see `electron.vite.config.ts`. */
declare const BUILT_IN_CLIENT_ID: string;

/** How long the core may take to stop in order, and the pages to hear of it; then we leave, as a crash would. */
const stopLimitMs = 2_850;
const farewellLimitMs = 100;
/** How long a second start waits for one that is still starting. */
const doorLimitMs = 5_000;

const { platform, env } = process;
const folder = appFolder({ platform, env, home: homedir() });
createAppFolder(folder);
const clock = createSystemClock({ onError: (error) => log.error('timer.failed', { error: String(error) }) });
const log = createFileLog({ folder: folder.logs, now: () => clock.now() });
process.on('uncaughtException', (error) => log.error('uncaught', { error: error.stack ?? String(error) }));
process.on('unhandledRejection', (error) => log.error('unhandled', { error: String(error) }));

const open = createOpener(platform, env);
const tell = (line: string): void => void process.stdout.write(`${line}\n`);
const tellAddress = (address: string): void =>
  tell(`Open this address in a browser on this computer, within a minute; it works once:\n${address}`);

start().catch((error: unknown) => {
  const failure = asFailure(error);
  log.error('start.failed', { code: failure.code, error: String(error) });
  process.stderr.write(`Tidings cannot start: ${failure.userMessage}\n`);
  process.exit(1);
});

async function start(): Promise<void> {
  const lock = await theOnlyOne();
  if (lock === null) return;
  let core: Core | null = null;
  let leaving = false;
  async function leave(): Promise<void> {
    if (leaving) return;
    leaving = true;
    if (core !== null) await atMost(stopLimitMs, core.actions.stop());
    await atMost(farewellLimitMs, shell.dispose());
    lock?.release();
    log.close();
    process.exit(0);
  }
  const notifySend = platform === 'linux' ? findProgram('notify-send', env) : null;
  const shell = createBrowserShell({
    log,
    clock,
    version,
    env,
    open,
    desktopToasts: notifySend === null ? null : (events) => createNotifySend(notifySend, events),
    rendererFolder: join(import.meta.dirname, '../renderer'),
    tellAddress,
    quit: () => void leave(),
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void leave());

  const door = await shell.listen();
  core = await openCore({
    folder,
    platform,
    env,
    builtInClientId: BUILT_IN_CLIENT_ID,
    fetch,
    desktop: shell,
    clock,
    log,
    about: aboutHere(version, 'browser'),
  });
  shell.attach(core.actions);
  await core.start();
  lock.openDoor(door);
  tell('Tidings runs, and its window is a page in your browser. Closing the page does not stop it; Ctrl-C here does.');
  shell.showWindow(core.actions.state().accounts.length === 0 ? 'signIn' : 'today', null);
  if (!process.stdin.isTTY) return;
  tell('Press Enter for another page.');
  process.stdin.on('data', () => shell.showWindow('today', null));
}

/** The lock; null if another one runs here and was asked to show itself instead. */
async function theOnlyOne(): Promise<InstanceLock | null> {
  for (const endMs = performance.now() + doorLimitMs; ; await delay(100)) {
    const lock = takeInstanceLock(folder.root);
    if (lock.taken) return lock;
    const door = lock.holder?.door ?? null;
    if (door !== null) {
      const address = await knock(door, doorLimitMs);
      if (!(await open(address))) tellAddress(address);
      tell('Tidings runs already.');
      return null;
    }
    if (performance.now() > endMs) throw new Failure('unexpected', 'It runs already, in its own window.');
  }
}
