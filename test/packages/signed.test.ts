/** The build that a release makes when it signs, against the one that everybody else makes. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type * as Library from 'electron-updater';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from './packed.ts';

let folder: string;
let programs: ReadonlyMap<string, string>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tidings-signed-'));
  const cli = join(root, 'node_modules/electron-vite/bin/electron-vite.js');
  const env = { ...process.env, TIDINGS_BUILD_UPDATES: 'signed' };
  const args = [cli, 'build', '--logLevel', 'error', '--outDir', folder];
  await promisify(execFile)(process.execPath, args, { cwd: root, env, timeout: 50_000 });
  programs = programsBelow(folder);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('an ordinary build does not contain the updater', () => {
  const found = [...programsBelow(join(root, 'out'))].filter(([, text]) => /ERR_UPDATER_|app-update\.yml/.test(text));
  expect(found.map(([name]) => name)).toEqual([]);
});

test('a build for updates keeps it in a file of its own, which the start does not load', () => {
  const [name, ...others] = [...programs].flatMap(([name, text]) =>
    /ERR_UPDATER_INVALID_SIGNATURE/.test(text) ? [name] : [],
  );
  expect({ name, others }).toEqual({ name: expect.stringMatching(/^main\/chunks\//), others: [] });
  const file = name?.split('/').at(-1) ?? '';
  const mentions = [...programs].flatMap(([, text]) => text.split('\n').filter((line) => line.includes(file)));
  expect(mentions).toHaveLength(1);
  expect(mentions[0]).toMatch(/\bimport\(/);
});

test('what it keeps is the whole library, which loads by itself', async () => {
  const [name = ''] = [...programs].flatMap(([name, text]) =>
    /ERR_UPDATER_INVALID_SIGNATURE/.test(text) ? [name] : [],
  );
  const { default: library } = (await import(pathToFileURL(join(folder, name)).href)) as { default: typeof Library };
  const updater = new library.NsisUpdater({ provider: 'generic', url: 'https://updates.tidings.example/' }, {
    version: '1.0.0',
    isPackaged: true,
  } as never);
  expect({ allowDowngrade: updater.allowDowngrade, version: String(updater.currentVersion) }).toEqual({
    allowDowngrade: false,
    version: '1.0.0',
  });
  expect(typeof library.MacUpdater).toBe('function');
});

/** Text by place, relative to the folder. */
function programsBelow(from: string): Map<string, string> {
  return new Map(
    readdirSync(from, { recursive: true, encoding: 'utf8' })
      .map((path) => path.replaceAll('\\', '/'))
      .filter((path) => path.startsWith('main/') && path.endsWith('.js'))
      .map((path) => [path, readFileSync(join(from, path), 'utf8')]),
  );
}
