/**
 * Electron's program: where it is, and how to get it. Since version 42 the npm package brings none and downloads it at
 * first use, even on `import 'electron'`, and without a limit of time. Hence: look at the files, ask the server with a
 * limit, and only then run the package's own installer, with a limit as well.
 */
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';

export type Env = Readonly<Record<string, string | undefined>>;
export type ElectronProgram =
  | { readonly kind: 'found'; readonly path: string }
  /** `ELECTRON_OVERRIDE_DIST_PATH` is set, and there is nothing at `path`. */
  | { readonly kind: 'wrongOverride'; readonly path: string }
  | { readonly kind: 'absent'; readonly version: string };
export type Answer = { readonly kind: 'available' } | { readonly kind: 'unavailable'; readonly why: string };

/** The program inside an unpacked Electron, as its own package names it. */
function programName(platform: NodeJS.Platform): string {
  if (platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron';
  return platform === 'win32' ? 'electron.exe' : 'electron';
}

/**
 * Looks at files only.
 *
 * @param root the folder that holds `node_modules`
 * @throws if the electron package itself is not installed
 */
export function findElectron(root: string, env: Env, platform: NodeJS.Platform = process.platform): ElectronProgram {
  const override = env.ELECTRON_OVERRIDE_DIST_PATH;
  if (override) {
    const path = join(override, programName(platform));
    return { kind: existsSync(path) ? 'found' : 'wrongOverride', path };
  }
  const folder = packageFolder(root);
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  const path = join(folder, 'dist', programName(platform));
  // The installer writes path.txt last, so a download that was cut short does not count; nor does an older version.
  const isWhole = existsSync(join(folder, 'path.txt')) && existsSync(path);
  return isWhole && unpackedVersion(folder) === version ? { kind: 'found', path } : { kind: 'absent', version };
}

const packageFolder = (root: string): string => join(root, 'node_modules', 'electron');

function unpackedVersion(folder: string): string | null {
  try {
    return readFileSync(join(folder, 'dist', 'version'), 'utf8')
      .trim()
      .replace(/^v/, '');
  } catch {
    return null;
  }
}

/** Where the installer will download from, with the mirror settings it honours. */
export function releaseUrl(version: string, env: Env, platform: string, arch: string): string {
  const setting = (name: string): string | undefined =>
    env[`npm_config_electron_${name.replaceAll('_', '')}`] ||
    env[`NPM_CONFIG_ELECTRON_${name.toUpperCase()}`] ||
    env[`npm_config_electron_${name}`] ||
    env[`ELECTRON_${name.toUpperCase()}`];
  const base = setting('mirror') ?? 'https://github.com/electron/electron/releases/download/';
  const folder = (setting('custom_dir') ?? `v${version}`).replace('{{ version }}', version);
  return `${base}${folder}/${setting('custom_filename') ?? `electron-v${version}-${platform}-${arch}.zip`}`;
}

/** Whether an earlier download of `url` is kept on this machine; the installer then needs no network. */
export function isDownloaded(url: string, env: Env, platform: NodeJS.Platform = process.platform): boolean {
  const cache =
    env.electron_config_cache ??
    (platform === 'darwin'
      ? join(homedir(), 'Library', 'Caches', 'electron')
      : platform === 'win32'
        ? join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'electron', 'Cache')
        : join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'electron'));
  const key = createHash('sha256')
    .update(url.slice(0, url.lastIndexOf('/')))
    .digest('hex');
  return existsSync(join(cache, key, basename(url)));
}

/**
 * Asks whether `url` can be had. In a process of its own: proxies hold for it from its first moment, and it can be
 * ended even while it waits for a name server.
 */
export function askServer(url: string, env: Env, limitMs: number): Promise<Answer> {
  const ask = `fetch(process.argv[1], { method: 'HEAD' }).then(
    (answer) => console.log(answer.ok || answer.status === 405 ? 'ok' : 'it answered ' + answer.status),
    (error) => console.log(error.cause?.code ?? error.cause?.message ?? error.message))`;
  return new Promise((resolve) => {
    const options = { env: withProxies(env), timeout: limitMs, killSignal: 'SIGKILL' as const };
    execFile(process.execPath, ['-e', ask, url], options, (error, stdout) => {
      const said = stdout.trim();
      if (said === 'ok') resolve({ kind: 'available' });
      else if (said !== '') resolve({ kind: 'unavailable', why: said });
      else resolve({ kind: 'unavailable', why: error?.killed ? `no answer in ${limitMs / 1000} s` : String(error) });
    });
  });
}

/**
 * Runs the package's installer, which checks what it downloads against the checksums that came with the package.
 *
 * @param tell gets a line at once and another one every few seconds
 * @returns null, or why it did not work
 */
export async function installElectron(options: {
  readonly root: string;
  readonly env: Env;
  readonly limitMs: number;
  readonly tell: (line: string) => void;
}): Promise<string | null> {
  const { root, env, limitMs, tell } = options;
  // A temp folder of its own shows how far it is, and leaves nothing behind when it is cut short.
  const folder = mkdtempSync(join(tmpdir(), 'tidings-electron-'));
  const started = Date.now();
  let most = 0;
  const progress = setInterval(async () => {
    most = Math.max(most, await sizeOf(folder));
    tell(`  ${(most / 1e6).toFixed(0)} MB after ${Math.round((Date.now() - started) / 1000)} s`);
  }, 5000);
  try {
    const child = spawn(process.execPath, [join(packageFolder(root), 'install.js')], {
      env: { ...withProxies(env), TMPDIR: folder, TEMP: folder, TMP: folder, ELECTRON_GET_NO_PROGRESS: '1' },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    let isLate = false;
    const limit = setTimeout(() => {
      isLate = true;
      child.kill('SIGKILL');
    }, limitMs);
    const why = await new Promise<string | null>((resolve) => {
      child.on('error', (error) => resolve(error.message));
      child.on('exit', (code, signal) => resolve(code === 0 ? null : `the installer ended with ${code ?? signal}`));
    });
    clearTimeout(limit);
    return isLate ? `it was not done after ${Math.round(limitMs / 60_000)} minutes` : why;
  } finally {
    clearInterval(progress);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Node's own fetch and Electron's installer both ignore proxies unless told. */
export function withProxies(env: Env): NodeJS.ProcessEnv {
  const isSet = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'].some((name) => env[name]);
  return isSet ? { ...env, NODE_USE_ENV_PROXY: '1', ELECTRON_GET_USE_PROXY: 'true' } : { ...env };
}

async function sizeOf(folder: string): Promise<number> {
  try {
    const names = await readdir(folder, { recursive: true });
    const sizes = names.map((name) =>
      stat(join(folder, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    );
    return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  } catch {
    return 0;
  }
}
