/** `npm start`: the real app in the real Electron, or one clear paragraph about what is missing. Never hangs. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants, homedir } from 'node:os';
import { join } from 'node:path';
import { hasDisplay } from './chromium.ts';
import { clientIdNotice } from './client-id-notice.ts';
import { askServer, type Env, findElectron, installElectron, isDownloaded, releaseUrl } from './electron-binary.ts';

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

const DEMO = 'To see Tidings without Electron: npm run demo (the same app in a double of Electron, over Chromium).';

/** Resolves with the exit status: the app's own, or 1 if it could not be started. */
export async function startTidings(options: StartOptions): Promise<number> {
  const { root, env, tell } = options;
  const notice = clientIdNotice({ platform: process.platform, env, home: homedir() });
  if (notice !== null) tell(`${notice}\n`);
  if (!hasDisplay({ ...env })) {
    tell('There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), and Electron needs one.');
    tell(DEMO);
    return 1;
  }
  const program = await getElectron(options);
  if (program === null) return 1;
  const built = await run(join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js'), options);
  if (built !== 0) {
    tell('Tidings could not be built: see above.');
    return 1;
  }
  return await runApp(program, options);
}

/** The path of the program; null after telling why there is none. */
async function getElectron(options: StartOptions): Promise<string | null> {
  const { root, env, tell, askLimitMs = 4000, installLimitMs = 600_000 } = options;
  const found = findElectron(root, env);
  if (found.kind === 'found') return found.path;
  if (found.kind === 'wrongOverride') {
    tell(`ELECTRON_OVERRIDE_DIST_PATH must name the folder of an unpacked Electron, but there is no ${found.path}.`);
    tell(DEMO);
    return null;
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
  tell(`Electron ${found.version} is not on this machine and could not be had from ${url} (${why ?? 'nothing came'}).
Tidings itself is ready. Give it Electron in one of two ways, then run npm start again:
  ELECTRON_MIRROR=https://HOST/PATH/       a server that offers Electron's release files
  ELECTRON_OVERRIDE_DIST_PATH=FOLDER       an Electron ${found.version} that is already unpacked here
${DEMO}`);
  return null;
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

function runApp(program: string, { root, env, args, tell }: StartOptions): Promise<number> {
  // Terminals inside other Electron apps set this, and Electron would then be a mere Node.
  const { ELECTRON_RUN_AS_NODE: _, ...appEnv } = env;
  const child = spawn(program, [root, ...args], { cwd: root, env: appEnv, stdio: 'inherit' });
  // A terminal sends Ctrl-C to the app as well, and a second one would end it on the spot. We outlive it either way.
  const passOn = (signal: NodeJS.Signals): void => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, passOn);
  return new Promise<number>((resolve) => {
    child.on('error', (error) => {
      tell(`${program} could not be started: ${error.message}`);
      resolve(1);
    });
    child.on('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGTERM']));
  }).finally(() => {
    for (const signal of signals) process.off(signal, passOn);
  });
}
