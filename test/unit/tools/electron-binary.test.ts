import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clientIdNotice } from '../../tools/client-id-notice.ts';
import { findElectron, isDownloaded, releaseUrl } from '../../tools/electron-binary.ts';

const guid = '00001111-aaaa-2222-bbbb-3333cccc4444';
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tidings-electron-binary-'));
  put('node_modules/electron/package.json', '{"version":"45.4.1"}');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, text: string): string {
  const whole = join(root, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, text);
  return whole;
}

test('a whole, unpacked Electron of the right version is found; anything less is not', () => {
  const absent = { kind: 'absent', version: '45.4.1' };
  expect(findElectron(root, {}, 'linux')).toEqual(absent);
  const path = put('node_modules/electron/dist/electron', '');
  put('node_modules/electron/dist/version', '45.4.1');
  expect(findElectron(root, {}, 'linux')).toEqual(absent); // cut short: no path.txt yet
  put('node_modules/electron/path.txt', 'electron');
  expect(findElectron(root, {}, 'linux')).toEqual({ kind: 'found', path });
  put('node_modules/electron/dist/version', '44.0.0');
  expect(findElectron(root, {}, 'linux')).toEqual(absent); // left over from before an update
});

test('an Electron that the person names wins, and a wrong name is told apart from none', () => {
  const elsewhere = join(root, 'elsewhere');
  const path = put('elsewhere/electron', '');
  const env = { ELECTRON_OVERRIDE_DIST_PATH: elsewhere };
  expect(findElectron(root, env, 'linux')).toEqual({ kind: 'found', path });
  expect(findElectron(root, env, 'darwin')).toEqual({
    kind: 'wrongOverride',
    path: join(elsewhere, 'Electron.app/Contents/MacOS/Electron'),
  });
});

test.each([
  [{}, 'https://github.com/electron/electron/releases/download/v45.4.1/electron-v45.4.1-linux-x64.zip'],
  [{ ELECTRON_MIRROR: 'https://mirror.example/e/' }, 'https://mirror.example/e/v45.4.1/electron-v45.4.1-linux-x64.zip'],
  [
    { ELECTRON_MIRROR: 'https://mirror.example/e/', npm_config_electron_mirror: 'https://first.example/' },
    'https://first.example/v45.4.1/electron-v45.4.1-linux-x64.zip',
  ],
  [
    {
      ELECTRON_MIRROR: 'https://mirror.example/',
      ELECTRON_CUSTOM_DIR: '{{ version }}',
      ELECTRON_CUSTOM_FILENAME: 'e.zip',
    },
    'https://mirror.example/45.4.1/e.zip',
  ],
])('the address asked for is the one the installer will use (%j)', (env, url) => {
  expect(releaseUrl('45.4.1', env, 'linux', 'x64')).toBe(url);
});

test('an earlier download of the same address counts, that of another does not', () => {
  const key = createHash('sha256').update('https://mirror.example/v45.4.1').digest('hex');
  put(`cache/${key}/electron-v45.4.1-linux-x64.zip`, '');
  const env = { electron_config_cache: join(root, 'cache') };
  expect(isDownloaded('https://mirror.example/v45.4.1/electron-v45.4.1-linux-x64.zip', env)).toBe(true);
  expect(isDownloaded('https://other.example/v45.4.1/electron-v45.4.1-linux-x64.zip', env)).toBe(false);
});

test('without a client id the person hears where it goes: file, environment, build, and how to get one', () => {
  const place = { platform: 'linux', env: {}, home: root };
  const notice = clientIdNotice(place);
  expect(notice).toContain(join(root, '.config', 'tidings', 'settings.json'));
  expect(notice).toContain('TIDINGS_CLIENT_ID=');
  expect(notice).toContain('TIDINGS_BUILD_CLIENT_ID');
  expect(notice).toContain('docs/register-your-app.md');
  expect(clientIdNotice({ ...place, env: { TIDINGS_CLIENT_ID: 'contoso' } })).toMatch(
    /^TIDINGS_CLIENT_ID is set, but it is not a GUID\.\n/,
  );
});

test('a client id in any of the three places is enough', () => {
  const place = { platform: 'linux', env: {}, home: root };
  expect(clientIdNotice({ ...place, env: { TIDINGS_CLIENT_ID: guid } })).toBeNull();
  expect(clientIdNotice({ ...place, env: { TIDINGS_BUILD_CLIENT_ID: guid } })).toBeNull();
  put('.config/tidings/settings.json', `\ufeff{"clientId":"${guid}"}`);
  expect(clientIdNotice(place)).toBeNull();
  put('.config/tidings/settings.json', 'not JSON');
  expect(clientIdNotice(place)).not.toBeNull();
});
