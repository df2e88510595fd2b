/**
 * `npm start`: the real app in the real Electron, or, where that cannot be had, in the browser, after one sentence that
 * says so. Never hangs. `-- --browser` asks for the browser at once.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants, homedir } from 'node:os';
import { join } from 'node:path';
import { hasDisplay } from './chromium.ts';
import { clientIdNotice } from './client-id-notice.ts';
import {
  askServer,
  type Env,
  findElectron,
  installElectron,
  isDownloaded,
  releaseUrl,
  withProxies,
} from './electron-binary.ts';

export interface StartOptions {
  /** The checkout: holds `node_modules` and `package.json`. */
  readonly root: string;
  readonly env: Env;
  /** Passed on to the app. */
  readonly args: readonly string[];
  readonly tell: (line: string) => void;
  /** How long the download server may take to answer at all. */
  readonly askLimitMs?: number;
  readonly installLimitMs?: number;
}

/** What the shells can end with when the system cannot run the program at all: a library is missing, say. */
const cannotRun = [126, 127];
const inBrowser = '--browser';

/** Resolves with the exit status: the app's own, or 1 if it could not be started. */
export async function startTidings(options: StartOptions): Promise<number> {
  const { root, env, args, tell } = options;
  const notice = clientIdNotice({ platform: process.platform, env, home: homedir() });
  if (notice !== null) tell(`${notice}\n`);
  const program = args.includes(inBrowser) ? 'none' : await getElectron(options);
  if (program === 'mistaken') return 1;
  const built = await run(join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js'), options);
  if (built !== 0) {
    tell('Tidings could not be built: see above.');
    return 1;
  }
  if (program !== 'none') {
    const ended = await runApp(program, [root, ...args], env, options);
    if (ended !== null) return ended;
    tell('Electron is here but cannot run on this machine: see above. Tidings opens in your web browser instead.');
  }
  const shell = ['--disable-warning=ExperimentalWarning', join(root, 'out', 'main', 'start-browser.js')];
  // As Electron does by itself: the system's proxy and the certificates that this system trusts.
  const shellEnv = { NODE_USE_SYSTEM_CA: '1', ...withProxies(env) };
  const others = args.filter((arg) => arg !== inBrowser);
  return (await runApp(process.execPath, [...shell, ...others], shellEnv, options)) ?? 1;
}

/** The path of the program; after telling why there is none: `none` for the browser, `mistaken` for what only the person can mend. */
async function getElectron(options: StartOptions): Promise<string> {
  const { root, env, tell, askLimitMs = 3500, installLimitMs = 600_000 } = options;
  if (!hasDisplay({ ...env })) {
    tell(
      'There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), and Electron needs one: open Tidings in a web browser.',
    );
    return 'none';
  }
  const found = findElectron(root, env);
  if (found.kind === 'found') return found.path;
  if (found.kind === 'wrongOverride') {
    tell(`ELECTRON_OVERRIDE_DIST_PATH must name the folder of an unpacked Electron, but there is no ${found.path}.
Without Electron: npm start -- ${inBrowser}`);
    return 'mistaken';
  }
  const url = releaseUrl(found.version, env, process.platform, process.arch);
  const answer = isDownloaded(url, env) ? ({ kind: 'available' } as const) : await askServer(url, env, askLimitMs);
  let why = answer.kind === 'available' ? null : answer.why;
  if (why === null) {
    tell(`Getting Electron ${found.version}, once (about 110 MB, at most ${installLimitMs / 60_000} minutes) …`);
    why = await installElectron({ root, env, limitMs: installLimitMs, tell });
    const installed = findElectron(root, env);
    if (why === null && installed.kind === 'found') return installed.path;
  }
  tell(`Electron ${found.version} could not be had from ${url} (${why ?? 'nothing came'}), so Tidings opens in your web browser instead.
To give it Electron: ELECTRON_MIRROR=https://HOST/PATH/ or ELECTRON_OVERRIDE_DIST_PATH=FOLDER, then npm start.
`);
  return 'none';
}

/** Builds the three bundles, 1 to 2 seconds: always, so that what starts is what is in the sources. */
function run(electronVite: string, { root, env }: StartOptions): Promise<number> {
  if (!existsSync(electronVite)) return Promise.resolve(1);
  const child = spawn(process.execPath, [electronVite, 'build', '--logLevel', 'warn'], {
    cwd: root,
    env: { ...env },
    stdio: 'inherit',
  });
  return new Promise((resolve) => {
    child.on('error', () => resolve(1));
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

/** Null if the system cannot run the program at all. */
function runApp(
  program: string,
  args: readonly string[],
  env: Env,
  { root, tell }: StartOptions,
): Promise<number | null> {
  // Terminals inside other Electron apps set this, and Electron would then be a mere Node.
  const { ELECTRON_RUN_AS_NODE: _, ...appEnv } = env;
  let child: ChildProcess | null = null;
  // A terminal sends Ctrl-C to the app as well, and a second one would end it on the spot. We outlive it either way.
  const passOn = (signal: NodeJS.Signals): void => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child?.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  // Before there is anything to pass them on to: one that came in between would end us and leave the app alone.
  for (const signal of signals) process.on(signal, passOn);
  const started = spawn(program, args, { cwd: root, env: appEnv, stdio: 'inherit' });
  child = started;
  return new Promise<number | null>((resolve) => {
    started.on('error', (error) => {
      tell(`${program} could not be started: ${error.message}`);
      resolve(null);
    });
    started.on('exit', (code, signal) => {
      const ended = code ?? 128 + constants.signals[signal ?? 'SIGTERM'];
      resolve(cannotRun.includes(ended) ? null : ended);
    });
  }).finally(() => {
    for (const signal of signals) process.off(signal, passOn);
  });
}
