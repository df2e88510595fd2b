/**
 * Packages the built app for Linux as a release does, without network and on any machine: Electron and fpm are stood in
 * for. The stand-in Electron is no program: what is learnt is what electron-builder and our hooks put around it.
 */
import { execFile } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createPackage } from '@electron/asar';

export const root = join(import.meta.dirname, '..', '..');
export const electronVersion = (
  JSON.parse(readFileSync(join(root, 'node_modules/electron/package.json'), 'utf8')) as { version: string }
).version;

/** One call of fpm: its arguments, and what the files held that they name. */
export interface FpmCall {
  readonly args: readonly string[];
  /** By the argument or file name they came with. */
  readonly files: Readonly<Record<string, string>>;
}
export interface Packed {
  readonly folder: string;
  /** What would be installed as /opt/Tidings. */
  appFolder(arch: Arch): string;
  resources(arch: Arch): string;
  readonly fpmCalls: readonly FpmCall[];
  readonly output: string;
}
export type Arch = 'x64' | 'arm64';

/** The stand-in for fpm is a script that its first line starts. */
export const canPlayFpm = process.platform !== 'win32';

/** In front of the nine bytes that are Electron's fuses, in every one of its programs. */
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
/** The fuses as Electron ships them. */
const shippedFuses = '101100111';

/** Bytes as they lie in a program of Electron, each fuse as Electron ships it or as said. */
export function fuseWire(fuses = shippedFuses): Buffer {
  return Buffer.concat([Buffer.from(sentinel), Buffer.from([1, fuses.length]), Buffer.from(fuses, 'latin1')]);
}

/** A folder like one that Electron's zip unpacks to. */
export async function makeStandInElectron(folder: string): Promise<void> {
  for (const inside of ['locales', 'resources', 'empty']) mkdirSync(join(folder, inside), { recursive: true });
  writeFileSync(join(folder, 'electron'), Buffer.concat([Buffer.from('#!/bin/sh\nexit 1\n'), fuseWire()]));
  for (const name of ['chrome-sandbox', 'chrome_crashpad_handler', 'LICENSE', 'LICENSES.chromium.html'])
    writeFileSync(join(folder, name), name);
  for (const language of ['en-US', 'en-GB', 'de', 'fr']) writeFileSync(join(folder, 'locales', `${language}.pak`), '');
  writeFileSync(join(folder, 'version'), electronVersion);
  for (const name of ['electron', 'chrome-sandbox', 'chrome_crashpad_handler']) chmodSync(join(folder, name), 0o755);
  await createPackage(join(folder, 'empty'), join(folder, 'resources', 'default_app.asar'));
  rmSync(join(folder, 'empty'), { recursive: true });
}

/** Writes down each call, with the files that are gone when electron-builder has ended. */
const recorder = (records: string): string => `#!${process.execPath}
const { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } = require('node:fs');
const args = process.argv.slice(2);
const files = {};
args.forEach((arg, index) => {
  const path = args[index - 1]?.startsWith('--after-') ? arg : arg.split('=')[0];
  if (/\\.png$/.test(path) || !existsSync(path) || !statSync(path).isFile()) return;
  files[args[index - 1]?.startsWith('--after-') ? args[index - 1] : arg.split('=')[1]] = readFileSync(path, 'utf8');
});
mkdirSync(${JSON.stringify(records)}, { recursive: true });
const name = readdirSync(${JSON.stringify(records)}).length + '-' + process.pid + '.json';
writeFileSync(${JSON.stringify(records)} + '/' + name, JSON.stringify({ args, files }));
`;

/** Takes some seconds. Everything is below `folder`, which the caller removes. */
export async function packForLinux(): Promise<Packed> {
  if (!existsSync(join(root, 'out/main/start-electron.js'))) throw new Error('Build the app first: npm run build');
  const folder = mkdtempSync(join(tmpdir(), 'tidings-packages-'));
  await makeStandInElectron(join(folder, 'electron'));
  const records = join(folder, 'fpm-calls');
  writeFileSync(join(folder, 'fpm'), recorder(records), { mode: 0o755 });

  const cli = createRequire(import.meta.url).resolve('electron-builder/cli.js');
  const flags = [`-c.electronDist=${join(folder, 'electron')}`, `-c.directories.output=${join(folder, 'out')}`];
  const kinds = canPlayFpm ? ['dir', 'deb', 'rpm'] : ['dir'];
  const call = [cli, '--linux', ...kinds, '--x64', '--arm64', '--publish', 'never', ...flags];
  // No proxy, no token, and addresses that lead nowhere: whoever asks the network here is found out.
  const env = {
    ...process.env,
    CUSTOM_FPM_PATH: join(folder, 'fpm'),
    ELECTRON_MIRROR: 'http://127.0.0.1:9/',
    ELECTRON_BUILDER_BINARIES_MIRROR: 'http://127.0.0.1:9/',
    CI: '1',
  };
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, call, { cwd: root, env, timeout: 50_000 });
    const fpmCalls = (existsSync(records) ? readdirSync(records) : [])
      .sort()
      .map((name) => JSON.parse(readFileSync(join(records, name), 'utf8')) as FpmCall);
    const appFolder = (arch: Arch) => join(folder, 'out', arch === 'x64' ? 'linux-unpacked' : `linux-${arch}-unpacked`);
    return {
      folder,
      appFolder,
      resources: (arch) => join(appFolder(arch), 'resources'),
      fpmCalls,
      output: `${stdout}${stderr}`,
    };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}
