import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { appFolder, createAppFolder } from '../../../main/system/folders.ts';
import { createSystemRandom } from '../../../main/system/random.ts';

test.each([
  ['linux', {}, '/home/ada', '/home/ada/.config/tidings'],
  ['linux', { XDG_CONFIG_HOME: '/data/cfg' }, '/home/ada', '/data/cfg/tidings'],
  ['linux', { XDG_CONFIG_HOME: 'relative' }, '/home/ada', '/home/ada/.config/tidings'],
  ['darwin', { XDG_CONFIG_HOME: '/x' }, '/Users/ada', '/Users/ada/Library/Application Support/Tidings'],
  ['win32', { APPDATA: 'D:\\Roaming' }, 'C:\\Users\\ada', 'D:\\Roaming\\Tidings'],
  ['win32', {}, 'C:\\Users\\ada', 'C:\\Users\\ada\\AppData\\Roaming\\Tidings'],
])('on %s with %j it is where the system wants it', (platform, env, home, root) => {
  expect(appFolder({ platform, env, home }).root).toBe(root);
});

test('folders are for the person alone, also when they were open before', () => {
  const parent = mkdtempSync(join(tmpdir(), 'tidings-folders-'));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  const folder = { root: join(parent, 'a', 'tidings'), logs: join(parent, 'a', 'tidings', 'logs') };
  mkdirSync(folder.root, { recursive: true });
  chmodSync(folder.root, 0o755);
  createAppFolder(folder);
  createAppFolder(folder);
  expect([folder.root, folder.logs].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o700]);

  writeFileSync(join(parent, 'file'), '');
  const impossible = { root: join(parent, 'file', 'x'), logs: join(parent, 'file', 'x', 'logs') };
  expect(() => createAppFolder(impossible)).toThrow(/^storage: Tidings cannot use its folder/);
});

test('random fractions stay in [0, 1) and secrets have the bytes asked for', () => {
  const random = createSystemRandom();
  const fractions = Array.from({ length: 1_000 }, () => random.fraction());
  expect(fractions.every((value) => value >= 0 && value < 1)).toBe(true);
  expect(new Set(fractions).size).toBe(1_000);
  expect(Buffer.from(random.secret(24), 'base64url')).toHaveLength(24);
  expect(random.secret(24)).not.toBe(random.secret(24));
});
