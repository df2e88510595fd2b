/** The real update library, as for Windows, against an HTTP server that offers good and bad updates. */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeHttpExecutor } from 'builder-util/out/nodeHttpExecutor.js';
import { NsisUpdater } from 'electron-updater';
import { ElectronHttpExecutor } from 'electron-updater/out/electronHttpExecutor.js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LogFields } from '../../../main/domain/ports.ts';
import { keepUpdated, type UpdateOptions } from '../../../main/shell/electron/updates.ts';
import { createManualClock } from '../../cloud/clock.ts';

const minutes = (count: number): number => count * 60_000;
const hours = (count: number): number => minutes(60 * count);
const good = Buffer.from('MZ an installer, signed and whole');

let folder: string;
let server: Server;
let installed: ((exitCode: number) => void)[];
let asked: string[];
let offer: { version: string; file: Buffer; announced?: Buffer; packages?: string; hangs?: true };
let signer: string | null;
let logged: { readonly event: string; readonly fields: LogFields }[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tidings-updates-'));
  installed = [];
  asked = [];
  logged = [];
  signer = 'CN=Contoso Ltd';
  offer = { version: '1.1.0', file: good };
  server = createServer((request, response) => {
    // The library asks for the file of the system it runs on.
    const path = (request.url ?? '').replace(/\?.*/, '').replace(/latest-(?:linux|mac)[\w-]*/, 'latest');
    asked.push(path);
    const { version, file, announced = file, packages = '' } = offer;
    const sha512 = createHash('sha512').update(announced).digest('base64');
    if (path === '/latest.yml') {
      response.end(
        `version: ${version}\nfiles:\n  - url: setup.exe\n    sha512: ${sha512}\n    size: ${announced.length}\n` +
          `path: setup.exe\nsha512: ${sha512}\nreleaseDate: '2026-11-21T09:00:00.000Z'\n${packages}`,
      );
    } else if (path === '/setup.exe') {
      if (!offer.hangs) response.end(file);
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  writeFileSync(
    join(folder, 'app-update.yml'),
    `provider: generic\nurl: http://127.0.0.1:${(server.address() as AddressInfo).port}/\n` +
      'updaterCacheDirName: tidings-updater\npublisherName:\n  - Contoso Ltd\n',
  );
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

/** The library in its Windows shape, version 1.0.0 running. Who signed a file is said by the test: see `signer`. */
function createUpdater(): NsisUpdater {
  const updater = new NsisUpdater(null, {
    version: '1.0.0',
    name: 'Tidings',
    isPackaged: true,
    appUpdateConfigPath: join(folder, 'app-update.yml'),
    userDataPath: join(folder, 'data'),
    baseCachePath: join(folder, 'cache'),
    whenReady: async () => {},
    relaunch: () => {},
    quit: () => {},
    onQuit: (handler) => void installed.push(handler),
  });
  // The library's own executor, hashes and all, but over Node's sockets: Electron's are not here.
  const { createRequest } = NodeHttpExecutor.prototype;
  Object.assign(updater, { httpExecutor: Object.assign(new ElectronHttpExecutor(), { createRequest }) });
  // The default asks PowerShell.
  updater.verifyUpdateCodeSignature = async (publishers) =>
    signer !== null && publishers.some((name) => signer === `CN=${name}`) ? null : `signed by ${signer ?? 'nobody'}`;
  return updater;
}

function run(changes: Partial<UpdateOptions> = {}) {
  const manual = createManualClock();
  const write = (event: string, fields: LogFields = {}) => void logged.push({ event, fields });
  let loads = 0;
  const options: UpdateOptions = {
    builtForUpdates: true,
    isPackaged: true,
    platform: 'win32',
    resourcesFolder: folder,
    clock: { now: () => manual.now(), after: (ms, then) => manual.after(ms, then), onJump: () => () => {} },
    log: { info: write, warn: write, error: write },
    load: async () => {
      loads += 1;
      return createUpdater();
    },
    ...changes,
  };
  const stop = keepUpdated(options);
  return { advance: (ms: number) => manual.advance(ms), stop, loads: () => loads };
}

/** The events of one look, once it has come to its end. */
async function theEnd(): Promise<typeof logged> {
  await expect.poll(() => logged.at(-1)?.event, { timeout: 10_000 }).toMatch(/^updates\.(?:ready|failed|off)$/);
  return logged;
}
const waiting = (): string[] => {
  const pending = join(folder, 'cache', 'tidings-updater', 'pending');
  return existsSync(pending) ? readdirSync(pending).filter((name) => name.endsWith('.exe')) : [];
};

describe('an update', () => {
  test('that is whole and signed is fetched in the background and installed when Tidings quits', async () => {
    const { advance } = run();
    await advance(minutes(5));
    expect(await theEnd()).toEqual([
      { event: 'updates.found', fields: { version: '1.1.0' } },
      { event: 'updates.ready', fields: { version: '1.1.0', installs: 'when Tidings quits' } },
    ]);
    expect(waiting()).toEqual(['setup.exe']);
    expect(installed).toHaveLength(1);
  });

  test.each<[string, Partial<typeof offer>, string]>([
    [
      'whose bytes are not those announced',
      { file: Buffer.from('MZ something else'), announced: good },
      'ERR_CHECKSUM_MISMATCH',
    ],
    ['that was cut short', { file: good.subarray(0, 10), announced: good }, 'ERR_CHECKSUM_MISMATCH'],
    ['whose version is none', { version: 'newest' }, 'ERR_UPDATER_INVALID_VERSION'],
  ])('%s is refused, and nothing of it is kept', async (_, changes, why) => {
    offer = { ...offer, ...changes };
    const { advance } = run();
    await advance(minutes(5));
    expect((await theEnd()).at(-1)).toEqual({ event: 'updates.failed', fields: { why } });
    expect({ waiting: waiting(), installed }).toEqual({ waiting: [], installed: [] });
  });

  test.each([['CN=Somebody Else'], [null]])(
    'signed by %s is refused, though its bytes are as announced',
    async (by) => {
      signer = by;
      const { advance } = run();
      await advance(minutes(5));
      expect((await theEnd()).at(-1)).toEqual({
        event: 'updates.failed',
        fields: { why: 'ERR_UPDATER_INVALID_SIGNATURE' },
      });
      expect({ waiting: waiting(), installed }).toEqual({ waiting: [], installed: [] });
    },
  );

  test('that would fetch the rest from elsewhere is refused', async () => {
    offer.packages = 'packages:\n  x64:\n    path: rest.7z\n    size: 1\n    sha512: AAAA\n';
    const { advance } = run();
    await advance(minutes(5));
    expect((await theEnd()).at(-1)).toEqual({
      event: 'updates.failed',
      fields: { why: 'ERR_UPDATER_WEB_INSTALLER_DISABLED' },
    });
    expect(asked).not.toContain('/rest.7z');
  });

  test.each(['0.9.9', '1.0.0', '1.0.0-beta.1'])('to %s, which is not newer, is not even fetched', async (version) => {
    offer.version = version;
    const { advance } = run();
    await advance(minutes(5));
    await expect.poll(() => asked).toEqual(['/latest.yml']);
    await advance(hours(6));
    await expect.poll(() => asked).toEqual(['/latest.yml', '/latest.yml']);
    expect({ logged, waiting: waiting() }).toEqual({ logged: [], waiting: [] });
  });
});

describe('looking for updates', () => {
  test('begins five minutes after the start, and goes on four times a day after a failure', async () => {
    const { advance, loads } = run();
    await advance(minutes(5) - 1);
    expect({ loads: loads(), asked }).toEqual({ loads: 0, asked: [] });
    offer.version = 'newest';
    await advance(1);
    await theEnd();
    offer.version = '1.1.0';
    await advance(hours(6));
    await expect.poll(() => logged.at(-1)?.event, { timeout: 10_000 }).toBe('updates.ready');
    expect(loads()).toBe(1);
  });

  test('gives up a download after an hour, and tries it again at the next look', async () => {
    offer.hangs = true;
    const { advance } = run();
    await advance(minutes(5));
    await expect.poll(() => asked).toContain('/setup.exe');
    await advance(hours(1));
    expect((await theEnd()).at(-1)?.event).toBe('updates.failed');
    delete offer.hangs;
    await advance(hours(5));
    await expect.poll(() => logged.at(-1)?.event, { timeout: 10_000 }).toBe('updates.ready');
  });

  test('ends when it is told to', async () => {
    const { advance, stop, loads } = run();
    stop();
    await advance(hours(24));
    expect(loads()).toBe(0);
  });

  test('does not begin in an ordinary build: nothing is read, loaded or logged', async () => {
    const { advance, loads } = run({ builtForUpdates: false });
    await advance(hours(24));
    expect({ loads: loads(), asked, logged }).toEqual({ loads: 0, asked: [], logged: [] });
  });

  test.each<[string, Partial<UpdateOptions>, string]>([
    ['on Linux', { platform: 'linux' }, 'this system does not check signatures'],
    ['without a source', { resourcesFolder: '/nowhere' }, 'no source of updates'],
  ])('does not begin %s, and says why once', async (_, changes, why) => {
    const { advance, loads } = run(changes);
    await advance(hours(24));
    expect({ loads: loads(), logged }).toEqual({ loads: 0, logged: [{ event: 'updates.off', fields: { why } }] });
  });

  test.skip('PowerShell refuses a foreign signature (not run: needs Windows and two signed installers)', () => {});
  test.skip('Squirrel refuses a foreign signature (not run: needs macOS and two signed apps)', () => {});
});
