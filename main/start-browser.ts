import { homedir } from 'node:os';
import { join } from 'node:path';
import { version } from '../package.json' with { type: 'json' };
import { atMost } from './core/at-most.ts';
import type { Core } from './core/host.ts';
import { asFailure } from './domain/failure.ts';
import { openCore } from './open-core.ts';
import { openLog } from './open-log.ts';
import { createBrowserShell } from './shell/browser/shell.ts';
import { aboutHere } from './system/about.ts';
import { createSystemClock } from './system/clock.ts';
import { appFolder } from './system/folders.ts';
import { lockOrKnock } from './system/knock.ts';
import { hasNetwork } from './system/network.ts';
import { createNotifySend } from './system/notify-send.ts';
import { createOpener, findProgram } from './system/programs.ts';

/** Filled in by whoever ships Tidings with an app registration of their own: see `electron.vite.config.ts`. */
declare const BUILT_IN_CLIENT_ID: string;

/** For the core to stop in order, and for the pages to hear of it, before we leave as a crash would; for an earlier start. */
const [stopLimitMs, farewellLimitMs, doorLimitMs] = [2_850, 100, 5_000];

const { platform, env } = process;
const folder = appFolder({ platform, env, home: homedir() });
const clock = createSystemClock({ onError: (error) => log.error('timer.failed', { error: String(error) }) });
const log = openLog({ folder, clock, refused: explain });

const open = createOpener(platform, env);
const tell = (line: string): void => void process.stdout.write(`${line}\n`);
const tellAddress = (address: string): void =>
  tell(`Open this address in a browser on this computer, within a minute; it works once:\n${address}`);

start().catch((error: unknown) => {
  log.error('start.failed', { code: asFailure(error).code, error: String(error) });
  explain(error);
});

function explain(error: unknown): never {
  process.stderr.write(`Tidings cannot start: ${asFailure(error).userMessage}\n`);
  process.exit(1);
}

async function start(): Promise<void> {
  const lock = await lockOrKnock(folder.root, doorLimitMs);
  if ('address' in lock) {
    if (!(await open(lock.address))) tellAddress(lock.address);
    return tell('Tidings runs already.');
  }
  let core: Core | null = null;
  let leaving = false;
  const leave = async (): Promise<void> => {
    if (leaving) return;
    leaving = true;
    if (core !== null) await atMost(stopLimitMs, core.actions.stop());
    await atMost(farewellLimitMs, shell.dispose());
    lock.release();
    log.close();
    process.exit(0);
  };
  const notifySend = platform === 'linux' ? findProgram('notify-send', env) : null;
  const shell = createBrowserShell({
    log,
    clock,
    version,
    env,
    open,
    isOnline: () => hasNetwork(env),
    desktopToasts: notifySend === null ? null : (events) => createNotifySend(notifySend, events),
    rendererFolder: join(import.meta.dirname, '../renderer'),
    tellAddress,
    quit: () => void leave(),
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void leave());

  const door = await shell.listen();
  const ours = { builtInClientId: BUILT_IN_CLIENT_ID, about: aboutHere(version, 'browser') };
  core = await openCore({ folder, platform, env, fetch, desktop: shell, clock, log, ...ours });
  shell.attach(core.actions);
  await core.start();
  lock.openDoor(door);
  tell('Tidings runs, and its window is a page in your browser. Closing the page does not stop it; Ctrl-C here does.');
  shell.showWindow(core.actions.state().accounts.length === 0 ? 'signIn' : 'today', null);
  if (!process.stdin.isTTY) return;
  tell('Press Enter for another page.');
  process.stdin.on('data', () => shell.showWindow('today', null));
}
