import { chmodSync, mkdirSync } from 'node:fs';
import { posix, win32 } from 'node:path';
import { Failure } from '../domain/failure.ts';

export interface AppFolder {
  /** Holds `settings.json`, the history and the instance lock. */
  readonly root: string;
  readonly logs: string;
}

/** What the operating system says about where things belong; pass `process.platform`, `process.env`, `os.homedir()`. */
export interface Place {
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/**
 * Where Tidings keeps what is its own: `$XDG_CONFIG_HOME/tidings` or `~/.config/tidings`; on macOS
 * `~/Library/Application Support/Tidings`; on Windows `%APPDATA%\Tidings`. Makes nothing.
 *
 * @see https://specifications.freedesktop.org/basedir-spec/latest/ (relative paths are to be ignored)
 */
export function appFolder({ platform, env, home }: Place): AppFolder {
  const { isAbsolute, join } = platform === 'win32' ? win32 : posix;
  const given = (name: string): string | null => {
    const path = env[name];
    return path !== undefined && isAbsolute(path) ? path : null;
  };
  const root = ((): string => {
    switch (platform) {
      case 'win32':
        return join(given('APPDATA') ?? join(home, 'AppData', 'Roaming'), 'Tidings');
      case 'darwin':
        return join(home, 'Library', 'Application Support', 'Tidings');
      default:
        return join(given('XDG_CONFIG_HOME') ?? join(home, '.config'), 'tidings');
    }
  })();
  return { root, logs: join(root, 'logs') };
}

/**
 * Where an administrator sets what holds for everybody on this machine: `/etc/tidings/policy.json`; on macOS
 * `/Library/Application Support/Tidings/policy.json`; on Windows `%ProgramData%\\Tidings\\policy.json`.
 */
export function policyPath({ platform, env }: Pick<Place, 'platform' | 'env'>): string {
  switch (platform) {
    case 'win32': {
      const given = env.ProgramData ?? env.PROGRAMDATA;
      return win32.join(
        given !== undefined && win32.isAbsolute(given) ? given : 'C:\\ProgramData',
        'Tidings',
        'policy.json',
      );
    }
    case 'darwin':
      return '/Library/Application Support/Tidings/policy.json';
    default:
      return '/etc/tidings/policy.json';
  }
}

/**
 * Makes the folders for the person alone (0700), or closes ones that others could read.
 *
 * @throws {Failure} `storage` when the system refuses.
 */
export function createAppFolder(folder: AppFolder): void {
  try {
    for (const path of [folder.root, folder.logs]) {
      mkdirSync(path, { recursive: true, mode: 0o700 });
      chmodSync(path, 0o700);
    }
  } catch (cause) {
    throw folderRefused(folder.root, cause);
  }
}

/** The system does not let us use what is ours. */
export const folderRefused = (folder: string, cause: unknown): Failure =>
  new Failure('storage', `Tidings cannot use its folder ${folder}. Please check who owns it.`, { cause });
