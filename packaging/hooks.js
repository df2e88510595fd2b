/**
 * What electron-builder calls while it packages. Plain JavaScript, because it is loaded by whatever Node runs that.
 *
 * @see https://www.electronjs.org/docs/latest/tutorial/fuses
 */
import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses';
import { thirdPartyNotices } from './notices.js';

const mostBytes = 4 * 1024 * 1024;

/** electron-builder's numbers for architectures. */
const archNames = { 1: 'x64', 3: 'arm64' };

/**
 * Electron's folder is in its place: its own little app goes, which only a downloaded zip is freed of by itself.
 *
 * @param {import('electron-builder').AfterPackContext} context
 */
export function afterExtract({ appOutDir, electronPlatformName }) {
  const inside = electronPlatformName === 'darwin' ? 'Electron.app/Contents/Resources' : 'resources';
  rmSync(join(appOutDir, inside, 'default_app.asar'), { force: true });
}

/**
 * The app's folder is complete and nothing is signed yet: sets all fuses, and refuses what must not be shipped.
 *
 * @param {import('electron-builder').AfterPackContext} context
 */
export async function afterPack(context) {
  const { appOutDir, packager, electronPlatformName, arch } = context;
  const isMac = electronPlatformName === 'darwin';
  const resources = packager.getResourcesDir(appOutDir);
  writeFileSync(join(resources, 'third-party-licences.txt'), thirdPartyNotices(packager.projectDir));
  checkArchive(resources, `${electronPlatformName}-${archNames[arch]}`);

  const name = packager.appInfo.productFilename;
  const program = isMac
    ? join(appOutDir, `${name}.app`)
    : join(appOutDir, electronPlatformName === 'win32' ? `${name}.exe` : packager.executableName);
  await flipFuses(program, {
    version: FuseVersion.V1,
    strictlyRequireAllFuses: true,
    // A changed arm64 program does not start on macOS without a signature; a real one replaces this later.
    resetAdHocDarwinSignature: isMac && archNames[arch] === 'arm64' && process.platform === 'darwin',
    [FuseV1Options.RunAsNode]: false,
    [FuseV1Options.EnableCookieEncryption]: true,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: false,
    [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
    [FuseV1Options.OnlyLoadAppFromAsar]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
    [FuseV1Options.WasmTrapHandlers]: true,
  });
}

/**
 * @param {string} resources
 * @param {string} system as the keyring's folders are named, for example `linux-x64`
 */
function checkArchive(resources, system) {
  const { size } = statSync(join(resources, 'app.asar'));
  if (size > mostBytes)
    throw new Error(`app.asar has ${size} bytes, more than ${mostBytes}: see "files" in electron-builder.yml`);
  const keyring = join(resources, 'app.asar.unpacked', 'node_modules', 'keytar', 'prebuilds', system, 'keytar.node');
  if (!existsSync(keyring)) throw new Error(`the keyring's native file for ${system} is not in the package`);
}
