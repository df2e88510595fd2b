import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { Failure } from '../../../main/domain/failure.ts';
import { createLoginItem, wasStartedAtLogin } from '../../../main/shell/electron/login-item.ts';
import { entryKeys, execOf, programIn } from '../../../main/shell/linux/desktop-entry.ts';
import { createRecordingLog } from '../store/fixtures.ts';

const log = createRecordingLog();
const failureOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof Failure) return `${error.code}: ${error.userMessage}`;
    throw error;
  }
  return 'none';
};

/** What a desktop makes of `Exec`, letter by letter as the specification says. */
function commandIn(exec: string): string[] {
  let text = '';
  for (let at = 0; at < exec.length; at += 1) {
    if (exec[at] !== '\\') text += exec[at];
    else {
      at += 1;
      text += { s: ' ', n: '\n', t: '\t', r: '\r', '\\': '\\' }[exec[at] ?? ''] ?? '?';
    }
  }
  const parts: string[] = [];
  let part = '';
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at] ?? '';
    if (letter === '"') {
      isQuoted = !isQuoted;
      if (!isQuoted) {
        parts.push(part);
        part = '';
      }
    } else if (!isQuoted) {
      if (letter !== ' ') throw new Error(`${letter} stands outside of quotation marks`);
    } else if (letter === '\\') {
      at += 1;
      part += text[at] ?? '';
    } else if ('`$'.includes(letter)) throw new Error(`${letter} is not escaped`);
    else if (letter === '%') {
      at += 1;
      if (text[at] !== '%') throw new Error('a field code that nobody meant');
      part += '%';
    } else part += letter;
  }
  return parts;
}

test('whatever stands in a path, a desktop reads the same command back', () => {
  const letters = fc.constantFrom(...'ab /"`$\\%äß漢😀\'();&|<>~*?#.-');
  const path = fc.string({ unit: letters, minLength: 1, maxLength: 30 }).map((text) => `/${text}`);
  fc.assert(
    fc.property(path, fc.array(path, { maxLength: 3 }), (given, rest) => {
      const program = given.replaceAll('%', '');
      const exec = execOf([program, ...rest]);
      expect(commandIn(exec)).toEqual([program, ...rest]);
      expect(programIn(exec)).toBe(program);
    }),
    { numRuns: 500 },
  );
});

test('what the format cannot say is refused, not written wrongly', () => {
  expect(() => execOf(['/a=b/tidings'])).toThrow(RangeError);
  expect(() => execOf(['/100%/tidings'])).toThrow(RangeError);
  expect(() => execOf(['/a\nb/tidings'])).toThrow(RangeError);
  expect([programIn('tidings --hidden'), programIn('"/opt/a b/t" %U'), programIn('"/half'), programIn('')]).toEqual([
    'tidings',
    '/opt/a b/t',
    null,
    null,
  ]);
});

test('only keys of the right group count', () => {
  const text = '# a remark\n[Desktop Entry]\nExec = a b \nHidden=true\n[Desktop Action new]\nExec=c\n';
  expect([...entryKeys(text)]).toEqual([
    ['Exec', 'a b'],
    ['Hidden', 'true'],
  ]);
});

/** A Linux desktop: real folders, a real program. */
function desktop(more: Record<string, string> = {}, packaged = true) {
  const root = mkdtempSync(join(tmpdir(), 'tidings-login-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const program = join(root, 'opt', 'Tidings 1.0', 'tidings');
  mkdirSync(dirname(program), { recursive: true });
  writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 });
  const everybody = join(root, 'etc', 'xdg');
  const env = {
    XDG_CONFIG_HOME: join(root, 'config'),
    XDG_CONFIG_DIRS: everybody,
    XDG_CURRENT_DESKTOP: 'ubuntu:GNOME',
    ...more,
  };
  const path = join(env.XDG_CONFIG_HOME, 'autostart', 'app.tidings.desktop');
  const app = {
    isPackaged: packaged,
    getAppPath: () => join(root, 'app folder'),
    getLoginItemSettings: () => {
      throw new Error('not on Linux');
    },
    setLoginItemSettings: () => {
      throw new Error('not on Linux');
    },
  };
  const item = (execPath = program, uid: number | null = process.getuid?.() ?? null) =>
    createLoginItem(app, log, { platform: 'linux', env, execPath, home: join(root, 'home'), uid });
  return { root, program, env, path, item, everybody: join(everybody, 'autostart', 'app.tidings.desktop') };
}
const put = (path: string, text: string): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};

test('on Linux the switch writes an entry that starts the installed program hidden, and takes it away again', () => {
  const { item, path, program } = desktop();
  expect([item().read(), existsSync(path)]).toEqual(['off', false]);
  item().set(true);
  const keys = entryKeys(readFileSync(path, 'utf8'));
  expect({
    is: item().read(),
    type: keys.get('Type'),
    command: commandIn(keys.get('Exec') ?? ''),
    mode: statSync(path).mode & 0o777,
  }).toEqual({
    is: 'on',
    type: 'Application',
    command: [program, '--hidden'],
    mode: 0o600,
  });
  expect(readdirSync(dirname(path))).toEqual(['app.tidings.desktop']);
  item().set(false);
  expect([item().read(), readdirSync(dirname(path))]).toEqual(['off', []]);
});

