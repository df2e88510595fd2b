import { accessSync, constants, lstatSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { replaceFile } from '../../disk/replace-file.ts';
import { Failure } from '../../domain/failure.ts';
import type { Log } from '../../domain/ports.ts';
import type { LoginItem } from '../shell.ts';
import { entryKeys, execOf, programIn } from './desktop-entry.ts';

/**
 * Starting at login on Linux: an entry in the person's own autostart folder, which every desktop reads. What is asked
 * is what the desktop would do: an entry that was switched off elsewhere, is meant for another desktop, or names a
 * program that is gone counts as off.
 *
 * @param options.command what is to be started, the program as an absolute path.
 * @see https://specifications.freedesktop.org/autostart-spec/latest/
 */
export function createXdgAutostart(options: {
  /** Base name of the entry, as that of the installed program's own: `app.example.desktop`. */
  readonly name: string;
  readonly command: readonly [program: string, ...rest: string[]];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly uid: number | null;
  readonly log: Log;
}): LoginItem {
  const { name, command, env, home, uid, log } = options;
  const folder = join(absolute(env.XDG_CONFIG_HOME) ?? join(home, '.config'), 'autostart');
  const path = join(folder, name);
  /** What an administrator has installed for everybody; the person's own entry of the same name replaces it. */
  const forEverybody = (env.XDG_CONFIG_DIRS || '/etc/xdg')
    .split(':')
    .filter(isAbsolute)
    .map((each) => join(each, 'autostart', name));

  const isThereForEverybody = (): boolean => forEverybody.some((each) => starts(textOf(each), env));
  const isOn = (): boolean => {
    const own = textOf(path);
    return own === null ? isThereForEverybody() : starts(own, env);
  };

  function write(text: string): void {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      refuseForeign(path, uid);
      replaceFile(path, text);
    } catch (error) {
      throw failureOf(error, path);
    }
  }
  function remove(): void {
    try {
      refuseForeign(path, uid);
      rmSync(path, { force: true });
    } catch (error) {
      throw failureOf(error, path);
    }
  }

  mend();
  return {
    read: () => (isOn() ? 'on' : 'off'),
    set(on) {
      if (on) write(entry(command));
      else if (isThereForEverybody()) write(hidden);
      else remove();
      log.info('login-item.set', { on, is: isOn() });
      if (isOn() !== on) throw new Failure('unexpected', 'Your desktop did not take this setting.');
    },
  };

  /** An AppImage has its version in its name: after an update the entry names a file that is gone. */
  function mend(): void {
    const text = textOf(path);
    if (text === null || !isEnabled(text, env)) return;
    const program = programOf(text);
    if (program === null || isProgram(program, env)) return;
    try {
      write(entry(command));
      log.info('login-item.mended');
    } catch {
      log.warn('login-item.stale');
    }
  }
}

function entry(command: readonly [string, ...string[]]): string {
  let exec: string;
  try {
    exec = execOf(command);
  } catch (cause) {
    throw new Failure(
      'unexpected',
      'Tidings lies in a folder whose name cannot be written into an autostart entry. Please move it.',
      { cause },
    );
  }
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Version=1.5',
    'Name=Tidings',
    'Comment=Tells at once what happens in your mail and calendar',
    `Exec=${exec}`,
    'Icon=tidings',
    'Terminal=false',
    'StartupNotify=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}
const hidden = '[Desktop Entry]\nType=Application\nName=Tidings\nHidden=true\n';

type Env = Readonly<Record<string, string | undefined>>;
const absolute = (path: string | undefined): string | null => (path !== undefined && isAbsolute(path) ? path : null);

/** Whether a desktop would start something for an entry with this text. */
function starts(text: string | null, env: Env): boolean {
  if (text === null || !isEnabled(text, env)) return false;
  const program = programOf(text);
  return program !== null && isProgram(program, env);
}
const programOf = (text: string): string | null => programIn(entryKeys(text).get('Exec') ?? '');

function isEnabled(text: string, env: Env): boolean {
  const keys = entryKeys(text);
  if (keys.get('Hidden') === 'true' || keys.get('X-GNOME-Autostart-enabled') === 'false') return false;
  const here = (env.XDG_CURRENT_DESKTOP ?? '').split(':').filter((each) => each !== '');
  const listed = (key: string): readonly string[] | null =>
    keys
      .get(key)
      ?.split(';')
      .filter((each) => each !== '') ?? null;
  const isNamed = (desktops: readonly string[]): boolean => desktops.some((each) => here.includes(each));
  const only = listed('OnlyShowIn');
  return (only === null || isNamed(only)) && !isNamed(listed('NotShowIn') ?? []);
}

/** A name without a path is looked for as the shell does. */
function isProgram(program: string, env: Env): boolean {
  const places = isAbsolute(program) ? [program] : (env.PATH ?? '').split(':').map((each) => join(each, program));
  return places.some((each) => {
    try {
      accessSync(each, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

class Foreign extends Error {}
/** A file that somebody else has put there is not ours to replace, even where the folder would let us. */
function refuseForeign(path: string, uid: number | null): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found !== undefined && uid !== null && found.uid !== uid) throw new Foreign();
  if (found?.isDirectory() === true) throw new Foreign();
}

function failureOf(error: unknown, path: string): Failure {
  if (error instanceof Failure) return error;
  const sentence =
    error instanceof Foreign
      ? `The file ${path} belongs to somebody else, so Tidings leaves it as it is.`
      : `Tidings cannot write ${path}. Please check who owns that folder.`;
  return new Failure('storage', sentence, { cause: error });
}
