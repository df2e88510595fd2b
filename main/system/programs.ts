import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

export type Env = Readonly<Record<string, string | undefined>>;

/** The program of this name on the person's PATH, or null. */
export function findProgram(name: string, env: Env): string | null {
  const isProgram = (path: string): boolean => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  };
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find(isProgram) ?? null;
}

/** So long a program that hands an address on may take to fail; one that still runs then is the browser. Milliseconds. */
const handOnMs = 5_000;

/**
 * Opens an address or a folder with the program that the system has for it. Resolves with false where there is none: a
 * Linux without a display would start a browser inside the terminal.
 */
export function createOpener(platform: NodeJS.Platform, env: Env): (target: string) => Promise<boolean> {
  const [program, ...args] = commandFor(platform, env);
  return (target) =>
    new Promise((resolve) => {
      if (program === undefined) return resolve(false);
      // No shell in between, so that nothing in an address can be a command.
      const child = spawn(program, [...args, target], { stdio: 'ignore', detached: true });
      child.unref();
      const timer = setTimeout(resolve, handOnMs, true);
      child.on('error', () => resolve(false));
      child.on('exit', (code) => {
        clearTimeout(timer);
        resolve(code === 0);
      });
    });
}

function commandFor(platform: NodeJS.Platform, env: Env): readonly string[] {
  if (platform === 'darwin') return ['/usr/bin/open'];
  if (platform === 'win32') return ['rundll32.exe', 'url.dll,FileProtocolHandler'];
  const program = env.DISPLAY || env.WAYLAND_DISPLAY ? findProgram('xdg-open', env) : null;
  return program === null ? [] : [program];
}
