/**
 * The files of the package, taken out of its archive and put where nothing else can be found, run as the app. It is the
 * double that runs them: that Electron reads the archive itself is proven by nobody here.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { extractAll } from '@electron/asar';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { ada, type Desk, openDesk, testLimits } from '../e2e/desk.ts';
import { type Packed, packForLinux } from './packed.ts';

vi.setConfig(testLimits);
const system = `${process.platform}-${process.arch}`;
const note = system === 'linux-x64' ? '' : ` (not run: the keyring’s native file in this package is for linux-x64)`;

let packed: Packed;
let app: string;
beforeAll(async () => {
  packed = await packForLinux();
  app = join(packed.folder, 'taken out');
  extractAll(join(packed.resources('x64'), 'app.asar'), app);
});
afterAll(() => {
  if (packed !== undefined) rmSync(packed.folder, { recursive: true, force: true });
});

describe('the files taken out of app.asar', () => {
  let desk: Desk;
  afterEach(async () => {
    await desk?.stop();
  });

  test('find every library that they load among themselves', () => {
    const require = createRequire(join(app, 'out/main/start-electron.js'));
    const libraries = ['@azure/msal-node-extensions', '@azure/msal-node-runtime', 'keytar'];
    const places = libraries.map((name) => require.resolve(name));
    expect(places.filter((place) => !place.startsWith(app))).toEqual([]);
  });

  test('start, show the first page, sign in, open the tunnel and receive a mail', async () => {
    desk = await openDesk({ main: join(app, 'out/main/start-electron.js') });
    await desk.startApp();
    const page = await desk.windowPage();
    await page
      .getByRole('button', { name: /^sign in/i })
      .first()
      .waitFor();
    await desk.signInFromTray();
    const toast = await desk.toastOf(() => {
      desk.cloud.graph.mailbox(ada).deliver({ subject: 'Out of the box' });
    });
    expect(toast.body).toContain('Out of the box');
    expect(desk.log()).not.toMatch(/keyring\.missing|Cannot find (?:module|package)|uncaught|unhandled/);
  });
});

describe.skipIf(note !== '')(`the keyring’s native file${note}`, () => {
  const native = (): string =>
    join(packed.resources('x64'), 'app.asar.unpacked/node_modules/keytar/prebuilds', system, 'keytar.node');
  const load = (path: string) =>
    spawnSync(process.execPath, ['-p', `Object.keys(require(${JSON.stringify(path)})).sort().join()`], {
      encoding: 'utf8',
    });

  test('loads from where it lies beside the archive', (context) => {
    expect(existsSync(native())).toBe(true);
    const { status, stdout, stderr } = load(native());
    if (/libsecret-1\.so/.test(stderr)) context.skip('no libsecret on this machine');
    expect({ status, stdout: stdout.trim() }).toEqual({
      status: 0,
      stdout: 'deletePassword,findCredentials,findPassword,getPassword,setPassword',
    });
  });

  test('is what MSAL’s extension in the package loads, and without it the extension says so', (context) => {
    const program = `const { PersistenceCreator } = require('@azure/msal-node-extensions'); console.log(typeof PersistenceCreator.createPersistence)`;
    const run = () => spawnSync(process.execPath, ['-e', program], { cwd: join(app, 'out/main'), encoding: 'utf8' });
    const good = run();
    if (/libsecret-1\.so/.test(load(native()).stderr)) context.skip('no libsecret on this machine');
    expect(good).toMatchObject({ status: 0, stdout: 'function\n' });
    rmSync(join(app, 'node_modules/keytar/prebuilds'), { recursive: true });
    expect(run().stderr).toContain('Failed to load keytar native addon');
  });
});