test('an AppImage is started from where the person keeps it, not from the mount it runs in', () => {
  const { root, env, path } = desktop();
  const image = join(root, 'Downloads', 'Tidings-1.0.AppImage');
  put(image, '');
  chmodSync(image, 0o755);
  const inside = desktop({ ...env, APPIMAGE: image, APPDIR: '/tmp/.mount_TidingX' });
  inside.item('/tmp/.mount_TidingX/tidings').set(true);
  expect(commandIn(entryKeys(readFileSync(path, 'utf8')).get('Exec') ?? '')[0]).toBe(image);
  // Started from a terminal that is an AppImage itself: its variables are not about us.
  const terminal = desktop({ APPIMAGE: '/home/ada/terminal.AppImage', APPDIR: '/tmp/.mount_Term' });
  terminal.item().set(true);
  expect(commandIn(entryKeys(readFileSync(terminal.path, 'utf8')).get('Exec') ?? '')[0]).toBe(terminal.program);
});

test('from the sources the application’s folder is named as well', () => {
  const { item, path, program, root } = desktop({}, false);
  item().set(true);
  expect(commandIn(entryKeys(readFileSync(path, 'utf8')).get('Exec') ?? '')).toEqual([
    program,
    join(root, 'app folder'),
    '--hidden',
  ]);
});

test.each([
  ['hidden', 'Hidden=true', 'off'],
  ['switched off in GNOME', 'X-GNOME-Autostart-enabled=false', 'off'],
  ['of another desktop only', 'OnlyShowIn=KDE;XFCE;', 'off'],
  ['of this desktop only', 'OnlyShowIn=KDE;GNOME;', 'on'],
  ['not for this desktop', 'NotShowIn=GNOME;', 'off'],
  ['plain', '', 'on'],
])('an entry that is %s reads back as what the desktop would do', (_how, line, is) => {
  const { item, path, program } = desktop();
  const text = `[Desktop Entry]\nType=Application\nName=Tidings\nExec=${execOf([program])}\n${line}\n`;
  put(path, text);
  expect([item().read(), readFileSync(path, 'utf8')]).toEqual([is, text]);
  item().set(true);
  expect(item().read()).toBe('on');
});

test('an entry whose program is gone is mended at the next start, as after an update of an AppImage', () => {
  const { item, path, program } = desktop();
  put(
    path,
    `[Desktop Entry]\nType=Application\nName=Tidings\nExec=${execOf(['/gone/Tidings-0.9.AppImage'])} --hidden\n`,
  );
  expect(item().read()).toBe('on');
  expect(commandIn(entryKeys(readFileSync(path, 'utf8')).get('Exec') ?? '')).toEqual([program, '--hidden']);
});

test('an entry that was switched off stays off, though its program is gone', () => {
  const { item, path } = desktop();
  const text = `[Desktop Entry]\nType=Application\nExec=${execOf(['/gone/tidings'])}\nHidden=true\n`;
  put(path, text);
  expect([item().read(), readFileSync(path, 'utf8')]).toEqual(['off', text]);
});

test('what an administrator installed for everybody counts, and is switched off for this person only', () => {
  const { item, path, everybody, program } = desktop();
  put(everybody, `[Desktop Entry]\nType=Application\nName=Tidings\nExec=${execOf([program])}\n`);
  expect(item().read()).toBe('on');
  item().set(false);
  expect([item().read(), entryKeys(readFileSync(path, 'utf8')).get('Hidden'), existsSync(everybody)]).toEqual([
    'off',
    'true',
    true,
  ]);
});

test('a file of somebody else is left as it is, and a folder that cannot be written is named', () => {
  const { item, path, root, program } = desktop();
  const text = `[Desktop Entry]\nType=Application\nName=Theirs\nExec=${execOf([program])}\n`;
  put(path, text);
  const other = item(program, 4_242);
  expect(failureOf(() => other.set(false))).toBe(
    `storage: The file ${path} belongs to somebody else, so Tidings leaves it as it is.`,
  );
  expect([other.read(), readFileSync(path, 'utf8')]).toEqual(['on', text]);
  const blocked = desktop({ XDG_CONFIG_HOME: join(root, 'a file') });
  writeFileSync(join(root, 'a file'), '');
  expect(failureOf(() => blocked.item().set(true))).toMatch(
    /^storage: Tidings cannot write .*Please check who owns that folder\.$/,
  );
});

test('a program in a folder that no entry can name is refused in plain words', () => {
  const { item, root } = desktop();
  const odd = join(root, 'a=b');
  put(odd, '');
  chmodSync(odd, 0o755);
  expect(failureOf(() => item(odd).set(true))).toBe(
    'unexpected: Tidings lies in a folder whose name cannot be written into an autostart entry. Please move it.',
  );
});

