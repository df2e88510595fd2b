/** Our hooks, called as electron-builder calls them, on the folders of all three systems. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createPackageWithOptions } from '@electron/asar';
import type { AfterPackContext } from 'electron-builder';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { faultsOf, findApps, inspect } from './inspect.ts';
import { fuseWire, root } from './packed.ts';

interface Hooks {
  afterExtract(context: AfterPackContext): void;
  afterPack(context: AfterPackContext): Promise<void>;
}
/** What differs between systems: electron-builder's folder, and in it the program that holds the fuses, and resources. */
const systems = {
  linux: { out: 'linux-unpacked', program: 'tidings', holder: 'tidings', resources: 'resources' },
  win32: { out: 'win-unpacked', program: 'Tidings.exe', holder: 'Tidings.exe', resources: 'resources' },
  darwin: {
    out: 'mac',
    program: 'Tidings.app/Contents/MacOS/Tidings',
    holder: 'Tidings.app/Contents/Frameworks/Electron Framework.framework/Electron Framework',
    resources: 'Tidings.app/Contents/Resources',
  },
} as const;
type System = keyof typeof systems;

let hooks: Hooks;
let dist: string;
beforeEach(async () => {
  hooks = (await import(pathToFileURL(join(root, 'packaging/hooks.js')).href)) as Hooks;
  dist = mkdtempSync(join(tmpdir(), 'tidings-hooks-'));
});
afterEach(() => rmSync(dist, { recursive: true, force: true }));

function put(path: string, content: Buffer | string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** What electron-builder has put together when it calls `afterPack`. */
async function assemble(system: System, changes: { fuses?: string; ballast?: number; native?: string } = {}) {
  const { out, program, holder, resources } = systems[system];
  const app = join(dist, 'app');
  put(join(app, 'package.json'), '{}');
  put(join(app, 'ballast'), Buffer.alloc(changes.ballast ?? 0));
  put(join(app, 'node_modules/keytar/prebuilds', changes.native ?? `${system}-x64`, 'keytar.node'), '');
  put(join(dist, out, program), '');
  put(join(dist, out, holder), Buffer.concat([Buffer.from('program '), fuseWire(changes.fuses)]));
  mkdirSync(join(dist, out, resources), { recursive: true });
  await createPackageWithOptions(app, join(dist, out, resources, 'app.asar'), { unpack: '*.node' });
  rmSync(app, { recursive: true });
  return {
    appOutDir: join(dist, out),
    electronPlatformName: system,
    arch: 1,
    packager: {
      projectDir: root,
      executableName: 'tidings',
      appInfo: { productFilename: 'Tidings' },
      getResourcesDir: (folder: string) => join(folder, resources),
    },
  } as unknown as AfterPackContext;
}

describe.each(Object.keys(systems) as System[])('on %s', (system) => {
  test('all fuses are set where that system keeps them, and nothing is left to complain about', async () => {
    await hooks.afterPack(await assemble(system));
    const apps = findApps(dist);
    expect(apps.map(({ name }) => name)).toEqual([systems[system].out]);
    for (const app of apps) expect(faultsOf(await inspect(app), { updates: false })).toEqual([]);
  });

  test('Electron’s own little app goes before anything is put in', () => {
    const place = join(dist, system === 'darwin' ? 'Electron.app/Contents/Resources' : 'resources', 'default_app.asar');
    put(place, '');
    const context = { appOutDir: dist, electronPlatformName: system } as unknown as AfterPackContext;
    hooks.afterExtract(context);
    expect(existsSync(place)).toBe(false);
    hooks.afterExtract(context);
  });
});

describe('nothing is packed', () => {
  test.each<[string, Parameters<typeof assemble>[1], RegExp]>([
    ['when Electron has a fuse that we do not know', { fuses: '1011001111' }, /strictlyRequireAllFuses/],
    ['when Electron lacks one that we set', { fuses: '10110011' }, /not long enough/],
    ['when the archive is larger than 4 MiB', { ballast: 4 * 1024 * 1024 }, /app\.asar has \d+ bytes, more than/],
    ['without the keyring’s native file for that system', { native: 'linux-x64' }, /native file for win32-x64/],
  ])('%s', async (_, changes, why) => {
    await expect(assemble('win32', changes).then(hooks.afterPack)).rejects.toThrow(why);
  });
});
