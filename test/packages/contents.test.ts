import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, sep } from 'node:path';
import { extractFile, getRawHeader, listPackage } from '@electron/asar';
import { FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, faultsOf, findApps, inspect, mostBytes, wantedFuses } from './inspect.ts';
import { type Arch, canPlayFpm, type Packed, packForLinux, root } from './packed.ts';

const note = canPlayFpm ? '' : ' (not run: no stand-in for fpm on Windows)';
const arches = ['x64', 'arm64'] as const satisfies Arch[];

describe('the packages for Linux', () => {
  let packed: Packed;
  beforeAll(async () => {
    packed = await packForLinux();
  }, 60_000);
  afterAll(() => {
    if (packed !== undefined) rmSync(packed.folder, { recursive: true, force: true });
  });

  const asar = (arch: Arch): string => join(packed.resources(arch), 'app.asar');
  const listed = (arch: Arch): string[] =>
    listPackage(asar(arch), { isPack: false })
      .map((path) => path.split(sep).join('/').slice(1))
      .filter((path) => !('files' in entryOf(arch, path)));
  const read = (path: string): string => extractFile(asar('x64'), path).toString('latin1');
  function entryOf(arch: Arch, path: string): object & { unpacked?: boolean } {
    let at: { files?: Record<string, unknown> } = getRawHeader(asar(arch)).header as { files: Record<string, unknown> };
    for (const part of path.split('/')) at = at.files?.[part] as typeof at;
    return at;
  }

  const app = (arch: Arch): App => {
    const found = findApps(join(packed.folder, 'out')).find(({ resources }) => resources === packed.resources(arch));
    if (found === undefined) throw new Error(`no app for ${arch}`);
    return found;
  };

  test.each(arches)('all nine fuses of the %s program are set, each as it must be', async (arch) => {
    expect((await inspect(app(arch))).fuses).toEqual(wantedFuses);
  });

  test.each(arches)('the %s archive stays under 4 MiB, with the keyring’s native file alone beside it', (arch) => {
    expect(statSync(asar(arch)).size).toBeLessThanOrEqual(mostBytes);
    const keyring = `node_modules/keytar/prebuilds/linux-${arch}/keytar.node`;
    expect(listed(arch).filter((path) => path.endsWith('.node'))).toEqual([keyring]);
    expect(listed(arch).filter((path) => entryOf(arch, path).unpacked === true)).toEqual([keyring]);
    const beside = join(packed.resources(arch), 'app.asar.unpacked');
    expect(filesBelow(beside)).toEqual([keyring]);
    expect(readFileSync(join(beside, keyring))).toEqual(readFileSync(join(root, keyring)));
    expect(statSync(join(beside, keyring)).size).toBeLessThanOrEqual(1024 * 1024);
  });

  test('holds the built app whole, byte for byte, without the fallback for machines that have no Electron', () => {
    const built = filesBelow(join(root, 'out')).filter((path) => !/\.map$|^main\/start-browser\.js$/.test(path));
    expect(listed('x64').filter((path) => path.startsWith('out/'))).toEqual(built.map((path) => `out/${path}`));
    const different = built.filter(
      (path) => !extractFile(asar('x64'), `out/${path}`).equals(readFileSync(join(root, 'out', path))),
    );
    expect(different).toEqual([]);
  });

  test('holds no source, map, test, configuration, Node binary or sign-in broker', () => {
    const unwanted =
      /\.(?:[cm]?tsx?|map|md|py|cc|h|gyp|ya?ml|lock|svg|dylib|dll|so|exe|sqlite|log|env)$|(?:^|\/)(?:\.|tests?\/|examples?\/|specs?\/|__|bin\/|src\/.*\.ts)|\.(?:test|spec)\.|node_modules\/(?:node-|react|electron|@base-ui|zod|typescript)/i;
    expect(listed('x64').filter((path) => unwanted.test(path))).toEqual([]);
    expect([...new Set(listed('x64').map((path) => path.split('/')[0]))].sort()).toEqual([
      'node_modules',
      'out',
      'package.json',
    ]);
    // Only what is executable may begin like a program.
    const programs = listed('x64').filter((path) =>
      /^(?:\x7fELF|MZ|#!|\xcf\xfa\xed\xfe|\xca\xfe\xba\xbe)/.test(read(path)),
    );
    expect(programs).toEqual(['node_modules/keytar/prebuilds/linux-x64/keytar.node']);
  });

  test('holds no key, token, password, client id or path of the machine it was made on', () => {
    const found = listed('x64').flatMap((path) => {
      const text = read(path);
      return secrets.flatMap(({ what, pattern }) => (pattern.test(text) ? [`${what} in ${path}`] : []));
    });
    expect(found).toEqual([]);
  });

  test('its package.json starts the bundle and has no scripts and no tools', () => {
    const manifest = JSON.parse(read('package.json')) as Record<string, unknown>;
    expect(manifest).toMatchObject({
      name: 'tidings',
      productName: 'Tidings',
      type: 'module',
      main: 'out/main/start-electron.js',
      desktopName: 'app.tidings.desktop',
    });
    expect(Object.keys(manifest).filter((key) => /^(?:scripts|devDependencies|build)$/.test(key))).toEqual([]);
  });

  test('Electron’s own little app is gone, and the languages nobody is shown', () => {
    const files = filesBelow(packed.appFolder('x64'));
    expect(files.filter((path) => path.includes('default_app'))).toEqual([]);
    expect(files.filter((path) => path.startsWith('locales/'))).toEqual(['locales/en-GB.pak', 'locales/en-US.pak']);
    const { mode } = lstatSync(join(packed.appFolder('x64'), 'tidings'));
    if (process.platform !== 'win32') expect(mode & 0o111).toBe(0o111);
  });

  test('the licences of Electron, Chromium and every library come along', () => {
    for (const name of ['LICENSE.electron.txt', 'LICENSES.chromium.html'])
      expect(existsSync(join(packed.appFolder('x64'), name))).toBe(true);
    const text = readFileSync(join(packed.resources('x64'), 'third-party-licences.txt'), 'utf8');
    const libraries = Object.keys(
      (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { dependencies: Record<string, string> })
        .dependencies,
    );
    const inside = listed('x64').flatMap(
      (path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\/package\.json$/.exec(path)?.[1] ?? [],
    );
    const named = [...new Set([...libraries, ...inside])].map((name) => (name === 'keytar' ? '@github/keytar' : name));
    expect(named.filter((name) => !new RegExp(`^${escaped(name)} \\d`, 'm').test(text))).toEqual([]);
  });

  test.skipIf(!canPlayFpm).each(['deb', 'rpm'])(
    `the %s installs the app with its desktop file, icons and scripts${note}`,
    (kind) => {
      const calls = packed.fpmCalls.filter(({ args }) => args[args.indexOf('-t') + 1] === kind);
      const after = (name: string) => calls.map(({ args }) => args[args.indexOf(name) + 1]);
      // fpm itself says x86_64 for amd64 in an rpm.
      expect(after('--architecture').sort()).toEqual(kind === 'deb' ? ['amd64', 'arm64'] : ['aarch64', 'amd64']);
      for (const { args, files } of calls) {
        const placed = args.flatMap((arg) => /^[^=]+=(\/(?:opt|usr)\/.*)$/.exec(arg)?.[1] ?? []);
        expect(placed).toEqual([
          '/opt/Tidings',
          ...[16, 24, 32, 48, 64, 128, 256, 512].map((n) => `/usr/share/icons/hicolor/${n}x${n}/apps/tidings.png`),
          '/usr/share/applications/app.tidings.desktop',
        ]);
        expect(files['/usr/share/applications/app.tidings.desktop']?.trim().split('\n').sort()).toEqual(desktopFile);
        expect(files['--after-install']).toContain("chmod 4755 '/opt/Tidings/chrome-sandbox'");
        expect(files['--after-install']).toContain("APPARMOR_PROFILE_SOURCE='/opt/Tidings/resources/apparmor-profile'");
        expect(files['--after-remove']).toContain('apparmor_parser --remove');
        expect(args.filter((arg) => /no-sandbox|appindicator/.test(arg))).toEqual([]);
      }
    },
  );

  test.skipIf(!canPlayFpm)(`the desktop file is one, says the desktops’ own tool${note}`, (context) => {
    const file = join(packed.folder, 'app.tidings.desktop');
    writeFileSync(file, packed.fpmCalls[0]?.files['/usr/share/applications/app.tidings.desktop'] ?? '');
    const { error, status, stdout } = spawnSync('desktop-file-validate', [file], { encoding: 'utf8' });
    if (error !== undefined) context.skip('no desktop-file-validate on this machine');
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });

  test.skipIf(!canPlayFpm)(
    `the deb depends on what Electron and the keyring need, and recommends a keyring${note}`,
    () => {
      const [deb] = packed.fpmCalls.filter(({ args }) => args.includes('deb'));
      const values = (name: string) => deb?.args.filter((_, index) => deb.args[index - 1] === name);
      expect(values('-d')).toEqual(
        expect.arrayContaining(['libgtk-3-0', 'libnotify4', 'libnss3', 'libsecret-1-0', 'xdg-utils']),
      );
      expect(values('--deb-recommends')).toEqual(['gnome-keyring | kwalletmanager | keepassxc']);
      expect(values('--maintainer')).toEqual(['The Tidings authors <packages@tidings.example>']);
    },
  );

  test.skipIf(!canPlayFpm)(
    `brings an AppArmor profile that lets the sandbox work on Ubuntu 24 and later${note}`,
    () => {
      const profile = readFileSync(join(packed.resources('x64'), 'apparmor-profile'), 'utf8');
      expect(profile).toContain('profile "tidings" "/opt/Tidings/tidings" flags=(unconfined)');
      expect(profile).toMatch(/^\s*userns,$/m);
    },
  );

  test('no package looks for updates', () => {
    for (const arch of arches) expect(existsSync(join(packed.resources(arch), 'app-update.yml'))).toBe(false);
  });

  test('the check that a release runs on every system finds nothing wrong, and finds what is', async () => {
    expect(faultsOf(await inspect(app('arm64')), { updates: false })).toEqual([]);
    expect(faultsOf(await inspect(app('arm64')), { updates: true })).toEqual([
      'it does not know where updates come from',
    ]);
    // Last, for it spoils the package.
    await flipFuses(app('arm64').program, { version: FuseVersion.V1, [FuseV1Options.RunAsNode]: true });
    const { resources } = app('arm64');
    writeFileSync(join(resources, 'app-update.yml'), 'provider: generic\n');
    writeFileSync(join(resources, 'default_app.asar'), '');
    rmSync(join(resources, 'third-party-licences.txt'));
    expect(faultsOf(await inspect(app('arm64')), { updates: false })).toEqual([
      'the fuse RunAsNode is true',
      'Electron’s own little app is still there',
      'the licences of the libraries are missing',
      'it would look for updates',
    ]);
  });

  test('packaging asks nobody but this machine', () => {
    expect(packed.output).not.toMatch(/download|127\.0\.0\.1|retry/i);
  });
});

/** Each with an example, so that a pattern which finds nothing cannot pass for a clean package. */
const secrets: readonly { readonly what: string; readonly pattern: RegExp; readonly example: string }[] = [
  {
    what: 'a private key',
    pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----\s*[A-Za-z0-9+/]{20}/,
    example: `-----BEGIN ${'RSA'} PRIVATE KEY-----\n${'M'.repeat(40)}`,
  },
  {
    what: 'a token',
    pattern: /\beyJ[\w-]{20,}\.eyJ[\w-]{20,}\./,
    example: `"eyJ${'a'.repeat(20)}.eyJ${'b'.repeat(20)}.c"`,
  },
  {
    what: 'a token of GitHub',
    pattern: /\bgh[pousr]_\w{30,}|github_pat_\w{30,}/,
    example: `ghp_${'a'.repeat(36)}`,
  },
  { what: 'a key of a cloud', pattern: /\bAKIA[A-Z0-9]{16}\b/, example: `AKIA${'A'.repeat(16)}` },
  { what: 'a token of a registry', pattern: /_authToken|\bnpm_[A-Za-z0-9]{30,}/, example: `npm_${'a'.repeat(36)}` },
  {
    what: 'a password in an address',
    pattern: /https?:\/\/[^\s/:@"'`$]+:[^\s/:@"'`$]+@[a-z]/,
    example: 'https://ada:secret@contoso.example/',
  },
  { what: 'the folder it was built in', pattern: pathPattern(root), example: `from "${root}/main/compose.ts"` },
  { what: 'a home folder', pattern: pathPattern(homedir()), example: `${homedir()}/.netrc` },
];
test.each(secrets)('the search for secrets finds $what', ({ pattern, example }) => {
  expect(example).toMatch(pattern);
});
function pathPattern(path: string): RegExp {
  return new RegExp(`${escaped(path)}[/\\\\][\\w.-]`);
}

/** In alphabetical order. The file's name, without its ending, is what Electron calls the window. */
const desktopFile = [
  'Categories=Office;Email;Calendar;',
  'Comment=A desktop tray app that tells you, at once and without fail, what happens in your Microsoft 365 or Outlook.com mail and calendar.',
  'Exec=/opt/Tidings/tidings %U',
  'GenericName=Mail and calendar notifier',
  'Icon=tidings',
  'Keywords=mail;calendar;notification;Outlook;Microsoft 365;',
  'Name=Tidings',
  'StartupNotify=false',
  'StartupWMClass=app.tidings',
  'Terminal=false',
  'Type=Application',
  'X-GNOME-SingleWindow=true',
  'X-GNOME-UsesNotifications=true',
  '[Desktop Entry]',
];

/** Relative to the folder, with `/`, in alphabetical order. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .split(sep)
        .join('/'),
    )
    .sort();
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
