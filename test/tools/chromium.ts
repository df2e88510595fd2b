/**
 * Finds a Chromium that works on this machine and launches it for the Electron double, the demo and the e2e tests.
 *
 * Order: what `TIDINGS_CHROMIUM` says (`installed`, `npm` or a path), else an installed Chromium, Chrome or Edge, else
 * the headless Chromium that comes with the npm package `@sparticuz/chromium` (Linux on x64 only).
 */
import { execFile } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { accessSync, constants, existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright';

export interface ChromiumProgram {
  readonly executablePath: string;
  readonly source: 'installed' | 'npm' | 'named';
  /** The npm package's Chromium has no windows. */
  readonly headlessOnly: boolean;
  /** Added to the environment of the browser process. */
  readonly env: Readonly<Record<string, string>>;
}

export interface LaunchedChromium {
  readonly browser: Browser;
  readonly program: ChromiumProgram;
  readonly headed: boolean;
}

const run = promisify(execFile);
const PACKAGE = '@sparticuz/chromium';

/** Whether a person could see a window here. */
export function hasDisplay(env: NodeJS.ProcessEnv = process.env): boolean {
  if (process.platform === 'win32' || process.platform === 'darwin') return true;
  return Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}

/** Installed browsers of the Chromium family, best first. Only looks at files: nothing is started. */
export function installedChromiums(env: NodeJS.ProcessEnv = process.env): string[] {
  return candidates(env).filter(isProgram);
}

function candidates(env: NodeJS.ProcessEnv): string[] {
  if (process.platform === 'darwin') {
    const apps = ['Chromium', 'Google Chrome', 'Microsoft Edge'];
    return ['/Applications', join(homedir(), 'Applications')].flatMap((folder) =>
      apps.map((app) => join(folder, `${app}.app`, 'Contents', 'MacOS', app)),
    );
  }
  if (process.platform === 'win32') {
    const roots = [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA].filter((root) => root !== undefined);
    const programs = ['Chromium\\Application\\chrome.exe', 'Google\\Chrome\\Application\\chrome.exe'];
    return [...programs, 'Microsoft\\Edge\\Application\\msedge.exe'].flatMap((p) => roots.map((root) => join(root, p)));
  }
  const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return [...names, 'microsoft-edge-stable', 'microsoft-edge'].flatMap((name) => folders.map((f) => join(f, name)));
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Launches the first Chromium that starts. `headed` is a wish: it is granted if there is a display and an installed
 * browser. Rejects with one sentence per thing tried when none starts.
 */
export async function launchChromium(
  options: {
    readonly headed?: boolean;
    readonly args?: readonly string[];
    /** True: the caller ends the browser on SIGINT, SIGTERM and SIGHUP; else those end browser and process at once. */
    readonly handlesSignals?: boolean;
    /**
     * PEM of an authority whose certificates hold, where nobody sees the window (a shown one would warn of the switch).
     * On a bare Linux this is more than a comfort: judging any other certificate needs libsqlite3, and without it
     * Chromium ends itself.
     */
    readonly authorityPem?: string;
  } = {},
): Promise<LaunchedChromium> {
  const headed = options.headed === true && hasDisplay();
  const failures: string[] = [];
  for await (const program of programs(failures)) {
    try {
      const shown = headed && !program.headlessOnly;
      const trusted =
        options.authorityPem === undefined || shown
          ? []
          : [`--ignore-certificate-errors-spki-list=${keyHash(options.authorityPem)}`];
      const args = [...(options.args ?? []), ...trusted];
      return { browser: await start(program, shown, { ...options, args }), program, headed: shown };
    } catch (error) {
      failures.push(`${program.executablePath} did not start (${firstLine(error)})`);
    }
  }
  throw new Error(
    `No Chromium could be started: ${failures.join('; ') || 'none is installed'}. ` +
      'Install Chromium, Chrome or Edge, or name one with TIDINGS_CHROMIUM=/path/to/it.',
  );
}

/** SHA-256 of the public key, in the form that Chromium's switch takes. */
function keyHash(pem: string): string {
  const key = new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(key).digest('base64');
}

/** Yields what to try, lazily: the npm package is unpacked only if nothing before it worked. */
async function* programs(failures: string[]): AsyncGenerator<ChromiumProgram> {
  const choice = process.env.TIDINGS_CHROMIUM ?? '';
  if (choice !== '' && choice !== 'npm' && choice !== 'installed') {
    if (isProgram(choice)) yield { executablePath: choice, source: 'named', headlessOnly: false, env: {} };
    else failures.push(`TIDINGS_CHROMIUM names ${choice}, which is no program`);
    return;
  }
  if (choice !== 'npm') {
    for (const executablePath of installedChromiums()) {
      yield { executablePath, source: 'installed', headlessOnly: false, env: {} };
    }
  }
  if (choice === 'installed') return;
  try {
    yield await npmChromium();
  } catch (error) {
    failures.push(`the Chromium from npm cannot be used (${firstLine(error)})`);
  }
}

async function start(
  program: ChromiumProgram,
  headed: boolean,
  { args = [], handlesSignals = false }: { readonly args?: readonly string[]; readonly handlesSignals?: boolean },
): Promise<Browser> {
  // Chromium refuses to run its sandbox as root; for everybody else it stays on.
  const isRoot = process.platform === 'linux' && process.geteuid?.() === 0;
  return await chromium.launch({
    executablePath: program.executablePath,
    headless: !headed,
    chromiumSandbox: !isRoot,
    env: { ...stringsOnly(process.env), ...program.env },
    args: [...args],
    handleSIGINT: !handlesSignals,
    handleSIGTERM: !handlesSignals,
    handleSIGHUP: !handlesSignals,
    timeout: 30_000,
  });
}

/** Unpacks the npm package's Chromium once per version (about 2 s) and says how to start it. */
async function npmChromium(): Promise<ChromiumProgram> {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error('it is made for Linux on x64');
  const require = createRequire(import.meta.url);
  const version: string = require(join(dirname(require.resolve(PACKAGE)), '..', '..', 'package.json')).version;
  const folder = join(await cacheFolder(), `chromium-${version}`);
  if (!existsSync(folder)) await unpack(folder);
  const libraries = [join(folder, 'al2023', 'lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(delimiter);
  const env: Record<string, string> = { LD_LIBRARY_PATH: libraries };
  // A machine without fonts of its own gets the few that come with the package.
  if (!existsSync('/etc/fonts/fonts.conf')) env.FONTCONFIG_FILE = join(folder, 'fonts.conf');
  return { executablePath: join(folder, 'chromium'), source: 'npm', headlessOnly: true, env };
}

/** Beside the packages; in a checkout that cannot be written, in the person's own cache; else for this run only. */
async function cacheFolder(): Promise<string> {
  const beside = join(import.meta.dirname, '..', '..', 'node_modules', '.cache');
  const own = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'tidings-tests');
  for (const folder of [beside, own]) {
    try {
      await mkdir(folder, { recursive: true });
      accessSync(folder, constants.W_OK);
      return folder;
    } catch {
      // The next one may do.
    }
  }
  return await mkdtemp(join(tmpdir(), 'tidings-chromium-'));
}

async function unpack(folder: string): Promise<void> {
  const staging = await mkdtemp(`${folder}-`);
  try {
    // The package unpacks to the temp folder of its process, and its system libraries only where it believes to be in
    // one particular cloud: a process of its own keeps both out of ours.
    const script = `import(${JSON.stringify(import.meta.resolve(PACKAGE))}).then((m) => m.default.executablePath())`;
    await run(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, TMPDIR: staging, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' },
      timeout: 60_000,
    });
    const xml = `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${folder}/fonts</dir><cachedir>${folder}/font-cache</cachedir></fontconfig>`;
    await writeFile(join(staging, 'fonts.conf'), xml);
    // Rename is atomic: two processes that unpack at once end with one whole folder.
    await rename(staging, folder).catch((error: NodeJS.ErrnoException) => {
      if (!existsSync(join(folder, 'chromium'))) throw error;
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

function stringsOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