test('inside of a container nothing is promised', () => {
  const { item } = desktop({ FLATPAK_ID: 'app.tidings.desktop' });
  expect([item().read(), failureOf(() => item().set(true))]).toEqual([
    'unavailable',
    'unexpected: This system offers no way to start a program at login.',
  ]);
});

/** What macOS and Windows remember, and what they answer. */
function system(
  platform: 'darwin' | 'win32',
  answer: (set: Electron.Settings[]) => Partial<Electron.LoginItemSettings>,
  isPackaged = true,
) {
  const set: Electron.Settings[] = [];
  const asked: (Electron.LoginItemSettingsOptions | undefined)[] = [];
  const app = {
    isPackaged,
    getAppPath: () => 'C:\\src\\my tidings',
    setLoginItemSettings: (settings: Electron.Settings) => void set.push(settings),
    getLoginItemSettings(options?: Electron.LoginItemSettingsOptions): Electron.LoginItemSettings {
      asked.push(options);
      return {
        openAtLogin: false,
        wasOpenedAtLogin: false,
        status: 'not-registered',
        executableWillLaunchAtLogin: false,
        launchItems: [],
        ...answer(set),
      };
    },
  };
  const execPath = 'C:\\Users\\Ada\\Tidings\\Tidings.exe';
  const item = createLoginItem(app, log, { platform, env: {}, execPath, home: '/home/ada', uid: null });
  return { app, item, set, asked };
}
const isOn = (set: Electron.Settings[]): boolean => set.at(-1)?.openAtLogin === true;

test('Windows is told program and switch, and asked for the same; what the Task Manager switched off reads as off', () => {
  const allowed = system('win32', (set) => ({ openAtLogin: isOn(set), executableWillLaunchAtLogin: isOn(set) }));
  allowed.item.set(true);
  const asked = { path: 'C:\\Users\\Ada\\Tidings\\Tidings.exe', args: ['--hidden'] };
  expect([allowed.item.read(), allowed.set, allowed.asked.at(-1)]).toEqual([
    'on',
    [{ openAtLogin: true, enabled: true, ...asked }],
    asked,
  ]);
  allowed.item.set(false);
  expect(allowed.item.read()).toBe('off');
  const stopped = system('win32', () => ({ openAtLogin: true, executableWillLaunchAtLogin: false }));
  expect(stopped.item.read()).toBe('off');
  expect(failureOf(() => stopped.item.set(true))).toContain('Your system did not take this setting.');
  const sources = system('win32', () => ({}), false);
  failureOf(() => sources.item.set(true));
  expect(sources.set[0]?.args).toEqual(['"C:\\src\\my tidings"', '--hidden']);
});

test('macOS may ask the person for approval first, and the switch says so', () => {
  const waiting = system('darwin', (set) => (isOn(set) ? { status: 'requires-approval' } : {}));
  expect(waiting.item.read()).toBe('off');
  waiting.item.set(true);
  expect([waiting.item.read(), waiting.set]).toEqual(['requiresApproval', [{ openAtLogin: true }]]);
  const refusing = system('darwin', () => ({ status: 'not-found' }));
  expect(failureOf(() => refusing.item.set(true))).toContain('Your system did not take this setting.');
  const good = system('darwin', (set) => ({
    status: isOn(set) ? 'enabled' : 'not-registered',
    openAtLogin: isOn(set),
  }));
  good.item.set(true);
  expect(good.item.read()).toBe('on');
});

test('who was started at login is told from who was started by the person', () => {
  const { app } = system('darwin', () => ({ wasOpenedAtLogin: true }));
  expect([
    wasStartedAtLogin(app, ['Tidings'], 'darwin'),
    wasStartedAtLogin(app, ['Tidings'], 'win32'),
    wasStartedAtLogin(app, ['Tidings.exe', '--hidden'], 'win32'),
    wasStartedAtLogin(app, ['tidings', '--hidden'], 'linux'),
  ]).toEqual([true, false, true, true]);
});

const gio = '/usr/bin/gio';
test('GLib, which GNOME starts its programs with, starts ours with every letter of its path', (context) => {
  context.skip(!existsSync(gio), 'no gio on this machine');
  const { item, path, root } = desktop();
  const heard = join(root, 'heard');
  const odd = join(root, 'a b "c" $HOME `id` \\ & ä', 'tidings');
  put(odd, `#!/bin/sh\nprintf '%s\\n' "$0" "$@" > '${heard}.new' && mv '${heard}.new' '${heard}'\n`);
  chmodSync(odd, 0o755);
  item(odd).set(true);
  execFileSync(gio, ['launch', path], { stdio: 'ignore', timeout: 20_000 });
  return expect
    .poll(() => (existsSync(heard) ? readFileSync(heard, 'utf8') : null), { timeout: 20_000 })
    .toBe(`${odd}\n--hidden\n`);
});
