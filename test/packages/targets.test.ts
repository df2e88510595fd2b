/** What can be known of the packages for three systems without building them; the rest is named and counted. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { getConfig, validateConfiguration } from 'app-builder-lib/out/util/config/config.js';
import { DebugLogger } from 'builder-util';
import type { Configuration } from 'electron-builder';
import { beforeAll, describe, expect, test } from 'vitest';
import { root } from './packed.ts';

const text = (path: string): string => readFileSync(join(root, path), 'utf8');
let config: Configuration;
beforeAll(async () => {
  config = await getConfig(root, join(root, 'electron-builder.yml'), null);
});

describe('electron-builder.yml', () => {
  test('is what electron-builder’s own schema allows, and a misspelled key is not', async () => {
    await validateConfiguration(config, new DebugLogger(false));
    const misspelled = { ...config, mac: { ...config.mac, hardendRuntime: true } } as Configuration;
    await expect(validateConfiguration(misspelled, new DebugLogger(false))).rejects.toThrow('configuration.mac');
  });

  test('names the targets of three systems, each for x64 and arm64', () => {
    const targets = (platform: 'linux' | 'win' | 'mac') => config[platform]?.target;
    const both = (target: string) => ({ target, arch: ['x64', 'arm64'] });
    expect([targets('linux'), targets('win'), targets('mac')]).toEqual([
      ['AppImage', 'deb', 'rpm'].map(both),
      ['nsis'].map(both),
      ['dmg', 'zip'].map(both),
    ]);
  });

  test('has the application id that the app tells Windows, and the name that Linux knows its window by', () => {
    expect(/appId: '([^']+)'/.exec(text('main/start-electron.ts'))?.[1]).toBe(config.appId);
    expect(config.linux?.syncDesktopName).toBe(true);
    expect(config.extraMetadata?.desktopName).toBe('app.tidings.desktop');
  });

  test('leaves the fuses to the hook, which knows all of them, and never turns the sandbox off', () => {
    expect(config.electronFuses).toBeUndefined();
    expect(config.afterPack).toBe('packaging/hooks.js');
    expect(text('packaging/hooks.js')).toContain('strictlyRequireAllFuses: true');
    expect(text('electron-builder.yml').replaceAll(/^\s*#.*$/gm, '')).not.toMatch(/no-sandbox|disableAsarIntegrity/);
    const [major = 0, , patch = 0] = (config.toolsets?.appimage ?? '').split('.').map(Number);
    expect({ major, patch: patch >= 3 }).toEqual({ major: 1, patch: true });
  });

  test('knows no place that updates come from, and turns them on nowhere', () => {
    expect(config.publish).toBeNull();
    expect(text('electron.vite.config.ts')).toContain("process.env.TIDINGS_BUILD_UPDATES === 'signed'");
  });

  test('gives macOS the hardened runtime with leave to compile, and no other', () => {
    expect(config.mac).toMatchObject({
      hardenedRuntime: true,
      minimumSystemVersion: '13.0',
      extendInfo: { LSUIElement: true },
    });
    for (const file of [config.mac?.entitlements, config.mac?.entitlementsInherit]) {
      const rights = [...text(file ?? '').matchAll(/<key>([^<]+)<\/key>\s*<(\w+)\/>/g)].map(([, key, value]) => [
        key,
        value,
      ]);
      expect(rights).toEqual([['com.apple.security.cs.allow-jit', 'true']]);
    }
  });

  test('installs for one person on Windows, with the Start menu’s shortcut that toasts need, and keeps their data', () => {
    expect(config.nsis).toMatchObject({
      oneClick: true,
      perMachine: false,
      createStartMenuShortcut: true,
      deleteAppDataOnUninstall: false,
    });
  });
});

test('the AppImage’s desktop entry starts the app with its sandbox, under the name of its window', async () => {
  const { build, Arch, Platform } = createRequire(import.meta.url)(
    'electron-builder',
  ) as typeof import('electron-builder');
  let entry = { desktop: '', desktopFileName: '' };
  const { makeStandInElectron } = await import('./packed.ts');
  const { mkdtempSync, rmSync } = await import('node:fs');
  const { tmpdir } = await import('node:os');
  const folder = mkdtempSync(join(tmpdir(), 'tidings-appimage-'));
  try {
    await makeStandInElectron(join(folder, 'electron'));
    await build({
      projectDir: root,
      targets: Platform.LINUX.createTarget(['AppImage'], Arch.x64),
      publish: 'never',
      config: { electronDist: join(folder, 'electron'), directories: { output: join(folder, 'out') } },
      // Says what would be put in, and stops before the tools are fetched.
      effectiveOptionComputed: async (options: typeof entry) => {
        entry = options;
        return true;
      },
    } as Parameters<typeof build>[0]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  expect(entry.desktopFileName).toBe('app.tidings.desktop');
  expect(entry.desktop.match(/^(?:Exec|Icon|StartupWMClass)=.*$/gm)).toEqual([
    'Exec=AppRun %U',
    'Icon=tidings',
    'StartupWMClass=app.tidings',
  ]);
}, 50_000);

describe('the application’s icon', () => {
  const png = (size: number): Buffer => readFileSync(join(root, `packaging/icons/linux/${size}x${size}.png`));
  const sizeOf = (image: Buffer): number[] => [image.readUInt32BE(16), image.readUInt32BE(20)];

  test('is there for Linux in every size the desktops ask for', () => {
    const sizes = readdirSync(join(root, 'packaging/icons/linux'))
      .map((name) => Number.parseInt(name, 10))
      .sort((a, b) => a - b);
    expect(sizes).toEqual([16, 24, 32, 48, 64, 128, 256, 512]);
    expect(sizes.map((size) => sizeOf(png(size)))).toEqual(sizes.map((size) => [size, size]));
  });

  test('is the same drawing in Windows’ .ico', () => {
    const ico = readFileSync(join(root, config.directories?.buildResources ?? '', String(config.win?.icon)));
    expect([ico.readUInt16LE(0), ico.readUInt16LE(2)]).toEqual([0, 1]);
    const images = Array.from({ length: ico.readUInt16LE(4) }, (_, index) => {
      const at = 6 + 16 * index;
      const start = ico.readUInt32LE(at + 12);
      return { size: ico[at] || 256, image: ico.subarray(start, start + ico.readUInt32LE(at + 8)) };
    });
    expect(images.map(({ size }) => size)).toEqual([16, 20, 24, 32, 40, 48, 64, 256]);
    expect(images.map(({ image }) => sizeOf(image))).toEqual(images.map(({ size }) => [size, size]));
    for (const { size, image } of images) if (![20, 40].includes(size)) expect(image.equals(png(size))).toBe(true);
  });

  test('is the same drawing in macOS’ .icns, up to 1,024 pixels', () => {
    const icns = readFileSync(join(root, config.directories?.buildResources ?? '', String(config.mac?.icon)));
    expect([icns.toString('latin1', 0, 4), icns.readUInt32BE(4)]).toEqual(['icns', icns.length]);
    const entries: Record<string, number> = {};
    for (let at = 8; at < icns.length; at += icns.readUInt32BE(at + 4)) {
      const image = icns.subarray(at + 8, at + icns.readUInt32BE(at + 4));
      entries[icns.toString('latin1', at, at + 4)] = sizeOf(image)[0] ?? 0;
      if (sizeOf(image)[0] === 512) expect(image.equals(png(512))).toBe(true);
    }
    expect(entries).toEqual({ ic11: 32, ic12: 64, ic07: 128, ic08: 256, ic13: 256, ic09: 512, ic14: 512, ic10: 1024 });
  });
});

test('nothing in main needs Electron to behave as Node, which the fuse forbids', () => {
  const files = readdirSync(join(root, 'main'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  expect(files.length).toBeGreaterThan(50);
  const guilty = files.filter((name) =>
    /\bfork\(|ELECTRON_RUN_AS_NODE|spawn\(process\.execPath/.test(text(join('main', name))),
  );
  expect(guilty).toEqual([]);
});

// Each is a step of .github/workflows, and a line in docs/release.md.
const elsewhere: readonly [what: string, needs: string][] = [
  ['the packaged app starts, with its fuses, from its archive', 'Electron’s binary'],
  ['the tunnel’s thread and the keyring load out of app.asar', 'Electron’s binary'],
  ['a changed app.asar is refused', 'Electron’s binary, on Windows or macOS'],
  ['a real deb and a real rpm are made, installed and removed', 'fpm'],
  ['a real AppImage is made and starts', 'Electron’s binary and the AppImage tools'],
  ['the Windows installer is made, installs, updates and removes', 'Windows'],
  ['the disk image and the zip are made, signed and notarized', 'macOS and a certificate'],
];
describe('on the real systems', () => {
  test.skip.each(elsewhere)('%s (not run: needs %s)', () => {});
});
